"""Modules."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


class Dense(tf.Module):
    def __init__(self, name=None):
        super().__init__(name)
        with self.name_scope:
            self.w = tf.Variable([1.0, 2.0], name="w")
            self.b = tf.Variable(0.0, name="b", trainable=False)

    @tf.Module.with_name_scope
    def __call__(self, x):
        """Multiplies and adds."""
        return tf.add(x * self.w, self.b, name="sum")


class TwoLayers(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Dense(), {"second": Dense("second")}]
        self.again = self.layers[0]
        self.own = tf.Variable(3.0, name="own")


def names(variables):
    return [v.op.name for v in variables]


def test_names_and_scopes():
    first, second = Dense(), Dense("other")
    assert (first.name, second.name, TwoLayers().name) == ("dense", "other", "two_layers")
    assert first(1.0).name == "dense/sum:0"
    assert Dense().name == "dense"
    assert Dense.__call__.__doc__ == "Multiplies and adds."
    with pytest.raises(ValueError, match="not a valid module name"):
        Dense("a b")


def test_variables_are_found_once_and_in_order():
    model = TwoLayers()
    assert names(model.variables) == ["own", "dense/b", "dense/w", "second/b", "second/w"]
    assert names(model.trainable_variables) == ["own", "dense/w", "second/w"]
    assert names(model.non_trainable_variables) == ["dense/b", "second/b"]
    assert model.submodules == (model.again, model.layers[1]["second"])


def test_layers_and_cells_have_their_variables():
    model = tf.Module("model")
    model.layer, model.cell = tf.layers.Dense(1, name="d"), tf.nn.rnn_cell.GRUCell(1)
    assert model.variables == ()
    tf.nn.dynamic_rnn(model.cell, model.layer(tf.ones([1, 1, 1])), dtype=tf.float32)
    assert len(model.variables) == 6
    assert model.submodules == ()


def test_a_checkpoint_saves_modules(tmp_path):
    model = TwoLayers()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        path = tf.train.Checkpoint(model=model).write(str(tmp_path / "model"))
    keys = [name.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE")
            for name, _ in tf.train.list_variables(path)[1:]]  # fmt: skip
    assert keys == [
        "model/again/b", "model/again/w", "model/layers/1/second/b", "model/layers/1/second/w",
        "model/own",
    ]  # fmt: skip
    again = tf.train.Checkpoint(model=TwoLayers())
    again.read(path).assert_consumed()
