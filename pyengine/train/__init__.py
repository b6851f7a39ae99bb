"""Training: the `tf.train` namespace."""

from __future__ import annotations

from pyengine.train.adam import AdamOptimizer
from pyengine.train.gradient_descent import GradientDescentOptimizer
from pyengine.train.optimizer import Optimizer

__all__ = ["AdamOptimizer", "GradientDescentOptimizer", "Optimizer"]
