"""Samples of the array, reduction and special-function ops for the registry walk."""

import numpy as np

import pyengine as tf

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
SAMPLES |= {
    "Angle": ([np.array([3 + 4j, 1j])], {"Tout": tf.float64}),
    "BesselI0": ([normal(4)], {}),
    "BesselI0e": ([normal(4)], {}),
    "BesselI1": ([normal(4)], {}),
    "BesselI1e": ([normal(4)], {}),
    "BesselJ0": ([normal(4)], {}),
    "BesselJ1": ([normal(4)], {}),
    "BesselK0": ([positive(4)], {}),
    "BesselK0e": ([positive(4)], {}),
    "BesselK1": ([positive(4)], {}),
    "BesselK1e": ([positive(4)], {}),
    "BesselY0": ([positive(4)], {}),
    "BesselY1": ([positive(4)], {}),
    "Betainc": ([positive(2, 1), positive(3), positive(2, 3) / 3], {}),
    "Bitcast": ([ints(1, 2)], {"type": tf.uint16}),
    "BitwiseAnd": ([ints(5, 6), ints(3, 2)], {}),
    "BitwiseOr": ([ints(5, 6), ints(3, 2)], {}),
    "BitwiseXor": ([ints(5, 6), ints(3, 2)], {}),
    "Complex": ([normal(2, 3), normal(3)], {"Tout": tf.complex128}),
    "Cross": ([normal(2, 3), normal(2, 3)], {}),
    "CumulativeLogsumexp": ([normal(2, 3), 1], {"reverse": True}),
    "Dawsn": ([normal(4)], {}),
    "DivNoNan": ([normal(2, 3), positive(3)], {}),
    "Erfc": ([normal(4)], {}),
    "Erfinv": ([positive(4) / 3], {}),
    "EuclideanNorm": ([normal(2, 3), [1]], {}),
    "Expint": ([positive(4)], {}),
    "FresnelCos": ([normal(4)], {}),
    "FresnelSin": ([normal(4)], {}),
    "Igamma": ([positive(2, 3), positive(3)], {}),
    "IgammaGradA": ([positive(2, 3), positive(3)], {}),
    "Igammac": ([positive(2, 3), positive(3)], {}),
    "Imag": ([np.array([3 + 4j, 1j])], {"Tout": tf.float64}),
    "Invert": ([ints(1, 2)], {}),
    "LeftShift": ([ints(5, 6), ints(3, 2)], {}),
    "MulNoNan": ([normal(2, 3), positive(3)], {}),
    "Ndtri": ([positive(4) / 3], {}),
    "NextAfter": ([normal(2), normal(2)], {}),
    "Real": ([np.array([3 + 4j, 1j])], {"Tout": tf.float64}),
    "RightShift": ([ints(5, 6), ints(3, 2)], {}),
    "Spence": ([positive(4)], {}),
    "Xdivy": ([normal(2, 3), positive(3)], {}),
    "Xlog1py": ([normal(2, 3), positive(3)], {}),
    "Xlogy": ([normal(2, 3), positive(3)], {}),
}
for _how in ("Sum", "Mean", "SqrtN"):
    _inputs = [normal(4, 2), ints(3, 0, 3), ints(0, 0, 2)]
    SAMPLES[f"SparseSegment{_how}"] = (_inputs, {})
    SAMPLES[f"SparseSegment{_how}WithNumSegments"] = ([*_inputs, 4], {})
    SAMPLES[f"SparseSegment{_how}Grad"] = ([normal(3, 2), ints(3, 0, 3), ints(0, 0, 2), 4], {})

NUMERIC_EXEMPT = {
    "Angle": "complex",
    "Betainc": "TensorFlow has none in the first two arguments",
    "Complex": "complex",
    "Imag": "complex",
    "NextAfter": "its step is too small for differences",
    "Real": "complex",
}
