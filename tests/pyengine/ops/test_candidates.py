"""Samplers of candidate classes."""

import numpy as np
import pytest

import pyengine as tf

TRUE = np.array([[0], [3]])


def drawn(sampler, runs=1, **settings):
    settings = {"num_true": 1, "num_sampled": 5, "unique": True, "seed": 1, **settings}
    with tf.Graph().as_default(), tf.Session() as sess:
        result = sampler(TRUE, **settings)
        count = settings["num_sampled"]
        assert [t.shape.as_list() for t in result] == [[count], [2, 1], [count]]
        return [sess.run(result) for _ in range(runs)]


@pytest.mark.parametrize(
    "sampler",
    [
        tf.nn.uniform_candidate_sampler,
        tf.nn.log_uniform_candidate_sampler,
        tf.nn.learned_unigram_candidate_sampler,
    ],
)
def test_distinct_classes(sampler):
    first, second = drawn(sampler, runs=2, range_max=8)
    assert sorted(set(first.sampled_candidates)) == sorted(first.sampled_candidates)
    assert first.sampled_candidates.tolist() != second.sampled_candidates.tolist()
    assert ((first.sampled_expected_count > 0) & (first.sampled_expected_count <= 1)).all()
    assert drawn(sampler, range_max=8)[0].sampled_candidates.tolist() == (
        first.sampled_candidates.tolist()
    )


def test_expected_counts_of_repeated_draws():
    (got,) = drawn(tf.nn.uniform_candidate_sampler, range_max=8, unique=False, num_sampled=4)
    np.testing.assert_allclose(got.true_expected_count, [[0.5], [0.5]])
    (got,) = drawn(tf.nn.log_uniform_candidate_sampler, range_max=8, unique=False, num_sampled=4000)
    chances = np.log((np.arange(8) + 2) / (np.arange(8) + 1)) / np.log(9)
    np.testing.assert_allclose(got.true_expected_count[:, 0], 4000 * chances[[0, 3]], rtol=1e-5)
    counts = np.bincount(got.sampled_candidates, minlength=8)
    np.testing.assert_allclose(counts / 4000, chances, atol=0.03)


def test_learned_weights_grow_with_true_classes():
    runs = drawn(
        tf.nn.learned_unigram_candidate_sampler, runs=2, range_max=4, unique=False, num_sampled=3
    )
    np.testing.assert_allclose(runs[0].true_expected_count, [[0.75], [0.75]])
    np.testing.assert_allclose(runs[1].true_expected_count, [[1.0], [1.0]])


def test_given_weights(tmp_path):
    sampler = tf.nn.fixed_unigram_candidate_sampler
    settings = {"range_max": 5, "unique": False, "num_sampled": 100}
    (got,) = drawn(sampler, unigrams=[1.0, 0.0, 0.0, 3.0], num_reserved_ids=1, **settings)
    assert set(got.sampled_candidates) == {1, 4}
    np.testing.assert_allclose(got.true_expected_count, [[0.0], [0.0]])
    file = tmp_path / "vocabulary"
    file.write_text("a,2\nb,1\nc,1\nd,1\ne,1\n")
    (got,) = drawn(sampler, vocab_file=str(file), distortion=2.0, **settings)
    np.testing.assert_allclose(got.true_expected_count, [[50.0], [12.5]])
    with pytest.raises(ValueError, match="either vocab_file or unigrams"):
        drawn(sampler, **settings)


def test_all_classes():
    (got,) = drawn(tf.nn.all_candidate_sampler)
    assert got.sampled_candidates.tolist() == [0, 1, 2, 3, 4]
    assert got.true_expected_count.tolist() == [[1], [1]]


def test_more_distinct_classes_than_there_are():
    with pytest.raises(ValueError, match="distinct classes"):
        drawn(tf.nn.uniform_candidate_sampler, range_max=4)
    with pytest.raises(ValueError, match="only 1 have a weight"):
        drawn(tf.nn.fixed_unigram_candidate_sampler, range_max=5, unigrams=[1, 0, 0, 0, 0])
