"""Layers, regularizers and initializers of contrib: the `tf.contrib.layers` namespace."""

from __future__ import annotations

from pyengine.contrib.layers.initializers import *
from pyengine.contrib.layers.normalizers import *
from pyengine.contrib.layers.optimizers import *
from pyengine.contrib.layers.regularizers import *
from pyengine.contrib.layers.wiring import *
