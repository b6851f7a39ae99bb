"""Samples for the registry walk: examples, images in files."""

import pathlib
import zlib

import numpy as np

import pyengine as tf
from pyengine.ops.serializing import bytes_of_tensor
from tests.pyengine.ops.parsing_cases import EXAMPLES
from tests.pyengine.ops.test_parsing_sequences import DATA

BATCH = np.array(EXAMPLES, object)
NONE = np.array([], object)


def text(value):
    result = np.empty((), object)
    result[()] = value
    return result


with np.load(pathlib.Path(__file__).parents[1] / "recorded" / "images.npz") as recorded:
    PNG, JPEG = (text(recorded[name].tobytes()) for name in ("small_3", "jpeg"))
BMP = text(
    b"BM" + bytes(8) + b"\x36" + bytes(7) + b"\1\0\0\0\1\0\0\0\1\0\x18" + bytes(24) + b"rgb0"
)
GIF = text(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;")

SAMPLES = {
    "DecodeAndCropJpeg": ([JPEG, [0, 1, 2, 3]], {}),
    "DecodeBmp": ([BMP], {}),
    "DecodeGif": ([GIF], {}),
    "DecodeImage": ([PNG], {"dtype": tf.float32}),
    "DecodeJpeg": ([JPEG], {"channels": 1}),
    "DecodePng": ([PNG], {"channels": 4, "dtype": tf.uint16}),
    "ExtractJpegShape": ([JPEG], {"output_type": tf.int64}),
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
    "DecodeCompressed": ([np.array([zlib.compress(b"abc")], object)], {"compression_type": "ZLIB"}),
    "DecodeJSONExample": ([text(b"{}").reshape(1)], {}),
    "ParseSequenceExample": (
        [text(DATA).reshape(1), NONE, []],
        {
            "feature_list_dense_missing_assumed_empty": [],
            "context_sparse_keys": [],
            "context_dense_keys": [],
            "feature_list_sparse_keys": ["r"],
            "feature_list_dense_keys": ["d"],
            "Nfeature_list_sparse": 1,
            "Nfeature_list_dense": 1,
            "feature_list_sparse_types": [tf.float32],
            "feature_list_dense_types": [tf.int64],
            "feature_list_dense_shapes": [[2]],
        },
    ),
    "ParseTensor": ([text(bytes_of_tensor(np.float32(1), tf.float32))], {"out_type": tf.float32}),
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

ENCODE = "ops/test_image_encode.py"
WITH_STATE = {
    "EncodeJpeg": ENCODE,
    "DecodeWebP": "ops/test_image_webp.py",
    "EncodePng": ENCODE,
    "SerializeTensor": "ops/test_serializing.py",  # it is bound to its dtype
}
