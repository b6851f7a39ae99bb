"""Queues as users hold them."""

import threading

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_names_shapes_and_dtypes_are_tensorflows():
    q = tf.FIFOQueue(3, [tf.float32, "int64"], shapes=[[], [2]], name="q")
    ops = [q.enqueue((1.0, [1, 2])), q.enqueue_many(([1.0], [[1, 2]])), q.close()]
    assert [op.type for op in ops] == ["QueueEnqueueV2", "QueueEnqueueManyV2", "QueueCloseV2"]
    assert [op.name for op in ops] == ["q_enqueue", "q_EnqueueMany", "q_Close"]
    assert [t.name for t in q.dequeue()] == ["q_Dequeue:0", "q_Dequeue:1"]
    assert [t.shape.as_list() for t in q.dequeue_many(3)] == [[3], [3, 2]]
    assert [t.shape.as_list() for t in q.dequeue_up_to(3)] == [[None], [None, 2]]
    assert (q.size().dtype, q.is_closed().dtype) == (tf.int32, tf.bool)
    assert q.queue_ref.op.get_attr("capacity") == 3
    assert (q.dtypes, q.names) == ([tf.float32, tf.int64], None)


def test_dictionaries_go_in_and_out_by_name(sess):
    q = tf.FIFOQueue(3, [tf.int32, tf.string], shapes=[[], []], names=["n", "s"])
    sess.run(q.enqueue({"s": "x", "n": 1}))
    assert sess.run(q.dequeue()) == {"n": 1, "s": b"x"}
    for wrong in ([1, "x"], {"n": 1}, {"n": 1, "s": "x", "t": 0}):
        with pytest.raises(ValueError):
            q.enqueue(wrong)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: tf.FIFOQueue(1, tf.int32, shapes=[[None]]), ValueError),
        (lambda: tf.FIFOQueue(1, tf.int32, shapes=[[], []]), ValueError),
        (lambda: tf.FIFOQueue(1, tf.int32, names=["a", "b"]), ValueError),
        (lambda: tf.FIFOQueue(1, tf.int32).enqueue({"a": 1}), ValueError),
        (lambda: tf.FIFOQueue(1, tf.int32).enqueue(1.5), TypeError),
        (lambda: tf.FIFOQueue(1, tf.int32, shapes=[[2]]).enqueue([1]), ValueError),
        (lambda: tf.FIFOQueue(1, tf.int32, shapes=[[2]]).enqueue_many([[1]]), ValueError),
        (lambda: tf.FIFOQueue(1, tf.int32, shapes=[[2]]).dequeue_many(-1), ValueError),
        (lambda: tf.PriorityQueue(1, tf.string), TypeError),
        (lambda: tf.QueueBase.from_list(0, []), TypeError),
    ],
)
def test_what_can_never_work_is_refused_when_built(make, error):
    with pytest.raises(error):
        make()


def test_batches_of_a_padding_queue(sess):
    q = tf.PaddingFIFOQueue(10, [tf.int32, tf.string], shapes=[[None], [None, 2]])
    sess.run(q.enqueue([[1], [["a", "b"]]]))
    sess.run(q.enqueue([[1, 2, 3], np.zeros((0, 2), object)]))
    numbers, words = sess.run(q.dequeue_many(2))
    assert numbers.tolist() == [[1, 0, 0], [1, 2, 3]]
    assert words.tolist() == [[[b"a", b"b"]], [[b"", b""]]]
    x = tf.placeholder(tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Expected \[\?\], got \[1,1\]"):
        sess.run(q.enqueue([x, np.zeros((0, 2), object)]), {x: [[1]]})


def test_the_order_of_a_seeded_shuffling_queue_is_tensorflows(sess):
    q = tf.RandomShuffleQueue(20, 3, tf.int32, shapes=[()], seed=7)
    sess.run(q.enqueue_many([list(range(12))]))
    assert [sess.run(q.dequeue()) for _ in range(5)] == [3, 10, 5, 4, 0]
    assert sess.run(q.dequeue_many(3)).tolist() == [8, 7, 6]
    sess.run(q.close())
    with pytest.raises(tf.errors.OutOfRangeError, match=r"\(requested 5, current size 4\)"):
        sess.run(q.dequeue_many(5))
    assert sess.run(q.dequeue_up_to(5)).tolist() == [9, 1, 11, 2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be < capacity"):
        sess.run(tf.RandomShuffleQueue(3, 3, tf.int32).size())


def test_a_priority_queue(sess):
    q = tf.PriorityQueue(20, tf.string, [()])
    assert q.dtypes == [tf.int64, tf.string]
    sess.run(q.enqueue_many([np.array([3, 1, 2]), ["c", "a", "b"]]))
    assert sess.run(q.dequeue()) == [1, b"a"]
    assert sess.run(q.dequeue_many(2))[1].tolist() == [b"b", b"c"]


def test_queues_of_one_shared_name_are_one(sess):
    q, r = (tf.FIFOQueue(2, tf.int32, shapes=[()], shared_name="sh") for _ in range(2))
    sess.run(q.enqueue(4))
    assert sess.run(r.dequeue()) == 4
    other = [
        tf.FIFOQueue(3, tf.int32, shapes=[()], shared_name="sh"),
        tf.FIFOQueue(2, tf.int64, shapes=[()], shared_name="sh"),
        tf.FIFOQueue(2, tf.int32, shared_name="sh"),
        tf.RandomShuffleQueue(2, 0, tf.int32, shapes=[()], shared_name="sh"),
    ]
    for queue in other:
        with pytest.raises(tf.errors.InvalidArgumentError, match="Shared queue 'sh'"):
            sess.run(queue.size())


def test_a_queue_is_chosen_at_run_time(sess):
    queues = [tf.FIFOQueue(2, tf.int32, shapes=[()]) for _ in range(2)]
    for i, q in enumerate(queues):
        sess.run(q.enqueue(i))
    which = tf.placeholder(tf.int32, [])
    chosen = tf.QueueBase.from_list(which, queues)
    assert sess.run(chosen.dequeue(), {which: 1}) == 1


def test_sessions_have_queues_of_their_own(sess):
    q = tf.FIFOQueue(2, tf.int32)
    sess.run(q.enqueue(1))
    with tf.Session() as other:
        assert other.run(q.size()) == 0


def test_closing_the_session_ends_all_waits():
    q, full = tf.FIFOQueue(2, tf.int32, shapes=[()]), tf.FIFOQueue(0, tf.int32)
    fetches = [q.dequeue(), q.dequeue_many(2), full.enqueue(1)]
    sess, caught = tf.Session(), []
    ready = threading.Barrier(4)

    def work(fetch):
        ready.wait()
        try:
            sess.run(fetch)
        except (tf.errors.CancelledError, RuntimeError) as error:
            caught.append(error)

    threads = [threading.Thread(target=work, args=(f,)) for f in fetches]
    for t in threads:
        t.start()
    ready.wait()
    sess.close()
    for t in threads:
        t.join(10)
    assert len(caught) == 3


def test_producers_and_consumers_in_many_threads(sess):
    q = tf.FIFOQueue(4, tf.int32, shapes=[()])
    x = tf.placeholder(tf.int32, [])
    put, take, got = q.enqueue(x), q.dequeue(), []
    workers = [
        threading.Thread(target=lambda: [sess.run(put, {x: i}) for i in range(100)])
        for _ in range(4)
    ]
    workers += [
        threading.Thread(target=lambda: got.extend(int(sess.run(take)) for _ in range(200)))
        for _ in range(2)
    ]
    for t in workers:
        t.start()
    for t in workers:
        t.join(60)
    assert sorted(got) == sorted(list(range(100)) * 4)


def test_queues_have_a_namespace():
    assert tf.queue.FIFOQueue is tf.FIFOQueue
    assert tf.queue.RandomShuffleQueue is tf.RandomShuffleQueue


def test_what_is_asked_of_a_queue_is_named_for_it(sess):
    queue = tf.FIFOQueue(3, tf.float32, name="q")
    assert [queue.size().op.name, queue.is_closed().op.name] == ["q_Size", "q_Is_Closed"]
    assert [queue.size(name="n").op.name, queue.is_closed(name="c").op.name] == ["n", "c"]
    assert [queue.close().name, queue.dequeue().op.name] == ["q_Close", "q_Dequeue"]
    assert queue.dequeue_up_to(2).op.name == "q_DequeueUpTo"
