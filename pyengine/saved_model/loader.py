"""`load`: saved models into sessions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from pyengine import protos
from pyengine.importer import is_known
from pyengine.logger import logger
from pyengine.saved_model.constants import constants
from pyengine.train.graph_io import read_message
from pyengine.train.meta_graph import import_meta_graph_with_elements

__all__ = ["contains_saved_model", "load", "maybe_saved_model_directory"]


def contains_saved_model(export_dir: str) -> bool:
    """Whether a directory has a saved model.

    Args:
        export_dir: a folder.

    Returns:
        Whether it holds a SavedModel.

    Example:
        >>> import pyengine as tf
        >>> tf.saved_model.contains_saved_model("/no/such/folder")
        False
    """
    names = (constants.SAVED_MODEL_FILENAME_PB, constants.SAVED_MODEL_FILENAME_PBTXT)
    return any(os.path.isfile(os.path.join(export_dir, name)) for name in names)


maybe_saved_model_directory = contains_saved_model


def load(
    sess: Any,
    tags: Iterable[str],
    export_dir: str,
    import_scope: str | None = None,
    **saver_kwargs: Any,
) -> Any:
    """Adds a saved model to a session's graph, restores its variables, and runs its main op.

    Args:
        sess: the session.
        tags: the tags of the graph to load: all of them, and no others.
        export_dir: the model's directory.
        import_scope: a name scope for the ops.
        **saver_kwargs: `input_map` and `return_elements`, as in `import_graph_def`.

    Returns:
        The `MetaGraphDef`, with the signatures.

    Raises:
        OSError: when there is no saved model.
        RuntimeError: when it has no graph with these tags.
    """
    export_dir = os.fspath(export_dir)
    wanted = {tags} if isinstance(tags, str) else set(tags)
    meta = _with_tags(_read(export_dir), wanted, export_dir)
    _drop_unknown_save_ops(meta)
    with sess.graph.as_default():
        saver, _ = import_meta_graph_with_elements(meta, import_scope=import_scope, **saver_kwargs)
        if saver is not None and meta.HasField("saver_def"):
            prefix = os.path.join(
                export_dir, constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME
            )
            saver.restore(sess, prefix)
        _run_main_op(sess, meta, export_dir, import_scope)
    return meta


def _read(export_dir: str) -> Any:
    for name in (constants.SAVED_MODEL_FILENAME_PB, constants.SAVED_MODEL_FILENAME_PBTXT):
        path = os.path.join(export_dir, name)
        if os.path.isfile(path):
            return read_message(path, protos.SavedModel)
    raise OSError(
        f"SavedModel file does not exist at: {export_dir}/{{{constants.SAVED_MODEL_FILENAME_PBTXT}|"
        f"{constants.SAVED_MODEL_FILENAME_PB}}}"
    )


def _with_tags(model: Any, wanted: set[str], export_dir: str) -> Any:
    for meta in model.meta_graphs:
        if set(meta.meta_info_def.tags) == wanted:
            return meta
    there = "; ".join(", ".join(sorted(m.meta_info_def.tags)) for m in model.meta_graphs)
    raise RuntimeError(
        f"MetaGraphDef associated with tags {', '.join(sorted(wanted))!r} could not be found in "
        f"SavedModel {export_dir}: it has graphs with the tags {there!r}"
    )


def _drop_unknown_save_ops(meta: Any) -> None:
    """Leaves out what the model's saver would save with, if it has op types that are not there.

    TensorFlow's savers of saved models make file names by ops on strings. A model that is loaded
    is only restored.
    """
    unknown = {node.name for node in meta.graph_def.node if not is_known(node.op)}
    scope = meta.saver_def.save_tensor_name.rpartition("/")[0] + "/"
    if not unknown or scope == "/" or not all(name.startswith(scope) for name in unknown):
        return  # what is missing is the model's own: the import will say so
    users: dict[str, list[str]] = {}
    for node in meta.graph_def.node:
        for text in node.input:
            users.setdefault(text.lstrip("^").partition(":")[0], []).append(node.name)
    dropped: set[str] = set()
    pending = list(unknown)
    while pending:
        name = pending.pop()
        if name not in dropped:
            dropped.add(name)
            pending.extend(users.get(name, ()))
    if not all(name.startswith(scope) for name in dropped):
        return
    logger.info("The loaded model cannot be saved by its own saver: %s are not there", unknown)
    kept = [node for node in meta.graph_def.node if node.name not in dropped]
    graph_def = type(meta.graph_def)(
        node=kept, versions=meta.graph_def.versions, library=meta.graph_def.library
    )
    meta.graph_def.CopyFrom(graph_def)


def _run_main_op(sess: Any, meta: Any, export_dir: str, import_scope: str | None) -> None:
    name = _main_op_name(meta)
    if name is None:
        return
    scope = f"{import_scope}/" if import_scope else ""
    folder = os.path.join(export_dir, constants.ASSETS_DIRECTORY)
    feeds = {
        scope + asset.tensor_info.name: os.path.join(folder, asset.filename)
        for asset in meta.asset_file_def
    }
    sess.run(scope + name, feeds)


def _main_op_name(meta: Any) -> str | None:
    """The op to run after loading: in a collection, or in TensorFlow 2 a signature."""
    signature = constants.INIT_OP_SIGNATURE_KEY
    if signature in meta.signature_def:
        return meta.signature_def[signature].outputs[signature].name
    for key in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY):
        if key in meta.collection_def:
            names = meta.collection_def[key].node_list.value
            if len(names) != 1:
                raise RuntimeError(f"Expected exactly one op in the collection {key!r}: {names}")
            return names[0]
    return None
