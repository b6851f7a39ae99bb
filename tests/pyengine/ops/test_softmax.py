"""Softmax and cross-entropies."""

import importlib

import numpy as np
import pytest

import pyengine as tf

LOGITS = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("order", "CF")
def test_softmax_along_any_axis(sess, axis, order):
    x = tf.placeholder(tf.float64, [2, 3])
    got = sess.run(tf.nn.softmax(x, axis), {x: np.asarray(LOGITS, order=order)})
    np.testing.assert_allclose(got, softmax(LOGITS, axis))


def test_log_softmax_is_exact_where_softmax_vanishes(sess):
    assert sess.run(tf.nn.log_softmax(LOGITS))[1].tolist() == [0.0, -1000.0, -2000.0]


def test_an_axis_that_is_not_there_is_refused(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match="range"):
        tf.nn.softmax(LOGITS, 2)
    with pytest.raises(ValueError, match="rank at least 1"):
        tf.nn.softmax(1.0)


def test_cross_entropies_agree(sess):
    logits, classes = np.random.default_rng(0).normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    one_hot = np.eye(3)[classes]
    wanted = -np.log(softmax(logits)[np.arange(5), classes])
    for loss in (
        tf.nn.softmax_cross_entropy_with_logits(labels=one_hot, logits=logits),
        tf.nn.softmax_cross_entropy_with_logits_v2(labels=one_hot, logits=logits),
        tf.nn.softmax_cross_entropy_with_logits_v2(labels=one_hot.T, logits=logits.T, axis=0),
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits),
    ):
        np.testing.assert_allclose(sess.run(loss), wanted)


def test_higher_ranks(sess):
    logits = np.zeros((2, 3, 4))
    assert sess.run(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=np.zeros((2, 3), int), logits=logits)
    ).shape == (2, 3)
    assert sess.run(
        tf.nn.softmax_cross_entropy_with_logits_v2(labels=logits, logits=logits)
    ).shape == (2, 3)


def test_a_certain_mistake_costs_and_zero_labels_cost_nothing(sess):
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=[[1.0, 0.0]], logits=[[0.0, 1e9]])
    assert sess.run(loss).tolist() == [1e9]
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=[[0.0, 1.0]], logits=[[-np.inf, 0.0]])
    assert sess.run(loss).tolist() == [0.0]


def test_gradients_are_probabilities_minus_labels(sess):
    logits = tf.constant(np.random.default_rng(1).normal(size=(4, 3)))
    classes = [0, 1, 2, 0]
    dense = tf.nn.softmax_cross_entropy_with_logits(labels=np.eye(3)[classes], logits=logits)
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits)
    p = softmax(sess.run(logits))
    for loss in (dense, sparse):
        np.testing.assert_allclose(sess.run(tf.gradients(loss, logits))[0], p - np.eye(3)[classes])


def test_what_does_not_fit_is_refused(sess):
    with pytest.raises(ValueError, match="named arguments"):
        tf.nn.softmax_cross_entropy_with_logits(LOGITS, LOGITS)
    with pytest.raises(ValueError, match="Both labels and logits"):
        tf.nn.sigmoid_cross_entropy_with_logits(logits=LOGITS)
    with pytest.raises(ValueError, match="Rank mismatch"):
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[[1]], logits=LOGITS)
    with pytest.raises(ValueError, match="same shape"):
        tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=LOGITS)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"label value of 3 .* \[0, 3\)"):
        sess.run(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 3], logits=LOGITS))


def test_sigmoid_cross_entropy(sess):
    x, z = np.array([-800.0, -1.0, 0.5, 800.0]), np.array([0.0, 1.0, 1.0, 1.0])
    got = sess.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x))
    np.testing.assert_allclose(got, np.logaddexp(0, x) - x * z, atol=1e-12)


def test_an_empty_tensor_has_an_empty_softmax():
    with tf.Graph().as_default(), tf.Session() as session:
        for f in (tf.nn.softmax, tf.nn.log_softmax):
            assert session.run(f(tf.zeros([3, 0]))).shape == (3, 0)


def test_a_class_axis_of_a_rank_that_a_run_knows():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32)
        labels = tf.placeholder(tf.float32)
        loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=x, axis=0)
        value = np.arange(6, dtype=np.float32).reshape(3, 2)
        assert session.run(loss, {x: value, labels: np.eye(3, 2)}).shape == (2,)


@pytest.mark.parametrize("order", ["C", "F", "strided"])
@pytest.mark.parametrize("shape", [(40, 30), (7, 5, 11), (1, 500), (500, 1)])
def test_in_parts_it_is_the_same(shape, order, monkeypatch):
    x = np.random.default_rng(0).normal(size=shape).astype("f") * 5
    value = np.asarray(x, order="F") if order == "F" else x
    value = np.repeat(x, 2, axis=0)[::2] if order == "strided" else value
    module = importlib.import_module("pyengine.ops.softmax")  # not the function of that name
    whole = {}
    for least in (1 << 30, 40):
        monkeypatch.setattr(module, "_LEAST_FOR_PARTS", least)
        with tf.Graph().as_default(), tf.Session() as sess:
            t = tf.placeholder(tf.float32, shape)
            whole[least] = sess.run([tf.nn.softmax(t), tf.nn.log_softmax(t)], {t: value})
    for parted, plain in zip(whole[40], whole[1 << 30]):
        np.testing.assert_allclose(parted, plain, rtol=1e-5, atol=1e-6)
