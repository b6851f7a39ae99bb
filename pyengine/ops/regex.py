"""Regular expressions on strings, in the syntax of RE2 that TensorFlow takes.

They run on Python's `re`, whose syntax is close to RE2's. A pattern is translated where both mean
different things, and refused where RE2 would refuse it.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.graph import Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.strings import each

__all__ = ["regex_replace"]

_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7F", "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": "!-/:-@\\[-`{-~", "space": "\\t\\n\\v\\f\\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_REFUSED = re.compile(r"\(\?(?:[=!#>(]|<[=!]|P=|P>)")


def _refuse(pattern: str, why: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"Invalid pattern: {pattern}, error: {why}")


def _translated(pattern: str) -> str:
    """The pattern in Python's syntax."""
    text = _QUOTED.sub(lambda m: re.escape(m[1]), pattern)
    multiline = bool(re.search(r"\(\?[a-zA-Z]*m", text))
    out: list[str] = []
    at = 0
    while at < len(text):
        piece = text[at]
        if piece == "\\":
            found = text[at : at + 2]
            if found[1:] in "123456789" and len(found) == 2:
                raise _refuse(pattern, f"invalid escape sequence: {found}")
            out.append({"\\z": "\\Z", "\\C": "(?s:.)"}.get(found, found))
            at += 2
        elif piece == "[":
            inner, at = _character_class(pattern, text, at)
            out.append(inner)
        elif piece == "(" and _REFUSED.match(text, at):
            raise _refuse(pattern, f"invalid perl operator: {text[at : at + 3]}")
        elif piece == "$" and not multiline:
            out.append("\\Z")  # Python's $ also stands before a last line break
            at += 1
        else:
            out.append(piece)
            at += 1
    return "".join(out)


def _character_class(pattern: str, text: str, start: int) -> tuple[str, int]:
    """A class such as `[a-z[:digit:]]` in Python's syntax, and where it ends."""
    at = start + 1
    out = ["["]
    if text[at : at + 1] == "^":
        out.append("^")
        at += 1
    first = True
    while at < len(text) and (first or text[at] != "]"):
        named = re.compile(r"\[:(\^?)(\w+):\]").match(text, at)
        if named:
            if named[2] not in _POSIX or named[1]:
                raise _refuse(pattern, f"invalid character class range: {named[0]}")
            out.append(_POSIX[named[2]])
            at = named.end()
        elif text[at] == "\\":
            out.append(text[at : at + 2])
            at += 2
        else:
            # Python warns of what may become sets of its own: [, &&, ||, ~~, --.
            out.append("\\" + text[at] if text[at] in "[]&|~" else text[at])
            at += 1
        first = False
    if at >= len(text):
        raise _refuse(pattern, f"missing ]: {text[start:]}")
    return "".join(out) + "]", at + 1


@functools.lru_cache(maxsize=256)
def compiled(pattern: bytes) -> re.Pattern[str]:
    """The compiled pattern; raises InvalidArgumentError for one that RE2 would refuse."""
    text = pattern.decode("utf-8", "surrogateescape")
    try:
        # RE2's \d, \w, \s and \b know ASCII alone.
        return re.compile(_translated(text), re.ASCII)
    except re.error as error:
        raise _refuse(text, str(error)) from None


@functools.lru_cache(maxsize=256)
def _rewriter(rewrite: bytes, groups: int) -> Any:
    r"""What makes the replacement of a match: `\1` is a group, `\0` all of it."""
    text = rewrite.decode("utf-8", "surrogateescape")
    pieces: list[Any] = []
    for literal, mark in re.findall(r"([^\\]+)|\\(.?)", text, re.DOTALL):
        if literal:
            pieces.append(literal)
        elif mark.isdigit() and mark.isascii():
            if int(mark) > groups:
                raise InvalidArgumentError(
                    None, None, f"Invalid rewrite pattern: {text}: there is no group {mark}"
                )
            pieces.append(int(mark))
        elif mark == "\\":
            pieces.append("\\")
        else:
            raise InvalidArgumentError(None, None, f"Invalid rewrite pattern: {text}")
    return lambda match: "".join((match[p] or "") if isinstance(p, int) else p for p in pieces)


def replaced(text: bytes, pattern: bytes, rewrite: bytes, everywhere: bool) -> bytes:
    """A string with what matches replaced, everywhere or at the first place."""
    expression = compiled(pattern)
    make = _rewriter(rewrite, expression.groups)
    string = text.decode("utf-8", "surrogateescape")
    out: list[str] = []
    last = 0
    previous = -1
    for match in expression.finditer(string):
        # As in RE2, nothing is no match right after one.
        if match.start() == match.end() == previous:
            continue
        out += [string[last : match.start()], make(match)]
        last = previous = match.end()
        if not everywhere:
            break
    return ("".join(out) + string[last:]).encode("utf-8", "surrogateescape")


def matches(text: bytes, pattern: bytes) -> bool:
    """Whether the pattern matches all of a string."""
    return bool(compiled(pattern).fullmatch(text.decode("utf-8", "surrogateescape")))


def _scalar(value: Any) -> bytes:
    (found,) = np.asarray(value, object).reshape(-1)
    return bytes(found)


_TEXT = no_grad("strings have no derivatives")

_replace = defop(
    "RegexReplace",
    "input: string, pattern: string, rewrite: string -> string",
    doc="Strings with what matches a pattern replaced.",
    attrs={"replace_global": True},
    shape=lambda op: op.inputs[0].shape,
    kernel=lambda xp, x, pattern, rewrite, *, replace_global: each(
        lambda text: replaced(text, _scalar(pattern), _scalar(rewrite), replace_global), x
    ),
    grad=_TEXT,
)
_static_replace = defop(
    "StaticRegexReplace",
    "input: string -> string",
    doc="Strings with what matches a fixed pattern replaced.",
    attrs={"pattern": REQUIRED, "rewrite": REQUIRED, "replace_global": True},
    shape=lambda op: op.inputs[0].shape,
    kernel=lambda xp, x, *, pattern, rewrite, replace_global: each(
        lambda text: replaced(text, pattern.encode(), rewrite.encode(), replace_global), x
    ),
    grad=_TEXT,
)
_full_match = defop(
    "RegexFullMatch",
    "input: string, pattern: string -> bool",
    doc="Whether strings match a pattern.",
    shape=lambda op: op.inputs[0].shape,
    kernel=lambda xp, x, pattern: each(
        lambda text: matches(text, _scalar(pattern)), x, dtype=np.bool_
    ),
    grad=_TEXT,
)
_static_full_match = defop(
    "StaticRegexFullMatch",
    "input: string -> bool",
    doc="Whether strings match a fixed pattern.",
    attrs={"pattern": REQUIRED},
    shape=lambda op: op.inputs[0].shape,
    kernel=lambda xp, x, *, pattern: each(
        lambda text: matches(text, pattern.encode()), x, dtype=np.bool_
    ),
    grad=_TEXT,
)


def _text(value: Any) -> str | None:
    return value.decode("utf-8") if isinstance(value, bytes) else value


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Tensor:
    r"""Strings with what matches a regular expression replaced.

    Args:
        input: a string tensor.
        pattern: the expression, in the syntax of RE2: a string or a scalar string tensor.
        rewrite: what to put in place; `\1` to `\9` are the groups, `\0` the whole match.
        replace_global: whether to replace every match, or only the first.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a pattern that is none.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.regex_replace(["a1b22"], "[0-9]+", "#")).tolist()
        [b'a#b#']
    """
    everywhere = bool(replace_global)
    if isinstance(pattern, (str, bytes)) and isinstance(rewrite, (str, bytes)):
        return _static_replace(
            input, pattern=_text(pattern), rewrite=_text(rewrite), replace_global=everywhere,
            name=name,
        )  # fmt: skip
    return _replace(input, pattern, rewrite, replace_global=everywhere, name=name)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether strings match a regular expression, from start to end.

    Args:
        input: a string tensor.
        pattern: the expression, in the syntax of RE2: a string or a scalar string tensor.
        name: the op's name.

    Returns:
        A boolean tensor of the same shape.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a pattern that is none.
    """
    if isinstance(pattern, (str, bytes)):
        return _static_full_match(input, pattern=_text(pattern), name=name)
    return _full_match(input, pattern, name=name)
