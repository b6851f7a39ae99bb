"""Errors of restoring, in terms of variables and files."""

import re

import pytest

import pyengine as tf


@pytest.fixture
def path(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable([[1.0, 2.0]], name="layer/w")
        tf.Variable(1, name="step")
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, str(tmp_path / "model"), global_step=3)


def restore(path, **values):
    with tf.Graph().as_default(), tf.Session() as sess:
        saver = tf.train.Saver({name: tf.Variable(v) for name, v in values.items()})
        saver.restore(sess, path)


def test_a_name_that_is_not_there_is_told_with_those_that_are(path):
    with pytest.raises(tf.errors.NotFoundError, match=r"(?s)list_variables.*it has 'layer/w'"):
        restore(path, w=[[1.0, 2.0]])
    with pytest.raises(tf.errors.NotFoundError, match="it has 'step'"):
        restore(path, steps=2)
    with pytest.raises(tf.errors.NotFoundError, match="it has 'layer/w', 'step'"):
        restore(path, x=2)


def test_all_variables_that_do_not_fit_are_told(path):
    told = (
        "(?s)  Variable: shape \\(2, 1\\) in the graph, \\(1, 2\\) in the checkpoint.*"
        "  Variable_1: float32 in the graph, int32 in the checkpoint"
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match=told):
        restore(path, **{"layer/w": [[1.0], [2.0]], "step": 1.0})


def test_a_file_that_is_missing_is_no_variable(path, tmp_path):
    (tmp_path / "model-3.data-00000-of-00001").unlink()
    with pytest.raises(tf.errors.NotFoundError, match=r"of-00001 is missing") as caught:
        restore(path, step=1)
    assert "Variable name" not in caught.value.message


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("model-3.index", "leave out the ending: {folder}/model-3"),
        ("model-3.data-00000-of-00001", "leave out the ending: {folder}/model-3"),
        ("model-4", "{folder} has the checkpoints model-3"),
        ("", "is a folder; tf.train.latest_checkpoint("),
        ("none/model", "there is no folder {folder}/none"),
    ],
)
def test_a_path_that_is_none_is_told_with_what_is_meant(path, tmp_path, given, told):
    wanted = re.escape(told.format(folder=tmp_path))
    with pytest.raises(ValueError, match=rf"not a valid checkpoint: .*{wanted}"):
        restore(str(tmp_path / given), step=1)


def test_a_folder_without_checkpoints(tmp_path):
    with pytest.raises(ValueError, match="has no checkpoint"):
        restore(str(tmp_path / "model"), step=1)
