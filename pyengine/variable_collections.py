"""The variables of the default graph, by their collections, and ops that initialize them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine.graph import Operation
from pyengine.graph_keys import GraphKeys
from pyengine.ops.control_flow import group, no_op
from pyengine.scopes import get_collection

__all__ = [
    "all_variables",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "trainable_variables",
    "variables_initializer",
]


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables of the default graph; with `scope`, those whose names match it."""
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def local_variables(scope: str | None = None) -> list[Any]:
    """The variables that are not saved with a model, such as counters of an epoch.

    Args:
        scope: a regular expression that begins the names; all by default.

    Returns:
        A list of variables.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     v = tf.Variable(1.0, name="v", collections=[tf.GraphKeys.LOCAL_VARIABLES])
        ...     [x.op.name for x in tf.local_variables()]
        ['v']
    """
    return get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Any]:
    """The variables in the MODEL_VARIABLES collection.

    Args:
        scope: a regular expression that begins the names; all by default.

    Returns:
        A list of variables.
    """
    return get_collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """The variables that optimizers change by default.

    Args:
        scope: a regular expression that their names match at the start; None for all.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     w, step = tf.Variable(1.0), tf.Variable(0, trainable=False)
        ...     tf.trainable_variables() == [w]
        True
    """
    return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Any]:
    """The variables with a moving average.

    Args:
        scope: a regular expression that begins the names; all by default.

    Returns:
        A list of variables.
    """
    return get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def variables_initializer(var_list: Sequence[Any], name: str = "init") -> Operation:
    """An op that initializes the given variables.

    Args:
        var_list: variables.
        name: the op's name.

    Returns:
        An operation, which does nothing for an empty list.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable(2.0, name="v")
        ...     sess.run(tf.variables_initializer([v]))
        ...     float(sess.run(v))
        2.0
    """
    if var_list:
        return group(*[v.initializer for v in var_list], name=name)
    return no_op(name=name)


def global_variables_initializer() -> Operation:
    """An op that initializes all global variables of the default graph.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable([1.0, 2.0])
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(v).tolist()
        [1.0, 2.0]
    """
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    """An op that initializes all local variables of the default graph."""
    return variables_initializer(local_variables())


all_variables = global_variables
initialize_variables = variables_initializer
initialize_all_variables = global_variables_initializer
initialize_local_variables = local_variables_initializer
