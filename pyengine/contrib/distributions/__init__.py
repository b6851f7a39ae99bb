"""All distributions and bijectors: the `tf.contrib.distributions` namespace."""

from __future__ import annotations

from pyengine.distributions import bijectors
from pyengine.distributions.categorical import *
from pyengine.distributions.compound import *
from pyengine.distributions.continuous import *
from pyengine.distributions.discrete import *
from pyengine.distributions.divergence import *
from pyengine.distributions.gammas import *
from pyengine.distributions.multivariate import *
from pyengine.distributions.util import *

bijector = bijectors  # the name it had in TensorFlow 1.0
