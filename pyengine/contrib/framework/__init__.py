"""Argument scopes, variables by name, checkpoints: the `tf.contrib.framework` namespace."""

from __future__ import annotations

from pyengine import nest
from pyengine.contrib.framework.arg_scope import (
    add_arg_scope,
    arg_scope,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)
from pyengine.contrib.framework.checkpoints import (
    assign_from_checkpoint,
    assign_from_checkpoint_fn,
    assign_from_values,
    assign_from_values_fn,
)
from pyengine.contrib.framework.variables import (
    add_model_variable,
    filter_variables,
    get_local_variables,
    get_model_variables,
    get_trainable_variables,
    get_unique_variable,
    get_variable_full_name,
    get_variables,
    get_variables_by_name,
    get_variables_by_suffix,
    get_variables_to_restore,
    global_variable,
    local_variable,
    model_variable,
    variable,
    zero_initializer,
)
from pyengine.convert import is_tensor
from pyengine.ops.check_ranks import assert_same_float_dtype, assert_scalar
from pyengine.ops.sorting import argsort, sort
from pyengine.sparse_tensor import convert_to_tensor_or_sparse_tensor
from pyengine.train.checkpoint_utils import (
    init_from_checkpoint,
    list_variables,
    load_checkpoint,
    load_variable,
)
from pyengine.train.training_util import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)

__all__ = [
    "add_arg_scope", "add_model_variable", "arg_scope", "arg_scoped_arguments", "argsort",
    "assert_global_step", "assert_same_float_dtype", "assert_scalar", "assign_from_checkpoint",
    "assign_from_checkpoint_fn", "assign_from_values", "assign_from_values_fn",
    "convert_to_tensor_or_sparse_tensor", "create_global_step", "current_arg_scope",
    "filter_variables", "get_global_step", "get_local_variables", "get_model_variables",
    "get_or_create_global_step", "get_trainable_variables", "get_unique_variable",
    "get_variable_full_name", "get_variables", "get_variables_by_name", "get_variables_by_suffix",
    "get_variables_to_restore", "global_variable", "has_arg_scope", "init_from_checkpoint",
    "is_tensor", "list_variables", "load_checkpoint", "load_variable", "local_variable",
    "model_variable", "nest", "sort", "variable", "zero_initializer",
]  # fmt: skip
