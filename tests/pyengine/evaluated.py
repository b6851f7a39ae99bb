"""The values of tensors, for tests."""

import pyengine as tf


def value(fetches, feeds=None):
    """What a new session gives for the fetches."""
    with tf.Session() as sess:
        return sess.run(fetches, feeds)


def listed(fetches, feeds=None):
    """The same, an array as a nested list."""
    found = value(fetches, feeds)
    return found.tolist() if hasattr(found, "tolist") else found
