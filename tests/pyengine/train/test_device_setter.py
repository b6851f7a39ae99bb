"""Variables to parameter servers."""

import pytest

import pyengine as tf


def devices(**options):
    with tf.Graph().as_default(), tf.device(tf.train.replica_device_setter(**options)):
        with tf.device("/gpu:1"):
            v = tf.Variable(1.0)
        return v.device, tf.Variable(2.0).device, tf.identity(v).device


def test_devices_are_completed():
    assert devices(ps_tasks=2) == ("/job:ps/task:0/device:GPU:1", "/job:ps/task:1", "/job:worker")
    assert devices(ps_tasks=1, merge_devices=False)[0] == "/device:GPU:1"
    assert devices(ps_tasks=3, ps_strategy=lambda op: 2)[1] == "/job:ps/task:2"
    assert devices(ps_tasks=1, ps_ops=["Identity"])[1:] == ("/job:worker", "/job:ps/task:0")


def test_a_cluster_says_how_many_servers():
    message = tf.train.ClusterDef(job=[{"name": "ps", "tasks": {0: "a:1", 1: "b:1"}}])
    for cluster in ({"ps": ["a:1", "b:1"]}, message):
        assert devices(cluster=cluster)[1] == "/job:ps/task:1"


def test_without_servers_there_is_no_function():
    assert tf.train.replica_device_setter() is None
    assert tf.train.replica_device_setter(cluster={"worker": ["a:1"]}) is None
    with pytest.raises(ValueError, match="cluster must be"):
        tf.train.replica_device_setter(cluster=3)
    with pytest.raises(TypeError, match="callable"):
        tf.train.replica_device_setter(1, ps_strategy=2)
