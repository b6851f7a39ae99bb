"""What a Saver saves."""

import pytest

import pyengine as tf
from pyengine.train.saveables import saveables_of


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def test_they_are_in_the_order_of_their_names():
    b, a = tf.Variable(1.0, name="b"), tf.Variable([1], name="a")
    assert [s.name for s in saveables_of([b, a])] == ["a", "b"]
    assert [s.specs[0].dtype for s in saveables_of({"z": b, "y": a})] == [tf.int32, tf.float32]
    assert saveables_of([a.op.outputs[0]])[0].name == "a"


def test_what_is_no_variable_is_refused():
    for wrong in ([tf.constant(1.0)], {"a": tf.constant(1.0)}, tf.Variable(1.0), "ab"):
        with pytest.raises(TypeError, match=r"variable|Variable"):
            saveables_of(wrong)


def test_a_name_comes_once():
    v = tf.Variable(1.0)
    with pytest.raises(ValueError, match="same name"):
        saveables_of([v, v])


def test_an_object_with_specs_speaks_for_itself():
    class Own:
        name = "own"
        specs = ()

        def restore(self, tensors, shapes):
            return tf.no_op()

    own = Own()
    assert saveables_of([own]) == [own]


def test_parts_of_a_variable_share_its_name():
    class Info:
        full_name = "whole"

        def __init__(self, spec):
            self.spec = spec

    parts = [tf.Variable(tf.zeros([2]), name=f"part_{i}") for i in range(2)]
    for i, part in enumerate(parts):
        part._save_slice_info = Info(f"4 {2 * i},2")
    found = saveables_of(parts)
    assert [(s.name, s.specs[0].slice_spec) for s in found] == [
        ("whole", "4 0,2"),
        ("whole", "4 2,2"),
    ]
