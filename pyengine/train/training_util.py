"""The step counter of a graph."""

from __future__ import annotations

from typing import Any

from pyengine import dtypes
from pyengine.graph import Graph, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.initializers import zeros_initializer
from pyengine.variable_scope import get_variable, variable_scope
from pyengine.variables import Variable

__all__ = [
    "assert_global_step", "create_global_step", "get_global_step", "get_or_create_global_step",
    "global_step",
]  # fmt: skip

_NAME = "global_step"


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The value of a step counter in a session.

    Args:
        sess: a `Session`.
        global_step_tensor: the counter: a tensor or variable.

    Returns:
        A Python int.
    """
    return int(sess.run(global_step_tensor))


def get_global_step(graph: Graph | None = None) -> Any:
    """The step counter of a graph (by default the default graph): a variable, or None.

    It is the one in the collection GLOBAL_STEP, or else the tensor named "global_step:0".

    Args:
        graph: the graph, the default one if None.

    Returns:
        The variable of the step, or None where there is none.

    Raises:
        TypeError: when it is no integer scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     made = tf.train.create_global_step()
        ...     tf.train.get_global_step() is made
        True
    """
    graph = graph or get_default_graph()
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) == 1:
        counter = found[0]
    elif not found:
        try:
            counter = graph.get_tensor_by_name(_NAME + ":0")
        except KeyError:
            return None
        counter = next(
            (v for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES) if v.name == counter.name),
            counter,
        )
    else:
        raise ValueError("Multiple tensors in the global_step collection.")
    assert_global_step(counter)
    return counter


def create_global_step(graph: Graph | None = None) -> Any:
    """A new step counter: an int64 variable named "global_step", in its collection.

    Raises:
        ValueError: when the graph has one already.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     print(tf.train.create_global_step().name)
        global_step:0
    """
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), graph.name_scope(None), graph.control_dependencies(None):
        # The root scope, as in TensorFlow: the counter's name has no prefix.
        from pyengine.variable_scope import VariableScope

        with variable_scope(VariableScope(reuse=False, name=""), auxiliary_name_scope=False):
            return get_variable(
                _NAME,
                shape=[],
                dtype=dtypes.int64,
                initializer=zeros_initializer(),
                trainable=False,
                collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
            )


def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """The step counter of a graph, made if it has none.

    Args:
        graph: the graph; by default the default graph.

    Returns:
        The variable "global_step:0", an int64 scalar, unless the graph has another.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     step = tf.train.get_or_create_global_step()
        ...     tf.train.get_or_create_global_step() is step
        True
    """
    graph = graph or get_default_graph()
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError unless the step counter is an integer variable or tensor of rank 0.

    Args:
        global_step_tensor: a variable or tensor.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     tf.train.assert_global_step(tf.train.create_global_step())
    """
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(
            f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor!r}.'
        )
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(
            f'Existing "global_step" does not have integer type: {global_step_tensor.dtype!r}'
        )
    if global_step_tensor.shape.ndims != 0 and global_step_tensor.shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: {global_step_tensor.shape}')
