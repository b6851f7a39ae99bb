"""Graphs of resource variables, as GraphDefs that TensorFlow reads."""

import pytest

import pyengine as tf
from pyengine.handle_variable import new_handle_variable
from pyengine.ops.training import apply_momentum
from pyengine.protos.op_table import signature


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def v(graph):
    return new_handle_variable(lambda: tf.constant([1.0, 2.0]), tf.float32, "v")


def exported(graph):
    graph_def = graph.as_graph_def(add_shapes=True)
    assert all(signature(node.op) for node in graph_def.node)
    names = [node.name for node in graph_def.node]
    assert len({*names}) == len(names)
    return graph_def


def ran(graph_def, *fetches, feed=None, first=("v/Assign",)):
    """What fetches are in the graph that a GraphDef makes, one after the other."""
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.import_graph_def(graph_def, name="")
        for name in first:
            sess.run(name)
        return [sess.run(fetch, feed) for fetch in fetches]


def test_a_change_is_an_op_of_tensorflows_and_its_output_a_read(graph, v):
    tf.multiply(tf.assign_add(v, [1.0, 1.0], name="added"), 10.0, name="times")
    graph_def = exported(graph)
    nodes = {n.name: n for n in graph_def.node}
    assert (nodes["added"].op, nodes["added/Resource"].op) == (
        "ReadVariableOp", "AssignAddVariableOp",
    )  # fmt: skip
    assert nodes["added"].input == ["v", "^added/Resource"]
    assert nodes["added/Resource"].attr["dtype"].type == int(tf.float32)
    assert "use_locking" not in nodes["added/Resource"].attr
    added, times = ran(graph_def, "added:0", "times:0")
    assert (added.tolist(), times.tolist()) == ([2.0, 3.0], [30.0, 40.0])


def test_changes_of_changes_come_after_them(graph, v):
    tf.identity(tf.assign_sub(tf.assign(v, [5.0, 6.0]), [1.0, 1.0]), name="last")
    (last,) = ran(exported(graph), "last:0")
    assert last.tolist() == [4.0, 5.0]


def test_scatters_and_checks(graph, v):
    tf.identity(tf.scatter_update(v, [1], [9.0]), name="scattered")
    tf.is_variable_initialized(v, name="is_there")
    scattered, is_there = ran(exported(graph), "scattered:0", "is_there:0")
    assert scattered.tolist() == [1.0, 9.0]
    assert is_there
    (is_there,) = ran(exported(graph), "is_there:0", first=())
    assert not is_there


def test_what_reads_a_reference_reads_the_variable(graph, v):
    with tf.control_dependencies([v.assign_add([1.0, 1.0])]):
        tf.identity(v._ref(), name="read_later")
    graph_def = exported(graph)
    (later,) = ran(graph_def, "read_later:0")
    assert later.tolist() == [2.0, 3.0]
    node = next(n for n in graph_def.node if n.name == "v/Reference")
    assert (node.op, node.attr["T"].type) == ("Identity", int(tf.resource))
    assert not node.attr["_output_shapes"].list.shape[0].dim


def test_loops_and_branches(graph, v):
    def body(i):
        with tf.control_dependencies([v.assign_add([1.0, 1.0])]):
            return i + 1

    with tf.control_dependencies([tf.while_loop(lambda i: i < 3, body, [0])]):
        flag = tf.placeholder(tf.bool, [], name="flag")
        chosen = tf.cond(flag, lambda: v.assign_sub([10.0, 10.0]), lambda: v.read_value())
    tf.identity(chosen, name="chosen")
    graph_def = exported(graph)
    for value, expected in ((True, [-6.0, -5.0]), (False, [4.0, 5.0])):
        (found,) = ran(graph_def, "chosen:0", feed={"flag:0": value})
        assert found.tolist() == expected


@pytest.mark.parametrize(
    "optimizer",
    [
        tf.train.AdamOptimizer(0.125),
        tf.train.MomentumOptimizer(0.125, 0.5),
        tf.train.FtrlOptimizer(0.5),
        tf.train.RMSPropOptimizer(0.125),
    ],
)
def test_training_goes_on_in_the_graph_that_was_exported(graph, v, optimizer, tmp_path):
    optimizer.minimize(tf.reduce_sum(v * v), name="step")
    assert all(s._is_resource for s in tf.global_variables() if s.op.name.startswith("v/"))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        path = saver.save(sess, str(tmp_path / "model"))
        sess.run("step")
        expected = sess.run(v)
    exported(graph)
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.train.import_meta_graph(path + ".meta").restore(sess, path)
        sess.run("step")
        (again,) = tf.trainable_variables()
        assert sess.run(again).tolist() == expected.tolist()


def test_what_tensorflow_has_no_op_for_is_refused(graph, v):
    other = tf.Variable([1.0, 2.0])
    apply_momentum(v, other, 0.1, [1.0, 1.0], 0.9)
    with pytest.raises(TypeError, match="together with others"):
        graph.as_graph_def()


def test_references_to_other_variables_stay(graph):
    w = tf.Variable(1.0, name="w")
    tf.assign_add(w, 1.0, name="added")
    assert {n.name: n.op for n in graph.as_graph_def().node}["added"] == "AssignAdd"
