"""Samples of the ops of neural networks and images, for `test_registry_walk`."""

import numpy as np

import pyengine as tf

rng = np.random.default_rng(1)


def normal(*shape):
    return rng.normal(size=shape)


def distinct(*shape):
    """Numbers of which no two are near each other: a maximum that small steps do not move."""
    return rng.permutation(int(np.prod(shape))).reshape(shape).astype(float)


CONV = {"strides": (1, 2, 1, 1), "padding": "SAME"}
CONV3 = {"strides": (1, 1, 1, 1, 1), "padding": "VALID"}
POOL = {"ksize": (1, 2, 2, 1), "strides": (1, 2, 1, 1), "padding": "SAME"}
POOL3 = {"ksize": (1, 2, 2, 2, 1), "strides": (1, 2, 2, 1, 1), "padding": "VALID"}
FLAT3 = {"ksize": (1, 1, 2, 2, 1), "strides": (1, 1, 2, 2, 1), "padding": "VALID"}
PLACES = {"ksize": (1, 2, 2, 1), "strides": (1, 2, 2, 1), "padding": "VALID"}
DILATION = {"strides": (1, 1, 1, 1), "rates": (1, 1, 1, 1), "padding": "SAME"}
IMAGE = distinct(1, 4, 4, 2)
LARGEST = np.full((1, 2, 2, 2), 0.0)
for at in np.ndindex(2, 2):
    y, x = 2 * at[0], 2 * at[1]
    LARGEST[0, at[0], at[1]] = IMAGE[0, y : y + 2, x : x + 2].max((0, 1))
VOLUME = LARGEST[:, None]
FLAT = np.argmax(IMAGE.reshape(2, 2, 2, 2, 2).transpose(0, 2, 1, 3, 4).reshape(2, 2, 4, 2), axis=2)
PLACES_FOUND = np.array(
    [
        [
            [((2 * i + k // 2) * 4 + 2 * j + k % 2) * 2 + c for c, k in enumerate(FLAT[i, j])]
            for j in range(2)
        ]
        for i in range(2)
    ]
)[None]

F32 = np.float32
NORM = {"epsilon": 0.01}
CHANNELS = [normal(2).astype(F32) for _ in range(3)] + [np.array([0.5, 2.0], F32)]
BATCH = normal(2, 3, 3, 2).astype(F32)

RGB = rng.uniform(size=(1, 3, 4, 3))
RGB32 = RGB.astype(F32)
BOXES = np.array([[0.1, 0.2, 0.9, 0.7], [0.5, 0.1, 0.2, 0.8]], F32)
SCORES = np.array([0.5, 0.75], F32)
WHICH = np.array([0, 0], np.int32)
HALF = F32(0.5)
LOW = F32(0)

SAMPLES = {
    "AllCandidateSampler": (
        [np.array([[0], [2]])],
        {"num_true": 1, "num_sampled": 4, "unique": True},
    ),
    "ComputeAccidentalHits": ([np.array([[0], [2]]), np.array([2, 1])], {"num_true": 1}),
    "AdjustContrastv2": ([RGB32, F32(2)], {}),
    "AdjustHue": ([RGB32, F32(0.25)], {}),
    "AdjustSaturation": ([RGB32, F32(0.5)], {}),
    "CropAndResize": ([RGB32, BOXES, WHICH, [2, 3]], {}),
    "CropAndResizeGradBoxes": ([normal(2, 2, 3, 3).astype(F32), RGB32, BOXES, WHICH], {}),
    "CropAndResizeGradImage": (
        [normal(2, 2, 3, 3).astype(F32), BOXES, WHICH, [1, 3, 4, 3]],
        {"T": tf.float64},
    ),
    "HSVToRGB": ([RGB], {}),
    "NonMaxSuppressionV3": ([BOXES, SCORES, 2, HALF, LOW], {}),
    "NonMaxSuppressionV4": ([BOXES, SCORES, 3, HALF, LOW], {"pad_to_max_output_size": True}),
    "NonMaxSuppressionV5": ([BOXES, SCORES, 3, HALF, LOW, HALF], {}),
    "NonMaxSuppressionWithOverlaps": ([np.eye(2, dtype=F32), SCORES, 2, HALF, LOW], {}),
    "RGBToHSV": ([RGB], {}),
    "ResizeArea": ([RGB, [2, 5]], {}),
    "ResizeBicubic": ([RGB, [2, 5]], {}),
    "ResizeBicubicGrad": ([normal(1, 2, 5, 3).astype(F32), RGB], {}),
    "ResizeBilinear": ([RGB, [2, 5]], {}),
    "ResizeBilinearGrad": ([normal(1, 2, 5, 3).astype(F32), RGB], {}),
    "ResizeNearestNeighbor": ([RGB, [2, 5]], {}),
    "ResizeNearestNeighborGrad": ([normal(1, 2, 5, 3), [3, 4]], {}),
    "DrawBoundingBoxes": ([RGB32, BOXES[None]], {}),
    "DrawBoundingBoxesV2": ([RGB32, BOXES[None], np.ones((1, 3), F32)], {}),
    "FusedBatchNorm": ([BATCH, *CHANNELS], NORM),
    "FusedBatchNormGrad": ([BATCH, BATCH, CHANNELS[0], *CHANNELS[2:]], NORM),
    "FusedBatchNormGradV2": ([BATCH, BATCH, CHANNELS[0], *CHANNELS[2:]], NORM),
    "FusedBatchNormGradV3": ([BATCH, BATCH, CHANNELS[0], *CHANNELS[2:], F32(0)], NORM),
    "FusedBatchNormV2": ([BATCH, *CHANNELS], {**NORM, "is_training": False}),
    "FusedBatchNormV3": ([BATCH, *CHANNELS], {**NORM, "data_format": "NHWC"}),
    "LRN": ([BATCH], {"depth_radius": 1}),
    "LRNGrad": ([BATCH, BATCH, BATCH], {"depth_radius": 1}),
    "LeakyRelu": ([normal(5)], {"alpha": 0.25}),
    "LeakyReluGrad": ([normal(5), normal(5)], {"alpha": 0.25}),
    "Selu": ([normal(5)], {}),
    "SeluGrad": ([normal(5), normal(5)], {}),
    "AvgPool": ([normal(1, 3, 4, 2)], POOL),
    "AvgPool3D": ([normal(1, 2, 3, 3, 1)], POOL3),
    "AvgPool3DGrad": ([[1, 2, 3, 3, 1], normal(1, 1, 1, 2, 1)], POOL3),
    "AvgPoolGrad": ([[1, 3, 4, 2], normal(1, 2, 4, 2)], POOL),
    "Conv2D": ([normal(2, 4, 3, 2), normal(3, 2, 2, 3)], CONV),
    "Conv2DBackpropFilter": ([normal(2, 4, 3, 2), [3, 2, 2, 3], normal(2, 2, 3, 3)], CONV),
    "Conv2DBackpropInput": ([[2, 4, 3, 2], normal(3, 2, 2, 3), normal(2, 2, 3, 3)], CONV),
    "Conv3D": ([normal(1, 2, 3, 3, 2), normal(2, 2, 1, 2, 2)], CONV3),
    "Conv3DBackpropFilterV2": (
        [normal(1, 2, 3, 3, 2), [2, 2, 1, 2, 2], normal(1, 1, 2, 3, 2)],
        CONV3,
    ),
    "Conv3DBackpropInputV2": (
        [[1, 2, 3, 3, 2], normal(2, 2, 1, 2, 2), normal(1, 1, 2, 3, 2)],
        CONV3,
    ),
    "DepthwiseConv2dNative": ([normal(2, 4, 3, 2), normal(3, 2, 2, 3)], CONV),
    "DepthwiseConv2dNativeBackpropFilter": (
        [normal(2, 4, 3, 2), [3, 2, 2, 3], normal(2, 2, 3, 6)],
        CONV,
    ),
    "DepthwiseConv2dNativeBackpropInput": (
        [[2, 4, 3, 2], normal(3, 2, 2, 3), normal(2, 2, 3, 6)],
        CONV,
    ),
    "Dilation2D": ([distinct(1, 4, 3, 2), 0.1 * distinct(2, 2, 2)], DILATION),
    "Dilation2DBackpropFilter": (
        [distinct(1, 4, 3, 2), 0.1 * distinct(2, 2, 2), normal(1, 4, 3, 2)],
        DILATION,
    ),
    "Dilation2DBackpropInput": (
        [distinct(1, 4, 3, 2), 0.1 * distinct(2, 2, 2), normal(1, 4, 3, 2)],
        DILATION,
    ),
    "MaxPool": ([distinct(1, 4, 4, 2)], POOL),
    "MaxPool3D": ([distinct(1, 2, 3, 3, 1)], POOL3),
    "MaxPool3DGrad": ([IMAGE[:, None], VOLUME, normal(1, 1, 2, 2, 2)], FLAT3),
    "MaxPool3DGradGrad": ([IMAGE[:, None], VOLUME, normal(1, 1, 4, 4, 2)], FLAT3),
    "MaxPoolGrad": ([IMAGE, LARGEST, normal(1, 2, 2, 2)], PLACES),
    "MaxPoolGradGrad": ([IMAGE, LARGEST, normal(1, 4, 4, 2)], PLACES),
    "MaxPoolGradGradWithArgmax": ([IMAGE, normal(1, 4, 4, 2), PLACES_FOUND], PLACES),
    "MaxPoolGradWithArgmax": ([IMAGE, normal(1, 2, 2, 2), PLACES_FOUND], PLACES),
    "MaxPoolWithArgmax": ([distinct(1, 4, 4, 2)], {**POOL, "Targmax": tf.int64}),
}

WITH_STATE = {
    "FixedUnigramCandidateSampler": "ops/test_candidate_sampling.py",
    "LearnedUnigramCandidateSampler": "ops/test_candidate_sampling.py",
    "LogUniformCandidateSampler": "ops/test_candidate_sampling.py",
    "UniformCandidateSampler": "ops/test_candidate_sampling.py",
}

_NO_COLOURS = "it has no gradient, as in TensorFlow"
NUMERIC_EXEMPT = {
    **dict.fromkeys(["AdjustContrastv2", "AdjustHue", "AdjustSaturation"], _NO_COLOURS),
    "HSVToRGB": _NO_COLOURS,
    "CropAndResizeGradBoxes": "it has no second order, as in TensorFlow",
    "CropAndResizeGradImage": "it has no second order, as in TensorFlow",
    "ResizeBicubic": "float32 is too coarse for differences",
    "ResizeBicubicGrad": "it has no second order, as in TensorFlow",
    "ResizeBilinear": "float32 is too coarse for differences",
    "ResizeBilinearGrad": "it has no second order, as in TensorFlow",
    **dict.fromkeys(
        ["FusedBatchNorm" + g + v for g in ("", "Grad") for v in ("", "V2", "V3")],
        "float32 only, and checked in ops/test_batch_norm.py",
    ),
    "LRN": "float32 only, and checked in ops/test_lrn.py",
    "LRNGrad": "it has no second order, as in TensorFlow",
    "Dilation2DBackpropFilter": "it has no second order, as in TensorFlow",
    "Dilation2DBackpropInput": "it has no second order, as in TensorFlow",
    "MaxPoolGrad": "a maximum that moves is none any more",
    "MaxPoolGradGrad": "a maximum that moves is none any more",
    "MaxPool3DGrad": "a maximum that moves is none any more",
    "MaxPool3DGradGrad": "a maximum that moves is none any more",
}

ONCE_ONLY = {"Dilation2D": "it has no second order, as in TensorFlow"}
