"""Cells around cells: dropout, residual connections, devices. `nn.rnn_cell` exports them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import nest
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Tensor
from pyengine.nn.rnn_cell_base import LSTMStateTuple, RNNCell
from pyengine.ops.elementwise import floor
from pyengine.ops.nn import dropout
from pyengine.ops.random import random_uniform, seed_of_text
from pyengine.scopes import device as device_scope
from pyengine.shape import TensorShape
from pyengine.static import constant_value


class _Wrapper(RNNCell):
    """A cell that passes on to another one all that it does not change; it has no scope."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self._cell = cell

    @property
    def wrapped_cell(self) -> Any:
        return self._cell

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def _inner_cells(self) -> list[Any]:
        return [self._cell]

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        return self._cell.zero_state(batch_size, dtype)


class DropoutWrapper(_Wrapper):
    """A cell with dropout of its inputs, outputs and states.

    Args:
        cell: the cell.
        input_keep_prob, output_keep_prob, state_keep_prob: the probabilities that an element is
            kept: numbers, or scalar tensors. Of an LSTM's state only `h` is dropped.
        variational_recurrent: whether every step drops the same elements
            (http://arxiv.org/abs/1512.05287); needs `dtype`, and `input_size` for dropout of
            inputs.
        input_size: the size of the inputs, nested as they are.
        dtype: the dtype of inputs, states and outputs.
        seed: an integer, for the same dropout in each session.
        dropout_state_filter_visitor: a function of a part of the state that says which parts of it
            to drop.

    Raises:
        ValueError: for a probability outside of [0, 1], or if something needed is missing.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(cell)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError("dropout_state_filter_visitor must be callable")
        self._filter = dropout_state_filter_visitor or _all_but_memory
        self._input_keep = _probability("input_keep_prob", input_keep_prob)
        self._output_keep = _probability("output_keep_prob", output_keep_prob)
        self._state_keep = _probability("state_keep_prob", state_keep_prob)
        self._seed = seed
        self._variational = variational_recurrent
        self._noise: dict[str, list[Tensor]] = {}
        if variational_recurrent:
            self._make_noise(input_size, dtype)

    def _make_noise(self, input_size: Any, dtype: Any) -> None:
        """The random numbers of all steps: one row, for all of the batch."""
        if dtype is None:
            raise ValueError("When variational_recurrent=True, dtype must be provided")
        sizes = {"state": self._cell.state_size, "output": self._cell.output_size}
        if _drops(self._input_keep):
            if input_size is None:
                raise ValueError(
                    "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, "
                    "input_size must be provided"
                )
            sizes["input"] = input_size
        for kind, size in sizes.items():
            leaves = [size] if isinstance(size, TensorShape) else nest.flatten(size)
            self._noise[kind] = [
                random_uniform(
                    [1, *(s.as_list() if isinstance(s, TensorShape) else [int(s)])],
                    seed=self._seed_of(kind, i),
                    dtype=as_dtype(dtype),
                )
                for i, s in enumerate(leaves)
            ]

    def _seed_of(self, kind: str, index: int) -> int | None:
        if self._seed is None:
            return None
        return seed_of_text(f"{self._seed}{kind}_{index}")

    def _dropped(self, values: Any, kind: str, keep: Any, filtered: Any = None) -> Any:
        """Nested values with elements dropped, where `filtered` says True."""
        leaves = nest.flatten(values)
        chosen = [True] * len(leaves) if filtered is None else filtered
        results = []
        for i, (value, drop) in enumerate(zip(leaves, chosen)):
            if not drop or hasattr(value, "_with_flow"):
                results.append(value)
            elif self._variational:
                noise = floor(keep + self._noise[kind][i])
                result = value / keep * noise
                result.set_shape(value.shape)
                results.append(result)
            else:
                results.append(dropout(value, keep_prob=keep, seed=self._seed_of(kind, i)))
        return nest.pack_sequence_as(values, results)

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> Any:
        if _drops(self._input_keep):
            inputs = self._dropped(inputs, "input", self._input_keep)
        output, new_state = self._cell(inputs, state, scope=scope, **kwargs)
        if _drops(self._state_keep):
            chosen = _spread(self._filter, new_state)
            new_state = self._dropped(new_state, "state", self._state_keep, chosen)
        if _drops(self._output_keep):
            output = self._dropped(output, "output", self._output_keep)
        return output, new_state


def _all_but_memory(part: Any) -> Any:
    """Which parts of a state are dropped by default: not an LSTM's memory, nor TensorArrays."""
    if isinstance(part, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not hasattr(part, "_with_flow")


def _spread(visitor: Callable[[Any], Any], state: Any) -> list[bool]:
    """What a filter says of each tensor of a state; what it says of a part holds for all of it."""
    said = visitor(state)
    if nest.is_nested(said):
        return [bool(s) for s in nest.flatten(said)]
    if not said:
        return [False] * len(nest.flatten(state))
    if not nest.is_nested(state):
        return [True]
    parts = [state[k] for k in sorted(state)] if isinstance(state, dict) else list(state)
    return [s for part in parts for s in _spread(visitor, part)]


def _probability(name: str, value: Any) -> Any:
    """A probability as a number if it is known, else as a tensor."""
    tensor = convert_to_tensor(value)
    known = constant_value(tensor)
    if known is None:
        return tensor
    if not 0 <= float(known) <= 1:
        raise ValueError(f"Parameter {name} must be between 0 and 1: {float(known)}")
    return float(known)


def _drops(keep: Any) -> bool:
    return isinstance(keep, Tensor) or keep < 1


class ResidualWrapper(_Wrapper):
    """A cell whose inputs are added to its outputs.

    Args:
        cell: the cell.
        residual_fn: what to do in place of adding: a function of inputs and outputs.
    """

    def __init__(self, cell: Any, residual_fn: Callable[..., Any] | None = None) -> None:
        super().__init__(cell)
        self._residual_fn = residual_fn

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> Any:
        outputs, new_state = self._cell(inputs, state, scope=scope, **kwargs)
        if self._residual_fn is not None:
            result = self._residual_fn(inputs, outputs)
        else:
            nest.assert_same_structure(inputs, outputs)
            nest.map_structure(
                lambda i, o: i.shape.assert_fits(
                    o.shape, "a residual cell's inputs must have the shape of its outputs"
                ),
                inputs,
                outputs,
            )
            result = nest.map_structure(lambda i, o: i + o, inputs, outputs)
        nest.assert_same_structure(outputs, result)
        return result, new_state


class DeviceWrapper(_Wrapper):
    """A cell whose ops are placed on a device.

    Args:
        cell: the cell.
        device: a device string or function.
    """

    def __init__(self, cell: Any, device: Any) -> None:
        super().__init__(cell)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with device_scope(self._device):
            return self._cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> Any:
        with device_scope(self._device):
            return self._cell(inputs, state, scope=scope, **kwargs)
