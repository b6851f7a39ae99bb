"""Reading and writing: the `tf.io` namespace."""

from __future__ import annotations

from pyengine.io import gfile
from pyengine.ops.decode import decode_csv, decode_raw
from pyengine.ops.files import matching_files, read_file, write_file
from pyengine.ops.image_encode import encode_jpeg, encode_png
from pyengine.ops.image_files import (
    decode_and_crop_jpeg,
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    extract_jpeg_shape,
    is_jpeg,
)
from pyengine.ops.image_webp import decode_webp
from pyengine.ops.parsing import parse_example, parse_single_example
from pyengine.ops.parsing_features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    SparseFeature,
    VarLenFeature,
)
from pyengine.ops.parsing_sequence_batches import parse_sequence_example
from pyengine.ops.parsing_sequences import parse_single_sequence_example
from pyengine.ops.queues import PaddingFIFOQueue, PriorityQueue, QueueBase, RandomShuffleQueue
from pyengine.ops.serializing import (
    decode_compressed,
    decode_json_example,
    parse_tensor,
    serialize_tensor,
)
from pyengine.ops.sparse_serializing import (
    deserialize_many_sparse,
    serialize_many_sparse,
    serialize_sparse,
)
from pyengine.ops.string_numbers import decode_base64, encode_base64
from pyengine.python_io import (
    TFRecordCompressionType,
    TFRecordOptions,
    TFRecordWriter,
    tf_record_iterator,
)
from pyengine.train.graph_io import write_graph
from pyengine.train.input import match_filenames_once
