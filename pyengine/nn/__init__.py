"""Neural networks: the `tf.nn` namespace."""

from __future__ import annotations

from pyengine.ops.activations import *
from pyengine.ops.batch_norm import fused_batch_norm
from pyengine.ops.batches import *
from pyengine.ops.blocks import batch_to_space, depth_to_space, space_to_batch, space_to_depth
from pyengine.ops.candidate_sampling import *
from pyengine.ops.conv_transpose import *
from pyengine.ops.convolution import *
from pyengine.ops.ctc import *
from pyengine.ops.dilation import *
from pyengine.ops.elementwise import log_sigmoid, sigmoid, tanh
from pyengine.ops.embedding import *
from pyengine.ops.entropies import *
from pyengine.ops.fractional_pool import *
from pyengine.ops.lrn import *
from pyengine.ops.moments import *
from pyengine.ops.nn import *
from pyengine.ops.pooling import *
from pyengine.ops.safe_embedding import *
from pyengine.ops.sampled_losses import *
from pyengine.ops.softmax import *
from pyengine.ops.statistics import (
    normalize_moments,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
)

_RNN = {
    "bidirectional_dynamic_rnn": "rnn",
    "dynamic_rnn": "rnn",
    "raw_rnn": "rnn",
    "rnn_cell": "rnn_cell",
    "static_bidirectional_rnn": "static_rnn_ops",
    "static_rnn": "static_rnn_ops",
}


def __getattr__(name: str) -> object:
    """The recurrent networks are imported when they are first used: most programs do without."""
    if name not in _RNN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module = importlib.import_module(f"{__name__}.{_RNN[name]}")
    found: object = module if name == _RNN[name] else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_RNN})
