"""Batch normalization as a layer, with moving averages of mean and variance."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import bool as boolean
from pyengine.dtypes import float32
from pyengine.graph import Tensor
from pyengine.initializers import ones_initializer, zeros_initializer
from pyengine.layers.base import InputSpec, Layer, initializer_of
from pyengine.layers.core import known_flag
from pyengine.ops.array import identity, reshape, shape, stop_gradient
from pyengine.ops.batch_norm import fused_batch_norm
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import sqrt
from pyengine.ops.filling import fill, ones_like, zeros_like
from pyengine.ops.gathering import gather
from pyengine.ops.joining import concat
from pyengine.ops.math import add, cast, maximum, minimum, multiply, negative, realdiv, subtract
from pyengine.ops.moments import batch_normalization as normalized
from pyengine.ops.moments import moments
from pyengine.ops.reduce import reduce_mean, reduce_prod
from pyengine.ops.repetition import where
from pyengine.ops.state import assign, assign_sub
from pyengine.scopes import control_dependencies, name_scope
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
        self.renorm = renorm
        self.renorm_clipping = _checked_clipping(renorm_clipping) if renorm else {}
        self.renorm_momentum = renorm_momentum
        self.virtual_batch_size = (
            None if virtual_batch_size is None else int(whole(virtual_batch_size))
        )
        self.adjustment = adjustment
        self._refuse_special("fused=True", fused)
        self.fused = fused
        self.gamma: Any = None
        self.beta: Any = None
        self.moving_mean: Any = None
        self.moving_variance: Any = None
        self.moving_stddev: Any = None
        self.renorm_mean: Any = None
        self.renorm_stddev: Any = None

    def _refuse_special(self, what: str, is_given: Any) -> None:
        """Refuses what the op for images cannot do."""
        if not is_given:
            return
        if self.renorm:
            raise ValueError(f"Passing both {what} and renorm=True is not supported")
        if self.virtual_batch_size is not None:
            raise ValueError(f"Passing {what} is not supported with virtual_batch_size")
        if self.adjustment is not None:
            raise ValueError(f"Passing {what} is not supported with adjustment")

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
        self._check_virtual()
        can_fuse = n == 4 and self.axis in ([1], [3])
        is_special = self.renorm or self.virtual_batch_size is not None or self.adjustment
        if self.fused is None:
            self.fused = can_fuse and not is_special
        elif self.fused and not can_fuse:
            raise ValueError(
                "Fused batch normalization is only supported for inputs of rank 4 along axis 1 or "
                f"3, got rank {n} and axis {self.axis}"
            )
        self.input_spec = InputSpec(ndim=n, axes=along)
        self._make_variables([along.get(a, 1) for a in range(n)])
        self.built = True

    def _check_virtual(self) -> None:
        if self.virtual_batch_size is None:
            return
        if self.virtual_batch_size <= 0:
            raise ValueError(
                f"virtual_batch_size must be a positive integer that divides the true batch size "
                f"of the input, got {self.virtual_batch_size}"
            )
        if 0 in self.axis:
            raise ValueError(
                f"When using virtual_batch_size, the batch dimension must be 0 and thus axis "
                f"cannot include 0, got {self.axis}"
            )
        if self.adjustment is not None:
            raise ValueError("When using virtual_batch_size, adjustment cannot be specified")

    def _make_variables(self, wide: list[int | None]) -> None:
        """Vectors for one axis; for several, tensors that broadcast with the input."""
        shape = [wide[self.axis[0]]] if len(self.axis) == 1 else wide
        if self.virtual_batch_size is not None:  # the batch becomes two axes
            shape = [wide[0], 1, *wide[1:]]
            self.axis = [a + 1 for a in self.axis]
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
        if not self.renorm:
            return

        def first_stddev(shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
            return sqrt(initializer_of(self.moving_variance_initializer)(shape, dtype=dtype))

        self.moving_stddev = self.add_weight(
            "moving_stddev", shape, dtype, first_stddev, trainable=False
        )
        self.renorm_mean = self.add_weight(
            "renorm_mean", shape, dtype, self.moving_mean_initializer, trainable=False
        )
        self.renorm_stddev = self.add_weight(
            "renorm_stddev", shape, dtype, first_stddev, trainable=False
        )

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        if self.virtual_batch_size is None:
            return self._call(inputs, training)
        with_batch = inputs.shape
        rest = shape(inputs)[1:]
        groups = reshape(inputs, concat([[self.virtual_batch_size, -1], rest], 0))
        groups.set_shape([self.virtual_batch_size, None, *with_batch[1:]])
        out = reshape(self._call(groups, training), concat([[-1], rest], 0))
        out.set_shape(with_batch)
        return out

    def _call(self, inputs: Tensor, training: Any) -> Tensor:
        on = known_flag(training)
        if self.fused and on is not None and self._param_dtype is float32:
            return self._fused(inputs, on)
        if on is False:
            return self._normalized(inputs, self.moving_mean, self.moving_variance)
        is_virtual = self.virtual_batch_size is not None
        axes = [i for i in range(inputs.shape.ndims or 0) if i not in self.axis]
        if is_virtual:
            axes.remove(1)  # each virtual batch has statistics of its own
        wide = cast(inputs, self._param_dtype)
        mean, variance = moments(wide, axes, keepdims=is_virtual or len(self.axis) > 1)
        unbiased = variance
        if self.fused:
            count = cast(reduce_prod(gather(shape(wide), axes)), self._param_dtype)
            unbiased = multiply(variance, realdiv(count, maximum(subtract(count, 1.0), 1.0)))
        new = (mean, unbiased)
        if is_virtual:  # the averages move once, by the mean of the virtual batches
            new = (reduce_mean(mean, 1, keepdims=True), reduce_mean(variance, 1, keepdims=True))
        correction: list[Any] = []
        if self.renorm:
            *correction, with_averages = self._correction(*new, training, on)
        scale, offset = self._transforms(inputs, training, on, correction)
        if self.renorm:
            with control_dependencies(with_averages):
                self._update_with_stddev(identity(new[0]), identity(new[1]), training, on)
        else:
            self._update(*new, training, on)
        if on is None:
            mean = _chosen(training, mean, self.moving_mean)
            variance = _chosen(training, variance, self.moving_variance)
        return self._normalized(inputs, mean, variance, scale, offset)

    def _transforms(
        self, inputs: Tensor, training: Any, on: bool | None, correction: list[Any]
    ) -> tuple[Any, Any]:
        """What to multiply the normalized input with and to add: gamma, beta and corrections.

        One after the other, each a scale and an offset: the adjustment, gamma and beta as `x *
        adjustment * gamma`, and before all of them the correction of batch renormalization.
        """
        steps = []
        if correction:
            steps.append([self._broadcast(t, inputs) for t in correction])
        elif self.adjustment is None:
            return self.gamma, self.beta
        if self.adjustment is not None:
            scale, offset = self.adjustment(shape(inputs))
            if on is None:
                scale = _chosen(training, scale, ones_like(scale))
                offset = _chosen(training, offset, zeros_like(offset))
            steps.append([scale, offset])
        gamma, beta = (self._broadcast(t, inputs) for t in (self.gamma, self.beta))
        scale, offset = steps[0]
        for more, plus in [*steps[1:], (gamma, beta)]:
            if more is not None:
                scale, offset = multiply(scale, more), multiply(offset, more)
            if plus is not None:
                offset = add(offset, plus)
        return scale, offset

    def _correction(self, mean: Tensor, variance: Tensor, training: Any, on: bool | None) -> Any:
        """r and d of Ioffe (2017), algorithm 1; and ops that move the averages they are made from.

        x * r + d is x normalized by the moving averages, so long as r and d are not clipped.
        """
        stddev = sqrt(add(variance, self.epsilon))
        average = maximum(self.renorm_stddev, self.epsilon**0.5)  # nothing divides by zero
        r = realdiv(stddev, average)
        d = realdiv(subtract(mean, self.renorm_mean), average)
        with control_dependencies([r, d]):  # these see the averages as they were
            mean, stddev = identity(mean), identity(stddev)
        bounds = self.renorm_clipping
        if bounds.get("rmin") is not None:
            r = maximum(r, bounds["rmin"])
        if bounds.get("rmax") is not None:
            r = minimum(r, bounds["rmax"])
        if bounds.get("dmax") is not None:
            d = minimum(maximum(d, negative(bounds["dmax"])), bounds["dmax"])
        if on is None:
            r = _chosen(training, r, ones_like(r))
            d = _chosen(training, d, zeros_like(d))
        share = self._share(self.renorm_momentum, training, on)
        moved = [
            _moved(self.renorm_mean, mean, share),
            _moved(self.renorm_stddev, stddev, share),
        ]
        return stop_gradient(r, name="renorm_r"), stop_gradient(d, name="renorm_d"), moved

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

    def _broadcast(self, t: Any, inputs: Tensor) -> Any:
        """A vector along the one axis as a tensor that broadcasts with the input."""
        n = inputs.shape.ndims or 0
        if t is None or self.axis == [n - 1] or t.shape.ndims == n:
            return t
        return reshape(t, [1 if i not in self.axis else -1 for i in range(n)])

    def _normalized(
        self, inputs: Tensor, mean: Any, variance: Any, scale: Any = None, offset: Any = None
    ) -> Tensor:
        scale = self.gamma if scale is None else scale
        offset = self.beta if offset is None else offset
        mean, variance, offset, scale = (
            self._broadcast(t, inputs) for t in (mean, variance, offset, scale)
        )
        out = normalized(inputs, mean, variance, offset, scale, self.epsilon)
        out.set_shape(inputs.shape)
        return out

    def _share(self, momentum: Any, training: Any, on: bool | None) -> Any:
        """What an average takes of a new value: nothing when not training."""
        share = 1 - momentum
        return share if on is not None else multiply(cast(training, self._param_dtype), share)

    def _update(self, mean: Tensor, variance: Tensor, training: Any, on: bool | None) -> None:
        """Moves the averages towards the batch's statistics, by nothing when not training."""
        share = self._share(self.momentum, training, on)
        self.add_update(_moved(self.moving_mean, mean, share))
        self.add_update(_moved(self.moving_variance, variance, share))

    def _update_with_stddev(
        self, mean: Tensor, variance: Tensor, training: Any, on: bool | None
    ) -> None:
        """As `_update`, but it is the deviation whose average moves, as in Ioffe (2017)."""
        share = self._share(self.momentum, training, on)
        self.add_update(_moved(self.moving_mean, mean, share))
        stddev = sqrt(add(variance, self.epsilon))
        moved = _moved(self.moving_stddev, stddev, share)
        # Rounding may take it below zero.
        value = maximum(subtract(multiply(moved, moved), self.epsilon), 0.0)
        if on is None:
            value = _chosen(training, value, self.moving_variance)
        with name_scope("AssignNewValue") as scope:
            self.add_update(assign(self.moving_variance, value, name=scope))

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        return as_shape(input_shape)


def _moved(average: Any, value: Any, share: Any) -> Tensor:
    """An op that moves an average towards a value, and gives what it is then."""
    with name_scope("AssignMovingAvg") as scope:
        return assign_sub(average, multiply(subtract(average, value), share), name=scope)


def _checked_clipping(clipping: Any) -> dict[str, Any]:
    clipping = dict(clipping or {})
    unknown = set(clipping) - {"rmax", "rmin", "dmax"}
    if unknown:
        raise ValueError(
            f"renorm_clipping {clipping} contains keys not in ['rmax', 'rmin', 'dmax']: "
            f"{sorted(unknown)}"
        )
    return clipping


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
        renorm: whether to normalize by what several steps have seen rather than by one batch
            (Ioffe, https://arxiv.org/abs/1702.03275): training and inference then agree better.
        renorm_clipping: the bounds "rmin", "rmax" and "dmax" of the correction `x * r + d`.
        renorm_momentum: what the averages that the correction is made from keep of themselves.
        virtual_batch_size: normalizes the batch in parts, each of this many examples, as if each
            were a batch; it must divide the batch's size.
        adjustment: a function of the input's shape that returns a scale and an offset, which are
            applied to the normalized input while training, before gamma and beta.

    Raises:
        ValueError: for an axis that is not there, or whose size is not known; for `fused` together
            with `renorm`, `virtual_batch_size` or `adjustment`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     y = tf.layers.batch_normalization(
        ...         tf.constant([[1.0], [3.0]]), epsilon=0.0, training=True
        ...     )
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(y).tolist()
        [[-1.0], [1.0]]
    """
    layer = BatchNormalization(
        axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer,
        moving_mean_initializer, moving_variance_initializer, beta_regularizer, gamma_regularizer,
        beta_constraint, gamma_constraint, renorm, renorm_clipping, renorm_momentum, fused,
        trainable, virtual_batch_size, adjustment, name, _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs, training=training)
