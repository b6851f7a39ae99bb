"""Going through a data set in tests."""

import pyengine as tf


def elements(sess, dataset, most=50):
    """The elements of a data set as Python values; an error stands for the element it came for."""
    iterator = dataset.make_initializable_iterator()
    x = iterator.get_next()
    sess.run(iterator.initializer)
    found = []
    for _ in range(most):
        try:
            found.append(plain(sess.run(x)))
        except tf.errors.OutOfRangeError:
            break
        except tf.errors.OpError as error:
            found.append(type(error).__name__)
    return found


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(v) for v in value)
    return value.tolist()
