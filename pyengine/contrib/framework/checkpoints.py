"""Values from checkpoints and dictionaries into variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pyengine.contrib.framework.variables import (
    Assignment,
    check_value,
    get_unique_variable,
    get_variable_full_name,
)
from pyengine.graph import get_default_graph
from pyengine.logger import logger
from pyengine.ops.control_flow import group
from pyengine.ops.placeholders import placeholder
from pyengine.ops.state import assign
from pyengine.train.checkpoint_utils import load_checkpoint
from pyengine.train.saver import Saver

__all__ = [
    "assign_from_checkpoint", "assign_from_checkpoint_fn", "assign_from_values",
    "assign_from_values_fn",
]  # fmt: skip


def _assignments(pairs: Sequence[tuple[Any, Any]]) -> Assignment:
    """One op that assigns values to variables, and the feeds that hold them."""
    feeds, ops = {}, []
    for var, value in pairs:
        with get_default_graph().name_scope("Assign/"):
            fed = placeholder(var.dtype.base_dtype, name=var.op.name)
            ops.append(assign(var, fed, validate_shape=False))
        feeds[fed] = value
    return group(*ops), feeds


def assign_from_values(var_names_to_values: Mapping[str, Any]) -> Assignment:
    """An op that assigns values to variables by name, and the feeds to run it with.

    Args:
        var_names_to_values: a value for each name.

    Raises:
        ValueError: when there is no such variable, or it has another size.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable([1.0, 2.0], name="v")
        ...     op, feeds = assign_from_values({"v": [3.0, 4.0]})
        ...     sess.run(op, feeds)
        ...     sess.run(v).tolist()
        [3.0, 4.0]
    """
    pairs = []
    for name, value in var_names_to_values.items():
        var = get_unique_variable(name)
        pairs.append((var, check_value(value, var, name)))
    return _assignments(pairs)


def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Callable[[Any], None]:
    """A function of a session that assigns values to variables by name.

    Args:
        var_names_to_values: the value of each variable, by its name.

    Returns:
        A function of a session that assigns them.
    """
    op, feeds = assign_from_values(var_names_to_values)

    def assign_values(session: Any) -> None:
        session.run(op, feeds)

    return assign_values


def _by_name(var_list: Any) -> dict[str, list[Any]]:
    """The variables, or parts of one, for each name in a checkpoint."""
    if isinstance(var_list, Mapping):
        return {n: list(v) if isinstance(v, (list, tuple)) else [v] for n, v in var_list.items()}
    found: dict[str, list[Any]] = {}
    for var in var_list:
        found.setdefault(get_variable_full_name(var), []).append(var)
    return found


def assign_from_checkpoint(
    model_path: str, var_list: Any, ignore_missing_vars: bool = False
) -> Assignment:
    """An op that assigns values from a checkpoint to variables, and the feeds to run it with.

    Args:
        model_path: the checkpoint's path.
        var_list: a list of variables, or a dict of names in the checkpoint to variables.
        ignore_missing_vars: whether variables that are not in the checkpoint are left as they are.

    Raises:
        ValueError: when one is not there, or has another size.
    """
    reader = load_checkpoint(model_path)
    pairs = []
    for name, parts in _by_name(var_list).items():
        if not reader.has_tensor(name):
            _missing(name, model_path, ignore_missing_vars)
            continue
        value = reader.get_tensor(name)
        for var in parts:
            part = var._save_slice_info
            if part is None:
                pairs.append((var, check_value(value, var, name)))
                continue
            whole = np.asarray(value).reshape(part.full_shape)
            at = tuple(slice(o, o + n) for o, n in zip(part.var_offset, part.var_shape))
            pairs.append((var, whole[at]))
    return _assignments(pairs)


def _missing(name: str, path: str, is_ignored: bool) -> None:
    message = f"Checkpoint is missing variable [{name}]"
    if not is_ignored:
        raise ValueError(f"{message} in {path}")
    logger.warning(message)


def assign_from_checkpoint_fn(
    model_path: str,
    var_list: Any,
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Callable[[Any], None] | None:
    """A function of a session that restores variables from a checkpoint; None without any.

    Args:
        model_path, var_list, ignore_missing_vars: as for `assign_from_checkpoint`.
        reshape_variables: whether a variable may have another shape of the same size.

    Raises:
        ValueError: without variables.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = load_checkpoint(model_path)
        named = var_list if isinstance(var_list, Mapping) else {v.op.name: v for v in var_list}
        kept = {}
        for name, var in named.items():
            if reader.has_tensor(name):
                kept[name] = var
            else:
                _missing(name, model_path, True)
        var_list = kept
    if not var_list:
        logger.warning("No Variables to restore")
        return None
    saver = Saver(var_list, reshape=reshape_variables)

    def restore(session: Any) -> None:
        saver.restore(session, model_path)

    return restore
