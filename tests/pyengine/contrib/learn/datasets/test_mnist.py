"""Data sets and their batches."""

from pathlib import Path

import numpy as np
import pytest

import pyengine as tf
from pyengine.contrib.learn.datasets.fetch import FILES, find_file
from pyengine.contrib.learn.datasets.mnist import DataSet, dense_to_one_hot, read_data_sets
from tests.pyengine.contrib.learn.datasets.test_idx import idx


def numbered(n, **options):
    """Images whose first pixel, and labels whose value, is the number of the example."""
    images = np.zeros((n, 2, 2), np.uint8)
    images[:, 0, 0] = np.arange(n)
    return DataSet(images, np.arange(n), **options)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for name, n in zip(FILES, (60, 60, 10, 10)):
        shape = (n, 28, 28) if "images" in name else (n,)
        high = 256 if "images" in name else 10
        (tmp_path / name).write_bytes(idx(rng.integers(0, high, shape)))
    return tmp_path


class TestBatches:
    def test_an_epoch_has_every_example_once(self):
        data = numbered(10, seed=1)
        seen = np.concatenate([data.next_batch(2)[1] for _ in range(5)])
        assert sorted(seen) == list(range(10))
        assert list(seen) != list(range(10))
        assert data.epochs_completed == 0

    def test_images_and_labels_stay_together(self):
        data = numbered(10, dtype=tf.uint8)
        for _ in range(7):
            images, labels = data.next_batch(3)
            assert images[:, 0].tolist() == labels.tolist()

    def test_the_rest_of_an_epoch_is_joined_with_the_start_of_the_next(self):
        data = numbered(5, seed=3)
        first = [data.next_batch(3)[1] for _ in range(4)]
        assert data.epochs_completed == 2
        assert sorted(np.concatenate(first)[:5]) == list(range(5))
        assert sorted(np.concatenate(first)[5:10]) == list(range(5))

    def test_without_shuffling_the_order_is_kept(self):
        data = numbered(5)
        got = [data.next_batch(3, shuffle=False)[1].tolist() for _ in range(3)]
        assert got == [[0, 1, 2], [3, 4, 0], [1, 2, 3]]

    def test_seeds_repeat(self):
        a, b, c = (numbered(50, seed=s).next_batch(20)[1].tolist() for s in (7, 7, 8))
        assert a == b != c
        with tf.Graph().as_default():
            tf.set_random_seed(5)
            first = numbered(50).next_batch(20)[1].tolist()
            assert numbered(50).next_batch(20)[1].tolist() == first

    @pytest.mark.parametrize("size", [0, -1, 6, 2.5])
    def test_sizes_that_make_no_batch_are_refused(self, size):
        with pytest.raises(ValueError, match="whole number from 1 to 5"):
            numbered(5).next_batch(size)

    def test_made_up_data(self):
        images, labels = DataSet([], [], fake_data=True, one_hot=True).next_batch(4)
        assert images.shape == (4, 784)
        assert labels.sum(axis=1).tolist() == [1.0] * 4


class TestReading:
    def test_the_parts_and_their_types(self, folder):
        data = read_data_sets(str(folder), one_hot=True, validation_size=20)
        assert [d.num_examples for d in data] == [40, 20, 10]
        assert data.train.images.shape == (40, 784)
        assert data.train.images.dtype == np.float32
        assert 0 <= data.test.images.min() <= data.test.images.max() <= 1
        assert data.train.labels.shape == (40, 10)

    def test_options(self, folder):
        data = read_data_sets(str(folder), reshape=False, dtype=tf.uint8, validation_size=0)
        assert data.train.images.shape == (60, 28, 28, 1)
        assert data.train.images.dtype == np.uint8
        assert data.train.labels.shape == (60,)
        assert data.validation.num_examples == 0
        assert read_data_sets(str(folder), validation_size=0).validation.images.shape == (0, 784)

    def test_what_does_not_fit_is_refused(self, folder):
        with pytest.raises(ValueError, match="between 0 and 60"):
            read_data_sets(str(folder), validation_size=61)
        with pytest.raises(TypeError, match="expected uint8 or float32"):
            read_data_sets(str(folder), dtype=tf.int32, validation_size=0)
        (folder / FILES[1]).write_bytes(idx(np.zeros(59)))
        with pytest.raises(tf.errors.DataLossError, match="60 images for 59 labels"):
            read_data_sets(str(folder), validation_size=0)

    def test_made_up_parts(self):
        assert read_data_sets("nowhere", fake_data=True).test.num_examples == 10000


# The folder that `make demo` fetches the digits into.
DIGITS = Path(__file__).resolve().parents[5] / "MNIST-data"


@pytest.mark.skipif(
    any(find_file(DIGITS, name) is None for name in FILES),
    reason="the real digits are not here: `make demo` fetches them",
)
def test_the_real_digits():
    data = read_data_sets(str(DIGITS), one_hot=True, seed=1)
    assert [d.num_examples for d in data] == [55000, 5000, 10000]
    assert data.validation.labels[:10].argmax(axis=1).tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.test.labels[:10].argmax(axis=1).tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert data.test.labels.sum(axis=0).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    images, _ = data.train.next_batch(100)
    assert (images.min(), images.max()) == (0, 1)


def test_labels_must_be_classes():
    with pytest.raises(ValueError, match="label 3 is not below"):
        dense_to_one_hot(np.array([3]), 3)
