"""Steps: what a plan is made of, how they are replayed, and what is raised when one fails."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyengine import errors
from pyengine.executor.waiting import Blocked, completed
from pyengine.graph import Operation

Kernel = Callable[..., Any]
RawStep = tuple[Kernel, tuple[int, ...], Any]
"""The kernel; the slots of its arguments; where its result goes (a slice of slots for several)."""

Step = tuple[Kernel, "tuple[int, ...] | None", Any, tuple[int, ...]]
"""As a `RawStep`, and the slots that nobody reads after it. Without slots for arguments the kernel
takes the list of all values, to read and write in."""

Finish = Callable[[list[Any], int, Blocked], None]

# What stands in the place of a second argument's slot where there is none: the kernel takes one
# argument, as many as a loader gives, or the list of all values.
_ONE, _MANY, _ALL = -1, -2, -3


class Block:
    """Steps to be replayed one after the other, and the op of each.

    Most kernels take one or two arguments. For them the replay picks these itself, which makes its
    own share of a step 40 ns instead of 100.
    """

    __slots__ = ("_code", "ops", "steps")

    def __init__(self, steps: Sequence[Step], ops: Sequence[Operation]) -> None:
        self.steps = steps
        self.ops = ops
        self._code = [_coded(*step) for step in steps]

    def run(self, values: list[Any], finish: Finish | None = None) -> None:
        """Replays the steps.

        Args:
            values: the slots.
            finish: what is to be done when a step has to wait, in place of waiting for it: takes
                the slots, the step's position, and what it waits for.

        Raises:
            errors.OpError: what went wrong in a kernel, with the op it happened in.
        """
        code = iter(self._code)
        try:
            for kernel, first, second, out, dead in code:
                if second >= 0:
                    values[out] = kernel(values[first], values[second])
                elif second == _ONE:
                    values[out] = kernel(values[first])
                elif second == _MANY:
                    values[out] = kernel(*first(values))
                else:
                    values[out] = kernel(values)
                for slot in dead:
                    values[slot] = None
        except Blocked as blocked:
            position = len(self._code) - 1 - operator.length_hint(code)
            if finish is None:
                self.finish_in_order(values, position, blocked)
            else:
                finish(values, position, blocked)
        except Exception as error:
            position = len(self._code) - 1 - operator.length_hint(code)
            raise as_op_error(error, self.ops[position]) from error

    def finish_in_order(self, values: list[Any], position: int, blocked: Blocked) -> None:
        """Waits for a blocked step, then runs those after it one by one."""
        steps = self.steps
        try:
            values[steps[position][2]] = blocked.block()
            while True:
                for slot in steps[position][3]:
                    values[slot] = None
                if position + 1 == len(steps):
                    return
                position += 1
                kernel, args, out, _ = steps[position]
                values[out] = completed(kernel, *arguments(values, args))
        except Exception as error:
            raise as_op_error(error, self.ops[position]) from error


def _coded(
    kernel: Kernel, args: tuple[int, ...] | None, out: Any, dead: tuple[int, ...]
) -> tuple[Kernel, Any, int, Any, tuple[int, ...]]:
    if args is None:
        return kernel, None, _ALL, out, dead
    if len(args) == 1:
        return kernel, args[0], _ONE, out, dead
    if len(args) == 2:
        return kernel, args[0], args[1], out, dead
    return kernel, loader(args), _MANY, out, dead


def loader(args: tuple[int, ...]) -> Callable[[list[Any]], Sequence[Any]]:
    """What picks some slots' values from the list of all, without a Python loop."""
    if not args:
        return operator.itemgetter(slice(0, 0))
    if len(args) == 1:
        return operator.itemgetter(slice(args[0], args[0] + 1))
    return operator.itemgetter(*args)


def arguments(values: list[Any], args: tuple[int, ...] | None) -> Sequence[Any]:
    """What a step's kernel takes."""
    return (values,) if args is None else [values[a] for a in args]


def slots_of(out: Any) -> Iterable[int]:
    """The slots that a step's results go to."""
    return range(out.start, out.stop) if isinstance(out, slice) else (out,)


def with_lifetimes(steps: Sequence[RawStep], constant: set[int], kept: set[int]) -> list[Step]:
    """The steps, each with the slots to drop after it: no later step reads them.

    Args:
        steps: the steps in order.
        constant: the slots whose value stays from run to run.
        kept: the slots whose values are fetched.
    """
    seen = constant | kept
    result: list[Step] = []
    for kernel, args, out in reversed(steps):
        dead = []
        for slot in (*args, *slots_of(out)):
            if slot not in seen:
                seen.add(slot)
                dead.append(slot)
        result.append((kernel, args, out, tuple(dead)))
    result.reverse()
    return result


# ---------------------------------------------------------------- errors


# What an exception of a kernel means, as TensorFlow tells them apart for py_func.
_MEANING = (
    ((ValueError, TypeError, IndexError, ArithmeticError), errors.InvalidArgumentError),
    ((MemoryError,), errors.ResourceExhaustedError),
    ((StopIteration,), errors.OutOfRangeError),
    ((NotImplementedError,), errors.UnimplementedError),
)


_NOT_BROADCAST = re.compile(
    r"operands could not be broadcast together with shapes \(([\d,]*)\) \(([\d,]*)\) ?$"
)


def _in_our_terms(message: str) -> str:
    """A kernel's message; of those that are NumPy's, the most common as TensorFlow puts it."""
    found = _NOT_BROADCAST.match(message)
    if found is None:
        return message
    a, b = (f"[{sizes.rstrip(',')}]" for sizes in found.groups())
    return f"Incompatible shapes: {a} vs. {b}"


def as_op_error(error: Exception, op: Operation) -> Exception:
    """What a run raises for an exception of a kernel: an OpError that names the op."""
    if isinstance(error, errors.OpError):
        if error.op is None:
            error.op = op
        return error
    for types, meaning in _MEANING:
        if isinstance(error, types):
            return meaning(None, op, _in_our_terms(str(error)) or type(error).__name__)
    return errors.UnknownError(None, op, f"{type(error).__name__}: {error}")
