"""Random crops that keep enough of an object. The numbers are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import image_distort

BOXES = [[[0.1, 0.2, 0.5, 0.9], [0.4, 0.4, 0.6, 0.8]]]


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def sample(*args, **options):
    return tf.image.sample_distorted_bounding_box(*args, **options)


@pytest.mark.parametrize(
    ("seed", "image", "options", "begin", "size"),
    [
        (11, [40, 60, 3], {}, [15, 24, 0], [19, 14, -1]),
        (12, [40, 60, 3], {"min_object_covered": 0.9}, [0, 22, 0], [40, 37, -1]),
        (13, [100, 30, 1], {"aspect_ratio_range": [0.5, 2.0]}, [17, 13, 0], [14, 16, -1]),
        (14, [64, 64, 3], {"area_range": [0.3, 0.6]}, [1, 7, 0], [32, 41, -1]),
        (
            15, [20, 200, 3], {"area_range": [0.9, 1.0], "max_attempts": 5}, [0, 0, 0],
            [20, 200, -1],
        ),
        (16, [37, 53, 3], {"min_object_covered": 0.0}, [2, 11, 0], [32, 37, -1]),
    ],
)  # fmt: skip
def test_crops_for_seeds(sess, seed, image, options, begin, size):
    found = sample(image, BOXES, seed=seed, seed2=3, **options)
    assert found.bboxes.shape.as_list() == [1, 1, 4]
    got = sess.run(list(found))
    assert (got[0].tolist(), got[1].tolist()) == (begin, size)
    corner = got[2][0, 0, :2] * image[:2]
    np.testing.assert_allclose(corner, begin[:2], atol=1e-4)


def test_no_objects(sess):
    none = np.zeros([1, 0, 4])
    with pytest.raises(tf.errors.InvalidArgumentError, match="use_image_if_no_bounding_boxes"):
        sess.run(sample([4, 6, 3], none, seed=1).begin)
    found = sample([4, 6, 3], none, seed=1, use_image_if_no_bounding_boxes=True)
    assert sess.run(found.size).tolist() == [2, 2, -1]


@pytest.mark.parametrize(
    ("boxes", "options"),
    [
        ([[[0.1, 0.2, 1.5, 0.9]]], {}),
        (BOXES, {"area_range": [0.5, 2.0]}),
        (BOXES, {"max_attempts": 0}),
        (BOXES, {"min_object_covered": -1}),
    ],
)
def test_bad_arguments_of_a_run(sess, boxes, options):
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(sample([4, 6, 3], boxes, seed=1, **options).begin)


def test_bad_shapes(sess):
    for image, boxes in (([4, 6], BOXES), ([4, 6, 3], BOXES[0])):
        with pytest.raises(ValueError):
            sample(image, boxes)


def test_other_ways_to_the_op(sess):
    tf.set_random_seed(1)
    found = image_distort.sample_distorted_bounding_box_v2([40, 60, 3], BOXES, seed=5)
    assert found.begin.op.attrs["seed"] == 1
    assert found.begin.op.attrs["seed2"] == 5
    old = image_distort._sample_v1([40, 60, 3], np.float32(BOXES), seed=11, seed2=3)
    assert sess.run(old[0]).tolist() == [15, 24, 0]
