"""Batches of examples from files."""

import pytest

import pyengine as tf

learn = tf.contrib.learn


@pytest.fixture
def pattern(tmp_path):
    for part in range(2):
        with tf.python_io.TFRecordWriter(str(tmp_path / f"part-{part}")) as writer:
            for i in range(3):
                value = tf.train.Feature(int64_list=tf.train.Int64List(value=[3 * part + i]))
                features = tf.train.Features(feature={"x": value})
                writer.write(tf.train.Example(features=features).SerializeToString())
    return str(tmp_path / "part-*")


def drained(fetch):
    found = []
    with tf.train.MonitoredSession() as sess:
        while not sess.should_stop():
            found.append(sess.run(fetch))
    return found


@pytest.mark.parametrize("shuffled", [True, False])
def test_features_of_each_example_once_an_epoch(pattern, shuffled):
    with tf.Graph().as_default():
        batch = learn.read_batch_features(
            pattern, 2, {"x": tf.FixedLenFeature([], tf.int64)}, tf.TFRecordReader,
            randomize_input=shuffled, num_epochs=2, queue_capacity=5,
        )  # fmt: skip
        found = [x for part in drained(batch["x"]) for x in part.tolist()]
    if not shuffled:
        assert found == [0, 1, 2, 3, 4, 5] * 2
    assert sorted(found) == sorted([0, 1, 2, 3, 4, 5] * 2)


def test_records_and_their_keys(pattern):
    with tf.Graph().as_default():
        keys, records = learn.read_keyed_batch_examples(
            [pattern],
            4,
            tf.TFRecordReader,
            False,
            1,
            parse_fn=lambda r: tf.string_to_hash_bucket(r, 9),
        )
        parts = drained([keys, records])
    assert [len(k) for k, _ in parts] == [4, 2]
    assert parts[0][0][0].endswith(b"part-0:0")
    assert parts[0][1].dtype == "int64"


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"batch_size": 0}, "batch_size"),
        ({"queue_capacity": 2}, "queue_capacity"),
        ({"num_threads": 0}, "num_threads"),
        ({"num_epochs": 0}, "num_epochs"),
        ({"file_pattern": "/no/such/file"}, "No files match"),
    ],
)
def test_what_does_not_fit(pattern, given, match):
    given = {"file_pattern": pattern, "batch_size": 2, "reader": tf.TFRecordReader, **given}
    with tf.Graph().as_default(), pytest.raises(ValueError, match=match):
        learn.read_batch_examples(**given)
