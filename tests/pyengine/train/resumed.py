"""A training that its test kills: `python resumed.py FOLDER`."""

import sys

import pyengine as tf


def main() -> None:
    step = tf.train.get_or_create_global_step()
    # Large enough for a kill to come while it is written.
    weights = tf.get_variable("weights", [500_000], initializer=tf.zeros_initializer())
    train = tf.group(step.assign_add(1), weights.assign_add(tf.ones([500_000])))
    hooks = [tf.train.StopAtStepHook(last_step=400)]
    with tf.train.MonitoredTrainingSession(
        checkpoint_dir=sys.argv[1],
        hooks=hooks,
        save_checkpoint_secs=None,
        save_checkpoint_steps=2,
        save_summaries_steps=None,
        save_summaries_secs=None,
    ) as sess:
        while not sess.should_stop():
            sess.run(train)
            values = sess.run([step, weights])
            # A training that was taken up goes on from one step, not from parts of two.
            assert (values[1] == values[0]).all(), values
            print(int(values[0]), flush=True)


if __name__ == "__main__":
    main()
