"""Ops that a saved model runs when it is loaded."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Operation
from pyengine.graph_keys import GraphKeys
from pyengine.ops.control_flow import group
from pyengine.scopes import control_dependencies, get_collection
from pyengine.variable_collections import global_variables_initializer, local_variables_initializer

__all__ = ["main_op", "main_op_with_restore"]


def main_op() -> Operation:
    """An op that initializes all variables and tables."""
    tables = get_collection(GraphKeys.TABLE_INITIALIZERS)
    return group(global_variables_initializer(), local_variables_initializer(), *tables)


def main_op_with_restore(restore_op_name: Any) -> Operation:
    """An op that initializes all variables and tables, and then restores.

    Args:
        restore_op_name: the op that restores, or its name.
    """
    from pyengine.graph import get_default_graph

    with control_dependencies([main_op()]):
        restore = get_default_graph().as_graph_element(restore_op_name)
        return group(restore)
