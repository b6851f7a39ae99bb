"""tf.logging: levels, and messages that are shown now and then."""

import pytest

import pyengine as tf


@pytest.fixture
def shown(caplog):
    before = tf.logging.get_verbosity()
    tf.logging.set_verbosity(tf.logging.INFO)
    yield lambda: [record.getMessage() for record in caplog.records]
    tf.logging.set_verbosity(before)


def test_levels_are_pythons():
    assert (tf.logging.DEBUG, tf.logging.INFO, tf.logging.WARN) == (10, 20, 30)
    assert (tf.logging.ERROR, tf.logging.FATAL) == (40, 50)


def test_messages_are_shown_from_the_level_on(shown):
    tf.logging.debug("not shown")
    tf.logging.info("loss %d", 1)
    tf.logging.warn("careful")
    tf.logging.log(tf.logging.ERROR, "wrong")
    tf.logging.TaskLevelStatusMessage("done")
    assert shown() == ["loss 1", "careful", "wrong", "done"]
    tf.logging.flush()


def test_messages_now_and_then(shown):
    for i in range(5):
        tf.logging.log_every_n(tf.logging.INFO, "every %d", 2, i)
        tf.logging.log_first_n(tf.logging.INFO, "first %d", 2, i)
        tf.logging.log_if(tf.logging.INFO, "if %d", i == 3, i)
    assert shown() == ["every 0", "first 0", "first 1", "every 2", "if 3", "every 4"]


def test_the_logger_itself():
    assert tf.get_logger().name == "tensorflow"
    assert tf.get_logger().getEffectiveLevel() == tf.logging.get_verbosity()
