"""Graphs in files."""

import os

import pytest

import pyengine as tf
from pyengine.train.graph_io import read_message


@pytest.mark.parametrize("as_text", [True, False])
def test_graphs_go_there_and_back(tmp_path, as_text):
    with tf.Graph().as_default() as graph:
        tf.constant([1.5, 2.5], name="x")
    folder = tmp_path / "new"
    path = tf.train.write_graph(graph, str(folder), "graph.pb", as_text)
    assert path == os.path.join(str(folder), "graph.pb")
    assert read_message(path, tf.GraphDef) == graph.as_graph_def()
    assert os.listdir(folder) == ["graph.pb"]
    tf.train.write_graph(graph.as_graph_def(), str(folder), "graph.pb", as_text)


def test_text_can_be_read_by_people(tmp_path):
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="x")
    path = tf.train.write_graph(graph, str(tmp_path), "graph.pbtxt")
    with open(path) as file:
        assert 'name: "x"' in file.read()


def test_what_is_no_message_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xff")
    with pytest.raises(OSError, match="Cannot parse file"):
        read_message(str(tmp_path / "x"), tf.GraphDef)
