"""TensorFlow's signatures of op types."""

import pytest

from pyengine.ops import declare_all
from pyengine.protos import op_table
from pyengine.registry import OPS

declare_all()

# Inputs whose names here are not TensorFlow's; the order is the same.
RENAMED = {"Conj", "Split", "SplitV", "Where"}


def test_every_line_can_be_read():
    for name in op_table._lines():
        found = op_table.signature(name)
        assert found.name == name
        attrs = {a.name for a in found.attrs}
        assert {a.number for a in (*found.inputs, *found.outputs)} <= attrs | {""}


def test_arguments():
    found = op_table.parse('X!(a:ref(T), b:N*int32, c:*Tin) -> (d:float32) | N:int; s:string=""')
    assert found.is_stateful
    assert [(a.type, a.is_ref, a.number, a.is_type_list) for a in found.inputs] == [
        ("T", True, "", False),
        ("int32", False, "N", False),
        ("Tin", False, "", True),
    ]
    assert found.outputs[0].type == "float32"


def test_an_op_type_of_our_own_has_none():
    assert op_table.signature("NoSuchOp") is None


def test_a_line_of_another_form_is_refused():
    with pytest.raises(ValueError, match="cannot read"):
        op_table.parse("X(a:T")


@pytest.mark.parametrize("name", sorted(n for n in OPS if op_table.signature(n)))
def test_the_declarations_agree_with_it(name):
    declared, known = OPS[name], op_table.signature(name)
    assert len(declared.inputs) == len(known.inputs)
    assert len(declared.outputs) == len(known.outputs)
    if name not in RENAMED:
        assert [a.name for a in declared.inputs] == [a.name for a in known.inputs]
    assert set(declared.attrs) <= {a.name for a in known.attrs}
