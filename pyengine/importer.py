"""`import_graph_def`: the ops of a GraphDef, TensorFlow's or our own, added to a graph."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyengine import dtypes, protos
from pyengine.convert import convert_to_tensor
from pyengine.graph import Graph, Operation, Tensor, get_default_graph
from pyengine.graph_def import split, type_attrs
from pyengine.ops import declaration
from pyengine.protos import values
from pyengine.protos.op_table import OpArg, OpSignature, signature
from pyengine.registry import REQUIRED, OpDef
from pyengine.shape import UNKNOWN

__all__ = ["import_graph_def"]

_BACK_EDGES = ("NextIteration", "RefNextIteration")
# Attributes that only tell TensorFlow 2 where an op came from.
_HINTS = {"grad_a", "grad_b", "grad_x", "grad_y", "metadata"}
# Op types that differ from another by their name alone, for all that they are used for.
_SAME = {
    "AddV2": "Add", "BatchMatMul": "BatchMatMulV2", "BatchMatMulV3": "BatchMatMulV2",
    "Inv": "Reciprocal", "Variable": "VariableV2",
}  # fmt: skip


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list[Any] | None:
    """Adds the ops of a GraphDef to the default graph.

    Args:
        graph_def: a `GraphDef`.
        input_map: tensors to use in place of some that the nodes name as inputs, by that name
            ("x", "x:0", or "^x" for a control input).
        return_elements: the names of operations ("x") and tensors ("x:0") to return.
        name: what the names of the new ops are prefixed with; "import" by default, "" for nothing.
        op_dict: accepted and of no effect, as in TensorFlow.
        producer_op_list: the OpList of the program that made the GraphDef: attributes that this
            program knows and we do not are left out where they have their default.

    Returns:
        The `return_elements`, operations and tensors, in their order; None without any.

    Raises:
        TypeError: for arguments of the wrong kind.
        ValueError: for a GraphDef that does not hold together, an op type that is not there, or
            names in `input_map` and `return_elements` that are not found.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default() as g:
        ...     y = tf.multiply(tf.placeholder(tf.float32, name="x"), 2.0, name="y")
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(21.0)
        ...     (y,) = tf.import_graph_def(g.as_graph_def(), {"x": x}, ["y:0"])
        ...     print(y.name, sess.run(y))
        import/y:0 42.0
    """
    graph_def = as_message(graph_def, "GraphDef", "graph_def")
    mapped = _checked_map(input_map)
    wanted = _checked_names(return_elements)
    graph = get_default_graph()
    prefix = ""
    if name != "":
        with graph.name_scope(name or "import") as scope:
            prefix = scope
    elif graph.get_name_scope():
        prefix = graph.get_name_scope() + "/"
    _convert_map(graph, prefix, mapped)
    importer = _Importer(graph, graph_def, prefix, mapped, producer_op_list)
    found = importer.run(wanted or ())
    return None if wanted is None else found


def is_known(op_type: str) -> bool:
    """Whether a node of that op type can be imported."""
    return _declaration(op_type) is not None


def _declaration(op_type: str) -> OpDef | None:
    return declaration(_SAME.get(op_type, op_type))


def node_name(text: str) -> str:
    """The node that an input names: `a` of `a:1` and of `^a`."""
    return text.lstrip("^").partition(":")[0]


def as_message(value: Any, kind: str, argument: str) -> Any:
    """A message of one of our classes; one of TensorFlow's own class is read over.

    Raises:
        TypeError: when it is no message of that kind.
    """
    wanted = getattr(protos, kind)
    if isinstance(value, wanted):
        return value
    descriptor = getattr(value, "DESCRIPTOR", None)
    if getattr(descriptor, "full_name", None) == f"tensorflow.{kind}":
        return wanted.FromString(value.SerializeToString())
    raise TypeError(f"{argument} must be a {kind} proto, but got {type(value).__name__}")


def _checked_map(input_map: Any) -> dict[str, Any]:
    if input_map is None:
        return {}
    if not isinstance(input_map, Mapping) or not all(isinstance(k, str) for k in input_map):
        raise TypeError(
            f"Argument `input_map` must be a dictionary mapping strings to Tensor objects, got "
            f"{input_map!r}"
        )
    return dict(input_map)


def _convert_map(graph: Graph, prefix: str, mapped: dict[str, Any]) -> None:
    """Makes tensors of the values of an `input_map`, in a scope of the import."""
    if all(isinstance(value, (Operation, Tensor)) for value in mapped.values()):
        return
    with graph.name_scope(prefix or None), graph.name_scope("_inputs" if prefix else "inputs"):
        for key, value in mapped.items():
            if not isinstance(value, Operation):
                mapped[key] = convert_to_tensor(value)


def _checked_names(names: Any) -> list[str] | None:
    if names is None:
        return None
    if isinstance(names, str) or not all(isinstance(n, (str, bytes)) for n in names):
        raise TypeError(f"Argument `return_elements` must be an iterable of strings, got {names!r}")
    return [n.decode() if isinstance(n, bytes) else n for n in names]


class _Importer:
    """One import: the ops made so far, by the names they have in the GraphDef."""

    def __init__(
        self,
        graph: Graph,
        graph_def: Any,
        prefix: str,
        mapped: dict[str, Any],
        producer_op_list: Any,
    ) -> None:
        self._graph = graph
        self._nodes = {node.name: node for node in graph_def.node}
        if len(self._nodes) < len(graph_def.node):
            raise ValueError("graph_def is invalid: two nodes have the same name")
        self._library = graph_def.library
        self._functions = {f.signature.name: f for f in graph_def.library.function}
        self._prefix = prefix
        self._mapped = mapped
        self._used: set[str] = set()
        self._producer = {op.name: op for op in getattr(producer_op_list, "op", ())}
        self._ops: dict[str, Operation] = {}
        self._late: list[tuple[Operation, int, str]] = []  # inputs of loops, that come after

    def run(self, wanted: Sequence[str]) -> list[Any]:
        """Adds the ops, and returns the wanted elements; after an error it has added nothing."""
        order = self._order()
        before = self._graph.version
        try:
            # The names are settled: the scopes that are open must not be put before them twice.
            with self._graph.name_scope(None):
                for name in order:
                    self._ops[name] = self._add(self._nodes[name])
                for op, position, source in self._late:
                    inputs = list(op.inputs)
                    inputs[position] = self._tensor(source, op.name)
                    op.inputs = tuple(inputs)
            unused = [k for k in self._mapped if k not in self._used and not self._is_there(k)]
            if unused:
                raise ValueError(
                    f"Attempted to map inputs that were not found in graph_def: "
                    f"[{', '.join(unused)}]"
                )
            return [self.element(name) for name in wanted]
        except BaseException:
            self._take_back(before)
            raise

    def _take_back(self, version: int) -> None:
        """Takes back the ops made since a version of the graph; their names stay used."""
        graph = self._graph
        with graph._lock:
            for op in graph._ops[version:]:
                del graph._by_name[op.name]
            del graph._ops[version:]

    def element(self, name: str) -> Any:
        """The operation or tensor that a name of the GraphDef stands for now."""
        op_name, colon, index = name.partition(":")
        op = self._ops.get(op_name)
        if op is None or (colon and not (index.isdigit() and int(index) < len(op.outputs))):
            raise ValueError(f"Requested return_element {name!r} not found in graph_def.")
        return op.outputs[int(index)] if colon else op

    def _is_there(self, key: str) -> bool:
        name, _, index = key.lstrip("^").partition(":")
        op = self._ops.get(name)
        return op is not None and (not index or int(index) < len(op.outputs))

    # ------------------------------------------------------------ the order

    def _order(self) -> list[str]:
        """The names of the nodes, each after its inputs; those of loops come late, see `_add`."""
        waiting: dict[str, int] = {}
        users: dict[str, list[str]] = {name: [] for name in self._nodes}
        for name, node in self._nodes.items():
            sources = [node_name(i) for i in node.input if self._mapping(i) is None]
            for source in sources:
                if source not in self._nodes:
                    raise ValueError(
                        f"graph_def is invalid at node {name!r}: Input tensor {source!r} not found "
                        f"in graph_def or input_map."
                    )
            before = [s for s in sources if self._nodes[s].op not in _BACK_EDGES]
            waiting[name] = len(before)
            for source in before:
                users[source].append(name)
        ready = [name for name, count in waiting.items() if not count]
        order = []
        for name in ready:  # grows while it is walked
            order.append(name)
            for user in users[name]:
                waiting[user] -= 1
                if not waiting[user]:
                    ready.append(user)
        if len(order) < len(self._nodes):
            stuck = next(name for name, count in waiting.items() if count)
            raise ValueError(f"graph_def is invalid: the inputs of node {stuck!r} form a circle")
        position = {name: i for i, name in enumerate(self._nodes)}
        in_file_order = all(
            position[u] > position[n] for n in order for u in users[n]
        )  # as it is in most files; then the ops keep the order of their making
        return list(self._nodes) if in_file_order else order

    def _mapping(self, text: str) -> Any:
        """What `input_map` puts in place of an input; None where it has nothing."""
        names = (text, f"{text}:0") if ":" not in text and text[0] != "^" else (text,)
        if text.endswith(":0"):
            names = (text, text[:-2])
        for name in names:
            if name in self._mapped:
                self._used.add(name)
                return self._mapped[name]
        return None

    # ------------------------------------------------------------ one node

    def _add(self, node: Any) -> Operation:
        opdef = self._op_type(node)
        known = signature(opdef.type)
        data = [i for i in node.input if not i.startswith("^")]
        late = [
            (position, text)
            for position, text in enumerate(data)
            if node_name(text) not in self._ops and self._mapping(text) is None
        ]
        for position, _ in late:
            data[position] = data[0]  # of the same dtype: only Merge has such an input
        tensors = [self._tensor(text, node.name) for text in data]
        attrs = self._attrs(node, opdef, known)
        name = self._new_name(node.name)
        controls = [self._control(i) for i in node.input if i.startswith("^")]
        try:
            inputs = self._arguments(node, opdef, known, tensors)
            with contextlib.ExitStack() as scopes:
                if node.device:
                    scopes.enter_context(self._graph.device(node.device))
                op = opdef.build(self._graph, inputs, attrs, name + "/")
        except (TypeError, ValueError) as error:
            raise ValueError(f"graph_def is invalid at node {node.name!r}: {error}") from error
        if known is not None:
            self._check_types(op, node, known)
        for control in controls:
            op._add_control_input(control)
        self._finish(op, node)
        self._late.extend((op, position, text) for position, text in late)
        return op

    @staticmethod
    def _check_types(op: Operation, node: Any, known: OpSignature) -> None:
        """Refuses inputs of other dtypes than the node says, which a mapped input may have."""
        for name, value in type_attrs(op, known).items():
            if name in node.attr and name not in op.attrs:
                wanted = values.attr_of_value(node.attr[name])
                if value != wanted:
                    raise ValueError(
                        f"graph_def is invalid at node {node.name!r}: its inputs make {name} "
                        f"{value!r}, incompatible with expected {wanted!r}"
                    )

    def _op_type(self, node: Any) -> OpDef:
        opdef = _declaration(node.op)
        if opdef is not None:
            return opdef
        if node.op in self._functions:
            raise ValueError(
                f"node {node.name!r} calls {node.op!r}, a function of the graph: functions in a "
                f"GraphDef are not supported. Save the graph without them, in TensorFlow by "
                f"tf.disable_v2_behavior() before it is built"
            )
        raise ValueError(
            f"No op named {node.op} is defined (node {node.name!r}): Op type not registered "
            f"'{node.op}'."
        )

    def _new_name(self, name: str) -> str:
        full = self._prefix + name
        if full in self._graph._by_name:
            return self._graph.unique_name(full)
        parts = full.split("/")
        for i in range(1, len(parts) + 1):
            key = "/".join(parts[:i]).lower()
            self._graph._used_names.setdefault(key, 1)
        return full

    def _tensor(self, text: str, reader: str) -> Tensor:
        mapped = self._mapping(text)
        if mapped is not None:
            return mapped
        name, _, index = text.partition(":")
        op = self._ops[name]
        if int(index or 0) >= len(op.outputs):
            raise ValueError(
                f"graph_def is invalid at node {reader!r}: {text!r} is not an output of {name!r}, "
                f"which has {len(op.outputs)}"
            )
        return op.outputs[int(index or 0)]

    def _control(self, text: str) -> Operation:
        mapped = self._mapping(text)
        found = self._ops[text[1:]] if mapped is None else mapped
        return found if isinstance(found, Operation) else found.op

    def _arguments(
        self, node: Any, opdef: OpDef, known: OpSignature | None, tensors: list[Tensor]
    ) -> list[Any]:
        """The inputs as `OpDef.build` takes them: a list for each list argument."""
        lengths = {k: values.attr_of_value(v) for k, v in node.attr.items()}
        args = _plain_args(opdef) if known is None else known.inputs
        found = split(args, tensors, lengths, node.name)
        return [
            members if declared.is_list else members[0]
            for declared, (_, members) in zip(opdef.inputs, found)
        ]

    def _attrs(self, node: Any, opdef: OpDef, known: OpSignature | None) -> dict[str, Any]:
        """The attributes of the declaration, from those of the node or their defaults."""
        given = {k: v for k, v in node.attr.items() if k != "_output_shapes"}
        kinds = {} if known is None else {a.name: a for a in known.attrs}
        attrs: dict[str, Any] = {}
        for name, default in opdef.attrs.items():
            kind = kinds.get(name)
            if name in given and given[name].WhichOneof("value") == "func":
                attrs[name] = self._function(node, name, given.pop(name).func.name)
            elif name in given:
                value = values.attr_of_value(given.pop(name), kind.type if kind else None)
                attrs[name] = _as_declared(value, default)
            elif kind is not None and kind.has_default and kind.type not in ("tensor", "func"):
                attrs[name] = _as_declared(_default_of(kind), default)
            elif default is REQUIRED:
                raise ValueError(
                    f"graph_def is invalid at node {node.name!r}: NodeDef missing attr {name!r} "
                    f"from Op {node.op}"
                )
            else:
                attrs[name] = default
        for name, proto in given.items():
            if name.startswith("_"):
                attrs[name] = values.attr_of_value(proto)
            else:
                self._check_left_out(node, name, proto, kinds.get(name))
        return attrs

    def _function(self, node: Any, attr: str, name: str) -> Any:
        from pyengine.graph_functions import captured_count, function_graph_of

        if name not in self._functions:
            raise ValueError(
                f"graph_def is invalid at node {node.name!r}: its function {name!r} is not in the "
                f"library of the graph_def"
            )
        with self._graph.as_default():
            return function_graph_of(
                self._functions[name], captured_count(node, attr), self._library
            )

    def _check_left_out(self, node: Any, name: str, proto: Any, kind: Any) -> None:
        """An attribute that the engine has no use for must be a type or have its default."""
        if name in _HINTS:
            return
        if kind is not None:
            is_bound = kind.type in ("type", "list(type)") or name in _numbers(node.op)
            value = values.attr_of_value(proto)
            is_default = kind.has_default and _default_of(kind) == value
            if is_bound or is_default:
                return
            raise ValueError(
                f"node {node.name!r}: {node.op} with {name}={value!r} is not supported"
            )
        for attr in getattr(self._producer.get(node.op), "attr", ()):
            if attr.name == name and attr.default_value == proto:
                return
        raise ValueError(
            f"graph_def is invalid: NodeDef mentions attr {name!r} not in Op {node.op} (node "
            f"{node.name!r})"
        )

    @staticmethod
    def _finish(op: Operation, node: Any) -> None:
        """Takes over the static shapes that the node tells."""
        if "_output_shapes" in node.attr:
            for tensor, proto in zip(op.outputs, node.attr["_output_shapes"].list.shape):
                tensor.set_shape(values.shape_of_proto(proto))


def _plain_args(opdef: OpDef) -> Iterable[OpArg]:
    """The arguments of an op type that TensorFlow does not have, as far as `split` needs them."""
    return [
        OpArg(a.name, a.var or "", a.ref, number=f"{a.name} list" if a.is_list else "")
        for a in opdef.inputs
    ]


def _numbers(op_type: str) -> set[str]:
    known = signature(op_type)
    return {a.number for a in (*known.inputs, *known.outputs)} if known else set()


def _default_of(kind: Any) -> Any:
    """The default in TensorFlow's registry, in the engine's own form."""
    value = kind.default
    if kind.type == "type":
        return dtypes.as_dtype(value)
    if kind.type == "list(type)":
        return [dtypes.as_dtype(v) for v in value]
    if kind.type == "shape":
        return UNKNOWN if value is None else values.as_shape([None if s < 0 else s for s in value])
    if kind.type == "list(shape)":
        return [
            UNKNOWN if s is None else values.as_shape([None if d < 0 else d for d in s])
            for s in value
        ]
    return value


def _as_declared(value: Any, default: Any) -> Any:
    """A value in the form in which the declaration writes its default: a tuple, bytes."""
    if isinstance(value, list) and not isinstance(default, list):
        return tuple(value)
    if isinstance(default, bytes) and isinstance(value, str):
        return value.encode("utf-8")
    return value
