"""Triangular matrices, inverses, seeds."""

import numpy as np
import pytest
import scipy.stats

import pyengine as tf
from pyengine.distributions.util import gen_new_seed

ds = tf.contrib.distributions


@pytest.mark.parametrize(
    ("upper", "wanted"),
    [
        (False, [[4, 0, 0], [6, 5, 0], [3, 2, 1]]),  # TensorFlow Probability's own examples
        (True, [[1, 2, 3], [0, 5, 6], [0, 0, 4]]),
    ],
)
def test_fill_triangular(upper, wanted):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = np.arange(1, 13).reshape(2, 6)
        filled = ds.fill_triangular(x, upper=upper)
        assert sess.run(filled)[0].tolist() == wanted
        assert filled.shape.as_list() == [2, 3, 3]
        assert sess.run(ds.fill_triangular_inverse(filled, upper=upper)).tolist() == x.tolist()
        with pytest.raises(ValueError, match="does not correspond to a triangular"):
            ds.fill_triangular([1.0, 2.0])


def test_softplus_inverse():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = np.array([1e-8, 0.5, 3.0, 50.0])
        np.testing.assert_allclose(sess.run(tf.nn.softplus(ds.softplus_inverse(x))), x)


def test_logits_or_probs():
    with pytest.raises(ValueError, match="probs or logits, but not both"):
        ds.Bernoulli()
    with pytest.raises(ValueError, match="probs or logits, but not both"):
        ds.Bernoulli([0.0], [0.5])


def test_seeds():
    assert gen_new_seed(None, "beta") is None
    assert gen_new_seed(11, "beta") == gen_new_seed(11, "beta") != gen_new_seed(12, "beta")


@pytest.mark.parametrize(
    ("distribution", "probs", "message"),
    [
        (ds.Bernoulli, [1.5], "greater than 1"),
        (ds.Bernoulli, [-0.5], "less than 0"),
        (ds.Categorical, [0.5, 0.6], "does not sum to 1"),
    ],
)
def test_probabilities_are_checked_where_it_is_asked_for(distribution, probs, message):
    with tf.Graph().as_default(), tf.Session() as sess:
        given = tf.placeholder(tf.float32, [len(probs)])
        sess.run(distribution(probs=given).entropy(), {given: probs})
        checked = distribution(probs=given, validate_args=True)
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(checked.entropy(), {given: probs})


def test_both_tails_of_the_normal():
    x = np.array([-40.0, -12, 0, 3, 9, 30])
    with tf.Graph().as_default(), tf.Session() as sess:
        normal = ds.Normal(np.float64(0), np.float64(1))
        found = sess.run([normal.log_cdf(x), normal.log_survival_function(-x)])
    for got in found:
        np.testing.assert_allclose(got, scipy.stats.norm.logcdf(x), rtol=1e-5, atol=1e-300)
