"""Steps that hold steps: `Branch` and `Loop`, which work on the values of the whole plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine.errors import InvalidArgumentError
from pyengine.executor.steps import Block


class Branch:
    """The kernel of a cond: replays one of two blocks.

    Args:
        pred: the slot of the predicate.
        if_true, if_false: the blocks.
    """

    __slots__ = ("_if_false", "_if_true", "_pred")

    def __init__(self, pred: int, if_true: Block, if_false: Block) -> None:
        self._pred = pred
        self._if_true = if_true
        self._if_false = if_false

    def __call__(self, values: list[Any]) -> None:
        pred = values[self._pred]
        if getattr(pred, "ndim", 0):
            raise InvalidArgumentError(
                None, None, f"a predicate must be a scalar, but has the shape {list(pred.shape)}"
            )
        (self._if_true if pred else self._if_false).run(values)


class Loop:
    """The kernel of a while loop.

    Args:
        starts: pairs of slots: of an initial value, and of the loop variable that takes it.
        head: works out whether to go on.
        goes_on: the slot of that answer.
        body: an iteration.
        following: picks the next values of the loop variables from all values.
        variables: the slots of those loop variables.
        after: what comes when the loop has ended.
        cleared: slots to clear before each iteration.
    """

    __slots__ = (
        "_after", "_body", "_cleared", "_following", "_goes_on", "_head", "_starts", "_variables",
    )  # fmt: skip

    def __init__(
        self,
        starts: Sequence[tuple[int, int]],
        head: Block,
        goes_on: int,
        body: Block,
        following: Callable[[list[Any]], Sequence[Any]],
        variables: Sequence[int],
        after: Block,
        cleared: Sequence[int],
    ) -> None:
        self._starts = starts
        self._head = head
        self._goes_on = goes_on
        self._body = body
        self._following = following
        self._variables = variables
        self._after = after
        self._cleared = cleared

    def __call__(self, values: list[Any]) -> None:
        for source, variable in self._starts:
            values[variable] = values[source]
        head, body = self._head.run, self._body.run
        goes_on, following, variables = self._goes_on, self._following, self._variables
        while True:
            for slot in self._cleared:
                values[slot] = None
            head(values)
            if not values[goes_on]:
                break
            body(values)
            # All are taken before any is put: a body may swap its variables.
            for variable, value in zip(variables, following(values)):
                values[variable] = value
        self._after.run(values)
