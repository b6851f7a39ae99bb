"""Bijectors: there and back, with the derivative that differences find."""

import numpy as np
import pytest

import pyengine as tf

b = tf.contrib.distributions.bijectors
X = np.array([0.2, 1.0, 2.5])
TRIL = np.array([[2.0, 0.0, 0.0], [0.5, 1.0, 0.0], [0.1, 0.3, 3.0]])


def evaluated(make):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(make())


@pytest.mark.parametrize(
    "make",
    [
        lambda: b.Identity(), lambda: b.Exp(), lambda: b.Softplus(), lambda: b.Sigmoid(),
        lambda: b.Softplus(hinge_softness=0.5), lambda: b.Square(), lambda: b.PowerTransform(0.5),
        lambda: b.PowerTransform(), lambda: b.AffineScalar(np.float64(1), 3.0),
        lambda: b.Invert(b.Exp()), lambda: b.Chain([b.Exp(), b.AffineScalar(np.float64(1), 0.5)]),
        lambda: b.Inline(tf.exp, tf.log, lambda y: -tf.log(y)),
        lambda: b.Affine(X, scale_tril=TRIL), lambda: b.Affine(X, 2.0, X), lambda: b.Affine(X),
    ],
)  # fmt: skip
def test_there_and_back(make):
    y = evaluated(lambda: make().forward(X))
    np.testing.assert_allclose(evaluated(lambda: make().inverse(y)), X, rtol=1e-9)
    step = 1e-6
    moved = [evaluated(lambda d=d: make().forward(X + d)) for d in step * np.eye(3)]
    jacobian = (np.stack(moved, 1) - y[:, None]) / step
    wanted = np.log(abs(np.linalg.det(jacobian)))
    forward = np.sum(evaluated(lambda: make().forward_log_det_jacobian(X)))
    back = np.sum(evaluated(lambda: make().inverse_log_det_jacobian(y)))
    np.testing.assert_allclose([forward, -back], [wanted, wanted], rtol=1e-5, atol=1e-6)


def test_event_ndims_say_what_is_summed():
    x = np.ones((4, 3))
    by_event = {n: evaluated(lambda n=n: b.Exp().forward_log_det_jacobian(x, n)) for n in (0, 1, 2)}
    assert [v.shape for v in by_event.values()] == [(4, 3), (4,), ()]
