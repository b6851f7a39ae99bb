"""Record files: the `tf.python_io` namespace."""

from __future__ import annotations

from pyengine.python_io.record_io import *
