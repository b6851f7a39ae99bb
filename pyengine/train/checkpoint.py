"""`tf.train.Checkpoint`: objects and the variables that they lead to, into checkpoints and back.

Source: tensorflow/python/training/tracking/util.py of TensorFlow 1.15, whose files these are.
"""

from __future__ import annotations

import os
from typing import Any, ClassVar

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int64, string
from pyengine.graph import Tensor, get_default_graph
from pyengine.ops.array import identity
from pyengine.ops.checkpoint import save_v2
from pyengine.ops.placeholders import placeholder_with_default
from pyengine.scopes import control_dependencies, init_scope
from pyengine.trackable import AutoTrackable, ObjectGraph, is_trackable
from pyengine.train.checkpoint_management import update_checkpoint_state
from pyengine.train.checkpoint_restore import (
    CheckpointLoadStatus,
    InitializationOnlyStatus,
    NameBasedSaverStatus,
    _Matching,
    session_or_default,
)
from pyengine.train.saveables import OBJECT_GRAPH_KEY, object_graph_of
from pyengine.variables import Variable

__all__ = ["Checkpoint"]


class Checkpoint(AutoTrackable):
    """Groups objects, to save and restore the values of their variables together.

    Objects are variables, optimizers (with their slots), layers (`tf.layers`), cells
    (`tf.nn.rnn_cell`), tables that can be changed, templates, other checkpoints, and lists, tuples
    and dicts of those. Values are found again by the names of the ways to them from here
    (`model/kernel`), not by the names of variables, which may change. The files are TensorFlow's:
    what is saved here TensorFlow's `Checkpoint` restores, and the other way round.

    Args:
        **kwargs: the objects, which become attributes. More can be set later.

    Raises:
        ValueError: for an object that has nothing to save.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder:
        ...     w = tf.Variable(4.0)
        ...     optimizer = tf.train.MomentumOptimizer(0.25, 0.9)
        ...     step = optimizer.minimize(w * w)
        ...     checkpoint = tf.train.Checkpoint(w=w, optimizer=optimizer)
        ...     with tf.Session() as sess:
        ...         sess.run(tf.global_variables_initializer())
        ...         sess.run(step)
        ...         path = checkpoint.save(os.path.join(folder, "model"))
        ...     with tf.Session() as sess:
        ...         checkpoint.restore(path).assert_consumed().run_restore_ops()
        ...         names = [name for name, _ in tf.train.list_variables(path)]
        ...         os.path.basename(path), float(sess.run(w)), names[-1]
        ('model-1', 2.0, 'w/.OPTIMIZER_SLOT/optimizer/momentum/.ATTRIBUTES/VARIABLE_VALUE')
    """

    _UNTRACKED: ClassVar[frozenset[str]] = frozenset(
        ("_save_counter", "_count", "_save", "_prefix", "_restore_ops")
    )

    def __init__(self, **kwargs: Any) -> None:
        self._save_counter: Variable | None = None
        self._count: Tensor | None = None
        # The op that saves, and the object graph that it saves, which may change.
        self._save: tuple[bytes, Tensor, Tensor] | None = None
        self._prefix: Tensor | None = None
        self._restore_ops: dict[Any, Any] = {}
        for name, value in sorted(kwargs.items()):
            if not is_trackable(value):
                raise ValueError(
                    f"`Checkpoint` was expecting a trackable object (a variable, an optimizer, a "
                    f"layer, or a list or dict of such), got {name}={value!r}"
                )
            setattr(self, name, value)

    def _trackable_children(self) -> dict[str, Any]:
        found = super()._trackable_children()
        return found if self._save_counter is None else found | {"save_counter": self.save_counter}

    @property
    def save_counter(self) -> Variable:
        """How often `save` was called: an int64 variable, which is saved too."""
        if self._save_counter is None:
            with init_scope():
                self._save_counter = Variable(0, trainable=False, name="save_counter", dtype=int64)
        return self._save_counter

    # ------------------------------------------------------------ saving

    def write(self, file_prefix: str, session: Any = None) -> str:
        """Saves the values, under the very path that is given.

        Args:
            file_prefix: the path that the names of the files begin with. Its directory is made if
                it is not there.
            session: the session that has the values; the default one if it is left out.

        Returns:
            The path, for `restore`.

        Raises:
            RuntimeError: without a session.
            FailedPreconditionError: when a variable has no value yet.
        """
        session = session_or_default(session, f'save the checkpoint "{file_prefix}"')
        prefix, saved = self._save_op()
        found = session.run(saved, {prefix: os.fspath(file_prefix)})
        return found.decode("utf-8") if isinstance(found, bytes) else str(found)

    _write = write  # what a `CheckpointManager` calls

    def _save_op(self) -> tuple[Tensor, Tensor]:
        """The tensor to feed with the path, and the one that is it once all is saved."""
        objects = ObjectGraph(self)
        proto = objects.to_proto().SerializeToString()
        graph = get_default_graph()
        if self._save is not None and self._save[0] == proto and self._save[1].graph is graph:
            return self._save[1:]
        specs = [
            spec
            for values in objects.values
            for value in values
            for saveable in value.saveables
            for spec in saveable.specs
        ]
        with graph.control_dependencies(None), graph.name_scope(None), graph.name_scope("save"):
            prefix = placeholder_with_default("", [], name="file_prefix")
            names = [*(s.name for s in specs), OBJECT_GRAPH_KEY]
            save = save_v2(
                prefix,
                convert_to_tensor(names, string, name="SaveV2/tensor_names"),
                convert_to_tensor([*(s.slice_spec for s in specs), ""], string),
                [*(s.tensor for s in specs), convert_to_tensor(proto, string)],
                dtypes=[*(s.dtype for s in specs), string],
                name="SaveV2",
            )
            with control_dependencies([save]):
                saved = identity(prefix, name="saved")
        self._save = proto, prefix, saved
        return prefix, saved

    def save(self, file_prefix: str, session: Any = None) -> str:
        """Saves the values under the path with a number, and notes which checkpoint is the latest.

        Args:
            file_prefix: the path that the names of the files begin with; "-1" is appended the
                first time, "-2" then.
            session: the session that has the values; the default one if it is left out.

        Returns:
            The path with the number, for `restore`; `tf.train.latest_checkpoint` finds it too.

        Raises:
            RuntimeError: without a session.
            FailedPreconditionError: when a variable has no value yet.
        """
        file_prefix = os.fspath(file_prefix)
        session = session_or_default(session, f'save the checkpoint "{file_prefix}"')
        path = self.write(f"{file_prefix}-{self._counted(session)}", session=session)
        update_checkpoint_state(
            os.path.dirname(file_prefix) or ".", path, [path], save_relative_paths=True
        )
        return path

    def _counted(self, session: Any) -> int:
        """Counts a save; returns its number."""
        if self._save_counter is None:
            session.run(self.save_counter.initializer)
        if self._count is None or self._count.graph is not get_default_graph():
            with init_scope():
                self._count = self.save_counter.assign_add(1)
        return int(session.run(self._count))

    # ------------------------------------------------------------ restoring

    def restore(self, save_path: str | None) -> Any:
        """Finds the values of a checkpoint for the objects here; they get them by the result's ops.

        What is made later, such as the slots of an optimizer, is found when it is made.

        Args:
            save_path: the checkpoint, as `save` and `tf.train.latest_checkpoint` return it; None
                to initialize the variables. A checkpoint of `tf.train.Saver` is restored by the
                names of variables.

        Returns:
            A status with the methods `run_restore_ops(session=None)`,
            `initialize_or_restore(session=None)`, which initializes the variables that have no
            value in the checkpoint, and those that check and return the status itself:
            `assert_consumed()`, that the checkpoint and the program have the same values;
            `assert_existing_objects_matched()`, that all variables here have a value;
            `assert_nontrivial_match()`, that something has one; `expect_partial()`, which silences
            the warning about values that were not restored.

        Raises:
            NotFoundError: when there is no such checkpoint.
            DataLossError: when it is damaged.
        """
        status = self.read(save_path)
        counter = self.save_counter  # now, so that it is initialized with the other variables
        if isinstance(status, NameBasedSaverStatus):
            status.add_to_optionally_restored(counter)
        elif isinstance(status, CheckpointLoadStatus):
            status._matching.look()
        return status

    def read(self, save_path: str | None) -> Any:
        """As `restore`, for what `write` has written: it needs no `save_counter`."""
        if save_path is None:
            return InitializationOnlyStatus(self)
        save_path = os.fspath(save_path)
        proto = object_graph_of(save_path)
        if proto is None:
            return NameBasedSaverStatus(self, save_path)
        graph = get_default_graph()
        if self._prefix is None or self._prefix.graph is not graph:
            with graph.control_dependencies(None), graph.name_scope(None):
                self._prefix = placeholder_with_default("", [], name="restore/file_prefix")
            self._restore_ops = {}
        matching = _Matching(self, proto, self._prefix, self._restore_ops)
        return CheckpointLoadStatus(self, matching, {self._prefix: save_path})
