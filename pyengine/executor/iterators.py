"""Iterators at run time: a place in a session that goes through a data set."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from typing import Any

from pyengine.dtypes import DType
from pyengine.errors import FailedPreconditionError, InvalidArgumentError, OutOfRangeError
from pyengine.executor.datasets import Rows, Source
from pyengine.executor.functions import Context
from pyengine.executor.runtime import Runtime
from pyengine.executor.waiting import held
from pyengine.shape import TensorShape

_numbers = itertools.count()


class IteratorResource:
    """Where an iterator stands; several threads may ask it for elements.

    Args:
        runtime: the session's.
        dtypes, shapes: of the components; None for those of any data set.
    """

    def __init__(
        self, runtime: Runtime, dtypes: Sequence[DType], shapes: Sequence[TensorShape]
    ) -> None:
        self.dtypes = tuple(dtypes)
        self.shapes = tuple(shapes)
        self._runtime = runtime
        self._rows: Rows | None = None
        self._lock = threading.Lock()
        self.handle = f"iterator_{next(_numbers)}".encode()
        runtime.shared(("iterator", self.handle), lambda: self)

    def start(self, source: Source) -> None:
        """Goes to the start of a data set."""
        rows = source.rows(Context(self._runtime))
        with held(self._lock, self._runtime.cancellation, "MakeIterator operation"):
            self._rows = rows

    def get_next(self) -> Any:
        """The next element: the value of its one component, or a tuple of several.

        Raises:
            FailedPreconditionError: when it has not been started.
            OutOfRangeError: at the end.
        """
        with held(self._lock, self._runtime.cancellation, "GetNext operation"):
            if self._rows is None:
                raise FailedPreconditionError(
                    None,
                    None,
                    "GetNext() failed because the iterator has not been initialized. Ensure that "
                    "you have run the initializer operation for this iterator before getting the "
                    "next element.",
                )
            row = next(self._rows, None)
        if row is None:
            raise OutOfRangeError(None, None, "End of sequence")
        return row if len(row) != 1 else row[0]

    def check(self, dtypes: Sequence[DType], shapes: Sequence[TensorShape]) -> None:
        """Raises InvalidArgumentError when its elements are others than these."""
        if len(dtypes) != len(self.dtypes):
            raise InvalidArgumentError(
                None,
                None,
                f"Number of components does not match: expected {len(dtypes)} types but got "
                f"{len(self.dtypes)}.",
            )
        for i, (wanted, have) in enumerate(zip(dtypes, self.dtypes)):
            if wanted is not have:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Data type mismatch at component {i}: expected {wanted.name} but got "
                    f"{have.name}.",
                )
        for i, (expected, found) in enumerate(zip(shapes, self.shapes)):
            if not expected.is_compatible_with(found):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Incompatible shapes at component {i}: expected {expected} but got {found}.",
                )


def of_handle(runtime: Runtime, handle: bytes) -> IteratorResource:
    """The iterator that a string handle stands for in a session."""

    def none() -> IteratorResource:
        shown = handle.decode("utf-8", "replace")
        raise InvalidArgumentError(
            None, None, f"No iterator of this session has the handle {shown!r}."
        )

    return runtime.shared(("iterator", handle), none)
