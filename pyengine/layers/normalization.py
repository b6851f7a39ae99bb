"""Batch normalization as a layer, with moving averages of mean and variance."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import bool as boolean
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.initializers import ones_initializer, zeros_initializer
from pyengine.layers.base import InputSpec, Layer
from pyengine.layers.core import known_flag
from pyengine.ops.array import identity, reshape, shape
from pyengine.ops.batch_norm import fused_batch_norm
from pyengine.ops.declare import whole
from pyengine.ops.filling import fill, ones_like
from pyengine.ops.gathering import gather
from pyengine.ops.math import cast, maximum, multiply, realdiv, subtract
from pyengine.ops.moments import batch_normalization as normalized
from pyengine.ops.moments import moments
from pyengine.ops.reduce import reduce_prod
from pyengine.ops.repetition import where
from pyengine.ops.state import assign_sub
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape, as_shape

__all__ = ["BatchNormalization", "batch_normalization"]


class BatchNormalization(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta; for arguments see the function.

    The ops that update the moving averages are in the collection UPDATE_OPS: a training step must
    wait for them.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
        gamma_initializer: Any = ones_initializer(),  # noqa: B008
        moving_mean_initializer: Any = zeros_initializer(),  # noqa: B008
        moving_variance_initializer: Any = ones_initializer(),  # noqa: B008
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        for what, given in (
            ("renorm", renorm),
            ("virtual_batch_size", virtual_batch_size),
            ("adjustment", adjustment),
        ):
            if given:
                raise NotImplementedError(
                    f"batch normalization with `{what}` is not available: leave it out for plain "
                    f"batch normalization (https://arxiv.org/abs/1702.03275 tells the difference)"
                )
        axes = axis if isinstance(axis, (list, tuple)) else [axis]
        self.axis = [int(whole(a)) for a in axes]
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = beta_initializer
        self.gamma_initializer = gamma_initializer
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        self.beta_regularizer = beta_regularizer
        self.gamma_regularizer = gamma_regularizer
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.fused = fused
        self.gamma: Any = None
        self.beta: Any = None
        self.moving_mean: Any = None
        self.moving_variance: Any = None

    def build(self, input_shape: Any) -> None:
        sizes = as_shape(input_shape)
        n = sizes.ndims
        if n is None:
            raise ValueError("Input has undefined rank. Give it one with set_shape()")
        self.axis = [a + n if a < 0 else a for a in self.axis]
        if any(not 0 <= a < n for a in self.axis) or len(set(self.axis)) != len(self.axis):
            raise ValueError(
                f"Invalid axis: {self.axis}, for an input of shape {sizes}: each axis is one of "
                f"its {n}, and none stands twice"
            )
        along = {a: sizes[a].value for a in self.axis}
        if None in along.values():
            raise ValueError(f"Input has undefined `axis` dimension. Input shape: {sizes}")
        can_fuse = n == 4 and self.axis in ([1], [3])
        if self.fused is None:
            self.fused = can_fuse
        elif self.fused and not can_fuse:
            raise ValueError(
                "Fused batch normalization is only supported for inputs of rank 4 along axis 1 or "
                f"3, got rank {n} and axis {self.axis}"
            )
        self.input_spec = InputSpec(ndim=n, axes=along)
        self._make_variables([along.get(a, 1) for a in range(n)])
        self.built = True

    def _make_variables(self, wide: list[int | None]) -> None:
        """Vectors for one axis; for several, tensors that broadcast with the input."""
        shape = [wide[self.axis[0]]] if len(self.axis) == 1 else wide
        # Statistics of half floats are taken and kept in float32.
        dtype = float32 if self._dtype is None or self._dtype.size == 2 else self._dtype
        if self.scale:
            self.gamma = self.add_weight(
                "gamma", shape, dtype, self.gamma_initializer, self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )  # fmt: skip
        if self.center:
            self.beta = self.add_weight(
                "beta", shape, dtype, self.beta_initializer, self.beta_regularizer,
                constraint=self.beta_constraint,
            )  # fmt: skip
        self.moving_mean = self.add_weight(
            "moving_mean", shape, dtype, self.moving_mean_initializer, trainable=False
        )
        self.moving_variance = self.add_weight(
            "moving_variance", shape, dtype, self.moving_variance_initializer, trainable=False
        )

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        on = known_flag(training)
        if self.fused and on is not None and self._param_dtype is float32:
            return self._fused(inputs, on)
        axes = [i for i in range(inputs.shape.ndims or 0) if i not in self.axis]
        if on is False:
            return self._normalized(inputs, self.moving_mean, self.moving_variance)
        wide = cast(inputs, self._param_dtype)
        mean, variance = moments(wide, axes, keepdims=len(self.axis) > 1)
        if self.fused:
            count = cast(reduce_prod(gather(shape(wide), axes)), self._param_dtype)
            unbiased = realdiv(count, maximum(subtract(count, 1.0), 1.0))
            self._update(mean, multiply(variance, unbiased), training, on)
        else:
            self._update(mean, variance, training, on)
        if on is None:
            mean = _chosen(training, mean, self.moving_mean)
            variance = _chosen(training, variance, self.moving_variance)
        return self._normalized(inputs, mean, variance)

    @property
    def _param_dtype(self) -> Any:
        return self.moving_mean.dtype.base_dtype

    def _fused(self, inputs: Tensor, training: bool) -> Tensor:
        size = self.moving_mean.shape.as_list()
        scale: Any = self.gamma if self.scale else fill(size, 1.0)
        offset: Any = self.beta if self.center else fill(size, 0.0)
        out, mean, variance = fused_batch_norm(
            inputs,
            scale,
            offset,
            None if training else self.moving_mean,
            None if training else self.moving_variance,
            self.epsilon,
            "NCHW" if self.axis == [1] else "NHWC",
            training,
        )
        if training:
            self._update(mean, variance, True, True)
        return out

    def _normalized(self, inputs: Tensor, mean: Any, variance: Any) -> Tensor:
        n = inputs.shape.ndims or 0
        found = [mean, variance, self.beta, self.gamma]
        if self.axis != [n - 1] and len(self.axis) == 1:
            sizes = [1 if i not in self.axis else -1 for i in range(n)]
            found = [None if t is None else reshape(t, sizes) for t in found]
        mean, variance, offset, scale = found
        out = normalized(inputs, mean, variance, offset, scale, self.epsilon)
        out.set_shape(inputs.shape)
        return out

    def _update(self, mean: Tensor, variance: Tensor, training: Any, on: bool | None) -> None:
        """Moves the averages towards the batch's statistics, by nothing when not training."""
        share: Any = 1 - self.momentum
        if on is None:
            share = multiply(cast(training, self._param_dtype), share)
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            with name_scope("AssignMovingAvg") as scope:
                step = multiply(subtract(moving, value), share)
                self.add_update(assign_sub(moving, step, name=scope))

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        return as_shape(input_shape)


def _chosen(training: Any, batch: Tensor, moving: Any) -> Tensor:
    """The batch's statistics where `training` is true, else the moving ones."""
    flags = multiply(ones_like(batch), cast(training, batch.dtype.base_dtype))
    return where(cast(flags, boolean), batch, identity(moving))


def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
    gamma_initializer: Any = ones_initializer(),  # noqa: B008
    moving_mean_initializer: Any = zeros_initializer(),  # noqa: B008
    moving_variance_initializer: Any = ones_initializer(),  # noqa: B008
    beta_regularizer: Any = None,
    gamma_regularizer: Any = None,
    beta_constraint: Any = None,
    gamma_constraint: Any = None,
    training: Any = False,
    trainable: bool = True,
    name: str | None = None,
    reuse: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Any = None,
) -> Tensor:
    """Normalizes by the statistics of the batch while training, by moving averages otherwise.

    See Ioffe and Szegedy, https://arxiv.org/abs/1502.03167

    Args:
        inputs: a floating-point tensor.
        axis: the axis of the features, or a list of axes.
        momentum: what the moving averages keep of themselves at each step.
        epsilon: a small number added to the variance.
        center, scale: whether there is a beta to add, and a gamma to multiply with.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer,
            beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint: of the
            variables.
        training: a boolean, or a boolean scalar tensor.
        trainable, name, reuse: as for `dense`.
        fused: whether to use the op for images; None where it can be used.
        renorm, renorm_clipping, renorm_momentum, virtual_batch_size, adjustment: not available.

    Raises:
        ValueError: for an axis that is not there, or whose size is not known.
    """
    layer = BatchNormalization(
        axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer,
        moving_mean_initializer, moving_variance_initializer, beta_regularizer, gamma_regularizer,
        beta_constraint, gamma_constraint, renorm, renorm_clipping, renorm_momentum, fused,
        trainable, virtual_batch_size, adjustment, name, _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs, training=training)
