"""Parts of tensors in checkpoints."""

import pytest

from pyengine import errors
from pyengine.checkpoint.slices import Slice, parse_spec, slice_key


def test_the_empty_spec_is_the_whole():
    assert parse_spec("") is None


def test_a_spec_names_shape_and_part():
    shape, part = parse_spec("10 4 2,5:-")
    assert shape == (10, 4)
    assert part.shape(shape) == (5, 4)
    assert part.index() == (slice(2, 7), slice(None))


@pytest.mark.parametrize("text", ["10", "x 0,1", "10 0,11", "10 4 0,5", "10 -1,5"])
def test_other_specs_are_refused(text):
    with pytest.raises(errors.InvalidArgumentError, match="Expected a shape and slice"):
        parse_spec(text)


def test_keys_are_in_ordered_code():
    # What TensorFlow's EncodeTensorNameSlice gives.
    assert slice_key("a", Slice(((0, 5), (0, -1)))) == b"\0a\0\x01\x01\x02\x80\x85\x80\x7f"
    assert slice_key("", Slice(((64, 200),))) == b"\0\0\x01\x01\x01\xc0\x40\xc0\xc8"
