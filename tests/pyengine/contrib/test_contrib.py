"""The parts of contrib that are there, and those that are not."""

import pytest

import pyengine as tf


def test_what_is_not_there_is_said():
    with pytest.raises(AttributeError, match="gan is a part of TensorFlow that is not"):
        tf.contrib.gan
    with pytest.raises(AttributeError, match="has no attribute 'cfr'"):
        tf.contrib.cfr


def test_every_part_is_there():
    for name in tf.contrib.__all__:
        assert getattr(tf.contrib, name)


def test_parts_that_are_not_there_name_what_does_the_like():
    with pytest.raises(AttributeError, match=r"tf\.contrib\.losses .* not available here: see tf"):
        _ = tf.contrib.losses
    with pytest.raises(AttributeError, match=r"tf\.contrib\.gan .* not available here$"):
        _ = tf.contrib.gan
    with pytest.raises(AttributeError, match=r"tf\.keras .* not available here\. tf\.layers"):
        _ = tf.keras
    with pytest.raises(AttributeError, match=r"tf\.tpu .* not available here$"):
        _ = tf.tpu
