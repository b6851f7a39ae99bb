"""Tables filled with the lines of a file."""

import pytest

import pyengine as tf
from pyengine.contrib import lookup

LINE, NUMBER = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("x\ny\nz\n")
    return str(path)


def filled(sess, *args, **options):
    table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(*args, **options), -1)
    sess.run(table.initializer)
    return table


def test_lines_and_their_numbers(sess, words):
    table = filled(sess, words, tf.string, LINE, tf.int64, NUMBER)
    assert sess.run(table.lookup(tf.constant(["z", "n"]))).tolist() == [2, -1]
    assert tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS)[0].dtype == tf.string
    few = filled(sess, words, tf.string, LINE, tf.int64, NUMBER, vocab_size=2)
    assert sess.run(few.size()) == 2
    later = filled(sess, words, tf.string, LINE, tf.int64, NUMBER, value_index_offset=10)
    assert sess.run(later.lookup(tf.constant("y"))) == 11


def test_columns(sess, tmp_path):
    path = tmp_path / "columns.txt"
    path.write_text("1,a,0.5\n2,b,1.5\n")
    table = filled(sess, str(path), tf.int64, 0, tf.float32, 2, delimiter=",")
    assert sess.run(table.lookup(tf.constant([2, 1], tf.int64))).tolist() == [1.5, 0.5]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid number of columns"):
        filled(sess, str(path), tf.int64, 0, tf.float32, 3, delimiter=",")
    with pytest.raises(tf.errors.InvalidArgumentError, match="invalid literal"):
        filled(sess, str(path), tf.int64, 1, tf.float32, 2, delimiter=",")


def test_files_that_do_not_fit(sess, words):
    with pytest.raises(tf.errors.NotFoundError):
        filled(sess, words + "x", tf.string, LINE, tf.int64, NUMBER)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid vocab_size"):
        filled(sess, words, tf.string, LINE, tf.int64, NUMBER, vocab_size=7)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("", tf.string, -2, tf.int64, -1), "required"),
        (("f", tf.float32, -2, tf.int64, -1), "`key_dtype` should be"),
        (("f", tf.string, -3, tf.int64, -1), "should be >= -2"),
        (("f", tf.string, -1, tf.int64, -1), "must be int64"),
        (("f", tf.string, -2, tf.int64, -2), "`value_dtype` should be string"),
        (("f", tf.string, -2, tf.int64, -1, 0), "`vocab_size` should be > 0"),
    ],
)
def test_bad_arguments(sess, args, text):
    with pytest.raises(ValueError, match=text):
        tf.lookup.TextFileInitializer(*args)


def test_dtypes_must_be_the_tables(sess):
    start = tf.lookup.KeyValueTensorInitializer(["a"], [1])
    table = lookup.MutableHashTable(tf.string, tf.int64, -1)
    with pytest.raises(TypeError, match="Invalid value dtype"):
        start.initialize(table)
    with pytest.raises(NotImplementedError):
        lookup.TableInitializerBase(tf.string, tf.int64).initialize(table)
