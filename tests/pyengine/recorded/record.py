"""Makes the files beside it with TensorFlow: `python record.py`, where TensorFlow is installed.

A softmax regression after three steps of training, as `Saver.save` leaves it (its file
"checkpoint", which names a directory, apart), and what the trained model says of `INPUT`; a saved
model that doubles its input; a file of examples.
"""

import os
import shutil

import numpy as np

INPUT = np.arange(8, dtype=np.float32).reshape(2, 4) / 8
FOLDER = os.path.dirname(os.path.abspath(__file__))


def main():
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    w = tf.Variable(tf.ones([4, 3]), name="w")
    b = tf.get_variable("b", initializer=tf.zeros([3]))
    labels = tf.Variable(["zero", "one", "two"], trainable=False, name="labels")
    y = tf.nn.softmax(tf.matmul(x, w) + b, name="y")
    wanted = tf.one_hot([0, 1], 3)
    loss = tf.reduce_mean(-tf.reduce_sum(wanted * tf.log(y), axis=1), name="loss")
    tf.add_to_collection("outputs", y)
    tf.add_to_collection("note", "made by record.py")
    step = tf.train.get_or_create_global_step()
    train = tf.train.GradientDescentOptimizer(0.5).minimize(loss, step, name="train")
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(3):
            sess.run(train, {x: INPUT})
        prefix = os.path.join(FOLDER, "softmax")
        saver.save(sess, prefix, write_state=False)
        old = tf.train.Saver({"v": b}, write_version=tf.train.SaverDef.V1)
        old.save(
            sess, os.path.join(FOLDER, "old-v1.ckpt"), write_meta_graph=False, write_state=False
        )
        expected = dict(zip(("y", "w", "b", "loss"), sess.run([y, w, b, loss], {x: INPUT})))
        np.savez(os.path.join(FOLDER, "softmax.npz"), **expected)
        del labels
    saved_model(tf)
    examples(tf)


def examples(tf):
    train = tf.train
    path = os.path.join(FOLDER, "examples.tfrecords.gz")
    with tf.python_io.TFRecordWriter(path, options="GZIP") as writer:
        for i in range(3):
            image = train.BytesList(value=[bytes([i]) * 4])
            weights = train.FloatList(value=[0.5 + j for j in range(i)])
            features = {
                "image_raw": train.Feature(bytes_list=image),
                "label": train.Feature(int64_list=train.Int64List(value=[i])),
                "weights": train.Feature(float_list=weights),
            }
            example = train.Example(features=train.Features(feature=features))
            writer.write(example.SerializeToString())


def saved_model(tf):
    folder = os.path.join(FOLDER, "doubling")
    shutil.rmtree(folder, ignore_errors=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None], name="x")
        y = x * tf.Variable(2.0, name="factor")
        sess.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(sess, folder, {"x": x}, {"y": y})


if __name__ == "__main__":
    main()
