"""What all distributions have: dtypes, shapes, names."""

import numpy as np
import pytest

import pyengine as tf

ds = tf.contrib.distributions


def test_plain_numbers_take_the_dtype_of_tensors():
    with tf.Graph().as_default():
        theta = tf.Variable(np.zeros(3))
        assert ds.Normal(theta, 1).dtype == tf.float64
        assert ds.Normal(0, 1).dtype == tf.float32
        assert ds.Normal(tf.constant(0.0), np.ones(3)).dtype == tf.float32
        with pytest.raises(TypeError, match="scale is of dtype float32, and should be float64"):
            ds.Normal(theta, tf.constant(1.0))
        with pytest.raises(TypeError, match="floating"):
            ds.Normal(tf.constant(0), 1.0)


def test_shapes():
    with tf.Graph().as_default(), tf.Session() as sess:
        rows = tf.placeholder(tf.float32, [None, 1])
        d = ds.Normal(rows, tf.ones([4]))
        assert d.batch_shape.as_list() == [None, 4] and d.event_shape.as_list() == []
        assert d.sample([2, 3]).shape.as_list() == [2, 3, None, 4]
        assert d.sample().shape.as_list() == [None, 4]
        assert d.sample(2.0).shape.as_list() == [2, None, 4]  # R's 2
        feeds = {rows: np.zeros((5, 1))}
        assert sess.run(d.batch_shape_tensor(), feeds).tolist() == [5, 4]
        assert sess.run(d.sample([2, 3]), feeds).shape == (2, 3, 5, 4)
        assert not sess.run(d.is_scalar_batch(), feeds) and sess.run(d.is_scalar_event(), feeds)
        count = tf.placeholder(tf.int32, [])
        assert sess.run(d.sample(count), {count: 6, **feeds}).shape == (6, 5, 4)


def test_names_and_parameters():
    with tf.Graph().as_default():
        d = ds.Normal(0.0, 1.0, name="prior")
        assert d.name == "prior/" and d.log_prob(1.0).name.startswith("prior/log_prob/")
        assert d.sample(3).name == "prior/sample/Reshape:0"
        assert d.parameters["scale"] == 1.0 and "self" not in d.parameters
        other = d.copy(loc=2.0)
        assert other.parameters["loc"] == 2.0 and other.name == "prior_1/"
        assert repr(d) == (
            "<tf.distributions.Normal 'prior/' batch_shape=() event_shape=() dtype=float32>"
        )
        assert d.is_continuous and not ds.Poisson(1.0).is_continuous
        assert "FULLY" in repr(d.reparameterization_type)


def test_what_a_distribution_lacks_is_said():
    with tf.Graph().as_default():
        with pytest.raises(NotImplementedError, match="Gamma has no quantile"):
            ds.Gamma(1.0, 1.0).quantile(0.5)
        with pytest.raises(NotImplementedError, match="Normal has no covariance"):
            ds.Normal(0.0, 1.0).covariance()


def test_the_shapes_of_parameters_follow_from_that_of_a_draw():
    assert ds.Uniform.param_static_shapes([3, 2]) == {"low": [3, 2], "high": [3, 2]}
    with tf.Graph().as_default(), tf.Session() as sess:
        found = sess.run(ds.HalfNormal.param_shapes(tf.constant([4])))
        assert {name: shape.tolist() for name, shape in found.items()} == {"scale": [4]}
        with pytest.raises(NotImplementedError, match="Dirichlet does not tell the shapes"):
            ds.Dirichlet.param_shapes([3])
    with pytest.raises(ValueError, match="fully defined"):
        ds.Normal.param_static_shapes([None])
