"""`tf.app`: command-line flags, and running a program's main function with them."""

from pyengine.app import flags
from pyengine.app.program import run

__all__ = ["flags", "run"]
