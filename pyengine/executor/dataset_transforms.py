"""Data sets at run time: batches, shuffling, caches, prefetching, functions that give data sets.

Order, seeds and messages are TensorFlow's.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.dtypes import DType
from pyengine.errors import CancelledError, InvalidArgumentError
from pyengine.executor.datasets import From, Rows, Source, _Over
from pyengine.executor.denormals import flushed_denormals
from pyengine.executor.functions import Context, Function, Row
from pyengine.executor.rows import RandomWords, padded, stacked
from pyengine.executor.waiting import Cancellation, wait_until
from pyengine.shape import TensorShape

Column = Callable[[int, list[Any]], Any]


def _invalid(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


# ---------------------------------------------------------------- batches


class _Batch(_Over):
    def __init__(self, rows: Rows, size: int, drop_remainder: bool, column: Column) -> None:
        super().__init__(rows)
        self._size, self._drop, self._column = size, drop_remainder, column
        self._take = getattr(rows, "take", None)

    def __next__(self) -> Row:
        if self._take is not None:
            taken: Row = self._take(self._size)
            if self._drop and len(taken[0]) < self._size:
                raise StopIteration
            return taken
        collected: list[Row] = []
        for row in self._rows:
            collected.append(row)
            if len(collected) == self._size:
                break
        if not collected or (self._drop and len(collected) < self._size):
            raise StopIteration
        return tuple(self._column(i, list(c)) for i, c in enumerate(zip(*collected)))


def _stack(position: int, values: list[Any]) -> Any:
    first = np.asarray(values[0])
    shape = first.shape
    kind = type(values[0])
    if issubclass(kind, np.generic) and set(map(type, values)) == {kind}:
        return np.array(values, first.dtype)  # scalars all, as most are: they need no look
    for i, value in enumerate(values):
        if np.shape(value) != shape:
            raise _invalid(
                f"Cannot batch tensors with different shapes in component {position}. First "
                f"element had shape {list(shape)} and element {i} had shape "
                f"{list(np.shape(value))}."
            )
    if first.ndim == 0:
        values = [v[()] if isinstance(v, np.ndarray) else v for v in values]
    return stacked(values, first.dtype, TensorShape(shape))


def batched(source: Source, size: int, drop_remainder: bool) -> Source:
    if size <= 0:
        raise _invalid("Batch size must be greater than zero.")
    return From(lambda context: _Batch(source.rows(context), size, drop_remainder, _stack))


def padded_batched(
    source: Source,
    size: int,
    drop_remainder: bool,
    shapes: Sequence[TensorShape],
    fills: Sequence[Any],
    dtypes: Sequence[DType],
) -> Source:
    if size <= 0:
        raise _invalid("Batch size must be greater than zero.")

    def column(position: int, values: list[Any]) -> Any:
        shape = shapes[position]
        sizes = shape.sizes or ()
        for value in values:
            if np.ndim(value) != len(sizes):
                raise _invalid(
                    f"All elements in a batch must have the same rank as the padded shape for "
                    f"component{position}: expected rank {len(sizes)} but got element with rank "
                    f"{np.ndim(value)}"
                )
            if any(s is not None and n > s for n, s in zip(np.shape(value), sizes)):
                raise _invalid(
                    f"Attempted to pad to a smaller size than the input element: {np.shape(value)} "
                    f"to {shape}."
                )
        if not sizes:
            return _stack(position, values)
        fill = np.asarray(fills[position])[()]
        return padded(values, np.dtype(dtypes[position].as_numpy_dtype), shape, fill)

    return From(lambda context: _Batch(source.rows(context), size, drop_remainder, column))


class _Unbatch(_Over):
    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._batch: Row = ()
        self._at = self._size = 0

    def __next__(self) -> Row:
        while self._at >= self._size:
            self._batch = next(self._rows)
            sizes = {len(v) for v in self._batch}
            if len(sizes) > 1:
                raise _invalid(
                    f"Input element must have the same batch size in each component: {sizes}"
                )
            self._at, self._size = 0, sizes.pop()
        self._at += 1
        return tuple(v[self._at - 1, ...] for v in self._batch)


def unbatched(source: Source) -> Source:
    return From(lambda context: _Unbatch(source.rows(context)))


class _Window(_Over):
    def __init__(self, rows: Rows, size: int, shift: int, stride: int, drop: bool) -> None:
        super().__init__(rows)
        self._size, self._shift, self._stride, self._drop = size, shift, stride, drop
        self._buffer: deque[Row] = deque()
        self._skip = 0

    def __next__(self) -> Row:
        span = (self._size - 1) * self._stride + 1
        while len(self._buffer) < span:
            row = next(self._rows, None)
            if row is None:
                break
            if self._skip:
                self._skip -= 1
            else:
                self._buffer.append(row)
        window = [self._buffer[i] for i in range(0, len(self._buffer), self._stride)][: self._size]
        if not window or (self._drop and len(window) < self._size):
            raise StopIteration
        for _ in range(self._shift):
            if self._buffer:
                self._buffer.popleft()
            else:
                self._skip += 1
        return tuple(_of_column(list(column)) for column in zip(*window))


def _of_column(values: list[Any]) -> Source:
    return From(lambda context: iter([(v,) for v in values]))


def windowed(source: Source, size: int, shift: int, stride: int, drop: bool) -> Source:
    for name, value in (("size", size), ("shift", shift), ("stride", stride)):
        if value <= 0:
            raise _invalid(f"Window {name} must be greater than zero.")
    return From(lambda context: _Window(source.rows(context), size, shift, stride, drop))


# ---------------------------------------------------------------- shuffling


class _Shuffle(_Over):
    """A ring of elements, from which one is drawn at a time."""

    def __init__(self, rows: Rows, size: int, words: RandomWords) -> None:
        super().__init__(rows)
        self._size, self._words = size, words
        self._ring: list[Row | None] = []
        self._start = self._end = 0
        self._more = True

    def __next__(self) -> Row:
        while self._more and self._end - self._start < self._size:
            row = next(self._rows, None)
            if row is None:
                self._more = False
                break
            if self._end < self._size:
                self._ring.append(row)
            else:
                self._ring[self._end % self._size] = row
            self._end += 1
        if self._start == self._end:
            raise StopIteration
        offset = next(self._words) % (self._end - self._start)
        drawn, first = (self._start + offset) % self._size, self._start % self._size
        found = self._ring[drawn]
        # The element in front takes the place of the drawn one.
        self._ring[drawn], self._ring[first] = self._ring[first], None
        self._start += 1
        assert found is not None
        return found


def shuffled(source: Source, size: int, seed: int, seed2: int, reshuffle: bool) -> Source:
    """The elements in random order; another one for each iterator with `reshuffle`.

    The orders repeat with the seeds.
    """
    if size <= 0:
        raise _invalid("buffer_size must be greater than zero or UNKNOWN_CARDINALITY")
    key = object()

    def rows(context: Context) -> Rows:
        words = RandomWords(seed, seed2)
        if reshuffle:
            seeds = context.kept(key, lambda: words)
            words = RandomWords(next(seeds), next(seeds))
        elif seed == 0 and seed2 == 0:
            words = RandomWords(*context.kept(key, lambda: (next(words), next(words))))
        return _Shuffle(source.rows(context), size, words)

    return From(rows)


# ---------------------------------------------------------------- functions that give data sets


class _Flat(_Over):
    def __init__(self, rows: Rows, function: Callable[..., Row], context: Context) -> None:
        super().__init__(rows)
        self._function, self._context = function, context
        self._inner: Rows = iter(())

    def __next__(self) -> Row:
        while True:
            for row in self._inner:
                return row
            self._inner = iter(())
            self._inner = self._function(*next(self._rows))[0].rows(self._context)


def flat_mapped(source: Source, function: Function) -> Source:
    return From(lambda context: _Flat(source.rows(context), function.bound(context), context))


class _Interleave(_Over):
    def __init__(
        self, rows: Rows, function: Callable[..., Row], context: Context, cycle: int, block: int
    ) -> None:
        super().__init__(rows)
        self._function, self._context = function, context
        self._open: list[Rows | None] = [None] * cycle
        self._block, self._at, self._in_block = block, 0, 0
        self._more = True

    def _advance(self) -> None:
        self._at = (self._at + 1) % len(self._open)
        self._in_block = 0

    def __next__(self) -> Row:
        while self._more or any(rows is not None for rows in self._open):
            inner = self._open[self._at]
            if inner is not None:
                row = next(inner, None)
                if row is None:
                    self._open[self._at] = None
                    self._advance()
                    continue
                self._in_block += 1
                if self._in_block == self._block:
                    self._advance()
                return row
            if not self._more:
                self._advance()
                continue
            arguments = next(self._rows, None)
            if arguments is None:
                self._more = False
            else:
                self._open[self._at] = self._function(*arguments)[0].rows(self._context)
        raise StopIteration


def interleaved(source: Source, function: Function, cycle: int, block: int) -> Source:
    if cycle <= 0:
        raise _invalid("cycle_length must be greater than zero.")
    if block <= 0:
        raise _invalid("block_length must be greater than zero.")
    return From(
        lambda context: _Interleave(
            source.rows(context), function.bound(context), context, cycle, block
        )
    )


class _Group(_Over):
    def __init__(
        self,
        rows: Rows,
        key: Callable[..., Row],
        reduce: Callable[..., Row],
        size: Callable[..., Row],
        context: Context,
    ) -> None:
        super().__init__(rows)
        self._key, self._reduce, self._window, self._context = key, reduce, size, context
        self._groups: dict[int, list[Row]] = {}
        self._sizes: dict[int, int] = {}
        self._inner: Rows = iter(())
        self._more = True

    def __next__(self) -> Row:
        while True:
            for row in self._inner:
                return row
            self._inner = iter(())
            if self._more:
                self._collect()
            elif self._groups:
                self._close(min(self._groups))
            else:
                raise StopIteration

    def _collect(self) -> None:
        for row in self._rows:
            key = int(self._key(*row)[0])
            if key not in self._groups:
                self._groups[key] = []
                self._sizes[key] = int(self._window(np.int64(key))[0])
                if self._sizes[key] <= 0:
                    raise _invalid(f"Window size must be greater than zero, but got "
                                   f"{self._sizes[key]}.")  # fmt: skip
            self._groups[key].append(row)
            if len(self._groups[key]) == self._sizes[key]:
                self._close(key)
                return
        self._more = False

    def _close(self, key: int) -> None:
        rows = self._groups.pop(key)
        window = From(lambda context: iter(rows))
        self._inner = self._reduce(np.int64(key), window)[0].rows(self._context)


def grouped(source: Source, key: Function, reduce: Function, size: Function) -> Source:
    return From(
        lambda context: _Group(
            source.rows(context), key.bound(context), reduce.bound(context), size.bound(context),
            context,
        )
    )  # fmt: skip


# ---------------------------------------------------------------- kept and fetched ahead


class _CacheRows(_Over):
    def __init__(self, rows: Rows, done: Callable[[list[Row]], None]) -> None:
        super().__init__(rows)
        self._seen: list[Row] = []
        self._done = done

    def __next__(self) -> Row:
        row = next(self._rows, None)
        if row is None:
            self._done(self._seen)
            raise StopIteration
        self._seen.append(row)
        return row


def cached(source: Source) -> Source:
    """Elements are kept in memory once all of them have been seen."""
    key = object()

    def rows(context: Context) -> Rows:
        complete: list[list[Row]] = context.kept(key, list)
        if complete:
            return iter(complete[0])
        return _CacheRows(source.rows(context), complete.append)

    return From(rows)


class _Buffer:
    """What a prefetching thread and its iterator share; the thread knows nothing else."""

    def __init__(self, rows: Rows, size: int, cancellation: Cancellation) -> None:
        self.rows = rows
        self.size = size
        self.cancellation = cancellation
        self.condition = threading.Condition()
        self.items: deque[tuple[Row | None, BaseException | None]] = deque()
        self.stopped = False

    def put(self, row: Row | None, error: BaseException | None) -> bool:
        """Adds an item as soon as there is room; returns False when nobody wants it."""
        with self.condition:
            wait_until(
                self.condition,
                lambda: self.stopped or len(self.items) < self.size,
                self.cancellation,
                "Prefetch",
            )
            if self.stopped:
                return False
            self.items.append((row, error))
            self.condition.notify_all()
            return True

    def get(self) -> tuple[Row | None, BaseException | None]:
        with self.condition:
            wait_until(
                self.condition, lambda: bool(self.items), self.cancellation, "GetNext operation"
            )
            item = self.items.popleft()
            self.condition.notify_all()
            return item

    def stop(self) -> None:
        with self.condition:
            self.stopped = True
            self.condition.notify_all()

    def fill(self) -> None:
        """What the thread does: fetches elements until the end."""
        with flushed_denormals(), np.errstate(all="ignore"):
            try:
                going = True
                while going:
                    try:
                        row = next(self.rows, None)
                    except Exception as error:  # it is raised where the element is asked for
                        going = self.put(None, error)
                    else:
                        going = self.put(row, None) and row is not None
            except CancelledError:
                pass  # the session was closed
            finally:
                del self.rows


class _Prefetch:
    def __init__(self, rows: Rows, size: int, cancellation: Cancellation) -> None:
        self._buffer = _Buffer(rows, size, cancellation)
        self._started = self._ended = False

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> Row:
        if self._ended:
            raise StopIteration
        if not self._started:
            self._started = True
            threading.Thread(target=self._buffer.fill, name="prefetch", daemon=True).start()
        row, error = self._buffer.get()
        if error is not None:
            raise error
        if row is None:
            self._ended = True
            raise StopIteration
        return row

    def __del__(self) -> None:
        self._buffer.stop()


def prefetched(source: Source, size: int) -> Source:
    """Elements are fetched by a thread, up to `size` ahead; it ends with its iterator."""
    if size < -1:
        raise _invalid("buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning")
    if size == 0:
        return source
    ahead = 2 if size < 0 else size
    return From(lambda context: _Prefetch(source.rows(context), ahead, context.cancellation))
