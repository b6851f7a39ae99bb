"""What all distributions have in common."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.distributions.base import new_seed

D = tf.distributions


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_shapes(sess):
    loc = tf.placeholder(tf.float32, [None, 1])
    one, many = D.Normal(0.0, 1.0), D.Normal(loc, [1.0, 2.0])
    assert (one.batch_shape.as_list(), many.batch_shape.as_list()) == ([], [None, 2])
    assert many.event_shape.as_list() == []
    feed = {loc: [[0.0], [1.0], [2.0]]}
    assert sess.run(many.batch_shape_tensor(), feed).tolist() == [3, 2]
    assert sess.run(many.event_shape_tensor()).tolist() == []
    assert sess.run([one.is_scalar_batch(), one.is_scalar_event()]) == [True, True]
    assert not sess.run(many.is_scalar_batch(), feed)
    drawn = many.sample([4, 5])
    assert drawn.shape.as_list() == [4, 5, None, 2]
    assert sess.run(drawn, feed).shape == (4, 5, 3, 2)
    count = tf.placeholder(tf.int32, [1])
    assert sess.run(one.sample(count), {count: [6]}).shape == (6,)


def test_what_it_was_made_with(sess):
    normal = D.Normal(1.0, 2.0, name="n")
    assert normal.name == "n/"
    assert normal.parameters == {
        "loc": 1.0, "scale": 2.0, "validate_args": False, "allow_nan_stats": True, "name": "n",
    }  # fmt: skip
    assert normal.dtype is tf.float32
    assert (normal.validate_args, normal.allow_nan_stats) == (False, True)
    assert normal.reparameterization_type is D.FULLY_REPARAMETERIZED
    assert "FULLY" in repr(normal.reparameterization_type)
    assert sess.run(normal.copy(loc=5.0).mean()) == 5
    assert "batch_shape=()" in repr(normal)
    assert normal.mean().op.name.startswith("n/mean/")


def test_what_it_has_not_is_named(sess):
    with pytest.raises(NotImplementedError, match="covariance is not implemented: Normal"):
        D.Normal(0.0, 1.0).covariance()
    with pytest.raises(NotImplementedError, match="quantile is not implemented: Uniform"):
        D.Uniform().quantile(0.5)


def test_what_is_not_defined_is_nan_or_an_error(sess):
    found = sess.run(D.StudentT([0.5, 3.0], 0.0, 1.0).mean())
    assert np.isnan(found[0])
    assert found[1] == 0
    strict = D.StudentT([0.5, 3.0], 0.0, 1.0, allow_nan_stats=False)
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(strict.mean())


def test_arguments_are_checked_if_asked_for(sess):
    sess.run(D.Normal(0.0, -1.0).mean())
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(D.Normal(0.0, tf.placeholder_with_default(-1.0, []), validate_args=True).stddev())
    with pytest.raises(tf.errors.InvalidArgumentError):
        low = tf.placeholder_with_default(2.0, [])
        sess.run(D.Uniform(low, 1.0, validate_args=True).mean())


def test_dtypes_must_be_one(sess):
    with pytest.raises((TypeError, ValueError)):
        D.Normal(tf.constant(0.0), tf.constant(1.0, tf.float64))
    assert D.Normal(np.float64(0), tf.constant(1.0, tf.float64)).dtype is tf.float64
    with pytest.raises(ValueError, match="logits, but not both"):
        D.Bernoulli(logits=0.0, probs=0.5)


def test_seeds():
    assert new_seed(None, "beta") is None
    assert new_seed(5, "beta") != new_seed(5, "student_t")
    draws = []
    for _ in range(2):
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.set_random_seed(7)
            draws.append(sess.run(D.Beta(2.0, 3.0).sample(5, seed=5)))
    np.testing.assert_array_equal(*draws)


def test_samples_have_gradients_in_the_parameters(sess):
    loc, scale = tf.constant(1.0), tf.constant(2.0)
    drawn = D.Normal(loc, scale).sample(100, seed=1)
    slopes = tf.gradients(drawn, [loc, scale])
    x, (d_loc, d_scale) = sess.run([drawn, slopes])
    assert d_loc == 100
    np.testing.assert_allclose(d_scale, ((x - 1) / 2).sum(), rtol=1e-4, atol=1e-4)
