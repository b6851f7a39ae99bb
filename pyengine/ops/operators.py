"""Tensor's operators (`+`, `<`, `[`, ...): each adds the op of its name.

`==` and `!=` stay comparisons of identity, as in TensorFlow 1.x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops import bits, compare, elementwise, math
from pyengine.ops.indexing import slice_helper
from pyengine.ops.matmul import matmul

__all__: list[str] = []


def _name(text: str, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function with the op name that TensorFlow gives to operators."""

    def named(x: Any, y: Any) -> Tensor:
        return function(x, y, name=text)

    return named


def _of_bits(logical: Callable[..., Tensor], bitwise: Callable[..., Tensor]) -> Any:
    """A logical function that works on the bits of integers."""

    def either(x: Any, *y: Any) -> Tensor:
        tensor = convert_to_tensor(x)
        return (bitwise if tensor.dtype.is_integer else logical)(tensor, *y)

    return either


_BINARY: dict[str, Callable[..., Tensor]] = {
    "add": _name("add", math.add),
    "sub": _name("sub", math.subtract),
    "mul": _name("mul", math.multiply),
    "truediv": _name("truediv", math.truediv),
    "floordiv": _name("floordiv", math.floordiv),
    "mod": _name("mod", math.floormod),
    "pow": _name("pow", math.pow),
    "matmul": _name("matmul", matmul),
    "and": _of_bits(compare.logical_and, bits.bitwise_and),
    "or": _of_bits(compare.logical_or, bits.bitwise_or),
    "xor": _of_bits(compare.logical_xor, bits.bitwise_xor),
}
_COMPARISONS: dict[str, Callable[..., Tensor]] = {
    "lt": compare.less,
    "le": compare.less_equal,
    "gt": compare.greater,
    "ge": compare.greater_equal,
}


def _method(function: Callable[..., Tensor]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if isinstance(other, IndexedSlices):
            other = convert_to_tensor(other)
        return function(self, other)

    return method


def _reversed(function: Callable[..., Tensor]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return function(convert_to_tensor(other, self.dtype.base_dtype, name="x"), self)

    return method


def overload(cls: type) -> None:
    """Gives a class the operators; its objects must convert to tensors."""
    methods: dict[str, Callable[..., Any]] = {}
    for name, function in _BINARY.items():
        methods[f"__{name}__"] = _method(function)
        methods[f"__r{name}__"] = _reversed(function)
    for name, function in _COMPARISONS.items():
        methods[f"__{name}__"] = _method(function)
    methods["__neg__"] = lambda self: math.negative(self, name="Neg")
    methods["__abs__"] = lambda self: elementwise.abs(self)
    methods["__invert__"] = _of_bits(compare.logical_not, bits.invert)
    methods["__getitem__"] = slice_helper
    for name, method in methods.items():
        method.__name__ = name
        setattr(cls, name, method)


overload(Tensor)
overload(IndexedSlices)
