"""What runs several processes is refused."""

import pytest

import pyengine as tf


@pytest.mark.parametrize("name", ["ClusterSpec", "Server", "SyncReplicasOptimizer"])
def test_distributed_parts_are_refused(name):
    with pytest.raises(AttributeError, match=f"train.{name} is a part of distributed TensorFlow"):
        getattr(tf.train, name)
