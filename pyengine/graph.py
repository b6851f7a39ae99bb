"""Graphs: `Graph`, its `Operation`s and their output `Tensor`s, the scopes, and the default graph.

A graph only describes a computation. What an op type means (its kernel, shape rule and gradient)
is in its declaration (`registry`); running belongs to `session` and `executor`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyengine.defaults import DefaultStack, session_for
from pyengine.dtypes import DType
from pyengine.errors import InvalidArgumentError, OperatorNotAllowedInGraphError
from pyengine.graph_collections import GraphCollections
from pyengine.graph_scopes import VALID_OP_NAME, GraphScopes
from pyengine.shape import TensorShape
from pyengine.sites import caller, describe_site

if TYPE_CHECKING:
    from pyengine.registry import OpDef


class Operators:
    """The operators of tensors and variables; `ops.operators` gives the classes their methods."""

    __add__: Any
    __radd__: Any
    __sub__: Any
    __rsub__: Any
    __mul__: Any
    __rmul__: Any
    __truediv__: Any
    __rtruediv__: Any
    __neg__: Any
    __getitem__: Any
    __lt__: Any
    __le__: Any
    __gt__: Any
    __ge__: Any


class Tensor(Operators):
    """A symbolic handle of one output of an `Operation`.

    It has no value: `Session.run` computes one. Operators (`+`, `[`, ...) add ops to the graph;
    `==` compares identity, as in TensorFlow 1.x.

    Attributes:
        op: the `Operation` that produces it.
        value_index: which of the op's outputs it is.
        dtype: the `DType` of its elements.
    """

    # NumPy leaves `array * tensor` to the tensor.
    __array_priority__ = 100

    def __init__(self, op: Operation, value_index: int, dtype: DType, shape: TensorShape) -> None:
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self._shape = shape

    @property
    def graph(self) -> Graph:
        return self.op.graph

    @property
    def name(self) -> str:
        return f"{self.op.name}:{self.value_index}"

    @property
    def device(self) -> str:
        return self.op.device

    @property
    def shape(self) -> TensorShape:
        """The static shape: all that is known before a run."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """The static shape; the same as `shape`."""
        return self._shape

    def set_shape(self, shape: Any) -> None:
        """Adds to what is known of the shape; raises ValueError if it contradicts it."""
        try:
            self._shape = self._shape.merge_with(shape)
        except ValueError as error:
            raise ValueError(
                f"{error}: the first is what is known of {self.name!r}, the second what "
                f"set_shape() was given"
            ) from None

    def consumers(self) -> list[Operation]:
        """The ops of the graph that take this tensor as an input."""
        return [op for op in self.graph.get_operations() if any(t is self for t in op.inputs)]

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The tensor's value, computed in `session` or in the default session.

        Args:
            feed_dict: values to use in place of tensors, as in `Session.run`.
            session: a `Session`; by default the one entered with `with` or made by
                `InteractiveSession`.

        Returns:
            A NumPy array, or a NumPy scalar for rank 0.

        Raises:
            ValueError: without a session, or with one of another graph.
        """
        return session_for(self.graph, session, "eval()").run(self, feed_dict)

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self._shape} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = "" if self._shape.sizes is None else f", shape={self._shape}"
        device = f", device={self.device}" if self.device else ""
        return f'Tensor("{self.name}"{shape}, dtype={self.dtype.name}{device})'

    def __bool__(self) -> bool:
        raise OperatorNotAllowedInGraphError(
            f"A tensor ({self.name!r}) has no truth value while the graph is built. Use tf.cond() "
            f"to choose inside the graph, or compare its value after a run."
        )

    def __len__(self) -> int:
        raise TypeError(
            f"object of type 'Tensor' has no len(): {self.name!r} has the static shape "
            f"{self._shape}; use tf.shape() for the size at run time."
        )

    def __iter__(self) -> Iterator[Tensor]:
        raise OperatorNotAllowedInGraphError(
            f"'Tensor' object is not iterable: {self.name!r} has no values until it is run. "
            f"tf.unstack() splits it, tf.map_fn() runs over its rows."
        )

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError(
            f"Cannot convert the symbolic tensor {self.name!r} to a NumPy array: run it first."
        )


class Operation:
    """A node of a `Graph`: an op type, its input tensors, attributes and output tensors.

    Attributes:
        name: unique in the graph, scopes included.
        type: the op type, such as "MatMul".
        inputs: the input `Tensor`s, a tuple.
        control_inputs: the ops that must have run before this one.
        outputs: the output `Tensor`s.
        attrs: the op type's settings, by name.
        device: where it is to run; "" for anywhere.
        opdef: the declaration of the op type.
    """

    def __init__(
        self,
        graph: Graph,
        opdef: OpDef,
        name: str,
        inputs: tuple[Tensor, ...],
        attrs: dict[str, Any],
        control_inputs: list[Operation],
    ) -> None:
        self.graph = graph
        self.opdef = opdef
        self.type = opdef.type
        self.name = name
        self.inputs = inputs
        self.attrs = attrs
        self.control_inputs = control_inputs
        self.outputs: list[Tensor] = []
        self.device = ""
        self._id = -1  # given by the graph: ops are numbered in the order of their making
        self._control_flow_context: Any = None  # the innermost cond branch or loop it belongs to
        self._site = caller(depth=3)

    @property
    def site(self) -> str:
        """Where the user's code made the op, as `file:line`; "" if that is not known."""
        return describe_site(self._site)

    def values(self) -> tuple[Tensor, ...]:
        """The output tensors, as a tuple."""
        return tuple(self.outputs)

    def get_attr(self, name: str) -> Any:
        """The value of an attribute, as TensorFlow gives it; ValueError for a name it has not.

        A DType, a number, `bytes` for a string, a message for a shape or a tensor, or a list.
        """
        from pyengine.graph_def import get_attr

        return get_attr(self, name)

    @property
    def node_def(self) -> Any:
        """The op as a `NodeDef` message; TypeError where it has a Python function as attribute."""
        from pyengine.graph_def import node_def_of

        return node_def_of(self)

    @property
    def op_def(self) -> Any:
        """The definition of the op type, as an `OpDef` message."""
        from pyengine.graph_def import op_def_of

        return op_def_of(self.type)

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs the op, and all it needs, in `session` or in the default session."""
        session_for(self.graph, session, "run()").run(self, feed_dict)

    def _add_control_input(self, op: Operation) -> None:
        if op not in self.control_inputs:
            self.control_inputs.append(op)

    def _update_input(self, index: int, tensor: Tensor) -> None:
        """Puts another tensor of the same dtype in an input's place: how a loop gets closed."""
        wanted = self.inputs[index].dtype.base_dtype
        if tensor.dtype.base_dtype is not wanted:
            raise InvalidArgumentError(
                None,
                None,
                f"Input {index} of node {self.name} was passed {tensor.dtype.base_dtype.name} from "
                f"{tensor.name} incompatible with expected {wanted.name}.",
            )
        self.inputs = (*self.inputs[:index], tensor, *self.inputs[index + 1 :])

    def _get_control_flow_context(self) -> Any:
        return self._control_flow_context

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


class Graph(GraphCollections, GraphScopes):
    """A dataflow graph: ops, tensors between them, and named collections.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default() as g:
        ...     c = tf.constant(30.0, name="c")
        >>> c.graph is g, g.get_tensor_by_name("c:0") is c
        (True, True)
    """

    outer_graph: Graph | None = None  # of a function: the graph it was made in
    names_gpu = False  # whether some op is to run on a GPU

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()
        self._ops: list[Operation] = []
        self._by_name: dict[str, Operation] = {}
        self._used_names: dict[str, int] = {}
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Operation] = set()
        self._finalized = False
        self._gradient_overrides: dict[str, str] = {}
        self.seed: int | None = None
        self._seeds_given = 0  # to random ops without a seed of their own

    def as_default(self) -> contextlib.AbstractContextManager[Graph]:
        """A context in which this graph is the default one."""
        return _default_graphs.entered(self)

    # ------------------------------------------------------------ names and ops

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` in the current scope, with `_1`, `_2`, ... appended if it is taken."""
        if self._name_stack:
            name = f"{self._name_stack}/{name}"
        # TensorFlow compares names without regard to case, so that they can be file names.
        key = name.lower()
        with self._lock:  # several threads may build at once
            used = self._used_names
            count = used.get(key, 0)
            if mark_as_used:
                used[key] = count + 1
            if not count:
                return name
            taken = key
            while taken in used:
                taken = f"{key}_{count}"
                count += 1
            if mark_as_used:
                used[taken] = 1
                used[key] = count
            return f"{name}_{count - 1}"

    def capture(self, tensor: Tensor) -> Tensor:
        """The tensor as this graph takes it: a function takes in those of the graphs around it."""
        return tensor

    def add_op(
        self,
        opdef: OpDef,
        inputs: tuple[Tensor, ...],
        attrs: dict[str, Any],
        dtypes: Sequence[DType],
        name: str,
    ) -> Operation:
        """Makes an op of typed inputs and settled attributes; for `OpDef.build` only.

        Args:
            name: the name to make unique; one that ends in "/" is a scope's, and is used as it is.
        """
        stack = _default_graphs.stack
        if stack and stack[-1].outer_graph is not None and stack[-1] is not self:
            # Inside a function, even an op of outer tensors alone belongs to the function.
            return stack[-1].add_op(opdef, inputs, attrs, dtypes, name)
        if self.outer_graph is not None:
            inputs = tuple(self.capture(t) for t in inputs)
        if self._finalized:
            raise RuntimeError(
                "Graph is finalized and cannot be modified. Make all ops before it is finalized, "
                "or in another graph."
            )
        with self._lock:
            if name.endswith("/"):
                name = name[:-1]
            else:
                if not VALID_OP_NAME.fullmatch(name):
                    raise ValueError(f"'{name}' is not a valid node name")
                name = self.unique_name(name)
            scopes = self._scopes.__dict__
            context = scopes.get("context")
            if context is not None:
                context = context.context_for(opdef.type, inputs)
            controls = self._control_inputs_for(inputs) if "controls" in scopes else []
            if context is not None:
                with self._scoped("name", name, ""):  # "cond/Add/Switch" feeds "cond/Add"
                    inputs = context.captured(inputs)
                    controls = context.own_controls(inputs, controls)
            op = Operation(self, opdef, name, inputs, attrs, controls)
            shapes = opdef.infer_shapes(op, len(dtypes))
            op.outputs = [Tensor(op, i, d, s) for i, (d, s) in enumerate(zip(dtypes, shapes))]
            if "devices" in scopes:
                op.device = self._device_for(op)
                self.names_gpu = self.names_gpu or "GPU" in op.device
            if scopes.get("overrides"):
                override = scopes["overrides"].get(opdef.type)
                if override is not None:
                    attrs["_gradient_op_type"] = override
            op._id = len(self._ops)
            self._ops.append(op)
            self._by_name[name] = op
            if "controls" in scopes:
                self._seen_by_control_dependencies(op)
            if context is not None:
                context.admit(op)
        return op

    def get_operations(self) -> list[Operation]:
        """All ops, in the order of their making."""
        return list(self._ops)

    @property
    def _last_id(self) -> int:
        """How many ops there are."""
        return len(self._ops)

    @property
    def version(self) -> int:
        """A number that grows with each op added."""
        return len(self._ops)

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The graph as a `GraphDef` message, which TensorFlow reads too.

        Args:
            from_version: leaves out the ops that were there when `version` was this.
            add_shapes: whether to add each op's static shapes, as its attribute "_output_shapes".

        Raises:
            TypeError: when an op cannot be put into one, such as one that calls a Python function.

        Example:
            >>> import pyengine as tf
            >>> with tf.Graph().as_default() as g:
            ...     y = tf.constant([1.0], name="x") * 2.0
            >>> [node.name for node in g.as_graph_def().node]
            ['x', 'mul/y', 'mul']
        """
        from pyengine.graph_def import graph_def_of

        return graph_def_of(self, from_version, add_shapes)

    @property
    def graph_def_versions(self) -> Any:
        return self.as_graph_def(len(self._ops)).versions

    def get_operation_by_name(self, name: str) -> Operation:
        """The op of that name; raises KeyError if there is none."""
        return self.as_graph_element(name, allow_tensor=False)

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor `op_name:index`; raises KeyError if there is none."""
        return self.as_graph_element(name, allow_operation=False)

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Any:
        """The `Tensor` or `Operation` that an object or a name stands for.

        Raises:
            KeyError: for a name that is not in the graph.
            ValueError: for an element of another graph, or a name of the wrong form.
            TypeError: for anything that is no graph element.
        """
        convert = getattr(obj, "_as_graph_element", None)
        if convert is not None:
            obj = convert()
        allowed = (("Tensor", allow_tensor), ("Operation", allow_operation))
        wanted = " or ".join(word for word, on in allowed if on)
        if (isinstance(obj, Tensor) and allow_tensor) or (
            isinstance(obj, Operation) and allow_operation
        ):
            if obj.graph is not self:
                raise ValueError(f"{obj!r} is not an element of this graph.")
            return obj
        if not isinstance(obj, str):
            raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}: {obj!r}")
        op_name, colon, index = obj.partition(":")
        op = self._by_name.get(op_name)
        if colon and allow_tensor:
            if not index.isdigit():
                raise ValueError(f"The name {obj!r} is not of the form 'op_name:output_index'.")
            if op is None:
                raise KeyError(f"The name {obj!r} refers to a Tensor whose op is not in the graph.")
            if int(index) >= len(op.outputs):
                raise KeyError(
                    f"The op {op_name!r} has only {len(op.outputs)} outputs, not {obj!r}."
                )
            return op.outputs[int(index)]
        if colon:
            raise ValueError(f"Name {obj!r} appears to refer to a Tensor, not a {wanted}.")
        if not allow_operation:
            hint = f" Perhaps you meant '{obj}:0'." if op is not None and op.outputs else ""
            raise ValueError(f"Name {obj!r} is not of the form 'op_name:output_index'.{hint}")
        if op is None:
            raise KeyError(f"The name {obj!r} refers to an Operation not in the graph.")
        return op

    def finalize(self) -> None:
        """Makes the graph read-only."""
        self._finalized = True

    def _unsafe_unfinalize(self) -> None:
        self._finalized = False

    @property
    def finalized(self) -> bool:
        return self._finalized

    def prevent_feeding(self, tensor: Tensor) -> None:
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Tensor) -> bool:
        return tensor not in self._unfeedable

    def prevent_fetching(self, op: Operation) -> None:
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op: Any) -> bool:
        return getattr(tensor_or_op, "op", tensor_or_op) not in self._unfetchable

    def __repr__(self) -> str:
        return f"<tf.Graph of {len(self._ops)} operations>"


# ---------------------------------------------------------------- defaults


_default_graphs = DefaultStack()
_global_graph = Graph()


def get_default_graph() -> Graph:
    """The graph that ops are added to now."""
    stack = _default_graphs.stack
    return stack[-1] if stack else _global_graph


def reset_default_graph() -> None:
    """Starts a new global default graph; not while another graph is entered with `with`."""
    global _global_graph
    if any(g is not _global_graph for g in _default_graphs.stack):
        raise AssertionError(
            "Do not use tf.reset_default_graph() inside `with graph.as_default()`."
        )
    _global_graph = Graph()


def graph_of(values: Iterable[Any]) -> Graph:
    """The graph of the first tensor among the values, or the default graph; no mixing of graphs.

    Inside a function that is the function's graph: it takes in values of the graphs around it.
    """
    found: Any = None
    function = get_default_graph()
    if function.outer_graph is not None:
        return function
    for value in values:
        if isinstance(value, (Tensor, Operation)) or hasattr(value, "_as_graph_element"):
            if found is None:
                found = value
            elif value.graph is not found.graph:
                raise ValueError(
                    f"{value!r} must be from the same graph as {found!r}: an op's inputs all "
                    f"belong to one graph."
                )
    return get_default_graph() if found is None else found.graph
