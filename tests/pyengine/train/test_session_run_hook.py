"""Hooks."""

import pyengine as tf


def test_a_hook_does_nothing_by_itself():
    hook, args = tf.train.SessionRunHook(), tf.train.SessionRunArgs("x")
    context = tf.train.SessionRunContext(args, "session")
    assert hook.before_run(context) is None
    hook.after_run(context, tf.train.SessionRunValues(None, None, None))
    assert (args.fetches, args.feed_dict, args.options) == ("x", None, None)
    assert (context.original_args, context.session) == (args, "session")
    assert not context.stop_requested
    context.request_stop()
    assert context.stop_requested
