"""What a queue is in a session: its elements, and the attempts to enqueue and dequeue that wait.

As in TensorFlow, attempts are served in the order they came, one line for each direction: an
`enqueue_many` puts its rows in as there is room, a `dequeue_many` takes rows out as they come, and
a close waits for the enqueues before it.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.dtypes import DType, string
from pyengine.errors import CancelledError, InvalidArgumentError, OpError, OutOfRangeError
from pyengine.executor.rows import RandomWords, padded, stacked
from pyengine.executor.waiting import Blocked, Cancellation, wait_until
from pyengine.shape import TensorShape

Row = tuple[Any, ...]  # one element: a value for each component

# What a try of an attempt came to.
_STUCK, _MOVED, _DONE = range(3)

_queue_numbers = itertools.count()


def next_queue_name(op_name: str) -> str:
    """The name by which messages tell a queue that has no shared name, as TensorFlow makes it."""
    return f"_{next(_queue_numbers)}_{op_name}"


class _Attempt:
    """An operation on a queue that may have to wait."""

    __slots__ = ("condition", "done", "error", "needed", "rows", "run", "small_ok", "taken")

    def __init__(self, run: Callable[[_Attempt], int]) -> None:
        self.run = run
        self.condition: threading.Condition | None = None  # made when somebody waits
        self.done = False
        self.error: OpError | None = None
        self.rows: deque[Row] = deque()  # still to be put in
        self.taken: list[Row] = []
        self.needed = 0
        self.small_ok = False

    def finish(self, error: OpError | None = None) -> None:
        self.done, self.error = True, error
        if self.condition is not None:
            self.condition.notify_all()


class Queue:
    """A first-in-first-out queue, and what other kinds of queue share with it.

    Args:
        name: how messages call it.
        dtypes, shapes: of the components; no shapes if they are not specified.
        capacity: the most elements it holds; a negative one sets no limit.
    """

    kind = "FIFOQueue"

    def __init__(
        self,
        name: str,
        dtypes: Sequence[DType],
        shapes: Sequence[TensorShape],
        capacity: int,
    ) -> None:
        self.name = name
        self.dtypes = tuple(dtypes)
        self.shapes = tuple(shapes)
        self.capacity = capacity
        self._room = float("inf") if capacity < 0 else capacity
        self._lock = threading.Lock()
        self._enqueues: deque[_Attempt] = deque()
        self._dequeues: deque[_Attempt] = deque()
        self._closed = False
        self._elements: Any = deque()

    # ------------------------------------------------------------ how elements are kept

    def _push(self, row: Row) -> None:
        self._elements.append(row)

    def _take(self) -> Row:
        return self._elements.popleft()

    def _put_back(self, rows: list[Row]) -> None:
        self._elements.extendleft(reversed(rows))

    def _available(self) -> int:
        """How many elements may be taken now."""
        return len(self._elements)

    # ------------------------------------------------------------ operations

    def enqueue(self, components: Sequence[Any], cancellation: Cancellation) -> None:
        """Puts one element in; raises `Blocked` while the queue is full.

        Raises:
            InvalidArgumentError: when a component does not have its shape.
            CancelledError: when the queue is closed.
        """
        self._check(components, self.shapes)
        row = tuple(_kept(c) for c in components)
        self._attempt(self._enqueues, self._try_enqueue, "Enqueue", cancellation, rows=[row])

    def enqueue_many(self, components: Sequence[Any], cancellation: Cancellation) -> None:
        """Puts the rows of the components in, one element each; as `enqueue` otherwise."""
        size = np.shape(components[0])[0] if np.ndim(components[0]) else None
        batch = TensorShape([size])
        shapes = self.shapes or [TensorShape(None)] * len(components)
        self._check(components, [batch.concatenate(s) for s in shapes])
        for i, component in enumerate(components):  # of unspecified shapes
            if np.ndim(component) == 0 or len(component) != size:
                _refuse(i, batch, component)
        if size:
            copies = [_kept(c) for c in components]
            rows = list(zip(*copies))
            self._attempt(self._enqueues, self._try_enqueue, "Enqueue", cancellation, rows=rows)

    def dequeue(self, cancellation: Cancellation) -> Any:
        """Takes one element out; raises `Blocked` while there is none.

        Raises:
            OutOfRangeError: when the queue is closed and empty.
        """
        return self._attempt(
            self._dequeues, self._try_dequeue, "Dequeue", cancellation, needed=1, finish=self._one
        )

    def dequeue_many(
        self, count: int, cancellation: Cancellation, allow_small_batch: bool = False
    ) -> Any:
        """Takes `count` elements out, stacked; fewer at the end if `allow_small_batch`."""
        if not self.shapes:
            raise InvalidArgumentError(
                None,
                None,
                f"{self.kind}'s DequeueMany and DequeueUpTo require the components to have "
                f"specified shapes.",
            )
        if count < 0:
            raise InvalidArgumentError(None, None, f"DequeueManyOp requested {count} < 0 elements")
        if not count:
            return self._batch([])
        return self._attempt(
            self._dequeues, self._try_dequeue, "Dequeue", cancellation,
            needed=count, small_ok=allow_small_batch, finish=self._batch,
        )  # fmt: skip

    def close(self, cancel_pending_enqueues: bool, cancellation: Cancellation) -> None:
        """Lets nothing more in; with `cancel_pending_enqueues`, not even what waits already.

        Raises:
            CancelledError: when it is closed already, unless pending enqueues are cancelled.
        """
        if not cancel_pending_enqueues:
            self._attempt(self._enqueues, self._try_close, "Close", cancellation)
            return
        with self._lock:
            self._closed = True
            while self._enqueues:
                self._enqueues.popleft().finish(_cancelled("Enqueue"))
            self._flush()

    def size(self) -> int:
        """How many elements are in it now."""
        with self._lock:
            return len(self._elements)

    @property
    def is_closed(self) -> bool:
        with self._lock:
            return self._closed

    # ------------------------------------------------------------ attempts

    def _attempt(
        self,
        line: deque[_Attempt],
        run: Callable[[_Attempt], int],
        what: str,
        cancellation: Cancellation,
        *,
        rows: Sequence[Row] = (),
        needed: int = 0,
        small_ok: bool = False,
        finish: Callable[[list[Row]], Any] = lambda rows: None,
    ) -> Any:
        attempt = _Attempt(run)
        attempt.rows.extend(rows)
        attempt.needed, attempt.small_ok = needed, small_ok

        def result() -> Any:
            if attempt.error is not None:
                raise attempt.error
            return finish(attempt.taken)

        def wait(timeout: float | None) -> bool:
            with self._lock:
                if attempt.condition is None:
                    attempt.condition = threading.Condition(self._lock)
                return wait_until(
                    attempt.condition, lambda: attempt.done, cancellation,
                    f"{what} operation", timeout,
                )  # fmt: skip

        def abandon() -> None:
            with self._lock:
                self._withdraw(line, attempt)

        with self._lock:
            line.append(attempt)
            self._flush()
        if attempt.done:
            return result()
        raise Blocked(wait, result, abandon)

    def _withdraw(self, line: deque[_Attempt], attempt: _Attempt) -> None:
        """Takes back an attempt that nobody waits for any more, and what it took."""
        if not attempt.done:
            line.remove(attempt)
        if attempt.taken:
            self._put_back(attempt.taken)
            attempt.taken = []
        self._flush()

    def _flush(self) -> None:
        """Serves the attempts at the head of each line for as long as something moves."""
        moved = True
        while moved:
            moved = self._serve(self._enqueues)
            moved = self._serve(self._dequeues) or moved

    def _serve(self, line: deque[_Attempt]) -> bool:
        moved = False
        while line:
            outcome = line[0].run(line[0])
            moved = moved or outcome != _STUCK
            if outcome != _DONE:
                break
            line.popleft()
        return moved

    def _try_enqueue(self, attempt: _Attempt) -> int:
        if self._closed:
            attempt.finish(CancelledError(None, None, f"{self.kind} '{self.name}' is closed."))
            return _DONE
        moved = False
        while attempt.rows and len(self._elements) < self._room:
            self._push(attempt.rows.popleft())
            moved = True
        if attempt.rows:
            return _MOVED if moved else _STUCK
        attempt.finish()
        return _DONE

    def _try_close(self, attempt: _Attempt) -> int:
        if self._closed:
            error = CancelledError(None, None, f"Queue '{self.name}' is already closed.")
            attempt.finish(error)
        else:
            self._closed = True
            attempt.finish()
        return _DONE

    def _try_dequeue(self, attempt: _Attempt) -> int:
        size = len(self._elements)
        missing = attempt.needed - len(attempt.taken)
        if self._closed and size < missing:
            self._put_back(attempt.taken)
            attempt.taken = []
            size_with_taken = len(self._elements)
            if not (attempt.small_ok and size_with_taken):
                if attempt.small_ok and self._enqueues:
                    return _STUCK  # what waits there may still come in
                error = OutOfRangeError(
                    None,
                    None,
                    f"{self.kind} '{self.name}' is closed and has insufficient elements "
                    f"(requested {missing}, current size {size})",
                )
                attempt.finish(error)
                return _DONE
            attempt.needed = missing = size_with_taken
        count = min(self._available(), missing)
        for _ in range(count):
            attempt.taken.append(self._take())
        if len(attempt.taken) < attempt.needed:
            return _MOVED if count > 0 else _STUCK
        attempt.finish()
        return _DONE

    # ------------------------------------------------------------ elements and arrays

    def _check(self, components: Sequence[Any], shapes: Sequence[TensorShape]) -> None:
        if len(components) != len(self.dtypes):
            raise InvalidArgumentError(
                None,
                None,
                f"Wrong number of components in tuple. Expected {len(self.dtypes)}, got "
                f"{len(components)}",
            )
        for i, (component, shape) in enumerate(zip(components, shapes)):
            if not shape.is_compatible_with(np.shape(component)):
                _refuse(i, shape, component)

    def _one(self, rows: list[Row]) -> Any:
        values = tuple(
            _wrapped(v) if d is string and type(v) is bytes else v
            for v, d in zip(rows[0], self.dtypes)
        )
        return values if len(values) > 1 else values[0]

    def _batch(self, rows: list[Row]) -> Any:
        columns = list(zip(*rows)) if rows else [()] * len(self.dtypes)
        values = tuple(
            self._column(column, np.dtype(dtype.as_numpy_dtype), shape)
            for column, dtype, shape in zip(columns, self.dtypes, self.shapes)
        )
        return values if len(values) > 1 else values[0]

    def _column(self, values: tuple[Any, ...], dtype: Any, shape: TensorShape) -> Any:
        return stacked(values, dtype, shape)


class PaddingQueue(Queue):
    """First in, first out; a batch pads its elements to the size of the largest."""

    kind = "PaddingFIFOQueue"

    def _column(self, values: tuple[Any, ...], dtype: Any, shape: TensorShape) -> Any:
        return padded(values, dtype, shape)


class ShuffleQueue(Queue):
    """Gives its elements in random order, keeping `min_after_dequeue` to choose from."""

    kind = "RandomShuffleQueue"

    def __init__(
        self,
        name: str,
        dtypes: Sequence[DType],
        shapes: Sequence[TensorShape],
        capacity: int,
        min_after_dequeue: int,
        seed: int,
        seed2: int,
    ) -> None:
        super().__init__(name, dtypes, shapes, capacity)
        if min_after_dequeue < 0:
            raise InvalidArgumentError(
                None, None, f"min_after_dequeue {min_after_dequeue} must be >= 0"
            )
        if min_after_dequeue >= self._room:
            raise InvalidArgumentError(
                None, None, f"min_after_dequeue {min_after_dequeue} must be < capacity {capacity}"
            )
        self._elements = []
        self._least = min_after_dequeue
        self._draws = RandomWords(seed, seed2)

    def _available(self) -> int:
        return len(self._elements) - (0 if self._closed else self._least)

    def _take(self) -> Row:
        elements = self._elements
        i = next(self._draws) % len(elements)
        elements[i], elements[-1] = elements[-1], elements[i]
        return elements.pop()

    def _put_back(self, rows: list[Row]) -> None:
        self._elements.extend(rows)


class RankedQueue(Queue):
    """Gives the element of the lowest priority first, which is its first component."""

    kind = "PriorityQueue"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._elements = []
        self._order = itertools.count()  # equal priorities leave in the order they came

    def _push(self, row: Row) -> None:
        heapq.heappush(self._elements, (int(row[0]), next(self._order), row))

    def _take(self) -> Row:
        return heapq.heappop(self._elements)[2]

    def _put_back(self, rows: list[Row]) -> None:
        for row in rows:
            self._push(row)


def _cancelled(what: str) -> CancelledError:
    return CancelledError(None, None, f"{what} operation was cancelled")


def _refuse(position: int, shape: TensorShape, component: Any) -> None:
    raise InvalidArgumentError(
        None,
        None,
        f"Shape mismatch in tuple component {position}. Expected {_brackets(shape)}, got "
        f"{_brackets(TensorShape(np.shape(component)))}",
    )


def _brackets(shape: TensorShape) -> str:
    return "[" + ",".join("?" if s is None else str(s) for s in shape.sizes or ()) + "]"


def _kept(value: Any) -> Any:
    """A copy that outlives the run: the value may be a feed, whose owner can change it."""
    array = np.array(value, copy=True)
    return array[()] if array.ndim == 0 else array


def _wrapped(text: bytes) -> Any:
    array = np.empty((), object)
    array[()] = text
    return array
