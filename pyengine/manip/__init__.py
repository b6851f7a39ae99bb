"""Other arrangements of elements: the `tf.manip` namespace."""

from __future__ import annotations

from pyengine.ops.array import reshape
from pyengine.ops.blocks import batch_to_space_nd, space_to_batch_nd
from pyengine.ops.gathering import gather_nd
from pyengine.ops.repetition import tile
from pyengine.ops.reversing import reverse, roll
from pyengine.ops.scattering import scatter_nd
