"""`tf.python.platform`: `gfile`."""

from __future__ import annotations

from pyengine import gfile
