"""What `tf.contrib` has, and how it says what it has not."""

import pytest

import pyengine as tf


def test_distributions_are_those_of_tf_and_more():
    assert tf.contrib.distributions.Normal is tf.distributions.Normal
    assert not hasattr(tf.distributions, "MultivariateNormalDiag")
    assert issubclass(
        tf.contrib.distributions.MultivariateNormalDiag, tf.distributions.Distribution
    )


def test_what_is_not_there_is_told_from_what_is_misspelt():
    with pytest.raises(AttributeError, match=r"tf\.contrib\.eager is a part of TensorFlow"):
        tf.contrib.eager.defun
    with pytest.raises(AttributeError, match="has no attribute 'layer'"):
        tf.contrib.layer
