"""`Saver`: variables into checkpoints and back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import errors, protos
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import string
from pyengine.graph import Graph, Tensor, get_default_graph
from pyengine.importer import as_message
from pyengine.logger import logger
from pyengine.ops.array import identity
from pyengine.ops.checkpoint import restore_v2, save_slices, save_v2
from pyengine.ops.declare import whole
from pyengine.ops.placeholders import placeholder_with_default
from pyengine.scopes import control_dependencies, name_scope
from pyengine.train import checkpoint_management as management
from pyengine.train.checkpoint_management import (  # old programs name them of this module
    checkpoint_exists,
    get_checkpoint_state,
    latest_checkpoint,
    update_checkpoint_state,
)
from pyengine.train.restore_errors import explained, no_checkpoint, object_names_differ
from pyengine.train.saveables import (
    check_unique,
    default_saveables,
    keys_of_names,
    named_saveables,
    restore_all,
    saveables_of,
)

__all__ = [
    "Saver", "checkpoint_exists", "get_checkpoint_state", "latest_checkpoint",
    "update_checkpoint_state",
]  # fmt: skip

_V1, _V2 = 1, 2


class Saver:
    """Saves variables in checkpoints, and restores them.

    A checkpoint is in TensorFlow's V2 format: what is saved here TensorFlow restores, and the
    other way round.

    Args:
        var_list: the variables, in a list, or in a dict by the names that they are to have in
            checkpoints; by default all that there are.
        reshape: whether a variable may be restored from a tensor of another shape with as many
            elements.
        sharded: accepted; all is in one file.
        max_to_keep: how many checkpoints to keep, the latest; None or 0 for all.
        keep_checkpoint_every_n_hours: one checkpoint in so many hours is kept for good.
        name: the name scope of the ops, "save" by default.
        restore_sequentially: accepted; ops of a run are in order here.
        saver_def: a `SaverDef` of ops that are in the graph already.
        builder: not available.
        defer_build: whether the ops are added only by `build`.
        allow_empty: whether there may be no variables.
        write_version: `tf.train.SaverDef.V2`, or V1 for the format of TensorFlow before 0.12.
        pad_step_number: whether step numbers in file names have 8 digits.
        save_relative_paths: whether the file "checkpoint" has relative paths, so that the
            directory can be moved.
        filename: the default of the tensor that holds the path.

    Raises:
        TypeError: when `var_list` has what is no variable.
        ValueError: when there are no variables, or two of the same name.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder:
        ...     v = tf.Variable(42.0, name="v")
        ...     saver = tf.train.Saver()
        ...     with tf.Session() as sess:
        ...         sess.run(v.initializer)
        ...         path = saver.save(sess, os.path.join(folder, "model"), global_step=1)
        ...     with tf.Session() as sess:
        ...         saver.restore(sess, tf.train.latest_checkpoint(folder))
        ...         os.path.basename(path), float(sess.run(v))
        ('model-1', 42.0)
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = _V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set "
                "defer_build=False or var_list=None."
            )
        if builder is not None:
            raise NotImplementedError(
                "Saver(builder=...) is not available; leave it out to save in TensorFlow's format"
            )
        if write_version not in (_V1, _V2):
            raise ValueError(f"write_version must be SaverDef.V1 or V2, got {write_version!r}")
        self._var_list = var_list
        self._reshape = reshape
        self._sharded = sharded
        self._max_to_keep = int(whole(max_to_keep or 0))
        self._every_n_hours = keep_checkpoint_every_n_hours
        self._name = name
        self._allow_empty = allow_empty
        self._pad_step_number = pad_step_number
        self._relative_paths = save_relative_paths
        self._filename = filename
        self._version = int(write_version)
        self._is_built = self._is_empty = False
        self.saver_def: Any = None
        self._last_checkpoints: list[tuple[str, float]] = []
        self._next_checkpoint_time = 0.0
        # For checkpoints of `tf.train.Checkpoint`: the keys of the names, and a saver for these.
        self._object_saver: tuple[dict[str, str], Saver] | None = None
        if saver_def is not None:
            self.saver_def = as_message(saver_def, "SaverDef", "saver_def")
            self._check_saver_def()
            self._is_built = True
            self._start_clock()
        elif not defer_build:
            self.build()

    # ------------------------------------------------------------ the ops

    def build(self) -> None:
        """Adds the ops that save and restore to the default graph."""
        if self._is_built:
            return
        self._is_built = True
        var_list = default_saveables() if self._var_list is None else self._var_list
        if not var_list:
            if not self._allow_empty:
                raise ValueError("No variables to save")
            self._is_empty = True
            return
        saveables = saveables_of(var_list)
        check_unique(saveables)
        self.saver_def = self._build_ops(saveables)
        self._start_clock()

    def _build_ops(self, saveables: list[Any]) -> Any:
        specs = [spec for saveable in saveables for spec in saveable.specs]
        names, slices = [s.name for s in specs], [s.slice_spec for s in specs]
        ops = [s.op for s in saveables if isinstance(getattr(s, "op", None), Tensor)]
        with name_scope(self._name, "save", ops) as scope:
            filename = placeholder_with_default(self._filename or "model", [], name="filename")
            path = placeholder_with_default(filename, [], name="Const")
            is_old = self._version == _V1
            kind, save_op = ("save", save_slices) if is_old else ("SaveV2", save_v2)
            save = save_op(
                path,
                convert_to_tensor(names, string, name=f"{kind}/tensor_names"),
                convert_to_tensor(slices, string, name=f"{kind}/shape_and_slices"),
                [s.tensor for s in specs],
                **{"T" if is_old else "dtypes": [s.dtype for s in specs]},
                name=kind,
            )
            with control_dependencies([save]):
                saved = identity(path, name="control_dependency")
            restored = restore_v2(
                path,
                convert_to_tensor(names, string, name="RestoreV2/tensor_names"),
                convert_to_tensor(slices, string, name="RestoreV2/shape_and_slices"),
                dtypes=[s.dtype for s in specs],
                name="RestoreV2",
            )
            restore = restore_all(saveables, restored, self._reshape)
        self._check_names(scope, restore.name)
        return protos.SaverDef(
            filename_tensor_name=path.name,
            save_tensor_name=saved.name,
            restore_op_name=restore.name,
            max_to_keep=self._max_to_keep,
            sharded=self._sharded,
            keep_checkpoint_every_n_hours=self._every_n_hours,
            version=self._version,
        )

    @staticmethod
    def _check_names(scope: str, restore_name: str) -> None:
        if not restore_name.startswith(scope):
            raise errors.InternalError(None, None, f"{restore_name} is outside of {scope}")

    def _check_saver_def(self) -> None:
        if not self.saver_def.save_tensor_name:
            raise ValueError(f"saver_def must specify the save_tensor_name: {self.saver_def}")
        if not self.saver_def.restore_op_name:
            raise ValueError(f"saver_def must specify the restore_op_name: {self.saver_def}")
        self._max_to_keep = self.saver_def.max_to_keep
        self._every_n_hours = self.saver_def.keep_checkpoint_every_n_hours

    def _start_clock(self) -> None:
        self._next_checkpoint_time = management.now() + self._every_n_hours * 3600

    # ------------------------------------------------------------ saving

    def save(
        self,
        sess: Any,
        save_path: str,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Saves the variables' values.

        Args:
            sess: the session that has them.
            save_path: where to: the path that the names of the files begin with. Its directory
                is made if it is not there.
            global_step: a number, or a tensor with one, to append to the path.
            latest_filename: the file that says which checkpoint is the latest; "checkpoint" by
                default.
            meta_graph_suffix: the ending of the file with the graph.
            write_meta_graph: whether to write that file.
            write_state: whether to write the file "checkpoint".
            strip_default_attrs: whether the graph leaves out attributes that have their default.
            save_debug_info: accepted; there is none to save.

        Returns:
            The path with the step appended, for `restore`; None if there is nothing to save.

        Raises:
            TypeError: when `sess` is no session.
            ValueError: when the directory cannot be made, or the path is that of the file
                "checkpoint".
            FailedPreconditionError: when a variable has no value yet.
        """
        self._check_built()
        if not hasattr(sess, "run") or not isinstance(getattr(sess, "graph", None), Graph):
            raise TypeError(f"'sess' must be a Session; got {sess!r}")
        save_path = os.fspath(save_path)
        latest_filename = latest_filename or "checkpoint"
        if os.path.split(latest_filename)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        path = save_path + self._step_text(sess, global_step)
        folder, name = os.path.split(save_path)
        if not name:
            raise ValueError(f"save_path needs a file name after the directory: {save_path!r}")
        if global_step is None and name == latest_filename:
            raise ValueError(
                f"'latest_filename' collides with 'save_path': '{latest_filename}' and "
                f"'{save_path}'"
            )
        if not self._is_empty:
            path = self._write(sess, path, folder, save_path)
            if write_state:
                self._record(path, folder, latest_filename, meta_graph_suffix)
        if write_meta_graph:
            self._write_meta_graph(sess, path, meta_graph_suffix, strip_default_attrs)
        return None if self._is_empty else path

    def _step_text(self, sess: Any, global_step: Any) -> str:
        if global_step is None:
            return ""
        if not isinstance(global_step, (int, float, np.integer)):
            global_step = sess.run(sess.graph.as_graph_element(global_step))
        step = int(whole(global_step))
        return f"-{step:08d}" if self._pad_step_number else f"-{step}"

    def _write(self, sess: Any, path: str, folder: str, save_path: str) -> str:
        try:
            saved = sess.run(
                self.saver_def.save_tensor_name, {self.saver_def.filename_tensor_name: path}
            )
        except (errors.FailedPreconditionError, errors.NotFoundError) as error:
            if folder and not os.path.isdir(folder):
                raise ValueError(
                    f"Parent directory of {save_path} doesn't exist, can't save."
                ) from error
            raise
        return saved.decode("utf-8") if isinstance(saved, bytes) else str(saved)

    def _record(self, path: str, folder: str, latest_filename: str, suffix: str) -> None:
        """Notes a new checkpoint, and deletes those that are too many."""
        too_many = self._note(path)
        management.update_checkpoint_state(
            folder or ".",
            path,
            self.last_checkpoints,
            latest_filename,
            [when for _, when in self._last_checkpoints],
            save_relative_paths=self._relative_paths,
        )
        for old, when in too_many:
            if when > self._next_checkpoint_time:
                self._next_checkpoint_time += self._every_n_hours * 3600
                continue
            management.remove_checkpoint(old, self.saver_def.version, suffix)

    def _note(self, path: str) -> list[tuple[str, float]]:
        """Adds a checkpoint to those that are kept; returns those that are no longer."""
        if not self._max_to_keep:
            return []
        self._last_checkpoints = [c for c in self._last_checkpoints if c[0] != path]
        self._last_checkpoints.append((path, management.now()))
        count = len(self._last_checkpoints) - self._max_to_keep
        dropped = self._last_checkpoints[: max(count, 0)]
        del self._last_checkpoints[: max(count, 0)]
        return dropped

    def _write_meta_graph(self, sess: Any, path: str, suffix: str, strip: bool) -> None:
        file = management.meta_graph_filename(path, suffix)
        with sess.graph.as_default():
            try:
                self.export_meta_graph(file, strip_default_attrs=strip)
            except TypeError as error:
                # The values are saved, and do not need the graph's own file.
                logger.warning("The graph was not written to %s: %s", file, error)

    def export_meta_graph(
        self,
        filename: str | None = None,
        collection_list: Sequence[Any] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:
        """The default graph as a `MetaGraphDef` that names this saver; see `tf.train`."""
        from pyengine.train.meta_graph import export_meta_graph

        return export_meta_graph(
            filename=filename,
            graph_def=get_default_graph().as_graph_def(add_shapes=True),
            saver_def=self.saver_def,
            collection_list=collection_list,
            as_text=as_text,
            export_scope=export_scope,
            clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
        )

    # ------------------------------------------------------------ restoring

    def restore(self, sess: Any, save_path: str) -> None:
        """Gives the variables the values of a checkpoint; they need not be initialized before.

        Args:
            sess: the session that is to have them.
            save_path: the checkpoint, as `save` and `latest_checkpoint` return it.

        Raises:
            ValueError: when there is no such checkpoint.
            NotFoundError: when a variable is not in it.
            InvalidArgumentError: when one has another shape or dtype there.
            DataLossError: when the files are damaged.
        """
        self._check_built()
        if self._is_empty:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        save_path = os.fspath(save_path)
        wrong = no_checkpoint(save_path)
        if wrong is not None:
            raise ValueError(
                f"The passed save_path is not a valid checkpoint: {save_path} ({wrong})"
            )
        logger.info("Restoring parameters from %s", save_path)
        feed = {self.saver_def.filename_tensor_name: save_path}
        try:
            sess.run(self.saver_def.restore_op_name, feed)
        except (errors.NotFoundError, errors.InvalidArgumentError) as error:
            if isinstance(error, errors.NotFoundError):
                keys = keys_of_names(save_path)
                if keys is not None:
                    self._restore_objects(sess, save_path, keys)
                    return
            name = self.saver_def.restore_op_name
            raise explained(error, sess.graph, name, save_path) from error

    def _restore_objects(self, sess: Any, path: str, keys: dict[str, str]) -> None:
        """Restores from a checkpoint of `tf.train.Checkpoint`, by the names noted in it."""
        logger.warning(
            "Restoring an object-based checkpoint using a name-based saver. This may be somewhat "
            "fragile, and will re-build the Saver. Instead, consider loading object-based "
            "checkpoints using tf.train.Checkpoint()."
        )
        if self._object_saver is None or self._object_saver[0] != keys:
            with sess.graph.as_default():
                wanted = default_saveables() if self._var_list is None else self._var_list
                named = named_saveables(wanted)
                missing = sorted(set(named) - set(keys))
                if missing:
                    raise errors.NotFoundError(None, None, object_names_differ(missing, keys))
                saver = Saver({keys[name]: item for name, item in named.items()})
            self._object_saver = keys, saver
        self._object_saver[1].restore(sess, path)

    def _check_built(self) -> None:
        if not self._is_built:
            raise RuntimeError(
                "`build()` should be called before save if defer_build is True: saver.build()"
            )

    # ------------------------------------------------------------ what it knows

    @property
    def last_checkpoints(self) -> list[str]:
        """The paths of the checkpoints that are kept, the oldest first."""
        return [path for path, _ in self._last_checkpoints]

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Says which checkpoints there are; their times count as unknown."""
        if not isinstance(last_checkpoints, (list, tuple)):
            raise ValueError(f"last_checkpoints must be a list, got {last_checkpoints!r}")
        self._last_checkpoints = [(path, float("inf")) for path in last_checkpoints]

    def set_last_checkpoints_with_time(
        self, last_checkpoints_with_time: Sequence[tuple[str, float]]
    ) -> None:
        """Says which checkpoints there are, and when each was saved."""
        if not isinstance(last_checkpoints_with_time, (list, tuple)):
            raise ValueError(f"a list is needed, got {last_checkpoints_with_time!r}")
        self._last_checkpoints = [(path, when) for path, when in last_checkpoints_with_time]

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Takes up the checkpoints of an earlier program, as far as they are there still."""
        there = [p for p in checkpoint_paths if management.checkpoint_exists(p)]
        times = management.get_checkpoint_mtimes(there)
        self.set_last_checkpoints_with_time(list(zip(there, times)))

    def as_saver_def(self) -> Any:
        """The names of the saver's ops, as a `SaverDef`."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The saver as a `SaverDef`; None where it is not in `export_scope`."""
        if export_scope is None:
            return self.saver_def
        scope = export_scope.rstrip("/") + "/"
        if not self.saver_def.filename_tensor_name.startswith(scope):
            return None
        return _renamed(self.saver_def, lambda name: name.removeprefix(scope))

    @staticmethod
    def from_proto(saver_def: Any, import_scope: str | None = None) -> Saver:
        """The saver of a `SaverDef`, whose ops are in the default graph."""
        saver_def = as_message(saver_def, "SaverDef", "saver_def")
        if import_scope:
            scope = import_scope.rstrip("/") + "/"
            saver_def = _renamed(saver_def, lambda name: scope + name)
        return Saver(saver_def=saver_def, name=import_scope)


def _renamed(saver_def: Any, rename: Any) -> Any:
    result = protos.SaverDef()
    result.CopyFrom(saver_def)
    for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
        setattr(result, field, rename(getattr(saver_def, field)))
    return result
