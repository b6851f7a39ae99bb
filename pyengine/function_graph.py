"""Functions as graphs: a Python function traced once, with what it uses of the graph around it.

Data sets map such functions over their elements. Running one is the business of
`executor.functions`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from pyengine.convert import make_constant
from pyengine.dtypes import DType
from pyengine.graph import Graph, Operation, Tensor, get_default_graph
from pyengine.registry import OPS
from pyengine.shape import TensorShape

__all__ = ["FunctionGraph", "functions_of"]

_numbers = itertools.count(1)


class FunctionGraph(Graph):
    """The graph of a function: placeholders for its arguments, and its results.

    A tensor of a graph around it may be used in it: it is *captured*, and becomes one more input,
    whose value is taken when the function is bound (for a data set, when its iterator is
    initialized). Constants are copied in.

    Attributes:
        name: what it is called in the library of a GraphDef; no two have the same in a process.
        inputs: the placeholders of the arguments.
        outputs: the results, once it is traced.
        captures: the captured tensors of the graph around, and the placeholder of each.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default() as g:
        ...     x = tf.placeholder(tf.float32, [])
        ...     f = FunctionGraph.traced(lambda a: [a * x], [(tf.float32, tf.TensorShape([]))])
        >>> len(f.inputs), list(f.captures) == [x], len(g.get_operations())
        (1, True, 1)
    """

    def __init__(self, outer_graph: Graph) -> None:
        super().__init__()
        self.name = f"function_{next(_numbers)}"
        self.outer_graph = outer_graph
        self.seed = outer_graph.seed
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self.captures: dict[Tensor, Tensor] = {}
        self._constants: dict[Tensor, Tensor] = {}

    @classmethod
    def traced(
        cls,
        function: Callable[..., Sequence[Any]],
        arguments: Sequence[tuple[DType, TensorShape]],
    ) -> FunctionGraph:
        """The graph of a Python function.

        Args:
            function: takes tensors and returns a list of tensors.
            arguments: the dtype and the shape of each argument.
        """
        graph = cls(get_default_graph())
        with graph.as_default():
            graph.inputs = [
                graph._placeholder(dtype, shape, f"args_{i}")
                for i, (dtype, shape) in enumerate(arguments)
            ]
            results = function(*graph.inputs)
            graph.outputs = [graph.capture(t) for t in results]
        graph.finalize()
        return graph

    @classmethod
    def copied(cls, results: Sequence[Tensor]) -> FunctionGraph:
        """A function without arguments that gives what tensors of a graph are, from copies of ops.

        Args:
            results: the tensors; what they need must hold no loop.

        Raises:
            ValueError: for a loop.
        """
        graph = cls(results[0].graph)
        needed: set[Operation] = set()
        pending = [t.op for t in results]
        while pending:
            op = pending.pop()
            if op not in needed:
                needed.add(op)
                pending += [*(t.op for t in op.inputs), *op.control_inputs]
        copies: dict[Operation, Operation] = {}
        with graph.as_default(), graph.name_scope(None):
            for op in sorted(needed, key=lambda op: op._id):
                if any(t.op not in copies for t in op.inputs):
                    raise ValueError(f"{op!r} is part of a loop, which cannot be copied")
                inputs = tuple(copies[t.op].outputs[t.value_index] for t in op.inputs)
                with graph.control_dependencies([copies[c] for c in op.control_inputs]):
                    copies[op] = graph.add_op(
                        op.opdef, inputs, dict(op.attrs), [t.dtype for t in op.outputs], op.name
                    )
        graph.outputs = [copies[t.op].outputs[t.value_index] for t in results]
        graph.finalize()
        return graph

    def _placeholder(self, dtype: DType, shape: TensorShape, name: str) -> Tensor:
        with self.as_default(), self.control_dependencies(None), self.name_scope(None):
            attrs = {"dtype": dtype.base_dtype, "shape": shape}
            return OPS["Placeholder"].build(self, (), attrs, name).outputs[0]

    def capture(self, tensor: Tensor) -> Tensor:
        """The tensor that stands in this graph for one of it, or of a graph around it.

        Raises:
            ValueError: for a tensor of another graph, or a reference to a variable.
        """
        if tensor.graph is self:
            return tensor
        if tensor in self.captures:
            return self.captures[tensor]
        if tensor in self._constants:
            return self._constants[tensor]
        if tensor.graph is not self.outer_graph:
            outer = self.outer_graph
            if not isinstance(outer, FunctionGraph):
                raise ValueError(f"{tensor!r} is of a graph that is not around this function.")
            # A function in a function: the outer one captures it first.
            inner = self.capture(outer.capture(tensor))
            return inner
        op = tensor.op
        if op.type == "Const":
            value, dtype = op.attrs["value"], op.attrs["dtype"]
            with self.as_default(), self.control_dependencies(None), self.name_scope(None):
                copy = make_constant(self, value, dtype, "captured")
            self._constants[tensor] = copy
            return copy
        if tensor.dtype.is_ref:
            raise ValueError(
                f"{tensor.name!r} is a reference to a variable: a function in a data set cannot "
                f"change variables of the graph around it."
            )
        placeholder = self._placeholder(tensor.dtype, tensor.shape, "captured")
        self.captures[tensor] = placeholder
        return placeholder

    def is_stateful(self) -> bool:
        """Whether two runs of the function may differ."""
        return any(
            op.opdef.stateful or any(f.is_stateful() for f in functions_of(op))
            for op in self.get_operations()
            if op.type != "Placeholder"
        )


def functions_of(op: Operation) -> list[FunctionGraph]:
    """The functions among an op's attributes."""
    return [a for a in op.attrs.values() if isinstance(a, FunctionGraph)]
