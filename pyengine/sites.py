"""Where the user's code made an op: noted when it is made, worked out when it is asked for.

A program that hosts Python, such as R, has code of its own that Python's frames do not show. It can
put a function `_host_site` into the module `sys`, which returns an object whose `str()` says where
that code stands, or None.
"""

from __future__ import annotations

import os
import sys
from types import CodeType
from typing import Any

_ENGINE_DIR = os.path.dirname(os.path.abspath(__file__)) + os.sep

_is_engines: dict[str, bool] = {}
"""Whether a file is one of the engine's, for the files seen so far."""


def caller(depth: int) -> tuple[CodeType, int] | object | None:
    """The innermost frame outside of the engine; what the host says if all are the engine's.

    A code object and an instruction in it are kept, not the frame, which would keep all of its
    variables alive.

    Args:
        depth: how many frames, from this function's own, are known to be the engine's.
    """
    frame: Any = sys._getframe(depth)
    while frame is not None:
        code = frame.f_code
        file = code.co_filename
        inside = _is_engines.get(file)
        if inside is None:
            inside = _is_engines[file] = file.startswith(_ENGINE_DIR)
        if not inside:
            return code, frame.f_lasti
        frame = frame.f_back
    host_site = getattr(sys, "_host_site", None)
    return None if host_site is None else host_site()


def describe_site(site: Any) -> str:
    """A site as `file:line`, or as the host describes it; "" if it is not known."""
    if site is None:
        return ""
    if not isinstance(site, tuple):
        return str(site)
    code, instruction = site
    return f"{code.co_filename}:{_line_of(code, instruction)}"


def _line_of(code: CodeType, instruction: int) -> int:
    for start, end, line in code.co_lines():
        if start <= instruction < end and line is not None:
            return line
    return code.co_firstlineno
