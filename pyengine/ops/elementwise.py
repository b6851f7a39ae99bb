"""Functions of one argument, elementwise: exponentials, roots, roundings, special functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.executor.choosing import chosen
from pyengine.graph import Operation, Tensor
from pyengine.ops.broadcasting import unbroadcast
from pyengine.ops.declare import binary, defop, no_grad, same_shape, unary
from pyengine.ops.math import add, cast, conj, multiply, negative, number, realdiv, subtract
from pyengine.scopes import name_scope

__all__ = [
    "abs",
    "ceil",
    "ceiling",
    "digamma",
    "erf",
    "exp",
    "expm1",
    "floor",
    "inv",
    "is_finite",
    "is_inf",
    "is_nan",
    "lgamma",
    "log",
    "log1p",
    "log_sigmoid",
    "polygamma",
    "reciprocal",
    "rint",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sqrt",
    "square",
    "tanh",
    "zeta",
]


def _per_x(op: Operation, dy: Tensor, derivative: Tensor) -> Tensor:
    """The gradient of an elementwise function from its derivative."""
    return multiply(dy, conj(derivative))


square = unary(
    "Square",
    doc="x * x, elementwise.",
    example=("tf.square([-2.0, 3.0])", "[4.0, 9.0]"),
    types="number",
    kernel=lambda xp, x: xp.multiply(x, x),
    grad=lambda op, dy: multiply(dy, multiply(conj(op.inputs[0]), number(2, op.inputs[0]))),
)


sqrt = unary(
    "Sqrt",
    doc="The square root, elementwise; NaN for negative numbers.",
    example=("tf.sqrt([4.0, 9.0])", "[2.0, 3.0]"),
    kernel=lambda xp, x: xp.sqrt(x),
    grad=lambda op, dy: realdiv(multiply(dy, number(0.5, dy)), conj(op.outputs[0])),
)

rsqrt = unary(
    "Rsqrt",
    doc="1 / sqrt(x), elementwise.",
    example=("tf.rsqrt([4.0, 16.0])", "[0.5, 0.25]"),
    kernel=lambda xp, x: xp.reciprocal(xp.sqrt(x)),
    grad=lambda op, dy: multiply(
        multiply(dy, number(-0.5, dy)),
        multiply(conj(op.outputs[0]), square(conj(op.outputs[0]))),
    ),
)

reciprocal = unary(
    "Reciprocal",
    doc="1 / x, elementwise.",
    example=("tf.math.reciprocal([2.0, -4.0])", "[0.5, -0.25]"),
    kernel=lambda xp, x: xp.reciprocal(x),
    grad=lambda op, dy: negative(multiply(dy, square(conj(op.outputs[0])))),
)

inv = reciprocal

exp = unary(
    "Exp",
    doc="e to the power of x, elementwise.",
    example=('tf.exp([0.0, float("-inf")])', "[1.0, 0.0]"),
    kernel=lambda xp, x: xp.exp(x),
    grad=lambda op, dy: _per_x(op, dy, op.outputs[0]),
)

expm1 = unary(
    "Expm1",
    doc="exp(x) - 1, elementwise, exact near zero.",
    example=("tf.math.expm1([0.0, 1e-20])", "[0.0, 9.999999682655225e-21]"),
    kernel=lambda xp, x: xp.expm1(x),
    grad=lambda op, dy: _per_x(op, dy, exp(op.inputs[0])),
)

log = unary(
    "Log",
    doc="The natural logarithm, elementwise; minus infinity for 0, NaN for negative numbers.",
    example=("tf.math.log([1.0, 0.0])", "[0.0, -inf]"),
    kernel=lambda xp, x: xp.log(x),
    grad=lambda op, dy: realdiv(dy, conj(op.inputs[0])),
)

log1p = unary(
    "Log1p",
    doc="log(1 + x), elementwise, exact near zero.",
    example=("tf.math.log1p([0.0, 1e-20])", "[0.0, 9.999999682655225e-21]"),
    kernel=lambda xp, x: xp.log1p(x),
    grad=lambda op, dy: realdiv(dy, conj(add(op.inputs[0], number(1, op.inputs[0])))),
)

tanh = unary(
    "Tanh",
    doc="The hyperbolic tangent, elementwise.",
    example=("tf.tanh([0.0, 20.0])", "[0.0, 1.0]"),
    kernel=lambda xp, x: xp.tanh(x),
    grad=lambda op, dy: _per_x(op, dy, subtract(number(1, dy), square(op.outputs[0]))),
)


def _sigmoid_kernel(xp: Any, x: Any) -> Any:
    if x.dtype.kind == "c":
        return xp.reciprocal(1 + xp.exp(-x))
    # Of exp(x) and exp(-x) the one that cannot overflow.
    e = xp.exp(-xp.abs(x))
    return chosen(x >= 0, x.dtype.type(1), e) / (1 + e)


sigmoid = unary(
    "Sigmoid",
    doc="1 / (1 + exp(-x)), elementwise.",
    example=("tf.sigmoid([0.0, 50.0])", "[0.5, 1.0]"),
    kernel=_sigmoid_kernel,
    grad=lambda op, dy: _per_x(
        op, dy, multiply(op.outputs[0], subtract(number(1, dy), op.outputs[0]))
    ),
)


def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """log(sigmoid(x)), elementwise, without underflow: -softplus(-x).

    Args:
        x: a floating-point tensor.
        name: the name scope.
    """
    from pyengine.ops.nn import softplus

    with name_scope(name, "LogSigmoid", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return negative(softplus(negative(x)), name=scope)


def _sign_kernel(xp: Any, x: Any) -> Any:
    if x.dtype.kind == "c":
        size = xp.abs(x)
        return xp.where(size == 0, 0, x / xp.where(size == 0, 1, size)).astype(x.dtype)
    return xp.sign(x)


def _zeros(x: Tensor) -> Tensor:
    from pyengine.ops.filling import zeros_like

    return zeros_like(x)


_sign_op = unary(
    "Sign",
    doc="-1, 0 or 1 by the sign of x, elementwise; x / |x| for complex numbers.",
    example=("tf.sign([-3.0, 0.0, 2.0])", "[-1.0, 0.0, 1.0]"),
    types="float|int8|int16|int32|int64|complex",
    kernel=_sign_kernel,
    grad=lambda op, dy: _zeros(op.inputs[0]),
)


def sign(x: Any, name: str | None = None) -> Any:
    """-1, 0 or 1 by the sign of x, elementwise; x / |x| for complex numbers.

    Args:
        x: a numeric tensor, or a `SparseTensor`.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.sign([-2.0, 0.0, 3.0])).tolist()
        [-1.0, 0.0, 1.0]
    """
    from pyengine.ops.nonan import div_no_nan

    if hasattr(x, "with_values"):
        return x.with_values(sign(x.values, name))
    x = convert_to_tensor(x, name="x")
    if x.dtype.is_complex:
        return div_no_nan(x, cast(abs(x), x.dtype), name=name or "Sign")
    return _sign_op(x, name=name)


_abs_op = unary(
    "Abs",
    doc="The absolute value, elementwise.",
    types="float|int8|int16|int32|int64",
    kernel=lambda xp, x: xp.abs(x),
    grad=lambda op, dy: multiply(dy, sign(op.inputs[0])),
)


def _complex_abs_grad(op: Operation, dy: Tensor) -> Tensor:
    x = op.inputs[0]
    return multiply(cast(dy, x.dtype), _sign_op(x))


complex_abs = defop(
    "ComplexAbs",
    "x: T -> @Tout",
    doc="The absolute value of complex numbers, elementwise.",
    types={"T": "complex"},
    attrs={"Tout": dtypes.float32},
    shape=same_shape,
    kernel=lambda xp, x, *, Tout: xp.abs(x),
    grad=_complex_abs_grad,
)


def abs(x: Any, name: str | None = None) -> Any:
    """The absolute value, elementwise; real for a complex tensor.

    Args:
        x: a numeric tensor, or a `SparseTensor`.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.abs([-2.0, 3.0])).tolist()
        [2.0, 3.0]
    """
    if hasattr(x, "with_values"):
        return x.with_values(abs(x.values, name))
    x = convert_to_tensor(x, name="x")
    if x.dtype.is_complex:
        return complex_abs(x, Tout=x.dtype.real_dtype, name=name)
    return _abs_op(x, name=name)


def _step(type: str, doc: str, kernel: Any, shown: str) -> Any:
    """A step function; `shown` is that of -1.5, 0.5 and 2."""
    return unary(
        type, doc=doc, types="float", kernel=kernel,
        example=(f"tf.{type.lower()}([-1.5, 0.5, 2.0])", shown),
        grad=no_grad("a step function: flat wherever it is differentiable"),
    )  # fmt: skip


floor = _step(
    "Floor",
    "The largest whole number that is not above x.",
    lambda xp, x: xp.floor(x),
    "[-2.0, 0.0, 2.0]",
)
ceil = ceiling = _step(
    "Ceil",
    "The smallest whole number that is not below x.",
    lambda xp, x: xp.ceil(x),
    "[-1.0, 1.0, 2.0]",
)
rint = _step(
    "Rint",
    "The nearest whole number, halves to the even one.",
    lambda xp, x: xp.rint(x),
    "[-2.0, 0.0, 2.0]",
)
_round_op = _step(
    "Round",
    "The nearest whole number, halves to the even one.",
    lambda xp, x: xp.rint(x),
    "[-2.0, 0.0, 2.0]",
)


def round(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number, elementwise, halves to the even one.

    Args:
        x: a numeric tensor; integers are returned as they are.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.round([0.5, 1.5, -1.2])).tolist()
        [0.0, 2.0, -1.0]
    """
    x = convert_to_tensor(x, name="x")
    return x if x.dtype.is_integer else _round_op(x, name=name)


def _test(type: str, doc: str, kernel: Any, shown: str) -> Any:
    """A question; `shown` is the answer for 1, NaN and infinity."""
    return unary(
        type, doc=doc, types="float", signature="x: T -> bool", kernel=kernel,
        example=(f"tf.math.is_{type[2:].lower()}([1.0, float('nan'), float('inf')])", shown),
        grad=no_grad("its output is boolean"),
    )  # fmt: skip


is_nan = _test(
    "IsNan", "Whether x is NaN, elementwise.", lambda xp, x: xp.isnan(x), "[False, True, False]"
)
is_inf = _test(
    "IsInf",
    "Whether x is infinite, elementwise.",
    lambda xp, x: xp.isinf(x),
    "[False, False, True]",
)
is_finite = _test(
    "IsFinite",
    "Whether x is finite, elementwise.",
    lambda xp, x: xp.isfinite(x),
    "[True, False, False]",
)


def _special(name: str) -> Any:
    """A kernel from SciPy, which is slow to import and so is only imported by its first run."""

    def kernel(xp: Any, *args: Any) -> Any:
        import scipy.special

        dtype = args[0].dtype
        return np.asarray(getattr(scipy.special, name)(*args)).astype(dtype, copy=False)

    return kernel


def _lgamma_kernel(xp: Any, x: Any) -> Any:
    # C's function, which TensorFlow takes, is infinite at minus infinity, SciPy's minus infinity.
    return xp.where(x == -np.inf, np.array(np.inf, x.dtype), _special("gammaln")(xp, x))


def _digamma_kernel(xp: Any, x: Any) -> Any:
    # At zero as at the other poles it is NaN, where SciPy takes the sign of zero into account.
    return xp.where(x == 0, np.array(np.nan, x.dtype), _special("digamma")(xp, x))


lgamma = unary(
    "Lgamma",
    doc="The logarithm of |gamma(x)|, elementwise.",
    example=("tf.math.lgamma([1.0, 2.0])", "[0.0, 0.0]"),
    types="float",
    kernel=_lgamma_kernel,
    grad=lambda op, dy: multiply(dy, digamma(op.inputs[0])),
)

digamma = unary(
    "Digamma",
    doc="The derivative of `lgamma`, elementwise.",
    example=('tf.math.digamma([float("inf")])', "[inf]"),
    types="float",
    kernel=_digamma_kernel,
    grad=lambda op, dy: multiply(dy, polygamma(number(1, dy), op.inputs[0])),
)


def _polygamma_kernel(xp: Any, a: Any, x: Any) -> Any:
    import scipy.special

    return np.asarray(scipy.special.polygamma(a, x)).astype(x.dtype, copy=False)


polygamma = binary(
    "Polygamma",
    doc="The a-th derivative of `digamma` at x, elementwise.",
    signature="a: T, x: T -> T",
    types="float32|float64",
    kernel=_polygamma_kernel,
    grad=lambda op, dy: (
        None,
        unbroadcast(op, None, multiply(dy, polygamma(add(op.inputs[0], 1.0), op.inputs[1])))[1],
    ),
)

zeta = binary(
    "Zeta",
    doc="The Hurwitz zeta function, elementwise.",
    example=("tf.math.zeta([100.0, 1.0], 1.0)", "[1.0, inf]"),
    signature="x: T, q: T -> T",
    types="float32|float64",
    kernel=_special("zeta"),
    grad=lambda op, dy: (
        None,
        unbroadcast(
            op,
            None,
            multiply(
                dy, multiply(negative(op.inputs[0]), zeta(add(op.inputs[0], 1.0), op.inputs[1]))
            ),
        )[1],
    ),
)

erf = unary(
    "Erf",
    doc="The error function, elementwise.",
    example=("tf.math.erf([0.0, 10.0])", "[0.0, 1.0]"),
    types="float",
    kernel=_special("erf"),
    grad=lambda op, dy: multiply(
        dy, multiply(number(2 / np.sqrt(np.pi), dy), exp(negative(square(op.inputs[0]))))
    ),
)
