"""Losses with weights, reductions and a collection: the `tf.losses` namespace."""

from __future__ import annotations

from pyengine.losses.functions import *
from pyengine.losses.weighting import *
