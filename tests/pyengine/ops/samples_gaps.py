"""Samples for the registry walk: serialized tensors, n-grams, crosses, pooling, tables."""

import numpy as np

import pyengine as tf

rng = np.random.default_rng(11)
_SPARSE = [np.array([[0, 1], [1, 0]]), np.array([1.0, 2.0]), np.array([2, 3])]
_TEXT = tf.make_tensor_proto(np.ones(2)).SerializeToString()
_PARTS = [
    tf.make_tensor_proto(np.array(v)).SerializeToString() for v in ([[0], [2]], [1.0, 2.0], [3])
]
_SERIALIZED = np.array([_PARTS, _PARTS], object)

SAMPLES = {
    "DeserializeManySparse": ([_SERIALIZED], {"dtype": tf.float64}),
    "DeserializeSparse": ([_SERIALIZED[0]], {"dtype": tf.float64}),
    "ParseTensor": ([np.array(_TEXT, object)], {"out_type": tf.float64}),
    "SerializeManySparse": (_SPARSE, {}),
    "SerializeSparse": (_SPARSE, {}),
}
_STARTS = [np.array([0, 1, 3]), np.array([0, 2, 3])]
SAMPLES |= {
    "FractionalAvgPool": (
        [rng.normal(size=(1, 3, 3, 2))],
        {"pooling_ratio": [1.0, 1.5, 1.5, 1.0], "deterministic": True, "seed": 1},
    ),
    "FractionalAvgPoolGrad": (
        [np.array([1, 3, 3, 2]), rng.normal(size=(1, 2, 2, 2)), *_STARTS], {},
    ),
    "FractionalMaxPool": (
        [rng.normal(size=(1, 3, 3, 2))],
        {"pooling_ratio": [1.0, 1.5, 1.5, 1.0], "deterministic": True, "seed": 1},
    ),
    "FractionalMaxPoolGrad": (
        [rng.normal(size=(1, 3, 3, 2)), rng.normal(size=(1, 2, 2, 2)),
         rng.normal(size=(1, 2, 2, 2)), *_STARTS], {"overlapping": True},
    ),
}  # fmt: skip
_WORDS = np.array([b"a", b"b", b"c"], object)
_ROWS = np.array([[0, 0], [0, 1], [1, 0]])
_CROSSED = [[_ROWS], [_WORDS], [np.array([2, 2])], [np.array([[1], [2]])]]
_CROSS = {"N": 1, "sparse_types": [tf.string], "dense_types": [tf.int64]}
SAMPLES |= {
    "SparseCross": (
        _CROSSED,
        {
            **_CROSS, "hashed_output": True, "num_buckets": 10, "hash_key": 1,
            "out_type": tf.int64, "internal_type": tf.int64,
        },
    ),
    "SparseCrossV2": ([*_CROSSED, np.array(b"-", object)], _CROSS),
    "StringNGrams": (
        [_WORDS, np.array([0, 2, 3])],
        {
            "separator": " ", "ngram_widths": [2], "left_pad": "", "right_pad": "",
            "pad_width": 0, "preserve_short_sequences": True,
        },
    ),
}  # fmt: skip
TABLES = "lookup/test_tables.py"
WITH_STATE = {
    "HashTableV2": TABLES,
    "InitializeTableFromTextFileV2": "lookup/test_initializers.py",
    "InitializeTableV2": "ops/test_table_ops.py",
    "LookupTableExportV2": TABLES,
    "LookupTableFindV2": TABLES,
    "LookupTableImportV2": TABLES,
    "LookupTableInsertV2": TABLES,
    "LookupTableRemoveV2": TABLES,
    "LookupTableSizeV2": TABLES,
    "MutableDenseHashTableV2": TABLES,
    "MutableHashTableOfTensorsV2": TABLES,
    "MutableHashTableV2": TABLES,
    "SampleDistortedBoundingBox": "ops/test_image_distort.py",
    "SampleDistortedBoundingBoxV2": "ops/test_image_distort.py",
    "Timestamp": "it is another one at each run; see test_printing",
}
NUMERIC_EXEMPT: dict[str, str] = {}
ONCE_ONLY = {
    "FractionalAvgPool": "its gradient has none, in TensorFlow either",
    "FractionalMaxPool": "its gradient has none, in TensorFlow either",
}
