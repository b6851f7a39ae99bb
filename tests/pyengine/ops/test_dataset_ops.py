"""The op types of data sets: names and inputs are TensorFlow's."""

import pytest

import pyengine as tf

Dataset = tf.data.Dataset


@pytest.mark.parametrize(
    ("make", "type_", "inputs"),
    [
        (lambda: Dataset.range(3), "RangeDataset", ["start", "stop", "step"]),
        (lambda: Dataset.from_tensors(1), "TensorDataset", ["component_0"]),
        (lambda: Dataset.range(3).batch(2), "BatchDatasetV2", None),
        (lambda: Dataset.range(3).map(lambda x: x), "MapDataset", None),
        (lambda: Dataset.range(3).shuffle(2), "ShuffleDataset", None),
        (lambda: Dataset.range(3).prefetch(2), "PrefetchDataset", None),
        (lambda: Dataset.range(3).filter(lambda x: x > 1), "FilterDataset", None),
    ],
)
def test_the_ops_of_data_sets(make, type_, inputs):
    with tf.Graph().as_default():
        op = make()._variant_tensor.op
        assert (op.type, op.outputs[0].dtype) == (type_, tf.variant)
        if inputs:
            assert [t.op.name.split("/")[-1] for t in op.inputs] == inputs
        types = op.attrs.get("output_types") or op.attrs["Toutput_types"]
        assert types[0].is_integer


def test_what_a_function_captures_is_an_input():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.int64, [])
        op = Dataset.range(3).map(lambda v: v + x)._variant_tensor.op
        assert op.inputs[1] is x and op.attrs["Targuments"] == [tf.int64]


def test_the_one_element_of_a_data_set():
    with tf.Graph().as_default(), tf.Session() as sess:
        one = tf.data.experimental.get_single_element
        assert sess.run(one(Dataset.from_tensors((1, 2.0)))) == (1, 2.0)
        for count, message in ((0, "empty"), (2, "more than one")):
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                sess.run(one(Dataset.range(count)))
