"""Static shapes: `Dimension` (a size or unknown) and `TensorShape` (even the rank may be)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any


class Dimension:
    """One dimension of a `TensorShape`: `value` is its size, or None where it is unknown.

    Arithmetic with an unknown dimension is unknown; so is a comparison, which then gives None.

    Example:
        >>> Dimension(3) * 2 == 6, (Dimension(None) + 1).value, Dimension(None) == 3
        (True, None, None)
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = as_size(value)

    @property
    def value(self) -> int | None:
        return self._value

    def is_compatible_with(self, other: Any) -> bool:
        other = as_size(other)
        return self._value is None or other is None or self._value == other

    def assert_is_compatible_with(self, other: Any) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {as_dimension(other)} are not compatible")

    def merge_with(self, other: Any) -> Dimension:
        """The one of both that is known; raises ValueError if they differ."""
        self.assert_is_compatible_with(other)
        return Dimension(as_size(other)) if self._value is None else self

    def _combine(self, other: Any, op: Callable[[int, int], int]) -> Dimension:
        try:
            other = as_size(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self._value is None or other is None:
            return Dimension(None)
        return Dimension(op(self._value, other))

    def __add__(self, other: Any) -> Dimension:
        return self._combine(other, operator.add)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Dimension:
        return self._combine(other, operator.sub)

    def __rsub__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mul)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Dimension:
        return self._combine(other, operator.floordiv)

    def __rfloordiv__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: b // a)

    def __mod__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mod)

    def __rmod__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: b % a)

    def _compare(self, other: Any, op: Callable[[int, int], bool]) -> Any:
        other = as_size(other)
        if self._value is None or other is None:
            return None
        return op(self._value, other)

    def __eq__(self, other: object) -> Any:
        try:
            return self._compare(other, operator.eq)
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other: object) -> Any:
        try:
            return self._compare(other, operator.ne)
        except (TypeError, ValueError):
            return NotImplemented

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, operator.ge)

    def __hash__(self) -> int:
        return hash(self._value)

    def __int__(self) -> int:
        if self._value is None:
            raise TypeError("an unknown Dimension has no value")
        return self._value

    # `range(d)`, `np.zeros(d)`: a known dimension is an integer.
    __index__ = __int__

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __repr__(self) -> str:
        return f"Dimension({self._value})"


def as_size(value: Any) -> int | None:
    """A dimension's size as an int, or None; raises for what is neither.

    A float is taken when it is whole, since R users write `784` for `784L`.
    """
    if value is None or type(value) is int:
        size = value
    elif isinstance(value, Dimension):
        return value._value
    elif isinstance(value, float) and value.is_integer():
        size = int(value)
    else:
        try:
            size = operator.index(value)
        except TypeError:
            raise TypeError(
                f"Dimension value must be an integer or None, got {value!r} of type "
                f"{type(value).__name__}"
            ) from None
    if size is not None and size < 0:
        raise ValueError(f"Dimension {size} must be >= 0")
    return size


def as_dimension(value: Any) -> Dimension:
    """A `Dimension` of this size, or the one given."""
    return value if isinstance(value, Dimension) else Dimension(value)


class TensorShape:
    """What is known of a tensor's shape: fully, partly, or not even the rank.

    Args:
        dims: an iterable of sizes (ints, None, `Dimension`), one size for a vector, another
            `TensorShape`, a TensorShapeProto, or None for unknown rank.

    Example:
        >>> s = TensorShape([None, 784])
        >>> s.ndims, s.as_list(), s[1].value, str(s)
        (2, [None, 784], 784, '(?, 784)')
    """

    __slots__ = ("sizes",)

    sizes: tuple[int | None, ...] | None
    """The sizes as a tuple, None for each unknown one; None itself for unknown rank."""

    def __init__(self, dims: Any) -> None:
        if dims is None:
            self.sizes = None
        elif isinstance(dims, TensorShape):
            self.sizes = dims.sizes
        elif isinstance(dims, str):
            raise TypeError(f"A string is not a shape: {dims!r}")
        else:
            try:
                items = iter(dims)
            except TypeError:
                self.sizes = _message_sizes(dims) if hasattr(dims, "dim") else (as_size(dims),)
            else:
                self.sizes = tuple(as_size(d) for d in items)

    @classmethod
    def of(cls, sizes: tuple[int | None, ...] | None) -> TensorShape:
        """A shape of sizes that are known to be ints or None: the engine's own way, unchecked."""
        shape = cls.__new__(cls)
        shape.sizes = sizes
        return shape

    @property
    def ndims(self) -> int | None:
        return None if self.sizes is None else len(self.sizes)

    rank = ndims

    @property
    def dims(self) -> list[Dimension] | None:
        return None if self.sizes is None else [Dimension(s) for s in self.sizes]

    def as_list(self) -> list[int | None]:
        """The sizes as a list; raises ValueError for unknown rank."""
        if self.sizes is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self.sizes)

    def as_proto(self) -> Any:
        """The shape as a `TensorShapeProto`, with -1 for each unknown size."""
        from pyengine.protos.values import shape_proto

        return shape_proto(self)

    def num_elements(self) -> int | None:
        """The product of the sizes, or None where one is unknown."""
        if not self.is_fully_defined():
            return None
        count = 1
        for size in self.sizes or ():
            count *= size  # type: ignore[operator]  # fully defined: no size is None
        return count

    def is_fully_defined(self) -> bool:
        return self.sizes is not None and None not in self.sizes

    def assert_is_fully_defined(self) -> None:
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one tensor could have both shapes."""
        mine, theirs = self.sizes, as_shape(other).sizes
        if mine is None or theirs is None:
            return True
        return len(mine) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(mine, theirs)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {as_shape(other)} are incompatible")

    def assert_fits(self, other: Any, what: str) -> None:
        """Like `assert_is_compatible_with()`; the error says what the two shapes are of."""
        try:
            self.assert_is_compatible_with(other)
        except ValueError as error:
            raise ValueError(f"{error}: {what}") from None

    def assert_same_rank(self, other: Any) -> None:
        other = as_shape(other)
        if self.sizes is not None and other.sizes is not None and self.ndims != other.ndims:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_has_rank(self, rank: int) -> None:
        if self.ndims not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def merge_with(self, other: Any) -> TensorShape:
        """What both say together; raises ValueError if they contradict each other."""
        other = as_shape(other)
        if self.sizes is None or self.sizes == other.sizes:
            return other
        if other.sizes is None:
            return self
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are not compatible")
        return TensorShape.of(tuple(b if a is None else a for a, b in zip(self.sizes, other.sizes)))

    def concatenate(self, other: Any) -> TensorShape:
        """This shape's dimensions followed by the other's."""
        other = as_shape(other)
        if self.sizes is None or other.sizes is None:
            return UNKNOWN
        return TensorShape.of(self.sizes + other.sizes)

    __add__ = concatenate

    def __radd__(self, other: Any) -> TensorShape:
        return as_shape(other).concatenate(self)

    def with_rank(self, rank: int) -> TensorShape:
        """This shape with that rank; raises ValueError if it has another."""
        try:
            return self.merge_with(unknown_shape(rank))
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank: int) -> TensorShape:
        if self.sizes is not None and len(self.sizes) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        if self.sizes is not None and len(self.sizes) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def __len__(self) -> int:
        if self.sizes is None:
            raise ValueError("Cannot take the length of a shape with unknown rank")
        return len(self.sizes)

    def __bool__(self) -> bool:
        return self.sizes is not None

    def __iter__(self) -> Iterator[Dimension]:
        if self.sizes is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter([Dimension(s) for s in self.sizes])

    def __getitem__(self, key: Any) -> Any:
        """A `Dimension` for an index, a `TensorShape` for a slice."""
        if self.sizes is not None:
            picked = self.sizes[key]
            return TensorShape.of(picked) if isinstance(key, slice) else Dimension(picked)
        if not isinstance(key, slice):
            return Dimension(None)
        start, stop = key.start or 0, key.stop
        if key.step is not None or stop is None or start < 0 or stop < 0:
            return UNKNOWN
        return unknown_shape(max(stop - start, 0))

    def __eq__(self, other: object) -> bool:
        try:
            return self.sizes == as_shape(other).sizes
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self.sizes)

    def __str__(self) -> str:
        if self.sizes is None:
            return "<unknown>"
        inside = ", ".join("?" if s is None else str(s) for s in self.sizes)
        return f"({inside},)" if len(self.sizes) == 1 else f"({inside})"

    def __repr__(self) -> str:
        return f"TensorShape({None if self.sizes is None else list(self.sizes)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorShape, (self.sizes,)


def _message_sizes(proto: Any) -> tuple[int | None, ...] | None:
    """The sizes in a TensorShapeProto."""
    if proto.unknown_rank:
        return None
    return tuple(None if d.size < 0 else int(d.size) for d in proto.dim)


UNKNOWN = TensorShape(None)
SCALAR = TensorShape(())


def as_shape(shape: Any) -> TensorShape:
    """A `TensorShape` of what is given, or itself."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape(ndims: int | None = None) -> TensorShape:
    """A shape of that rank with every size unknown; of unknown rank by default."""
    return UNKNOWN if ndims is None else TensorShape.of((None,) * ndims)


def broadcast(x: TensorShape, y: TensorShape) -> TensorShape:
    """The shape of `x + y` under broadcasting; raises ValueError when there is none.

    Example:
        >>> str(broadcast(TensorShape([None, 1]), TensorShape([3])))
        '(?, 3)'
    """
    a, b = x.sizes, y.sizes
    if a == b:
        return x
    if a is None or b is None:
        return UNKNOWN
    if len(a) < len(b):
        a, b = b, a
    lead = len(a) - len(b)
    return TensorShape.of(a[:lead] + tuple(map(_broadcast_size, a[lead:], b)))


def _broadcast_size(a: int | None, b: int | None) -> int | None:
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if a is None:
        return b  # b > 1: a must turn out to be 1 or b
    if b is None:
        return a
    raise ValueError(f"Dimensions must be equal, but are {a} and {b}")


def broadcast_all(shapes: Iterable[TensorShape]) -> TensorShape:
    """The common shape of several operands under broadcasting."""
    result = SCALAR
    for shape in shapes:
        result = broadcast(result, shape)
    return result


def merge_all(shapes: Sequence[TensorShape]) -> TensorShape:
    """What several descriptions of one shape say together."""
    result = UNKNOWN
    for shape in shapes:
        result = result.merge_with(shape)
    return result
