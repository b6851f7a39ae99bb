"""Learning-rate schedules, against their formulas."""

import numpy as np
import pytest

import pyengine as tf

STEPS = np.array([0, 1, 4, 5, 7, 10, 11, 20, 30])


def rates(schedule, dtype=tf.int32):
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.placeholder(dtype, [])
        rate = schedule(step)
        assert rate.shape.as_list() == []
        return np.array([sess.run(rate, {step: n}) for n in STEPS])


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        (lambda s: tf.train.exponential_decay(0.5, s, 10, 0.75), 0.5 * 0.75 ** (STEPS / 10)),
        (
            lambda s: tf.train.exponential_decay(0.5, s, 10, 0.75, staircase=True),
            0.5 * 0.75 ** (STEPS // 10),
        ),
        (lambda s: tf.train.natural_exp_decay(0.5, s, 10, 0.75), 0.5 * np.exp(-0.075 * STEPS)),
        (lambda s: tf.train.inverse_time_decay(0.5, s, 10, 0.75), 0.5 / (1 + 0.075 * STEPS)),
        (
            lambda s: tf.train.polynomial_decay(0.5, s, 10, 0.1, 2.0),
            0.4 * (1 - np.minimum(STEPS, 10) / 10) ** 2 + 0.1,
        ),
        (
            lambda s: tf.train.polynomial_decay(0.5, s, 10, 0.1, cycle=True),
            0.4 * (1 - STEPS / (10 * np.maximum(np.ceil(STEPS / 10), 1))) + 0.1,
        ),
        (
            lambda s: tf.train.cosine_decay(0.5, s, 10, 0.25),
            0.5 * (0.375 * (1 + np.cos(np.pi * np.minimum(STEPS, 10) / 10)) + 0.25),
        ),
        (
            lambda s: tf.train.cosine_decay_restarts(0.5, s, 10, t_mul=1.0, m_mul=0.5),
            0.25 * 0.5 ** (STEPS // 10) * (1 + np.cos(np.pi * (STEPS % 10) / 10)),
        ),
        (
            lambda s: tf.train.linear_cosine_decay(0.5, s, 10, 1.0, 0.25, 0.125),
            0.5
            * (
                (1.25 - np.minimum(STEPS, 10) / 10)
                * 0.5
                * (1 + np.cos(2 * np.pi * np.minimum(STEPS, 10) / 10))
                + 0.125
            ),
        ),
    ],
)
def test_follows_the_formula(schedule, wanted):
    np.testing.assert_allclose(rates(schedule), wanted, rtol=1e-5, atol=1e-7)


def test_periods_get_longer_and_lower():
    got = rates(lambda s: tf.train.cosine_decay_restarts(1.0, s, 5, t_mul=2.0, m_mul=0.5))
    np.testing.assert_allclose(got[[0, 3, 6]], [1, 0.5, 0.5 * (1 + np.cos(np.pi * 0.6)) / 2], 1e-5)
    # A factor that only the run knows.
    again = rates(
        lambda s: tf.train.cosine_decay_restarts(
            1.0, s, 5, t_mul=tf.placeholder_with_default(1.0, []), m_mul=0.5
        )
    )
    even = rates(lambda s: tf.train.cosine_decay_restarts(1.0, s, 5, t_mul=1.0, m_mul=0.5))
    np.testing.assert_allclose(again, even, 1e-5)


def test_pieces_include_their_upper_boundary():
    got = rates(lambda s: tf.train.piecewise_constant(s, [4, 10], [1.0, 0.5, 0.25]))
    assert got.tolist() == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]
    got = rates(lambda s: tf.train.piecewise_constant_decay(s, [4.0, 10], [1, 2, 3]), tf.int64)
    assert got.tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_noise_gets_less():
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.placeholder(tf.int32, [])
        rate = tf.train.noisy_linear_cosine_decay(1.0, step, 100, initial_variance=1.0)
        early = np.std([sess.run(rate, {step: 0}) for _ in range(50)])
        late = np.std([sess.run(rate, {step: 90}) for _ in range(50)])
        assert early > 3 * late > 0


def test_what_is_missing_or_does_not_fit_is_refused():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="global_step is required"):
            tf.train.exponential_decay(0.1, None, 10, 0.5)
        with pytest.raises(ValueError, match="1 less than the length of values"):
            tf.train.piecewise_constant(tf.constant(1), [1], [1.0])
        with pytest.raises(ValueError, match="same dtype as x"):
            tf.train.piecewise_constant(tf.constant(1.0), [tf.constant(1)], [1.0, 2.0])
        with pytest.raises(ValueError, match="all with the same dtype"):
            tf.train.piecewise_constant(tf.constant(1), [1], [1.0, tf.constant(2)])
