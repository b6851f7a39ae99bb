"""`tf.Module`: an object whose attributes are variables and other modules."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

from pyengine import nest
from pyengine.scopes import name_scope
from pyengine.trackable import AutoTrackable
from pyengine.variables import Variable

__all__ = ["Module"]

_Method = TypeVar("_Method", bound=Callable[..., Any])
_SNAKE = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")


class Module(AutoTrackable):
    """A named object that knows its variables; a model of one's own derives from it.

    Variables and modules are found in attributes, and in lists, tuples and dicts there.
    `tf.train.Checkpoint` saves a module by the names of its attributes.

    Args:
        name: the name, a valid Python identifier; by default the class's in snake case.

    Raises:
        ValueError: for another name.

    Example:
        >>> import pyengine as tf
        >>> class Dense(tf.Module):
        ...     def __init__(self, rows, columns, name=None):
        ...         super().__init__(name)
        ...         with self.name_scope:
        ...             self.w = tf.Variable(tf.ones([rows, columns]), name="w")
        ...     def __call__(self, x):
        ...         return tf.matmul(x, self.w)
        >>> with tf.Graph().as_default():
        ...     layer = Dense(3, 2)
        ...     [v.name for v in layer.variables], layer(tf.ones([1, 3])).shape.as_list()
        (['dense/w:0'], [1, 2])
    """

    _UNTRACKED: ClassVar[frozenset[str]] = frozenset(("_name", "_scope_name"))

    def __init__(self, name: str | None = None) -> None:
        name = _SNAKE.sub(r"_\1", type(self).__name__).lower() if name is None else name
        if not name.isidentifier():
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python "
                f"identifiers (e.g. a valid class name)."
            )
        self._name = name
        with name_scope(name) as scope:
            self._scope_name = scope

    @property
    def name(self) -> str:
        """The name that was given."""
        return self._name

    @property
    def name_scope(self) -> Any:
        """The scope for the module's ops, for `with`."""
        return name_scope(self._scope_name)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables of the module and of those in it, sorted by attribute."""
        return tuple(self._flatten(lambda item: isinstance(item, Variable)))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The variables that optimizers change."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """The variables that optimizers do not change."""
        return tuple(v for v in self.variables if not v.trainable)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules in this one, and those in them."""
        return tuple(self._flatten(lambda item: isinstance(item, Module)))

    def _flatten(self, wanted: Callable[[Any], bool]) -> Iterator[Any]:
        return _found_in(self, wanted, {id(self)})

    @classmethod
    def with_name_scope(cls, method: _Method) -> _Method:
        """Decorates a method, whose ops are then in the module's name scope."""

        @functools.wraps(method)
        def in_scope(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return in_scope  # type: ignore[return-value]  # of its signature


def _found_in(module: Any, wanted: Callable[[Any], bool], seen: set[int]) -> Iterator[Any]:
    """The attributes of a module that are wanted, then those of the modules in it."""
    inside = []
    for _, value in sorted(vars(module).items()):
        for leaf in nest.flatten(value):
            if id(leaf) in seen:
                continue
            seen.add(id(leaf))
            if wanted(leaf):
                yield leaf
            if isinstance(leaf, Module):
                inside.append(leaf)
            elif not isinstance(leaf, Variable) and hasattr(leaf, "_trackable_children"):
                for variable in _variables_of(leaf):  # of a layer or a cell
                    if id(variable) not in seen and wanted(variable):
                        seen.add(id(variable))
                        yield variable
    for one in inside:
        yield from _found_in(one, wanted, seen)


def _variables_of(layer: Any) -> list[Any]:
    found = getattr(layer, "variables", ())
    return list(found() if callable(found) else found)
