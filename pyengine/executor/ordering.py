"""The order in which the parts of a plan are carried out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from pyengine import errors
from pyengine.graph import Operation

Item = TypeVar("Item")


def in_order(
    sources: Mapping[Item, AbstractSet[Item]], priority: Callable[[Item], Any]
) -> list[Item]:
    """Items in an order that respects what they wait for: that of their priorities where it can be.

    With the ops' numbers for priorities runs are repeatable: a variable read written before an
    assignment sees the old value, one written after it sees the new. (Kahn, *Topological sorting of
    large networks*, 1962, with a heap of what is ready.)

    Args:
        sources: for each item those that it waits for; one that is no key is not waited for.
        priority: gives each item a number or a tuple of numbers, which no other has; the smaller,
            the earlier.

    Raises:
        InvalidArgumentError: if items wait for each other.
    """
    waiting = dict.fromkeys(sources, 0)
    after: dict[Item, list[Item]] = {item: [] for item in sources}
    for item, before in sources.items():
        for source in before & sources.keys():
            waiting[item] += 1
            after[source].append(item)
    ready = [(priority(item), item) for item, count in waiting.items() if not count]
    heapq.heapify(ready)
    result = []
    while ready:
        _, item = heapq.heappop(ready)
        result.append(item)
        for successor in after[item]:
            waiting[successor] -= 1
            if not waiting[successor]:
                heapq.heappush(ready, (priority(successor), successor))
    if len(result) < len(sources):
        stuck = min((item for item in sources if waiting[item]), key=priority)
        op = stuck if isinstance(stuck, Operation) else None
        raise errors.InvalidArgumentError(None, op, f"the graph has a cycle: {stuck!r} is in it")
    return result
