"""`SessionManager`: sessions with variables that have values, from a checkpoint or initialized."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pyengine import errors
from pyengine.graph import Graph, get_default_graph
from pyengine.logger import logger
from pyengine.session import Session

__all__ = ["SessionManager"]


class SessionManager:
    """Makes sessions and sees to their variables.

    Args:
        local_init_op: an op to run in each session, after the variables have values.
        ready_op: a tensor of the names of what has no value yet.
        ready_for_local_init_op: the like for what `local_init_op` needs.
        graph: the graph; the default graph for None.
        recovery_wait_secs: how long to wait between two looks.
        local_init_run_options: `RunOptions` of the `local_init_op`.
        local_init_feed_dict: what to feed to it.
    """

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Graph | None = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
        local_init_feed_dict: Any = None,
    ) -> None:
        self._local_init_op = local_init_op
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._graph = get_default_graph() if graph is None else graph
        self._recovery_wait_secs = recovery_wait_secs
        self._local_init_options = local_init_run_options
        self._local_init_feed = local_init_feed_dict

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[[Any], Any] | None = None,
    ) -> Session:
        """A session whose variables are restored from a checkpoint, or else initialized.

        Args:
            master: only "" is there.
            init_op: what initializes the variables where there is no checkpoint.
            saver: the `Saver` that restores them.
            checkpoint_dir: where to look for the latest checkpoint.
            checkpoint_filename_with_path: a checkpoint, in place of the latest.
            wait_for_checkpoint: whether to wait for a checkpoint to appear.
            max_wait_secs: how long to wait for it.
            config: the session's `ConfigProto`.
            init_feed_dict: what to feed to `init_op`.
            init_fn: called with the session after `init_op`.

        Raises:
            RuntimeError: when there are variables without values afterwards.
            ValueError: for both `checkpoint_dir` and `checkpoint_filename_with_path`.
        """
        sess, is_restored = self._restored(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint,
            max_wait_secs, config,
        )  # fmt: skip
        if not is_restored:
            if init_op is None and not init_fn and self._local_init_op is None:
                raise RuntimeError(
                    "Model is not initialized and no init_op or init_fn or local_init_op was given"
                )
            if init_op is not None:
                sess.run(init_op, feed_dict=init_feed_dict)
            if init_fn:
                init_fn(sess)
        problem = self._local_init(sess)
        if problem:
            raise RuntimeError(
                f"Init operations did not make model ready for local_init.  Init op: "
                f"{_name(init_op)}, init fn: {init_fn}, error: {problem}"
            )
        problem = _missing(sess, self._ready_op, "Model not ready")
        if problem:
            raise RuntimeError(
                f"Init operations did not make model ready.  Init op: {_name(init_op)}, init fn: "
                f"{init_fn}, local_init_op: {_name(self._local_init_op)}, error: {problem}"
            )
        return sess

    def recover_session(
        self,
        master: str,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Session, bool]:
        """A session, and whether its variables could be restored; see `prepare_session`."""
        sess, is_restored = self._restored(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint,
            max_wait_secs, config,
        )  # fmt: skip
        if not is_restored:
            return sess, False
        problem = self._local_init(sess) or _missing(sess, self._ready_op, "Model not ready")
        if problem:
            logger.info("Restoring left the model not ready: %s", problem)
        return sess, not problem

    def wait_for_session(
        self, master: str, config: Any = None, max_wait_secs: float = float("inf")
    ) -> Session:
        """A session once another one has given values to the variables.

        Raises:
            tf.errors.DeadlineExceededError: when that takes longer than `max_wait_secs`.
        """
        end = time.monotonic() + (float("inf") if max_wait_secs is None else max_wait_secs)
        while True:
            sess = Session(master, graph=self._graph, config=config)
            problem = self._local_init(sess) or _missing(sess, self._ready_op, "Model not ready")
            if not problem:
                return sess
            sess.close()
            logger.info("Waiting for model to be ready.  %s", problem)
            if time.monotonic() + self._recovery_wait_secs > end:
                raise errors.DeadlineExceededError(
                    None, None, f"Session was not ready after waiting {max_wait_secs} secs."
                )
            time.sleep(self._recovery_wait_secs)

    def _restored(
        self,
        master: str,
        saver: Any,
        folder: str | None,
        path: str | None,
        wait: bool,
        max_wait_secs: float,
        config: Any,
    ) -> tuple[Session, bool]:
        from pyengine.train.checkpoint_management import get_checkpoint_state

        if folder and path:
            raise ValueError(
                "Can not provide both checkpoint_dir and checkpoint_filename_with_path."
            )
        sess = Session(master, graph=self._graph, config=config)
        if not saver or not (folder or path):
            return sess, False
        if path:
            saver.restore(sess, path)
            return sess, True
        end = time.monotonic() + max_wait_secs
        state = get_checkpoint_state(folder or "")
        while not state or not state.model_checkpoint_path:
            if not wait or time.monotonic() >= end:
                return sess, False
            time.sleep(min(self._recovery_wait_secs, max(end - time.monotonic(), 0)))
            state = get_checkpoint_state(folder or "")
        saver.restore(sess, state.model_checkpoint_path)
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
        return sess, True

    def _local_init(self, sess: Session) -> str | None:
        """Runs the local initializer; returns why it cannot be run, if it cannot."""
        if self._local_init_op is None:
            return None
        problem = _missing(sess, self._ready_for_local_init_op, "Model not ready for local init")
        if not problem:
            sess.run(
                self._local_init_op,
                feed_dict=self._local_init_feed,
                options=self._local_init_options,
            )
        return problem


def _missing(sess: Session, ready_op: Any, message: str) -> str | None:
    """What has no value yet, as a ready op tells it."""
    if ready_op is None:
        return None
    try:
        names = sess.run(ready_op)
    except errors.FailedPreconditionError as error:
        return f"{message}: {error}"
    if names is None or not names.size:
        return None
    shown = ", ".join(n.decode("utf-8", "replace") for n in names.reshape(-1).tolist())
    return f"Variables not initialized: {shown}"


def _name(op: Any) -> str:
    return "None" if op is None else str(getattr(op, "name", op))
