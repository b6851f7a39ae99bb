"""The functions of a graph's scopes and collections, for the default graph."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pyengine.graph import Graph, get_default_graph, graph_of


def _on_default(method: Callable[..., Any], doc: str) -> Callable[..., Any]:
    """The module function that calls a `Graph` method on the default graph, with its signature."""

    def function(*args: Any, **kwargs: Any) -> Any:
        return method(get_default_graph(), *args, **kwargs)

    function.__name__ = function.__qualname__ = method.__name__
    function.__doc__ = doc
    signature = inspect.signature(method)
    own = list(signature.parameters.values())[1:]
    function.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
    return function


add_to_collection = _on_default(
    Graph.add_to_collection,
    """Appends a value to a collection of the default graph.

    Args:
        name: the collection, a name such as `tf.GraphKeys.LOSSES`.
        value: any object.
    """,
)
add_to_collections = _on_default(
    Graph.add_to_collections,
    """Appends a value to several collections of the default graph.

    Args:
        names: the collections, a name or a list of names.
        value: any object.
    """,
)
control_dependencies = _on_default(
    Graph.control_dependencies,
    """A context whose ops run only after the given ops and tensors.

    Args:
        control_inputs: operations, tensors and variables; None to leave all outer contexts.

    Returns:
        A context manager.
    """,
)
device = _on_default(
    Graph.device,
    """A context that places its ops on a device.

    Args:
        device_name_or_function: a device such as "/cpu:0", a function of an operation that gives
            one, or None to leave all outer contexts.

    Returns:
        A context manager.
    """,
)
container = _on_default(
    Graph.container,
    """A context that names the resource container.

    Args:
        container_name: the name, for variables, queues and tables; "" for the default one.

    Returns:
        A context manager.
    """,
)


def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """A copy of a collection of the default graph.

    Args:
        key: the collection, a name such as `tf.GraphKeys.LOSSES`.
        scope: a regular expression that begins the names of the values to take; all by default.

    Returns:
        A list, empty where nothing was added.
    """
    return get_default_graph().get_collection(key, scope)


def get_collection_ref(key: Any) -> list[Any]:
    """A collection of the default graph itself, so that a change of the list is one of it.

    Args:
        key: the collection, a name such as `tf.GraphKeys.LOSSES`.

    Returns:
        A list.
    """
    return get_default_graph().get_collection_ref(key)


def colocate_with(op: Any, ignore_existing: bool = False) -> Any:
    """A context whose ops go to the device of `op`.

    Args:
        op: an operation or a tensor.
        ignore_existing: whether the devices of outer scopes are set aside.

    Returns:
        A context manager.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.device("/cpu:0"):
        ...     x = tf.constant(1.0)
        >>> with x.graph.as_default(), tf.colocate_with(x.op):
        ...     tf.constant(2.0).device
        '/device:CPU:0'
    """
    return get_default_graph().colocate_with(op, ignore_existing)


@contextlib.contextmanager
def name_scope(
    name: str | None, default_name: str | None = None, values: Iterable[Any] | None = None
) -> Iterator[str]:
    """A context in which the names of ops are prefixed with `name`, or `default_name` for None.

    Args:
        name: the scope's name, made unique; one that ends in "/" is entered again.
        default_name: the name to use when `name` is None.
        values: tensors; the graph they belong to becomes the default.

    Yields:
        The prefix, ending in "/".

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.name_scope("input"):
        ...     print(tf.constant(1.0, name="x").name)
        input/x:0
    """
    if name is None:
        name = default_name
    if name is None and values is not None:
        raise ValueError("At least one of name and default_name must be given.")
    graph = graph_of(values or ())
    with graph.as_default(), graph.name_scope(name) as scope:
        yield scope


def op_scope(values: Iterable[Any], name: str | None, default_name: str | None = None) -> Any:
    """`name_scope` with its arguments in the order of old programs.

    Args:
        values: tensors; the graph they belong to becomes the default.
        name: the scope's name.
        default_name: the name to use when `name` is None.

    Returns:
        A context manager, which gives the prefix.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.op_scope([], None, "my_op") as scope:
        ...     print(scope)
        my_op/
    """
    return name_scope(name, default_name, values)


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """A context outside of all control dependencies, for ops that initialize."""
    graph = get_default_graph()
    with graph.control_dependencies(None):
        yield
