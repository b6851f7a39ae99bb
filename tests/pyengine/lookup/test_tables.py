"""Tables that are filled once, and tables that can be changed."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.contrib import lookup


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def letters(**options):
    start = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    return tf.lookup.StaticHashTable(start, -1, **options)


def test_a_table_that_is_filled_once(sess):
    table = letters()
    found = table.lookup(tf.constant([["a", "c"]]))
    assert (table.name, found.op.name) == ("hash_table", "hash_table_Lookup/LookupTableFindV2")
    assert (found.shape.as_list(), found.dtype) == ([1, 2], tf.int32)
    assert (table.key_dtype, table.value_dtype) == (tf.string, tf.int32)
    with pytest.raises(tf.errors.FailedPreconditionError, match="not initialized"):
        sess.run(found)
    for _ in range(2):  # a second time does no harm
        sess.run(tf.tables_initializer())
    assert sess.run(found).tolist() == [[1, -1]]
    assert sess.run(table.size()) == 2
    keys, values = sess.run(table.export())
    assert (keys.tolist(), values.tolist()) == ([b"a", b"b"], [1, 2])
    sparse = tf.SparseTensor([[0, 1]], ["b"], [1, 2])
    assert sess.run(table.lookup(sparse)).values.tolist() == [2]
    assert tf.initialize_all_tables().type == "NoOp"


def test_bad_keys_and_values(sess):
    with pytest.raises(TypeError, match="Dtype of argument"):
        letters().lookup(tf.constant([1]))
    start = tf.lookup.KeyValueTensorInitializer(["a", "a"], [1, 2])
    with pytest.raises(TypeError):
        tf.lookup.StaticHashTable(start, "x")
    with pytest.raises(tf.errors.FailedPreconditionError, match="different value for same key"):
        sess.run(tf.lookup.StaticHashTable(start, -1).initializer)


def test_without_tables_there_is_nothing_to_fill(sess):
    assert sess.run(tf.tables_initializer()) is None


def test_shared_tables(sess):
    def make(values):
        start = tf.lookup.KeyValueTensorInitializer(["a"], values)
        return lookup.HashTable(start, 0, shared_name="t")

    one, other = make([1]), make([1])
    sess.run(one.init)
    assert sess.run(other.lookup(tf.constant("a"))) == 1
    with pytest.raises(tf.errors.InvalidArgumentError, match="Conflicting"):
        sess.run(make([1.5]).initializer)


def test_a_table_that_can_be_changed(sess, tmp_path):
    table = lookup.MutableHashTable(tf.string, tf.int64, -1)
    keys = tf.constant(["a", "b"])
    insert = table.insert(keys, tf.constant([5, 6], tf.int64))
    assert insert.name == "MutableHashTable_lookup_table_insert/LookupTableInsertV2"
    sess.run(insert)
    assert sess.run(table.lookup(tf.constant(["b", "c"]))).tolist() == [6, -1]
    path = tf.train.Saver().save(sess, str(tmp_path / "model"), write_meta_graph=False)
    sess.run(table.remove(tf.constant(["a", "x"])))
    assert sess.run([table.size(), table.export()[0]])[1].tolist() == [b"b"]
    tf.train.Saver().restore(sess, path)
    assert sess.run(table.size()) == 2
    found = table.lookup(tf.constant(["x"]), dynamic_default_values=tf.constant(9, tf.int64))
    assert sess.run(found).tolist() == [9]


def test_values_that_are_vectors(sess):
    table = lookup.MutableHashTable(tf.int64, tf.float32, [0.0, 1.0], checkpoint=False)
    one = tf.constant([7], tf.int64)
    found = table.lookup(tf.constant([[7], [8]], tf.int64))
    assert found.shape.as_list() == [2, 1, 2]
    sess.run(table.insert(one, [[5.0, 6.0]]))
    assert sess.run(found).tolist() == [[[5, 6]], [[0, 1]]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Expected shape"):
        sess.run(table.insert(one, [5.0, 6.0]))


def test_keys_that_stand_for_none(sess):
    table = lookup.MutableDenseHashTable(tf.int64, tf.int64, -1, 0, -2)
    assert table.resource_handle.op.type == "MutableDenseHashTableV2"
    one = tf.constant([1], tf.int64)
    sess.run(table.insert(one, one * 7))
    assert sess.run(table.lookup(tf.constant([1, 2], tf.int64))).tolist() == [7, -1]
    with pytest.raises(tf.errors.InvalidArgumentError, match="not allowed"):
        sess.run(table.insert(one * 0, one))
    same = lookup.MutableDenseHashTable(tf.int64, tf.int64, -1, 0, 0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="cannot be equal"):
        sess.run(same.size())


def test_each_session_has_its_own(sess):
    table = lookup.MutableHashTable(tf.string, tf.int64, -1)
    sess.run(table.insert(["a"], np.array([1])))
    with tf.Session(graph=sess.graph) as other:
        assert other.run(table.size()) == 0
