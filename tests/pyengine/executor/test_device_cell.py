"""The storage of a variable on a GPU."""

import threading

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.device_cell import DeviceCell, read_there
from pyengine.executor.gpu import gpus_of
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)


@pytest.fixture
def cell(two_gpus):  # noqa: F811
    with tf.Graph().as_default():
        return DeviceCell(tf.Variable(1.0, name="v").op, gpus_of(tf.ConfigProto())[0])


def test_without_a_value_it_says_so(cell):
    assert not cell.is_initialized
    for read in (cell.read, cell.read_there):
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
            read()


def test_a_value_crosses_once_each_way(cell, two_gpus):  # noqa: F811
    cell.value = np.ones(3)
    assert cell.is_initialized
    tensor = cell.read_there()
    assert read_there(cell) is tensor
    assert two_gpus.to_device == 1
    cell.put_there(tensor + 1)
    assert cell.read() is cell.read()
    assert cell.value.tolist() == [2, 2, 2]
    assert (two_gpus.to_device, two_gpus.to_host) == (1, 1)


def test_what_the_host_puts_in_is_what_is_read_there(cell):
    cell.put_there(cell.gpu.put(np.zeros(2)))
    taken = cell.take()
    assert not cell._has_any()
    taken += 5
    cell.value = taken
    assert cell.gpu.get(cell.read_there()).tolist() == [5, 5]
    cell.value = None
    assert not cell.is_initialized


def test_threads_may_read_while_others_write(cell):
    cell.value = np.zeros(100)
    wrong = []

    def work(there):
        for n in range(200):
            if n % 7 == 0:
                value = np.full(100, float(n))
                if there:
                    cell.put_there(cell.gpu.put(value))
                else:
                    cell.value = value
            seen = cell.gpu.get(cell.read_there()) if there else cell.read()
            if len(set(seen.tolist())) != 1:
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n % 2 == 0,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong
