"""`SavedModelBuilder` and `simple_save`: models into directories."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyengine import protos
from pyengine.checkpoint.bundle import write_atomically
from pyengine.executor.files import make_folder, system_errors
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.saved_model.constants import constants, signature_constants, tag_constants
from pyengine.saved_model.signature_def_utils import predict_signature_def
from pyengine.saved_model.utils import build_tensor_info
from pyengine.static import constant_value
from pyengine.train.graph_io import message_bytes
from pyengine.train.saver import Saver

__all__ = ["SavedModelBuilder", "simple_save"]


class SavedModelBuilder:
    """Makes a saved model: `add_meta_graph_and_variables` once, then `save`.

    Args:
        export_dir: the directory, which must not be there yet, or be empty.

    Raises:
        AssertionError: when it is there and not empty.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default():
        ...     path = os.path.join(folder, "model")
        ...     x = tf.placeholder(tf.float32, name="x")
        ...     y = tf.multiply(x, tf.Variable(2.0), name="y")
        ...     with tf.Session() as sess:
        ...         sess.run(tf.global_variables_initializer())
        ...         builder = tf.saved_model.builder.SavedModelBuilder(path)
        ...         builder.add_meta_graph_and_variables(sess, ["serve"])
        ...         file = builder.save()
        ...     with tf.Graph().as_default(), tf.Session() as sess:
        ...         meta = tf.saved_model.loader.load(sess, ["serve"], path)
        ...         float(sess.run("y:0", {"x:0": 21.0}))
        42.0
    """

    def __init__(self, export_dir: str) -> None:
        self._export_dir = os.fspath(export_dir)
        if os.path.isdir(self._export_dir) and os.listdir(self._export_dir):
            raise AssertionError(
                f"Export directory {self._export_dir} already exists, and isn't empty. Please "
                f"choose a different export directory, or delete all the contents of the specified "
                f"directory."
            )
        make_folder(self._export_dir)
        version = constants.SAVED_MODEL_SCHEMA_VERSION
        self._model = protos.SavedModel(saved_model_schema_version=version)
        self._has_variables = False

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Sequence[Any] | None = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
        *,
        assets_list: Sequence[Any] | None = None,
        init_op: Any = None,
        train_op: Any = None,
    ) -> None:
        """Adds the session's graph, and saves its variables.

        Args:
            sess: the session.
            tags: what the graph is for, such as `tag_constants.SERVING`.
            signature_def_map: a `SignatureDef` for each name.
            assets_collection: constants with the paths of files that the graph reads; the files
                are copied. Also called `assets_list`.
            legacy_init_op: an op to run when the model is loaded.
            clear_devices: whether devices are left out.
            main_op: an op to run when the model is loaded. Also called `init_op`.
            strip_default_attrs: whether attributes that have their default are left out.
            saver: the `Saver` to save with; one for all variables by default.
            train_op: an op that trains, to be found by who loads the model.

        Raises:
            AssertionError: when variables were saved already.
            TypeError, ValueError: for what is no op, asset or signature.
        """
        if self._has_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please invoke "
                "`add_meta_graph()` instead."
            )
        with sess.graph.as_default():
            saver = self._prepare(saver, main_op or init_op, legacy_init_op, train_op)
            folder = os.path.join(self._export_dir, constants.VARIABLES_DIRECTORY)
            make_folder(folder)
            saver.save(
                sess,
                os.path.join(folder, constants.VARIABLES_FILENAME),
                write_meta_graph=False,
                write_state=False,
            )
            self._has_variables = True
            self._add(
                saver, tags, signature_def_map, assets_list or assets_collection, clear_devices,
                strip_default_attrs,
            )  # fmt: skip

    def add_meta_graph(
        self,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Sequence[Any] | None = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
        *,
        assets_list: Sequence[Any] | None = None,
        init_op: Any = None,
        train_op: Any = None,
    ) -> None:
        """Adds the default graph, for other tags; it has the variables that were saved before.

        Args:
            tags, signature_def_map, assets_collection, legacy_init_op, clear_devices, main_op,
                strip_default_attrs, saver, assets_list, init_op, train_op: as in
                `add_meta_graph_and_variables`, which must have been called.

        Raises:
            AssertionError: when no variables were saved yet.
        """
        if not self._has_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please invoke "
                "`add_meta_graph_and_variables()` first."
            )
        saver = self._prepare(saver, main_op or init_op, legacy_init_op, train_op)
        self._add(
            saver, tags, signature_def_map, assets_list or assets_collection, clear_devices,
            strip_default_attrs,
        )  # fmt: skip

    def _prepare(
        self, saver: Saver | None, main_op: Any, legacy_init_op: Any, train_op: Any
    ) -> Saver:
        graph = get_default_graph()
        for key, op in (
            (constants.MAIN_OP_KEY, main_op),
            (constants.LEGACY_INIT_OP_KEY, legacy_init_op),
            (constants.TRAIN_OP_KEY, train_op),
        ):
            if op is None:
                continue
            if not isinstance(op, (Operation, Tensor)):
                raise TypeError(f"{key} needs to be an Operation: {op!r}")
            graph.clear_collection(key)
            graph.add_to_collection(key, op)
        return saver or Saver(sharded=True, allow_empty=True)

    def _add(
        self,
        saver: Saver,
        tags: Iterable[str],
        signatures: Mapping[str, Any] | None,
        assets: Sequence[Any] | None,
        clear_devices: bool,
        strip: bool,
    ) -> None:
        if isinstance(tags, str):
            raise TypeError(f"tags must be a list of strings, got {tags!r}")
        meta = saver.export_meta_graph(clear_devices=clear_devices, strip_default_attrs=strip)
        meta.meta_info_def.tags.extend(tags)
        for name, signature in (signatures or {}).items():
            self._check_signature(name, signature)
            meta.signature_def[name].CopyFrom(signature)
        if assets is not None:
            self._add_assets(meta, assets)
        self._model.meta_graphs.append(meta)

    @staticmethod
    def _check_signature(name: str, signature: Any) -> None:
        for info in (*signature.inputs.values(), *signature.outputs.values()):
            if info.WhichOneof("encoding") is None:
                raise AssertionError(
                    f"All TensorInfo protos used in the SignatureDefs must have one of the "
                    f"'encoding' fields set: {name}"
                )
            if not info.dtype:
                raise AssertionError(
                    f"All TensorInfo protos used in the SignatureDefs must have the dtype field "
                    f"set: {name}"
                )

    def _add_assets(self, meta: Any, assets: Sequence[Any]) -> None:
        """Copies the files, and notes which tensor has which file's path."""
        folder = os.path.join(self._export_dir, constants.ASSETS_DIRECTORY)
        sources: dict[str, str] = {}
        for tensor in assets:
            value = constant_value(tensor)
            if tensor.op.type != "Const" or value.dtype != object or value.shape:
                raise TypeError(f"Asset filepath must be a constant string scalar: {tensor!r}")
            path = value[()].decode("utf-8")
            name = os.path.basename(path)
            if sources.setdefault(name, path) != path:
                raise ValueError(f"two assets have the name {name!r}: {sources[name]} and {path}")
            make_folder(folder)
            with system_errors(path):
                shutil.copyfile(path, os.path.join(folder, name))
            info = build_tensor_info(tensor)
            meta.asset_file_def.add(filename=name).tensor_info.name = info.name

    def save(self, as_text: bool = False) -> bytes:
        """Writes the model's file.

        Args:
            as_text: whether to write protocol buffer text.

        Returns:
            The file's path, as bytes.
        """
        name = (
            constants.SAVED_MODEL_FILENAME_PBTXT if as_text else constants.SAVED_MODEL_FILENAME_PB
        )
        path = os.path.join(self._export_dir, name)
        write_atomically(path, message_bytes(self._model, as_text))
        return path.encode("utf-8")


def simple_save(
    session: Any,
    export_dir: str,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    legacy_init_op: Any = None,
) -> None:
    """Saves the session's model for serving, with one signature.

    Args:
        session: the session with the model's variables.
        export_dir: the directory, which must not be there yet.
        inputs: a tensor for each name.
        outputs: a tensor for each name.
        legacy_init_op: an op to run when the model is loaded.
    """
    signature = predict_signature_def(inputs, outputs)
    builder = SavedModelBuilder(export_dir)
    builder.add_meta_graph_and_variables(
        session,
        [tag_constants.SERVING],
        {signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: signature},
        assets_collection=session.graph.get_collection(GraphKeys.ASSET_FILEPATHS) or None,
        main_op=legacy_init_op,
        clear_devices=True,
    )
    builder.save()
