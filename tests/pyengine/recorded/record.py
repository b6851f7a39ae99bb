"""Makes the files beside it with TensorFlow: `python record.py`, where TensorFlow is installed.

A softmax regression after three steps of training, as `Saver.save` leaves it (its file
"checkpoint", which names a directory, apart), and what the trained model says of `INPUT`; a saved
model that doubles its input; a file of examples; image files; a
model of resource variables; what a `Checkpoint` has written.
"""

import os
import shutil
import tempfile

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
    images(tf)
    resources(tf)
    objects(tf)


def objects(tf):
    """A `Checkpoint` of variables, optimizers, lists and dicts after a step, and the values."""
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable([1.0, 2.0], name="w")
        b = tf.Variable([[3.0], [4.0]], name="b")
        labels = tf.Variable(["zero", "one"], trainable=False, name="labels")
        scale = tf.make_template(
            "net", lambda x: x * tf.get_variable("scale", initializer=tf.constant(5.0))
        )
        loss = scale(tf.reduce_sum(w * w) * tf.reduce_sum(b * b))
        adam = tf.train.AdamOptimizer(0.125)
        momentum = tf.train.MomentumOptimizer(0.001, 0.5)
        steps = [adam.minimize(loss, var_list=[w, b]), momentum.minimize(loss)]
        inner = tf.train.Checkpoint(b=b, again=w, scale=scale)
        things = [labels, {"b": b}, tf.Variable(7, name="seven", trainable=False)]
        checkpoint = tf.train.Checkpoint(
            optimizers={"adam": adam, "momentum": momentum}, model=inner, w=w, things=things
        )
        sess.run(tf.global_variables_initializer())
        for step in steps:
            sess.run(step)
        checkpoint.write(os.path.join(FOLDER, "objects"))
        found = {v.op.name: sess.run(v) for v in tf.global_variables() if v is not labels}
        np.savez(os.path.join(FOLDER, "objects.npz"), **found)


def resources(tf):
    """A model of resource variables, trained: the files of its checkpoint, and what it did."""
    table = np.arange(15, dtype=np.float32).reshape(5, 3) / 10
    with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder, tf.Session() as sess:
        options = {"use_resource": True, "trainable": True}
        ids = tf.placeholder(tf.int32, [4], name="ids")
        y = tf.placeholder(tf.float32, [4, 1], name="y")
        rows = tf.get_variable("rows", initializer=table, **options)
        w = tf.get_variable("w", initializer=[[0.1], [-0.2], [0.3]], **options)
        b = tf.Variable([0.5], name="b", **options)
        p = tf.add(tf.matmul(tf.nn.embedding_lookup(rows, ids), w), b, name="p")
        loss = tf.reduce_mean(tf.square(p - y), name="loss")
        flag = tf.placeholder(tf.bool, [], name="flag")
        tf.identity(tf.cond(flag, lambda: b + 1.0, lambda: b * 2.0), name="branch")
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, name="train")
        saver = tf.train.Saver()
        sess.run(tf.global_variables_initializer())
        feed = {ids: [0, 1, 1, 4], y: [[1], [2], [0], [1]]}
        sess.run("train", feed)
        saver.save(sess, os.path.join(folder, "m"))
        found = {"before": sess.run(loss, feed)}
        sess.run("train", feed)
        found["after"] = sess.run(loss, feed)
        found["branches"] = sess.run("branch:0", {flag: True}), sess.run("branch:0", {flag: False})
        for ending in ("meta", "index", "data-00000-of-00001"):
            path = os.path.join(folder, f"m.{ending}")
            found[f"m.{ending}"] = np.fromfile(path, np.uint8)
    np.savez_compressed(os.path.join(FOLDER, "resources.npz"), **found)


def images(tf):
    rng = np.random.default_rng(0)
    wide = np.arange(35).reshape(5, 7, 1) * 1700 + rng.integers(0, 3000, (5, 7, 4))
    ramp = np.add.outer(np.arange(24) * 5, np.arange(31) * 3)[:, :, np.newaxis] + [0, 20, 60]
    small = (wide >> 8).astype(np.uint8)
    wide, ramp = wide.astype(np.uint16), ramp.clip(0, 255).astype(np.uint8)
    found = {"wide": wide, "small": small, "ramp": ramp}
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, image in (("wide", wide), ("small", small)):
            for n in (1, 2, 3, 4):
                file = sess.run(tf.image.encode_png(image[..., :n]))
                found[f"{name}_{n}"] = np.frombuffer(file, np.uint8)
                for c in (1, 3, 4):
                    for dtype in (tf.uint8, tf.uint16):
                        key = f"{name}_{n}_{c}_{dtype.name}"
                        found[key] = sess.run(tf.image.decode_png(file, c, dtype))
        file = sess.run(tf.image.encode_jpeg(ramp))
        found["jpeg"] = np.frombuffer(file, np.uint8)
        for ratio in (1, 4):
            for c in (1, 3):
                decoded = tf.image.decode_jpeg(file, c, ratio, dct_method="INTEGER_ACCURATE")
                found[f"jpeg_{ratio}_{c}"] = sess.run(decoded)
    np.savez_compressed(os.path.join(FOLDER, "images.npz"), **found)


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
