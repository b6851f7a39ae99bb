"""Restores of `tf.train.Checkpoint` that wait for objects which the program has still to make.

What makes variables that a checkpoint may have (layers, cells, optimizers, attributes of a
`Checkpoint`) says so with `made`; the restores are in `train.checkpoint_restore`.
"""

from __future__ import annotations

import weakref
from typing import Protocol

__all__ = ["done", "made", "wait"]


class Restore(Protocol):
    """What waits."""

    uid: int

    def look(self) -> None:
        """Restores what is there now."""


_waiting: weakref.WeakSet[Restore] = weakref.WeakSet()


def wait(restore: Restore) -> None:
    """Has a restore looked through whenever something was made; as long as somebody holds it."""
    _waiting.add(restore)


def done(restore: Restore) -> None:
    """Ends the waiting of a restore that has found everything."""
    _waiting.discard(restore)


def made() -> None:
    """Tells that there are new variables, or new ways to old ones."""
    if _waiting:
        # The latest first: what it restores is left alone by those before it.
        for restore in sorted(_waiting, key=lambda r: -r.uid):
            restore.look()
