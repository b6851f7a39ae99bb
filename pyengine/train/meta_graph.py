"""Meta graphs: a GraphDef with the graph's collections and its saver."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

from pyengine import protos
from pyengine.checkpoint.bundle import write_atomically
from pyengine.graph import Graph, get_default_graph
from pyengine.graph_def import op_list_of
from pyengine.graph_keys import GraphKeys
from pyengine.importer import as_message, import_graph_def
from pyengine.logger import logger
from pyengine.protos import values
from pyengine.protos.op_table import signature
from pyengine.train.graph_io import message_bytes, read_message

__all__ = ["export_meta_graph", "import_meta_graph"]

_VERSION = "1.15.0"
"""The TensorFlow whose API this is."""

# The message of each collection that is saved as messages, and the class that reads them: its name
# in the module `pyengine`.
_VARIABLE = ("VariableDef", "Variable")
_MESSAGES = {
    GraphKeys.GLOBAL_VARIABLES: _VARIABLE,
    GraphKeys.LOCAL_VARIABLES: _VARIABLE,
    GraphKeys.MODEL_VARIABLES: _VARIABLE,
    GraphKeys.TRAINABLE_VARIABLES: _VARIABLE,
    GraphKeys.MOVING_AVERAGE_VARIABLES: _VARIABLE,
    GraphKeys.METRIC_VARIABLES: _VARIABLE,
    "global_step": _VARIABLE,
    GraphKeys.SAVERS: ("SaverDef", "train.Saver"),
    GraphKeys.QUEUE_RUNNERS: ("QueueRunnerDef", "train.QueueRunner"),
    GraphKeys.COND_CONTEXT: ("CondContextDef", "control_flow.CondContext"),
    GraphKeys.WHILE_CONTEXT: ("WhileContextDef", "control_flow.WhileContext"),
}


def export_meta_graph(
    filename: str | None = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Iterable[Any] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    **kwargs: Any,
) -> Any:
    """A graph with its collections as a `MetaGraphDef`, written to a file if one is named.

    Args:
        filename: the file; None to write none.
        meta_info_def: a `MetaInfoDef` to take over.
        graph_def: the GraphDef; that of the graph by default.
        saver_def: the `SaverDef` of the graph's saver.
        collection_list: the names of the collections; all by default.
        as_text: whether the file has protocol buffer text.
        graph: the graph; the default graph by default.
        export_scope: only this name scope is exported, its name left out.
        clear_devices: whether devices are left out.
        clear_extraneous_savers: whether the ops and collections of other savers are left out.
        strip_default_attrs: whether attributes that have their default are left out.
        save_debug_info: accepted; there is none.

    Returns:
        A `MetaGraphDef`. What a collection holds that no message can is left out, with a warning.

    Raises:
        TypeError: when an op cannot be put into a GraphDef.
        ValueError: when the scope takes inputs from outside of it.
    """
    if kwargs:
        raise TypeError(f"export_meta_graph got unexpected arguments: {', '.join(kwargs)}")
    graph = graph or get_default_graph()
    meta = protos.MetaGraphDef()
    if meta_info_def is not None:
        meta.meta_info_def.CopyFrom(meta_info_def)
    if graph_def is None:
        graph_def = graph.as_graph_def(add_shapes=True)
    scope = f"{export_scope.rstrip('/')}/" if export_scope else ""
    meta.graph_def.CopyFrom(_scoped(graph_def, scope) if scope else graph_def)
    if clear_extraneous_savers:
        _drop_savers(meta.graph_def, saver_def)
    for node in meta.graph_def.node:
        if clear_devices:
            node.device = ""
        if strip_default_attrs:
            _strip(node)
    info = meta.meta_info_def
    info.tensorflow_version = info.tensorflow_version or _VERSION
    info.stripped_default_attrs = strip_default_attrs
    if not info.stripped_op_list.op:
        info.stripped_op_list.CopyFrom(op_list_of(n.op for n in meta.graph_def.node))
    if saver_def is not None:
        meta.saver_def.CopyFrom(saver_def)
    keys = graph.get_all_collection_keys() if collection_list is None else collection_list
    for key in keys:
        if not (clear_extraneous_savers and key == GraphKeys.SAVERS):
            _add_collection(meta, graph, key, export_scope)
    if filename:
        write_atomically(filename, message_bytes(meta, as_text))
    return meta


def _scoped(graph_def: Any, scope: str) -> Any:
    """The nodes of a name scope, without its name."""
    result = protos.GraphDef(versions=graph_def.versions, library=graph_def.library)
    for node in graph_def.node:
        if not node.name.startswith(scope):
            continue
        added = result.node.add()
        added.CopyFrom(node)
        added.name = node.name.removeprefix(scope)
        del added.input[:]
        for text in node.input:
            mark = "^" if text.startswith("^") else ""
            if not text[len(mark) :].startswith(scope):
                if mark:
                    continue  # an order with what is not exported has no meaning there
                raise ValueError(
                    f"the scope {scope!r} cannot be exported alone: {node.name!r} takes {text!r}, "
                    f"which is outside of it"
                )
            added.input.append(mark + text[len(mark) :].removeprefix(scope))
    return result


def _drop_savers(graph_def: Any, saver_def: Any) -> None:
    """Leaves out the ops of savers other than the given one."""
    kept = "" if saver_def is None else saver_def.restore_op_name.rpartition("/")[0] + "/"
    scopes = {
        n.name.rpartition("/")[0] + "/" for n in graph_def.node if n.op in ("SaveV2", "RestoreV2")
    } - {kept, "/"}
    nodes = [n for n in graph_def.node if not n.name.startswith(tuple(scopes))]
    if len(nodes) < len(graph_def.node):
        copies = [protos.NodeDef.FromString(n.SerializeToString()) for n in nodes]
        del graph_def.node[:]
        graph_def.node.extend(copies)


def _strip(node: Any) -> None:
    known = signature(node.op)
    if known is None:
        return
    for attr in known.attrs:
        if attr.has_default and attr.name in node.attr:
            default = attr.default
            if attr.type == "type":
                default = values.as_dtype(default)
            if node.attr[attr.name] == values.attr_value(default, attr.type):
                del node.attr[attr.name]


def _add_collection(meta: Any, graph: Graph, key: Any, scope: str | None) -> None:
    items = graph.get_collection(key)
    if not items or (isinstance(key, str) and key.startswith("_")):
        return  # the latter are the engine's own
    if not isinstance(key, str):
        logger.warning("The collection %r is not exported: its key is no string", key)
        return
    try:
        proto = _collection_def(items, scope)
    except (TypeError, ValueError) as error:
        logger.warning("The collection %r is not exported: %s", key, error)
        return
    meta.collection_def[key].CopyFrom(proto)


def _collection_def(items: list[Any], scope: str | None) -> Any:
    proto = protos.CollectionDef()
    if all(hasattr(item, "to_proto") for item in items):
        messages = [item.to_proto(export_scope=scope) for item in items]
        proto.bytes_list.value.extend(m.SerializeToString() for m in messages if m is not None)
    elif all(isinstance(item, (str, bytes)) for item in items):
        proto.bytes_list.value.extend(
            item.encode("utf-8") if isinstance(item, str) else item for item in items
        )
    elif all(isinstance(item, int) for item in items):
        proto.int64_list.value.extend(items)
    elif all(isinstance(item, float) for item in items):
        proto.float_list.value.extend(items)
    else:
        proto.node_list.value.extend(_node_names(items, scope))
    return proto


def _node_names(items: list[Any], scope: str | None) -> list[str]:
    prefix = f"{scope.rstrip('/')}/" if scope else ""
    names = []
    for item in items:
        name = getattr(item, "name", None)
        if not isinstance(name, str) or not hasattr(item, "graph"):
            raise TypeError(f"it holds {item!r}, for which there is no message")
        if name.startswith(prefix):
            names.append(name.removeprefix(prefix))
    return names


# ---------------------------------------------------------------- importing


def import_meta_graph(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    **kwargs: Any,
) -> Any:
    """Adds a meta graph to the default graph: its ops, and its collections.

    Args:
        meta_graph_or_file: a `MetaGraphDef`, or the path of a file with one.
        clear_devices: whether the devices are left out.
        import_scope: a name scope for the ops.
        **kwargs: `input_map` and `return_elements`, as in `import_graph_def`.

    Returns:
        A `Saver` for the variables; None when there are none.

    Raises:
        OSError: when the file is not there or is none.
        ValueError: when the graph does not fit; see `import_graph_def`.
        RuntimeError: when eager.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     v = tf.Variable(1.0, name="v")
        ...     meta = tf.train.export_meta_graph()
        >>> with tf.Graph().as_default():
        ...     saver = tf.train.import_meta_graph(meta)
        ...     [v.name for v in tf.trainable_variables()]
        ['v:0']
    """
    return import_meta_graph_with_elements(
        meta_graph_or_file, clear_devices, import_scope, **kwargs
    )[0]


def import_meta_graph_with_elements(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Any = None,
    return_elements: Sequence[str] | None = None,
) -> tuple[Any, list[Any] | None]:
    """As `import_meta_graph`, with the elements that `return_elements` names besides."""
    if isinstance(meta_graph_or_file, (str, bytes)) or hasattr(meta_graph_or_file, "__fspath__"):
        try:
            meta = read_message(meta_graph_or_file, protos.MetaGraphDef)
        except FileNotFoundError:
            raise OSError(f"File {meta_graph_or_file} does not exist.") from None
    else:
        meta = as_message(meta_graph_or_file, "MetaGraphDef", "meta_graph_or_file")
    graph_def = meta.graph_def
    if clear_devices:
        graph_def = protos.GraphDef()
        graph_def.CopyFrom(meta.graph_def)
        for node in graph_def.node:
            node.device = ""
    graph = get_default_graph()
    scope = ""
    if import_scope:
        with graph.name_scope(import_scope) as entered:
            scope = entered
    outer = f"{graph.get_name_scope()}/" if graph.get_name_scope() else ""
    elements = import_graph_def(
        graph_def,
        input_map=input_map,
        return_elements=return_elements,
        name=scope,
        producer_op_list=meta.meta_info_def.stripped_op_list,
    )
    _add_collections(meta, graph, scope or outer)
    return _saver(meta, graph, scope or outer), elements


def _add_collections(meta: Any, graph: Graph, scope: str) -> None:
    made: dict[tuple[str, bytes], Any] = {}  # a variable in several collections is one object
    for key, proto in sorted(meta.collection_def.items()):
        kind = proto.WhichOneof("kind")
        if kind is None or kind == "any_list":
            logger.info("The collection %r is not imported", key)
            continue
        held = getattr(proto, kind).value
        if kind == "node_list":
            for name in held:
                graph.add_to_collection(key, graph.as_graph_element(scope + name))
        elif kind == "bytes_list" and key in _MESSAGES:
            message, place = _MESSAGES[key]
            for data in held:
                made_as = (message, data)
                if made_as not in made:
                    made[made_as] = _from_message(message, place, data, scope)
                graph.add_to_collection(key, made[made_as])
        else:
            graph.get_collection_ref(key).extend(held)


def _from_message(message: str, place: str, data: bytes, scope: str) -> Any:
    reader: Any = importlib.import_module("pyengine")
    for name in place.split("."):
        reader = getattr(reader, name)
    return reader.from_proto(getattr(protos, message).FromString(data), import_scope=scope)


def _saver(meta: Any, graph: Graph, scope: str) -> Any:
    from pyengine.train.saver import Saver

    if meta.HasField("saver_def"):
        return Saver.from_proto(meta.saver_def, import_scope=scope)
    if graph.get_collection(GraphKeys.GLOBAL_VARIABLES, scope or None):
        return Saver()
    logger.info("Saver not created because there are no variables in the graph to restore")
    return None
