"""Scaffolds."""

import pytest

import pyengine as tf

Scaffold = tf.train.Scaffold


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_what_is_not_given_is_made(graph):
    v = tf.Variable(3.0)
    assign = v.assign(4.0)
    scaffold = Scaffold(init_fn=lambda scaffold, sess: sess.run(assign)).finalize()
    assert graph.finalized
    for op in (scaffold.ready_op, scaffold.ready_for_local_init_op, scaffold.local_init_op):
        assert op is not None
    assert scaffold.summary_op is None
    with tf.train.ChiefSessionCreator(scaffold).create_session() as sess:
        assert sess.run(v) == 4.0


def test_what_is_given_is_kept():
    v = tf.Variable(3.0)
    init = v.assign(8.0)
    saver = tf.train.Saver()
    first = Scaffold(init_op=init, saver=saver)
    second = Scaffold(copy_from_scaffold=first, init_feed_dict={})
    assert (second.finalize().init_op, second.saver) == (init, saver)
    with pytest.raises(TypeError, match="not a Scaffold"):
        Scaffold(copy_from_scaffold=1)


def test_two_of_a_kind_are_refused(graph):
    for _ in range(2):
        graph.add_to_collection(tf.GraphKeys.INIT_OP, tf.no_op())
    with pytest.raises(RuntimeError, match="More than one item in the collection 'init_op'"):
        Scaffold().finalize()
    tf.Variable(1.0)
    for _ in range(2):
        graph.add_to_collection(tf.GraphKeys.SAVERS, tf.train.Saver())
    with pytest.raises(RuntimeError, match="SAVERS"):
        Scaffold(init_op=tf.no_op()).finalize()
