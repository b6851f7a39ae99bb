"""Which variables have no value yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops import state
from pyengine.ops.array import _rank_op
from pyengine.ops.compare import logical_not
from pyengine.ops.gathering import boolean_mask
from pyengine.ops.joining import stack
from pyengine.scopes import name_scope
from pyengine.variable_collections import global_variables, local_variables

__all__ = ["assert_variables_initialized", "report_uninitialized_variables"]


def report_uninitialized_variables(
    var_list: Sequence[Any] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables that have no value yet.

    Args:
        var_list: the variables; by default all global and local ones.
        name: the name scope.

    Returns:
        A string vector of the names of their ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable(0, name="v")
        ...     sess.run(tf.report_uninitialized_variables())
        array([b'v'], dtype=object)
    """
    variables = global_variables() + local_variables() if var_list is None else list(var_list)
    with name_scope(name):
        names = convert_to_tensor([v.op.name for v in variables], dtypes.string)
        if not variables:
            return names
        absent = logical_not(stack([state.is_variable_initialized(v) for v in variables]))
        return boolean_mask(names, absent)


def assert_variables_initialized(var_list: Sequence[Any] | None = None) -> Any:
    """An op that fails if a variable has no value yet; None if there are no variables.

    Args:
        var_list: the variables; by default all global and local ones.

    Raises (when run):
        tf.errors.FailedPreconditionError: for a variable without a value.
    """
    variables = global_variables() + local_variables() if var_list is None else list(var_list)
    if not variables:
        return None
    # `tf.rank` gives a constant where the rank is known, which reads nothing.
    ranks = [_rank_op(v.read_value()) for v in variables]
    return ranks[0] if len(ranks) == 1 else stack(ranks)
