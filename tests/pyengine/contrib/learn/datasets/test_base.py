"""Tables in CSV files."""

import numpy as np
import pytest

import pyengine as tf

base = tf.contrib.learn.datasets.base


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"

    def write(text):
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("target_dtype", [int, np.int64, "int64", tf.int64])
def test_with_a_header(table, target_dtype):
    path = table("2,3,no,yes\n6.4,2.8,5.6,1\n5,2.5,3,0\n")
    found = base.load_csv_with_header(path, target_dtype, features_dtype=np.float32)
    assert (found.data.dtype, found.target.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(found.data, np.float32([[6.4, 2.8, 5.6], [5, 2.5, 3]]))
    assert found.target.tolist() == [1, 0]


def test_without_a_header(table):
    path = table('1,"2",3\r\n4,5,6\r\n\r\n')
    found = base.load_csv_without_header(path, np.int32, float, target_column=0.0)
    assert found.target.tolist() == [1, 4]
    assert found.data.tolist() == [[2, 3], [5, 6]]
    assert base.load_csv_without_header(table(""), int, float).target.shape == (0,)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("a,b\n1,2\n", ValueError, "numbers of samples and features, it is 'a,b'"),
        ("", ValueError, "numbers of samples"),
        ("2,2\n1,2,3\n", tf.errors.DataLossError, "promises 2 samples, there are 1"),
        ("1,2\n1,2,3\n1,2,3\n", tf.errors.DataLossError, "line 3: .* this is sample 2"),
        ("1,2\n1,2\n", tf.errors.DataLossError, "line 2: .* with 2 fields"),
        ("1,2\n1,x,3\n", ValueError, r"table.csv, line 2: .*'x'"),
        ("1,2\n1,2,3.5\n", ValueError, "line 2"),
    ],
)
def test_what_a_file_does_not_have(table, text, error, message):
    with pytest.raises(error, match=message):
        base.load_csv_with_header(table(text), int, float)


def test_lines_of_different_lengths(table):
    with pytest.raises(tf.errors.DataLossError, match="line 2: 2 fields, 3 in"):
        base.load_csv_without_header(table("1,2,3\n1,2\n"), int, float)


def test_a_missing_file(tmp_path):
    with pytest.raises(tf.errors.NotFoundError):
        base.load_csv_with_header(tmp_path / "no.csv", int, float)


def test_iris():
    iris = tf.contrib.learn.datasets.load_dataset("iris")
    assert iris.data.shape == (150, 4)
    assert np.bincount(iris.target).tolist() == [50, 50, 50]
    np.testing.assert_allclose(iris.data.mean(axis=0), [5.8433, 3.0573, 3.758, 1.1993], atol=1e-4)
    with pytest.raises(ValueError, match="not found: boston"):
        tf.contrib.learn.datasets.load_dataset("boston")
