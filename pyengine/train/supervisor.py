"""`Supervisor`: the older helper that makes sessions, checkpoints and summaries."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyengine import protos
from pyengine.graph import Graph, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.logger import logger
from pyengine.ops.control_flow import group
from pyengine.train.coordinator import Coordinator, LooperThread
from pyengine.train.graph_io import write_graph
from pyengine.train.queue_runner import start_queue_runners
from pyengine.train.scaffold import Scaffold, saver_or_default
from pyengine.train.session_manager import SessionManager
from pyengine.train.training_util import get_global_step
from pyengine.uninitialized import report_uninitialized_variables
from pyengine.variable_collections import global_variables, global_variables_initializer

__all__ = ["Supervisor"]


class Supervisor:
    """Makes a session ready and, while the program trains, saves checkpoints and summaries.

    Args:
        graph: the graph; the default graph for None.
        ready_op: a tensor of the names of what has no value yet.
        ready_for_local_init_op: the like for what `local_init_op` needs.
        is_chief: whether this one initializes the variables and saves.
        init_op: initializes the variables where there is no checkpoint.
        init_feed_dict: what to feed to it.
        local_init_op: run in each session.
        logdir: where checkpoints, summaries and the graph are; None for nowhere.
        summary_op: the merged summaries; None for none.
        saver: the `Saver`; None for none.
        global_step: the step counter.
        save_summaries_secs: how often summaries are saved; 0 for never.
        save_model_secs: how often a checkpoint is; 0 for never.
        recovery_wait_secs: how long to wait between two looks at whether a model is ready.
        stop_grace_secs: how long threads may take to stop.
        checkpoint_basename: what the names of checkpoints begin with.
        session_manager: a `SessionManager`.
        summary_writer: a `FileWriter`; None for none.
        init_fn: called with the session after `init_op`.
        local_init_run_options: `RunOptions` of `local_init_op`.

    Example:
        >>> import tempfile, pyengine as tf
        >>> with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder:
        ...     step = tf.train.get_or_create_global_step()
        ...     train = step.assign_add(1)
        ...     supervisor = tf.train.Supervisor(logdir=folder, save_model_secs=0)
        ...     with supervisor.managed_session() as sess:
        ...         while not supervisor.should_stop() and sess.run(train) < 3:
        ...             pass
        ...     tf.train.latest_checkpoint(folder) is None
        True
    """

    USE_DEFAULT = 0

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Any = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        self._graph = get_default_graph() if graph is None else graph
        self._coord = Coordinator()
        self._is_chief = is_chief
        self._init_feed_dict, self._init_fn = init_feed_dict, init_fn
        self._save_summaries_secs, self._save_model_secs = save_summaries_secs, save_model_secs
        self._stop_grace_secs = stop_grace_secs
        self._logdir = logdir if is_chief else None
        self._save_path = os.path.join(logdir, checkpoint_basename) if logdir and is_chief else None
        with self._graph.as_default():
            self._ready_op = _given(ready_op, GraphKeys.READY_OP, report_uninitialized_variables)
            self._ready_for_local_init_op = _given(
                ready_for_local_init_op,
                GraphKeys.READY_FOR_LOCAL_INIT_OP,
                lambda: report_uninitialized_variables(global_variables()),
            )
            self._init_op = _given(
                init_op, GraphKeys.INIT_OP, lambda: group(global_variables_initializer())
            )
            self._local_init_op = _given(
                local_init_op, GraphKeys.LOCAL_INIT_OP, Scaffold.default_local_init_op
            )
            self._saver = saver_or_default() if _is_default(saver) else saver
            self._summary_op = _given(summary_op, GraphKeys.SUMMARY_OP, _merged)
            self._global_step = get_global_step() if _is_default(global_step) else global_step
            self._manager = session_manager or SessionManager(
                local_init_op=self._local_init_op,
                ready_op=self._ready_op,
                ready_for_local_init_op=self._ready_for_local_init_op,
                graph=self._graph,
                recovery_wait_secs=recovery_wait_secs,
                local_init_run_options=local_init_run_options,
            )
        self._writer = self._default_writer() if _is_default(summary_writer) else summary_writer
        self._graph_added = False
        self._graph.finalize()

    def _default_writer(self) -> Any:
        if not self._logdir:
            return None
        from pyengine.summary import FileWriter

        return FileWriter(self._logdir)

    # ------------------------------------------------------------ what it has

    @property
    def is_chief(self) -> bool:
        return self._is_chief

    @property
    def session_manager(self) -> SessionManager:
        return self._manager

    @property
    def coord(self) -> Coordinator:
        return self._coord

    @property
    def init_op(self) -> Any:
        return self._init_op

    @property
    def init_feed_dict(self) -> Any:
        return self._init_feed_dict

    @property
    def ready_op(self) -> Any:
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        return self._ready_for_local_init_op

    @property
    def summary_writer(self) -> Any:
        return self._writer

    @property
    def summary_op(self) -> Any:
        return self._summary_op

    @property
    def save_summaries_secs(self) -> float:
        return self._save_summaries_secs

    @property
    def global_step(self) -> Any:
        return self._global_step

    @property
    def saver(self) -> Any:
        return self._saver

    @property
    def save_model_secs(self) -> float:
        return self._save_model_secs

    @property
    def save_path(self) -> str | None:
        return self._save_path

    # ------------------------------------------------------------ sessions

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Any:
        """A session that is ready; the services and queue runners are started.

        Args:
            master: only "" is there.
            config: the session's `ConfigProto`.
            wait_for_checkpoint: whether to wait for a checkpoint to appear.
            max_wait_secs: how long.
            start_standard_services: whether to start them.
        """
        self._coord.clear_stop()
        if self._writer is not None:
            self._writer.reopen()
        if not self._is_chief:
            return self._manager.wait_for_session(
                master, config=config, max_wait_secs=max_wait_secs
            )
        sess = self._manager.prepare_session(
            master,
            init_op=self._init_op,
            saver=self._saver,
            checkpoint_dir=self._logdir,
            wait_for_checkpoint=wait_for_checkpoint,
            max_wait_secs=max_wait_secs,
            config=config,
            init_feed_dict=self._init_feed_dict,
            init_fn=self._init_fn,
        )
        self._write_graph()
        if start_standard_services:
            self.start_standard_services(sess)
        self.start_queue_runners(sess)
        return sess

    @contextlib.contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Any]:
        """A context of a session, at whose end all stops and what went wrong is raised.

        An OutOfRangeError is an orderly end.

        Args:
            master: only "" is there.
            config: the session's `ConfigProto`.
            start_standard_services: whether to start the services.
            close_summary_writer: whether to close the writer at the end.
        """
        sess: Any = None
        try:
            sess = self.prepare_or_wait_for_session(
                master, config, start_standard_services=start_standard_services
            )
            with sess.as_default():
                yield sess
        except BaseException as error:
            self.request_stop(error)
        finally:
            try:
                self.stop(close_summary_writer=close_summary_writer)
            finally:
                if sess is not None:
                    sess.close()

    def start_queue_runners(self, sess: Any, queue_runners: Sequence[Any] | None = None) -> Any:
        """Starts the threads of queue runners, those of the graph by default."""
        if queue_runners is None:
            return start_queue_runners(sess, self._coord)
        return [
            thread
            for runner in queue_runners
            for thread in runner.create_threads(sess, coord=self._coord, daemon=True, start=True)
        ]

    def start_standard_services(self, sess: Any) -> list[LooperThread]:
        """Starts the threads that save checkpoints and summaries.

        Raises:
            RuntimeError: when this one is not the chief.
        """
        if not self._is_chief:
            raise RuntimeError("Only chief supervisor can start standard services.")
        if not self._logdir:
            logger.warning("Standard services need a 'logdir' passed to the SessionManager")
            return []
        threads = []
        if self._summary_op is not None and self._writer is not None and self._save_summaries_secs:
            threads.append(self.loop(self._save_summaries_secs, self._summarize, (sess,)))
        if self._saver is not None and self._save_model_secs:
            threads.append(self.loop(self._save_model_secs, self._save, (sess,)))
        return threads

    def _write_graph(self) -> None:
        if self._logdir:
            write_graph(self._graph, self._logdir, "graph.pbtxt")
        if self._writer is not None and not self._graph_added:
            self._writer.add_graph(self._graph)
            self._graph_added = True

    def _summarize(self, sess: Any) -> None:
        if self._global_step is None:
            self.summary_computed(sess, sess.run(self._summary_op))
        else:
            summary, step = sess.run([self._summary_op, self._global_step])
            self.summary_computed(sess, summary, int(step))

    def _save(self, sess: Any) -> None:
        self._saver.save(sess, self._save_path, global_step=self._global_step)
        if self._writer is not None and self._global_step is not None:
            step = int(sess.run(self._global_step))
            log = protos.SessionLog(
                status=protos.SessionLog.CHECKPOINT, checkpoint_path=self._save_path
            )
            self._writer.add_session_log(log, step)

    def summary_computed(self, sess: Any, summary: Any, global_step: int | None = None) -> None:
        """Writes a summary that the program has computed.

        Raises:
            RuntimeError: when there is no writer.
        """
        if self._writer is None:
            raise RuntimeError("Writing a summary requires a summary writer.")
        if global_step is None and self._global_step is not None:
            global_step = int(sess.run(self._global_step))
        self._writer.add_summary(summary, global_step)

    # ------------------------------------------------------------ stopping

    def loop(
        self,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Any = None,
        kwargs: Any = None,
    ) -> LooperThread:
        """Starts a thread that calls a function every so often, or all the time for None."""
        thread = LooperThread(
            self._coord, timer_interval_secs, target=target, args=args, kwargs=kwargs
        )
        thread.start()
        return thread

    def should_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._coord.should_stop()

    def request_stop(self, ex: Any = None) -> None:
        """Asks for a stop; `ex` is raised at the end, but for an OutOfRangeError."""
        self._coord.request_stop(ex)

    def stop_on_exception(self) -> Any:
        """A context that turns an exception into a request to stop."""
        return self._coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Waits until a stop is asked for."""
        self._coord.wait_for_stop()

    def stop(
        self,
        threads: Any = None,
        close_summary_writer: bool = True,
        ignore_live_threads: bool = False,
    ) -> None:
        """Stops the threads, and raises what went wrong in them.

        Args:
            threads: the threads to wait for; all by default.
            close_summary_writer: whether to close the writer.
            ignore_live_threads: whether it is no error if some go on.
        """
        self._coord.request_stop()
        try:
            self._coord.join(
                threads,
                stop_grace_period_secs=self._stop_grace_secs,
                ignore_live_threads=ignore_live_threads,
            )
        finally:
            if close_summary_writer and self._writer is not None:
                log = protos.Event(
                    wall_time=time.time(),
                    session_log=protos.SessionLog(status=protos.SessionLog.STOP),
                )
                self._writer.add_event(log)
                self._writer.close()
                self._graph_added = False

    Loop = loop
    PrepareSession = prepare_or_wait_for_session
    RequestStop = request_stop
    ShouldStop = should_stop
    StartQueueRunners = start_queue_runners
    StartStandardServices = start_standard_services
    Stop = stop
    StopOnException = stop_on_exception
    SummaryComputed = summary_computed
    WaitForStop = wait_for_stop


def _is_default(value: Any) -> bool:
    return isinstance(value, (int, float)) and value == Supervisor.USE_DEFAULT


def _given(value: Any, key: str, make: Callable[[], Any]) -> Any:
    """What was given, or the first of a collection, or what is made and put there."""
    if not _is_default(value):
        return value
    graph = get_default_graph()
    found = graph.get_collection(key)
    if found:
        return found[0]
    made = make()
    if made is not None:
        graph.add_to_collection(key, made)
    return made


def _merged() -> Any:
    from pyengine.summary import merge_all

    return merge_all()
