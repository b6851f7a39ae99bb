"""The logger that the engine's own messages go to: Python's logger "tensorflow"."""

from __future__ import annotations

import logging

logger = logging.getLogger("tensorflow")
