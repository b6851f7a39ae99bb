"""Traces for Chrome."""

import json

import pytest

import pyengine as tf
from pyengine.python.client.timeline import Timeline


@pytest.fixture
def stats():
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32, [2])
        x = tf.sqrt(fed, name="x")
        with tf.control_dependencies([tf.no_op(name="first")]):
            y = tf.exp(x, name="y")
        metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        sess.run(y, {fed: [1, 2]}, options, metadata)
        return metadata.step_stats


def events(stats, phase, **options):
    trace = json.loads(Timeline(stats).generate_chrome_trace_format(**options))
    return [e for e in trace["traceEvents"] if e["ph"] == phase]


def test_an_event_for_each_op(stats):
    found = {e["args"]["name"]: e for e in events(stats, "X")}
    assert set(found) == {"first", "x", "y"}
    assert found["y"]["args"] == {"name": "y", "op": "Exp", "input0": "x", "input1": "^first"}
    assert found["y"]["dur"] >= 1
    assert found["x"]["ts"] <= found["y"]["ts"]


def test_processes_and_threads_have_names(stats):
    names = {e["name"]: e["args"]["name"] for e in events(stats, "M")}
    assert names["process_name"].endswith("device:CPU:0 Compute")
    assert names["thread_name"] == "MainThread"


def test_arrows_when_asked_for(stats):
    starts, ends = events(stats, "s"), events(stats, "t")
    assert [e["name"] for e in starts] == ["x", "^first"]
    assert [e["id"] for e in ends] == [0, 1]
    assert events(stats, "s", show_dataflow=False) == []


def test_memory_when_asked_for(stats):
    assert events(stats, "C") == []
    assert [e["args"]["cpu"] for e in events(stats, "C", show_memory=True)] == [8, 0, 8]
