"""`TestCase`: what tests of graphs need beyond `unittest`."""
# ruff: noqa: PT009  # it is built on unittest's own assertions, which take a message

from __future__ import annotations

import contextlib
import random
import re
import tempfile
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pyengine import errors, nest
from pyengine.defaults import get_default_session
from pyengine.dtypes import as_dtype
from pyengine.graph import Graph, get_default_graph, reset_default_graph
from pyengine.ops.random import set_random_seed
from pyengine.session import Session
from pyengine.test.environment import get_temp_dir

__all__ = ["TestCase"]

_SEED = 87654321  # the seed that TensorFlow's tests have


class TestCase(unittest.TestCase):
    """A test with a fresh graph and fixed seeds, sessions, and comparisons of arrays.

    Example:
        >>> import pyengine as tf
        >>> class SquareTest(tf.test.TestCase):
        ...     def test_square(self):
        ...         with self.session():
        ...             self.assertAllEqual(tf.square([2, 3]).eval(), [4, 9])
        >>> SquareTest("test_square").run().wasSuccessful()
        True
    """

    __test__ = False  # pytest is to collect subclasses only

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__test__ = cls.__dict__.get("__test__", True)

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._folder: str | None = None
        self._cached: Session | None = None

    def setUp(self) -> None:
        self._close_cached()
        random.seed(_SEED)
        np.random.seed(_SEED)
        reset_default_graph()
        set_random_seed(_SEED)

    def tearDown(self) -> None:
        self._close_cached()

    def _close_cached(self) -> None:
        if self._cached is not None:
            self._cached.close()
            self._cached = None

    def get_temp_dir(self) -> str:
        """A folder of this test's own."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(dir=get_temp_dir())
        return self._folder

    # ------------------------------------------------------------ sessions

    @contextlib.contextmanager
    def session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = True,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """A context with a new session, which is the default in it.

        Args:
            graph: the graph to run; the default one if it is None.
            config: a `tf.ConfigProto`.
            use_gpu, force_gpu: accepted; ops are placed where there is a device.
        """
        with Session(graph=graph, config=config) as session:
            yield session

    @contextlib.contextmanager
    def cached_session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = True,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """A context with the one session of this test; as `session` otherwise."""
        if self._cached is None:
            self._cached = Session(graph=graph, config=config)
        elif graph is not None and self._cached.graph is not graph:
            raise ValueError("The graph used to get the cached session was different than this one")
        with self._cached.graph.as_default(), self._cached.as_default():
            yield self._cached

    def test_session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = True,
        force_gpu: bool = False,
    ) -> Any:
        """A new session for a graph that is given, else the one of this test."""
        if self.id().endswith(".test_session"):  # unittest takes it for a test, by its name
            self.skipTest("it is no test")
        which = self.cached_session if graph is None else self.session
        return which(graph, config, use_gpu, force_gpu)

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors, in the default session or this test's own."""
        session = get_default_session()
        if session is not None:
            return session.run(tensors)
        with self.cached_session(get_default_graph()) as own:
            return own.run(tensors)

    def _value(self, x: Any) -> Any:
        if hasattr(x, "_as_graph_element") or hasattr(x, "op"):
            x = self.evaluate(x)
        return np.asarray(x)

    # ------------------------------------------------------------ comparisons of arrays

    def assertAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Fails where two arrays differ in shape or in an element; NaN equals NaN."""
        a, b = self._value(a), self._value(b)
        self._same_shape(a, b, msg)
        if a.dtype.kind in "fc" and b.dtype.kind in "fc":
            same = (a == b) | (np.isnan(a) & np.isnan(b))
        else:
            same = a == b
        self._all(np.asarray(same), f"not equal: {a!r} and {b!r}", msg)

    def assertNotAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Fails where two arrays are the same."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        self.fail(self._formatMessage(msg, "the two values are equal at all elements"))

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None
    ) -> None:
        """Fails where |a - b| > atol + rtol |b|; nested structures are compared by their parts."""
        if isinstance(a, dict) or isinstance(b, dict):
            self.assertCountEqual(a, b, msg)
            for key in a:
                self.assertAllClose(a[key], b[key], rtol, atol, msg or f"under {key!r}")
            return
        if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)) and _is_ragged(a, b):
            self.assertEqual(len(a), len(b), msg)
            for one, other in zip(a, b):
                self.assertAllClose(one, other, rtol, atol, msg)
            return
        a, b = self._value(a), self._value(b)
        self._same_shape(a, b, msg)
        if "f2" in (a.dtype.str[1:], b.dtype.str[1:]):
            rtol, atol = max(rtol, 1e-3), max(atol, 1e-3)
        close = np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        self._all(close, f"not close within rtol={rtol}, atol={atol}: {a!r} and {b!r}", msg)

    def assertNotAllClose(self, a: Any, b: Any, **options: Any) -> None:
        """Fails where two arrays are close; the arguments are those of `assertAllClose`."""
        try:
            self.assertAllClose(a, b, **options)
        except AssertionError:
            return
        self.fail(self._formatMessage(options.get("msg"), "the two values are close everywhere"))

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: Any = None,
    ) -> None:
        """`assertAllClose`, with wider limits for dtypes of fewer digits."""
        a, b = self._value(a), self._value(b)
        kinds = {a.dtype.name, b.dtype.name}
        for names, r, t in (
            ({"float32", "complex64"}, float_rtol, float_atol),
            ({"float16"}, half_rtol, half_atol),
            ({"bfloat16"}, bfloat16_rtol, bfloat16_atol),
        ):
            if kinds & names:
                rtol, atol = max(rtol, r), max(atol, t)
        self.assertAllClose(a, b, rtol, atol, msg)

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Fails where an element is not greater."""
        a = self._value(a)
        self._all(a > comparison_target, f"not all of {a!r} > {comparison_target!r}")

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails where an element is less."""
        a = self._value(a)
        self._all(a >= comparison_target, f"not all of {a!r} >= {comparison_target!r}")

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Fails where an element is not less."""
        a = self._value(a)
        self._all(a < comparison_target, f"not all of {a!r} < {comparison_target!r}")

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails where an element is greater."""
        a = self._value(a)
        self._all(a <= comparison_target, f"not all of {a!r} <= {comparison_target!r}")

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Fails where an element is out of bounds, which belong to the range unless open."""
        a = self._value(target)
        above = a > lower_bound if open_lower_bound else a >= lower_bound
        below = a < upper_bound if open_upper_bound else a <= upper_bound
        self._all(above & below, f"not all of {a!r} between {lower_bound!r} and {upper_bound!r}")

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Fails where an element is not one of a set."""
        a = self._value(target)
        self._all(np.isin(a, list(expected_set)), f"not all of {a!r} in {expected_set!r}")

    def assertNear(self, f1: float, f2: float, err: float, msg: Any = None) -> None:
        """Fails where two numbers differ by more than `err`."""
        if not (f1 == f2 or abs(f1 - f2) <= err):
            self.fail(self._formatMessage(msg, f"{f1!r} != {f2!r} +/- {err!r}"))

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: Any = None) -> None:
        """Fails where two sequences of numbers differ by more than `err` somewhere."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for one, other in zip(farray1, farray2):
            self.assertNear(float(one), float(other), err, msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: Any = None) -> None:
        """Fails where the norm of the difference of two arrays is more than `err`."""
        distance = float(np.linalg.norm(self._value(ndarray1) - self._value(ndarray2)))
        self.assertLessEqual(distance, err, msg)

    # ------------------------------------------------------------ shapes, dtypes, devices

    def assertShapeEqual(self, np_array: Any, tf_tensor: Any, msg: Any = None) -> None:
        """Fails where an array has another shape than a tensor's static one."""
        self.assertAllEqual(np_array.shape, tf_tensor.shape.as_list(), msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Fails where a value has another dtype."""
        found = as_dtype(getattr(self._value(target), "dtype", None)).base_dtype
        self.assertEqual(found, as_dtype(expected_dtype))

    def assertDeviceEqual(self, device1: str, device2: str, msg: Any = None) -> None:
        """Fails where two device strings stand for different devices."""
        from pyengine.device import DeviceSpec

        one, other = (DeviceSpec.from_string(d or "").to_string() for d in (device1, device2))
        self.assertEqual(one, other, msg)

    def assertSameStructure(self, a: Any, b: Any, msg: Any = None) -> None:
        """Fails where two nested structures differ in more than their leaves."""
        try:
            nest.assert_same_structure(a, b)
        except (TypeError, ValueError) as error:
            self.fail(self._formatMessage(msg, str(error)))

    # ------------------------------------------------------------ errors, messages, texts

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: Any, expected_err_re_or_predicate: Any
    ) -> Iterator[None]:
        """Fails unless the block raises an exception that matches a pattern or a function."""
        matches: Callable[[Any], Any]
        if callable(expected_err_re_or_predicate):
            matches = expected_err_re_or_predicate
        else:

            def matches(error: Any) -> Any:
                text = error.message if isinstance(error, errors.OpError) else str(error)
                return re.search(expected_err_re_or_predicate, text)

        try:
            yield
        except exception_type as error:
            if not matches(error):
                raise AssertionError(
                    f"Exception of type {type(error)}: {error} does not match "
                    f"{expected_err_re_or_predicate!r}"
                ) from error
            return
        self.fail(f"{exception_type.__name__} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """Fails unless the block raises a `tf.errors.OpError` that matches."""
        return self.assertRaisesWithPredicateMatch(errors.OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(
        self, exception_type: Any = errors.InvalidArgumentError, *args: Any, **kwargs: Any
    ) -> Any:
        """Fails unless the block raises for shapes that do not broadcast."""
        pattern = "ncompatible shapes|roadcast|must be equal|Dimensions"
        return self.assertRaisesWithPredicateMatch(exception_type, pattern)

    def assertProtoEquals(
        self, expected_message_maybe_ascii: Any, message: Any, msg: Any = None
    ) -> None:
        """Fails where two messages differ; the first may be in the text format."""
        expected = expected_message_maybe_ascii
        if isinstance(expected, (str, bytes)):
            from google.protobuf import text_format

            expected = text_format.Merge(expected, type(message)())
        self.assertEqual(expected, message, msg)

    def assertStartsWith(self, actual: str, expected_start: str, msg: Any = None) -> None:
        """Fails where a text does not start with another."""
        if not actual.startswith(expected_start):
            text = f"{actual!r} does not start with {expected_start!r}"
            self.fail(self._formatMessage(msg, text))

    def assertItemsEqual(self, first: Any, second: Any, msg: Any = None) -> None:
        """`assertCountEqual` by its old name."""
        self.assertCountEqual(first, second, msg)

    def assertEmpty(self, container: Any, msg: Any = None) -> None:
        """Fails where there is something in a container."""
        self.assertEqual(len(container), 0, msg)

    def assertNotEmpty(self, container: Any, msg: Any = None) -> None:
        """Fails where there is nothing in a container."""
        self.assertNotEqual(len(container), 0, msg)

    def assertLen(self, container: Any, expected_len: int, msg: Any = None) -> None:
        """Fails where a container has another length."""
        self.assertEqual(len(container), expected_len, msg)

    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: Any = None) -> None:
        """Fails where a value is less than `minv` or greater than `maxv`."""
        self.assertTrue(minv <= value <= maxv, msg)

    # ------------------------------------------------------------ helpers

    def _same_shape(self, a: Any, b: Any, msg: Any) -> None:
        if a.shape != b.shape:
            text = f"Shape mismatch: expected {a.shape}, got {b.shape}."
            self.fail(self._formatMessage(msg, text))

    def _all(self, holds: Any, text: str, msg: Any = None) -> None:
        if not np.all(holds):
            where = np.argwhere(~np.atleast_1d(holds))[:5].tolist()
            self.fail(self._formatMessage(msg, f"{text}, first at {where}"))


def _is_ragged(a: Any, b: Any) -> bool:
    """Whether two sequences are structures to be compared part by part, rather than arrays."""
    try:
        return any(np.asarray(x).dtype == object for x in (a, b))
    except ValueError:
        return True
