"""Examples that the tests of parsing share."""

import pyengine as tf

T = tf.train


def ints(*values):
    return T.Feature(int64_list=T.Int64List(value=values))


def floats(*values):
    return T.Feature(float_list=T.FloatList(value=values))


def texts(*values):
    return T.Feature(bytes_list=T.BytesList(value=values))


def example(**features):
    return T.Example(features=T.Features(feature=features)).SerializeToString()


EXAMPLES = [
    example(a=ints(1, 2), b=floats(0.5), c=texts(b"x", b"yy"), v=floats(1, 2, 3),
            k=ints(0, 3), w=floats(7, 8), k2=ints(1, 2)),
    example(a=ints(3, 4), c=texts(), v=floats(1, 2, 3, 4, 5, 6), k=ints(2), w=floats(9),
            k2=ints(0)),
    example(a=ints(5, 6), b=T.Feature(), z=ints(1), k=ints(), w=floats(), k2=ints()),
]  # fmt: skip


def plain(value):
    """Values as lists, at any depth."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(v) for v in value)
    return value.tolist()


def run(found):
    with tf.Session() as sess:
        return plain(sess.run(found))
