"""`make_template`: a function of the graph whose variables are shared by all of its calls."""

from __future__ import annotations

import contextvars
import functools
from collections.abc import Callable
from typing import Any

from pyengine import pending_restores
from pyengine.graph import get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.variable_scope import VariableScope, variable_scope

__all__ = ["Template", "make_template"]

_KEYS = (GraphKeys.TRAINABLE_VARIABLES, GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES)

# The template whose function runs now.
_calling: contextvars.ContextVar[Template | None] = contextvars.ContextVar("_calling", default=None)


class Template:
    """What `make_template` returns: call it as the function."""

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        create_scope_now: bool = False,
        unique_name: str | None = None,
        custom_getter: Callable[..., Any] | None = None,
    ) -> None:
        if name is None:
            raise ValueError("name cannot be None.")
        self._name = name
        self._func = func
        self._unique_name = unique_name
        self._custom_getter = custom_getter
        self._scope: VariableScope | None = None
        self._was_called = False
        self._made: list[Any] = []
        self._inner: list[Template] = []
        if create_scope_now:
            with variable_scope(
                unique_name, name, custom_getter=custom_getter, auxiliary_name_scope=False
            ) as scope:
                self._scope = scope

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._scope is None:
            with variable_scope(
                self._unique_name, self._name, custom_getter=self._custom_getter
            ) as scope:
                self._scope = scope
                return self._call(args, kwargs)
        with variable_scope(self._scope, reuse=self._was_called or None):
            return self._call(args, kwargs)

    def _call(self, args: Any, kwargs: Any) -> Any:
        keys = (
            GraphKeys.TRAINABLE_VARIABLES,
            GraphKeys.GLOBAL_VARIABLES,
            GraphKeys.LOCAL_VARIABLES,
        )
        before = [len(get_default_graph().get_collection_ref(key)) for key in keys]
        outer = _calling.get()
        if outer is not None and self not in outer._inner:
            outer._inner.append(self)
        token = _calling.set(self)
        try:
            result = self._func(*args, **kwargs)
        finally:
            _calling.reset(token)
        trained, *made = (
            get_default_graph().get_collection(key)[n:] for key, n in zip(_KEYS, before)
        )
        if self._was_called and trained:
            raise ValueError(
                f"Trainable variable created when calling a template after the first time, perhaps "
                f"you used tf.Variable when you meant tf.get_variable: {trained}"
            )
        self._was_called = True
        if any(made):
            self._made += [v for found in made for v in found]
            pending_restores.made()
        return result

    def _trackable_children(self) -> dict[str, Any]:
        """What a `tf.train.Checkpoint` saves: the variables, and the templates called inside."""
        scope = self.variable_scope_name or ""
        found: dict[str, Any] = {}
        for inner in self._inner:
            name = (inner.variable_scope_name or "").removesuffix("/")
            found[name.removeprefix(scope)] = inner
        inside = {id(v) for inner in self._inner for v in inner._made}
        own = [v for v in self._made if id(v) not in inside]
        return found | {v.op.name.removeprefix(scope): v for v in own}

    @property
    def name(self) -> str:
        """The name that was given."""
        return self._name

    @property
    def func(self) -> Callable[..., Any]:
        """The function."""
        return self._func

    @property
    def variable_scope(self) -> VariableScope | None:
        """The scope of the variables; None before the first call."""
        return self._scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of that scope, with the "/"."""
        return None if self._scope is None else f"{self._scope.name}/"

    var_scope = variable_scope

    def _collected(self, key: str) -> list[Any]:
        if self._scope is None:
            return []
        # The whole name: "a" is no prefix of "ab/v".
        return get_default_graph().get_collection(key, f"{self._scope.name}/")

    @property
    def global_variables(self) -> list[Any]:
        """The variables that the calls have made."""
        return self._collected(GraphKeys.GLOBAL_VARIABLES)

    @property
    def local_variables(self) -> list[Any]:
        """The local variables that the calls have made."""
        return self._collected(GraphKeys.LOCAL_VARIABLES)

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable variables that the calls have made."""
        return self._collected(GraphKeys.TRAINABLE_VARIABLES)

    @property
    def variables(self) -> list[Any]:
        """All variables that the calls have made, global and local."""
        return self.global_variables + self.local_variables


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> Template:
    """A function that makes its variables at the first call and shares them after.

    Args:
        name_: the scope of its variables, made unique.
        func_: the function; it makes variables with `tf.get_variable`.
        create_scope_now_: whether the scope is made now and not at the first call.
        unique_name_: a scope that is not made unique, in place of `name_`.
        custom_getter_: a custom getter of the variables.
        **kwargs: arguments that are the same in all calls.

    Returns:
        A `Template`.

    Raises:
        ValueError: when `name_` is None; at a later call, when a trainable variable is made.

    Example:
        >>> import pyengine as tf
        >>> def scaled(x):
        ...     return x * tf.get_variable("scale", [])
        >>> with tf.Graph().as_default():
        ...     scale = tf.make_template("net", scaled)
        ...     a, b = scale(1.0), scale(2.0)
        ...     [v.name for v in tf.global_variables()]
        ['net/scale:0']
    """
    func = functools.partial(func_, **kwargs) if kwargs else func_
    return Template(name_, func, create_scope_now_, unique_name_, custom_getter_)
