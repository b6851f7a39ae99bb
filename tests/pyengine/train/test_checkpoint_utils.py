"""What is in a checkpoint."""

import pathlib

import numpy as np
import pytest

import pyengine as tf

SOFTMAX = str(pathlib.Path(__file__).parents[1] / "recorded" / "softmax")


def test_a_reader_of_what_tensorflow_wrote():
    reader = tf.train.NewCheckpointReader(SOFTMAX)
    assert reader.get_variable_to_shape_map() == {
        "b": [3],
        "global_step": [],
        "labels": [3],
        "w": [4, 3],
    }
    assert reader.get_variable_to_dtype_map()["labels"] is tf.string
    assert reader.has_tensor("w")
    assert not reader.has_tensor("x")
    assert type(reader.get_tensor("global_step")) is np.int64
    assert b"w (DT_FLOAT) [4,3]" in reader.debug_string()
    with pytest.raises(tf.errors.NotFoundError):
        reader.get_tensor("x")


def test_lists_and_single_values(tmp_path):
    assert tf.train.list_variables(SOFTMAX)[0] == ("b", [3])
    assert tf.train.load_variable(SOFTMAX, "global_step:0") == 3
    with pytest.raises(ValueError, match="Couldn't find 'checkpoint'"):
        tf.train.load_checkpoint(str(tmp_path))


class TestInitFromCheckpoint:
    @pytest.fixture(autouse=True)
    def graph(self):
        with tf.Graph().as_default():
            yield

    def check(self, *variables):
        with tf.Session() as sess, np.load(SOFTMAX + ".npz") as expected:
            sess.run(tf.global_variables_initializer())
            for variable, name in zip(variables, "wb"):
                np.testing.assert_array_equal(sess.run(variable), expected[name])

    def test_by_variable_or_name(self):
        w, b = tf.Variable(tf.zeros([4, 3]), name="mine"), tf.Variable(tf.zeros([3]), name="b2")
        tf.train.init_from_checkpoint(SOFTMAX, {"w": w, "b": "b2"})
        self.check(w, b)

    def test_by_scope(self):
        with tf.name_scope("s"):
            w, b = tf.Variable(tf.zeros([4, 3]), name="w"), tf.Variable(tf.zeros([3]), name="b")
        tf.train.init_from_checkpoint(SOFTMAX, {"/": "s/"})
        self.check(w, b)

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            ({"x": "v"}, "Tensor x is not found"),
            ({"w": "v"}, "doesn't match with shape"),
            ({"w": "other"}, "Variable other is not found"),
            ({"w/": "v"}, "must both be scopes"),
            ({"w/": "v/"}, "has no variables"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, target, message):
        tf.Variable(tf.zeros([2]), name="v")
        with pytest.raises(ValueError, match=message):
            tf.train.init_from_checkpoint(SOFTMAX, target)
