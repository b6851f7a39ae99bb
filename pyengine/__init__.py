"""TensorFlow 1.x programming on NumPy: `import pyengine as tf`.

Graphs, sessions, variables, feeds, fetches, gradients and optimizers, under TensorFlow's names.

Example:
    >>> import pyengine as tf
    >>> with tf.Graph().as_default(), tf.Session() as sess:
    ...     int(sess.run(tf.constant(10) + tf.constant(32)))
    42
"""

from __future__ import annotations

from pyengine import (
    bitwise,
    errors,
    image,
    initializers,
    layers,
    linalg,
    losses,
    manip,
    math,
    metrics,
    nn,
    quantization,
    sets,
    signal,
    sparse,
    spectral,
    train,
)
from pyengine.config import (
    ConfigProto,
    GPUOptions,
    GraphOptions,
    OptimizerOptions,
    RunMetadata,
    RunOptions,
)
from pyengine.convert import constant, convert_to_tensor, register_tensor_conversion_function
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
    RegisterGradient,
    UnconnectedGradients,
    gradients,
    hessians,
)
from pyengine.graph import (
    Graph,
    Operation,
    Tensor,
    get_default_graph,
    get_default_session,
    reset_default_graph,
)
from pyengine.graph_keys import GraphKeys
from pyengine.image.geometry import random_crop
from pyengine.indexed_slices import IndexedSlices, IndexedSlicesValue
from pyengine.initializers import (
    constant_initializer,
    glorot_normal_initializer,
    glorot_uniform_initializer,
    ones_initializer,
    random_normal_initializer,
    random_uniform_initializer,
    truncated_normal_initializer,
    variance_scaling_initializer,
    zeros_initializer,
)
from pyengine.ops.array import *
from pyengine.ops.bits import *
from pyengine.ops.blocks import *
from pyengine.ops.clip import *
from pyengine.ops.compare import *
from pyengine.ops.complex import *
from pyengine.ops.confusion import *
from pyengine.ops.contraction import *
from pyengine.ops.control_flow import group, no_op, tuple
from pyengine.ops.cumulative import *
from pyengine.ops.decompositions import *
from pyengine.ops.diagonals import *
from pyengine.ops.elementwise import *
from pyengine.ops.fake_quant import *
from pyengine.ops.filling import *
from pyengine.ops.fourier import *
from pyengine.ops.gathering import *
from pyengine.ops.histograms import *
from pyengine.ops.identities import *
from pyengine.ops.indexing import *
from pyengine.ops.joining import *
from pyengine.ops.math import *
from pyengine.ops.matmul import *
from pyengine.ops.matrix_functions import *
from pyengine.ops.nonan import *
from pyengine.ops.padding import *
from pyengine.ops.partition import *
from pyengine.ops.patches import *
from pyengine.ops.quantize import dequantize, quantize, quantize_v2
from pyengine.ops.random import *
from pyengine.ops.reduce import *
from pyengine.ops.reversing import *
from pyengine.ops.scatter_state import *
from pyengine.ops.scattering import *
from pyengine.ops.segment import *
from pyengine.ops.sequences import *
from pyengine.ops.solving import *
from pyengine.ops.sorting import *
from pyengine.ops.sparse import *
from pyengine.ops.sparse_math import *
from pyengine.ops.sparse_parts import *
from pyengine.ops.sparse_reduce import *
from pyengine.ops.sparse_rows import *
from pyengine.ops.sparse_segment import *
from pyengine.ops.special import *
from pyengine.ops.state import assign, assign_add, assign_sub, is_variable_initialized
from pyengine.ops.statistics import *
from pyengine.ops.trigonometry import *
from pyengine.ops.uniqueness import *
from pyengine.scopes import (
    add_to_collection,
    add_to_collections,
    colocate_with,
    container,
    control_dependencies,
    device,
    get_collection,
    get_collection_ref,
    name_scope,
)
from pyengine.session import InteractiveSession, Session
from pyengine.shape import Dimension, TensorShape
from pyengine.sparse_tensor import *
from pyengine.static import constant_value as get_static_value
from pyengine.variable_scope import *
from pyengine.variables import *


def __getattr__(name: str) -> object:
    """`tf.contrib` is imported when it is first used: most programs do without."""
    if name == "contrib":
        import importlib

        return importlib.import_module("pyengine.contrib")
    raise AttributeError(f"module 'pyengine' has no attribute {name!r}")
