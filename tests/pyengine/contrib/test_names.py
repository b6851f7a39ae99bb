"""What `tf.contrib` has, and how it says what it has not."""

import pytest

import pyengine as tf


def test_distributions_are_those_of_tf():
    assert tf.contrib.distributions is tf.distributions


def test_what_is_not_there_is_told_from_what_is_misspelt():
    with pytest.raises(AttributeError, match=r"tf\.contrib\.eager is a part of TensorFlow"):
        tf.contrib.eager.defun
    with pytest.raises(AttributeError, match="has no attribute 'layer'"):
        tf.contrib.layer
