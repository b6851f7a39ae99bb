"""Features into columns; the ops' tests have more."""

import numpy as np
import pytest

from pyengine import dtypes, errors
from pyengine.executor.examples import Examples, array_of, dense_list, values_of
from tests.pyengine.ops.parsing_cases import T, floats, ints, texts


def test_strings_and_numbers_are_vectors():
    assert array_of([b"a", b""], dtypes.string).tolist() == [b"a", b""]
    assert array_of(ints(1, 2).int64_list.value, dtypes.int64).dtype == np.int64


def test_a_feature_of_another_type_is_refused():
    assert values_of(None, dtypes.int64, "x") is values_of(T.Feature(), dtypes.int64, "x") is None
    with pytest.raises(errors.InvalidArgumentError, match=r"x\..*Expected type: int64 but got"):
        values_of(texts(b"a"), dtypes.int64, "x")


def test_no_examples_make_empty_columns():
    none = Examples([])
    indices, values, shape = none.sparse("x", dtypes.float32)
    assert (indices.shape, values.dtype, shape.tolist()) == ((0, 2), np.float32, [0, 0])
    assert none.dense("x", dtypes.int64, (2, 3), np.zeros(0)).shape == (0, 2, 3)
    assert none.dense("x", dtypes.int64, (None, 3), 0).shape == (0, 0, 3)


def test_a_list_of_features():
    found = dense_list([floats(1, 2), floats(3, 4)], "x", dtypes.float32, (2, 1), "")
    assert found.tolist() == [[[1], [2]], [[3], [4]]]
