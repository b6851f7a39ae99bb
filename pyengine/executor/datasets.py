"""Data sets at run time: where elements come from, and what is done to them one by one.

A `Source` says how to make an iterator; iterators give rows (tuples of component values) and go on
after an error in one element, as TensorFlow's do. What collects elements or runs functions that
give data sets is in `executor.dataset_transforms`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pyengine import errors
from pyengine.dtypes import DType
from pyengine.executor.files import match_files, open_file
from pyengine.executor.functions import Context, Function, Row
from pyengine.executor.readers import without_end
from pyengine.executor.texts import text
from pyengine.shape import TensorShape

Rows = Iterator[Row]


class Source:
    """What an op of a data set gives: `rows(context)` makes an iterator over its elements."""

    def rows(self, context: Context) -> Rows:
        raise NotImplementedError(f"{type(self).__name__} must define rows()")


class From(Source):
    """The elements that a function of the context iterates over."""

    def __init__(self, make: Callable[[Context], Rows]) -> None:
        self._make = make

    def rows(self, context: Context) -> Rows:
        return self._make(context)


def kept_copy(value: Any) -> Any:
    """A value that stays what it is after the run: feeds belong to the caller."""
    array = np.asarray(value)
    return array.copy() if array.flags.writeable else array


# ---------------------------------------------------------------- from tensors


def from_tensors(components: Sequence[Any]) -> Source:
    row = tuple(kept_copy(c) for c in components)
    return From(lambda context: iter([row]))


def from_slices(components: Sequence[Any]) -> Source:
    arrays = [kept_copy(c) for c in components]
    size = len(arrays[0])
    for i, array in enumerate(arrays):
        if len(array) != size:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"All components must have the same number of rows: component 0 has {size}, "
                f"component {i} has {len(array)}",
            )
    return From(lambda context: (tuple(a[i, ...] for a in arrays) for i in range(size)))


def from_range(start: int, stop: int, step: int) -> Source:
    if step == 0:
        raise errors.InvalidArgumentError(None, None, "step must be a non-zero integer.")
    return From(lambda context: ((np.int64(i),) for i in range(start, stop, step)))


def from_generator(
    generator: Callable[..., Any],
    arguments: Sequence[Any],
    flatten: Callable[[Any], Sequence[Any]],
    dtypes: Sequence[DType],
    shapes: Sequence[TensorShape],
) -> Source:
    """What a Python generator function gives, made anew for each iterator.

    Args:
        generator: called with the arguments; what it returns is iterated over.
        flatten: the components of what it yields; raises TypeError or ValueError if it cannot.
        dtypes, shapes: what the components must be.
    """
    from pyengine.convert import to_array

    given = [kept_copy(a) for a in arguments]

    def convert(element: Any) -> Row:
        values = []
        for value, dtype, shape in zip(flatten(element), dtypes, shapes):
            try:
                array = to_array(value, dtype)
            except (TypeError, ValueError):
                raise TypeError(
                    f"`generator` yielded an element that could not be converted to the expected "
                    f"type. The expected type was {dtype.name}, but the yielded element was "
                    f"{value}."
                ) from None
            if not shape.is_compatible_with(array.shape):
                raise TypeError(
                    f"`generator` yielded an element of shape {array.shape} where an element of "
                    f"shape {shape} was expected."
                )
            # The generator may go on writing into its array.
            values.append(array.copy() if array is value else array)
        return tuple(values)

    def rows(context: Context) -> Rows:
        try:
            for element in generator(*[a[()] if a.ndim == 0 else a for a in given]):
                yield convert(element)
        except errors.OpError:
            raise
        except Exception as error:
            raise _generator_error(error) from error

    return From(rows)


def _generator_error(error: Exception) -> errors.OpError:
    """The error for what a user's function raised, as TensorFlow tells them apart."""
    kinds = (
        ((TypeError, ValueError), errors.InvalidArgumentError),
        ((MemoryError,), errors.ResourceExhaustedError),
        ((NotImplementedError,), errors.UnimplementedError),
    )
    message = f"{type(error).__name__}: {error}"
    for types, kind in kinds:
        if isinstance(error, types):
            return kind(None, None, message)
    return errors.UnknownError(None, None, message)


# ---------------------------------------------------------------- from files


def _per_file(filenames: Any, read: Callable[[bytes], Iterator[bytes]]) -> Source:
    names = np.asarray(filenames, object).reshape(-1).tolist()

    class Files:
        """Goes on with the next file after an error."""

        def __init__(self) -> None:
            self._left = iter(names)
            self._open: Iterator[bytes] = iter(())

        def __iter__(self) -> Files:
            return self

        def __next__(self) -> Row:
            while True:
                for data in self._open:
                    return (text(data),)
                self._open = read(next(self._left))

        def take(self, count: int) -> tuple[Any]:
            """The next elements as one vector: for a batch, without a tensor for each."""
            found: list[bytes] = []
            while len(found) < count:
                found += itertools.islice(self._open, count - len(found))
                if len(found) < count:
                    name = next(self._left, None)
                    if name is None:
                        break
                    self._open = read(name)
            if not found:
                raise StopIteration
            column = np.empty(len(found), object)
            column[:] = found
            return (column,)

    return From(lambda context: Files())


def from_matching_files(patterns: Any) -> Source:
    """The names of the files that match; raises InvalidArgumentError when there are none."""
    wanted = np.asarray(patterns, object).reshape(-1).tolist()
    names = match_files(wanted)
    if not names:
        shown = ", ".join(p.decode("utf-8", "replace") for p in wanted)
        raise errors.InvalidArgumentError(None, None, f"No files matched pattern: {shown}")
    return From(lambda context: iter([(text(name),) for name in names]))


def text_line_parts(name: bytes, compression: str) -> Iterator[bytes]:
    """The lines of a file, with their ends."""
    if not compression:
        with open_file(name, buffering=1 << 18) as file:
            yield from file
        return
    rest = b""
    for part in _inflated(name, compression):
        *lines, rest = (rest + part).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def text_lines(filenames: Any, compression: str) -> Source:
    return _per_file(filenames, lambda name: map(without_end, text_line_parts(name, compression)))


def _inflated(name: bytes, compression: str) -> Iterator[bytes]:
    from pyengine.tfrecords import open_stream

    stream = open_stream(name, compression)
    try:
        while part := stream.read(1 << 18):
            yield part
    finally:
        stream.close()


def tf_records(filenames: Any, compression: str) -> Source:
    def read(name: bytes) -> Iterator[bytes]:
        from pyengine.tfrecords import read_records

        return (data for _, data in read_records(name, compression))

    return _per_file(filenames, read)


def fixed_length_records(
    filenames: Any, header: int, length: int, footer: int, compression: str
) -> Source:
    if length < 1 or header < 0 or footer < 0:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"record_bytes must be positive, header_bytes and footer_bytes not negative, got "
            f"{length}, {header} and {footer}",
        )

    def read(name: bytes) -> Iterator[bytes]:
        from pyengine.executor.readers import _whole

        data = _whole(name, compression)
        body = len(data) - header - footer
        if body < 0 or body % length:
            shown = name.decode("utf-8", "replace")
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Excluding the header ({header} bytes) and footer ({footer} bytes), input file "
                f'"{shown}" has body length {body} bytes, which is not an exact multiple of the '
                f"record length ({length} bytes).",
            )
        for start in range(header, header + body, length):
            yield data[start : start + length]

    return _per_file(filenames, read)


# ---------------------------------------------------------------- element by element


class _Over:
    """An iterator over the elements of another one."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> Row:
        return next(self._rows)


class _Map(_Over):
    def __init__(self, rows: Rows, function: Callable[..., Row]) -> None:
        super().__init__(rows)
        self._function = function

    def __next__(self) -> Row:
        return self._function(*next(self._rows))


def mapped(source: Source, function: Function) -> Source:
    return From(lambda context: _Map(source.rows(context), function.bound(context)))


class _Filter(_Map):
    def __next__(self) -> Row:
        while True:
            row = next(self._rows)
            if self._function(*row)[0]:
                return row


def filtered(source: Source, predicate: Function) -> Source:
    return From(lambda context: _Filter(source.rows(context), predicate.bound(context)))


class _TakeWhile(_Map):
    _ended = False

    def __next__(self) -> Row:
        if self._ended:
            raise StopIteration
        row = next(self._rows)
        if not self._function(*row)[0]:
            self._ended = True
            raise StopIteration
        return row


def taken_while(source: Source, predicate: Function) -> Source:
    return From(lambda context: _TakeWhile(source.rows(context), predicate.bound(context)))


class _IgnoreErrors(_Over):
    def __next__(self) -> Row:
        while True:
            try:
                return next(self._rows)
            except (errors.CancelledError, errors.DeadlineExceededError):
                raise
            except errors.OpError:
                continue


def ignoring_errors(source: Source) -> Source:
    return From(lambda context: _IgnoreErrors(source.rows(context)))


class _Scan(_Over):
    def __init__(self, rows: Rows, function: Callable[..., Row], state: Row) -> None:
        super().__init__(rows)
        self._function, self._state = function, state

    def __next__(self) -> Row:
        found = self._function(*self._state, *next(self._rows))
        count = len(self._state)
        self._state = found[:count]
        return found[count:]


def scanned(source: Source, function: Function, state: Row) -> Source:
    return From(lambda context: _Scan(source.rows(context), function.bound(context), state))


class _Paired:
    def __init__(self, members: Sequence[Rows]) -> None:
        self._members = members

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> Row:
        row: Row = ()
        for member in self._members:
            row += next(member)
        return row


def zipped(sources: Sequence[Source]) -> Source:
    return From(lambda context: _Paired([s.rows(context) for s in sources]))


# ---------------------------------------------------------------- how many, and in which order


class _Chain:
    """The elements of one iterator after the other; `following` makes the next, or gives None."""

    def __init__(self, following: Callable[[bool], Rows | None]) -> None:
        self._following = following
        self._rows = following(True)
        self._gave = False

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> Row:
        while self._rows is not None:
            for row in self._rows:
                self._gave = True
                return row
            self._rows = self._following(self._gave)
            self._gave = False
        raise StopIteration


def concatenated(first: Source, second: Source) -> Source:
    def rows(context: Context) -> Rows:
        left = iter([first, second])

        def following(gave: bool) -> Rows | None:
            source = next(left, None)
            return None if source is None else source.rows(context)

        return _Chain(following)

    return From(rows)


def repeated(source: Source, count: int) -> Source:
    """`count` times; for ever if it is negative, unless there is nothing to repeat."""

    def rows(context: Context) -> Rows:
        numbers = itertools.count() if count < 0 else iter(range(count))

        def following(gave: bool) -> Rows | None:
            if next(numbers, None) is None or not gave:
                return None
            return source.rows(context)

        return _Chain(following)

    return From(rows)


class _Take(_Over):
    def __init__(self, rows: Rows, count: int) -> None:
        super().__init__(rows)
        self._left = count

    def __next__(self) -> Row:
        if self._left == 0:
            raise StopIteration
        self._left -= 1
        return next(self._rows)


def taken(source: Source, count: int) -> Source:
    """The first elements; all of them if `count` is negative."""
    return From(lambda context: _Take(source.rows(context), count))


class _Skip(_Over):
    def __init__(self, rows: Rows, count: int) -> None:
        super().__init__(rows)
        self._left = count

    def __next__(self) -> Row:
        while self._left:
            self._left -= 1
            next(self._rows)
        return next(self._rows)


def skipped(source: Source, count: int) -> Source:
    """All but the first elements; none of them if `count` is negative."""
    if count < 0:
        return From(lambda context: iter(()))
    return From(lambda context: _Skip(source.rows(context), count))


class _Shard(_Over):
    def __init__(self, rows: Rows, count: int, index: int) -> None:
        super().__init__(rows)
        self._count, self._skip = count, index

    def __next__(self) -> Row:
        while self._skip:
            self._skip -= 1
            next(self._rows)
        self._skip = self._count - 1
        return next(self._rows)


def sharded(source: Source, count: int, index: int) -> Source:
    if count <= 0:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Number of shards must be greater than zero (currently num_shards = {count}).",
        )
    if not 0 <= index < count:
        raise errors.InvalidArgumentError(
            None, None, f"Index must be between 0 and {count - 1} (currently index = {index})."
        )
    return From(lambda context: _Shard(source.rows(context), count, index))
