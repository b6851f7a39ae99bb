"""Gradients compared with differences: `compute_gradient` and `compute_gradient_error`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.convert import constant, convert_to_tensor
from pyengine.defaults import get_default_session
from pyengine.gradients import gradients
from pyengine.graph import Tensor
from pyengine.ops.array import identity

__all__ = ["compute_gradient", "compute_gradient_error"]


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: dict[Any, Any] | None = None,
) -> Any:
    """The Jacobian of y by x, by `tf.gradients` and by differences, in the default session.

    Args:
        x: a tensor or a list of tensors that y depends on.
        x_shape: the shape of x, or a list of them.
        y: a tensor.
        y_shape: its shape.
        x_init_value: the value of x at which to compare, or a list of them; random by default.
        delta: the step of the differences.
        init_targets: operations to run first, such as initializers.
        extra_feed_dict: values for other placeholders.

    Returns:
        A pair of matrices of shape [size of x, size of y], the parts of complex numbers one after
        the other; a list of pairs for a list of x.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session():
        ...     x = tf.constant([3.0], tf.float64)
        ...     by_graph, by_steps = compute_gradient(x, [1], x * x, [1], np.array([3.0]))
        >>> round(float(by_graph[0, 0]), 6), round(float(by_steps[0, 0]), 6)
        (6.0, 6.0)
    """
    session = get_default_session()
    if session is None:
        raise ValueError("compute_gradient needs a default session: use it in `with tf.Session():`")
    for target in init_targets if isinstance(init_targets, (list, tuple)) else [init_targets]:
        if target is not None:
            session.run(target)
    if not isinstance(x, (list, tuple)):
        return _one(session, x, x_shape, y, y_shape, x_init_value, delta, extra_feed_dict or {})
    values = x_init_value if x_init_value is not None else [None] * len(x)
    feeds = dict(extra_feed_dict or {})
    data = [_start(t, s, v) for t, s, v in zip(x, x_shape, values)]
    feeds.update(zip(x, data))
    return [_one(session, t, s, y, y_shape, v, delta, feeds) for t, s, v in zip(x, x_shape, data)]


def _start(x: Tensor, shape: Any, value: Any) -> Any:
    kind = x.dtype.base_dtype.as_numpy_dtype
    if value is None:
        return np.asarray(np.random.random_sample(tuple(shape)), dtype=kind)
    found = np.array(value, dtype=kind)
    if found.shape != tuple(shape):
        raise ValueError(f"x_init_value has the shape {found.shape}, not {tuple(shape)}")
    return found


def _one(
    session: Any,
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    value: Any,
    delta: float,
    feeds: Any,
) -> tuple[Any, Any]:
    data = _start(x, x_shape, value)
    dy_start = constant(1.0, y.dtype.base_dtype, shape=list(y_shape))
    dx = gradients(y, x, grad_ys=identity(dy_start))[0]
    by_graph = _by_graph(session, x, data, dx, dy_start, y_shape, feeds)
    return by_graph, _by_steps(session, x, data, y, y_shape, delta, feeds)


def _real(array: Any) -> Any:
    """A flat array with the parts of complex numbers one after the other."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.view(flat.real.dtype) if np.iscomplexobj(flat) else flat


def _by_graph(
    session: Any, x: Any, data: Any, dx: Any, dy: Tensor, y_shape: Sequence[int], feeds: Any
) -> Any:
    probe = np.zeros(tuple(y_shape), dy.dtype.as_numpy_dtype)
    places = _real(probe).size
    columns = np.zeros((_real(data).size, places), _real(data).dtype)
    if dx is None:
        return columns
    dx = convert_to_tensor(dx)
    for place in range(places):
        one = np.zeros(places, _real(probe).dtype)
        one[place] = 1
        fed = {**feeds, x: data, dy: one.view(probe.dtype).reshape(probe.shape)}
        columns[:, place] = _real(session.run(dx, fed))
    return columns


def _by_steps(
    session: Any, x: Any, data: Any, y: Tensor, y_shape: Any, delta: float, feeds: Any
) -> Any:
    rows = []
    for place in range(_real(data).size):
        ends = []
        for step in (delta, -delta):
            moved = data.copy()
            moved.reshape(-1).view(_real(data).dtype)[place] += step
            ends.append(_real(session.run(y, {**feeds, x: moved})))
        rows.append((ends[0] - ends[1]) / (2 * delta))
    empty = _real(np.zeros(tuple(y_shape), y.dtype.base_dtype.as_numpy_dtype))
    return np.array(rows, _real(data).dtype).reshape(len(rows), empty.size)


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: dict[Any, Any] | None = None,
) -> float:
    """How far the gradients of `tf.gradients` are from differences, at most.

    Args: as for `tf.test.compute_gradient`.

    Returns:
        The largest difference of two elements of the Jacobians.
    """
    found = compute_gradient(
        x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict
    )
    pairs = found if isinstance(found, list) else [found]
    return max((float(np.abs(a - b).max()) for a, b in pairs if a.size), default=0.0)
