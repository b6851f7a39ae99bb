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
    "PopulationCount": ([ints(1, 2)], {}),
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
WINDOW = {"ksizes": (1, 2, 2, 1), "strides": (1, 1, 2, 1), "rates": (1, 2, 1, 1)}
ROWS = {"N": 2}
SAMPLES |= {
    "BatchToSpaceND": ([normal(4, 2, 2, 1), [2, 2], [[0, 1], [1, 0]]], {}),
    "Bincount": ([ints(1, 1, 3), 3, normal(3)], {}),
    "BroadcastArgs": ([ints(2, 1, 3), ints(4, 1)], {}),
    "DepthToSpace": ([normal(1, 2, 2, 8)], {"block_size": 2}),
    "Diag": ([normal(2, 2)], {}),
    "DiagPart": ([normal(2, 3, 2, 3)], {}),
    "DynamicPartition": ([normal(4, 2), ints(1, 0, 1, 2)], {"num_partitions": 3}),
    "DynamicStitch": ([[ints(0, 2), ints([1, 3])], [normal(2, 2), normal(1, 2, 2)]], ROWS),
    "Einsum": (
        [[normal(2, 3), normal(3, 4)]],
        {"N": 2, "equation": "ij,jk->ki"},
    ),
    "EnsureShape": ([normal(2, 3)], {"shape": tf.TensorShape([None, 3])}),
    "ExtractImagePatches": ([normal(2, 4, 5, 2)], {**WINDOW, "padding": "SAME"}),
    "ExtractVolumePatches": (
        [normal(1, 3, 4, 3, 2)],
        {"ksizes": (1, 2, 2, 2, 1), "strides": (1, 1, 2, 1, 1), "padding": "VALID"},
    ),
    "GuaranteeConst": ([normal(2)], {}),
    "HistogramFixedWidth": ([normal(5), np.array([-1.0, 1.0]), 4], {}),
    "IdentityN": ([[normal(2), normal(3)]], {"T": [tf.float64, tf.float64]}),
    "LowerBound": ([np.sort(normal(2, 4)), normal(2, 3)], {}),
    "MatrixBandPart": ([normal(2, 3, 4), 1, 0], {}),
    "MatrixDiagPartV3": ([normal(2, 3, 4), [-1, 1], np.float64(0)], {}),
    "MatrixDiagV3": ([normal(2, 3, 3), [-1, 1], 3, 4, np.float64(0)], {}),
    "MatrixSetDiagV3": ([normal(2, 3, 4), normal(2, 3), 1], {}),
    "MirrorPad": ([normal(3, 4), [[1, 2], [0, 3]]], {"mode": "REFLECT"}),
    "MirrorPadGrad": ([normal(5, 6), [[1, 2], [0, 2]]], {"mode": "SYMMETRIC"}),
    "Pad": ([normal(2, 3), [[1, 0], [0, 2]]], {}),
    "PadV2": ([normal(2, 3), [[1, 0], [0, 2]], np.float64(7)], {}),
    "ParallelDynamicStitch": ([[ints(0, 2), ints(1)], [normal(2, 2), normal(1, 2)]], ROWS),
    "ReverseSequence": ([normal(3, 4), ints(2, 0, 4)], {"seq_dim": 1}),
    "ReverseV2": ([normal(2, 3), [-1]], {}),
    "Roll": ([normal(2, 3), [1, -1], [0, 1]], {}),
    "SelectV2": ([np.array([[True], [False]]), normal(3), normal(2, 1)], {}),
    "ShapeN": ([[normal(2), normal(3, 1)]], {"N": 2}),
    "SpaceToBatchND": ([normal(2, 3, 3, 1), [2, 2], [[0, 1], [1, 0]]], {}),
    "SpaceToDepth": ([normal(1, 4, 4, 2)], {"block_size": 2}),
    "UnravelIndex": ([ints(5, 7), ints(2, 4)], {}),
    "UpperBound": ([np.sort(normal(2, 4)), normal(2, 3)], {}),
}
for _n, _suffix in ((1, ""), (2, "2D"), (3, "3D")):
    _z = normal(2, 3, 4) + 1j * normal(2, 3, 4)
    _lengths = [3, 2, 4][:_n]
    SAMPLES[f"FFT{_suffix}"] = ([_z], {})
    SAMPLES[f"IFFT{_suffix}"] = ([_z], {})
    SAMPLES[f"RFFT{_suffix}"] = ([normal(3, 4, 5), _lengths], {"Tcomplex": tf.complex128})
    SAMPLES[f"IRFFT{_suffix}"] = ([_z, [2, 2, 4][:_n]], {"Treal": tf.float64})
SPARSE = [np.array([[0, 0], [0, 2], [1, 1]]), np.array([7, 7, 9]), np.array([3, 4])]
DENSE = np.array([[7, 8], [9, 9], [1, 7]])
SAMPLES |= {
    "DenseToDenseSetOperation": ([DENSE, DENSE[::-1]], {"set_operation": "a-b"}),
    "DenseToSparseSetOperation": ([DENSE, *SPARSE], {"set_operation": "union"}),
    "SetSize": (SPARSE, {}),
    "SparseToSparseSetOperation": ([*SPARSE, *SPARSE], {"set_operation": "intersection"}),
}
f4 = np.float32
QUANTIZED = np.array([(1,), (200,)], [("quint8", np.uint8)])
CHANNELS = [np.array([-1, -2, -3], f4), np.array([1, 2, 3], f4)]
SAMPLES |= {
    "Dequantize": ([QUANTIZED, f4(-1), f4(1)], {}),
    "FakeQuantWithMinMaxArgs": ([normal(3).astype(f4)], {}),
    "FakeQuantWithMinMaxArgsGradient": ([normal(3).astype(f4), normal(3).astype(f4)], {}),
    "FakeQuantWithMinMaxVars": ([normal(3).astype(f4), f4(-1), f4(1)], {}),
    "FakeQuantWithMinMaxVarsGradient": ([*normal(2, 3).astype(f4), f4(-1), f4(1)], {}),
    "FakeQuantWithMinMaxVarsPerChannel": ([normal(2, 3).astype(f4), *CHANNELS], {}),
    "FakeQuantWithMinMaxVarsPerChannelGradient": (
        [*normal(2, 2, 3).astype(f4), *CHANNELS],
        {},
    ),
    "QuantizeAndDequantizeV2": ([normal(3), np.float64(-1), np.float64(1)], {}),
    "QuantizeAndDequantizeV4": ([normal(3), np.float64(-1), np.float64(1)], {}),
    "QuantizeAndDequantizeV4Grad": ([*normal(2, 3), np.float64(-1), np.float64(1)], {}),
    "QuantizeV2": ([normal(3).astype(f4), f4(-1), f4(1)], {"T": tf.quint8}),
}
for _how in ("Sum", "Mean", "SqrtN"):
    _inputs = [normal(4, 2), ints(3, 0, 3), ints(0, 0, 2)]
    SAMPLES[f"SparseSegment{_how}"] = (_inputs, {})
    SAMPLES[f"SparseSegment{_how}WithNumSegments"] = ([*_inputs, 4], {})
    SAMPLES[f"SparseSegment{_how}Grad"] = ([normal(3, 2), ints(3, 0, 3), ints(0, 0, 2), 4], {})

WITH_STATE = {"ParallelConcat": "ops/test_identities.py"}  # it wants known shapes

NUMERIC_EXEMPT = {
    "Angle": "complex",
    "Betainc": "TensorFlow has none in the first two arguments",
    "Complex": "complex",
    "Imag": "complex",
    "MatrixDiagPartV3": "TensorFlow has none in the padding; test_diagonals.py checks the other",
    "MatrixDiagV3": "TensorFlow has none in the padding; test_diagonals.py checks the other",
    "NextAfter": "its step is too small for differences",
    "PadV2": "TensorFlow has none in the padding; test_padding.py checks the other",
    "Real": "complex",
}
NUMERIC_EXEMPT |= {
    f"QuantizeAndDequantizeV{_v}": "it passes gradients as if it did not round" for _v in (2, 4)
}
NUMERIC_EXEMPT |= {
    f"{_i}{_kind}T{_s}": "complex; ops/test_fourier.py"
    for _i in ("", "I")
    for _kind in ("FF", "RFF")
    for _s in ("", "2D", "3D")
}
