"""Words and their numbers."""

import pytest

import pyengine as tf
from pyengine.contrib import lookup


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_buckets_for_other_words(sess):
    ids = tf.constant([0, 1], tf.int64)
    start = tf.lookup.KeyValueTensorInitializer(["a", "b"], ids)
    table = tf.lookup.StaticVocabularyTable(start, num_oov_buckets=3)
    found = table.lookup(tf.constant(["a", "zz", "q"]))
    assert found.op.name == "hash_table_Lookup/SelectV2"
    sess.run(table.initializer)
    assert sess.run(found).tolist() == [0, 3, 4]  # TensorFlow's hash
    assert sess.run(table.size()) == 5
    assert (table.key_dtype, table.value_dtype) == (tf.string, tf.int64)
    with pytest.raises(TypeError):
        table.lookup(tf.constant([1]))


def test_buckets_alone(sess):
    table = tf.lookup.StaticVocabularyTable(None, 4)
    sess.run(table.initializer)
    found = sess.run(table.lookup(tf.SparseTensor([[0]], ["a"], [1])))
    assert 0 <= found.values[0] < 4
    assert (table.name, sess.run(table.size())) == ("hash_bucket", 4)


def test_tables_of_vectors(sess):
    table = lookup.index_table_from_tensor(tf.constant(["p", "q"]), num_oov_buckets=1)
    back = lookup.index_to_string_table_from_tensor(["p", "q"], default_value="U")
    numbers = lookup.index_table_from_tensor([10, 20, 30], num_oov_buckets=2, dtype=tf.int32)
    sess.run(tf.tables_initializer())
    assert sess.run(table.lookup(tf.constant(["q", "r"]))).tolist() == [1, 2]
    assert sess.run(back.lookup(tf.constant([0, 5], tf.int64))).tolist() == [b"p", b"U"]
    assert sess.run(numbers.lookup(tf.constant([20, 7, 8]))).tolist()[0] == 1


def test_tables_of_files(sess, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("x\ny\n")
    table = lookup.index_table_from_file(str(path), default_value=-5)
    back = lookup.index_to_string_table_from_file(str(path), vocab_size=1)
    spec = lookup.StrongHashSpec([1, 2])
    strong = lookup.index_table_from_file(str(path), num_oov_buckets=3, hasher_spec=spec)
    sess.run(tf.tables_initializer())
    assert sess.run(table.lookup(tf.constant(["y", "z"]))).tolist() == [1, -5]
    assert sess.run(back.lookup(tf.constant([0, 1], tf.int64))).tolist() == [b"x", b"UNK"]
    assert sess.run(strong.lookup(tf.constant(["z"])))[0] in (2, 3, 4)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: tf.lookup.StaticVocabularyTable(None, 0), ValueError),
        (lambda: lookup.index_table_from_file(""), ValueError),
        (lambda: lookup.index_table_from_file("f", num_oov_buckets=-1), ValueError),
        (lambda: lookup.index_table_from_file("f", vocab_size=0), ValueError),
        (lambda: lookup.index_table_from_file("f", key_dtype=tf.float32), TypeError),
        (lambda: lookup.index_table_from_tensor(None), ValueError),
        (lambda: lookup.index_table_from_tensor(["a"], dtype=tf.int64), ValueError),
        (lambda: lookup.index_to_string_table_from_tensor(None), ValueError),
        (lambda: lookup.index_to_string_table_from_file(None), ValueError),
        (lambda: lookup.StrongHashSpec([1]), ValueError),
        (lambda: lookup.StrongHashSpec([1.5, 2]), TypeError),
        (lambda: lookup.IdTableWithHashBuckets(None, 0), ValueError),
        (lambda: lookup.IdTableWithHashBuckets(None, 2, hasher_spec=3), TypeError),
        (lambda: lookup.IdTableWithHashBuckets(None, 2, key_dtype=tf.float32), TypeError),
    ],
)
def test_bad_arguments(sess, make, error):
    with pytest.raises(error):
        make()
