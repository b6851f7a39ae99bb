"""Invertible maps, to make distributions of others: `tf.contrib.distributions.bijectors`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyengine as tf
from pyengine.distributions.distribution import float_parameters
from pyengine.graph import Tensor

__all__ = [
    "Affine",
    "AffineScalar",
    "Bijector",
    "Chain",
    "Exp",
    "FillTriangular",
    "Identity",
    "Inline",
    "Invert",
    "PowerTransform",
    "Sigmoid",
    "Softplus",
    "Square",
]


class Bijector:
    """The base of all bijectors; a subclass gives `_forward`, `_inverse` and a log determinant.

    `_log_scale(x)`, the log of the derivative for each element of an elementwise map, is summed
    over the dims of an event; other maps override `_forward_log_det_jacobian`.

    Args:
        event_ndims: how many dims an event has, for callers that do not say.
        validate_args: accepted.
        name: the scope of the ops.
    """

    def __init__(
        self, event_ndims: int = 0, validate_args: bool = False, name: str | None = None
    ) -> None:
        self._event_ndims = int(event_ndims)
        self._validate_args = validate_args
        self._name = name or type(self).__name__.lower()

    @property
    def name(self) -> str:
        """The scope of the ops."""
        return self._name

    @property
    def event_ndims(self) -> int:
        """How many dims an event has."""
        return self._event_ndims

    @property
    def validate_args(self) -> bool:
        """Whether values are checked."""
        return self._validate_args

    def forward(self, x: Any, name: str = "forward") -> Tensor:
        """The map of `x`."""
        with tf.name_scope(self._name), tf.name_scope(name):
            return self._forward(tf.convert_to_tensor(x, name="x"))

    def inverse(self, y: Any, name: str = "inverse") -> Tensor:
        """What is mapped to `y`."""
        with tf.name_scope(self._name), tf.name_scope(name):
            return self._inverse(tf.convert_to_tensor(y, name="y"))

    def forward_log_det_jacobian(
        self, x: Any, event_ndims: int | None = None, name: str = "forward_log_det_jacobian"
    ) -> Tensor:
        """The log of the determinant of the map's Jacobian at `x`."""
        ndims = self._event_ndims if event_ndims is None else int(event_ndims)
        with tf.name_scope(self._name), tf.name_scope(name):
            return self._forward_log_det_jacobian(tf.convert_to_tensor(x, name="x"), ndims)

    def inverse_log_det_jacobian(
        self, y: Any, event_ndims: int | None = None, name: str = "inverse_log_det_jacobian"
    ) -> Tensor:
        """The log of the determinant of the inverse's Jacobian at `y`."""
        with tf.name_scope(self._name), tf.name_scope(name):
            x = self.inverse(y)
            return -self.forward_log_det_jacobian(x, event_ndims)

    def _forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no forward: define _forward(x)")

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError(
            f"{type(self).__name__} has no inverse: define _inverse(y), or take its forward only"
        )

    def _log_scale(self, x: Tensor) -> Tensor:
        raise NotImplementedError(
            f"{type(self).__name__} has no forward_log_det_jacobian: define _log_scale(x), the log "
            "of |dy/dx| of each element"
        )

    def _forward_log_det_jacobian(self, x: Tensor, event_ndims: int) -> Tensor:
        return _summed(self._log_scale(x), event_ndims)


def _summed(x: Tensor, event_ndims: int) -> Tensor:
    return tf.reduce_sum(x, list(range(-event_ndims, 0))) if event_ndims else x


class Identity(Bijector):
    """`y = x`."""

    def _forward(self, x: Tensor) -> Tensor:
        return tf.identity(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return tf.identity(y)

    def _log_scale(self, x: Tensor) -> Tensor:
        return tf.zeros_like(x)


class Exp(Bijector):
    """`y = exp(x)`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     exp = tf.contrib.distributions.bijectors.Exp()
        ...     float(sess.run(exp.inverse_log_det_jacobian(1.0)))
        -0.0
    """

    def _forward(self, x: Tensor) -> Tensor:
        return tf.exp(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return tf.log(y)

    def _log_scale(self, x: Tensor) -> Tensor:
        return tf.identity(x)


class Softplus(Bijector):
    """`y = h log(1 + exp(x / h))`, where h is `hinge_softness`, 1 by default."""

    def __init__(
        self,
        event_ndims: int = 0,
        hinge_softness: Any = None,
        validate_args: bool = False,
        name: str = "softplus",
    ) -> None:
        super().__init__(event_ndims, validate_args, name)
        self._softness = hinge_softness

    @property
    def hinge_softness(self) -> Any:
        """How soft the hinge is."""
        return self._softness

    def _h(self, x: Tensor) -> Tensor:
        return tf.cast(1.0 if self._softness is None else self._softness, x.dtype)

    def _forward(self, x: Tensor) -> Tensor:
        h = self._h(x)
        return h * tf.nn.softplus(x / h)

    def _inverse(self, y: Tensor) -> Tensor:
        from pyengine.distributions.util import softplus_inverse

        h = self._h(y)
        return h * softplus_inverse(y / h)

    def _log_scale(self, x: Tensor) -> Tensor:
        return -tf.nn.softplus(-x / self._h(x))


class Sigmoid(Bijector):
    """`y = 1 / (1 + exp(-x))`."""

    def _forward(self, x: Tensor) -> Tensor:
        return tf.sigmoid(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return tf.log(y) - tf.log1p(-y)

    def _log_scale(self, x: Tensor) -> Tensor:
        return -tf.nn.softplus(-x) - tf.nn.softplus(x)


class Square(Bijector):
    """`y = x^2` of numbers that are not negative."""

    def _forward(self, x: Tensor) -> Tensor:
        return tf.square(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return tf.sqrt(y)

    def _log_scale(self, x: Tensor) -> Tensor:
        return tf.log(2.0 * x)


class PowerTransform(Bijector):
    """`y = (1 + x c)^(1 / c)`, which is `exp(x)` for a power c of 0."""

    def __init__(
        self,
        power: float = 0.0,
        event_ndims: int = 0,
        validate_args: bool = False,
        name: str = "power_transform",
    ) -> None:
        super().__init__(event_ndims, validate_args, name)
        if power < 0:
            raise ValueError("`power` must be a non-negative TF constant.")
        self._power = float(power)

    @property
    def power(self) -> float:
        """The c."""
        return self._power

    def _forward(self, x: Tensor) -> Tensor:
        c = self._power
        return tf.exp(tf.log1p(x * c) / c) if c else tf.exp(x)

    def _inverse(self, y: Tensor) -> Tensor:
        c = self._power
        return tf.expm1(tf.log(y) * c) / c if c else tf.log(y)

    def _log_scale(self, x: Tensor) -> Tensor:
        c = self._power
        return (1.0 / c - 1.0) * tf.log1p(x * c) if c else tf.identity(x)


class AffineScalar(Bijector):
    """`y = scale x + shift`, element by element."""

    def __init__(
        self,
        shift: Any = None,
        scale: Any = None,
        event_ndims: int = 0,
        validate_args: bool = False,
        name: str = "affine_scalar",
    ) -> None:
        super().__init__(event_ndims, validate_args, name)
        with tf.name_scope(name):
            self._shift, self._scale = float_parameters(shift=shift, scale=scale)

    @property
    def shift(self) -> Tensor | None:
        """What is added."""
        return self._shift

    @property
    def scale(self) -> Tensor | None:
        """What is multiplied with."""
        return self._scale

    def _forward(self, x: Tensor) -> Tensor:
        y = tf.identity(x) if self._scale is None else x * self._scale
        return y if self._shift is None else y + self._shift

    def _inverse(self, y: Tensor) -> Tensor:
        x = tf.identity(y) if self._shift is None else y - self._shift
        return x if self._scale is None else x / self._scale

    def _log_scale(self, x: Tensor) -> Tensor:
        zero = tf.zeros_like(x)
        return zero if self._scale is None else zero + tf.log(tf.abs(self._scale))


class Affine(Bijector):
    """`y = scale x + shift` of vectors, with a scale that is a lower triangular matrix.

    The scale is the sum of what is given: a multiple of the identity (which it is when nothing is
    given), a diagonal, a lower triangle.
    """

    def __init__(
        self,
        shift: Any = None,
        scale_identity_multiplier: Any = None,
        scale_diag: Any = None,
        scale_tril: Any = None,
        event_ndims: int = 1,
        validate_args: bool = False,
        name: str = "affine",
    ) -> None:
        super().__init__(event_ndims, validate_args, name)
        with tf.name_scope(name):
            self._shift, self._same, self._diag, self._tril = float_parameters(
                shift=shift,
                scale_identity_multiplier=scale_identity_multiplier,
                scale_diag=scale_diag,
                scale_tril=scale_tril,
            )
            if self._tril is not None:
                self._tril = tf.matrix_band_part(self._tril, -1, 0)

    @property
    def shift(self) -> Tensor | None:
        """What is added."""
        return self._shift

    def _diagonal(self, x: Tensor) -> Tensor:
        """The diagonal of the scale, of the shape of `x`."""
        if self._same is None and self._diag is None and self._tril is None:
            return tf.ones_like(x)
        diagonal = tf.zeros_like(x)
        if self._same is not None:
            diagonal += self._same[..., tf.newaxis]
        if self._diag is not None:
            diagonal += self._diag
        return diagonal

    def _matrix(self, x: Tensor) -> Tensor:
        return tf.matrix_diag(self._diagonal(x)) + self._tril

    def _forward(self, x: Tensor) -> Tensor:
        if self._tril is None:
            y = x * self._diagonal(x)
        else:
            y = tf.squeeze(tf.matmul(self._matrix(x), x[..., tf.newaxis]), -1)
        return y if self._shift is None else y + self._shift

    def _inverse(self, y: Tensor) -> Tensor:
        x = tf.identity(y) if self._shift is None else y - self._shift
        if self._tril is None:
            return x / self._diagonal(x)
        solved = tf.matrix_triangular_solve(self._matrix(x), x[..., tf.newaxis])
        return tf.squeeze(solved, -1)

    def _log_scale(self, x: Tensor) -> Tensor:
        if self._tril is None:
            return tf.log(tf.abs(self._diagonal(x)))
        return tf.log(tf.abs(tf.matrix_diag_part(self._matrix(x))))


class FillTriangular(Bijector):
    """Vectors to triangular matrices, by `fill_triangular`."""

    def __init__(
        self, upper: bool = False, validate_args: bool = False, name: str = "fill_triangular"
    ) -> None:
        super().__init__(1, validate_args, name)
        self._upper = upper

    def _forward(self, x: Tensor) -> Tensor:
        from pyengine.distributions.util import fill_triangular

        return fill_triangular(x, self._upper)

    def _inverse(self, y: Tensor) -> Tensor:
        from pyengine.distributions.util import fill_triangular_inverse

        return fill_triangular_inverse(y, self._upper)

    def _forward_log_det_jacobian(self, x: Tensor, event_ndims: int) -> Tensor:
        return tf.reduce_sum(tf.zeros_like(x), list(range(-max(event_ndims, 1), 0)))


class Invert(Bijector):
    """The inverse of a bijector."""

    def __init__(
        self, bijector: Bijector, validate_args: bool = False, name: str | None = None
    ) -> None:
        super().__init__(bijector.event_ndims, validate_args, name or f"invert_{bijector.name}")
        self._bijector = bijector

    @property
    def bijector(self) -> Bijector:
        """The bijector that is inverted."""
        return self._bijector

    def _forward(self, x: Tensor) -> Tensor:
        return self._bijector.inverse(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self._bijector.forward(y)

    def _forward_log_det_jacobian(self, x: Tensor, event_ndims: int) -> Tensor:
        return self._bijector.inverse_log_det_jacobian(x, event_ndims)


class Chain(Bijector):
    """Bijectors one after the other, the last of them first, as in `f(g(x))`."""

    def __init__(
        self,
        bijectors: Sequence[Bijector] | None = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        self._bijectors = list(bijectors or ())
        ndims = max((b.event_ndims for b in self._bijectors), default=0)
        joined = "_of_".join(["chain", *(b.name for b in self._bijectors)])
        super().__init__(ndims, validate_args, name or joined)

    @property
    def bijectors(self) -> list[Bijector]:
        """The bijectors."""
        return self._bijectors

    def _forward(self, x: Tensor) -> Tensor:
        for bijector in reversed(self._bijectors):
            x = bijector.forward(x)
        return x

    def _inverse(self, y: Tensor) -> Tensor:
        for bijector in self._bijectors:
            y = bijector.inverse(y)
        return y

    def _forward_log_det_jacobian(self, x: Tensor, event_ndims: int) -> Tensor:
        total = _summed(tf.zeros_like(x), event_ndims)
        for bijector in reversed(self._bijectors):
            total = total + bijector.forward_log_det_jacobian(x, event_ndims)
            x = bijector.forward(x)
        return total


class Inline(Bijector):
    """A bijector of three functions of your own."""

    def __init__(
        self,
        forward_fn: Callable[..., Any] | None = None,
        inverse_fn: Callable[..., Any] | None = None,
        inverse_log_det_jacobian_fn: Callable[..., Any] | None = None,
        forward_log_det_jacobian_fn: Callable[..., Any] | None = None,
        event_ndims: int = 0,
        validate_args: bool = False,
        name: str = "inline",
    ) -> None:
        super().__init__(event_ndims, validate_args, name)
        self._forward_fn, self._inverse_fn = forward_fn, inverse_fn
        self._inverse_log_det_fn = inverse_log_det_jacobian_fn
        self._forward_log_det_fn = forward_log_det_jacobian_fn

    def _forward(self, x: Tensor) -> Tensor:
        return super()._forward(x) if self._forward_fn is None else self._forward_fn(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return super()._inverse(y) if self._inverse_fn is None else self._inverse_fn(y)

    def _forward_log_det_jacobian(self, x: Tensor, event_ndims: int) -> Tensor:
        if self._forward_log_det_fn is not None:
            return self._forward_log_det_fn(x)
        if self._inverse_log_det_fn is not None:
            return -self._inverse_log_det_fn(self._forward(x))
        return super()._forward_log_det_jacobian(x, event_ndims)
