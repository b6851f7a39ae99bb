"""Softmax, cross-entropies, biases and normalization on a GPU: see the package."""

from __future__ import annotations

from typing import Any

from pyengine.device_kernels.kinds import FLOATS, INTEGERS, NUMBERS, any_true, kernels
from pyengine.ops import window


def _bias_add(torch: Any, value: Any, bias: Any, *, data_format: str) -> Any:
    if data_format == "NCHW":
        bias = bias.reshape((-1,) + (1,) * (value.ndim - 2))
    return value + bias


def _softmax(torch: Any, x: Any) -> Any:
    return torch.softmax(x, -1)


def _log_softmax(torch: Any, x: Any) -> Any:
    return torch.log_softmax(x, -1)


def _cross_entropy(torch: Any, logits: Any, labels: Any) -> Any:
    logits, labels = torch.broadcast_tensors(logits, labels)
    log_p = torch.log_softmax(logits, -1)
    # A label of 0 takes no part, even where the logarithm is minus infinity.
    loss = -torch.where(labels == 0, labels, labels * log_p).sum(-1)
    return loss, torch.exp(log_p) - labels


def _sparse_cross_entropy(torch: Any, logits: Any, labels: Any) -> Any:
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        return NotImplemented
    if any_true((labels < 0) | (labels >= logits.shape[1])):
        return NotImplemented
    log_p, at = torch.log_softmax(logits, -1), labels.to(torch.int64)[:, None]
    p = torch.exp(log_p)
    backprop = p.scatter_add(1, at, torch.full_like(at, -1, dtype=p.dtype))
    return -log_p.gather(1, at)[:, 0], backprop


# ---------------------------------------------------------------- normalization


def _wide(x: Any, data_format: str) -> Any:
    """Images with the channels last, as float32."""
    x = x.movedim(1, -1) if window.is_channels_first(data_format) else x
    return x.float()


def _normal(version: str) -> Any:
    def kernel(
        torch: Any, x: Any, scale: Any, offset: Any, mean: Any, variance: Any, *, epsilon: float,
        data_format: str, is_training: bool, exponential_avg_factor: float = 1.0,
    ) -> Any:  # fmt: skip
        wide = _wide(x, data_format)
        if is_training:
            rows = wide.reshape(-1, wide.shape[-1])
            if not rows.numel():
                return NotImplemented
            used_variance, used_mean = torch.var_mean(rows, 0, correction=0)
            count = rows.shape[0]
            # The variance handed out is the unbiased one, that used here is not.
            new_mean, new_variance = used_mean, used_variance * (count / max(count - 1, 1))
            if exponential_avg_factor != 1.0:
                f = exponential_avg_factor
                new_mean = (1 - f) * mean + f * new_mean
                new_variance = (1 - f) * variance + f * new_variance
        else:
            used_mean, used_variance = new_mean, new_variance = mean, variance
        slope = scale / torch.sqrt(used_variance + epsilon)
        y = (wide * slope + (offset - used_mean * slope)).to(x.dtype)
        y = y.movedim(-1, 1) if window.is_channels_first(data_format) else y
        found = (y, new_mean, new_variance, used_mean, used_variance)
        zero = torch.zeros((), dtype=torch.float32, device=x.device)
        return (*found, zero) if version == "V3" else found

    return kernel


def _normal_grad(
    torch: Any, dy: Any, x: Any, scale: Any, mean: Any, variance: Any, *_: Any, epsilon: float,
    data_format: str, is_training: bool,
) -> Any:  # fmt: skip
    dtype = dy.dtype
    dy, x = _wide(dy, data_format), _wide(x, data_format)
    inverse = 1 / torch.sqrt(variance + epsilon)
    normal = (x - mean) * inverse
    axes = tuple(range(x.ndim - 1))
    d_offset, d_scale = dy.sum(axes), (dy * normal).sum(axes)
    slope = scale * inverse
    if is_training:
        count = max(x.numel() // max(x.shape[-1], 1), 1)
        dx = slope * (dy - d_offset / count - normal * (d_scale / count))
    else:
        dx = slope * dy
    dx = dx.to(dtype)
    none = torch.zeros(0, dtype=torch.float32, device=x.device)
    dx = dx.movedim(-1, 1) if window.is_channels_first(data_format) else dx
    return dx, d_scale, d_offset, none, none


def _nearby_sum(torch: Any, values: Any, radius: int) -> Any:
    """The sums over the channels at most `radius` away."""
    depth = values.shape[-1]
    radius = max(min(radius, depth - 1), 0)
    wide = torch.nn.functional.pad(values, (radius, radius))
    return sum(wide.narrow(-1, shift, depth) for shift in range(2 * radius + 1))


def _local_norm(
    torch: Any, x: Any, *, depth_radius: int, bias: float, alpha: float, beta: float
) -> Any:
    wide = x.float()
    norm = _nearby_sum(torch, wide * wide, depth_radius) * alpha + bias
    return (wide * norm**-beta).to(x.dtype)


def _local_norm_grad(
    torch: Any, dy: Any, x: Any, y: Any, *, depth_radius: int, bias: float, alpha: float,
    beta: float,
) -> Any:  # fmt: skip
    dtype = dy.dtype
    dy, x, y = dy.float(), x.float(), y.float()
    norm = _nearby_sum(torch, x * x, depth_radius) * alpha + bias
    inner = _nearby_sum(torch, dy * y / norm, depth_radius)
    return (dy * norm**-beta - 2 * alpha * beta * x * inner).to(dtype)


KERNELS = {
    **kernels(NUMBERS, {"BiasAdd": _bias_add}),
    **kernels(
        FLOATS,
        {
            "LogSoftmax": _log_softmax,
            "Softmax": _softmax,
            "SoftmaxCrossEntropyWithLogits": _cross_entropy,
        },
    ),
    **kernels(FLOATS | INTEGERS, {"SparseSoftmaxCrossEntropyWithLogits": _sparse_cross_entropy}),
    **kernels(
        FLOATS,
        {
            "FusedBatchNorm": _normal(""),
            "FusedBatchNormGrad": _normal_grad,
            "FusedBatchNormGradV2": _normal_grad,
            "FusedBatchNormGradV3": _normal_grad,
            "FusedBatchNormV2": _normal("V2"),
            "FusedBatchNormV3": _normal("V3"),
            "LRN": _local_norm,
            "LRNGrad": _local_norm_grad,
        },
    ),
}
