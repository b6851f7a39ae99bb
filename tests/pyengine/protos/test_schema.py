"""Messages made of tables."""

import sys

import pytest

from pyengine.protos import schema

TABLE = """
Shop: name string 1, shelves Shop.Shelf* 2, open bool 3 /state, note string 4 /state,
    stock map<string,Shop.Shelf> 5, kind Kind 6
Shop.Shelf: sizes int64* 1, kinds Kind* 2
enum Kind: NONE 0, GOOD 1, FINE 1
"""


@pytest.fixture(scope="module")
def shop():
    return schema.Schema(TABLE)


def test_entries_keep_the_comma_of_a_map():
    heads = dict(schema.entries(TABLE))
    assert list(heads) == ["Shop", "Shop.Shelf", "enum Kind"]
    assert "stock map<string,Shop.Shelf> 5" in heads["Shop"]


def test_messages_go_there_and_back(shop):
    Shop = shop.message("Shop")
    made = Shop(name="a", shelves=[{"sizes": [1, 300], "kinds": [1]}], open=True, kind=1)
    made.stock["x"].sizes.append(7)
    again = Shop.FromString(made.SerializeToString())
    assert again == made
    assert again.stock["x"].sizes == [7]


def test_a_oneof_holds_one(shop):
    made = shop.message("Shop")(open=True)
    made.note = "closed"
    assert made.WhichOneof("state") == "note"
    assert not made.open


def test_enums_have_names_and_values(shop):
    kind = shop.enum("Kind")
    assert kind.Value("GOOD") == 1
    assert kind.Name(0) == "NONE"


def test_an_unknown_name_is_a_key_error(shop):
    with pytest.raises(KeyError):
        shop.message("Warehouse")


def test_without_protobuf_the_error_says_what_to_install(monkeypatch):
    schema._protobuf.cache_clear()
    monkeypatch.setitem(sys.modules, "google.protobuf", None)
    with pytest.raises(ImportError, match="pip install protobuf"):
        schema.Schema(TABLE)
    monkeypatch.undo()
    schema._protobuf.cache_clear()
