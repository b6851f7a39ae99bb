"""The op types of iterators; what an iterator is in a session is in `executor.iterators`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.executor.iterators import IteratorResource, of_handle
from pyengine.executor.plan import Plan
from pyengine.executor.texts import text
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR

__all__: list[str] = []

_STATE = no_grad("an iterator is state, not a function of the inputs")
_ELEMENTS: dict[str, Any] = {"output_types": REQUIRED, "output_shapes": REQUIRED}


def _resource_of(op: Operation, runtime: Any) -> IteratorResource:
    return IteratorResource(runtime, op.attrs["output_types"], op.attrs["output_shapes"])


def _bind_iterator(op: Operation, runtime: Any) -> Callable[[], Any]:
    shared = op.attrs["shared_name"]
    if shared:
        key = ("iterator", op.attrs["container"], shared)
        return lambda: runtime.shared(key, lambda: _resource_of(op, runtime))
    return lambda: runtime.state_of(op, lambda o: _resource_of(o, runtime))


iterator = defop(
    "IteratorV2",
    "-> resource",
    doc="A place that goes through a data set.",
    attrs={"shared_name": "", "container": "", **_ELEMENTS},
    shape=lambda op: SCALAR,
    bind=_bind_iterator,
    grad=_STATE,
)


def _bind_one_shot(op: Operation, runtime: Any) -> Callable[[], Any]:
    def make(o: Operation) -> IteratorResource:
        resource = _resource_of(o, runtime)
        (source,) = Plan(o.attrs["dataset_factory"].outputs, [], runtime)([])
        resource.start(source)
        return resource

    return lambda: runtime.state_of(op, make)


one_shot_iterator = defop(
    "OneShotIterator",
    "-> resource",
    doc="A place that goes through one data set once.",
    attrs={"dataset_factory": REQUIRED, "container": "", "shared_name": "", **_ELEMENTS},
    shape=lambda op: SCALAR,
    bind=_bind_one_shot,
    grad=_STATE,
)
make_iterator = defop(
    "MakeIterator",
    "dataset: variant, iterator: resource ->",
    doc="Brings an iterator to the start of a data set.",
    shape=lambda op: [],
    kernel=lambda xp, dataset, resource: resource.start(dataset),
    stateful=True,
    grad=_STATE,
)
iterator_get_next = defop(
    "IteratorGetNext",
    "iterator: resource -> @output_types*",
    doc="The next element.",
    attrs=_ELEMENTS,
    shape=lambda op: list(op.attrs["output_shapes"]),
    kernel=lambda xp, resource, **_: resource.get_next(),
    stateful=True,
    grad=_STATE,
)
iterator_to_string_handle = defop(
    "IteratorToStringHandle",
    "resource_handle: resource -> string",
    doc="A string that stands for an iterator in its session.",
    shape=lambda op: SCALAR,
    kernel=lambda xp, resource: text(resource.handle),
    stateful=True,
    grad=_STATE,
)


def _bind_from_handle(op: Operation, runtime: Any) -> Callable[[Any], Any]:
    def find(handle: Any) -> IteratorResource:
        name: Any = np.asarray(handle, object)[()]
        resource = of_handle(runtime, name)
        resource.check(op.attrs["output_types"], op.attrs["output_shapes"])
        return resource

    return find


iterator_from_string_handle = defop(
    "IteratorFromStringHandleV2",
    "string_handle: string -> resource",
    doc="The iterator that a string stands for.",
    attrs=_ELEMENTS,
    shape=lambda op: SCALAR,
    bind=_bind_from_handle,
    grad=_STATE,
)
