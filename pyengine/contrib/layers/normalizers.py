"""Batch and layer normalization of contrib."""

from __future__ import annotations

from typing import Any

from pyengine.contrib.framework.arg_scope import add_arg_scope
from pyengine.contrib.layers.wiring import collected, variable
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.initializers import ones_initializer, zeros_initializer
from pyengine.layers.normalization import BatchNormalization
from pyengine.ops.array import identity
from pyengine.ops.elementwise import rsqrt, square
from pyengine.ops.moments import batch_normalization, moments
from pyengine.ops.reduce import reduce_sum
from pyengine.scopes import control_dependencies
from pyengine.variable_scope import variable_scope

__all__ = ["batch_norm", "layer_norm", "unit_norm"]


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Any = None,
    param_initializers: dict[str, Any] | None = None,
    param_regularizers: dict[str, Any] | None = None,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    is_training: Any = True,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_decay: float = 0.99,
    adjustment: Any = None,
) -> Tensor:
    """Batch normalization, with moving averages.

    See Ioffe and Szegedy, https://arxiv.org/abs/1502.03167

    Args:
        inputs: a floating-point tensor of rank 2 or more.
        decay: what the moving averages keep of themselves at each step.
        center, scale: whether there is a beta to add, and a gamma to multiply with.
        epsilon: a small number added to the variance.
        activation_fn: a function of the output.
        param_initializers, param_regularizers: by the names beta, gamma, moving_mean and
            moving_variance.
        updates_collections: the collection of the updates; None to run them with the output.
        is_training: a boolean, or a boolean scalar tensor.
        reuse, outputs_collections, trainable, scope: as for `fully_connected`.
        variables_collections: accepted.
        fused: whether to use the op for images; None where it can be used.
        data_format: "NHWC", or "NCHW" for channels second.
        renorm, renorm_clipping, adjustment: as for `tf.layers.batch_normalization`.
        renorm_decay: its `renorm_momentum`.
        batch_weights, zero_debias_moving_mean: not available.

    Raises:
        NotImplementedError: for what is not available.
    """
    if batch_weights is not None or zero_debias_moving_mean:
        raise NotImplementedError(
            "batch_norm with batch_weights or zero_debias_moving_mean is not available: leave them "
            "out, and leave padding out of the batch"
        )
    starts = param_initializers or {}
    regularizers = param_regularizers or {}
    with variable_scope(scope, "BatchNorm", [inputs], reuse=reuse) as sc:
        x = convert_to_tensor(inputs)
        layer = BatchNormalization(
            1 if data_format.startswith("NC") else -1, decay, epsilon, center, scale,
            starts.get("beta", zeros_initializer()), starts.get("gamma", ones_initializer()),
            starts.get("moving_mean", zeros_initializer()),
            starts.get("moving_variance", ones_initializer()),
            regularizers.get("beta"), regularizers.get("gamma"), fused=fused, renorm=renorm,
            renorm_clipping=renorm_clipping, renorm_momentum=renorm_decay, adjustment=adjustment,
            trainable=trainable, name=sc.name, _scope=sc, _reuse=reuse,
        )  # fmt: skip
        graph = get_default_graph()
        before = list(graph.get_collection(GraphKeys.UPDATE_OPS))
        out = layer(x, training=is_training)
        updates = [u for u in layer._updates if u not in before]
        if updates_collections != GraphKeys.UPDATE_OPS:
            graph.get_collection_ref(GraphKeys.UPDATE_OPS)[:] = before
            if updates_collections is not None:
                for update in updates:
                    graph.add_to_collections(updates_collections, update)
            elif updates:
                with control_dependencies(updates):
                    out = identity(out)
        for v in layer.variables:
            if v not in graph.get_collection(GraphKeys.MODEL_VARIABLES):
                graph.add_to_collection(GraphKeys.MODEL_VARIABLES, v)
        out = activation_fn(out) if activation_fn is not None else out
        return collected(out, outputs_collections)


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Tensor:
    """Normalization of each example by its own mean and variance.

    See Ba et al., https://arxiv.org/abs/1607.06450

    Args:
        inputs: a tensor of a known rank.
        center, scale: whether there is a beta to add, and a gamma to multiply with.
        activation_fn: a function of the output.
        begin_norm_axis: the first of the axes to normalize along.
        begin_params_axis: the first of the axes of beta and gamma.
        reuse, variables_collections, outputs_collections, trainable, scope: as for
            `fully_connected`.

    Raises:
        ValueError: when the rank or the sizes are not known.
    """
    with variable_scope(scope, "LayerNorm", [inputs], reuse=reuse):
        x = convert_to_tensor(inputs)
        n = x.shape.ndims
        if n is None:
            raise ValueError(f"Inputs {x.name} has undefined rank.")
        start = begin_norm_axis + n if begin_norm_axis < 0 else begin_norm_axis
        if start >= n or begin_params_axis >= n:
            raise ValueError(
                f"begin_norm_axis ({start}) and begin_params_axis ({begin_params_axis}) must be "
                f"less than the rank, {n}"
            )
        sizes = x.shape[begin_params_axis:]
        if not sizes.is_fully_defined():
            raise ValueError(f"The sizes of {x.name} from axis {begin_params_axis} must be known")
        dtype = x.dtype.base_dtype
        beta = gamma = None
        if center:
            beta = variable(
                "beta", sizes, dtype, zeros_initializer(), None, trainable, variables_collections
            )
        if scale:
            gamma = variable(
                "gamma", sizes, dtype, ones_initializer(), None, trainable, variables_collections
            )
        mean, variance = moments(x, list(range(start, n)), keepdims=True)
        epsilon = 1e-3 if dtype.size == 2 else 1e-12
        out = batch_normalization(x, mean, variance, beta, gamma, epsilon)
        out.set_shape(x.shape)
        out = activation_fn(out) if activation_fn is not None else out
        return collected(out, outputs_collections)


@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Tensor:
    """The input scaled to the length 1 along an axis.

    Args:
        inputs: a floating tensor of known rank.
        dim: the axis of the vectors.
        epsilon: what is added to the squared norm, a number.
        scope: the variable scope.

    Returns:
        A tensor of the dtype and shape of `inputs`.
    """
    with variable_scope(scope, "UnitNorm", [inputs]):
        x = convert_to_tensor(inputs)
        if x.shape.ndims is None:
            raise ValueError("The input rank must be known.")
        if not 0 <= dim < x.shape.ndims:
            raise ValueError(f"dim must be in the range [0, {x.shape.ndims}), got {dim}")
        return x * rsqrt(reduce_sum(square(x), dim, keepdims=True) + epsilon)
