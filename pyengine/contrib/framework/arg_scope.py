"""`arg_scope`: arguments given once for many calls of functions such as layers."""

from __future__ import annotations

import contextlib
import functools
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = [
    "add_arg_scope", "arg_scope", "arg_scoped_arguments", "current_arg_scope", "has_arg_scope",
]  # fmt: skip

Scope = dict[str, dict[str, Any]]

_scopes = threading.local()
_takes: dict[str, tuple[str, ...]] = {}  # of each decorated function the arguments with a default


def _stack() -> list[Scope]:
    if not hasattr(_scopes, "stack"):
        _scopes.stack = [{}]
    found: list[Scope] = _scopes.stack
    return found


def _key(function: Callable[..., Any]) -> str:
    return getattr(function, "_key_op", f"{function.__module__}.{function.__name__}")


def current_arg_scope() -> Scope:
    """The arguments that are set now, by function."""
    return _stack()[-1]


def add_arg_scope(func: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator for a function whose arguments `arg_scope` may set.

    Args:
        func: the function; arguments that a call gives are taken before those of the scope.
    """

    @functools.wraps(func)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        given = current_arg_scope().get(key)
        if given:
            kwargs = {**given, **kwargs}
        return func(*args, **kwargs)

    key = _key(func)
    _takes[key] = tuple(
        name for name, p in inspect.signature(func).parameters.items() if p.default is not p.empty
    )
    scoped._key_op = key  # type: ignore[attr-defined]
    return scoped


def has_arg_scope(func: Callable[..., Any]) -> bool:
    """Whether a function's arguments can be set by `arg_scope`.

    Args:
        func: a function.

    Returns:
        Whether `add_arg_scope` was applied to it.
    """
    return _key(func) in _takes


def arg_scoped_arguments(func: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments that `arg_scope` can set.

    Args:
        func: a function that `add_arg_scope` was applied to.

    Returns:
        The names of the arguments that a scope can set.

    Raises:
        ValueError: for a function that is not decorated.
    """
    if not has_arg_scope(func):
        raise ValueError(f"{_key(func)} is not decorated with @add_arg_scope")
    return _takes[_key(func)]


@contextlib.contextmanager
def arg_scope(
    list_ops_or_scope: Sequence[Callable[..., Any]] | Scope, **kwargs: Any
) -> Iterator[Scope]:
    """A context in which functions take arguments from here, where a call gives none.

    Args:
        list_ops_or_scope: functions decorated with `add_arg_scope`, such as those of
            `tf.contrib.layers`; or a scope that was entered before, to enter it again.
        kwargs: the arguments.

    Yields:
        The scope.

    Raises:
        TypeError: for anything else than a list, a tuple or a scope.
        ValueError: for a function that is not decorated, or arguments beside a scope.

    Example:
        >>> import pyengine as tf
        >>> layers = tf.contrib.layers
        >>> with tf.Graph().as_default():
        ...     with tf.contrib.framework.arg_scope([layers.conv2d], padding="VALID"):
        ...         print(layers.conv2d(tf.zeros([1, 8, 8, 3]), 4, [3, 3]).shape.as_list())
        [1, 6, 6, 4]
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError(
                "When a scope is entered again, by a dictionary, kwargs must be empty."
            )
        entered = list_ops_or_scope.copy()
    else:
        if not isinstance(list_ops_or_scope, (list, tuple)):
            raise TypeError(
                "list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict)"
            )
        entered = dict(current_arg_scope())
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                raise ValueError(f"{_key(function)} is not decorated with @add_arg_scope")
            entered[_key(function)] = {**entered.get(_key(function), {}), **kwargs}
    _stack().append(entered)
    try:
        yield entered
    finally:
        _stack().pop()
