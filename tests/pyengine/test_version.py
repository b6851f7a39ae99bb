"""The versions under `tf.version`."""

import pyengine as tf


def test_versions_are_those_at_the_top():
    names = [n for n in vars(tf.version) if n.isupper()]
    assert len(names) == 6
    for name in names:
        assert getattr(tf.version, name) == getattr(tf, name)
