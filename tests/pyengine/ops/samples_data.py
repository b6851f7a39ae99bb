"""Samples for the registry walk: examples, images in files."""

import numpy as np

import pyengine as tf
from tests.pyengine.ops.parsing_cases import EXAMPLES
from tests.pyengine.ops.test_parsing_sequences import DATA

BATCH = np.array(EXAMPLES, object)
NONE = np.array([], object)


def text(value):
    result = np.empty((), object)
    result[()] = value
    return result


SAMPLES = {
    "ParseExample": (
        [BATCH, NONE, [text(b"c")], [text(b"a")], [np.zeros(0, np.int64)]],
        {
            "Nsparse": 1,
            "Ndense": 1,
            "sparse_types": [tf.string],
            "Tdense": [tf.int64],
            "dense_shapes": [[2]],
        },
    ),
    "ParseSingleExample": (
        [BATCH[:1].reshape(()), [np.zeros(0, np.int64)]],
        {
            "num_sparse": 1,
            "sparse_keys": ["v"],
            "dense_keys": ["a"],
            "sparse_types": [tf.float32],
            "Tdense": [tf.int64],
            "dense_shapes": [[2]],
        },
    ),
    "ParseSingleSequenceExample": (
        [text(DATA), NONE, [], [], [text(b"r")], [text(b"d")], [], text(b"")],
        {
            "Nfeature_list_sparse": 1,
            "Nfeature_list_dense": 1,
            "feature_list_sparse_types": [tf.float32],
            "feature_list_dense_types": [tf.int64],
            "feature_list_dense_shapes": [[2]],
        },
    ),
}
