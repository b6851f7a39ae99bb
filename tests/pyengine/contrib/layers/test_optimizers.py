"""Training steps with everything around them."""

import pytest

import pyengine as tf

optimize_loss = tf.contrib.layers.optimize_loss


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def problem():
    x = tf.get_variable("x", [], initializer=tf.constant_initializer(10.0))
    return x, tf.train.get_or_create_global_step(), tf.abs(x * 3.0)


@pytest.mark.parametrize(
    "optimizer",
    ["SGD", tf.train.GradientDescentOptimizer, tf.train.GradientDescentOptimizer(0.1),
     lambda rate: tf.train.GradientDescentOptimizer(rate)],
)  # fmt: skip
def test_a_step(sess, optimizer):
    x, step, loss = problem()
    train = optimize_loss(loss, step, 0.1, optimizer, summaries=[])
    sess.run(tf.global_variables_initializer())
    assert sess.run(train) == 30
    assert sess.run(x) == pytest.approx(9.7)
    assert sess.run(step) == 1


def test_gradients_are_changed(sess):
    x, _, loss = problem()
    cases = {
        "clip": ({"clip_gradients": 0.5}, 9.95),
        "clip_fn": ({"clip_gradients": lambda pairs: [(g * 2.0, v) for g, v in pairs]}, 9.4),
        "multiply": ({"gradient_multipliers": {"x": 0.1}}, 9.97),
        "decay": ({"learning_rate_decay_fn": lambda rate, step: rate * 10.0}, 7.0),
        "still": ({"increment_global_step": False}, 9.7),
    }
    steps = {
        name: optimize_loss(loss, None, 0.1, "SGD", name=name, summaries=[], **options)
        for name, (options, _) in cases.items()
    }
    for name, (_, wanted) in cases.items():
        sess.run(tf.global_variables_initializer())
        sess.run(steps[name])
        assert sess.run(x) == pytest.approx(wanted), name
        assert sess.run(tf.train.get_global_step()) == (name != "still")
    noisy = optimize_loss(loss, None, 0.1, "SGD", gradient_noise_scale=10.0, summaries=[])
    sess.run(tf.global_variables_initializer())
    sess.run(noisy)
    assert sess.run(x) != pytest.approx(9.7)


def test_updates_come_first(sess):
    _, _, loss = problem()
    counter = tf.Variable(0.0, trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(counter, 1.0))
    train = optimize_loss(loss, None, 0.1, "Adam", summaries=[])
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    assert sess.run(counter) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"optimizer": "SGDX"}, {"optimizer": 3}, {"learning_rate": -0.1}, {"learning_rate": "x"},
     {"clip_gradients": "x"}, {"gradient_multipliers": {}}, {"summaries": ["x"]},
     {"optimizer": tf.train.AdagradOptimizer, "learning_rate": None}, {"loss": [1.0, 2.0]}],
)  # fmt: skip
def test_refusals(sess, wrong):
    _, step, loss = problem()
    given = {"loss": loss, "learning_rate": 0.1, "optimizer": "SGD", "summaries": [], **wrong}
    with pytest.raises(ValueError):
        optimize_loss(global_step=step, **given)


def test_summaries_have_the_names_of_contrib():
    with tf.Graph().as_default():
        v = tf.Variable([3.0, 4.0], name="v")
        kinds = ["learning_rate", "loss", "gradients", "gradient_norm"]
        optimize_loss(
            tf.reduce_sum(v**2) / 2, None, 0.1, "SGD", clip_gradients=1.0, summaries=kinds, name="o"
        )
        summaries = tf.summary.merge_all()
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            found = tf.Summary.FromString(sess.run(summaries))
    values = {value.tag: value.simple_value for value in found.value}
    assert sorted(values) == [
        "o/global_norm/clipped_gradient_norm", "o/global_norm/gradient_norm",
        "o/gradient_norm/v_0", "o/gradients/v_0", "o/learning_rate_1", "o/loss",
    ]  # fmt: skip
    assert values["o/global_norm/gradient_norm"] == 5
    assert abs(values["o/global_norm/clipped_gradient_norm"] - 1) < 1e-6
