"""The op types of iterators."""

import pyengine as tf


def test_the_ops_of_iterators():
    with tf.Graph().as_default() as g:
        dataset = tf.data.Dataset.range(3)
        iterator = dataset.make_initializable_iterator()
        x = iterator.get_next(name="next")
        assert [op.type for op in g.get_operations()[-4:]] == [
            "IteratorV2", "MakeIterator", "IteratorToStringHandle", "IteratorGetNext",
        ]  # fmt: skip
        assert (x.name, x.dtype, x.shape) == ("next:0", tf.int64, ())
        assert iterator.initializer.type == "MakeIterator"
        once = dataset.make_one_shot_iterator()
        assert once._iterator_resource.op.type == "OneShotIterator"


def test_iterators_of_one_shared_name_are_one():
    with tf.Graph().as_default(), tf.Session() as sess:
        dataset = tf.data.Dataset.range(3)
        first, second = (dataset.make_initializable_iterator(shared_name="it") for _ in range(2))
        sess.run(first.initializer)
        assert [sess.run(first.get_next()), sess.run(second.get_next())] == [0, 1]
