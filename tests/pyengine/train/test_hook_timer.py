"""When a hook is due."""

import pytest

import pyengine as tf


def test_every_so_many_steps():
    timer = tf.train.SecondOrStepTimer(every_steps=3)
    due = []
    for step in range(1, 9):
        if timer.should_trigger_for_step(step):
            timer.update_last_triggered_step(step)
            due.append(step)
    assert due == [1, 4, 7]
    assert timer.last_triggered_step() == 7


def test_every_so_many_seconds(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    timer = tf.train.SecondOrStepTimer(every_secs=2.0)
    assert timer.update_last_triggered_step(1) == (None, None)
    assert not timer.should_trigger_for_step(5)
    now[0] = 102.0
    assert timer.should_trigger_for_step(5)
    assert timer.update_last_triggered_step(5) == (2.0, 4)


def test_one_of_the_two():
    with pytest.raises(ValueError, match="both"):
        tf.train.SecondOrStepTimer(1, 1)
