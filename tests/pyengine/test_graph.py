"""Graphs: names, scopes, defaults."""

import threading

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


class TestNames:
    def test_are_made_unique_without_regard_to_case(self, graph):
        names = [tf.constant(1.0, name=n).op.name for n in ("a", "a", "A", "a_1", "a")]
        assert names == ["a", "a_1", "A_2", "a_1_1", "a_3"]

    def test_scopes_prefix_and_are_unique_too(self, graph):
        with tf.name_scope("in") as first:
            x = tf.constant(1.0, name="x")
        with tf.name_scope("in") as second:
            y = tf.constant(1.0, name="x")
        with tf.name_scope(first):
            z = tf.constant(1.0, name="x")
        assert (first, second) == ("in/", "in_1/")
        assert [t.name for t in (x, y, z)] == ["in/x:0", "in_1/x:0", "in/x_1:0"]

    def test_none_leads_back_to_the_root(self, graph):
        with graph.name_scope("a"), graph.name_scope(None) as root:
            assert root == ""
            assert tf.constant(1.0, name="x").op.name == "x"

    @pytest.mark.parametrize("name", ["-x", "a b", "ü"])
    def test_bad_names_are_refused(self, graph, name):
        with pytest.raises(ValueError, match="not a valid"):
            tf.constant(1.0, name=name)
        with pytest.raises(ValueError, match="not a valid scope name"), tf.name_scope(name):
            pass

    def test_values_that_become_constants_are_named_in_the_scope_of_their_op(self, graph):
        y = tf.add(tf.constant(1.0, name="x"), 2.0, name="sum")
        assert y.op.name == "sum"
        assert y.op.inputs[1].op.name == "sum/y"


class TestElements:
    def test_are_found_by_name(self, graph):
        x = tf.constant(1.0, name="x")
        assert graph.get_tensor_by_name("x:0") is x
        assert graph.get_operation_by_name("x") is x.op
        assert graph.as_graph_element("x") is x.op
        assert graph.get_operations() == [x.op]

    @pytest.mark.parametrize("name", ["nope", "nope:0", "x:1"])
    def test_what_is_missing_is_a_key_error(self, graph, name):
        tf.constant(1.0, name="x")
        with pytest.raises(KeyError, match=name):
            graph.as_graph_element(name)

    def test_wrong_forms_are_value_errors(self, graph):
        tf.constant(1.0, name="x")
        with pytest.raises(ValueError, match="x:0"):
            graph.get_tensor_by_name("x")
        with pytest.raises(ValueError, match="refer to a Tensor"):
            graph.get_operation_by_name("x:0")
        with pytest.raises(TypeError, match="float"):
            graph.as_graph_element(1.5)

    def test_elements_of_another_graph_are_refused(self, graph):
        x = tf.constant(1.0)
        with pytest.raises(ValueError, match="not an element of this graph"):
            tf.Graph().as_graph_element(x)

    def test_tensors_of_two_graphs_do_not_mix(self, graph):
        x = tf.constant(1.0)
        with tf.Graph().as_default():
            y = tf.constant(1.0)
        with pytest.raises(ValueError, match="same graph"):
            tf.add(x, y)

    def test_an_op_goes_to_the_graph_of_its_inputs(self, graph):
        x = tf.constant(1.0)
        with tf.Graph().as_default():
            assert tf.add(x, 1.0).graph is graph


class TestTensor:
    def test_says_what_it_is(self, graph):
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        assert repr(x) == "<tf.Tensor 'x:0' shape=(?, 3) dtype=float32>"
        assert str(x) == 'Tensor("x:0", shape=(?, 3), dtype=float32)'
        assert "Placeholder" in repr(x.op)

    def test_has_no_value_yet(self, graph):
        x = tf.constant([1.0, 2.0], name="x")
        for attempt in (bool, len, list, np.asarray):
            with pytest.raises((TypeError, NotImplementedError), match="x"):
                attempt(x)

    def test_set_shape_adds_to_what_is_known(self, graph):
        x = tf.placeholder(tf.float32)
        x.set_shape([None, 3])
        x.set_shape([2, None])
        assert x.get_shape() == [2, 3]
        with pytest.raises(ValueError, match="not compatible"):
            x.set_shape([3, 3])

    def test_consumers(self, graph):
        x = tf.constant(1.0)
        y = tf.add(x, x)
        assert x.consumers() == [y.op]

    def test_eval_wants_a_session(self, graph):
        with pytest.raises(ValueError, match="no default session"):
            tf.constant(1.0).eval()
        with (
            tf.Session(graph=tf.Graph()) as sess,
            pytest.raises(ValueError, match="not the graph"),
            graph.as_default(),
        ):
            tf.constant(1.0).eval(session=sess)


class TestControlDependencies:
    def test_are_control_inputs_of_the_ops_inside(self, graph):
        a, b = tf.constant(1.0), tf.constant(2.0)
        with tf.control_dependencies([a]):
            c = tf.identity(b)
            with tf.control_dependencies([b.op]):
                d = tf.identity(2.0)
                f = tf.identity(b)
            with tf.control_dependencies(None):
                e = tf.identity(b)
        assert c.op.control_inputs == [a.op]
        assert d.op.inputs[0].op.control_inputs == [a.op, b.op]
        assert f.op.control_inputs == [a.op]  # it has b as an input anyway
        assert e.op.control_inputs == []

    def test_an_op_whose_input_has_waited_does_not_wait_again(self, graph):
        a, other = tf.constant(1.0), tf.constant(2.0)
        with tf.control_dependencies([a]):
            b = tf.identity(other)
            c = tf.identity(b)
        assert b.op.control_inputs == [a.op]
        assert c.op.control_inputs == []


class TestDevices:
    def test_inner_scopes_win(self, graph):
        with tf.device("/job:ps/cpu:0"):
            a = tf.constant(1.0)
            with tf.device("/gpu:1"):
                b = tf.constant(1.0)
            with tf.device(None):
                c = tf.constant(1.0)
            with tf.device(lambda op: "/task:2"):
                d = tf.constant(1.0)
        assert [t.device for t in (a, b, c, d)] == [
            "/job:ps/device:CPU:0",
            "/job:ps/device:GPU:1",
            "",
            "/job:ps/task:2/device:CPU:0",
        ]


class TestDefaults:
    def test_nest(self):
        outer, inner = tf.Graph(), tf.Graph()
        with outer.as_default():
            with inner.as_default():
                assert tf.get_default_graph() is inner
            assert tf.get_default_graph() is outer

    def test_reset_starts_afresh(self):
        before = tf.get_default_graph()
        tf.reset_default_graph()
        assert tf.get_default_graph() is not before
        with tf.Graph().as_default(), pytest.raises(AssertionError, match="reset_default_graph"):
            tf.reset_default_graph()

    def test_belong_to_a_thread(self, graph):
        seen = []
        thread = threading.Thread(target=lambda: seen.append(tf.get_default_graph()))
        thread.start()
        thread.join()
        assert isinstance(seen[0], tf.Graph)
        assert seen[0] is not graph

    def test_a_finalized_graph_takes_no_more_ops(self, graph):
        graph.finalize()
        assert graph.finalized
        with pytest.raises(RuntimeError, match="finalized"):
            tf.constant(1.0)


def test_the_site_of_an_op_is_the_users_line(graph):
    x = tf.constant(1.0)  # this line
    path, _, line = x.op.site.rpartition(":")
    assert path == __file__
    with open(path, encoding="utf-8") as source:
        assert "# this line" in source.readlines()[int(line) - 1]
