"""Sines, cosines and their relatives, elementwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.graph import Tensor
from pyengine.ops.broadcasting import unbroadcast
from pyengine.ops.declare import binary, unary
from pyengine.ops.elementwise import reciprocal, rsqrt, square
from pyengine.ops.math import add, conj, multiply, negative, number, realdiv, subtract

__all__ = [
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "sin", "sinh", "tan",
]  # fmt: skip


def _function(
    type: str, numpy_name: str, doc: str, derivative: Callable[[Tensor], Tensor],
    at: float = 0.0, value: float = 0.0,
) -> Callable[..., Any]:  # fmt: skip
    """An elementwise function by NumPy's name for it, and its derivative as a function of x.

    Its docstring shows the value that it has `at` a place.
    """
    return unary(
        type,
        doc=doc,
        example=(f"tf.{type.lower()}([{at}])", f"[{value}]"),
        kernel=lambda xp, x: getattr(xp, numpy_name)(x),
        grad=lambda op, dy: multiply(dy, conj(derivative(op.inputs[0]))),
    )


def _one(x: Tensor) -> Tensor:
    return number(1, x)


sin = _function("Sin", "sin", "The sine, elementwise, of an angle in radians.", lambda x: cos(x))
cos = _function(
    "Cos",
    "cos",
    "The cosine, elementwise, of an angle in radians.",
    lambda x: negative(sin(x)),
    value=1.0,
)
tan = _function(
    "Tan",
    "tan",
    "The tangent, elementwise, of an angle in radians.",
    lambda x: square(reciprocal(cos(x))),
)
asin = _function(
    "Asin",
    "arcsin",
    "The angle in radians whose sine is x, elementwise.",
    lambda x: rsqrt(subtract(_one(x), square(x))),
)
acos = _function(
    "Acos",
    "arccos",
    "The angle in radians whose cosine is x, elementwise.",
    lambda x: negative(rsqrt(subtract(_one(x), square(x)))),
    at=1.0,
)
atan = _function(
    "Atan",
    "arctan",
    "The angle in radians whose tangent is x, elementwise.",
    lambda x: reciprocal(add(_one(x), square(x))),
)
sinh = _function("Sinh", "sinh", "The hyperbolic sine, elementwise.", lambda x: cosh(x))
cosh = _function(
    "Cosh", "cosh", "The hyperbolic cosine, elementwise.", lambda x: sinh(x), value=1.0
)
asinh = unary(
    "Asinh",
    doc="The inverse of the hyperbolic sine, elementwise.",
    example=("tf.asinh([0.0, -0.0])", "[0.0, -0.0]"),
    kernel=lambda xp, x: xp.arcsinh(x),
    grad=lambda op, dy: realdiv(dy, cosh(conj(op.outputs[0]))),
)
acosh = unary(
    "Acosh",
    doc="The inverse of the hyperbolic cosine, elementwise.",
    example=('tf.acosh([1.0, float("inf")])', "[0.0, inf]"),
    kernel=lambda xp, x: xp.arccosh(x),
    grad=lambda op, dy: realdiv(dy, sinh(conj(op.outputs[0]))),
)
atanh = _function(
    "Atanh",
    "arctanh",
    "The inverse of the hyperbolic tangent, elementwise.",
    lambda x: reciprocal(subtract(_one(x), square(x))),
)


def _atan2_grad(op: Any, dz: Tensor) -> Any:
    y, x = op.inputs
    scale = realdiv(dz, add(square(x), square(y)))
    return unbroadcast(op, multiply(x, scale), multiply(negative(y), scale))


atan2 = binary(
    "Atan2",
    doc="The angle in radians of the point (x, y), elementwise.",
    example=("tf.atan2([0.0, 1.0], [1.0, 0.0])", "[0.0, 1.5707963705062866]"),
    signature="y: T, x: T -> T",
    types="float",
    kernel=lambda xp, y, x: xp.arctan2(y, x),
    grad=_atan2_grad,
)
