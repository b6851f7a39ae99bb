"""TensorFlow 1.x programming on NumPy: `import pyengine as tf`.

Graphs, sessions, variables, feeds, fetches, gradients and optimizers, under TensorFlow's names.

Example:
    >>> import pyengine as tf
    >>> with tf.Graph().as_default(), tf.Session() as sess:
    ...     int(sess.run(tf.constant(10) + tf.constant(32)))
    42
"""

from __future__ import annotations

from pyengine import environment  # isort: skip  # before NumPy is imported

from pyengine import (
    bitwise,
    control_flow,
    debugging,
    errors,
    initializers,
    linalg,
    manip,
    math,
    nest,
    nn,
    quantization,
    random,
    sets,
    sparse,
    strings,
    train,
)
from pyengine.config import (
    ConfigProto,
    GPUOptions,
    GraphOptions,
    OptimizerOptions,
    RunOptions,
)
from pyengine.convert import (
    constant,
    convert_to_tensor,
    is_tensor,
    register_tensor_conversion_function,
)
from pyengine.defaults import get_default_session
from pyengine.device import DeviceSpec
from pyengine.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    bool,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from pyengine.errors import OpError
from pyengine.gradients import (
    AggregationMethod,
    NoGradient,
    NotDifferentiable,
    RegisterGradient,
    UnconnectedGradients,
    gradients,
    hessians,
    no_gradient,
)
from pyengine.graph import (
    Graph,
    Operation,
    Tensor,
    get_default_graph,
    reset_default_graph,
)
from pyengine.graph_keys import GraphKeys
from pyengine.indexed_slices import (
    IndexedSlices,
    IndexedSlicesValue,
    convert_to_tensor_or_indexed_slices,
)
from pyengine.initializers import (
    constant_initializer,
    glorot_normal_initializer,
    glorot_uniform_initializer,
    ones_initializer,
    orthogonal_initializer,
    random_normal_initializer,
    random_uniform_initializer,
    truncated_normal_initializer,
    uniform_unit_scaling_initializer,
    variance_scaling_initializer,
    zeros_initializer,
)
from pyengine.ops import checkpoint as _checkpoint_ops
from pyengine.ops import parsing_sequence_batches as _parsing_ops
from pyengine.ops import summary as _summary_ops
from pyengine.ops.array import *
from pyengine.ops.asserting import *
from pyengine.ops.bits import *
from pyengine.ops.blocks import *
from pyengine.ops.check import *
from pyengine.ops.check_ranks import *
from pyengine.ops.clip import *
from pyengine.ops.compare import *
from pyengine.ops.complex import *
from pyengine.ops.cond import *
from pyengine.ops.confusion import *
from pyengine.ops.contraction import *
from pyengine.ops.control_flow import group, no_op, tuple
from pyengine.ops.cumulative import *
from pyengine.ops.custom_gradient import *
from pyengine.ops.decode import *
from pyengine.ops.decompositions import *
from pyengine.ops.diagonals import *
from pyengine.ops.edit_distance import *
from pyengine.ops.elementwise import *
from pyengine.ops.fake_quant import *
from pyengine.ops.files import *
from pyengine.ops.filling import *
from pyengine.ops.fourier import *
from pyengine.ops.functional import *
from pyengine.ops.gathering import *
from pyengine.ops.hashing import *
from pyengine.ops.histograms import *
from pyengine.ops.identities import *
from pyengine.ops.indexing import *
from pyengine.ops.joining import *
from pyengine.ops.math import *
from pyengine.ops.matmul import *
from pyengine.ops.matrix_functions import *
from pyengine.ops.nonan import *
from pyengine.ops.numerics import *
from pyengine.ops.padding import *
from pyengine.ops.parsing import *
from pyengine.ops.parsing_features import *
from pyengine.ops.parsing_sequences import *
from pyengine.ops.partition import *
from pyengine.ops.patches import *
from pyengine.ops.placeholders import *
from pyengine.ops.printing import print, timestamp
from pyengine.ops.quantize import dequantize, quantize, quantize_v2
from pyengine.ops.queues import *
from pyengine.ops.random import *
from pyengine.ops.random_draws import *
from pyengine.ops.readers import *
from pyengine.ops.reduce import *
from pyengine.ops.regex import *
from pyengine.ops.repetition import *
from pyengine.ops.reversing import *
from pyengine.ops.scatter_state import *
from pyengine.ops.scattering import *
from pyengine.ops.script import *
from pyengine.ops.segment import *
from pyengine.ops.sequences import *
from pyengine.ops.serializing import decode_json_example, parse_tensor, serialize_tensor
from pyengine.ops.session_handles import *
from pyengine.ops.solving import *
from pyengine.ops.sorting import *
from pyengine.ops.sparse import *
from pyengine.ops.sparse_math import *
from pyengine.ops.sparse_parts import *
from pyengine.ops.sparse_reduce import *
from pyengine.ops.sparse_rows import *
from pyengine.ops.sparse_segment import *
from pyengine.ops.sparse_serializing import *
from pyengine.ops.special import *
from pyengine.ops.state import assign, assign_add, assign_sub, is_variable_initialized
from pyengine.ops.statistics import *
from pyengine.ops.string_joining import *
from pyengine.ops.string_numbers import *
from pyengine.ops.strings import *
from pyengine.ops.sums import *
from pyengine.ops.tensor_array import *
from pyengine.ops.trigonometry import *
from pyengine.ops.uniqueness import *
from pyengine.ops.while_loop import *
from pyengine.partitioned import *
from pyengine.partitioners import *
from pyengine.resource_variables import *
from pyengine.scopes import (
    add_to_collection,
    add_to_collections,
    colocate_with,
    container,
    control_dependencies,
    device,
    get_collection,
    get_collection_ref,
    init_scope,
    name_scope,
    op_scope,
)
from pyengine.session import InteractiveSession, Session
from pyengine.shape import Dimension, TensorShape
from pyengine.sparse_tensor import *
from pyengine.static import constant_value as get_static_value
from pyengine.switches import *
from pyengine.template import make_template
from pyengine.uninitialized import *
from pyengine.variable_collections import *
from pyengine.variable_scope import *
from pyengine.variables import *

# What is imported when it is first used: most programs do without.
_LAZY_MODULES = (
    "app", "compat", "contrib", "core", "data", "distributions", "gfile", "graph_util", "image",
    "io", "layers", "logging", "lookup", "losses", "metrics", "python", "python_io", "queue",
    "raw_ops", "resource_loader", "saved_model", "signal", "spectral", "summary", "test", "version",
)  # fmt: skip
_LAZY = {
    "import_graph_def": "pyengine.importer",
    "make_ndarray": "pyengine.protos.values",
    "make_tensor_proto": "pyengine.protos.values",
    "random_crop": "pyengine.image.geometry",
}
_LAZY |= dict.fromkeys(
    (
        "histogram_summary", "image_summary", "merge_all_summaries", "merge_summary",
        "scalar_summary",
    ),
    "pyengine.summary.old",
)  # fmt: skip
_LAZY |= dict.fromkeys(
    (
        "batch_cholesky", "batch_cholesky_solve", "batch_fft", "batch_fft2d", "batch_fft3d",
        "batch_ifft", "batch_ifft2d", "batch_ifft3d", "batch_matrix_band_part",
        "batch_matrix_determinant", "batch_matrix_diag", "batch_matrix_diag_part",
        "batch_matrix_inverse", "batch_matrix_set_diag", "batch_matrix_solve",
        "batch_matrix_solve_ls", "batch_matrix_transpose", "batch_matrix_triangular_solve",
        "batch_self_adjoint_eig", "batch_self_adjoint_eigvals", "batch_svd", "complex_abs",
        "select",
    ),
    "pyengine.old_names",
)  # fmt: skip
_LAZY["flags"] = "pyengine.app"
_LAZY["Module"] = "pyengine.module"
_LAZY["TensorSpec"] = "pyengine.tensor_spec"
_LAZY["get_logger"] = "pyengine.logging"
_LAZY["tables_initializer"] = "pyengine.lookup.tables"
_LAZY["initialize_all_tables"] = "pyengine.lookup"
VERSION = __version__ = "1.15.0"  # of the TensorFlow whose API this is
GIT_VERSION = "unknown"
COMPILER_VERSION = "none"
GRAPH_DEF_VERSION = 134  # that of TensorFlow 1.15, whose GraphDefs these are
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0
# The messages that TensorFlow has at the top of its namespace.
_LAZY |= dict.fromkeys(
    (
        "AttrValue", "Event", "GraphDef", "HistogramProto", "LogMessage", "MetaGraphDef",
        "NameAttrList", "NodeDef", "RunMetadata", "SessionLog", "Summary", "SummaryMetadata",
        "TensorInfo",
    ),
    "pyengine.protos",
)  # fmt: skip

# Modules of TensorFlow's that somebody will look for, and should not take for misspelt; and what
# does the like.
_NOT_THERE = {
    "audio": "",
    "autograph": "Write tf.cond() and tf.while_loop() out.",
    "distribute": "A session runs in this process, with all its cores.",
    "estimator": "tf.train.MonitoredTrainingSession trains, saves and takes up again.",
    "feature_column": "tf.one_hot, tf.nn.embedding_lookup and tf.concat make features.",
    "keras": "tf.layers, tf.losses and tf.train have layers, losses and optimizers.",
    "lite": "",
    "profiler": "tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE) has a run's steps timed.",
    "ragged": "tf.SparseTensor and padded batches hold rows of several lengths.",
    "tpu": "",
    "xla": "Elementwise ops are fused without it.",
}


def __getattr__(name: str) -> object:
    import importlib

    if name in _LAZY_MODULES:
        return importlib.import_module(f"pyengine.{name}")
    if name in _LAZY:
        found = getattr(importlib.import_module(_LAZY[name]), name)
        globals()[name] = found
        return found
    if name in _NOT_THERE:
        hint = f". {_NOT_THERE[name]}" if _NOT_THERE[name] else ""
        raise AttributeError(f"tf.{name} is a part of TensorFlow that is not available here{hint}")
    raise AttributeError(f"module 'pyengine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY_MODULES, *_LAZY})
