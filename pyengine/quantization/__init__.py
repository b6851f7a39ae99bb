"""Quantized numbers: the `tf.quantization` namespace."""

from __future__ import annotations

from pyengine.ops.fake_quant import *
from pyengine.ops.quantize import dequantize, quantize, quantize_and_dequantize
from pyengine.ops.quantize import quantize_and_dequantize_v2 as quantize_and_dequantize_v2
