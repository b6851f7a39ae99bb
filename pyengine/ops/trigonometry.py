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
    type: str, numpy_name: str, doc: str, derivative: Callable[[Tensor], Tensor]
) -> Callable[..., Any]:
    """An elementwise function by NumPy's name for it, and its derivative as a function of x."""
    return unary(
        type,
        doc=doc,
        kernel=lambda xp, x: getattr(xp, numpy_name)(x),
        grad=lambda op, dy: multiply(dy, conj(derivative(op.inputs[0]))),
    )


def _one(x: Tensor) -> Tensor:
    return number(1, x)


sin = _function("Sin", "sin", "The sine, elementwise, of an angle in radians.", lambda x: cos(x))
cos = _function(
    "Cos", "cos", "The cosine, elementwise, of an angle in radians.", lambda x: negative(sin(x))
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
)
atan = _function(
    "Atan",
    "arctan",
    "The angle in radians whose tangent is x, elementwise.",
    lambda x: reciprocal(add(_one(x), square(x))),
)
sinh = _function("Sinh", "sinh", "The hyperbolic sine, elementwise.", lambda x: cosh(x))
cosh = _function("Cosh", "cosh", "The hyperbolic cosine, elementwise.", lambda x: sinh(x))
asinh = unary(
    "Asinh",
    doc="The inverse of the hyperbolic sine, elementwise.",
    kernel=lambda xp, x: xp.arcsinh(x),
    grad=lambda op, dy: realdiv(dy, cosh(conj(op.outputs[0]))),
)
acosh = unary(
    "Acosh",
    doc="The inverse of the hyperbolic cosine, elementwise.",
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
    signature="y: T, x: T -> T",
    types="float",
    kernel=lambda xp, y, x: xp.arctan2(y, x),
    grad=_atan2_grad,
)
