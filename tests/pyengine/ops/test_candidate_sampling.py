"""Samplers of classes."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.candidate_sampling import _Words
from pyengine.ops.philox import Philox

TRUE = np.array([[0, 4], [1, 2]])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def log_uniform(k, n):
    return np.log((k + 2) / (k + 1)) / np.log(n + 1)


@pytest.mark.parametrize(
    ("name", "extra", "wanted"),
    [
        ("uniform", {}, np.full(8, 1 / 8)), ("log_uniform", {}, log_uniform(np.arange(8.0), 8)),
        ("fixed_unigram", {"unigrams": [1, 2, 3, 4, 5, 6, 7], "num_reserved_ids": 1},
         np.arange(8) / 28),
    ],
)  # fmt: skip
def test_frequencies_and_expectations(sess, name, extra, wanted):
    sampler = getattr(tf.nn, f"{name}_candidate_sampler")
    found = sampler(TRUE, 2, 20000, False, 8, seed=1, **extra)
    assert [t.shape.as_list() for t in found] == [[20000], [2, 2], [20000]]
    drawn, of_true, of_drawn = sess.run(found)
    np.testing.assert_allclose(np.bincount(drawn, minlength=8) / 20000, wanted, atol=0.015)
    np.testing.assert_allclose(of_true, 20000 * wanted[TRUE], rtol=1e-4)
    np.testing.assert_allclose(of_drawn, 20000 * wanted[drawn], rtol=1e-4)
    assert not np.array_equal(sess.run(found[0]), drawn)


def test_without_repetition(sess):
    found = tf.nn.log_uniform_candidate_sampler(TRUE, 2, 6, True, 8)
    for _ in range(10):
        drawn, of_true, of_drawn = sess.run(found)
        assert len(set(drawn.tolist())) == 6
        assert 0 < of_drawn.min() <= of_drawn.max() <= 6 * log_uniform(0.0, 8) + 1e-5
        assert of_true.shape == (2, 2)
    with pytest.raises(ValueError, match="num_sampled"):
        tf.nn.uniform_candidate_sampler(TRUE, 2, 9, True, 8)
    with pytest.raises(ValueError):
        tf.nn.uniform_candidate_sampler(TRUE, 3, 4, True, 8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside"):
        sess.run(tf.nn.uniform_candidate_sampler(TRUE, 2, 4, False, 4))


def test_learning_and_all(sess):
    found = tf.nn.learned_unigram_candidate_sampler(np.zeros((50, 1), int), 1, 100, False, 3)
    assert sess.run(found[1])[0, 0] == pytest.approx(100 / 3)
    assert sess.run(found[1])[0, 0] == pytest.approx(100 * 51 / 53)
    drawn, *_ = sess.run(tf.nn.all_candidate_sampler(TRUE, 2, 5, True))
    assert drawn.tolist() == [0, 1, 2, 3, 4]


def test_a_file_of_weights(sess, tmp_path):
    path = tmp_path / "vocabulary.csv"
    path.write_text("a,4\nb,0\nc,9\n")
    found = tf.nn.fixed_unigram_candidate_sampler(
        [[0]], 1, 50, False, 3, vocab_file=str(path), distortion=0.5
    )
    drawn, of_true, _ = sess.run(found)
    assert set(drawn.tolist()) <= {0, 2}
    assert of_true[0, 0] == pytest.approx(50 * 2 / 5)
    wrong = tf.nn.fixed_unigram_candidate_sampler([[0]], 1, 5, False, 4, vocab_file=str(path))
    with pytest.raises(tf.errors.InvalidArgumentError, match="range_max"):
        sess.run(wrong)


def test_accidental_hits(sess):
    rows, places, lowest = sess.run(tf.nn.compute_accidental_hits(TRUE, [2, 7, 0], 2))
    assert list(zip(rows.tolist(), places.tolist())) == [(0, 2), (1, 0)]
    assert lowest.tolist() == [-np.finfo(np.float32).max] * 2


@pytest.mark.parametrize(
    ("name", "unique", "extra", "wanted"),
    [
        ("uniform", False, {}, [4, 5, 0, 1, 6, 0]), ("uniform", True, {}, [4, 5, 0, 1, 6, 2]),
        ("log_uniform", True, {}, [6, 5, 4, 3, 1, 7]),
        ("learned_unigram", False, {}, [4, 4, 5, 3, 0, 6]),
        ("fixed_unigram", True, {"unigrams": [1, 2, 3, 4, 5, 6, 7], "num_reserved_ids": 1},
         [4, 7, 5, 6, 3, 2]),
    ],
)  # fmt: skip
def test_classes_are_those_of_tensorflow(sess, name, unique, extra, wanted):
    tf.set_random_seed(42)
    sampler = getattr(tf.nn, f"{name}_candidate_sampler")
    assert sess.run(sampler(TRUE, 2, 6, unique, 8, seed=7, **extra)[0]).tolist() == wanted


def test_shards_of_weights(sess):
    tf.set_random_seed(42)
    weights = {"unigrams": [1, 2, 3, 4, 5, 6, 7], "num_reserved_ids": 1, "num_shards": 3}
    one = tf.nn.fixed_unigram_candidate_sampler([[0]], 1, 6, False, 3, shard=0, seed=3, **weights)
    two = tf.nn.fixed_unigram_candidate_sampler([[0]], 1, 6, False, 2, shard=1, seed=3, **weights)
    assert sess.run(one[0]).tolist() == [2, 1, 2, 2, 1, 2]
    assert sess.run(two[0]).tolist() == [1, 1, 1, 0, 0, 1]
    assert sess.run(two[1]).tolist() == [[pytest.approx(6 * 2 / 7)]]


def test_the_last_place_of_a_class_counts(sess):
    rows, places, _ = sess.run(tf.nn.compute_accidental_hits(TRUE, [2, 7, 0, 2], 2))
    assert list(zip(rows.tolist(), places.tolist())) == [(0, 2), (1, 3)]


def test_refused_words_move_what_comes_after():
    class Fixed(Philox):
        def blocks(self, numbers):
            words = np.array([0, 5, 1, 0, 7, 9, 3, 8], np.uint32).reshape(2, 4)
            return words[np.asarray(numbers, np.int64)]

    # Of 2**32 words 2**32 % 3 == 1 is refused: the word 0.
    assert _Words(Fixed(1, 2), 1).below(3, 4).tolist() == [2, 1, 1, 0]
