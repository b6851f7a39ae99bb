"""Metrics that add up over batches: the `tf.metrics` namespace.

Each function makes local variables (run `tf.local_variables_initializer()` first) and returns a
tensor, the metric so far, and an op that counts one more batch in and returns the metric then.
"""

from __future__ import annotations

from pyengine.metrics.classes import *
from pyengine.metrics.counts import *
from pyengine.metrics.means import *
from pyengine.metrics.ranks import *
from pyengine.metrics.thresholds import *
