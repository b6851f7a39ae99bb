"""Special functions: incomplete gamma and beta, error functions' inverses, Bessel functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.broadcasting import unbroadcast
from pyengine.ops.declare import binary, defop, missing_grad, unary
from pyengine.ops.elementwise import exp, lgamma, log, log1p, reciprocal, sign, square
from pyengine.ops.math import add, multiply, negative, number, realdiv, subtract
from pyengine.ops.trigonometry import cos, sin
from pyengine.scopes import name_scope
from pyengine.shape import broadcast_all

__all__ = ["betainc", "erfc", "igamma", "igammac", "lbeta"]


def _function(
    type: str, scipy_name: str, doc: str, derivative: Callable[[Tensor, Tensor], Tensor],
    types: str = "float",
) -> Callable[..., Any]:  # fmt: skip
    """An elementwise function by SciPy's name; `derivative(x, y)` of the input and the output."""

    def kernel(xp: Any, x: Any) -> Any:
        import scipy.special

        # SciPy has no loops for half precision and computes them as float32.
        narrow = x.dtype.itemsize < 4
        found = getattr(scipy.special, scipy_name)(x.astype(np.float32) if narrow else x)
        return np.asarray(found).astype(x.dtype, copy=False)

    return unary(
        type, doc=doc, types=types, kernel=kernel,
        grad=lambda op, dy: multiply(dy, derivative(op.inputs[0], op.outputs[0])),
    )  # fmt: skip


def _times(x: Tensor, factor: float) -> Tensor:
    return multiply(x, number(factor, x))


erfc = _function(
    "Erfc", "erfc", "1 - erf(x), elementwise, exact for large x.",
    lambda x, y: _times(exp(negative(square(x))), -2 / np.sqrt(np.pi)),
)  # fmt: skip
erfinv = _function(
    "Erfinv", "erfinv", "The inverse of `erf`, elementwise.",
    lambda x, y: _times(exp(square(y)), np.sqrt(np.pi) / 2),
)  # fmt: skip
ndtri = _function(
    "Ndtri", "ndtri", "The quantile of the standard normal distribution, elementwise.",
    lambda x, y: _times(exp(_times(square(y), 0.5)), np.sqrt(2 * np.pi)),
)  # fmt: skip


def erfcinv(x: Any, name: str | None = None) -> Tensor:
    """The inverse of `erfc`, elementwise: -ndtri(x / 2) / sqrt(2).

    Args:
        x: a tensor of float32 or float64, between 0 and 2.
        name: the op's name.

    Returns:
        A tensor of the same dtype and shape.
    """
    with name_scope(name, "erfcinv", [x]):
        x = convert_to_tensor(x, name="start")
        return _times(ndtri(_times(x, 0.5)), -np.sqrt(0.5))


# ---------------------------------------------------------------- Bessel and other integrals

bessel_i0 = _function(
    "BesselI0", "i0", "The modified Bessel function of order 0, elementwise.",
    lambda x, y: bessel_i1(x),
)  # fmt: skip
bessel_i0e = _function(
    "BesselI0e", "i0e", "exp(-|x|) times the modified Bessel function of order 0, elementwise.",
    lambda x, y: subtract(bessel_i1e(x), multiply(sign(x), y)),
)  # fmt: skip


def _over(y: Tensor, x: Tensor, at_zero: float) -> Tensor:
    """y / x, and its limit at 0."""
    from pyengine.ops.compare import equal
    from pyengine.ops.filling import ones_like, zeros_like
    from pyengine.ops.repetition import where

    is_zero = equal(x, zeros_like(x))
    quotient = realdiv(y, where(is_zero, ones_like(x), x))
    return where(is_zero, _times(ones_like(x), at_zero), quotient)


bessel_i1 = _function(
    "BesselI1", "i1", "The modified Bessel function of order 1, elementwise.",
    lambda x, y: subtract(bessel_i0(x), _over(y, x, 0.5)),
)  # fmt: skip
bessel_i1e = _function(
    "BesselI1e", "i1e", "exp(-|x|) times the modified Bessel function of order 1, elementwise.",
    lambda x, y: subtract(bessel_i0e(x), add(multiply(sign(x), y), _over(y, x, 0.5))),
)  # fmt: skip
bessel_j0 = _function(
    "BesselJ0", "j0", "The Bessel function of the first kind of order 0, elementwise.",
    lambda x, y: negative(bessel_j1(x)),
)  # fmt: skip
bessel_j1 = _function(
    "BesselJ1", "j1", "The Bessel function of the first kind of order 1, elementwise.",
    lambda x, y: subtract(bessel_j0(x), _over(y, x, 0.5)),
)  # fmt: skip
bessel_y0 = _function(
    "BesselY0", "y0", "The Bessel function of the second kind of order 0, elementwise.",
    lambda x, y: negative(bessel_y1(x)),
)  # fmt: skip
bessel_y1 = _function(
    "BesselY1", "y1", "The Bessel function of the second kind of order 1, elementwise.",
    lambda x, y: subtract(bessel_y0(x), realdiv(y, x)),
)  # fmt: skip
bessel_k0 = _function(
    "BesselK0", "k0", "The modified Bessel function of the second kind of order 0, elementwise.",
    lambda x, y: negative(bessel_k1(x)),
)  # fmt: skip
bessel_k0e = _function(
    "BesselK0e", "k0e", "exp(x) times the Bessel function of `bessel_k0`, elementwise.",
    lambda x, y: subtract(y, bessel_k1e(x)),
)  # fmt: skip
bessel_k1 = _function(
    "BesselK1", "k1", "The modified Bessel function of the second kind of order 1, elementwise.",
    lambda x, y: negative(add(bessel_k0(x), realdiv(y, x))),
)  # fmt: skip
bessel_k1e = _function(
    "BesselK1e", "k1e", "exp(x) times the Bessel function of `bessel_k1`, elementwise.",
    lambda x, y: subtract(
        multiply(y, subtract(number(1, x), reciprocal(x))), bessel_k0e(x)
    ),
)  # fmt: skip
dawsn = _function(
    "Dawsn", "dawsn", "Dawson's integral, elementwise.",
    lambda x, y: subtract(number(1, x), _times(multiply(x, y), 2)),
)  # fmt: skip
expint = _function(
    "Expint", "expi", "The exponential integral Ei, elementwise.",
    lambda x, y: realdiv(exp(x), x),
)  # fmt: skip


def _fresnel(type: str, doc: str, which: int, derivative: Callable[[Tensor], Tensor]) -> Any:
    def kernel(xp: Any, x: Any) -> Any:
        import scipy.special

        return np.asarray(scipy.special.fresnel(x)[which]).astype(x.dtype, copy=False)

    return unary(
        type, doc=doc, types="float", kernel=kernel,
        grad=lambda op, dy: multiply(
            dy, derivative(_times(square(op.inputs[0]), np.pi / 2))
        ),
    )  # fmt: skip


fresnel_cos = _fresnel("FresnelCos", "Fresnel's cosine integral, elementwise.", 1, cos)
fresnel_sin = _fresnel("FresnelSin", "Fresnel's sine integral, elementwise.", 0, sin)


def _spence_slope(x: Tensor, y: Tensor) -> Tensor:
    from pyengine.ops.compare import equal
    from pyengine.ops.filling import ones_like
    from pyengine.ops.repetition import where

    one = ones_like(x)
    at_one = equal(x, one)
    safe = where(at_one, _times(one, 2), x)
    return where(at_one, negative(one), realdiv(log(safe), subtract(one, safe)))


spence = _function("Spence", "spence", "Spence's integral, elementwise.", _spence_slope)

# ---------------------------------------------------------------- incomplete gamma and beta


def _scipy(name: str) -> Callable[..., Any]:
    def kernel(xp: Any, *args: Any) -> Any:
        import scipy.special

        return np.asarray(getattr(scipy.special, name)(*args)).astype(args[0].dtype, copy=False)

    return kernel


_SERIES_UP_TO = 500.0
"""Up to which x the series is used: it takes about x + 10 sqrt(x) terms."""


def _igamma_slope(a: Any, x: Any) -> Any:
    """The derivative of the regularized lower incomplete gamma function in `a`.

    Term by term of the series (Abramowitz and Stegun 6.5.29)
    P(a, x) = exp(-x) x^a sum x^n / gamma(a + n + 1), and by differences where x is large.
    """
    from scipy.special import digamma, gammainc, gammaln

    a, x = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(x, np.float64))
    result = np.full(a.shape, np.nan)
    result[(a > 0) & (x == 0)] = 0.0
    small = (a > 0) & (x > 0) & (x <= _SERIES_UP_TO)
    if small.any():
        s, v = a[small], x[small]
        total = np.zeros_like(s)
        log_v = np.log(v)
        for n in range(int(v.max() + 12 * np.sqrt(v.max()) + 60)):
            term = np.exp((s + n) * log_v - v - gammaln(s + n + 1))
            total += term * (log_v - digamma(s + n + 1))
        result[small] = total
    large = (a > 0) & (x > _SERIES_UP_TO) & np.isfinite(x)
    if large.any():
        s, v = a[large], x[large]
        h = 2e-3 * np.sqrt(s) * np.minimum(np.sqrt(s), 1)
        near = gammainc(s + h, v) - gammainc(s - h, v)
        far = gammainc(s + 2 * h, v) - gammainc(s - 2 * h, v)
        result[large] = (8 * near - far) / (12 * h)
    result[(a > 0) & np.isposinf(x)] = 0.0
    return result


igamma_grad_a = binary(
    "IgammaGradA",
    doc="The derivative of `igamma` in its first argument, elementwise.",
    signature="a: T, x: T -> T",
    types="float32|float64",
    kernel=lambda xp, a, x: _igamma_slope(a, x).astype(a.dtype),
    grad=missing_grad("TensorFlow defines none"),
)


def _igamma_grad(op: Operation, dy: Tensor) -> Any:
    a, x = op.inputs
    one = number(1, x)
    slope = exp(subtract(add(negative(x), multiply(subtract(a, one), log(x))), lgamma(a)))
    return unbroadcast(op, multiply(dy, igamma_grad_a(a, x)), multiply(dy, slope))


igamma = binary(
    "Igamma",
    doc="The regularized lower incomplete gamma function P(a, x), elementwise.",
    example=("tf.math.igamma(1.0, [0.0, 100.0])", "[0.0, 1.0]"),
    signature="a: T, x: T -> T",
    types="float32|float64",
    kernel=_scipy("gammainc"),
    grad=_igamma_grad,
)
igammac = binary(
    "Igammac",
    doc="The regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x), elementwise.",
    example=("tf.math.igammac(1.0, [0.0, 200.0])", "[1.0, 0.0]"),
    signature="a: T, x: T -> T",
    types="float32|float64",
    kernel=_scipy("gammaincc"),
    grad=lambda op, dy: [negative(g) for g in _igamma_grad(op, dy)],
)


def _betainc_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import reshape, shape
    from pyengine.ops.broadcasting import broadcast_gradient_args
    from pyengine.ops.reduce import reduce_sum

    a, b, x = op.inputs
    one = number(1, x)
    log_beta = subtract(add(lgamma(a), lgamma(b)), lgamma(add(a, b)))
    powers = add(multiply(subtract(b, one), log1p(negative(x))), multiply(subtract(a, one), log(x)))
    slope = multiply(dy, exp(subtract(powers, log_beta)))
    axes = broadcast_gradient_args(shape(x), shape(op.outputs[0]))[0]
    return None, None, reshape(reduce_sum(slope, axes), shape(x))


betainc = defop(
    "Betainc",
    "a: T, b: T, x: T -> T",
    doc="The regularized incomplete beta function I_x(a, b), elementwise.",
    example=("tf.math.betainc([1.0], [1.0], [0.25])", "[0.25]"),
    types={"T": "float32|float64"},
    shape=lambda op: broadcast_all([t.shape for t in op.inputs]),
    kernel=_scipy("betainc"),
    grad=_betainc_grad,
)


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the multivariate beta function.

    Args:
        x: a floating-point tensor of rank 1 or more.
        name: the name scope.

    Returns:
        A tensor without the last dimension: sum(lgamma(x)) - lgamma(sum(x)) along it.

    Example:
        >>> import pyengine as tf
        >>> round(float(tf.get_static_value(tf.lbeta([1.0, 2.0]))), 4)
        -0.6931
    """
    from pyengine.ops.reduce import reduce_sum

    with name_scope(name, "lbeta", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        total = lgamma(reduce_sum(x, -1))
        return subtract(reduce_sum(lgamma(x), -1), total, name=scope)
