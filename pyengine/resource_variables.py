"""How variables are read and combined: the switches of TensorFlow 1.x that variables heed.

A variable of TensorFlow 1.x is a reference, read once for all its uses; a resource variable is read
anew at each use. Both are kept alike here; what differs is when they are read.
"""

from __future__ import annotations

import enum

__all__ = [
    "VariableAggregation", "VariableSynchronization", "disable_resource_variables",
    "enable_resource_variables", "resource_variables_enabled",
]  # fmt: skip


class VariableSynchronization(enum.Enum):
    """When the copies of a distributed variable are made equal; there is one copy here."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """How the copies of a distributed variable are combined; there is one copy here."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


_default = [False]


def enable_resource_variables() -> None:
    """Makes new variables resource variables, which are read anew at each use."""
    _default[0] = True


def disable_resource_variables() -> None:
    """Makes new variables reference variables again, as they are at the start."""
    _default[0] = False


def resource_variables_enabled() -> bool:
    """Whether new variables are resource variables."""
    return _default[0]
