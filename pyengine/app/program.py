"""`tf.app.run`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

from pyengine.app import flags


def run(main: Callable[..., Any] | None = None, argv: Sequence[str] | None = None) -> Any:
    """Parses the command line's flags, and calls a program's main function.

    Args:
        main: called with what is left of the command line, the program's name first; if it takes no
            argument, with none. By default the function `main` of the main module.
        argv: the command line; `sys.argv` by default. Flags that are not defined are left for
            `main`.

    Returns:
        What `main` returned, where there is no program to end: Python runs in a notebook, or inside
        another program such as R.

    Raises:
        SystemExit: with what `main` returned, as TensorFlow does, to end the program.

    Example:
        >>> import pyengine as tf
        >>> try:
        ...     tf.app.run(lambda argv: print(argv), ["prog", "data.csv"])
        ... except SystemExit:
        ...     pass
        ['prog', 'data.csv']
    """
    rest = flags.FLAGS(sys.argv if argv is None else argv, known_only=True)
    module = sys.modules.get("__main__")
    function = main or getattr(module, "main", None)
    if function is None:
        raise ValueError("no `main` is given, and the main module defines none")
    status = function(*([rest] if _takes_argument(function) else []))
    if hasattr(module, "__file__"):
        sys.exit(status)
    return status


def _takes_argument(function: Callable[..., Any]) -> bool:
    try:
        return bool(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return True
