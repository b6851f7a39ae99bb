"""The names that saved models are made of: files, collections, tags, signatures."""

from __future__ import annotations


class constants:  # noqa: N801 (a module in TensorFlow)
    """Files of a saved model, and collections of its graph."""

    SAVED_MODEL_SCHEMA_VERSION = 1
    SAVED_MODEL_FILENAME_PB = "saved_model.pb"
    SAVED_MODEL_FILENAME_PBTXT = "saved_model.pbtxt"
    ASSETS_DIRECTORY = "assets"
    ASSETS_KEY = "saved_model_assets"
    VARIABLES_DIRECTORY = "variables"
    VARIABLES_FILENAME = "variables"
    LEGACY_INIT_OP_KEY = "legacy_init_op"
    MAIN_OP_KEY = "saved_model_main_op"
    TRAIN_OP_KEY = "saved_model_train_op"
    INIT_OP_SIGNATURE_KEY = "__saved_model_init_op"
    TRAIN_OP_SIGNATURE_KEY = "__saved_model_train_op"


class tag_constants:  # noqa: N801 (a module in TensorFlow)
    """What a graph of a saved model is for."""

    SERVING = "serve"
    TRAINING = "train"
    EVAL = "eval"
    GPU = "gpu"
    TPU = "tpu"


class signature_constants:  # noqa: N801 (a module in TensorFlow)
    """Names in signatures, and of the methods that serving knows."""

    DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"
    CLASSIFY_INPUTS = "inputs"
    CLASSIFY_METHOD_NAME = "tensorflow/serving/classify"
    CLASSIFY_OUTPUT_CLASSES = "classes"
    CLASSIFY_OUTPUT_SCORES = "scores"
    PREDICT_INPUTS = "inputs"
    PREDICT_METHOD_NAME = "tensorflow/serving/predict"
    PREDICT_OUTPUTS = "outputs"
    REGRESS_INPUTS = "inputs"
    REGRESS_METHOD_NAME = "tensorflow/serving/regress"
    REGRESS_OUTPUTS = "outputs"
