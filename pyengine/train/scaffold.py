"""`Scaffold`: the ops that begin a training, and the makers of sessions that use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.graph import get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops.control_flow import group
from pyengine.ops.joining import concat
from pyengine.session import Session
from pyengine.train.session_manager import SessionManager
from pyengine.uninitialized import report_uninitialized_variables
from pyengine.variable_collections import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
)

__all__ = ["ChiefSessionCreator", "Scaffold", "SessionCreator", "WorkerSessionCreator"]


class Scaffold:
    """The ops that begin a training; what is not given is made when it is finalized.

    Args:
        init_op: initializes the variables where there is no checkpoint.
        init_feed_dict: what to feed to it.
        init_fn: called with the scaffold and the session after it.
        ready_op: a tensor of the names of what has no value yet.
        ready_for_local_init_op: the like for what `local_init_op` needs.
        local_init_op: run in each session.
        summary_op: the merged summaries.
        saver: the `Saver`.
        copy_from_scaffold: a `Scaffold` to take what is not given from.
        local_init_feed_dict: what to feed to `local_init_op`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     v = tf.Variable(1.0)
        ...     print(tf.train.Scaffold().finalize().init_op.type)
        NoOp
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[[Any, Any], Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Any = None,
        local_init_feed_dict: Any = None,
    ) -> None:
        other = copy_from_scaffold
        if other is not None and not isinstance(other, Scaffold):
            raise TypeError("copy_from_scaffold is not a Scaffold instance.")

        def given(value: Any, name: str) -> Any:
            return value if value is not None or other is None else getattr(other, f"_{name}")

        self._init_op = given(init_op, "init_op")
        self._init_feed_dict = given(init_feed_dict, "init_feed_dict")
        self._ready_op = given(ready_op, "ready_op")
        self._ready_for_local_init_op = given(ready_for_local_init_op, "ready_for_local_init_op")
        self._local_init_op = given(local_init_op, "local_init_op")
        self._local_init_feed_dict = given(local_init_feed_dict, "local_init_feed_dict")
        self._summary_op = given(summary_op, "summary_op")
        self._saver = given(saver, "saver")
        self._user_init_fn = given(init_fn, "user_init_fn")

    def finalize(self) -> Scaffold:
        """Makes what is missing, and finalizes the graph."""
        from pyengine.summary import merge_all

        if self._init_op is None:
            self._init_op = self.get_or_default("init_op", GraphKeys.INIT_OP, _default_init_op)
        if self._ready_op is None:
            self._ready_op = self.get_or_default("ready_op", GraphKeys.READY_OP, _default_ready_op)
        if self._ready_for_local_init_op is None:
            self._ready_for_local_init_op = self.get_or_default(
                "ready_for_local_init_op",
                GraphKeys.READY_FOR_LOCAL_INIT_OP,
                lambda: report_uninitialized_variables(global_variables()),
            )
        if self._local_init_op is None:
            self._local_init_op = self.get_or_default(
                "local_init_op", GraphKeys.LOCAL_INIT_OP, self.default_local_init_op
            )
        if self._summary_op is None:
            self._summary_op = self.get_or_default("summary_op", GraphKeys.SUMMARY_OP, merge_all)
        if self._saver is None:
            self._saver = saver_or_default()
        self._saver.build()
        get_default_graph().finalize()
        return self

    @property
    def init_fn(self) -> Callable[[Any], Any] | None:
        """The function to call with the session after `init_op`."""
        user = self._user_init_fn
        return None if user is None else lambda sess: user(self, sess)

    @property
    def init_op(self) -> Any:
        return self._init_op

    @property
    def ready_op(self) -> Any:
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        return self._ready_for_local_init_op

    @property
    def local_init_op(self) -> Any:
        return self._local_init_op

    @property
    def local_init_feed_dict(self) -> Any:
        return self._local_init_feed_dict

    @property
    def summary_op(self) -> Any:
        return self._summary_op

    @property
    def saver(self) -> Any:
        return self._saver

    @property
    def init_feed_dict(self) -> Any:
        return self._init_feed_dict

    @staticmethod
    def get_or_default(arg_name: str, collection_key: str, default_constructor: Any) -> Any:
        """The one element of a collection, or what the constructor makes, which is added to it.

        Raises:
            RuntimeError: when the collection has several.
        """
        graph = get_default_graph()
        found = graph.get_collection(collection_key)
        if len(found) > 1:
            raise RuntimeError(
                f"More than one item in the collection {collection_key!r}. Please indicate which "
                f"one to use by passing it to the tf.train.Scaffold constructor as:  "
                f"tf.train.Scaffold({arg_name}=item to use)"
            )
        if found:
            return found[0]
        made = default_constructor()
        if made is not None:
            graph.add_to_collection(collection_key, made)
        return made

    @staticmethod
    def default_local_init_op() -> Any:
        """An op that initializes the local variables and the tables."""
        tables = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
        return group(local_variables_initializer(), *tables)


def _default_init_op() -> Any:
    return group(global_variables_initializer())


def _default_ready_op() -> Any:
    return concat([report_uninitialized_variables()], 0)


def saver_or_default() -> Any:
    """The saver of the graph: that of its collection, or a new one for all variables.

    Raises:
        RuntimeError: when there are several.
    """
    from pyengine.train.saver import Saver

    graph = get_default_graph()
    savers = graph.get_collection(GraphKeys.SAVERS)
    if len(savers) > 1:
        raise RuntimeError(
            "More than one item in collection SAVERS. Please indicate which one to use by passing "
            "it to the constructor."
        )
    if savers:
        return savers[0]
    saver = Saver(sharded=True, allow_empty=True)
    graph.add_to_collection(GraphKeys.SAVERS, saver)
    return saver


class SessionCreator:
    """Makes sessions: the base class."""

    def create_session(self) -> Session:
        """A session that is ready."""
        raise NotImplementedError(f"{type(self).__name__} must define create_session()")


class ChiefSessionCreator(SessionCreator):
    """Makes sessions whose variables are restored or initialized.

    Args:
        scaffold: a `Scaffold`.
        master: only "" is there.
        config: the sessions' `ConfigProto`.
        checkpoint_dir: where to look for the latest checkpoint.
        checkpoint_filename_with_path: a checkpoint, in place of the latest.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master, self._config = master, config
        self._checkpoint_dir = checkpoint_dir
        self._checkpoint = checkpoint_filename_with_path
        self._manager: SessionManager | None = None

    def create_session(self) -> Session:
        scaffold = self._scaffold.finalize()
        self._manager = self._manager or _manager_of(scaffold)
        return self._manager.prepare_session(
            self._master,
            saver=scaffold.saver,
            checkpoint_dir=self._checkpoint_dir,
            checkpoint_filename_with_path=self._checkpoint,
            config=self._config,
            init_op=scaffold.init_op,
            init_feed_dict=scaffold.init_feed_dict,
            init_fn=scaffold.init_fn,
        )


class WorkerSessionCreator(SessionCreator):
    """Makes sessions once another one has given values to the variables.

    Args:
        scaffold: a `Scaffold`.
        master: only "" is there.
        config: the sessions' `ConfigProto`.
        max_wait_secs: how long to wait.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        max_wait_secs: float = 30 * 60,
    ) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master, self._config, self._max_wait_secs = master, config, max_wait_secs
        self._manager: SessionManager | None = None

    def create_session(self) -> Session:
        scaffold = self._scaffold.finalize()
        self._manager = self._manager or _manager_of(scaffold)
        return self._manager.wait_for_session(
            self._master, config=self._config, max_wait_secs=self._max_wait_secs
        )


def _manager_of(scaffold: Scaffold) -> SessionManager:
    return SessionManager(
        local_init_op=scaffold.local_init_op,
        local_init_feed_dict=scaffold.local_init_feed_dict,
        ready_op=scaffold.ready_op,
        ready_for_local_init_op=scaffold.ready_for_local_init_op,
        graph=get_default_graph(),
    )
