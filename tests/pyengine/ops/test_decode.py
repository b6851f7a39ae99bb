"""decode_raw and decode_csv; the values and messages are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import decode

REQUIRED = np.zeros(0, np.float32)


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def csv(sess, records, defaults, **options):
    values = sess.run(tf.decode_csv(records, defaults, **options))
    return [np.asarray(v).tolist() for v in values]


class TestRaw:
    def test_bytes_become_numbers(self, sess):
        def raw(*args, **kwargs):
            return sess.run(tf.decode_raw(*args, **kwargs)).tolist()

        assert raw(["abcd", "efgh"], tf.int16) == [[25185, 25699], [26213, 26727]]
        assert raw("abcd", tf.int16, little_endian=False) == [24930, 25444]
        assert raw([["ab"], ["cd"]], tf.uint8) == [[[97, 98]], [[99, 100]]]
        assert raw(b"\x00\x02", tf.bool) == [False, True]
        one = np.array([1 + 2j], np.complex64)
        assert raw(one.astype(">c8").tobytes(), tf.complex64, little_endian=False) == [1 + 2j]
        assert raw(bytes="a", out_type=tf.uint8) == [97]

    def test_empty_input(self, sess):
        assert sess.run(tf.decode_raw(["", ""], tf.int16)).shape == (2, 0)
        x = tf.placeholder(tf.string, [None])
        assert sess.run(tf.decode_raw(x, tf.int16), {x: []}).shape == (0, 0)
        assert tf.decode_raw(x, tf.int16).shape.as_list() == [None, None]

    @pytest.mark.parametrize(
        ("texts", "message"),
        [
            (["abc"], "length 3 that is not a multiple of 2, the size of int16"),
            (["ab", "abcd"], "size"),
        ],
    )
    def test_lengths_must_fit(self, sess, texts, message):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(tf.decode_raw(texts, tf.int16))

    def test_the_dtype_must_be_one_of_numbers(self):
        with pytest.raises(TypeError, match="out_type"):
            tf.decode_raw("a", tf.string)
        with pytest.raises(ValueError):
            tf.decode_raw("a")


class TestCsv:
    def test_fields_defaults_and_quotes(self, sess):
        got = csv(sess, ["1,2.5,x", '4,,"y ""q"", z"'], [[1], [0.5], ["d"]])
        assert got == [[1, 4], [2.5, 0.5], [b"x", b'y "q", z']]
        assert csv(sess, "1,2", [1, [1.0]]) == [1, 2.0]
        assert csv(
            sess,
            [["1"], ["2"]],
            [
                [0],
            ],
        )[0] == [[1], [2]]

    def test_options(self, sess):
        assert csv(sess, ["1\t2"], [[1], [2]], field_delim="\t") == [[1], [2]]
        assert csv(sess, ["NA,"], [[7], [8]], na_value="NA") == [[7], [8]]
        assert csv(sess, ["1,2,3"], [[0], [0]], select_cols=[0, 2]) == [[1], [3]]
        assert csv(sess, ['a"b,"c'], [[""], [""]], use_quote_delim=False) == [[b'a"b'], [b'"c']]

    def test_numbers(self, sess):
        assert csv(sess, ["+1, -2 "], [[0], [0]]) == [[1], [-2]]
        assert csv(sess, [".5,5.,1e5,inf"], [[0.0]] * 4) == [[0.5], [5.0], [1e5], [np.inf]]
        assert csv(sess, ["99999999999"], [np.zeros(1, np.int64)]) == [[99999999999]]

    @pytest.mark.parametrize(
        ("record", "defaults", "message"),
        [
            ("1,,x", [[1], REQUIRED, ["d"]], "Field 1 is required but missing in record 0!"),
            ("1,2", [[1], [1.0], ["d"]], "Expect 3 fields but have 2 in record 0"),
            ("1,2,3,4", [[1], [1.0], ["d"]], "Expect 3 fields but have 4 in record 0"),
            ("a", [[1]], "Field 0 in record 0 is not a valid int32: a"),
            ("q", [[1.0]], "Field 0 in record 0 is not a valid float: q"),
            ("1_0", [[1.0]], "not a valid float"),
            ("99999999999", [[1]], "not a valid int32"),
            ("1.0", [[1]], "not a valid int32: 1.0"),
            ('"a"b', [["x"]], "has to be escaped by another quote"),
            ('a"b', [["x"]], "Unquoted fields cannot have quotes/CRLFs inside"),
            ("a\n", [["x"]], "Unquoted fields cannot have quotes/CRLFs inside"),
            ('"ab', [["x"]], "Quoted field has to end with quote followed by delim or end"),
            ("", [[1]], "Expect 1 fields but have 0"),
        ],
    )
    def test_malformed_records(self, sess, record, defaults, message):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            csv(sess, [record], defaults)

    @pytest.mark.parametrize(
        ("defaults", "options", "error"),
        [
            ([[0], [0]], {"select_cols": [2, 0]}, ValueError),
            ([[0], [0]], {"select_cols": [-1, 0]}, ValueError),
            ([[0], [0]], {"select_cols": [0]}, ValueError),
            ([], {}, ValueError),
            ([[1, 2]], {}, ValueError),
            ([[[1]]], {}, ValueError),
            ([np.zeros(1, np.int16)], {}, TypeError),
        ],
    )
    def test_what_can_never_work(self, defaults, options, error):
        with pytest.raises(error):
            tf.decode_csv(["1,2"], defaults, **options)

    def test_the_delimiter_and_the_columns_must_be_there(self, sess):
        with pytest.raises(tf.errors.InvalidArgumentError, match="only 1 char"):
            csv(sess, ["1"], [[1]], field_delim=",,")
        with pytest.raises(tf.errors.InvalidArgumentError, match="at least 3 fields"):
            csv(sess, ["1"], [[1]], select_cols=[2])


@pytest.mark.parametrize(
    ("fields", "dtype", "found"),
    [
        ([b"1.5", b"-inf", b" 2 "], tf.float32, [1.5, -np.inf, 2.0]),
        ([b"1", b"", b"NA"], tf.int32, [1, 7, 7]),
        ([b"9223372036854775807", b"-1"], tf.int64, [2**63 - 1, -1]),
        ([b"", b"a"], tf.string, [b"7", b"a"]),
    ],
)
def test_a_column_of_csv_fields_is_converted_at_once(fields, dtype, found):
    default = [b"7"] if dtype is tf.string else [7]
    column = decode.csv_column(fields, 0, np.array(default, dtype.as_numpy_dtype), dtype, b"NA")
    assert column.dtype == dtype.as_numpy_dtype
    assert column.tolist() == found


@pytest.mark.parametrize(
    ("field", "dtype"),
    [(b"1_0", tf.float32), (b"1_0", tf.int32), (b"2147483648", tf.int32), (b"1.0", tf.int64),
     (b"9223372036854775808", tf.int64), (b"0x1", tf.float64)],
)  # fmt: skip
def test_a_field_of_a_column_that_is_wrong_is_named(field, dtype):
    with pytest.raises(tf.errors.InvalidArgumentError, match="Field 3 in record 1 is not a valid"):
        decode.csv_column([b"1", field], 3, np.zeros(0), dtype, b"")
