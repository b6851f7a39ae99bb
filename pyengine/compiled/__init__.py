"""What is compiled with the engine: kernels that are one pass in C, and many in NumPy or PyTorch.

`winograd`, `pooled`, `tiles`, `philox` and `training` in `ops` say what they compute, and when.
Without them, as when the engine runs from plain sources, all is computed by NumPy and PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    from pyengine.compiled import _kernels
except ImportError:
    kernels: Any = None
    LANES = 0
else:
    kernels = _kernels
    LANES = _kernels.lanes()
"""How many floats this processor's vector registers hold; 0 where the kernels would be no gain."""

WHOLE = 16
"""What numbers of channels have to be multiples of: so they fill registers of all kinds."""


def dense(values: Any, dtype: Any = None) -> Any:
    """An array as compiled code reads it: row after row, numbers where they belong.

    Args:
        values: an array; it is copied if it lies in memory otherwise.
        dtype: what it is to be of; None leaves it.
    """
    return np.require(values, dtype, ("C", "A"))
