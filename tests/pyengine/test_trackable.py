"""Objects that checkpoints save, and the ways to them."""

import pytest

import pyengine as tf
from pyengine import trackable
from pyengine.trackable import ObjectGraph


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def keys(root):
    return [value.key for values in ObjectGraph(root).values for value in values]


def values(*paths):
    return [f"{path}/.ATTRIBUTES/VARIABLE_VALUE" for path in paths]


def test_what_is_trackable():
    v = tf.Variable(1.0)
    for item in (v, [], {}, (v,), [3], tf.train.AdamOptimizer(), tf.layers.Dense(1),
                 tf.nn.rnn_cell.GRUCell(1), tf.train.Checkpoint(),
                 tf.make_template("t", abs)):  # fmt: skip
        assert trackable.is_trackable(item), item
    for item in (None, 3, "v", (), (1, 2), v + 1.0, tf.Variable, tf.train.Checkpoint, print):
        assert not trackable.is_trackable(item), item


def test_containers_name_what_they_hold():
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    assert trackable.children_of([v, 3, w]) == {"0": v, "2": w}
    assert trackable.children_of((v,)) == {"0": v}
    assert trackable.children_of({"a": v, "b": 3, 4: 5}) == {"a": v}
    assert trackable.children_of(v) == {}
    with pytest.raises(ValueError, match="under the key 1"):
        trackable.children_of({1: v})


def test_the_shortest_way_names_a_value():
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    inner = tf.train.Checkpoint(deep=[v, w])
    assert keys(tf.train.Checkpoint(a=inner, v=v)) == values("v", "a/deep/1")


def test_names_with_separators_are_escaped():
    v = tf.Variable(1.0)
    assert keys(tf.train.Checkpoint(d={"a.b/c": v})) == values("d/a..b.Sc")


def test_layers_have_variables_and_other_layers():
    class Net(tf.layers.Layer):
        def __init__(self):
            super().__init__(name="net")
            self.inner = tf.layers.Dense(2)
            self.several = [tf.layers.Dense(1, use_bias=False)]

        def build(self, shape):
            self.gain = self.add_weight("gain", [], initializer="ones")

        def call(self, x):
            return self.several[0](self.inner(x)) * self.gain

    net = Net()
    net(tf.ones([1, 3]))
    assert keys(tf.train.Checkpoint(net=net)) == values(
        "net/gain", "net/inner/kernel", "net/inner/bias", "net/several/0/kernel"
    )


def test_batch_normalization_has_its_averages():
    layer = tf.layers.BatchNormalization()
    layer(tf.ones([2, 3]))
    expected = {f"n/{n}" for n in ("gamma", "beta", "moving_mean", "moving_variance")}
    assert set(keys(tf.train.Checkpoint(n=layer))) == set(values(*expected))


def test_parts_of_a_variable_have_one_key():
    with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2)):
        layer = tf.layers.Dense(4, use_bias=False)
        layer(tf.ones([1, 4]))
    graph = ObjectGraph(tf.train.Checkpoint(layer=layer))
    (value,) = [v for values in graph.values for v in values]
    assert value.key == values("layer/kernel")[0]
    assert value.full_name == "s/dense/kernel"
    assert [s.slice_spec for part in value.saveables for s in part.specs] == [
        "4 4 0,2:0,4", "4 4 2,2:0,4"
    ]  # fmt: skip


def test_cells_have_variables_and_inner_cells():
    cell = tf.nn.rnn_cell.MultiRNNCell(
        [tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2)), tf.nn.rnn_cell.LSTMCell(3)]
    )
    tf.nn.dynamic_rnn(cell, tf.ones([1, 2, 2]), dtype=tf.float32)
    gru = ("gates.Skernel", "gates.Sbias", "candidate.Skernel", "candidate.Sbias")
    assert set(keys(cell)) == set(
        values(*(f"cell-0/_cell/{n}" for n in gru), "cell-1/kernel", "cell-1/bias")
    )
    children = trackable.children_of(cell)
    assert children["cell-0"] is cell._cells[0]
    assert trackable.children_of(children["cell-0"])["cell"] is cell._cells[0].wrapped_cell


def test_templates_have_variables_and_the_templates_inside():
    def scaled(x):
        return x * tf.get_variable("scale", [])

    inner = tf.make_template("inner", scaled)
    outer = tf.make_template("outer", lambda x: inner(x) + tf.get_variable("bias", []))
    outer(1.0)
    assert keys(outer) == values("bias", "inner/scale")


def test_tables_have_their_keys_and_values():
    table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1)
    graph = ObjectGraph(tf.train.Checkpoint(table=table))
    (value,) = [v for values in graph.values for v in values]
    assert value.key == "table/.ATTRIBUTES/table"
    assert [s.name for s in value.saveables[0].specs] == [
        f"{value.key}-keys",
        f"{value.key}-values",
    ]
    before = len(tf.get_default_graph().get_operations())
    ObjectGraph(tf.train.Checkpoint(table=table))
    assert len(tf.get_default_graph().get_operations()) == before


def test_slots_belong_to_a_variable_and_an_optimizer():
    w = tf.Variable(1.0, name="w")
    other = tf.Variable(1.0)
    adam = tf.train.AdamOptimizer()
    adam.minimize(w * other)
    root = tf.train.Checkpoint(w=w, adam=adam)
    slots = ("w/.OPTIMIZER_SLOT/adam/m", "w/.OPTIMIZER_SLOT/adam/v")
    assert keys(root) == values("w", "adam/beta1_power", "adam/beta2_power", *slots)
    assert keys(tf.train.Checkpoint(adam=adam)) == values("adam/beta1_power", "adam/beta2_power")
    root.slot = adam.get_slot(w, "m")
    with pytest.raises(NotImplementedError, match="reused"):
        ObjectGraph(root)


def test_the_graph_as_a_message():
    w = tf.Variable(1.0, name="weights")
    momentum = tf.train.MomentumOptimizer(0.1, 0.9)
    momentum.minimize(w * w)
    proto = ObjectGraph(tf.train.Checkpoint(w=w, o=momentum, l=[w])).to_proto()
    assert [[c.local_name for c in n.children] for n in proto.nodes] == [
        ["l", "o", "w"], ["0"], [], [], []
    ]  # fmt: skip
    (attribute,) = proto.nodes[3].attributes
    assert (attribute.name, attribute.full_name) == ("VARIABLE_VALUE", "weights")
    (slot,) = proto.nodes[2].slot_variables
    assert (slot.slot_name, slot.original_variable_node_id) == ("momentum", 3)
    assert trackable.object_names(proto)[slot.slot_variable_node_id] == (
        "(root).o's state 'momentum' for (root).w"
    )
