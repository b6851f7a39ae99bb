"""Queues at run time: lines of attempts, as TensorFlow serves them."""

import numpy as np
import pytest

from pyengine import dtypes, errors
from pyengine.executor.queues import Queue, RankedQueue, ShuffleQueue
from pyengine.executor.waiting import Blocked, Cancellation
from pyengine.shape import TensorShape

NEVER = Cancellation()
INTS = ([dtypes.int32], [TensorShape([])])


def queue(capacity=2, kind=Queue, *more):
    return kind("q", *INTS, capacity, *more)


def blocked(call, *args):
    with pytest.raises(Blocked) as caught:
        call(*args)
    return caught.value


def test_an_enqueue_waits_for_room_and_keeps_its_place():
    q = queue(1)
    q.enqueue([np.int32(1)], NEVER)
    second = blocked(q.enqueue, [np.int32(2)], NEVER)
    third = blocked(q.enqueue, [np.int32(3)], NEVER)
    assert q.dequeue(NEVER) == 1
    assert second.wait(0.0) and not third.wait(0.0)
    assert [q.dequeue(NEVER), q.dequeue(NEVER)] == [2, 3]


def test_rows_go_in_and_come_out_as_there_is_room():
    q = queue(2)
    put = blocked(q.enqueue_many, [np.arange(5, dtype=np.int32)], NEVER)
    assert q.size() == 2
    got = q.dequeue_many(4, NEVER)
    assert got.tolist() == [0, 1, 2, 3] and got.dtype == np.int32
    assert put.wait(0.0) and q.size() == 1


def test_a_close_waits_for_the_enqueues_before_it():
    q = queue(1)
    q.enqueue([np.int32(1)], NEVER)
    blocked(q.enqueue, [np.int32(2)], NEVER)
    close = blocked(q.close, False, NEVER)
    assert not q.is_closed
    q.dequeue(NEVER)
    assert q.is_closed and close.wait(0.0)
    with pytest.raises(errors.CancelledError, match=r"FIFOQueue 'q' is closed\."):
        q.enqueue([np.int32(3)], NEVER)


def test_a_close_gives_back_what_an_unfinished_batch_had_taken():
    q = queue(5)
    q.enqueue_many([np.arange(2, dtype=np.int32)], NEVER)
    batch = blocked(q.dequeue_many, 3, NEVER)
    assert q.size() == 0
    q.close(False, NEVER)
    with pytest.raises(errors.OutOfRangeError, match=r"\(requested 1, current size 0\)"):
        batch.result()
    assert q.dequeue_many(3, NEVER, True).tolist() == [0, 1]


def test_an_abandoned_batch_goes_back_in_order():
    q = queue(5)
    q.enqueue_many([np.arange(2, dtype=np.int32)], NEVER)
    blocked(q.dequeue_many, 3, NEVER).abandon()
    q.enqueue([np.int32(2)], NEVER)
    assert q.dequeue_many(3, NEVER).tolist() == [0, 1, 2]


def test_what_is_enqueued_is_a_copy():
    q, value = queue(), np.array(1, np.int32)
    q.enqueue([value], NEVER)
    value[()] = 99
    assert q.dequeue(NEVER) == 1


def test_a_shuffling_queue_keeps_some_to_choose_from():
    q = queue(10, ShuffleQueue, 3, 1, 2)
    q.enqueue_many([np.arange(4, dtype=np.int32)], NEVER)
    q.dequeue(NEVER)
    blocked(q.dequeue, NEVER).abandon()
    q.close(False, NEVER)
    assert len(q.dequeue_many(3, NEVER)) == 3


def test_equal_priorities_leave_in_the_order_they_came():
    types = [dtypes.int64, dtypes.string]
    q = RankedQueue("q", types, [TensorShape([]), TensorShape([])], 10)
    words = np.array([b"c", b"a", b"b"], object)
    q.enqueue_many([np.array([2, 1, 1]), words], NEVER)
    assert q.dequeue_many(3, NEVER)[1].tolist() == [b"a", b"b", b"c"]
