"""TFRecord files as users write and read them."""

import pytest

import pyengine as tf

Options, Types = tf.python_io.TFRecordOptions, tf.python_io.TFRecordCompressionType


@pytest.mark.parametrize(
    "options", [None, "GZIP", Options(Types.ZLIB), Options("GZIP", compression_level=1)]
)
def test_what_is_written_is_read(tmp_path, options):
    path = str(tmp_path / "f")
    with tf.python_io.TFRecordWriter(path, options) as writer:
        for record in (b"one", "zwei", bytearray(b"three")):
            writer.write(record)
        writer.flush()
    assert list(tf.python_io.tf_record_iterator(path, options)) == [b"one", b"zwei", b"three"]


def test_what_cannot_be_written_is_refused(tmp_path):
    writer = tf.python_io.TFRecordWriter(str(tmp_path / "f"))
    with pytest.raises(TypeError, match="must be bytes"):
        writer.write(3)
    writer.close()
    writer.close()
    for call in (writer.flush, lambda: writer.write(b"x")):
        with pytest.raises(tf.errors.FailedPreconditionError, match="closed"):
            call()
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        tf.python_io.TFRecordWriter(str(tmp_path / "none" / "f"))
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        next(tf.python_io.tf_record_iterator(str(tmp_path / "none")))


def test_options_take_names_and_numbers():
    assert Options().compression_type == Options(Types.NONE).compression_type == ""
    text = Options.get_compression_type_string
    given = (None, "", "GZIP", Options("ZLIB"), 2)
    assert [text(x) for x in given] == ["", "", "GZIP", "ZLIB", "GZIP"]
    with pytest.raises(ValueError, match="FOO"):
        Options("FOO")
