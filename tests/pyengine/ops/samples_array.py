"""Samples of the array, reduction and special-function ops for the registry walk."""

import numpy as np

rng = np.random.default_rng(7)


def normal(*shape):
    return rng.normal(size=shape)


def positive(*shape):
    return rng.uniform(0.5, 2.0, size=shape)


def ints(*values):
    return np.array(values, np.int32)


IDS = ints(0, 0, 2, 2)
MIXED = ints(1, 0, 1, -1)

# As SAMPLES of the walk: for each op type its inputs and its attributes.
SAMPLES = {
    "GatherNd": ([normal(2, 3, 2), ints([0, 2], [1, 1], [0, 2])], {}),
    "ListDiff": ([ints(1, 2, 3, 2), ints(2)], {}),
    "ScatterNd": ([ints([0, 1], [1, 0], [0, 1]), normal(3, 2), [2, 3, 2]], {}),
    "SegmentMax": ([normal(4, 2), IDS], {}),
    "SegmentMean": ([normal(4, 2), IDS], {}),
    "SegmentMin": ([normal(4, 2), IDS], {}),
    "SegmentProd": ([normal(4, 2), IDS], {}),
    "SegmentSum": ([normal(4, 2), IDS], {}),
    "TensorScatterAdd": ([normal(3, 2), ints([0], [2], [0]), normal(3, 2)], {}),
    "TensorScatterMax": ([normal(3, 2), ints([0], [2], [0]), normal(3, 2)], {}),
    "TensorScatterMin": ([normal(3, 2), ints([0], [2], [0]), normal(3, 2)], {}),
    "TensorScatterSub": ([normal(3, 2), ints([0], [2], [0]), normal(3, 2)], {}),
    "TensorScatterUpdate": ([normal(3, 2), ints([0], [2]), normal(2, 2)], {}),
    "UniqueWithCounts": ([ints(3, 1, 3)], {}),
    "UnsortedSegmentMax": ([normal(4, 2), MIXED, 2], {}),
    "UnsortedSegmentMin": ([normal(4, 2), MIXED, 2], {}),
    "UnsortedSegmentProd": ([normal(4, 2), MIXED, 3], {}),
}
for _how in ("Sum", "Mean", "SqrtN"):
    _inputs = [normal(4, 2), ints(3, 0, 3), ints(0, 0, 2)]
    SAMPLES[f"SparseSegment{_how}"] = (_inputs, {})
    SAMPLES[f"SparseSegment{_how}WithNumSegments"] = ([*_inputs, 4], {})
    SAMPLES[f"SparseSegment{_how}Grad"] = ([normal(3, 2), ints(3, 0, 3), ints(0, 0, 2), 4], {})

NUMERIC_EXEMPT: dict[str, str] = {}
