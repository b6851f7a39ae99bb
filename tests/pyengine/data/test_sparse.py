"""Data sets with sparse tensors. What is expected is what TensorFlow gave."""

import pytest

import pyengine as tf
from tests.pyengine.data.running import elements
from tests.pyengine.ops.parsing_cases import example, floats, ints

Data = tf.data.Dataset


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def sparse():
    return tf.SparseTensor([[0, 1], [2, 0]], [1.5, 2.5], [3, 4])


def test_examples_are_parsed_in_map(session):
    features = {"a": tf.FixedLenFeature([], tf.int64), "f": tf.VarLenFeature(tf.float32)}
    texts = [example(a=ints(i), f=floats(*[i / 2] * i)) for i in range(3)]
    data = Data.from_tensor_slices(texts).batch(2)
    data = data.map(lambda batch: tf.parse_example(batch, features))
    assert data.output_classes == {"a": tf.Tensor, "f": tf.SparseTensor}
    assert data.output_types == {"a": tf.int64, "f": tf.float32}
    assert elements(session, data) == [
        {"a": [0, 1], "f": ([[1, 0]], [0.5], [2, 1])},
        {"a": [2], "f": ([[0, 0], [0, 1]], [1, 1], [1, 2])},
    ]
    single = Data.from_tensor_slices(texts)
    single = single.map(lambda text: tf.parse_single_example(text, features))
    assert elements(session, single)[2] == {"a": 2, "f": ([[0], [1]], [1, 1], [2])}
    assert elements(session, single.batch(3))[0] == {
        "a": [0, 1, 2],
        "f": ([[1, 0], [2, 0], [2, 1]], [0.5, 1, 1], [3, 2]),
    }


def test_sources_batches_and_rows(session):
    whole = Data.from_tensors(sparse())
    assert whole.output_shapes.as_list() == [3, 4]
    assert elements(session, whole) == [([[0, 1], [2, 0]], [1.5, 2.5], [3, 4])]
    rows = [([[1]], [1.5], [4]), ([], [], [4]), ([[0]], [2.5], [4])]
    slices = Data.from_tensor_slices((sparse(), [1, 2, 3]))
    assert [v for v, _ in elements(session, slices)] == rows
    assert elements(session, whole.apply(tf.data.experimental.unbatch())) == rows
    batches = Data.from_tensor_slices(sparse()).batch(2)
    assert batches.output_shapes.as_list() == [None, 4]
    assert elements(session, batches) == [
        ([[0, 1]], [1.5], [2, 4]),
        ([[0, 0]], [2.5], [1, 4]),
    ]
    twice = Data.from_tensor_slices(sparse()).batch(1).batch(2)
    assert elements(session, twice)[0] == ([[0, 0, 1]], [1.5], [2, 1, 4])


def test_functions_shuffling_and_caches(session, tmp_path):
    data = Data.from_tensor_slices(sparse()).filter(lambda s: tf.size(s.values) > 0)
    data = data.map(lambda s: (s, tf.sparse_tensor_to_dense(s))).shuffle(5, seed=1)
    found = sorted(dense for _, dense in elements(session, data.repeat(2)))
    assert found == [[0, 1.5, 0, 0]] * 2 + [[2.5, 0, 0, 0]] * 2
    zipped = Data.zip((Data.from_tensors(sparse()), Data.range(1))).cache()
    assert elements(session, zipped.concatenate(zipped).prefetch(1))[1][1] == 0


def test_iterators(session):
    data = Data.from_tensor_slices(sparse())
    iterator = tf.data.Iterator.from_structure(
        data.output_types, data.output_shapes, output_classes=data.output_classes
    )
    value = iterator.get_next()
    session.run(iterator.make_initializer(data))
    assert session.run(value).values.tolist() == [1.5]
    got = tf.data.experimental.get_single_element(data.take(1))
    assert isinstance(got, tf.SparseTensor)
    assert session.run(got).values.tolist() == [1.5]


def test_sparse_tensors_in_files(session, tmp_path):
    data = Data.from_tensors((sparse(), "x")).repeat(2).cache(str(tmp_path / "c"))
    expected = [(([[0, 1], [2, 0]], [1.5, 2.5], [3, 4]), b"x")] * 2
    assert elements(session, data) == elements(session, data) == expected
    windows = Data.range(4).window(2).cache(str(tmp_path / "w"))
    iterator = windows.make_initializable_iterator()
    session.run(iterator.initializer)
    with pytest.raises(tf.errors.UnimplementedError, match="cannot be cached in a file"):
        session.run(iterator.get_next()._variant_tensor)


def test_what_is_not_there(session):
    data = Data.from_tensors(sparse())
    with pytest.raises(TypeError, match="padded sparse tensors"):
        data.padded_batch(2, [3, 4])


def test_rows_of_sparse_and_dense_components_stay_together(session):
    pair = Data.from_tensors((sparse(), [[1, 2], [3, 4], [5, 6]]))
    rows = elements(session, pair.apply(tf.data.experimental.unbatch()))
    assert [dense for _, dense in rows] == [[1, 2], [3, 4], [5, 6]]
    assert [part[1] for part, _ in rows] == [[1.5], [], [2.5]]
