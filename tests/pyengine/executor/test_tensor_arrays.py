"""TensorArrays while a plan runs."""

import numpy as np
import pytest

from pyengine.config import ConfigProto
from pyengine.errors import InvalidArgumentError
from pyengine.executor.gpu import gpus_of
from pyengine.executor.tensor_arrays import TensorArrayState
from pyengine.shape import UNKNOWN, TensorShape
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)


def test_writes_of_gradients_add_up():
    forward = TensorArrayState(np.float32, 2, UNKNOWN)
    forward.write(0, np.ones(3, np.float32))
    gradients = forward.gradient("gradients")
    assert forward.gradient("gradients") is gradients
    gradients.write(0, np.ones(3, np.float32))
    gradients.write(0, np.ones(3, np.float32))
    assert gradients.read(0).tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(InvalidArgumentError, match="already been read"):
        gradients.write(0, np.ones(3, np.float32))


def test_a_gradient_never_written_is_zeros_of_the_forward_shape():
    forward = TensorArrayState(np.float32, 1, UNKNOWN)
    forward.write(0, np.ones((2, 2), np.float32))
    forward.read(0)
    assert forward.gradient("g").read(0).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_shapes_that_do_not_fit_together():
    array = TensorArrayState(np.float64, 2, UNKNOWN)
    array.write(0, np.ones(3))
    array.write(1, np.ones(2))
    with pytest.raises(InvalidArgumentError, match="inconsistent shapes"):
        array.read_many([0, 1], UNKNOWN)
    same = TensorArrayState(np.float64, 2, UNKNOWN, identical_shapes=True)
    same.write(0, np.ones(3))
    with pytest.raises(InvalidArgumentError, match="incompatible"):
        same.write(1, np.ones(2))
    sums = TensorArrayState(np.float64, 1, UNKNOWN, aggregates=True)
    sums.write(0, np.ones(3))
    with pytest.raises(InvalidArgumentError, match="aggregate"):
        sums.write(0, np.ones(2))


def test_nothing_has_a_shape_if_it_is_known():
    array = TensorArrayState(np.float32, 0, UNKNOWN)
    assert array.read_many([], TensorShape([2])).shape == (0, 2)
    assert array.concat(TensorShape([2]))[0].shape == (0, 2)
    with pytest.raises(InvalidArgumentError, match="size zero"):
        array.read_many([], UNKNOWN)


def test_slices_that_do_not_add_up():
    array = TensorArrayState(np.float32, 2, UNKNOWN)
    with pytest.raises(InvalidArgumentError, match="sum of lengths"):
        array.split(np.ones(3), [1, 1])
    with pytest.raises(InvalidArgumentError, match="size of lengths"):
        array.split(np.ones(3), [1, 1, 1])
    with pytest.raises(InvalidArgumentError, match="vector"):
        array.split(np.float32(1), [1])
    with pytest.raises(InvalidArgumentError, match=">= 0"):
        TensorArrayState(np.float32, -1, UNKNOWN)


def test_elements_may_be_on_a_gpu(two_gpus):  # noqa: F811
    gpu = gpus_of(ConfigProto())[0]
    array = TensorArrayState(np.float32, 3, UNKNOWN, aggregates=True)
    array.write(0, gpu.put(np.float32([1, 2])))
    array.write(0, np.float32([1, 1]))  # the sum is on the host
    array.write(1, gpu.put(np.float32([3, 4])))
    array.write_many([2], gpu.put(np.float32([[5, 6]])))
    assert two_gpus.to_host == 1
    assert array.read_many([0, 1], UNKNOWN).tolist() == [[2, 3], [3, 4]]
    array = TensorArrayState(np.float32, 2, UNKNOWN)
    array.split(gpu.put(np.arange(4, dtype="f")), [1, 3])
    whole, lengths = array.concat(UNKNOWN)
    assert gpu.get(whole).tolist() == [0, 1, 2, 3]
    assert lengths.tolist() == [1, 3]
