"""Random numbers: the `tf.random` namespace."""

from __future__ import annotations

from pyengine.ops.candidate_sampling import (
    all_candidate_sampler,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from pyengine.ops.random import get_seed, set_random_seed, truncated_normal
from pyengine.ops.random import random_normal as normal
from pyengine.ops.random import random_shuffle as shuffle
from pyengine.ops.random import random_uniform as uniform
from pyengine.ops.random_draws import categorical, multinomial
from pyengine.ops.random_draws import random_gamma as gamma
from pyengine.ops.random_draws import random_poisson as poisson
from pyengine.ops.random_stateless import (
    stateless_categorical,
    stateless_multinomial,
    stateless_truncated_normal,
)
from pyengine.ops.random_stateless import stateless_random_normal as stateless_normal
from pyengine.ops.random_stateless import stateless_random_uniform as stateless_uniform
