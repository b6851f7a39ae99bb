"""Generated Python objects go to R and back."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge import ConversionError

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
whole = st.integers(-(2**31) + 1, 2**31 - 1)
scalars = st.one_of(
    st.booleans(), whole, st.floats(), st.complex_numbers(allow_nan=False), text, st.none()
)
objects = st.recursive(
    st.one_of(scalars, st.binary(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(text.filter(bool), inner, max_size=5),
    ),
    max_leaves=20,
)
dtypes = st.sampled_from(
    ["bool", "int8", "uint8", "int16", "uint16", "int32", "float32", "float64", "complex128"]
)
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
    )
)
relaxed = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def there_and_back(r):
    from bridge.rpy2 import converter, from_rpy2, to_rpy2

    converter()
    return lambda value: from_rpy2(to_rpy2(value))


def as_r_has_it(value):
    """What the rules make of a value on its way: lists of one item are scalars in R."""
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], (bool, int, float, complex, str)):
            return value[0]
        return [as_r_has_it(v) for v in value]
    if isinstance(value, dict):
        return {k: as_r_has_it(v) for k, v in value.items()}
    return value


def same(a, b):
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


@relaxed
@given(objects)
def test_objects_come_back(there_and_back, value):
    assert same(there_and_back(value), as_r_has_it(value))


@relaxed
@given(arrays, st.sampled_from(["C", "F", "sliced", "swapped", "frozen"]))
def test_arrays_come_back_from_any_memory(there_and_back, array, memory):
    if memory == "F":
        array = np.asfortranarray(array)
    elif memory == "sliced":
        array = array[..., ::-1]
    elif memory == "swapped":
        array = array.astype(array.dtype.newbyteorder())
    elif memory == "frozen":
        array.flags.writeable = False
    back = there_and_back(array)
    assert back.shape == array.shape
    assert np.array_equal(back, array, equal_nan=array.dtype.kind in "fc")
    kind = {"u": "i"}.get(array.dtype.kind, array.dtype.kind)
    if kind == "i" and (array == -(2**31)).any():
        kind = "f"  # R's integers keep this one for NA
    assert back.dtype.kind == kind


@relaxed
@given(hnp.arrays("int64", 3, elements=st.integers(-(2**63), 2**63 - 1)))
def test_wide_integers_come_back_exactly_or_not_at_all(there_and_back, array):
    if all(int(float(v)) == v for v in array.tolist()):
        assert [int(v) for v in there_and_back(array)] == array.tolist()
    else:
        with pytest.raises(ConversionError, match="no exact counterpart"):
            there_and_back(array)
