"""Coordinator and LooperThread."""

import sys
import threading
import time

import pytest

import pyengine as tf

Coordinator = tf.train.Coordinator


def test_an_error_is_raised_by_join():
    coord = Coordinator()
    coord.request_stop(ValueError("first"))
    coord.request_stop(ValueError("second"))
    assert coord.should_stop() and not coord.joined
    with pytest.raises(ValueError, match="first"):
        coord.raise_requested_exception()
    with pytest.raises(ValueError, match="first"):
        coord.join()
    assert coord.joined


def test_what_means_an_orderly_end_is_not_raised():
    coord = Coordinator()
    coord.request_stop(tf.errors.OutOfRangeError(None, None, "end"))
    coord.join()
    assert coord.joined
    coord = Coordinator(clean_stop_exception_types=(ValueError,))
    coord.request_stop(ValueError())
    coord.join()
    assert coord.joined


def test_an_error_after_join_is_raised_at_once():
    coord = Coordinator()
    coord.request_stop()
    coord.join()
    with pytest.raises(ValueError, match="late"):
        coord.request_stop(ValueError("late"))


def test_exc_info_is_taken_and_nothing_else():
    coord = Coordinator()
    with coord.stop_on_exception():
        raise KeyError("inside")
    with pytest.raises(KeyError, match="inside"):
        coord.join()
    for wrong in ("text", (1, 2), (None, None, None)):
        with pytest.raises(ValueError, match="must be an exception"):
            Coordinator().request_stop(wrong)
    coord = Coordinator()
    try:
        raise KeyError("told")
    except KeyError:
        coord.request_stop(sys.exc_info())
    with pytest.raises(KeyError, match="told"):
        coord.join()


def test_threads_that_go_on_are_named():
    coord, go = Coordinator(), threading.Event()
    slow = threading.Thread(target=go.wait, name="slow")
    slow.start()
    coord.register_thread(slow)
    coord.request_stop()
    with pytest.raises(RuntimeError, match="threads still running: slow"):
        coord.join(stop_grace_period_secs=0.05)
    coord.join([slow], stop_grace_period_secs=0.05, ignore_live_threads=True)
    go.set()
    slow.join()


def test_a_stop_is_waited_for_and_taken_back():
    coord = Coordinator()
    assert not coord.wait_for_stop(0.01)
    threading.Timer(0.05, coord.request_stop).start()
    assert coord.wait_for_stop()
    coord.clear_stop()
    assert not coord.should_stop()


@pytest.mark.parametrize("interval", [None, 0.001])
def test_a_looper_runs_until_it_is_stopped(interval):
    coord, calls = Coordinator(), []
    tf.train.LooperThread.loop(coord, interval, lambda x: calls.append(x), args=(1,))
    while len(calls) < 3:
        time.sleep(0.001)
    coord.request_stop()
    coord.join()
    with pytest.raises(ValueError, match="must be a Coordinator"):
        tf.train.LooperThread(None, None)


def test_an_error_in_a_looper_ends_all():
    coord = Coordinator()
    tf.train.LooperThread.loop(coord, None, lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        coord.join()
