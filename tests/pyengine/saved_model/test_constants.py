"""The names that saved models are made of."""

import pyengine as tf


def test_they_are_tensorflows():
    assert tf.saved_model.tag_constants.SERVING == "serve" == tf.saved_model.SERVING
    names = tf.saved_model.signature_constants
    assert names.DEFAULT_SERVING_SIGNATURE_DEF_KEY == "serving_default"
    assert names.PREDICT_METHOD_NAME == "tensorflow/serving/predict"
    assert tf.saved_model.constants.SAVED_MODEL_FILENAME_PB == "saved_model.pb"
    assert tf.python.saved_model.tag_constants.TRAINING == "train"
