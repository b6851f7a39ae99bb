"""Checkpoints of objects."""

import os
import pathlib

import numpy as np
import pytest

import pyengine as tf

OBJECTS = str(pathlib.Path(__file__).parents[1] / "recorded" / "objects")


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "folder" / "model")


def recorded():
    """The objects of `record.py`, with other values."""
    w = tf.Variable([0.0, 0.0], name="w")
    b = tf.Variable([[0.0], [0.0]], name="b")
    labels = tf.Variable(["", ""], trainable=False, name="labels")
    scale = tf.make_template(
        "net", lambda x: x * tf.get_variable("scale", initializer=tf.constant(0.0))
    )
    loss = scale(tf.reduce_sum(w * w) * tf.reduce_sum(b * b))
    adam = tf.train.AdamOptimizer(0.125)
    momentum = tf.train.MomentumOptimizer(0.001, 0.5)
    adam.minimize(loss, var_list=[w, b])
    momentum.minimize(loss)
    inner = tf.train.Checkpoint(b=b, again=w, scale=scale)
    things = [labels, {"b": b}, tf.Variable(0, name="seven", trainable=False)]
    root = tf.train.Checkpoint(
        optimizers={"adam": adam, "momentum": momentum}, model=inner, w=w, things=things
    )
    return root, labels


def check_recorded(sess, labels):
    with np.load(OBJECTS + ".npz") as expected:
        assert len(expected) == 13
        for variable in tf.global_variables():
            if variable.op.name in expected:
                np.testing.assert_array_equal(sess.run(variable), expected[variable.op.name])
    assert sess.run(labels).tolist() == [b"zero", b"one"]


def test_what_tensorflow_wrote_is_restored():
    root, labels = recorded()
    with tf.Session() as sess:
        root.read(OBJECTS).assert_consumed().run_restore_ops()
        check_recorded(sess, labels)


def test_what_is_written_is_what_tensorflow_wrote(path):
    root, _ = recorded()
    with tf.Session() as sess:
        root.read(OBJECTS).run_restore_ops()
        assert root.write(path, sess) == path
    mine, theirs = tf.train.load_checkpoint(path), tf.train.load_checkpoint(OBJECTS)
    names = theirs.get_variable_to_shape_map()
    assert mine.get_variable_to_shape_map() == names
    for name in names:
        if name != "_CHECKPOINTABLE_OBJECT_GRAPH":
            np.testing.assert_array_equal(mine.get_tensor(name), theirs.get_tensor(name))
    graphs = [
        tf.protos.TrackableObjectGraph.FromString(r.get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"))
        for r in (mine, theirs)
    ]
    for graph in graphs:
        for node in graph.nodes:
            node.DiscardUnknownFields()  # which TensorFlow 2 has added
    assert graphs[0] == graphs[1]


def test_a_saver_restores_by_the_names_in_it():
    _, labels = recorded()
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, OBJECTS)
        check_recorded(sess, labels)
        count = len(tf.get_default_graph().get_operations())
        saver.restore(sess, OBJECTS)
        assert len(tf.get_default_graph().get_operations()) == count
        more = tf.train.Saver([tf.Variable(1.0, name="more")])
        with pytest.raises(tf.errors.NotFoundError, match="not in the checkpoint: more"):
            more.restore(sess, OBJECTS)


def test_saves_are_numbered_and_noted(path):
    v = tf.Variable(3.0)
    root = tf.train.Checkpoint(v=v)
    with tf.Session() as sess:
        sess.run(v.initializer)
        first = root.save(path)
        count = len(tf.get_default_graph().get_operations())
        second = root.save(path, session=sess)
        assert len(tf.get_default_graph().get_operations()) == count
    assert (first, second) == (f"{path}-1", f"{path}-2")
    assert tf.train.latest_checkpoint(os.path.dirname(path)) == second
    with tf.Session() as sess:
        root.restore(first).assert_consumed().run_restore_ops()
        assert sess.run([v, root.save_counter]) == [3.0, 1]
        assert root.save(path) == second


def test_what_is_saved_follows_the_attributes(path):
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    root = tf.train.Checkpoint(v=v)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        root.write(path)
        root.w = [w]
        del root.v
        root.write(path + "2")
    assert tf.train.list_variables(path)[1:] == [("v/.ATTRIBUTES/VARIABLE_VALUE", [])]
    assert tf.train.list_variables(path + "2")[1:] == [("w/0/.ATTRIBUTES/VARIABLE_VALUE", [])]


def test_a_path_without_folder(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    v = tf.Variable(1.0)
    with tf.Session():
        v.initializer.run()
        assert tf.train.Checkpoint(v=v).save("model") == "model-1"
    assert tf.train.latest_checkpoint(".") == "./model-1"


def test_tables_and_partitioned_variables_go_there_and_back(path):
    def model(keys):
        with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2)):
            layer = tf.layers.Dense(3, name="d", use_bias=False)
            layer(tf.ones([1, 4]))
        table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1)
        return layer, table, tf.train.Checkpoint(layer=layer, table=table)

    with tf.Graph().as_default(), tf.Session() as sess:
        layer, table, root = model(["a"])
        sess.run(tf.global_variables_initializer())
        sess.run(table.insert(["a", "b"], tf.constant([1, 2], tf.int64)))
        expected = sess.run(layer.kernel.as_tensor())
        saved = root.save(path)
    with tf.Graph().as_default(), tf.Session() as sess:
        layer, table, root = model(["b"])
        status = root.restore(saved)
        status.assert_consumed().run_restore_ops()
        np.testing.assert_array_equal(sess.run(layer.kernel.as_tensor()), expected)
        assert sess.run(table.lookup(["b", "c"])).tolist() == [2, -1]


@pytest.mark.parametrize("value", [3, None, "w", (1, 2), tf.Variable])
def test_what_cannot_be_saved_is_refused(value):
    with pytest.raises(ValueError, match="expecting a trackable object"):
        tf.train.Checkpoint(value=value)


def test_a_session_is_needed(path):
    root = tf.train.Checkpoint(v=tf.Variable(1.0))
    for save in (root.save, root.write):
        with pytest.raises(RuntimeError, match="without a session"):
            save(path)
    with tf.Session(), pytest.raises(tf.errors.FailedPreconditionError):
        root.write(path)
    with pytest.raises(tf.errors.NotFoundError):
        root.restore(path)
