"""Neural networks: the `tf.nn` namespace."""

from __future__ import annotations

from pyengine.ops.candidates import (
    all_candidate_sampler,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from pyengine.ops.elementwise import log_sigmoid, sigmoid, tanh
from pyengine.ops.nn import *
from pyengine.ops.softmax import *
from pyengine.ops.statistics import (
    normalize_moments,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
)
