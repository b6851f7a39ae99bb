"""Arithmetic, functions, comparisons and logic on a GPU: see the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.device_kernels.kinds import (
    ALL,
    COMPLEX,
    FLOATS,
    INTEGERS,
    NUMBERS,
    REAL,
    any_true,
    kernels,
    torch_dtype,
)

Kernel = Callable[..., Any]


def _named(name: str) -> Kernel:
    """PyTorch's function of that name."""
    return lambda torch, *inputs: getattr(torch, name)(*inputs)


def _is_whole(x: Any) -> bool:
    return not (x.is_floating_point() or x.is_complex())


# ---------------------------------------------------------------- division


def _divides_by_zero(x: Any, y: Any) -> bool:
    """Whether integers are divided by zero: a GPU would give any number."""
    return _is_whole(y) and x.numel() > 0 and any_true(y == 0)


def _floor_div(torch: Any, x: Any, y: Any) -> Any:
    if _divides_by_zero(x, y):
        return NotImplemented
    if _is_whole(x):
        return torch.div(x, y, rounding_mode="floor")
    return torch.floor(torch.true_divide(x, y))


def _floor_mod(torch: Any, x: Any, y: Any) -> Any:
    return NotImplemented if _divides_by_zero(x, y) else torch.remainder(x, y)


def _truncate_div(torch: Any, x: Any, y: Any) -> Any:
    if _divides_by_zero(x, y):
        return NotImplemented
    return torch.div(x, y, rounding_mode="trunc")


def _truncate_mod(torch: Any, x: Any, y: Any) -> Any:
    return NotImplemented if _divides_by_zero(x, y) else torch.fmod(x, y)


def _pow(torch: Any, x: Any, y: Any) -> Any:
    if _is_whole(y) and y.dtype != torch.uint8 and any_true(y < 0):
        return NotImplemented
    return torch.pow(x, y)


def _where_zero(torch: Any, at: Any, value: Any) -> Any:
    """0 where `at` is 0, whatever the value is there."""
    return torch.where(at == 0, torch.zeros((), dtype=value.dtype, device=value.device), value)


def _squared_difference(torch: Any, x: Any, y: Any) -> Any:
    difference = x - y
    return difference * difference.conj() if difference.is_complex() else difference * difference


# ---------------------------------------------------------------- functions


def _sign(torch: Any, x: Any) -> Any:
    if x.is_floating_point():
        return torch.where(torch.isnan(x), x, torch.sign(x))
    return torch.sgn(x)


def _softplus(torch: Any, x: Any) -> Any:
    return torch.clamp(x, min=0) + torch.log1p(torch.exp(-torch.abs(x)))


def _elu(torch: Any, x: Any) -> Any:
    return torch.where(x > 0, x, torch.expm1(torch.clamp(x, max=0)))


def _single(alpha: float) -> float:
    """An attribute as TensorFlow has it: as float32, whatever the tensors' dtype."""
    return float(np.float32(alpha))


def _leaky_relu(torch: Any, x: Any, *, alpha: float) -> Any:
    return torch.where(x > 0, x, x * _single(alpha))


def _leaky_relu_grad(torch: Any, dy: Any, x: Any, *, alpha: float) -> Any:
    return torch.where(x > 0, dy, dy * _single(alpha))


def _selu(torch: Any, x: Any) -> Any:
    from pyengine.ops.activations import _SELU_SCALE, _SELU_SLOPE

    low = _SELU_SLOPE * torch.expm1(torch.clamp(x, max=0))
    return torch.where(x > 0, _SELU_SCALE * x, low)


def _selu_grad(torch: Any, dy: Any, y: Any) -> Any:
    from pyengine.ops.activations import _SELU_SCALE, _SELU_SLOPE

    return torch.where(y < 0, dy * (y + _SELU_SLOPE), dy * _SELU_SCALE)


def _cast(torch: Any, x: Any, *, DstT: Any, Truncate: bool) -> Any:
    target = torch_dtype(torch, DstT)
    if x.is_complex() and not target.is_complex:
        x = x.real
    return x.to(target)


def _part(name: str) -> Kernel:
    """Real numbers out of complex ones."""
    return lambda torch, x, *, Tout: getattr(torch, name)(x).to(torch_dtype(torch, Tout))


def _complex(torch: Any, x: Any, y: Any, *, Tout: Any) -> Any:
    return torch.complex(*torch.broadcast_tensors(x, y)).to(torch_dtype(torch, Tout))


def _add_n(torch: Any, *inputs: Any, N: int) -> Any:
    total = inputs[0]
    for x in inputs[1:]:
        if x.shape != total.shape:
            return NotImplemented
        total = total + x
    return total


def _check_numerics(torch: Any, x: Any, *, message: str) -> Any:
    return x if bool(torch.isfinite(x).all()) else NotImplemented


def _select(torch: Any, condition: Any, x: Any, y: Any) -> Any:
    if condition.ndim == 1 and x.ndim > 1:  # a vector chooses whole rows
        condition = condition.reshape((-1,) + (1,) * (x.ndim - 1))
    return torch.where(condition, x, y)


KERNELS = {
    **kernels(
        NUMBERS,
        {
            "Add": _named("add"),
            "AddN": _add_n,
            "Mul": _named("mul"),
            "Neg": _named("neg"),
            "Pow": _pow,
            "Sign": _sign,
            "Square": lambda torch, x: x * x,
            "SquaredDifference": _squared_difference,
            "Sub": _named("sub"),
        },
    ),
    **kernels(
        COMPLEX | FLOATS,
        {
            "Complex": _complex,
            "ComplexAbs": _part("abs"),
            "Conj": lambda torch, x: torch.conj_physical(x),
            "Imag": _part("imag"),
            "Real": _part("real"),
        },
    ),
    **kernels(
        FLOATS | COMPLEX,
        {
            "Acos": _named("acos"),
            "Acosh": _named("acosh"),
            "Asin": _named("asin"),
            "Asinh": _named("asinh"),
            "Atan": _named("atan"),
            "Atanh": _named("atanh"),
            "Cos": _named("cos"),
            "Cosh": _named("cosh"),
            "DivNoNan": lambda torch, x, y: _where_zero(torch, y, x / y),
            "Exp": _named("exp"),
            "Log": _named("log"),
            "MulNoNan": lambda torch, x, y: _where_zero(torch, y, x * y),
            "RealDiv": _named("true_divide"),
            "Reciprocal": _named("reciprocal"),
            "Rsqrt": _named("rsqrt"),
            "Sigmoid": _named("sigmoid"),
            "Sin": _named("sin"),
            "Sinh": _named("sinh"),
            "Sqrt": _named("sqrt"),
            "Tan": _named("tan"),
            "Tanh": _named("tanh"),
            "Xdivy": lambda torch, x, y: _where_zero(torch, x, x / y),
            "Xlogy": lambda torch, x, y: _where_zero(torch, x, x * torch.log(y)),
        },
    ),
    **kernels(
        FLOATS,
        {
            "Atan2": _named("atan2"),
            "Ceil": _named("ceil"),
            "CheckNumerics": _check_numerics,
            "Digamma": _named("digamma"),
            "Elu": _elu,
            "Erf": _named("erf"),
            "Erfc": _named("erfc"),
            "Erfinv": _named("erfinv"),
            "Expm1": _named("expm1"),
            "Floor": _named("floor"),
            "L2Loss": lambda torch, t: (t * t).sum() / 2,
            "LeakyRelu": _leaky_relu,
            "LeakyReluGrad": _leaky_relu_grad,
            "Lgamma": _named("lgamma"),
            "Log1p": _named("log1p"),
            "Rint": _named("round"),
            "Round": _named("round"),
            "Selu": _selu,
            "SeluGrad": _selu_grad,
            "Softplus": _softplus,
            "Softsign": lambda torch, x: x / (1 + torch.abs(x)),
            "Xlog1py": lambda torch, x, y: _where_zero(torch, x, x * torch.log1p(y)),
        },
    ),
    **kernels(
        FLOATS | {"bool"},
        {
            "IsFinite": _named("isfinite"),
            "IsInf": _named("isinf"),
            "IsNan": _named("isnan"),
        },
    ),
    **kernels(
        REAL,
        {
            "Abs": _named("abs"),
            "FloorDiv": _floor_div,
            "FloorMod": _floor_mod,
            "Maximum": _named("maximum"),
            "Minimum": _named("minimum"),
            "Relu": lambda torch, x: torch.clamp(x, min=0),
            "Relu6": lambda torch, x: torch.clamp(x, 0, 6),
            # As TensorFlow does: an infinite gradient of what is off is a NaN.
            "Relu6Grad": lambda torch, dy, x: dy * ((x > 0) & (x < 6)),
            "ReluGrad": lambda torch, dy, x: dy * (x > 0),
            "TruncateDiv": _truncate_div,
            "TruncateMod": _truncate_mod,
        },
    ),
    **kernels(
        INTEGERS,
        {
            "BitwiseAnd": _named("bitwise_and"),
            "BitwiseOr": _named("bitwise_or"),
            "BitwiseXor": _named("bitwise_xor"),
            "Invert": _named("bitwise_not"),
        },
    ),
    **kernels(
        ALL,
        {
            "Cast": _cast,
            "Equal": _named("eq"),
            "Identity": lambda torch, x: x,
            "NotEqual": _named("ne"),
            "OnesLike": _named("ones_like"),
            "PreventGradient": lambda torch, x, *, message: x,
            "Select": _select,
            "SelectV2": _named("where"),
            "StopGradient": lambda torch, x: x,
            "ZerosLike": _named("zeros_like"),
        },
    ),
    **kernels(
        REAL | {"bool"},
        {
            "Greater": _named("gt"),
            "GreaterEqual": _named("ge"),
            "Less": _named("lt"),
            "LessEqual": _named("le"),
        },
    ),
    **kernels(
        frozenset({"bool"}),
        {
            "LogicalAnd": _named("logical_and"),
            "LogicalNot": _named("logical_not"),
            "LogicalOr": _named("logical_or"),
        },
    ),
}
