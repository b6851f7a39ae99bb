"""The hooks that log, stop, count and feed."""

import logging

import pytest

import pyengine as tf

train = tf.train


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def advance():
    return train.get_or_create_global_step().assign_add(1)


def run(hooks, fetches, times=100):
    done = 0
    with train.MonitoredSession(hooks=hooks) as sess:
        while not sess.should_stop() and done < times:
            sess.run(fetches)
            done += 1
    return done


@pytest.mark.parametrize("options", [{"num_steps": 3}, {"last_step": 3}])
def test_it_stops_at_a_step(advance, options):
    assert run([train.StopAtStepHook(**options)], advance) == 3


def test_values_are_logged(advance, caplog):
    x = tf.constant(2.5, name="x")
    hook = train.LoggingTensorHook({"a": x}, every_n_iter=2, at_end=True)
    plain = train.LoggingTensorHook(["x:0"], at_end=True, formatter=lambda v: f"got {v['x:0']}")
    with caplog.at_level(logging.INFO, "tensorflow"):
        run([hook, plain], advance, 4)
    told = [r.getMessage() for r in caplog.records]
    assert [t.split(" (")[0] for t in told] == ["a = 2.5"] * 3 + ["got 2.5"]


def test_a_loss_that_is_no_number_ends_the_training(advance):
    bad = tf.log(tf.constant(-1.0))
    with pytest.raises(train.NanLossDuringTrainingError, match="NaN loss"):
        run([train.NanTensorHook(bad)], advance)
    assert run([train.NanTensorHook(bad, fail_on_nan_loss=False)], advance) == 1
    assert run([train.NanTensorHook(tf.constant(1.0))], advance, 3) == 3


def test_feeds_and_final_ops(advance):
    x = tf.placeholder(tf.float32, [])
    seen = iter([1.0, 2.0])
    final = train.FinalOpsHook({"x": x * 2.0}, {x: 4.0})
    run([train.FeedFnHook(lambda: {x: next(seen)}), final], [advance, x], 2)
    assert final.final_ops_values == {"x": 8.0}


def test_steps_a_second_are_logged(advance, caplog):
    with caplog.at_level(logging.INFO, "tensorflow"):
        run([train.StepCounterHook(every_n_steps=2)], advance, 5)
    assert [r.getMessage().split(":")[0] for r in caplog.records] == ["global_step/sec"] * 2


def test_it_waits_for_a_step(advance):
    assert run([train.GlobalStepWaiterHook(0)], advance, 2) == 2


def test_what_is_refused():
    for wrong, message in (
        (lambda: train.StopAtStepHook(), "One of num_steps"),
        (lambda: train.StopAtStepHook(1, 2), "Only one"),
        (lambda: train.LoggingTensorHook(["x"]), "exactly one"),
        (lambda: train.LoggingTensorHook(["x"], every_n_iter=0), "invalid every_n_iter"),
        (lambda: train.StepCounterHook(None), "exactly one"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
    with pytest.raises(RuntimeError, match="Global step should be created"):
        run([train.StopAtStepHook(1)], tf.constant(1))


def test_they_are_found_where_programs_look():
    hooks = tf.python.training.basic_session_run_hooks
    for name in ("SummarySaverHook", "StopAtStepHook", "CheckpointSaverHook"):
        assert getattr(hooks, name) is getattr(train, name)
    with pytest.raises(AttributeError):
        _ = tf.python.training.nothing
