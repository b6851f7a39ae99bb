"""Neural networks: the `tf.nn` namespace."""

from __future__ import annotations

from pyengine.ops.conv_transpose import *
from pyengine.ops.convolution import *
from pyengine.ops.dilation import *
from pyengine.ops.elementwise import log_sigmoid, sigmoid, tanh
from pyengine.ops.nn import *
from pyengine.ops.pooling import *
from pyengine.ops.softmax import *
from pyengine.ops.statistics import (
    normalize_moments,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
)
