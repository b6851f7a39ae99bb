"""What building one op costs, for every op type with a sample in the tests: the slowest first.

    PYTHONPATH=$PWD .venv/bin/python benchmarks/op_build.py [--limit 40] [--rounds 200]

The inputs are there already; the time is that of checking types, inferring shapes and adding the
operation to the graph, in the best of several passes. Ends with 1 if an op takes longer than the
limit (in microseconds).
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time

import pyengine as tf
from pyengine.registry import OPS
from tests.pyengine.ops.test_registry_walk import SAMPLES, build


def microseconds(type_: str, rounds: int) -> float:
    """The time of one build, in the best of five passes."""
    best = float("inf")
    with tf.Graph().as_default() as graph:
        op, _, _ = build(type_)
        opdef, inputs, at = OPS[type_], [], 0
        for arg, value in zip(opdef.inputs, SAMPLES[type_][0]):
            count = len(value) if arg.is_list else 1
            members = list(op.inputs[at : at + count])
            inputs.append(members if arg.is_list else members[0])
            at += count
        attrs = {**opdef.attrs, **SAMPLES[type_][1]}
        for _ in range(5):
            begin = time.perf_counter()
            for _ in range(rounds):
                opdef.build(graph, inputs, dict(attrs), type_)
            best = min(best, time.perf_counter() - begin)
    return best / rounds * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=40.0)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    gc.disable()
    found = {t: microseconds(t, given.rounds) for t in sorted(SAMPLES)}
    slowest = sorted(found, key=lambda t: -found[t])
    for type_ in slowest[:20]:
        print(f"{type_:40s} {found[type_]:7.1f} us")
    over = [t for t in slowest if found[t] > given.limit]
    print(
        f"{len(found)} op types, median {statistics.median(found.values()):.1f} us, "
        f"{len(over)} above {given.limit:.0f} us"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
