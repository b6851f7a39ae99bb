"""The element types of tensors: `tf.float32`, `tf.string`, ..., and their NumPy counterparts.

A variable's own tensor has a *reference* dtype (`float32_ref`), whose `base_dtype` is the value's.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

_REF_OFFSET = 100


class DType:
    """The type of a tensor's elements.

    DTypes are singletons: compare them with `==` (names and NumPy types are understood) or `is`.

    Example:
        >>> float32 == np.float32, int64.is_integer, int8.max
        (True, True, 127)
    """

    __slots__ = ("_np", "_ref", "as_datatype_enum", "base_dtype", "kind", "name", "size")

    def __init__(
        self, name: str, enum: int, np_dtype: Any, kind: str, base: DType | None = None
    ) -> None:
        self.name = name
        self.as_datatype_enum = enum
        self._np = np_dtype
        self.kind = kind
        self.base_dtype = base or self
        self._ref = self if base else DType(name + "_ref", enum + _REF_OFFSET, np_dtype, kind, self)
        has_size = np_dtype is not None and kind != "s"
        self.size = np.dtype(np_dtype).itemsize if has_size else 1

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type of this dtype; `object` for strings."""
        if self._np is None:
            raise TypeError(f"{self.name} has no NumPy counterpart")
        return self._np

    @property
    def as_ref(self) -> DType:
        """The reference dtype with this base."""
        return self._ref

    @property
    def is_ref(self) -> builtins.bool:
        """Whether this is the dtype of a reference to a variable."""
        return self.base_dtype is not self

    @property
    def _is_ref_dtype(self) -> builtins.bool:
        return self.is_ref

    @property
    def real_dtype(self) -> DType:
        """The dtype of the real and imaginary parts; itself where it is not complex."""
        return {"complex64": float32, "complex128": float64}.get(self.base_dtype.name, self)

    @property
    def is_floating(self) -> builtins.bool:
        return self.kind == "f"

    @property
    def is_integer(self) -> builtins.bool:
        return self.kind in "iu"

    @property
    def is_unsigned(self) -> builtins.bool:
        return self.kind == "u"

    @property
    def is_complex(self) -> builtins.bool:
        return self.kind == "c"

    @property
    def is_bool(self) -> builtins.bool:
        return self.kind == "b"

    @property
    def is_quantized(self) -> builtins.bool:
        return self.kind == "q"

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        return self._np is not None

    @property
    def min(self) -> Any:
        """The lowest finite value."""
        return self._limit("min")

    @property
    def max(self) -> Any:
        """The highest finite value."""
        return self._limit("max")

    @property
    def limits(self) -> tuple[Any, Any]:
        return self.min, self.max

    def _limit(self, which: str) -> Any:
        if self.is_bool:
            return which == "max"
        if self.is_quantized:
            return getattr(np.iinfo(self._np.fields[self.base_dtype.name][0]), which)
        if self.is_integer:
            return getattr(np.iinfo(self._np), which)
        if self.is_floating:
            if self.base_dtype is bfloat16:
                import ml_dtypes

                return getattr(ml_dtypes.finfo(self._np), which)
            return getattr(np.finfo(self._np), which)
        raise TypeError(f"Cannot find {which}imum value of {self!r}.")

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether a value of `other` can stand where this dtype is wanted."""
        other = as_dtype(other)
        return other is self or other.base_dtype is self

    def __eq__(self, other: object) -> builtins.bool:
        if other is self:
            return True
        if other is None or isinstance(other, DType):
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __hash__(self) -> int:
        return self.as_datatype_enum

    def __int__(self) -> int:
        return self.as_datatype_enum

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)


def _bfloat16_type() -> Any:
    """The scalar type of ml_dtypes, imported when somebody first asks for bfloat16."""
    import ml_dtypes

    return ml_dtypes.bfloat16


class _LazyDType(DType):
    """A DType whose NumPy type comes from a library that is only imported when it is wanted."""

    __slots__ = ()

    @property
    def as_numpy_dtype(self) -> Any:
        if self._np is None:
            self._np = _bfloat16_type()
            self._ref._np = self._np
        return self._np

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        return True


def _quantized(name: str, enum: int, held: Any) -> DType:
    """A dtype of quantized numbers: in NumPy a record of one integer, so that it is no number."""
    return DType(name, enum, np.dtype([(name, held)]), "q")


float32 = DType("float32", 1, np.float32, "f")
float64 = DType("float64", 2, np.float64, "f")
int32 = DType("int32", 3, np.int32, "i")
uint8 = DType("uint8", 4, np.uint8, "u")
int16 = DType("int16", 5, np.int16, "i")
int8 = DType("int8", 6, np.int8, "i")
string = DType("string", 7, np.object_, "s")
complex64 = DType("complex64", 8, np.complex64, "c")
int64 = DType("int64", 9, np.int64, "i")
bool = DType("bool", 10, np.bool_, "b")
qint8 = _quantized("qint8", 11, np.int8)
quint8 = _quantized("quint8", 12, np.uint8)
qint32 = _quantized("qint32", 13, np.int32)
bfloat16 = _LazyDType("bfloat16", 14, None, "f")
qint16 = _quantized("qint16", 15, np.int16)
quint16 = _quantized("quint16", 16, np.uint16)
uint16 = DType("uint16", 17, np.uint16, "u")
complex128 = DType("complex128", 18, np.complex128, "c")
float16 = half = DType("float16", 19, np.float16, "f")
resource = DType("resource", 20, None, "r")
variant = DType("variant", 21, None, "v")
uint32 = DType("uint32", 22, np.uint32, "u")
uint64 = DType("uint64", 23, np.uint64, "u")
double = float64

ALL = (
    float32, float64, int32, uint8, int16, int8, string, complex64, int64, bool, qint8, quint8,
    qint32, bfloat16, qint16, quint16, uint16, complex128, float16, resource, variant, uint32,
    uint64,
)  # fmt: skip
bfloat16.size = 2

# Names for the sets of dtypes that op signatures speak of.
FLOAT = (float16, bfloat16, float32, float64)
QUANTIZED_DTYPES = (qint8, quint8, qint16, quint16, qint32)
COMPLEX = (complex64, complex128)
INT = (int8, int16, int32, int64, uint8, uint16, uint32, uint64)
CLASSES: dict[str, tuple[DType, ...]] = {
    "float": FLOAT,
    "complex": COMPLEX,
    "int": INT,
    "real": FLOAT + INT,
    "number": FLOAT + INT + COMPLEX,
    "index": (int32, int64),
    "any": ALL,
}

_BY_NAME: dict[Any, DType] = {d.name: d for d in ALL} | {d.as_ref.name: d.as_ref for d in ALL}
_BY_NAME |= {"half": float16, "double": float64, "float": float32, "str": string, "bytes": string}
_BY_ENUM = {d.as_datatype_enum: d for d in ALL} | {d.as_ref.as_datatype_enum: d.as_ref for d in ALL}
_BY_TYPE: dict[Any, DType] = {d._np: d for d in ALL if d._np is not None}
_BY_TYPE |= {
    float: float32, int: int32, builtins.bool: bool, complex: complex64,
    str: string, bytes: string, np.str_: string, np.bytes_: string,
}  # fmt: skip
_BY_NP = {np.dtype(d._np): d for d in ALL if d._np is not None}


def as_dtype(type_value: Any) -> DType:
    """The DType that a value stands for.

    Args:
        type_value: a `DType`, its name, its number in `types.proto`, a NumPy dtype or scalar type,
            or one of Python's `int`, `float`, `complex`, `bool`, `str`, `bytes`.

    Returns:
        The one DType object of that name.

    Raises:
        TypeError: when nothing of that name exists.

    Example:
        >>> as_dtype("float32") is float32, as_dtype(np.dtype("int64")) is int64
        (True, True)
    """
    if isinstance(type_value, DType):
        return type_value
    try:
        found = _BY_TYPE.get(type_value) or _BY_NAME.get(type_value)
        if found is None and isinstance(type_value, int):
            found = _BY_ENUM.get(type_value)
    except TypeError:  # unhashable
        found = None
    if found is not None:
        return found
    try:
        np_dtype = np.dtype(type_value)
    except TypeError:
        np_dtype = None
    if np_dtype is not None and type_value is not None:
        return _from_numpy(np_dtype, type_value)
    raise TypeError(
        f"Cannot convert value {type_value!r} to a TensorFlow DType. "
        "A dtype is tf.float32 or the like, or its name."
    )


def __getattr__(name: str) -> Any:
    """`tf.dtypes` is a namespace of functions too, which are made of much that is made of this."""
    if name in ("cast", "complex", "saturate_cast", "as_string"):
        import pyengine

        return getattr(pyengine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _from_numpy(np_dtype: np.dtype[Any], given: Any) -> DType:
    found = _BY_NP.get(np_dtype.newbyteorder("="))
    if found is None and np_dtype.kind in "SU":
        return string
    if found is None and np_dtype.name == "bfloat16":
        return bfloat16
    if found is None:
        raise TypeError(
            f"Cannot convert value {given!r} to a TensorFlow DType. "
            "A dtype is tf.float32 or the like, or its name."
        )
    return found
