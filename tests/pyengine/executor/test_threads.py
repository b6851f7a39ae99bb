import os
import threading
import time
import types

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import threads


def test_all_blocks_are_done_once():
    done = np.zeros(1000, int)

    def add(start, stop):
        done[start:stop] += 1

    threads.in_parallel(add, 1000, 7)
    assert (done == 1).all()


def test_nothing_to_share_out_is_nothing_done():
    threads.in_parallel(lambda start, stop: pytest.fail("called"), 0, 7)


def test_an_error_in_a_block_is_raised():
    def fail(start, stop):
        if start == 70:
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        threads.in_parallel(fail, 1000, 7)


def test_workers_flush_denormals_and_keep_quiet():
    tiny, results = np.full(64, 1e-40, np.float32), []

    def halve(start, stop):
        if threading.current_thread() is not threading.main_thread():
            results.append(float((tiny * np.float32(0.5)).max()))
        np.float32(1) / np.zeros(1, np.float32)

    with np.errstate(all="ignore"):  # as in a run
        threads.in_parallel(halve, 1000, 1)
    assert set(results) <= {0.0}


def test_the_number_of_threads_can_be_set():
    try:
        threads.set_threads(1)
        assert threads.thread_count() == 1
        seen = set()
        threads.in_parallel(lambda *_: seen.add(threading.get_ident()), 100, 1)
        assert seen == {threading.get_ident()}
    finally:
        threads.set_threads(0)
    assert threads.thread_count() == threads.cores()


def test_blas_is_right_after_its_threads_were_started_anew():
    threads.settle_blas.__wrapped__()
    x = np.random.default_rng(0).normal(size=(300, 200))
    np.testing.assert_allclose(x.T @ x, np.einsum("ki,kj->ij", x, x), rtol=1e-9, atol=1e-9)


def test_products_flush_denormals_in_all_threads():
    tiny = np.full((400, 400), 1e-20, np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [400, 400])
        assert not sess.run(tf.matmul(x, x * 1e-2), {x: tiny}).any()


def test_a_fork_has_threads_of_its_own():
    threads.in_parallel(lambda *_: None, 100, 1)
    with threads.one_blas_thread:
        child = os.fork()
        if not child:
            done = []
            threads.in_parallel(lambda start, stop: done.append(start), 100, 1)
            with threads.one_blas_thread:
                os._exit(len(done) != 100)
    assert os.waitpid(child, 0)[1] == 0


def test_blocks_inside_of_blocks_are_done_where_they_are():
    seen = []

    def outer(start, stop):
        me = threading.get_ident()
        threads.in_parallel(lambda *_: seen.append(threading.get_ident() == me), 4, 1)

    threads.in_parallel(outer, 20, 1)
    assert seen == [True] * 80


def test_nobody_works_on_after_an_error():
    running = []

    def body(start, stop):
        running.append(start)
        time.sleep(0.001)
        if start == 5:
            raise KeyboardInterrupt
        running.remove(start)

    with pytest.raises(KeyboardInterrupt):
        threads.in_parallel(body, 1000, 1)
    assert running == [5]


def test_ctrl_c_after_the_last_helper_has_left_does_not_wait_for_it_again(monkeypatch):
    go, found = threading.Event(), []

    class Late:
        """A lock; Ctrl-C comes when the one who waits for it has just acquired it."""

        def __init__(self):
            self._lock, self._calls = threading.Lock(), 0

        def acquire(self):
            self._calls += 1
            self._lock.acquire()
            if self._calls == 2:
                raise KeyboardInterrupt

        def release(self):
            self._lock.release()

    job = threads._Job(lambda start, stop: go.wait(), 1, 1)
    helper = threading.Thread(target=job.help)
    helper.start()
    while not job._helpers:
        time.sleep(0.001)

    def finish():
        try:
            job.finish()
        except KeyboardInterrupt as error:
            found.append(error)

    caller = threading.Thread(target=finish, daemon=True)
    monkeypatch.setattr(threads, "threading", types.SimpleNamespace(Lock=Late))
    caller.start()
    while job._left is None:
        time.sleep(0.001)
    go.set()
    caller.join(30)
    helper.join(30)
    assert not caller.is_alive()
    assert len(found) == 1


@pytest.mark.skipif(threads._cpu_finder() is None, reason="threads cannot be moved here")
@pytest.mark.skipif(threads.cores() < 2, reason="there is one processor")
def test_helpers_keep_away_from_the_processor_of_whom_they_help(monkeypatch):
    allowed = os.sched_getaffinity(0)
    pool = threads._Pool()
    monkeypatch.setattr(threads, "_pool", lambda: pool)
    seen = []
    for here in (*sorted(allowed), min(allowed)):
        monkeypatch.setattr(threads, "_cpu_finder", lambda here=here: lambda: here)
        both = threading.Barrier(2, timeout=10)

        def body(start, stop, both=both):
            both.wait()
            if threading.current_thread() is not threading.main_thread():
                seen.append(os.sched_getaffinity(0))

        threads.in_parallel(body, 2, 1)
        assert seen[-1] == allowed - {here}
    assert os.sched_getaffinity(0) == allowed


def test_helpers_help_where_a_sandbox_lets_them_not_be_moved(monkeypatch):
    def refuse(*_):
        raise PermissionError

    pool = threads._Pool()
    monkeypatch.setattr(threads, "_pool", lambda: pool)
    monkeypatch.setattr(threads, "_cpu_finder", lambda: lambda: 0)
    monkeypatch.setattr(threads.os, "sched_setaffinity", refuse, raising=False)
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(threads._Settings, "threads", 2)
    done = []
    threads.in_parallel(lambda start, stop: done.append(start), 4, 1)
    assert sorted(done) == [0, 1, 2, 3]
