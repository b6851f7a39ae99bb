"""`SessionRunHook`: what is to be done around each run of a monitored session."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["SessionRunArgs", "SessionRunContext", "SessionRunHook", "SessionRunValues"]


class SessionRunArgs(NamedTuple):
    """What a run is to fetch and to be fed.

    Attributes:
        fetches: as those of `Session.run`.
        feed_dict: values to feed.
        options: a `RunOptions`.

    Args:
        fetches: what to fetch beside, as for `Session.run`.
        feed_dict: what to feed beside.
        options: the `tf.RunOptions` of the run.
    """

    fetches: Any
    feed_dict: Any = None
    options: Any = None


class SessionRunValues(NamedTuple):
    """What a run has given.

    Attributes:
        results: the values of the fetches that the hook asked for, nested as they were.
        options: the `RunOptions` of the run.
        run_metadata: its `RunMetadata`.
    """

    results: Any
    options: Any
    run_metadata: Any


class SessionRunContext:
    """What a hook knows of a run, and where it can ask for a stop.

    Args:
        original_args: the `SessionRunArgs` that the program gave.
        session: the session, a plain one.
    """

    def __init__(self, original_args: SessionRunArgs, session: Any) -> None:
        self._original_args = original_args
        self._session = session
        self._stop_requested = False

    @property
    def original_args(self) -> SessionRunArgs:
        """What the program gave to `run`."""
        return self._original_args

    @property
    def session(self) -> Any:
        """The session."""
        return self._session

    @property
    def stop_requested(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop_requested

    def request_stop(self) -> None:
        """Asks for a stop: `should_stop()` of the monitored session is True after the run."""
        self._stop_requested = True


class SessionRunHook:
    """The base class of hooks, whose methods do nothing."""

    def begin(self) -> None:
        """Called once, before the session is made: ops may be added to the default graph."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Called whenever a session was made; the graph is finalized.

        Args:
            session: a plain `Session`, in which the variables have their values.
            coord: the `Coordinator` of the threads.
        """

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Called before each run; may return `SessionRunArgs` with more to fetch and feed."""

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Called after each run that gave no error.

        Args:
            run_context: what `before_run` was given; `request_stop()` ends the training.
            run_values: what the hook asked for in `before_run`.
        """

    def end(self, session: Any) -> None:
        """Called at the end, unless an error other than OutOfRange or StopIteration ended it."""
