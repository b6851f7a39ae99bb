"""Neural networks: the `tf.nn` namespace."""

from __future__ import annotations

from pyengine.ops.nn import *
from pyengine.ops.softmax import *
