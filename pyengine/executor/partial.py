"""Partial runs: some fetches now, more of them when more is fed, each op running once.

The plan is that of all fetches with all feeds. A call runs the steps that its fetches need and that
have not run yet, and leaves the values where they are for the calls after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine.errors import InvalidArgumentError
from pyengine.executor.plan import compiled, needed_ops
from pyengine.executor.runtime import Runtime, read_cell
from pyengine.executor.steps import RawStep, as_op_error
from pyengine.executor.waiting import completed
from pyengine.graph import Operation, Tensor

Element = Tensor | Operation


class PartialRun:
    """A run in several calls.

    Args:
        fetches: all that may be fetched.
        feeds: all tensors that may be fed.
        runtime: the session's state.
    """

    def __init__(
        self, fetches: Sequence[Element], feeds: Sequence[Tensor], runtime: Runtime
    ) -> None:
        # Each step has the copies it needs, as one that runs now cannot rely on one put off.
        compiler = compiled(fetches, feeds, runtime, shares_copies=False)
        self._slots: dict[Tensor, int] = {}
        for fetch in fetches:
            if isinstance(fetch, Tensor):
                self._slots[fetch] = compiler.output_slot(fetch)
        self._fetch_slots = set(self._slots.values())
        self._values = compiler.template
        self._feed_slots = {tensor: i for i, tensor in enumerate(feeds)}
        self._steps: list[RawStep] = compiler.steps
        self._ops = compiler.ops
        self._is_done = [False] * len(self._steps)
        self._unfed = set(feeds)
        self._unfetched = set(fetches)

    @property
    def is_done(self) -> bool:
        """Whether all has been fetched."""
        return not self._unfetched

    def run(self, fetches: Sequence[Element], feeds: dict[Tensor, Any]) -> list[Any]:
        """The values of some of the fetches that were set up.

        Args:
            fetches: tensors and operations, each fetched only once in the whole run.
            feeds: the values of some of the feeds, each fed only once.

        Raises:
            InvalidArgumentError: for a fetch or feed that was not set up or comes twice, or when
                the fetches need what has not been fed.
        """
        self._check(fetches, feeds)
        needed = needed_ops(fetches, set(self._feed_slots))
        missing = self._missing(fetches, needed) - set(feeds)
        if missing:
            names = ", ".join(sorted(t.name for t in missing))
            raise InvalidArgumentError(
                None, None, f"The fetches need tensors that have not been fed: {names}"
            )
        for tensor, value in feeds.items():
            self._values[self._feed_slots[tensor]] = value
        self._unfed -= set(feeds)
        self._run_steps(needed, {self._slots[f] for f in fetches if isinstance(f, Tensor)})
        self._unfetched -= set(fetches)
        return [self._values[self._slots[f]] for f in fetches if isinstance(f, Tensor)]

    def _check(self, fetches: Sequence[Element], feeds: dict[Tensor, Any]) -> None:
        for fetch in fetches:
            if fetch not in self._unfetched:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"{fetch.name} was fetched before in this partial run, or was not among the "
                    f"fetches of partial_run_setup()",
                )
        for tensor in feeds:
            if tensor not in self._unfed:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"The feed {tensor.name} was fed before in this partial run, or was not among "
                    f"the feeds of partial_run_setup()",
                )

    def _missing(self, fetches: Sequence[Element], needed: set[Operation]) -> set[Tensor]:
        """The feeds without a value that some needed op takes."""
        read = {t for op in needed for t in op.inputs} | set(fetches)
        return {t for t in self._unfed if t in read}

    def _run_steps(self, needed: set[Operation], wanted: set[int]) -> None:
        values = self._values
        for i, ((kernel, args, out), op) in enumerate(zip(self._steps, self._ops)):
            # A variable that is fetched itself is read for that fetch, not when its op is needed.
            is_fetch = kernel is read_cell and out in self._fetch_slots
            is_needed = out in wanted if is_fetch else op in needed
            if self._is_done[i] or not is_needed:
                continue
            try:
                values[out] = completed(kernel, *[values[a] for a in args])
            except Exception as error:
                raise as_op_error(error, op) from error
            self._is_done[i] = True
