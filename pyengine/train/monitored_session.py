"""`MonitoredSession`: a session with hooks, that ends a training and recovers from a lost one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from pyengine import errors, protos
from pyengine.config import RunOptions
from pyengine.graph import Graph, get_default_graph
from pyengine.logger import logger
from pyengine.train.coordinator import Coordinator
from pyengine.train.queue_runner import start_queue_runners
from pyengine.train.scaffold import (
    ChiefSessionCreator,
    Scaffold,
    SessionCreator,
    WorkerSessionCreator,
)
from pyengine.train.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

__all__ = ["MonitoredSession", "MonitoredTrainingSession", "SingularMonitoredSession"]

USE_DEFAULT: Any = object()
_ENDS = (errors.OutOfRangeError, StopIteration)
"""The orderly ends of a training."""
_LOST = (errors.AbortedError, errors.UnavailableError)
"""After these a session is made anew."""
_CALLER = "caller"


class StepContext:
    """What a step function is given: `session`, and `run_with_hooks` for the monitored run."""

    def __init__(self, session: Any, run_with_hooks_fn: Callable[..., Any]) -> None:
        self._session = session
        self._run_with_hooks_fn = run_with_hooks_fn

    @property
    def session(self) -> Any:
        """The session, without hooks."""
        return self._session

    def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        """As `MonitoredSession.run`."""
        return self._run_with_hooks_fn(*args, **kwargs)

    def request_stop(self) -> None:
        """Ends the training.

        Raises:
            StopIteration: always.
        """
        raise StopIteration("step_fn has requested the iterations to stop.")


class _Monitored:
    """What the monitored sessions share."""

    StepContext = StepContext

    def __init__(
        self,
        session_creator: SessionCreator,
        hooks: Sequence[Any] | None,
        should_recover: bool,
        stop_grace_period_secs: float = 120,
    ) -> None:
        self._graph_was_finalized = get_default_graph().finalized
        self._hooks: list[Any] = list(hooks or [])
        self._creator = session_creator
        self._should_recover = should_recover
        self._grace = stop_grace_period_secs
        self._coord: Coordinator | None = None
        self._sess: Any = None
        self._closed = False
        self._stop = False
        for hook in self._hooks:
            hook.begin()
        self._create()

    def _create(self) -> None:
        while True:
            try:
                self._coord = Coordinator(clean_stop_exception_types=())
                self._sess = self._creator.create_session()
                start_queue_runners(sess=self._sess, coord=self._coord)
                for hook in self._hooks:
                    hook.after_create_session(self._sess, self._coord)
                self._stop = False
                return
            except _LOST as error:
                if not self._should_recover:
                    raise
                self._lost(error)

    def _lost(self, error: BaseException) -> None:
        logger.info("An error was raised, and the session is made anew: %s", error)
        if self._coord is not None:
            self._coord.request_stop()
        if self._sess is not None:
            self._sess.close()
        self._sess = None

    @property
    def graph(self) -> Graph | None:
        """The graph; None when closed."""
        return None if self._sess is None else self._sess.graph

    def run(
        self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        """Runs as `Session.run` does, and the hooks around it.

        Raises:
            RuntimeError: when the session is closed, or should stop.
        """
        while True:
            try:
                return self._run(fetches, feed_dict, options, run_metadata)
            except _LOST as error:
                if not self._should_recover:
                    raise
                self._lost(error)
                self._create()

    def _run(self, fetches: Any, feed_dict: Any, options: Any, run_metadata: Any) -> Any:
        self._check_open()
        if self.should_stop():
            raise RuntimeError("Run called even after should_stop requested.")
        actual: dict[str, Any] = {_CALLER: fetches}
        context = SessionRunContext(SessionRunArgs(fetches, feed_dict, options), self._sess)
        feeds, wanted = self._asked(context, actual, feed_dict, options)
        metadata = run_metadata
        if metadata is None and wanted is not None:
            metadata = protos.RunMetadata()
        try:
            values = self._sess.run(actual, feeds or None, wanted, metadata)
        except BaseException:
            # What a thread has found wrong is the reason, if the run only met its end.
            if self._coord is not None and isinstance(
                sys.exc_info()[1], (errors.CancelledError, errors.OutOfRangeError)
            ):
                self._coord.raise_requested_exception()
            raise
        for i, hook in enumerate(self._hooks):
            found = values.get(f"hook_{i}")
            hook.after_run(context, SessionRunValues(found, wanted or RunOptions(), metadata))
        self._stop = self._stop or context.stop_requested
        return values[_CALLER]

    def _asked(
        self, context: SessionRunContext, actual: dict[str, Any], feed_dict: Any, options: Any
    ) -> tuple[dict[Any, Any], Any]:
        """Adds what the hooks want to fetch; returns all feeds and the options."""
        feeds = dict(feed_dict or {})
        theirs: set[Any] = set()
        for i, hook in enumerate(self._hooks):
            args = hook.before_run(context)
            if args is None:
                continue
            if args.fetches is not None:
                actual[f"hook_{i}"] = args.fetches
            for key, value in (args.feed_dict or {}).items():
                if key in theirs:
                    raise RuntimeError("Same tensor is fed by two hooks.")
                if key in feeds:
                    raise RuntimeError("Same tensor is fed by a SessionRunHook and user.")
                theirs.add(key)
                feeds[key] = value
            if args.options is not None:
                options = _merged(options, args.options)
        return feeds, options

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """Calls a function of a `StepContext`, which may run with and without hooks.

        Args:
            step_fn: a function with the argument `step_context`.

        Returns:
            What it returns.

        Raises:
            StopIteration: when it asks for a stop; that ends a `with` block in order.
            ValueError: for a function of other arguments.
            RuntimeError: when the session is closed.
        """
        import inspect

        names = [n for n in inspect.signature(step_fn).parameters if n != "self"]
        if names != ["step_context"]:
            raise ValueError(
                f"`step_fn` may either have one `step_context` argument, or `self` too; got {names}"
            )
        self._check_open()
        return step_fn(StepContext(self._sess, self.run))

    def should_stop(self) -> bool:
        """Whether the training is to end: a hook or a thread asked for it, or it is closed."""
        if self._closed or self._sess is None or self._stop:
            return True
        return self._coord is not None and self._coord.should_stop()

    def _check_open(self) -> None:
        if self._closed or self._sess is None:
            raise RuntimeError("Session is already closed.")

    def close(self) -> None:
        """Ends the hooks, stops the threads and closes the session."""
        self._close(None)

    def _close(self, error: BaseException | None) -> None:
        try:
            if error is None and not self._closed:
                self._check_open()
                for hook in self._hooks:
                    hook.end(self._sess)
        finally:
            try:
                self._stop_threads(error)
            finally:
                if self._sess is not None:
                    self._sess.close()
                self._sess, self._coord, self._closed = None, None, True
                if not self._graph_was_finalized:
                    get_default_graph()._unsafe_unfinalize()

    def _stop_threads(self, error: BaseException | None) -> None:
        if self._coord is None:
            return
        self._coord.request_stop()
        try:
            self._coord.join(stop_grace_period_secs=self._grace, ignore_live_threads=True)
        except _ENDS:
            pass
        except BaseException:
            if error is None:
                raise

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        orderly = isinstance(error, _ENDS)
        self._close(None if orderly else error)
        return orderly


def _merged(options: Any, other: Any) -> Any:
    """Options that ask for what either asks for."""
    merged = RunOptions(
        trace_level=max(getattr(options, "trace_level", 0), other.trace_level),
        timeout_in_ms=max(getattr(options, "timeout_in_ms", 0), other.timeout_in_ms),
        output_partition_graphs=bool(
            getattr(options, "output_partition_graphs", False) or other.output_partition_graphs
        ),
    )
    return merged


class MonitoredSession(_Monitored):
    """A session with hooks, which recovers when it is lost.

    At its start the hooks begin, the graph is finalized, variables are restored or initialized, and
    the queue runners start. At the end of a `with` block the hooks end and the threads stop; an
    OutOfRangeError or StopIteration is an orderly end.

    Args:
        session_creator: a `SessionCreator`; a `ChiefSessionCreator` by default.
        hooks: `SessionRunHook`s.
        stop_grace_period_secs: how long the threads may take to stop.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     step = tf.train.get_or_create_global_step()
        ...     train = step.assign_add(1)
        ...     hooks = [tf.train.StopAtStepHook(last_step=3)]
        ...     with tf.train.MonitoredSession(hooks=hooks) as sess:
        ...         while not sess.should_stop():
        ...             last = sess.run(train)
        ...     int(last)
        3
    """

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Sequence[Any] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        super().__init__(
            session_creator or ChiefSessionCreator(), hooks, True, stop_grace_period_secs
        )


class SingularMonitoredSession(_Monitored):
    """A session with hooks that is not made anew when it is lost.

    Args:
        hooks: `SessionRunHook`s.
        scaffold: a `Scaffold`.
        master: only "" is there.
        config: the session's `ConfigProto`.
        checkpoint_dir: where to look for the latest checkpoint.
        stop_grace_period_secs: how long the threads may take to stop.
        checkpoint_filename_with_path: a checkpoint, in place of the latest.
    """

    def __init__(
        self,
        hooks: Sequence[Any] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(
            scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path
        )
        super().__init__(creator, hooks, False, stop_grace_period_secs)

    def raw_session(self) -> Any:
        """The session, without hooks."""
        return self._sess


def MonitoredTrainingSession(
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: Any = USE_DEFAULT,
    save_summaries_steps: Any = USE_DEFAULT,
    save_summaries_secs: Any = USE_DEFAULT,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = USE_DEFAULT,
    summary_dir: str | None = None,
    save_graph_def: bool = True,
) -> MonitoredSession:
    """A `MonitoredSession` that saves checkpoints and summaries, and counts steps.

    Args:
        master: only "" is there.
        is_chief: whether this session initializes the variables, rather than waits for another.
        checkpoint_dir: where checkpoints are saved, and looked for; None for none.
        scaffold: a `Scaffold`.
        hooks, chief_only_hooks: more hooks.
        save_checkpoint_secs, save_checkpoint_steps: how often a checkpoint is saved; every 600
            seconds by default, None for never.
        save_summaries_steps, save_summaries_secs: how often summaries are; every 100 steps.
        config: the session's `ConfigProto`.
        stop_grace_period_secs: how long the threads may take to stop.
        log_step_count_steps: how often the steps a second are logged; None for never.
        max_wait_secs: how long a session that is not chief waits.
        summary_dir: where summaries are saved; `checkpoint_dir` by default.
        save_graph_def: whether the graph is saved too.
    """
    from pyengine.train import basic_session_run_hooks as basic

    if save_summaries_steps is USE_DEFAULT and save_summaries_secs is USE_DEFAULT:
        save_summaries_steps, save_summaries_secs = 100, None
    save_summaries_steps = None if save_summaries_steps is USE_DEFAULT else save_summaries_steps
    save_summaries_secs = None if save_summaries_secs is USE_DEFAULT else save_summaries_secs
    if save_checkpoint_steps is USE_DEFAULT and save_checkpoint_secs is USE_DEFAULT:
        save_checkpoint_steps, save_checkpoint_secs = None, 600
    save_checkpoint_steps = None if save_checkpoint_steps is USE_DEFAULT else save_checkpoint_steps
    save_checkpoint_secs = None if save_checkpoint_secs is USE_DEFAULT else save_checkpoint_secs
    scaffold = scaffold or Scaffold()
    all_hooks: list[Any] = list(hooks or [])
    if not is_chief:
        worker = WorkerSessionCreator(scaffold, master, config, max_wait_secs)
        return MonitoredSession(worker, all_hooks, stop_grace_period_secs)
    all_hooks += list(chief_only_hooks or [])
    chief = ChiefSessionCreator(scaffold, master, config, checkpoint_dir)
    summary_dir = summary_dir or checkpoint_dir
    if summary_dir:
        if log_step_count_steps and log_step_count_steps > 0:
            all_hooks.append(
                basic.StepCounterHook(output_dir=summary_dir, every_n_steps=log_step_count_steps)
            )
        if (save_summaries_steps or 0) > 0 or (save_summaries_secs or 0) > 0:
            all_hooks.append(
                basic.SummarySaverHook(
                    scaffold=scaffold,
                    save_steps=save_summaries_steps,
                    save_secs=save_summaries_secs,
                    output_dir=summary_dir,
                )
            )
    if checkpoint_dir and ((save_checkpoint_secs or 0) > 0 or (save_checkpoint_steps or 0) > 0):
        all_hooks.append(
            basic.CheckpointSaverHook(
                checkpoint_dir,
                save_steps=save_checkpoint_steps,
                save_secs=save_checkpoint_secs,
                scaffold=scaffold,
                save_graph_def=save_graph_def,
            )
        )
    return MonitoredSession(chief, all_hooks, stop_grace_period_secs)
