"""All elements of a data set to one: what is behind `Dataset.reduce`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.data import nest
from pyengine.data.structure import Spec, Traced, components_of
from pyengine.ops import dataset_ops
from pyengine.ops.array import identity

__all__ = ["reduced"]


def reduced(dataset: Any, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
    """Tensors like `initial_state`: the state after the last element.

    Args:
        dataset: a data set that ends.
        initial_state: nested tensors.
        reduce_func: takes the state and an element, and returns the new state.

    Raises:
        TypeError: when the new state is not like the old one.
    """
    state = components_of(initial_state)
    specs = nest.map_structure(Spec.of, state)
    traced = Traced(reduce_func, (specs, dataset._structure), "Dataset.reduce()")
    if not nest.same_structure(specs, traced.structure):
        raise TypeError("The structure of the new state must be that of the initial state.")
    after = nest.flatten(traced.structure)
    for wanted, have in zip(nest.flatten(specs), after):
        if wanted.dtype is not have.dtype:
            raise TypeError(
                f"The element types for the new state must match the initial state. Expected "
                f"{wanted.dtype}; got {have.dtype}."
            )
        if not wanted.shape.is_compatible_with(have.shape):
            raise TypeError(
                f"The shape of the new state must stay that of the initial state: {wanted.shape} "
                f"became {have.shape}."
            )
    flat = [identity(t) for t in nest.flatten(state)]
    types = [s.dtype for s in after]
    tensors = dataset_ops.reduce_dataset(
        dataset._variant_tensor, flat, traced.captured, f=traced.graph, Tstate=types,
        Targuments=traced.captured_types, output_types=types,
        output_shapes=[s.shape for s in after],
    )  # fmt: skip
    return nest.pack_like(state, list(tensors))
