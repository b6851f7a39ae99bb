"""`HandleVariable`: a resource variable of an imported graph, as a `Variable`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops import resource
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape
from pyengine.variables import Variable

__all__ = ["HandleVariable", "new_handle_variable"]


class HandleVariable(Variable):
    """The variable that a `VariableDef` with `is_resource` describes.

    It is read anew wherever it is used. What changes it takes a reference to it, as with any other
    variable: optimizers, `assign` and `Saver` work, and gradients are those of all its reads.

    Args:
        variable_def: a `VariableDef`, whose ops are in the default graph.
        import_scope: the scope that they were imported under.

    Raises:
        KeyError: when an op is not there.
        ValueError: when the handle is none.
    """

    _is_resource = True
    _reads_anew = True

    def __init__(self, variable_def: Any, import_scope: str | None = None) -> None:
        graph = get_default_graph()
        scope = f"{import_scope.rstrip('/')}/" if import_scope else ""

        def element(name: str) -> Any:
            return graph.as_graph_element(scope + name)

        self._handle: Tensor = element(variable_def.variable_name)
        variable = resource.variable_op_of(self._handle)
        if variable is None:
            raise ValueError(f"{self._handle!r} is not the handle of a variable")
        self._value_dtype: DType = variable.attrs["dtype"]
        self._reference: Tensor | None = None
        self._initializer: Operation = element(variable_def.initializer_name)
        snapshot = variable_def.snapshot_name
        self._snapshot = element(snapshot) if snapshot else self.read_value()
        has_value = bool(variable_def.initial_value_name)
        self._initial_value = (
            element(variable_def.initial_value_name) if has_value else self._initializer.inputs[1]
        )
        self.trainable = variable_def.trainable
        self.constraint = None
        self._validate_shape = True
        if variable_def.HasField("save_slice_info_def"):
            from pyengine.partitioned import slice_from_proto

            self._save_slice_info = slice_from_proto(variable_def.save_slice_info_def, import_scope)

    @property
    def handle(self) -> Tensor:
        """The handle, a tensor of dtype `tf.resource`."""
        return self._handle

    @property
    def _variable(self) -> Tensor:  # type: ignore[override]
        """The reference, made when it is first asked for."""
        if self._reference is None:
            graph = self._handle.graph
            with graph.as_default(), graph.name_scope(None), graph.control_dependencies(None):
                self._reference = resource.reference_to(
                    self._handle, dtype=self._value_dtype, name=f"{self._handle.op.name}/Reference"
                )
        return self._reference

    def _gradient_source(self) -> Tensor:
        return self._handle

    def _as_graph_element(self) -> Tensor:
        return self._snapshot

    @property
    def name(self) -> str:
        return self._handle.name

    @property
    def op(self) -> Operation:
        return self._handle.op

    @property
    def graph(self) -> Any:
        return self._handle.graph

    @property
    def device(self) -> str:
        return self._handle.device

    @property
    def dtype(self) -> DType:
        """The value's dtype: a resource variable is no reference."""
        return self._value_dtype

    @property
    def shape(self) -> TensorShape:
        return resource.handle_shape(self._handle)

    def get_shape(self) -> TensorShape:
        return self.shape

    def read_value(self) -> Tensor:
        with name_scope("Read"):
            return resource.read_variable_op(self._handle, dtype=self._value_dtype)

    def eval(self, session: Any = None) -> Any:
        return self._snapshot.eval(session=session)

    def to_proto(self, export_scope: str | None = None) -> Any:
        found = super().to_proto(export_scope)
        if found is not None:
            found.is_resource = True
        return found

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """The rows at some positions, read without the others."""
        return resource._gather(self._handle, indices, dtype=self._value_dtype, name=name)


def new_handle_variable(
    initial_value: Callable[[], Any], dtype: DType, name: str, trainable: bool = True
) -> HandleVariable:
    """A new resource variable: for what belongs to one, such as an optimizer's slots.

    Args:
        initial_value: makes the value to start with, which has a shape that is known.
        dtype: the dtype.
        name: the name, made unique.
        trainable: whether optimizers change it by default.
    """
    from pyengine import protos

    graph = get_default_graph()
    with graph.control_dependencies(None), name_scope(name) as scope:
        with name_scope("Initializer"):
            value = convert_to_tensor(initial_value(), dtype, name="initial_value")
        handle = resource.var_handle_op(
            dtype=dtype, shape=value.shape, shared_name=scope.removesuffix("/"), name=scope
        )
        initializer = resource._assign(handle, value, name="Assign")
        with name_scope("Read"):
            snapshot = resource.read_variable_op(handle, dtype=dtype)
    found = HandleVariable(
        protos.VariableDef(
            variable_name=handle.name,
            initial_value_name=value.name,
            initializer_name=initializer.name,
            snapshot_name=snapshot.name,
            is_resource=True,
            trainable=trainable,
        )
    )
    keys = [GraphKeys.GLOBAL_VARIABLES, *([GraphKeys.TRAINABLE_VARIABLES] if trainable else [])]
    graph.add_to_collections(keys, found)
    return found
