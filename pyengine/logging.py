"""Messages of the engine and of training loops: the `tf.logging` namespace.

They go through Python's logger "tensorflow" to standard error, from WARN on unless it is told
otherwise.

Example:
    >>> import pyengine as tf
    >>> tf.logging.set_verbosity(tf.logging.INFO)
    >>> tf.logging.get_verbosity() == tf.logging.INFO
    True
    >>> tf.logging.set_verbosity(tf.logging.WARN)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from logging import DEBUG, ERROR, FATAL, INFO, WARN
from typing import Any

from pyengine.logger import logger

__all__ = [
    "DEBUG", "ERROR", "FATAL", "INFO", "WARN", "TaskLevelStatusMessage", "debug", "error", "fatal",
    "flush", "get_logger", "get_verbosity", "info", "log", "log_every_n", "log_first_n", "log_if",
    "set_verbosity", "vlog", "warn", "warning",
]  # fmt: skip

debug = logger.debug
error = logger.error
fatal = logger.fatal
info = logger.info
log = vlog = logger.log
warn = warning = logger.warning

_counts: dict[str, Iterator[int]] = {}


def get_logger() -> Any:
    """The `logging.Logger` that messages go through."""
    return logger


def get_verbosity() -> int:
    """The level from which on messages are shown."""
    return logger.getEffectiveLevel()


def set_verbosity(v: int) -> None:
    """Shows messages from a level on: DEBUG, INFO, WARN, ERROR or FATAL.

    Args:
        v: the least level that is shown, such as `tf.logging.WARN`.

    Example:
        >>> import pyengine as tf
        >>> before = tf.logging.get_verbosity()
        >>> tf.logging.set_verbosity(tf.logging.WARN)
        >>> tf.logging.get_verbosity() == tf.logging.WARN
        True
        >>> tf.logging.set_verbosity(before)
    """
    logger.setLevel(v)


def flush() -> None:
    """Writes out what is still in buffers."""
    for handler in logger.handlers:
        handler.flush()


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Logs a message if a condition holds.

    Args:
        level: the level of the message.
        msg: the message, with `%` places.
        condition: whether it is logged.
        *args: what goes into the places.
    """
    if condition:
        log(level, msg, *args)


def _count_of(msg: str) -> int:
    return next(_counts.setdefault(msg, itertools.count()))


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Logs a message at its first call, and then at every n-th.

    Args:
        level: the level of the message.
        msg: the message, with `%` places.
        n: every how many calls at this line it is logged, the first one included.
        *args: what goes into the places.
    """
    log_if(level, msg, _count_of(msg) % n == 0, *args)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Logs a message at its first n calls.

    Args:
        level: the level of the message.
        msg: the message, with `%` places.
        n: at how many calls at this line it is logged.
        *args: what goes into the places.
    """
    log_if(level, msg, _count_of(msg) < n, *args)


def TaskLevelStatusMessage(msg: str) -> None:
    """Logs the status of a task, as an error so that it is seen."""
    error(msg)
