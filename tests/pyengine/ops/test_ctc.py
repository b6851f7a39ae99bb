"""Connectionist temporal classification: the loss and its decoders."""

import itertools

import numpy as np
import pytest

import pyengine as tf

rng = np.random.default_rng(5)
LOGITS = rng.normal(size=(4, 2, 3))


def merged(path):
    return [v for i, v in enumerate(path) if not i or v != path[i - 1]]


def likelihoods(logits):
    """The probability of each label sequence, by going through all paths."""
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    found = {}
    blank = logits.shape[1] - 1
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        labels = tuple(v for v in merged(path) if v != blank)
        found[labels] = found.get(labels, 0) + np.prod([p[t, v] for t, v in enumerate(path)])
    return found


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def labels():
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1], [2, 2])


def test_the_loss_is_that_of_all_paths(sess):
    loss = sess.run(tf.nn.ctc_loss(labels(), LOGITS, [4, 3]))
    wanted = [likelihoods(LOGITS[:, 0])[0, 1], likelihoods(LOGITS[:3, 1])[1, 1]]
    np.testing.assert_allclose(loss, -np.log(wanted), rtol=1e-9)
    batch_major = tf.nn.ctc_loss(labels(), LOGITS.swapaxes(0, 1), [4, 3], time_major=False)
    np.testing.assert_allclose(sess.run(batch_major), loss)


def test_its_slope(sess):
    x = tf.placeholder(tf.float64, LOGITS.shape)
    total = tf.reduce_sum(tf.nn.ctc_loss(labels(), x, [4, 3]) * [1.0, 2.0])
    slope = sess.run(tf.gradients(total, x)[0], {x: LOGITS})
    numeric = np.zeros_like(LOGITS)
    for at in np.ndindex(*LOGITS.shape):
        step = np.zeros_like(LOGITS)
        step[at] = 1e-5
        up, down = (sess.run(total, {x: LOGITS + s}) for s in (step, -step))
        numeric[at] = (up - down) / 2e-5
    np.testing.assert_allclose(slope, numeric, atol=1e-8)
    with pytest.raises(LookupError, match="second derivative"):
        tf.gradients(tf.gradients(total, x)[0], x)


def test_labels_that_do_not_fit(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match="Not enough time"):
        sess.run(tf.nn.ctc_loss(labels(), LOGITS, [1, 3]))
    ignored = tf.nn.ctc_loss(labels(), LOGITS, [1, 3], ignore_longer_outputs_than_inputs=True)
    assert sess.run(ignored)[0] == 0
    with pytest.raises(TypeError, match="SparseTensor"):
        tf.nn.ctc_loss([[0]], LOGITS, [4, 3])


def test_the_greedy_decoder_takes_the_best_of_each_step(sess):
    logits = np.log(np.eye(3)[[0, 0, 2, 0]] + 1e-3)[:, None]
    (decoded,), score = tf.nn.ctc_greedy_decoder(logits, [4])
    assert sess.run(decoded.values).tolist() == [0, 0]
    assert sess.run(score)[0, 0] == pytest.approx(-4 * np.log(1.001))
    (decoded,), _ = tf.nn.ctc_greedy_decoder(logits, [4], merge_repeated=False)
    assert sess.run(decoded.values).tolist() == [0, 0, 0]


def test_a_wide_beam_finds_the_likeliest_labels(sess):
    decoded, scores = tf.nn.ctc_beam_search_decoder(
        LOGITS, [4, 3], beam_width=100, top_paths=2, merge_repeated=False
    )
    found = sess.run(tf.sparse_tensor_to_dense(decoded[0], default_value=-1))
    for b, length in enumerate((4, 3)):
        exact = sorted(likelihoods(LOGITS[:length, b]).items(), key=lambda item: -item[1])
        assert tuple(v for v in found[b] if v >= 0) == exact[0][0]
        np.testing.assert_allclose(
            np.exp(sess.run(scores)[b]), [p for _, p in exact[:2]], rtol=1e-9
        )
