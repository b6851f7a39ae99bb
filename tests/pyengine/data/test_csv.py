"""Data sets of CSV files. What is expected is what TensorFlow gave."""

import gzip

import pytest

import pyengine as tf
from tests.pyengine.data.running import elements

Csv, make = tf.data.experimental.CsvDataset, tf.data.experimental.make_csv_dataset
TABLE = "a,b,c,d,e\n1,2.5,x,3000000000,\n2,3,y,1,\n3,1e40,z,2,\n"


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


@pytest.fixture
def write(tmp_path):
    def write(text, name="a.csv"):
        (tmp_path / name).write_bytes(text.encode())
        return str(tmp_path / name)

    return write


ROWS = 'x,y,z\n1,2.5,hi\n3,,"q""uo\nted"\n4,5,6,7\nbad,1,2\n5,6,\r\n'


def test_rows_and_errors_of_single_rows(session, write):
    path = write(ROWS)
    data = Csv(path, [tf.int32, tf.constant([9.0]), tf.string], header=True)
    assert data.output_types == (tf.int32, tf.float32, tf.string)
    bad = "InvalidArgumentError"
    assert elements(session, data) == [(1, 2.5, b"hi"), (3, 9, b'q"uo\nted'), bad, bad, bad]
    data = Csv([path], [[0], [9.0], [""]], header=True)
    assert elements(session, data)[4:] == [(5, 6, b"")]
    row = data.skip(3).make_one_shot_iterator().get_next()
    for told in ("line 5: Expect 3 fields but have 4", "line 6: Field 0 is not a valid int32: bad"):
        with pytest.raises(tf.errors.InvalidArgumentError, match=rf"a.csv, {told}"):
            session.run(row)


def test_columns_compression_and_files_from_a_data_set(session, write, tmp_path):
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"1,2,3\n4,5,6"))
    names = tf.data.Dataset.from_tensors(str(tmp_path / "b.gz")).repeat(2)
    data = Csv(names, ["int32", "float32"], "GZIP", select_cols=[0, 2])
    assert elements(session, data.batch(3)) == [([1, 4, 1], [3, 6, 3]), ([4], [6])]
    data = Csv(write("NA;'1\n2;NA"), [[7], [""]], field_delim=";", na_value="NA")
    assert elements(session, data) == [(7, b"'1"), (2, b"")]
    data = Csv(write('"a",b\n'), ["string"] * 2, use_quote_delim=False)
    assert elements(session, data) == [(b'"a"', b"b")]
    assert elements(session, Csv(write("1\n\n3"), [[7]])) == [(1,), (7,), (3,)]
    assert elements(session, Csv(str(tmp_path / "none"), [[7]])) == ["NotFoundError"]


def test_many_rows(session, write):
    path = write("".join(f"{i},t{i}\n" for i in range(1000)))
    found = elements(session, Csv(path, [tf.int64, tf.string]).batch(400))
    assert [len(v) for v, _ in found] == [400, 400, 200]
    assert found[2][1][-1] == b"t999"


def test_what_is_refused(write):
    path = write(ROWS)
    with pytest.raises(ValueError, match="increasing"):
        Csv(path, [[0], [0]], select_cols=[1, 1])
    with pytest.raises(ValueError, match="do not match"):
        Csv(path, [[0], [0]], select_cols=[1])
    with pytest.raises(TypeError, match="must be one of int32"):
        Csv(path, [tf.bool])


def test_columns_by_name(session, write):
    data = make(write(TABLE), 2, shuffle=False, num_epochs=1)
    assert [t.name for t in data.output_types.values()] == [
        "int32", "float64", "string", "int64", "string",
    ]  # fmt: skip
    first, second = elements(session, data)
    assert first == {"a": [1, 2], "b": [2.5, 3], "c": [b"x", b"y"], "d": [3000000000, 1],
                     "e": [b"", b""]}  # fmt: skip
    assert second["b"] == [1e40]
    assert list(data.output_types) == ["a", "b", "c", "d", "e"]


def test_labels_selection_and_epochs(session, write):
    path = write(TABLE)
    data = make(path, 2, label_name="c", shuffle=False, num_epochs=1, select_columns=["c", "a"])
    assert elements(session, data) == [({"a": [1, 2]}, [b"x", b"y"]), ({"a": [3]}, [b"z"])]
    data = make(path, 2, shuffle=False, select_columns=[0])
    assert data.output_shapes["a"].as_list() == [2]
    assert elements(session, data, 3) == [{"a": [1, 2]}, {"a": [3, 1]}, {"a": [2, 3]}]
    shuffled = make(path, 3, shuffle_seed=1, num_epochs=1, select_columns=[0])
    ((found),) = elements(session, shuffled)
    assert sorted(found["a"]) == [1, 2, 3]


def test_rows_that_do_not_fit_are_left_out(session, write):
    path = write("a,b\n1,2\nx,y,z\n3,4\n")
    data = make(path, 2, ignore_errors=True, column_defaults=[tf.int32, 0.0], shuffle=False,
                num_epochs=1)  # fmt: skip
    assert elements(session, data) == [{"a": [1, 3], "b": [2, 4]}]
    with pytest.raises(ValueError, match="line 3 has 3 fields rather than 2"):
        make(path, 2)


def test_what_does_not_go_together(write, tmp_path):
    path = write(TABLE)
    other = write("f,g\n1,2\n", "b.csv")
    for message, arguments in {
        "No files match": {"file_pattern": str(tmp_path / "none*")},
        "pattern is empty": {"file_pattern": []},
        "same column names": {"file_pattern": [path, other]},
        "empty file": {"file_pattern": write("", "empty.csv")},
        "duplicate column names": {"column_names": list("aacde")},
        "Received: q": {"label_name": "q"},
        "without a header": {"header": False},
        "Column 'q'": {"select_columns": ["q"]},
        "no column 9": {"select_columns": [9]},
        "Duplicate column": {"select_columns": [1, "b"]},
        "1 entries for 2 columns": {"select_columns": [0, 1], "column_defaults": [tf.int32]},
    }.items():
        with pytest.raises(ValueError, match=message):
            make(**{"file_pattern": path, "batch_size": 2, **arguments})
