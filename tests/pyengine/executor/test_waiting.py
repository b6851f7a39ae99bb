"""Waiting: cancelled, timed out, interrupted."""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

import pyengine as tf
from pyengine.executor.waiting import Cancellation, held, time_limit, wait_until

ROOT = Path(__file__).resolve().parents[3]


def wait_for_ever(cancellation, timeout=None):
    condition = threading.Condition()
    with condition:
        return wait_until(condition, lambda: False, cancellation, "Nap operation", timeout)


def test_a_cancellation_wakes_those_who_wait_and_those_who_come_later():
    cancellation, caught = Cancellation(), []

    def work():
        try:
            wait_for_ever(cancellation)
        except tf.errors.CancelledError as error:
            caught.append(error.message)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    cancellation.cancel()
    for t in threads:
        t.join(10)
    assert caught == ["Nap operation was cancelled"] * 3
    with pytest.raises(tf.errors.CancelledError):
        wait_for_ever(cancellation)


def test_a_wait_may_have_a_limit():
    assert not wait_for_ever(Cancellation(), timeout=0.01)
    with time_limit(0.01), pytest.raises(tf.errors.DeadlineExceededError):
        wait_for_ever(Cancellation())


def test_a_lock_is_waited_for_until_it_is_free_or_the_session_closed():
    lock, cancellation = threading.Lock(), Cancellation()
    with held(lock, cancellation, "Read"):
        with time_limit(0.01), pytest.raises(tf.errors.DeadlineExceededError):
            held(lock, cancellation, "Read").__enter__()
        cancellation.cancel()
        with pytest.raises(tf.errors.CancelledError, match="Read was cancelled"):
            held(lock, cancellation, "Read").__enter__()
    assert not lock.locked()


@pytest.mark.parametrize(
    "fetch",
    [
        "tf.FIFOQueue(1, tf.int32, shapes=[()]).dequeue()",
        "tf.FIFOQueue(1, tf.int32, shapes=[()]).dequeue_many(2)",
        "tf.FIFOQueue(0, tf.int32).enqueue(1)",
    ],
)
def test_ctrl_c_ends_a_run_that_waits_and_leaves_the_session_usable(fetch):
    code = f"""
        import os, signal, threading, time
        import pyengine as tf
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sess, x = tf.Session(), {fetch}
        def interrupt():
            time.sleep(0.3)
            global sent
            sent = time.monotonic()
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=interrupt).start()
        try:
            sess.run(x)
        except KeyboardInterrupt:
            print(time.monotonic() - sent < 1.0, sess.run(tf.constant(1)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("True 1\n", "")


def test_a_run_can_do_what_it_waits_for():
    with tf.Graph().as_default(), tf.Session() as sess:
        q = tf.FIFOQueue(2, tf.float32, shapes=[()])
        taken = q.dequeue() * 10.0
        assert sess.run([taken, q.enqueue(4.0)])[0] == 40.0
        # Two that wait, each for a different step.
        r = tf.FIFOQueue(2, tf.float32, shapes=[()])
        both = q.dequeue() + r.dequeue()
        assert sess.run([both, q.enqueue(1.0), r.enqueue(2.0)])[0] == 3.0
        # A chain: what is dequeued first is what is enqueued next.
        first, second = q.dequeue(), r.dequeue()
        with tf.control_dependencies([q.enqueue(5.0)]):
            passed_on = r.enqueue(first)
        assert sess.run([second, passed_on])[0] == 5.0


def test_an_error_beside_a_wait_ends_the_run():
    with tf.Graph().as_default(), tf.Session() as sess:
        q = tf.FIFOQueue(2, tf.int32, shapes=[()])
        x = tf.placeholder(tf.int32)
        with pytest.raises(tf.errors.InvalidArgumentError, match="zero"):
            sess.run([q.dequeue(), 1 // x], {x: 0})
        # Nobody waits any more for what comes in now.
        sess.run(q.enqueue(7))
        assert sess.run(q.size()) == 1


def test_a_session_and_a_run_may_have_a_time_limit():
    with tf.Graph().as_default():
        x = tf.FIFOQueue(1, tf.int32).dequeue()
        with tf.Session() as sess, pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(x, options=tf.RunOptions(timeout_in_ms=20))
        config = tf.ConfigProto(operation_timeout_in_ms=20)
        with tf.Session(config=config) as sess, pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(x)


def test_the_main_thread_runs_signal_handlers_while_it_waits():
    ran = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda *_: ran.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        started = time.monotonic()
        condition = threading.Condition()
        with condition:
            assert wait_until(condition, ran.is_set, Cancellation(), "Nap", timeout=30.0)
        assert time.monotonic() - started < 10.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
