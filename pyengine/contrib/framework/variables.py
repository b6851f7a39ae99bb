"""Variables made and found by name."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.contrib.framework.arg_scope import add_arg_scope
from pyengine.graph import Operation
from pyengine.graph_keys import GraphKeys
from pyengine.ops.filling import zeros
from pyengine.ops.state import assign
from pyengine.resource_variables import VariableAggregation, VariableSynchronization
from pyengine.scopes import add_to_collection, get_collection
from pyengine.scopes import device as device_scope
from pyengine.variable_scope import VariableScope, get_variable
from pyengine.variables import Variable

__all__ = [
    "add_model_variable", "filter_variables", "get_local_variables", "get_model_variables",
    "get_trainable_variables", "get_unique_variable", "get_variable_full_name", "get_variables",
    "get_variables_by_name", "get_variables_by_suffix", "get_variables_to_restore",
    "global_variable", "local_variable", "model_variable", "variable", "zero_initializer",
]  # fmt: skip


def zero_initializer(ref: Any, use_locking: bool = True, name: str = "zero_initializer") -> Any:
    """An op that puts zeros into a variable, whether it is initialized or not.

    Args:
        ref: a `Variable`.
        use_locking: accepted.
        name: the op's name.
    """
    return assign(ref, zeros(ref.shape, ref.dtype.base_dtype), use_locking=use_locking, name=name)


def local_variable(
    initial_value: Any,
    validate_shape: bool = True,
    name: str | None = None,
    use_resource: bool | None = None,
) -> Variable:
    """A variable that is neither trained nor saved.

    Args: as for `tf.Variable`.
    """
    return Variable(
        initial_value, trainable=False, collections=[GraphKeys.LOCAL_VARIABLES],
        validate_shape=validate_shape, name=name, use_resource=use_resource,
    )  # fmt: skip


def global_variable(
    initial_value: Any,
    validate_shape: bool = True,
    name: str | None = None,
    use_resource: bool | None = None,
) -> Variable:
    """A variable that is saved, and not trained.

    Args: as for `tf.Variable`.
    """
    return Variable(
        initial_value, trainable=False, collections=[GraphKeys.GLOBAL_VARIABLES],
        validate_shape=validate_shape, name=name, use_resource=use_resource,
    )  # fmt: skip


@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: VariableSynchronization = VariableSynchronization.AUTO,
    aggregation: VariableAggregation = VariableAggregation.NONE,
) -> Any:
    """A variable of the current scope, new or shared: `tf.get_variable` on a device.

    Args:
        collections: collections to add it to, GLOBAL_VARIABLES by default.
        device: the device, or a function that tells it.
        name, shape, dtype, initializer, regularizer, trainable, caching_device, partitioner,
            custom_getter, use_resource, synchronization, aggregation: as for `tf.get_variable`.
    """
    keys = list(dict.fromkeys(collections or [GraphKeys.GLOBAL_VARIABLES]))
    with device_scope(device) if device else contextlib.nullcontext():
        return get_variable(
            name, shape, dtype, initializer, regularizer, trainable, keys, caching_device,
            partitioner, use_resource=use_resource, custom_getter=custom_getter,
            synchronization=synchronization, aggregation=aggregation,
        )  # fmt: skip


@add_arg_scope
def model_variable(
    name: str,
    shape: Any = None,
    dtype: Any = dtypes.float32,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: VariableSynchronization = VariableSynchronization.AUTO,
    aggregation: VariableAggregation = VariableAggregation.NONE,
) -> Any:
    """A variable of a model: `variable`, in the collection MODEL_VARIABLES too."""
    keys = [*(collections or ()), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES]
    return variable(
        name, shape, dtype, initializer, regularizer, trainable, keys, caching_device, device,
        partitioner, custom_getter, use_resource, synchronization, aggregation,
    )  # fmt: skip


def add_model_variable(var: Any) -> None:
    """Adds a variable to the collection MODEL_VARIABLES, where it is not there.

    Args:
        var: the variable.
    """
    if var not in get_collection(GraphKeys.MODEL_VARIABLES):
        add_to_collection(GraphKeys.MODEL_VARIABLES, var)


# ---------------------------------------------------------------- found


def get_variables(
    scope: Any = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES
) -> list[Any]:
    """The variables of a collection whose names match.

    Args:
        scope: the start of the name, as a pattern, or a `VariableScope`.
        suffix: a part that follows after it.
        collection: the collection.
    """
    if isinstance(scope, VariableScope):
        scope = scope.name
    if suffix is not None:
        scope = (scope or "") + ".*" + suffix
    return get_collection(collection, scope)


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The variables of models whose names match; as `get_variables`.

    Args:
        scope: a variable scope, or a regular expression that begins the names.
        suffix: what the names end with.

    Returns:
        A list of variables.
    """
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The local variables whose names match; as `get_variables`.

    Args:
        scope: a variable scope, or a regular expression that begins the names.
        suffix: what the names end with.

    Returns:
        A list of variables.
    """
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The trainable variables whose names match; as `get_variables`.

    Args:
        scope: a variable scope, or a regular expression that begins the names.
        suffix: what the names end with.

    Returns:
        A list of variables.
    """
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_variables_to_restore(
    include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
) -> list[Any]:
    """The variables of some scopes, without those of others.

    Args:
        include: the starts of the names; all variables by default.
        exclude: the starts of the names to leave out.

    Raises:
        TypeError: for what is no list or tuple.
    """
    for what, given in (("include", include), ("exclude", exclude)):
        if given is not None and not isinstance(given, (list, tuple)):
            raise TypeError(f"{what} is provided but is not a list or a tuple.")
    found = get_variables() if include is None else [v for s in include for v in get_variables(s)]
    left_out = {id(v) for scope in exclude or () for v in get_variables(scope)}
    return [v for v in found if id(v) not in left_out]


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The variables whose names end so; a pattern.

    Args:
        suffix: what the names end with.
        scope: a variable scope, or a regular expression that begins the names.

    Returns:
        A list of variables.
    """
    return get_variables(scope, suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The variables whose names' last part is that.

    Args:
        given_name: the last part of the names.
        scope: a variable scope, or a regular expression that begins the names.

    Returns:
        A list of variables.
    """
    suffix = f"/{given_name}:|^{given_name}:"
    return get_variables(scope, suffix)


def get_unique_variable(var_op_name: str) -> Any:
    """The variable of a name.

    Args:
        var_op_name: the whole name of the variable's op.

    Returns:
        The variable.

    Raises:
        ValueError: when there is none, or several start so and none is it.
    """
    found = get_variables(var_op_name)
    if not found:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for candidate in found:
        if candidate.op.name == var_op_name:
            return candidate
    raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")


def get_variable_full_name(var: Any) -> str:
    """A variable's name in checkpoints: for a part of one, that of the whole.

    Args:
        var: a variable, or a part of one that is divided.

    Returns:
        The name that it is saved under.
    """
    part = var._save_slice_info
    return str(var.op.name if part is None else part.full_name)


def filter_variables(
    var_list: Sequence[Any],
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list[Any]:
    """The variables whose op names match one of some patterns, and none of others.

    Args:
        var_list: the variables.
        include_patterns: the patterns; None for all.
        exclude_patterns: the patterns that leave out.
        reg_search: whether a match may be anywhere in the name, rather than at its start.
    """
    matches = re.search if reg_search else re.match

    def any_of(patterns: Sequence[str], var: Any) -> bool:
        return any(matches(p, var.op.name) for p in patterns)

    kept = list(var_list)
    if include_patterns is not None:
        kept = [v for v in kept if any_of(include_patterns, v)]
    if exclude_patterns is not None:
        kept = [v for v in kept if not any_of(exclude_patterns, v)]
    return kept


def check_value(value: Any, var: Any, name: str) -> Any:
    """A value as an array of a variable's shape.

    Raises:
        ValueError: when it has another size.
    """
    array = np.asarray(value)
    sizes = var.shape.as_list()
    if array.size != var.shape.num_elements():
        raise ValueError(
            f"Total size of new array must be unchanged for {name} lh_shape: "
            f"[{list(array.shape)}], rh_shape: [{sizes}]"
        )
    return array.reshape(sizes)


Assignment = tuple[Operation, dict[Any, Any]]
