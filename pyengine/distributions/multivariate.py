"""Distributions of vectors and matrices: multivariate normal and Wishart."""

from __future__ import annotations

import math
from typing import Any

import pyengine as tf
from pyengine.distributions.distribution import (
    FULLY_REPARAMETERIZED,
    Distribution,
    float_parameters,
)
from pyengine.distributions.util import gen_new_seed
from pyengine.graph import Tensor

__all__ = [
    "MultivariateNormalDiag",
    "MultivariateNormalFull",
    "MultivariateNormalFullCovariance",
    "MultivariateNormalTriL",
    "WishartCholesky",
    "WishartFull",
]

_LOG_TAU = math.log(2 * math.pi)


class MultivariateNormalTriL(Distribution):
    """The multivariate normal distribution of covariance `scale_tril scale_tril^T`.

    Args:
        loc: the means, of shape `[..., k]`; zeros by default.
        scale_tril: lower triangular matrices of shape `[..., k, k]`, whose diagonal is positive.
        validate_args: accepted.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.MultivariateNormalTriL([0., 0.], [[2., 0.], [1., 1.]])
        ...     round(float(sess.run(d.log_prob([2.0, 1.0]))), 6)
        -3.031024
    """

    def __init__(
        self,
        loc: Any = None,
        scale_tril: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalTriL",
    ) -> None:
        given = dict(locals())
        if scale_tril is None:
            raise ValueError("Must specify scale_tril: the identity is MultivariateNormalDiag's")
        with tf.name_scope(name) as scope:
            loc, tril = float_parameters(loc=loc, scale_tril=scale_tril)
            tril = tf.matrix_band_part(tril, -1, 0)
            loc = tf.zeros_like(tril[..., 0]) if loc is None else loc
        self._setup(loc, tril, validate_args, allow_nan_stats, given, scope)

    def _setup(
        self, loc: Tensor, tril: Tensor, validate_args: bool, allow_nan_stats: bool,
        given: dict[str, Any], scope: str,
    ) -> None:  # fmt: skip
        self._loc, self._tril = loc, tril
        Distribution.__init__(
            self, loc.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(loc, 1), (tril, 2)]

    @property
    def loc(self) -> Tensor:
        """The means."""
        return self._loc

    @property
    def scale_tril(self) -> Tensor:
        """The lower triangular factor of the covariance."""
        return self._tril

    def _event_shape(self) -> Any:
        known = self._tril.shape[-1:] if self._tril.shape.ndims else tf.TensorShape([None])
        return known.merge_with(self._loc.shape[-1:]) if self._loc.shape.ndims else known

    def _event_shape_tensor(self) -> Tensor:
        return tf.shape(self._tril)[-1:]

    # What depends on the form of the scale.

    def _scaled(self, noise: Tensor) -> Tensor:
        return tf.squeeze(tf.matmul(*_same_batch(self._tril, noise[..., tf.newaxis])), -1)

    def _unscaled(self, centred: Tensor) -> Tensor:
        pair = _same_batch(self._tril, centred[..., tf.newaxis])
        return tf.squeeze(tf.matrix_triangular_solve(*pair), -1)

    def log_det_scale(self) -> Tensor:
        """The log of the determinant of the scale."""
        return tf.reduce_sum(tf.log(tf.abs(tf.matrix_diag_part(self._tril))), -1)

    def _covariance(self) -> Tensor:
        return tf.matmul(self._tril, self._tril, transpose_b=True)

    def _variance(self) -> Tensor:
        return tf.reduce_sum(tf.square(self._tril), -1)

    # What does not.

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        shape = tf.concat([self._sample_shape(n), self.event_shape_tensor()], 0)
        return self._scaled(tf.random_normal(shape, dtype=self.dtype, seed=seed)) + self.loc

    def dims(self) -> Tensor:
        """The number of components, of the distribution's dtype."""
        return tf.cast(self.event_shape_tensor()[0], self.dtype)

    def _log_prob(self, x: Tensor) -> Tensor:
        z = self._unscaled(x - self.loc)
        half = 0.5 * (self.dims() * _LOG_TAU + tf.reduce_sum(tf.square(z), -1))
        return -half - self.log_det_scale()

    def _entropy(self) -> Tensor:
        return 0.5 * self.dims() * (1.0 + _LOG_TAU) + self.log_det_scale()

    def _mean(self) -> Tensor:
        shape = tf.concat([self.batch_shape_tensor(), self.event_shape_tensor()], 0)
        return tf.broadcast_to(self.loc, shape)

    def _mode(self) -> Tensor:
        return self._mean()


class MultivariateNormalDiag(MultivariateNormalTriL):
    """The multivariate normal distribution of independent components.

    Args:
        loc: the means, of shape `[..., k]`; zeros by default.
        scale_diag: the standard deviations, of shape `[..., k]`; ones by default.
        scale_identity_multiplier: a standard deviation of all components, of shape `[...]`, that
            is added to `scale_diag` or stands for it.
        validate_args: accepted.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.MultivariateNormalDiag([1.0, 2.0], [1.0, 1.0])
        ...     round(float(sess.run(d.log_prob([1.0, 2.0]))), 6)
        -1.837877
    """

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        scale_identity_multiplier: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            loc, diag, same = float_parameters(
                loc=loc, scale_diag=scale_diag, scale_identity_multiplier=scale_identity_multiplier
            )
            if loc is None and diag is None:
                raise ValueError("Must specify loc or scale_diag: they say how many dimensions")
            if same is not None:
                same = same[..., tf.newaxis]
                diag = tf.ones_like(loc) * same if diag is None else diag + same
            diag = tf.ones_like(loc) if diag is None else diag
            loc = tf.zeros_like(diag) if loc is None else loc
        self._diag = diag
        self._setup(loc, diag, validate_args, allow_nan_stats, given, scope)
        self._parts = [(loc, 1), (diag, 1)]

    @property
    def scale_tril(self) -> Tensor:
        """The diagonal matrices of standard deviations."""
        return tf.matrix_diag(self._diag)

    def _scaled(self, noise: Tensor) -> Tensor:
        return noise * self._diag

    def _unscaled(self, centred: Tensor) -> Tensor:
        return centred / self._diag

    def log_det_scale(self) -> Tensor:
        """The log of the determinant of the scale."""
        return tf.reduce_sum(tf.log(tf.abs(self._diag)), -1)

    def _covariance(self) -> Tensor:
        return tf.matrix_diag(tf.square(tf.zeros_like(self.loc) + self._diag))

    def _variance(self) -> Tensor:
        return tf.square(tf.zeros_like(self.loc) + self._diag)


class MultivariateNormalFullCovariance(MultivariateNormalTriL):
    """The multivariate normal distribution of a given covariance.

    Args:
        loc: the means, of shape `[..., k]`; zeros by default.
        covariance_matrix: symmetric positive definite, of shape `[..., k, k]`.
        validate_args: whether symmetry is checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     cov = [[4.0, 2.0], [2.0, 2.0]]
        ...     d = tf.contrib.distributions.MultivariateNormalFullCovariance([0.0, 0.0], cov)
        ...     round(float(sess.run(d.log_prob([2.0, 1.0]))), 6)
        -3.031024
    """

    def __init__(
        self,
        loc: Any = None,
        covariance_matrix: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalFullCovariance",
    ) -> None:
        given = dict(locals())
        if covariance_matrix is None:
            raise ValueError("Must specify covariance_matrix")
        with tf.name_scope(name) as scope:
            loc, covariance = float_parameters(loc=loc, covariance_matrix=covariance_matrix)
            if validate_args:
                mirrored = tf.assert_equal(
                    covariance, tf.matrix_transpose(covariance), message="Matrix was not symmetric."
                )
                with tf.control_dependencies([mirrored]):
                    covariance = tf.identity(covariance)
            tril = tf.cholesky(covariance)
            loc = tf.zeros_like(tril[..., 0]) if loc is None else loc
        self._setup(loc, tril, validate_args, allow_nan_stats, given, scope)


class MultivariateNormalFull(MultivariateNormalFullCovariance):
    """`MultivariateNormalFullCovariance` with the names that it had in TensorFlow 1.0.

    Args:
        mu: the means, of shape `[..., k]`.
        sigma: the covariances, symmetric positive definite, of shape `[..., k, k]`.
        validate_args: whether symmetry is checked when the graph runs.
        allow_nan_stats: accepted; all statistics are defined.
        name: the scope of the ops.
    """

    def __init__(
        self,
        mu: Any,
        sigma: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalFull",
    ) -> None:
        given = dict(locals())
        super().__init__(mu, sigma, validate_args, allow_nan_stats, name)
        self._parameters = {k: v for k, v in given.items() if k not in ("self", "__class__")}


class WishartCholesky(Distribution):
    """The Wishart distribution of a scale matrix given by its Cholesky factor.

    Args:
        df: the degrees of freedom, at least k.
        scale: lower triangular matrices of shape `[..., k, k]`.
        cholesky_input_output_matrices: whether events are Cholesky factors too.
        validate_args: accepted.
        allow_nan_stats: accepted.
        name: the scope of the ops.
    """

    def __init__(
        self,
        df: Any,
        scale: Any,
        cholesky_input_output_matrices: bool = False,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "WishartCholesky",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._df, tril = float_parameters(df=df, scale=scale)
            tril = tf.matrix_band_part(tril, -1, 0)
        self._setup(tril, cholesky_input_output_matrices, validate_args, allow_nan_stats, given,
                    scope)  # fmt: skip

    def _setup(
        self, tril: Tensor, is_factor: bool, validate_args: bool, allow_nan_stats: bool,
        given: dict[str, Any], scope: str,
    ) -> None:  # fmt: skip
        self._tril, self._is_factor = tril, is_factor
        Distribution.__init__(
            self, tril.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given,
            name=scope,
        )  # fmt: skip
        self._parts = [(self._df, 0), (tril, 2)]
        if tril.shape.ndims is None or tril.shape[-1].value is None:
            raise ValueError(
                f"A Wishart distribution needs a scale of known shape, not {tril.shape}"
            )
        self._size = tril.shape[-1].value

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df

    @property
    def dimension(self) -> Any:
        """The number of rows of an event."""
        return tf.Dimension(self._size)

    @property
    def cholesky_input_output_matrices(self) -> bool:
        """Whether events are Cholesky factors."""
        return self._is_factor

    def scale(self) -> Tensor:
        """The scale matrix."""
        with self._scope("scale"):
            return tf.matmul(self._tril, self._tril, transpose_b=True)

    def _event_shape(self) -> Any:
        return [self._size, self._size]

    def _sample_n(self, n: Tensor, seed: int | None = None) -> Tensor:
        # Bartlett's decomposition: normal numbers below the diagonal, chi's on it.
        shape = tf.concat([self._sample_shape(n), [self._size, self._size]], 0)
        normal = tf.random_normal(shape, dtype=self.dtype, seed=seed)
        rows = tf.cast(tf.range(self._size), self.dtype)
        df = self._spread(self.df)[..., tf.newaxis] - rows
        other = gen_new_seed(seed, "wishart")
        chi = tf.sqrt(tf.random_gamma([n], 0.5 * df, 0.5, self.dtype, other))
        factor = tf.matrix_set_diag(tf.matrix_band_part(normal, -1, 0), chi)
        factor = tf.matmul(*_same_batch(self._tril, factor))
        return factor if self._is_factor else tf.matmul(factor, factor, transpose_b=True)

    def _log_det(self, tril: Tensor) -> Tensor:
        return 2.0 * tf.reduce_sum(tf.log(tf.matrix_diag_part(tril)), -1)

    def _multi_gamma(self, gamma: Any, a: Tensor) -> Tensor:
        """The sum of a function over `a, a - 1/2, ...`, as multivariate gamma functions are."""
        halves = 0.5 * tf.cast(tf.range(self._size), self.dtype)
        return tf.reduce_sum(gamma(a[..., tf.newaxis] - halves), -1)

    def _log_normalization(self) -> Tensor:
        k = self._size
        log_gamma = self._multi_gamma(tf.lgamma, 0.5 * self.df)
        constant = 0.25 * k * (k - 1) * math.log(math.pi)
        log_det = self._log_det(self._tril) + k * math.log(2.0)
        return 0.5 * self.df * log_det + log_gamma + constant

    def _log_prob(self, x: Tensor) -> Tensor:
        k = self._size
        factor = x if self._is_factor else tf.cholesky(x)
        solved = tf.matrix_triangular_solve(*_same_batch(self._tril, factor))
        trace = tf.reduce_sum(tf.square(solved), [-2, -1])
        found = 0.5 * ((self.df - k - 1.0) * self._log_det(factor) - trace)
        found = found - self._log_normalization()
        if not self._is_factor:
            return found
        # The Jacobian of a matrix in its factor: 2^k times powers of the diagonal.
        powers = tf.cast(tf.range(k, 0, -1), self.dtype)
        return found + k * math.log(2.0) + tf.reduce_sum(
            powers * tf.log(tf.matrix_diag_part(factor)), -1
        )  # fmt: skip

    def mean_log_det(self, name: str = "mean_log_det") -> Tensor:
        """The mean of the log of the determinant of an event."""
        with self._scope(name):
            psi = self._multi_gamma(tf.digamma, 0.5 * self.df)
            return psi + self._size * math.log(2.0) + self._log_det(self._tril)

    def _entropy(self) -> Tensor:
        half = 0.5 * (self.df - self._size - 1.0)
        return self._log_normalization() - half * self.mean_log_det() + 0.5 * self.df * self._size

    def _mean(self) -> Tensor:
        df = self.df[..., tf.newaxis, tf.newaxis]
        if self._is_factor:
            return tf.sqrt(df) * self._tril
        return df * self.scale()

    def _variance(self) -> Tensor:
        scale = self.scale()
        diag = tf.matrix_diag_part(scale)
        outer = diag[..., tf.newaxis] * diag[..., tf.newaxis, :]
        return self.df[..., tf.newaxis, tf.newaxis] * (tf.square(scale) + outer)


class WishartFull(WishartCholesky):
    """The Wishart distribution of a scale matrix.

    Args:
        df: the degrees of freedom, at least k.
        scale: symmetric positive definite matrices of shape `[..., k, k]`.
        cholesky_input_output_matrices: whether events are Cholesky factors.
        validate_args: accepted.
        allow_nan_stats: accepted.
        name: the scope of the ops.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.contrib.distributions.WishartFull(3.0, [[1.0, 0.0], [0.0, 2.0]])
        ...     sess.run(d.mean()).round(5).tolist()
        [[3.0, 0.0], [0.0, 6.0]]
    """

    def __init__(
        self,
        df: Any,
        scale: Any,
        cholesky_input_output_matrices: bool = False,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "WishartFull",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._df, full = float_parameters(df=df, scale=scale)
            tril = tf.cholesky(full)
        self._setup(tril, cholesky_input_output_matrices, validate_args, allow_nan_stats, given,
                    scope)  # fmt: skip


def _same_batch(matrix: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Two stacks of matrices with their batch dims broadcast: not every op does so itself."""
    if matrix.shape[:-2].is_fully_defined() and matrix.shape[:-2] == other.shape[:-2]:
        return matrix, other
    batch = tf.broadcast_dynamic_shape(tf.shape(matrix)[:-2], tf.shape(other)[:-2])
    static = tf.broadcast_static_shape(matrix.shape[:-2], other.shape[:-2])
    spread = []
    for stack in (matrix, other):
        wide = tf.broadcast_to(stack, tf.concat([batch, tf.shape(stack)[-2:]], 0))
        wide.set_shape(static.concatenate(stack.shape[-2:]))
        spread.append(wide)
    return spread[0], spread[1]
