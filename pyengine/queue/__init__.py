"""Queues: the `tf.queue` namespace."""

from __future__ import annotations

from pyengine.ops.queues import FIFOQueue, PaddingFIFOQueue, PriorityQueue, QueueBase
from pyengine.ops.queues import RandomShuffleQueue as RandomShuffleQueue
