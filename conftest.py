"""What holds for all tests: the GPUs are those that a test asks for, whatever the machine has."""

import os

os.environ.setdefault("TENSORFLOW_PRETEND_GPUS", "0")
