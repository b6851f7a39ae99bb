"""Early stopping."""

import pytest

import pyengine as tf


def stopped_after(values, **options):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [])
        hook = tf.train.EarlyStoppingHook(x, **options)
        with tf.train.MonitoredSession(hooks=[hook]) as sess:
            for i, value in enumerate(values, 1):
                sess.run(x, {x: value})
                if sess.should_stop():
                    return i, hook.best
    return None, hook.best


def test_it_stops_when_nothing_gets_better():
    assert stopped_after([5, 4, 4, 4.5, 1], patience=2) == (4, 4.0)
    assert stopped_after([1, 2, 2, 2], patience=2, mode="max") == (4, 2.0)
    assert stopped_after([5, 4.9, 4.8], patience=2, min_delta=0.5) == (3, 5.0)
    assert stopped_after([1, 5, 1, 6, 1, 7], patience=2, every_n_steps=2) == (6, 5.0)
    assert stopped_after([3, 2, 1], patience=1) == (None, 1.0)


@pytest.mark.parametrize("options", [{"mode": "less"}, {"patience": 0}, {"min_delta": -1}])
def test_settings_that_make_no_sense(options):
    with pytest.raises(ValueError, match="must be"):
        tf.train.EarlyStoppingHook("x:0", **options)
