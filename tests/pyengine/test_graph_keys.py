"""Names of collections."""

import pyengine as tf


def test_the_standard_names_are_tensorflows():
    assert tf.GraphKeys.GLOBAL_VARIABLES == tf.GraphKeys.VARIABLES == "variables"
    assert tf.GraphKeys.TRAINABLE_VARIABLES == "trainable_variables"
    assert tf.GraphKeys.REGULARIZATION_LOSSES == "regularization_losses"
