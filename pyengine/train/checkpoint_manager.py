"""`CheckpointManager`: keeps the latest checkpoints of a `Checkpoint`; and waiting for new ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from pyengine.graph import Tensor
from pyengine.logger import logger
from pyengine.train import checkpoint_management as management
from pyengine.train.checkpoint import Checkpoint
from pyengine.train.checkpoint_restore import session_or_default
from pyengine.variables import Variable

__all__ = ["CheckpointManager", "checkpoints_iterator"]


class CheckpointManager:
    """Saves a `tf.train.Checkpoint` again and again, and deletes all but the latest ones.

    Args:
        checkpoint: the `Checkpoint`.
        directory: where to.
        max_to_keep: how many checkpoints to keep; None for all.
        keep_checkpoint_every_n_hours: one checkpoint in so many hours is kept for good.
        checkpoint_name: what the names of the files begin with.
        step_counter: a variable with the number of the step, for `checkpoint_interval`.
        checkpoint_interval: how many steps there are between checkpoints at least.
        init_fn: a function that `restore_or_initialize` calls if there is no checkpoint.

    Raises:
        ValueError: when `max_to_keep` is not positive, or there is an interval but no counter.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder, tf.Session():
        ...     v = tf.Variable(1.0)
        ...     v.initializer.run()
        ...     manager = tf.train.CheckpointManager(tf.train.Checkpoint(v=v), folder, 2)
        ...     for _ in range(3):
        ...         path = manager.save()
        ...     [os.path.basename(path) for path in manager.checkpoints]
        ['ckpt-2', 'ckpt-3']
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: str,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Variable | None = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}."
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError(
                "`step_counter` should be passed if `checkpoint_interval` is not None."
            )
        self._checkpoint = checkpoint
        self._directory = os.fspath(directory)
        self._name = checkpoint_name
        self._max_to_keep = None if max_to_keep is None else int(max_to_keep)
        self._every_n_hours = keep_checkpoint_every_n_hours
        self._step_counter, self._interval = step_counter, checkpoint_interval
        self._last_step: int | None = None
        self._init_fn = init_fn
        self._count: Any = None
        self._kept: dict[str, float] = {}
        self._latest: str | None = None
        # A little earlier, for what is saved in the same moment.
        self._last_preserved = management.now() - 1.0
        self._take_up()

    def _take_up(self) -> None:
        """Goes on from what an earlier program left in the directory."""
        state, now = management.get_checkpoint_state(self._directory), management.now()
        if state is None:
            return
        self._latest = state.model_checkpoint_path
        self._last_preserved = state.last_preserved_timestamp
        if now < self._last_preserved:
            logger.warning(
                "time.time() returned a value %f seconds behind the last preserved checkpoint "
                "timestamp.", self._last_preserved - now,
            )  # fmt: skip
            self._last_preserved = now
        paths = state.all_model_checkpoint_paths
        times = state.all_model_checkpoint_timestamps or [self._last_preserved] * len(paths)
        for path, when in zip(paths, times):
            if min(when, now) > self._last_preserved:
                self._kept[path] = min(when, now)

    @property
    def checkpoint(self) -> Checkpoint:
        return self._checkpoint

    @property
    def directory(self) -> str:
        return self._directory

    @property
    def checkpoint_interval(self) -> int | None:
        return self._interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The path of the latest checkpoint, for `Checkpoint.restore`; None if there is none."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The paths of the checkpoints that are kept, the oldest first."""
        return list(self._kept)

    def save(self, checkpoint_number: Any = None, check_interval: bool = True) -> str | None:
        """Saves the values in the default session, and deletes the checkpoints that are too many.

        Args:
            checkpoint_number: an integer, or an integer tensor or variable, to append to the path;
                by default the checkpoint's `save_counter`.
            check_interval: whether `checkpoint_interval` is respected.

        Returns:
            The path; None if it was too early for another checkpoint.

        Raises:
            RuntimeError: without a default session.
        """
        session = session_or_default(None, f"save a checkpoint in {self._directory!r}")
        if self._interval is not None and not self._is_time(session, check_interval):
            return None
        counter = self._counted(session)
        number = counter if checkpoint_number is None else checkpoint_number
        if isinstance(number, (Variable, Tensor)):
            number = session.run(number)
        path = self._checkpoint._write(
            os.path.join(self._directory, f"{self._name}-{int(number)}"), session
        )
        self._kept.pop(path, None)  # one of that name was written over: it is the latest now
        self._kept[path] = management.now()
        self._latest = path
        # Before anything is deleted, for a program that dies meanwhile; then without the deleted.
        self._record()
        self._sweep()
        self._record()
        return path

    def _is_time(self, session: Any, check_interval: bool) -> bool:
        assert self._interval is not None
        step = int(session.run(self._step_counter))
        last, self._last_step = self._last_step, step
        if last is not None and (step == last or (check_interval and step < last + self._interval)):
            self._last_step = last
            return False
        return True

    def _counted(self, session: Any) -> int:
        return self._checkpoint._counted(session)

    def _sweep(self) -> None:
        while self._max_to_keep and len(self._kept) > self._max_to_keep:
            path = next(iter(self._kept))
            when = self._kept.pop(path)
            hours = self._every_n_hours
            if hours and when - hours * 3600 >= self._last_preserved:
                self._last_preserved = when
                continue
            management.remove_checkpoint(path)

    def _record(self) -> None:
        assert self._latest is not None
        management.update_checkpoint_state(
            self._directory,
            self._latest,
            list(self._kept),
            all_model_checkpoint_timestamps=list(self._kept.values()),
            last_preserved_timestamp=self._last_preserved,
            save_relative_paths=True,
        )

    def restore_or_initialize(self) -> str | None:
        """Restores the latest checkpoint in the default session; without one, calls `init_fn`.

        Returns:
            The path of the checkpoint; None if there is none.
        """
        if self._latest is None:
            if self._init_fn is not None:
                self._init_fn()
            return None
        self._checkpoint.restore(self._latest).initialize_or_restore()
        if self._interval is not None:
            session = session_or_default(None, "restore")
            self._last_step = int(session.run(self._step_counter))
        return self._latest


def checkpoints_iterator(
    checkpoint_dir: str,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """Yields each new checkpoint that appears in a directory, for a program beside the training.

    Args:
        checkpoint_dir: the directory.
        min_interval_secs: how many seconds there are between two at least.
        timeout: how many seconds to wait for another one; None for ever.
        timeout_fn: called after that time: whether to stop.

    Yields:
        The paths.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     list(checkpoints_iterator(folder, timeout=0))
        []
    """
    path: str | None = None
    while True:
        found = _wait_for_new(checkpoint_dir, path, timeout)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        path, start = found, time.monotonic()
        yield path
        rest = start + min_interval_secs - time.monotonic()
        if rest > 0:
            time.sleep(rest)


def _wait_for_new(folder: str, last: str | None, timeout: float | None) -> str | None:
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        found = management.latest_checkpoint(folder)
        if found is not None and found != last:
            return found
        if end is not None and time.monotonic() + 1 > end:
            return None
        time.sleep(1)
