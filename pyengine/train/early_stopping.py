"""`EarlyStoppingHook`: ends a training that gets no better. TensorFlow has none of this name."""

from __future__ import annotations

from typing import Any

from pyengine.logger import logger
from pyengine.train.session_run_hook import SessionRunArgs, SessionRunHook

__all__ = ["EarlyStoppingHook"]


class EarlyStoppingHook(SessionRunHook):
    """Asks for a stop when a value has not become better for so many runs.

    Args:
        tensor: what to look at: a scalar tensor, or its name.
        patience: how many runs without an improvement are borne.
        min_delta: by how much a value must be better to count.
        mode: "min" if less is better, "max" if more is.
        every_n_steps: only each of so many runs is looked at.

    Raises:
        ValueError: for another mode, or numbers that make no sense.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     step = tf.train.get_or_create_global_step()
        ...     loss = tf.maximum(10 - tf.identity(step.assign_add(1)), 5)
        ...     hook = tf.train.EarlyStoppingHook(loss, patience=3)
        ...     with tf.train.MonitoredSession(hooks=[hook]) as sess:
        ...         while not sess.should_stop():
        ...             last = sess.run(step)
        ...     hook.best, hook.stopped
        (5.0, True)
    """

    def __init__(
        self,
        tensor: Any,
        patience: int = 10,
        min_delta: float = 0.0,
        mode: str = "min",
        every_n_steps: int = 1,
    ) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" or "max", got {mode!r}')
        if patience < 1 or every_n_steps < 1 or min_delta < 0:
            raise ValueError("patience and every_n_steps must be positive, min_delta not negative")
        self._tensor = tensor
        self._patience, self._min_delta = int(patience), float(min_delta)
        self._sign = 1.0 if mode == "min" else -1.0
        self._every = int(every_n_steps)
        self.best: float | None = None
        self.stopped = False

    def begin(self) -> None:
        self.best, self.stopped = None, False
        self._waited = self._runs = 0

    def before_run(self, run_context: Any) -> SessionRunArgs | None:
        self._runs += 1
        return SessionRunArgs(self._tensor) if self._runs % self._every == 0 else None

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if run_values.results is None:
            return
        value = float(run_values.results)
        is_better = self.best is None or self._sign * (self.best - value) > self._min_delta
        if is_better:
            self.best, self._waited = value, 0
            return
        self._waited += 1
        if self._waited >= self._patience:
            logger.info("No value better than %g in %d runs: stopping", self.best, self._waited)
            self.stopped = True
            run_context.request_stop()
