"""The hooks that write files: checkpoints, summaries, timelines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from pyengine import protos
from pyengine.executor.files import make_folder, open_file, system_errors
from pyengine.graph import get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.logger import logger
from pyengine.train.graph_io import write_graph
from pyengine.train.hook_timer import SecondOrStepTimer, counter_for
from pyengine.train.session_run_hook import SessionRunArgs, SessionRunHook

__all__ = ["CheckpointSaverHook", "CheckpointSaverListener", "ProfilerHook", "SummarySaverHook"]


class CheckpointSaverListener:
    """What is to be done around each checkpoint of a `CheckpointSaverHook`: the base class."""

    def begin(self) -> None:
        """Called when the hook begins."""

    def before_save(self, session: Any, global_step_value: int) -> None:
        """Called before a checkpoint is saved."""

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        """Called after a checkpoint was saved; True asks for a stop."""

    def end(self, session: Any, global_step_value: int) -> None:
        """Called at the end."""


class CheckpointSaverHook(SessionRunHook):
    """Saves a checkpoint at the start, every so often, and at the end.

    Args:
        checkpoint_dir: where.
        save_secs, save_steps: how often; give one of them.
        saver: a `Saver`.
        checkpoint_basename: what the files' names begin with.
        scaffold: a `Scaffold` that has the saver.
        listeners: `CheckpointSaverListener`s.
        save_graph_def: whether the graph is saved too.

    Raises:
        ValueError: for both a saver and a scaffold, or both or none of the intervals.
    """

    def __init__(
        self,
        checkpoint_dir: str,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Any = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Any = None,
        listeners: Sequence[Any] | None = None,
        save_graph_def: bool = True,
    ) -> None:
        if saver is not None and scaffold is not None:
            raise ValueError("You cannot provide both saver and scaffold.")
        self._saver, self._scaffold = saver, scaffold
        self._folder = checkpoint_dir
        self._path = os.path.join(checkpoint_dir, checkpoint_basename)
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)
        self._listeners = list(listeners or [])
        self._save_graph_def = save_graph_def

    def begin(self) -> None:
        from pyengine.summary import FileWriterCache

        self._writer = FileWriterCache.get(self._folder)
        self._step = counter_for("CheckpointSaverHook")
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        step = int(session.run(self._step))
        graph = get_default_graph()
        if self._save_graph_def:
            write_graph(graph, self._folder, "graph.pbtxt")
        self._writer.add_graph(graph)
        self._save(session, step)
        self._timer.update_last_triggered_step(step)

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if self._timer.should_trigger_for_step(int(run_values.results) + 1):
            step = int(run_context.session.run(self._step))
            if self._timer.should_trigger_for_step(step):
                self._timer.update_last_triggered_step(step)
                if self._save(run_context.session, step):
                    run_context.request_stop()

    def end(self, session: Any) -> None:
        step = int(session.run(self._step))
        if step != self._timer.last_triggered_step():
            self._save(session, step)
        for listener in self._listeners:
            listener.end(session, step)

    def _save(self, session: Any, step: int) -> bool:
        logger.info("Saving checkpoints for %d into %s.", step, self._path)
        for listener in self._listeners:
            listener.before_save(session, step)
        self._get_saver().save(
            session, self._path, global_step=step, write_meta_graph=self._save_graph_def
        )
        log = protos.SessionLog(
            status=protos.SessionLog.CHECKPOINT, checkpoint_path=f"{self._path}-{step}"
        )
        self._writer.add_session_log(log, step)
        stops = [bool(listener.after_save(session, step)) for listener in self._listeners]
        return any(stops)

    def _get_saver(self) -> Any:
        if self._saver is not None:
            return self._saver
        if self._scaffold is not None:
            return self._scaffold.saver
        savers = get_default_graph().get_collection(GraphKeys.SAVERS)
        if len(savers) != 1:
            raise RuntimeError(
                f"{len(savers)} items in collection {GraphKeys.SAVERS}. Please give the saver or "
                f"the scaffold to the CheckpointSaverHook."
            )
        self._saver = savers[0]
        return self._saver


class SummarySaverHook(SessionRunHook):
    """Saves summaries every so often.

    Args:
        save_steps, save_secs: how often; give one of them.
        output_dir: where.
        summary_writer: a `FileWriter`, in place of `output_dir`.
        scaffold: a `Scaffold` that has the summary op.
        summary_op: the summary op, or a list of them, in place of the scaffold's.

    Raises:
        ValueError: for both or none of `scaffold` and `summary_op`.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
        scaffold: Any = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError("Exactly one of scaffold or summary_op must be provided.")
        self._summary_op, self._scaffold = summary_op, scaffold
        self._writer, self._output_dir = summary_writer, output_dir
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)

    def begin(self) -> None:
        if self._writer is None and self._output_dir:
            from pyengine.summary import FileWriterCache

            self._writer = FileWriterCache.get(self._output_dir)
        self._next_step: int | None = None
        self._step = counter_for("SummarySaverHook")

    def before_run(self, run_context: Any) -> SessionRunArgs | None:
        self._is_due = self._next_step is None or self._timer.should_trigger_for_step(
            self._next_step
        )
        if not self._is_due:
            return None
        op = self._summary_op if self._scaffold is None else self._scaffold.summary_op
        if op is None:
            return None
        return SessionRunArgs(list(op) if isinstance(op, (list, tuple)) else [op])

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if self._writer is None:
            return
        # Asked for after the run: in it, the counter may be read before or after its step.
        step = int(run_context.session.run(self._step))
        if self._next_step is None:
            log = protos.SessionLog(status=protos.SessionLog.START)
            self._writer.add_session_log(log, step)
        if self._is_due:
            self._timer.update_last_triggered_step(step)
            for summary in run_values.results or ():
                self._writer.add_summary(summary, step)
        self._next_step = step + 1

    def end(self, session: Any) -> None:
        if self._writer is not None:
            self._writer.flush()


class ProfilerHook(SessionRunHook):
    """Writes a timeline of a run every so often, as "timeline-[step].json".

    Args:
        save_steps, save_secs: how often; give one of them.
        output_dir: where.
        show_dataflow, show_memory: as in `Timeline.generate_chrome_trace_format`.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str = "",
        show_dataflow: bool = True,
        show_memory: bool = False,
    ) -> None:
        self._folder = output_dir
        self._show = {"show_dataflow": show_dataflow, "show_memory": show_memory}
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)

    def begin(self) -> None:
        self._next_step: int | None = None
        self._step = counter_for("ProfilerHook")

    def before_run(self, run_context: Any) -> SessionRunArgs:
        from pyengine.config import RunOptions

        self._is_due = self._next_step is not None and self._timer.should_trigger_for_step(
            self._next_step
        )
        options = RunOptions(trace_level=RunOptions.FULL_TRACE) if self._is_due else None
        return SessionRunArgs(self._step, options=options)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        from pyengine.python.client.timeline import Timeline

        step = int(run_values.results) + 1
        if self._next_step is None:
            self._timer.update_last_triggered_step(int(run_values.results))
        if self._is_due:
            step = int(run_context.session.run(self._step))
            self._timer.update_last_triggered_step(step)
            trace = Timeline(run_values.run_metadata.step_stats)
            make_folder(self._folder or ".")
            path = os.path.join(self._folder, f"timeline-{step}.json")
            with system_errors(path), open_file(path, "w") as file:
                file.write(trace.generate_chrome_trace_format(**self._show))
        self._next_step = step + 1
