"""Probability distributions: the `tf.distributions` namespace."""

from __future__ import annotations

from pyengine.distributions.base import *
from pyengine.distributions.continuous import *
from pyengine.distributions.discrete import *
from pyengine.distributions.divergence import *
