"""Recurrent cells: the `tf.nn.rnn_cell` namespace.

A cell takes the inputs of one step and a state, and gives the step's output and the next state.
`nn.rnn` runs one over a sequence. Variables are made at a cell's first call, in the variable scope
open then, under the cell's own name (`rnn/basic_lstm_cell/kernel`), and kept for further calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine import nest
from pyengine.graph import Tensor
from pyengine.initializers import constant_initializer, zeros_initializer
from pyengine.nn.rnn_cell_base import LSTMStateTuple, RNNCell, zeros_of
from pyengine.nn.rnn_cell_wrappers import DeviceWrapper, DropoutWrapper, ResidualWrapper
from pyengine.ops.clip import clip_by_value
from pyengine.ops.elementwise import sigmoid, tanh
from pyengine.ops.joining import concat, split
from pyengine.ops.math import add
from pyengine.ops.matmul import matmul
from pyengine.ops.nn import bias_add
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape
from pyengine.variable_scope import variable_scope

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
]

Activation = Callable[[Any], Tensor]


def _activation(activation: Any, default: Activation) -> Activation:
    if activation is None:
        return default
    if isinstance(activation, str):
        import pyengine as tf

        found = getattr(tf.nn, activation, None) or getattr(tf, activation, None)
        if found is None:
            raise ValueError(
                f"Unknown activation function: {activation}. It is the name of a function of tf.nn "
                f"or tf, such as tanh, or a function"
            )
        return found
    if not callable(activation):
        raise TypeError(f"Could not interpret activation function identifier: {activation!r}")
    return activation


def _depth(inputs_shape: TensorShape) -> int:
    depth = inputs_shape[-1].value if inputs_shape.ndims else None
    if depth is None:
        raise ValueError(f"Expected inputs.shape[-1] to be known, saw shape: {inputs_shape}")
    if inputs_shape.ndims != 2:
        raise ValueError(
            f"Input 0 of a cell is incompatible: expected ndim=2, found ndim={inputs_shape.ndims}. "
            f"Full shape received: {inputs_shape}"
        )
    return depth


class BasicRNNCell(RNNCell):
    """The most basic cell: `output = new_state = act(W [x, state] + b)`.

    Args:
        num_units: the size of state and output.
        activation: the function `act`, tanh by default.
        reuse, name, dtype: as for `RNNCell`.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = int(num_units)
        self._activation = _activation(activation, tanh)

    @property
    def state_size(self) -> int:
        return self._num_units

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: TensorShape) -> None:
        depth = _depth(inputs_shape)
        self._kernel = self.add_variable("kernel", [depth + self._num_units, self._num_units])
        self._bias = self.add_variable("bias", [self._num_units], initializer=zeros_initializer())

    def call(self, inputs: Any, state: Any) -> Any:
        output = self._activation(
            bias_add(matmul(concat([inputs, state], 1), self._kernel), self._bias)
        )
        return output, output


class GRUCell(RNNCell):
    """The gated recurrent unit of Cho et al. (http://arxiv.org/abs/1406.1078).

    `r, u = sigmoid(W_g [x, h] + b_g)`, `c = act(W_c [x, r h] + b_c)`, `h' = u h + (1 - u) c`.

    Args:
        num_units: the size of state and output.
        activation: the function `act`, tanh by default.
        kernel_initializer: for the weights.
        bias_initializer: for the biases; by default 1 for those of the gates and 0 for the others.
        reuse, name, dtype: as for `RNNCell`.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = int(num_units)
        self._activation = _activation(activation, tanh)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    @property
    def state_size(self) -> int:
        return self._num_units

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: TensorShape) -> None:
        rows, units = _depth(inputs_shape) + self._num_units, self._num_units
        ones = self._bias_initializer or constant_initializer(1.0)
        none = self._bias_initializer or zeros_initializer()
        weights = {"initializer": self._kernel_initializer}
        self._gate_kernel = self.add_variable("gates/kernel", [rows, 2 * units], **weights)
        self._gate_bias = self.add_variable("gates/bias", [2 * units], initializer=ones)
        self._candidate_kernel = self.add_variable("candidate/kernel", [rows, units], **weights)
        self._candidate_bias = self.add_variable("candidate/bias", [units], initializer=none)

    def call(self, inputs: Any, state: Any) -> Any:
        gates = bias_add(matmul(concat([inputs, state], 1), self._gate_kernel), self._gate_bias)
        r, u = split(sigmoid(gates), 2, axis=1)
        candidate = matmul(concat([inputs, r * state], 1), self._candidate_kernel)
        c = self._activation(bias_add(candidate, self._candidate_bias))
        new = u * state + (1 - u) * c
        return new, new


class BasicLSTMCell(RNNCell):
    """An LSTM cell without peepholes, clipping or projection (http://arxiv.org/abs/1409.2329).

    `i, j, f, o = W [x, h] + b`, `c' = c sigmoid(f + forget_bias) + sigmoid(i) act(j)`,
    `h' = act(c') sigmoid(o)`.

    Args:
        num_units: the size of the output.
        forget_bias: what is added to the forget gates' biases, so that memory lasts at first.
        state_is_tuple: whether the state is an `LSTMStateTuple`, or else c and h side by side.
        activation: the function `act`, tanh by default.
        reuse, name, dtype: as for `RNNCell`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = int(num_units)
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = _activation(activation, tanh)

    @property
    def state_size(self) -> Any:
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: TensorShape) -> None:
        rows, columns = _depth(inputs_shape) + self._num_units, 4 * self._num_units
        self._kernel = self.add_variable("kernel", [rows, columns])
        self._bias = self.add_variable("bias", [columns], initializer=zeros_initializer())

    def call(self, inputs: Any, state: Any) -> Any:
        c, h = state if self._state_is_tuple else split(state, 2, axis=1)
        gates = bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = split(gates, 4, axis=1)
        forget = sigmoid(add(f, self._forget_bias))
        new_c = c * forget + sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * sigmoid(o)
        return new_h, _lstm_state(new_c, new_h, self._state_is_tuple)


def _lstm_state(c: Any, h: Any, as_tuple: bool) -> Any:
    return LSTMStateTuple(c, h) if as_tuple else concat([c, h], 1)


class LSTMCell(RNNCell):
    """An LSTM cell with optional peepholes, clipping and projection.

    After Hochreiter and Schmidhuber 1997, Gers et al. 1999 (peepholes) and Sak et al. 2014
    (projection, https://research.google.com/pubs/archive/43905.pdf).

    Args:
        num_units: the size of the memory.
        use_peepholes: whether the gates see the memory.
        cell_clip: the largest value of the memory, if it is to be clipped.
        initializer: for the weights and the projection.
        num_proj: the size that the output is projected to, if it is to be.
        proj_clip: the largest value of the projected output, if it is to be clipped.
        num_unit_shards, num_proj_shards: accepted where they are None: weights are not split.
        forget_bias, state_is_tuple, activation: as for `BasicLSTMCell`.
        reuse, name, dtype: as for `RNNCell`.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        if num_unit_shards is not None or num_proj_shards is not None:
            raise NotImplementedError(
                "LSTMCell: sharded variables are not available; leave num_unit_shards and "
                "num_proj_shards out"
            )
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = int(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = None if num_proj is None else int(num_proj)
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = _activation(activation, tanh)

    @property
    def state_size(self) -> Any:
        c, h = self._num_units, self.output_size
        return LSTMStateTuple(c, h) if self._state_is_tuple else c + h

    @property
    def output_size(self) -> int:
        return self._num_units if self._num_proj is None else self._num_proj

    def build(self, inputs_shape: TensorShape) -> None:
        units, start = self._num_units, self._initializer
        rows = _depth(inputs_shape) + self.output_size
        self._kernel = self.add_variable("kernel", [rows, 4 * units], initializer=start)
        self._bias = self.add_variable("bias", [4 * units], initializer=zeros_initializer())
        if self._use_peepholes:
            self._w_f_diag, self._w_i_diag, self._w_o_diag = (
                self.add_variable(f"w_{gate}_diag", [units], initializer=start) for gate in "fio"
            )
        if self._num_proj is not None:
            self._projection = self.add_variable(
                "projection/kernel", [units, self._num_proj], initializer=start
            )

    def call(self, inputs: Any, state: Any) -> Any:
        if self._state_is_tuple:
            c, h = state
        else:
            c, h = split(state, [self._num_units, self.output_size], axis=1)
        gates = bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = split(gates, 4, axis=1)
        if self._use_peepholes:
            f = f + self._forget_bias + self._w_f_diag * c
            i = i + self._w_i_diag * c
        else:
            f = f + self._forget_bias
        new_c = sigmoid(f) * c + sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            new_c = clip_by_value(new_c, -self._cell_clip, self._cell_clip)
        if self._use_peepholes:
            o = o + self._w_o_diag * new_c
        new_h = sigmoid(o) * self._activation(new_c)
        if self._num_proj is not None:
            new_h = matmul(new_h, self._projection)
            if self._proj_clip is not None:
                new_h = clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, _lstm_state(new_c, new_h, self._state_is_tuple)


class MultiRNNCell(RNNCell):
    """Cells one above the other: the output of each is the input of the next.

    Args:
        cells: a list of cells, from the bottom up.
        state_is_tuple: whether the state is a tuple of those of the cells, or else all side by
            side.

    Raises:
        ValueError: without cells.
        TypeError: if `cells` is not a list or tuple.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not isinstance(cells, (list, tuple)):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        if not state_is_tuple and any(nest.is_nested(c.state_size) for c in cells):
            raise ValueError(
                f"Some cells return tuples of states, but the flag state_is_tuple is not set.  "
                f"State sizes are: {[c.state_size for c in cells]}"
            )
        self._cells = list(cells)
        self._state_is_tuple = state_is_tuple

    def _inner_cells(self) -> list[Any]:
        return self._cells

    @property
    def state_size(self) -> Any:
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(f"{type(self).__name__}ZeroState"):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return zeros_of(batch_size, self.state_size, dtype)

    def call(self, inputs: Any, state: Any) -> Any:
        if self._state_is_tuple:
            if not nest.is_nested(state):
                raise ValueError(
                    f"Expected state to be a tuple of length {len(self._cells)}, but received: "
                    f"{state}"
                )
            states = list(state)
        else:
            states = split(state, [cell.state_size for cell in self._cells], axis=1)
        new_states = []
        for i, (cell, own) in enumerate(zip(self._cells, states)):
            with variable_scope(f"cell_{i}"):
                inputs, new = cell(inputs, own)
                new_states.append(new)
        if self._state_is_tuple:
            return inputs, tuple(new_states)
        return inputs, concat(new_states, 1)
