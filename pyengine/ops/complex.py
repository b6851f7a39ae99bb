"""Complex numbers: made of parts, and taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.broadcasting import unbroadcast
from pyengine.ops.declare import broadcast_shape, defop, same_shape
from pyengine.ops.math import cast, multiply, negative, number
from pyengine.scopes import name_scope

__all__ = ["angle", "complex", "imag", "real", "to_complex128", "to_complex64"]


def _complex_kernel(xp: Any, re: Any, im: Any, *, Tout: Any) -> Any:
    re, im = np.broadcast_arrays(re, im)
    result = np.empty(re.shape, Tout.as_numpy_dtype)
    result.real, result.imag = re, im
    return result


_complex = defop(
    "Complex",
    "real: T, imag: T -> @Tout",
    doc="Complex numbers of their real and imaginary parts.",
    types={"T": "float32|float64"},
    attrs={"Tout": dtypes.complex64},
    shape=broadcast_shape,
    kernel=_complex_kernel,
    grad=lambda op, dy: unbroadcast(op, real(dy), imag(dy)),
)


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Complex numbers of their real and imaginary parts.

    Args:
        real, imag: float32 or float64 tensors, broadcast against each other.
        name: the op's name.

    Returns:
        A complex64 or complex128 tensor.

    Raises:
        TypeError: when the parts differ in dtype or have another one.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.complex(1.0, 2.0)).item()
        (1+2j)
    """
    with name_scope(name, "Complex", [real, imag]) as scope:
        re, im = convert_to_tensor(real, name="real"), convert_to_tensor(imag, name="imag")
        kinds = re.dtype.base_dtype, im.dtype.base_dtype
        if kinds == (dtypes.float64, dtypes.float64):
            wanted = dtypes.complex128
        elif kinds == (dtypes.float32, dtypes.float32):
            wanted = dtypes.complex64
        else:
            raise TypeError(
                f"real and imag have incorrect types: {kinds[0].name} {kinds[1].name}; they must "
                f"both be float32 or both be float64"
            )
        return _complex(re, im, Tout=wanted, name=scope)


def _zeros(like: Tensor) -> Tensor:
    from pyengine.ops.filling import zeros_like

    return zeros_like(like)


_real = defop(
    "Real",
    "input: T -> @Tout",
    doc="The real parts.",
    types={"T": "complex"},
    attrs={"Tout": dtypes.float32},
    shape=same_shape,
    kernel=lambda xp, x, *, Tout: xp.real(x),
    grad=lambda op, dy: complex(dy, _zeros(dy)),
)
_imag = defop(
    "Imag",
    "input: T -> @Tout",
    doc="The imaginary parts.",
    types={"T": "complex"},
    attrs={"Tout": dtypes.float32},
    shape=same_shape,
    kernel=lambda xp, x, *, Tout: xp.imag(x),
    grad=lambda op, dy: complex(_zeros(dy), dy),
)


def _angle_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.nonan import reciprocal_no_nan

    # d angle = (re d im - im d re) / |z|^2, which is the gradient -1 / (im + i re).
    x = op.inputs[0]
    z = reciprocal_no_nan(complex(imag(x), real(x)))
    return multiply(negative(complex(dy, _zeros(dy))), z)


_angle = defop(
    "Angle",
    "input: T -> @Tout",
    doc="The arguments, in radians.",
    types={"T": "complex"},
    attrs={"Tout": dtypes.float32},
    shape=same_shape,
    kernel=lambda xp, x, *, Tout: xp.angle(x).astype(Tout.as_numpy_dtype, copy=False),
    grad=_angle_grad,
)


def real(input: Any, name: str | None = None) -> Tensor:
    """The real parts of complex numbers; a real tensor is returned as it is.

    Args:
        input: a numeric tensor.
        name: the op's name.

    Raises:
        TypeError: for a tensor that is not numeric.
    """
    x = convert_to_tensor(input, name="input")
    if not x.dtype.is_complex:
        if not (x.dtype.is_floating or x.dtype.is_integer):
            raise TypeError(f"input must be a numeric tensor, but got one of {x.dtype.name}")
        return x
    return _real(x, Tout=x.dtype.real_dtype, name=name or "Real")


def imag(input: Any, name: str | None = None) -> Tensor:
    """The imaginary parts of complex numbers; zeros for a real tensor.

    Args:
        input: a numeric tensor.
        name: the op's name.
    """
    x = convert_to_tensor(input, name="input")
    if not x.dtype.is_complex:
        return _zeros(x)
    return _imag(x, Tout=x.dtype.real_dtype, name=name or "Imag")


def angle(input: Any, name: str | None = None) -> Tensor:
    """The arguments of complex numbers, in radians; of real ones, 0 or pi by their sign.

    Args:
        input: a floating-point or complex tensor.
        name: the op's name.

    Raises:
        TypeError: for integers.
    """
    from pyengine.ops.compare import less
    from pyengine.ops.filling import ones_like
    from pyengine.ops.repetition import where

    x = convert_to_tensor(input, name="input")
    if x.dtype.is_complex:
        return _angle(x, Tout=x.dtype.real_dtype, name=name or "Angle")
    if not x.dtype.is_floating:
        raise TypeError(f"angle takes floating-point or complex numbers, got {x.dtype.name}")
    return where(less(x, _zeros(x)), multiply(ones_like(x), number(np.pi, x)), _zeros(x))


def to_complex64(x: Any, name: str = "ToComplex64") -> Any:
    """The elements as complex64; see `cast`.

    Args:
        x: a tensor of a number type.
        name: the op's name.

    Returns:
        A complex64 tensor of the same shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.to_complex64([1.0])).tolist()
        [(1+0j)]
    """
    return cast(x, dtypes.complex64, name=name)


def to_complex128(x: Any, name: str = "ToComplex128") -> Any:
    """The elements as complex128; see `cast`.

    Args:
        x: a tensor of a number type.
        name: the op's name.

    Returns:
        A complex128 tensor of the same shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.to_complex128([1.0])).tolist()
        [(1+0j)]
    """
    return cast(x, dtypes.complex128, name=name)
