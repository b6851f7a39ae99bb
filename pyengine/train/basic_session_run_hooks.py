"""The hooks that come with it: logging, stopping, counting of steps; and those that save."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import protos
from pyengine.graph import get_default_graph
from pyengine.logger import logger
from pyengine.train.hook_timer import NeverTimer, SecondOrStepTimer, counter_for
from pyengine.train.saving_hooks import (
    CheckpointSaverHook,
    CheckpointSaverListener,
    ProfilerHook,
    SummarySaverHook,
)
from pyengine.train.session_run_hook import SessionRunArgs, SessionRunHook

__all__ = [
    "CheckpointSaverHook", "CheckpointSaverListener", "FeedFnHook", "FinalOpsHook",
    "GlobalStepWaiterHook", "LoggingTensorHook", "NanLossDuringTrainingError", "NanTensorHook",
    "ProfilerHook", "SecondOrStepTimer", "StepCounterHook", "StopAtStepHook", "SummarySaverHook",
]  # fmt: skip


class LoggingTensorHook(SessionRunHook):
    """Logs the values of tensors.

    Args:
        tensors: tensors or their names, by the tags to log them with; or a list of them.
        every_n_iter, every_n_secs: how often; give one of them, or `at_end` alone.
        at_end: whether to log at the end only, or at the end too.
        formatter: a function of a dict of values that gives the text.

    Raises:
        ValueError: unless one of `every_n_iter`, `every_n_secs` and `at_end` says when.
    """

    def __init__(
        self,
        tensors: Any,
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[dict[str, Any]], str] | None = None,
    ) -> None:
        only_at_end = at_end and every_n_iter is None and every_n_secs is None
        if not only_at_end and (every_n_iter is None) == (every_n_secs is None):
            raise ValueError(
                "either at_end and/or exactly one of every_n_iter and every_n_secs must be "
                "provided."
            )
        if every_n_iter is not None and every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}.")
        if isinstance(tensors, dict):
            self._tensors = dict(tensors)
        else:
            listed = tensors if isinstance(tensors, (list, tuple)) else [tensors]
            self._tensors = {item if isinstance(item, str) else item.name: item for item in listed}
        self._formatter = formatter
        self._at_end = at_end
        self._timer = (
            NeverTimer()
            if only_at_end
            else SecondOrStepTimer(every_secs=every_n_secs, every_steps=every_n_iter)
        )

    def begin(self) -> None:
        self._timer.reset()
        self._count = 0
        graph = get_default_graph()
        self._current = {tag: graph.as_graph_element(t) for tag, t in self._tensors.items()}

    def before_run(self, run_context: Any) -> SessionRunArgs | None:
        self._is_due = self._timer.should_trigger_for_step(self._count)
        return SessionRunArgs(self._current) if self._is_due else None

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if self._is_due:
            self._log(run_values.results)
        self._count += 1

    def end(self, session: Any) -> None:
        if self._at_end:
            self._log(session.run(self._current))

    def _log(self, values: dict[str, Any]) -> None:
        with np.printoptions(suppress=True):
            seconds, _ = self._timer.update_last_triggered_step(self._count)
            if self._formatter is not None:
                logger.info(self._formatter(values))
                return
            text = ", ".join(f"{tag} = {values[tag]}" for tag in self._tensors)
            logger.info("%s%s", text, "" if seconds is None else f" ({seconds:.3f} sec)")


class StopAtStepHook(SessionRunHook):
    """Asks for a stop after so many steps.

    Args:
        num_steps: how many more steps.
        last_step: the step counter's last value; give one of the two.

    Raises:
        ValueError: for both, or none.
    """

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise ValueError("One of num_steps or last_step must be specified.")
        if num_steps is not None and last_step is not None:
            raise ValueError("Only one of num_steps or last_step can be specified.")
        self._num_steps, self._last_step = num_steps, last_step

    def begin(self) -> None:
        self._step = counter_for("StopAtStepHook")

    def after_create_session(self, session: Any, coord: Any) -> None:
        if self._last_step is None:
            self._last_step = int(session.run(self._step)) + int(self._num_steps or 0)

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        assert self._last_step is not None
        # Read before or after the step, by the order of the ops: looked at once more near the end.
        if run_values.results + 1 >= self._last_step and (
            int(run_context.session.run(self._step)) >= self._last_step
        ):
            run_context.request_stop()


class StepCounterHook(SessionRunHook):
    """Counts the steps a second, for the log and the summaries.

    Args:
        every_n_steps, every_n_secs: how often; give one of them.
        output_dir: where the summaries are.
        summary_writer: a `FileWriter`, in place of `output_dir`.
    """

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
    ) -> None:
        if (every_n_steps is None) == (every_n_secs is None):
            raise ValueError("exactly one of every_n_steps and every_n_secs should be provided.")
        self._timer = SecondOrStepTimer(every_secs=every_n_secs, every_steps=every_n_steps)
        self._writer, self._output_dir = summary_writer, output_dir

    def begin(self) -> None:
        if self._writer is None and self._output_dir:
            from pyengine.summary import FileWriterCache

            self._writer = FileWriterCache.get(self._output_dir)
        self._step = counter_for("StepCounterHook")
        self._tag = f"{self._step.op.name}/sec"

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if not self._timer.should_trigger_for_step(int(run_values.results) + 1):
            return
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step):
            seconds, steps = self._timer.update_last_triggered_step(step)
            if seconds is not None and steps is not None and seconds > 0:
                self._log(steps / seconds, step)

    def _log(self, rate: float, step: int) -> None:
        if self._writer is not None:
            value = protos.Summary.Value(tag=self._tag, simple_value=rate)
            self._writer.add_summary(protos.Summary(value=[value]), step)
        logger.info("%s: %g", self._tag, rate)


class NanLossDuringTrainingError(RuntimeError):
    """A loss is no number."""

    def __str__(self) -> str:
        return "NaN loss during training."


class NanTensorHook(SessionRunHook):
    """Ends the training when a loss is NaN.

    Args:
        loss_tensor: the loss.
        fail_on_nan_loss: whether that is an error, rather than a stop.
    """

    def __init__(self, loss_tensor: Any, fail_on_nan_loss: bool = True) -> None:
        self._loss, self._fail = loss_tensor, fail_on_nan_loss

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if np.isnan(run_values.results):
            message = "Model diverged with loss = NaN."
            if self._fail:
                logger.error(message)
                raise NanLossDuringTrainingError
            logger.warning(message)
            run_context.request_stop()


class GlobalStepWaiterHook(SessionRunHook):
    """Holds the first run back until the step counter, which others advance, is far enough.

    Args:
        wait_until_step: how far.
    """

    def __init__(self, wait_until_step: int) -> None:
        self._wait_until_step = wait_until_step

    def begin(self) -> None:
        self._is_done = False
        self._step = counter_for("_GlobalStepWaiterHook")

    def before_run(self, run_context: Any) -> None:
        if self._is_done:
            return
        while self._wait_until_step > 0:
            if int(run_context.session.run(self._step)) >= self._wait_until_step:
                break
            time.sleep(0.5)
        self._is_done = True


class FinalOpsHook(SessionRunHook):
    """Runs something at the end.

    Args:
        final_ops: what to run.
        final_ops_feed_dict: what to feed to it.
    """

    def __init__(self, final_ops: Any, final_ops_feed_dict: Any = None) -> None:
        self._final_ops, self._feed = final_ops, final_ops_feed_dict
        self._values: Any = None

    @property
    def final_ops_values(self) -> Any:
        """What it gave."""
        return self._values

    def end(self, session: Any) -> None:
        if self._final_ops is not None:
            self._values = session.run(self._final_ops, feed_dict=self._feed)


class FeedFnHook(SessionRunHook):
    """Feeds each run.

    Args:
        feed_fn: a function without arguments that returns a feed_dict.
    """

    def __init__(self, feed_fn: Callable[[], Any]) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(None, feed_dict=self.feed_fn())
