"""Conditional random fields, against all sequences of tags one by one."""

import itertools

import numpy as np
import pytest

import pyengine as tf

crf = tf.contrib.crf
BATCH, TIME, TAGS = 4, 4, 3
LENGTHS = [4, 2, 1, 0]


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.fixture
def given():
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(BATCH, TIME, TAGS)).astype(np.float32)
    return scores, rng.normal(size=(TAGS, TAGS)).astype(np.float32)


def score_of(scores, moves, tags):
    own = sum(scores[t, tag] for t, tag in enumerate(tags))
    return own + sum(moves[a, b] for a, b in itertools.pairwise(tags))


def every(scores, moves, length):
    return {
        tags: score_of(scores, moves, tags)
        for tags in itertools.product(range(TAGS), repeat=length)
    }


def test_norms_are_sums_over_all_sequences(sess, given):
    scores, moves = given
    found = sess.run(crf.crf_log_norm(scores, LENGTHS, moves))
    want = [np.log(np.sum(np.exp([*every(s, moves, n).values()]))) for s, n in zip(scores, LENGTHS)]
    np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)


def test_scores_are_those_of_the_tags(sess, given):
    scores, moves = given
    tags = np.array([[0, 1, 2, 0], [2, 2, 1, 1], [1, 0, 0, 0], [2, 1, 0, 1]])
    found = sess.run(crf.crf_sequence_score(scores, tags, LENGTHS, moves))
    want = [score_of(s, moves, t[:n]) for s, t, n in zip(scores, tags, LENGTHS)]
    np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)


def test_only_some_tags_are_allowed(sess, given):
    scores, moves = given
    allowed = np.random.default_rng(2).random((BATCH, TIME, TAGS)) < 0.7
    allowed[..., 0] = True
    found = sess.run(crf.crf_multitag_sequence_score(scores, allowed, LENGTHS, moves))
    for b, n in enumerate(LENGTHS[:3]):
        ways = [
            score
            for tags, score in every(scores[b], moves, n).items()
            if all(allowed[b, t, tag] for t, tag in enumerate(tags))
        ]
        np.testing.assert_allclose(found[b], np.log(np.sum(np.exp(ways))), rtol=1e-5)


def test_likelihoods_are_trained_with_the_transitions(sess, given):
    tags = np.array([[0, 1, 2, 0], [2, 2, 1, 1], [1, 0, 0, 0], [2, 1, 0, 1]])
    likelihood, moves = crf.crf_log_likelihood(tf.constant(given[0]), tags, LENGTHS)
    assert moves.op.name == "transitions"
    assert moves.shape.as_list() == [TAGS, TAGS]
    step = tf.train.AdamOptimizer(0.1).minimize(-tf.reduce_mean(likelihood))
    sess.run(tf.global_variables_initializer())
    before = sess.run(likelihood)
    for _ in range(20):
        sess.run(step)
    after = sess.run(likelihood)
    assert after.mean() > before.mean()
    assert (after <= 0).all()
    assert after[3] == 0


def test_the_best_tags_are_found(sess, given):
    scores, moves = given
    for x in (tf.constant(scores), tf.placeholder(tf.float32)):
        feed = {} if x.shape.ndims else {x: scores}
        tags, best = sess.run(crf.crf_decode(x, moves, LENGTHS), feed)
        assert tags.dtype == np.int32
        for b, n in enumerate(LENGTHS[:3]):
            ways = every(scores[b], moves, n)
            want = max(ways, key=ways.get)
            assert tuple(tags[b]) == want + (0,) * (TIME - n)
            np.testing.assert_allclose(best[b], ways[want], rtol=1e-5)
            alone = crf.viterbi_decode(scores[b, :n], moves)
            assert tuple(alone[0]) == want
            np.testing.assert_allclose(alone[1], ways[want], rtol=1e-5)


def test_sequences_of_one_step(sess, given):
    scores, moves = given[0][:, :1], given[1]
    tags, best = sess.run(crf.crf_decode(scores, moves, [1] * BATCH))
    assert tags.ravel().tolist() == scores[:, 0].argmax(1).tolist()
    np.testing.assert_array_equal(best, scores[:, 0].max(1))
    norm = sess.run(crf.crf_log_norm(scores, [1] * BATCH, moves))
    np.testing.assert_allclose(norm, np.log(np.exp(scores[:, 0]).sum(1)), rtol=1e-6)
