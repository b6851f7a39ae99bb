"""When a hook is due: `SecondOrStepTimer`."""

from __future__ import annotations

import time
from typing import Any

from pyengine.train.training_util import get_global_step

__all__ = ["NeverTimer", "SecondOrStepTimer", "counter_for"]


class SecondOrStepTimer:
    """Tells when something is due again: every so many seconds, or every so many steps.

    Args:
        every_secs: the seconds; give one of the two.
        every_steps: the steps.

    Raises:
        ValueError: for both, or none.
    """

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if every_secs is None and every_steps is None:
            raise ValueError("Either every_secs or every_steps should be provided.")
        if every_secs is not None and every_steps is not None:
            raise ValueError("Can not provide both every_secs and every_steps.")
        self._every_secs, self._every_steps = every_secs, every_steps
        self.reset()

    def reset(self) -> None:
        """Forgets when it was last due."""
        self._last_step: int | None = None
        self._last_time: float | None = None

    def should_trigger_for_step(self, step: int) -> bool:
        """Whether it is due in a step."""
        if self._last_step is None:
            return True
        if step == self._last_step:
            return False
        if self._every_secs is not None:
            return time.time() >= (self._last_time or 0) + self._every_secs
        return step >= self._last_step + (self._every_steps or 0)

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Notes that it was done; returns the seconds and steps since the last time, if any."""
        now = time.time()
        elapsed = (
            (None, None)
            if self._last_step is None or self._last_time is None
            else (now - self._last_time, step - self._last_step)
        )
        self._last_step, self._last_time = step, now
        return elapsed

    def last_triggered_step(self) -> int | None:
        """The step in which it was last done."""
        return self._last_step


class NeverTimer(SecondOrStepTimer):
    """What is never due."""

    def __init__(self) -> None:
        self.reset()

    def should_trigger_for_step(self, step: int) -> bool:
        return False


def counter_for(hook: str) -> Any:
    """The step counter of the graph; raises RuntimeError where there is none."""
    step = get_global_step()
    if step is None:
        raise RuntimeError(f"Global step should be created to use {hook}.")
    return step
