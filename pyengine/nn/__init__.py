"""Neural networks: the `tf.nn` namespace."""

from __future__ import annotations

from pyengine.nn import rnn_cell
from pyengine.nn.rnn import *
from pyengine.ops.activations import *
from pyengine.ops.batch_norm import fused_batch_norm
from pyengine.ops.batches import *
from pyengine.ops.blocks import batch_to_space, depth_to_space, space_to_batch, space_to_depth
from pyengine.ops.candidate_sampling import *
from pyengine.ops.conv_transpose import *
from pyengine.ops.convolution import *
from pyengine.ops.dilation import *
from pyengine.ops.elementwise import log_sigmoid, sigmoid, tanh
from pyengine.ops.embedding import *
from pyengine.ops.entropies import *
from pyengine.ops.lrn import *
from pyengine.ops.moments import *
from pyengine.ops.nn import *
from pyengine.ops.pooling import *
from pyengine.ops.sampled_losses import *
from pyengine.ops.softmax import *
from pyengine.ops.statistics import (
    normalize_moments,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
)
