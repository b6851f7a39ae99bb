"""The exception classes of `tf.errors`, one for each canonical status code.

An error that a run raises names the op it came from; the classes and codes are TensorFlow's
(https://www.tensorflow.org/versions/r1.15/api_docs/python/tf/errors).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyengine.graph import Operation

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """What a graph's execution raises: a message, a status code and the op at fault.

    Args:
        node_def: accepted for TensorFlow's signature; the op knows its own definition.
        op: the `Operation` that failed, or None when no single op did.
        message: what was wrong.
        error_code: one of the codes of this module.

    Example:
        >>> error = InvalidArgumentError(None, None, "no such axis")
        >>> error.message, error.error_code
        ('no such axis', 3)
    """

    code = UNKNOWN

    def __init__(
        self,
        node_def: Any,
        op: Operation | None,
        message: str,
        error_code: int | None = None,
    ) -> None:
        super().__init__(message)
        self._node_def = node_def
        self.op = op
        self.message = message
        self.error_code = self.code if error_code is None else error_code

    @property
    def node_def(self) -> Any:
        """The `NodeDef` of the op that failed; None when no single op did."""
        if self._node_def is None and self.op is not None:
            return self.op.node_def
        return self._node_def

    def __str__(self) -> str:
        if self.op is None:
            return self.message
        return f"{self.message}\n  {describe_op(self.op)}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Graphs do not pickle: what travels is the text.
        return type(self), (None, None, str(self), self.error_code)


def describe_op(op: Operation) -> str:
    """One line that tells a reader which op is meant: name, type, inputs, and where it was made."""
    inputs = ", ".join(f"{t.dtype.name}{t.shape}" for t in op.inputs)
    on = f" on ({inputs})" if inputs else ""
    where = f", made at {op.site}" if op.site else ""
    return f"[op {op.name!r} ({op.type}){on}{where}]"


class CancelledError(OpError):
    """The operation was cancelled, typically by the caller."""

    code = CANCELLED


class UnknownError(OpError):
    """An error of no other class."""

    code = UNKNOWN


class InvalidArgumentError(OpError):
    """An input has a value, a shape or a dtype that the operation cannot take."""

    code = INVALID_ARGUMENT


class DeadlineExceededError(OpError):
    """The time allowed ran out before the operation ended."""

    code = DEADLINE_EXCEEDED


class NotFoundError(OpError):
    """A file, a key or another named thing does not exist."""

    code = NOT_FOUND


class AlreadyExistsError(OpError):
    """A thing that was to be made exists already."""

    code = ALREADY_EXISTS


class PermissionDeniedError(OpError):
    """The caller may not do this."""

    code = PERMISSION_DENIED


class ResourceExhaustedError(OpError):
    """Memory, disk or another resource ran out."""

    code = RESOURCE_EXHAUSTED


class FailedPreconditionError(OpError):
    """The system is not in the state the operation needs, as with an uninitialized variable."""

    code = FAILED_PRECONDITION


class AbortedError(OpError):
    """The operation was given up, typically because another one got in its way."""

    code = ABORTED


class OutOfRangeError(OpError):
    """The operation went past the end, as at the end of an epoch."""

    code = OUT_OF_RANGE


class UnimplementedError(OpError):
    """The operation is not there for these arguments."""

    code = UNIMPLEMENTED


class InternalError(OpError):
    """An invariant of the engine does not hold."""

    code = INTERNAL


class UnavailableError(OpError):
    """A service cannot be reached now."""

    code = UNAVAILABLE


class DataLossError(OpError):
    """Data are lost or corrupt beyond recovery."""

    code = DATA_LOSS


class UnauthenticatedError(OpError):
    """The request carries no valid credentials."""

    code = UNAUTHENTICATED


class OperatorNotAllowedInGraphError(TypeError):
    """Python asks a tensor for its value (`if x`, `for row in x`) while the graph is built."""


_BY_CODE = {cls.code: cls for cls in OpError.__subclasses__()}


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The class for a status code; raises KeyError for a code that is none.

    Args:
        error_code: an integer, such as `tf.errors.NOT_FOUND`.

    Returns:
        A class of exceptions.

    Example:
        >>> import pyengine as tf
        >>> tf.errors.exception_type_from_error_code(5).__name__
        'NotFoundError'
    """
    return _BY_CODE[error_code]


def error_code_from_exception_type(cls: type[OpError]) -> int:
    """The status code of a class of this module.

    Args:
        cls: a class of exceptions.

    Returns:
        An integer.

    Example:
        >>> import pyengine as tf
        >>> tf.errors.error_code_from_exception_type(tf.errors.NotFoundError)
        5
    """
    return cls.code
