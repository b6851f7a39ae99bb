"""Layers, as classes and as functions: the `tf.layers` namespace."""

from __future__ import annotations

from pyengine.layers.base import InputSpec, Layer
from pyengine.layers.convolutional import *
from pyengine.layers.core import *
from pyengine.layers.normalization import *
from pyengine.layers.pooling import *
from pyengine.layers.separable import *
from pyengine.layers.transposed import *
