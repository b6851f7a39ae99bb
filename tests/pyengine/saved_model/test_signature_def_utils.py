"""Signatures."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield tf.saved_model.signature_def_utils


def test_predictions(graph):
    x, y = tf.placeholder(tf.float32, name="x"), tf.constant(1, name="y")
    found = graph.predict_signature_def({"x": x}, {"y": y})
    assert found.method_name == "tensorflow/serving/predict"
    assert (found.inputs["x"].name, found.outputs["y"].name) == ("x:0", "y:0")
    assert graph.is_valid_signature(found)
    with pytest.raises(ValueError, match="inputs cannot be None or empty"):
        graph.predict_signature_def({}, {"y": y})
    with pytest.raises(ValueError, match="outputs cannot be None or empty"):
        graph.predict_signature_def({"x": x}, {})


def test_regressions_and_classifications(graph):
    examples, scores = tf.placeholder(tf.string), tf.constant([1.0])
    found = graph.regression_signature_def(examples, scores)
    assert graph.is_valid_signature(found)
    for classes, numbers in ((examples, scores), (None, scores), (examples, None)):
        found = graph.classification_signature_def(examples, classes, numbers)
        assert graph.is_valid_signature(found)
        assert set(found.outputs) == {
            name for name, t in (("classes", classes), ("scores", numbers)) if t is not None
        }
    with pytest.raises(ValueError, match="cannot both be None"):
        graph.classification_signature_def(examples, None, None)
    with pytest.raises(ValueError, match="must be of type string"):
        graph.regression_signature_def(scores, scores)
    with pytest.raises(ValueError, match="cannot be None"):
        graph.regression_signature_def(None, scores)


def test_others_are_not_valid(graph):
    assert not graph.is_valid_signature(None)
    assert not graph.is_valid_signature(graph.build_signature_def(method_name="mine"))
    assert not graph.is_valid_signature(
        graph.build_signature_def(method_name="tensorflow/serving/regress")
    )
