"""Queue runners and how they start and end."""

import threading

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def counting(limit, capacity=2):
    """A queue that is filled with 0, 1, ..., and the ops of its runner."""
    v = tf.Variable(0)
    q = tf.FIFOQueue(capacity, tf.int32, shapes=[()])
    return q, q.enqueue(v.count_up_to(limit))


def test_a_runner_fills_its_queue_to_the_end(sess):
    q, put = counting(5)
    runner = tf.train.QueueRunner(q, [put])
    assert (runner.queue, runner.enqueue_ops, runner.name) == (q, [put], q.name)
    assert (runner.close_op.type, runner.cancel_op.type) == ("QueueCloseV2", "QueueCloseV2")
    tf.train.add_queue_runner(runner)
    sess.run(tf.global_variables_initializer())
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    assert [t.name for t in threads] == [
        f"QueueRunnerThread-{q.name}-{put.name}", f"QueueRunnerThread-{q.name}-close_on_stop",
    ]  # fmt: skip
    assert all(t.daemon for t in threads)
    assert runner.create_threads(sess) == []  # they run already
    x = q.dequeue()
    assert [sess.run(x) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(tf.errors.OutOfRangeError):
        sess.run(x)
    coord.request_stop()
    coord.join(threads)


def test_several_threads_enqueue_and_the_last_one_closes(sess):
    q, put = counting(100, capacity=4)
    sess.run(tf.global_variables_initializer())
    threads = tf.train.QueueRunner(q, [put] * 4).create_threads(sess, start=True)
    x, got = q.dequeue(), []
    with pytest.raises(tf.errors.OutOfRangeError):
        while True:
            got.append(int(sess.run(x)))
    for t in threads:
        t.join(10)
    assert sorted(got) == list(range(100))


def test_a_stop_cancels_what_waits(sess):
    q, put = counting(10**6, capacity=1)
    runner = tf.train.QueueRunner(q, [put])
    tf.train.add_queue_runner(runner)
    sess.run(tf.global_variables_initializer())
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    sess.run(q.dequeue())
    coord.request_stop()
    coord.join(threads, stop_grace_period_secs=10)
    assert len(threads) == 2  # one puts elements in, one waits for the stop
    assert not any(thread.is_alive() for thread in threads)
    assert runner.exceptions_raised == []
    with pytest.raises(tf.errors.CancelledError, match="closed"):
        sess.run(q.enqueue(0))


def test_an_error_goes_to_the_coordinator(sess):
    q = tf.FIFOQueue(10, tf.int32)
    runner = tf.train.QueueRunner(q, [q.enqueue(1 // tf.Variable(0))])
    sess.run(tf.global_variables_initializer())
    coord = tf.train.Coordinator()
    runner.create_threads(sess, coord, start=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="zero"):
        coord.join()


def test_an_error_without_a_coordinator_is_kept_and_raised_in_the_thread(sess, monkeypatch):
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_type))
    q = tf.FIFOQueue(10, tf.int32)
    runner = tf.train.QueueRunner(q, [q.enqueue(1 // tf.Variable(0))])
    sess.run(tf.global_variables_initializer())
    for t in runner.create_threads(sess, start=True):
        t.join(10)
    assert [type(e) for e in runner.exceptions_raised] == seen == [tf.errors.InvalidArgumentError]


def test_other_exceptions_may_mean_the_end(sess):
    q = tf.FIFOQueue(10, tf.int32)
    put = q.enqueue(1 // tf.Variable(0))
    kinds = (tf.errors.InvalidArgumentError,)
    runner = tf.train.QueueRunner(q, [put], queue_closed_exception_types=kinds)
    assert runner.queue_closed_exception_types == kinds
    sess.run(tf.global_variables_initializer())
    for t in runner.create_threads(sess, start=True):
        t.join(10)
    assert sess.run(q.is_closed())


def test_closing_the_session_ends_the_threads():
    q, put = counting(10**6, capacity=1)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        threads = tf.train.QueueRunner(q, [put]).create_threads(sess, start=True)
        sess.run(q.dequeue())
    for t in threads:
        t.join(10)
        assert not t.is_alive()


def test_what_cannot_work_is_refused(sess):
    q = tf.FIFOQueue(1, tf.int32)
    for arguments in ((None, [1]), (q, [])):
        with pytest.raises(ValueError, match="Must provide queue and enqueue_ops"):
            tf.train.QueueRunner(*arguments)
    with pytest.raises(TypeError, match="tuple of tf"):
        tf.train.QueueRunner(q, [q.enqueue(1)], queue_closed_exception_types=[ValueError])
    with pytest.raises(TypeError, match=r"tf\.Session"):
        tf.train.start_queue_runners(3)
    with pytest.raises(ValueError, match="mutually exclusive"):
        tf.train.QueueRunner(q, [q.enqueue(1)], queue_runner_def=object())


def test_a_runner_goes_into_a_message_and_back(sess):
    with tf.name_scope("scope"):
        q, put = counting(3)
        runner = tf.train.QueueRunner(q, [put])
    message = runner.to_proto()
    assert message.DESCRIPTOR.full_name == "tensorflow.QueueRunnerDef"
    assert message.queue_name == "scope/fifo_queue"
    assert message.queue_closed_exception_types == [tf.errors.OUT_OF_RANGE]
    assert list(runner.to_proto("scope").enqueue_op_name) == ["fifo_queue_enqueue"]
    assert runner.to_proto("other") is None
    back = tf.train.QueueRunner.from_proto(runner.to_proto("scope"), "scope")
    assert (back.name, back.enqueue_ops, back.close_op) == (q.name, [put], runner.close_op)
    sess.run(tf.global_variables_initializer())
    for t in back.create_threads(sess, start=True)[:1]:
        assert t.name.startswith("QueueRunnerThread-scope/fifo_queue")
    assert [sess.run(q.dequeue()) for _ in range(3)] == [0, 1, 2]


def test_a_session_is_needed():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="No default session"):
        from pyengine.defaults import default_sessions

        before, default_sessions.stack = default_sessions.stack, []
        try:
            tf.train.start_queue_runners()
        finally:
            default_sessions.stack = before
