"""Cells around cells that project: embeddings, inputs, outputs. `contrib.rnn` exports them."""

from __future__ import annotations

from typing import Any

from pyengine import nest
from pyengine.graph import Tensor
from pyengine.initializers import random_uniform_initializer, zeros_initializer
from pyengine.nn.rnn_cell_base import RNNCell
from pyengine.ops.array import reshape
from pyengine.ops.embedding import embedding_lookup
from pyengine.ops.matmul import matmul
from pyengine.ops.nn import bias_add
from pyengine.scopes import device
from pyengine.variable_scope import get_variable

__all__ = ["EmbeddingWrapper", "InputProjectionWrapper", "OutputProjectionWrapper"]


class _Around(RNNCell):
    """A cell around another one, which is called in its scope."""

    def __init__(self, cell: Any, reuse: bool | None) -> None:
        super().__init__(_reuse=reuse)
        if not hasattr(cell, "output_size") or not hasattr(cell, "state_size"):
            raise TypeError(f"The parameter cell is not RNNCell: {cell!r}")
        self._cell = cell
        self._linear: tuple[Any, Any] | None = None

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        return self._cell.zero_state(batch_size, dtype)

    def _inner_cells(self) -> list[Any]:
        return [self._cell]

    def _project(self, x: Tensor, size: int) -> Tensor:
        """x W + b, with variables that are made at the first step."""
        if self._linear is None:
            depth, dtype = x.shape[-1].value, x.dtype.base_dtype
            if depth is None:
                raise ValueError(f"linear expects shape[1] to be provided for shape {x.shape}")
            kernel = self.add_variable("kernel", [depth, size], dtype)
            bias = self.add_variable("bias", [size], dtype, zeros_initializer())
            self._linear = kernel, bias
        kernel, bias = self._linear
        return bias_add(matmul(x, kernel), bias)


class OutputProjectionWrapper(_Around):
    """A cell whose outputs are projected: `act(output W + b)`.

    Args:
        cell: the cell.
        output_size: the size of the outputs then.
        activation: a function of them, or None.
        reuse: whether the variables are there.

    Raises:
        TypeError: when `cell` is no cell.
        ValueError: when `output_size` is not positive.

    Example:
        >>> import pyengine as tf
        >>> cell = tf.contrib.rnn.OutputProjectionWrapper(tf.nn.rnn_cell.GRUCell(4), 2)
        >>> output, state = cell(tf.zeros([3, 5]), tf.zeros([3, 4]))
        >>> output.shape.as_list(), state.shape.as_list()
        ([3, 2], [3, 4])
    """

    def __init__(
        self, cell: Any, output_size: int, activation: Any = None, reuse: bool | None = None
    ) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size = output_size
        self._activation = activation

    @property
    def output_size(self) -> int:
        return self._output_size

    def call(self, inputs: Any, state: Any) -> Any:
        output, state = self._cell(inputs, state)
        projected = self._project(output, self._output_size)
        if self._activation is not None:
            projected = self._activation(projected)
        return projected, state


class InputProjectionWrapper(_Around):
    """A cell whose inputs are projected: it sees `act(input W + b)`.

    Args:
        cell: the cell.
        num_proj: the size of what it sees.
        activation: a function of it, or None.
        input_size: accepted.
        reuse: whether the variables are there.

    Raises:
        TypeError: when `cell` is no cell.
    """

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Any = None,
        input_size: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        self._num_proj = num_proj
        self._activation = activation

    def call(self, inputs: Any, state: Any) -> Any:
        projected = self._project(inputs, self._num_proj)
        if self._activation is not None:
            projected = self._activation(projected)
        return self._cell(projected, state)


class EmbeddingWrapper(_Around):
    """A cell whose inputs are ids: it sees their embeddings.

    Args:
        cell: the cell.
        embedding_classes: how many ids there are.
        embedding_size: the size of an embedding.
        initializer: of the table; by default the scope's, or uniform with variance 1.
        reuse: whether the variables are there.

    Raises:
        TypeError: when `cell` is no cell.
        ValueError: when a size is not positive.
    """

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, "
                f"{embedding_size}."
            )
        self._shape = [embedding_classes, embedding_size]
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> Any:
        from pyengine.variable_scope import get_variable_scope

        with device("/cpu:0"):
            limit = 3**0.5  # variance 1
            start = (
                self._initializer
                or get_variable_scope().initializer
                or random_uniform_initializer(-limit, limit)
            )
            dtype = nest.flatten(state)[0].dtype.base_dtype
            table = get_variable("embedding", self._shape, dtype, start)
            if table not in self._weights:
                self._weights.append(table)
            embedded = embedding_lookup(table, reshape(inputs, [-1]))
        return self._cell(embedded, state)
