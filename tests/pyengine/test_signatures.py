"""Arguments and defaults of public functions against those recorded from TensorFlow.

`recorded/record_signatures.py` says how they are recorded: from `compat.v1` of a later TensorFlow
than 1.15, so that arguments which came since are left out.
"""

import pathlib

import pytest

import pyengine as tf
from tests.pyengine.recorded.record_signatures import signatures

RECORDED = {
    name: [a.replace("\\s", " ") for a in arguments]
    for name, *arguments in map(
        str.split,
        (pathlib.Path(__file__).parent / "recorded/signatures.txt").read_text().splitlines(),
    )
}
OWN = signatures(tf)
# What came after 1.15.
LATER = {
    "alg",
    "allow_fast_lookup",
    "bad_indices_policy",
    "beta",
    "blank_index",
    "canonicalized_coordinates",
    "defaults",
    "encoding",
    "exclude_cols",
    "fn_output_signature",
    "grad_a",
    "grad_b",
    "index_type",
    "last_checkpoint_step",
    "layout",
    "log_warning",
    "output_type",
    "perturb_singular",
    "return_index_map",
    "sorted_input",
    "sparse_gradient",
    "tile_size",
    "use_own_namescope_for_non_slot_vars",
}
# Classes that programs are given, rather than make.
UNLIKE = {
    "DType", "Tensor", "UnconnectedGradients", "data.Dataset", "data.Iterator", "dtypes.DType",
}  # fmt: skip
# What is there besides: 1.15 has it, and it has gone since.
BESIDES = {"_sentinel", "name", "save_relative_paths", "scope"}
# Other forms of a default: `None` for what it stands for.
ALIKE = {
    ("", "None"), ("", "()"), ("", "False"), ("None", ""), ("None", "False"), ("None", "int32"),
    ("None", "'ones'"), ("None", "'zeros'"), ("None", "-1"), ("KeywordRequired", "None"),
    ("UnconnectedGradients", "'none'"),
}  # fmt: skip


def _function(name):
    value = tf
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _split(arguments):
    return {name: default for name, _, default in (a.partition("=") for a in arguments)}


def _is_alike(defaults, own):
    try:
        return any(float(d) == float(own) for d in defaults)
    except ValueError:
        return own in defaults or any((d, own) in ALIKE for d in defaults)


@pytest.mark.parametrize("name", sorted(set(RECORDED) & set(OWN) - UNLIKE))
def test_a_signature_is_tensorflows(name):
    own = _split(OWN[name])
    renamed = getattr(_function(name), "old_names", {})
    wanted = {}  # each argument by its present name, at the place where it comes first
    for argument, default in _split(RECORDED[name]).items():
        is_later = argument in LATER or (argument == "name" and name.startswith("data."))
        if argument in own or not is_later:
            wanted.setdefault(renamed.get(argument, argument), []).append(default)
    assert [a for a in own if a in wanted or a not in BESIDES] == list(wanted)
    assert [a for a in wanted if not _is_alike(wanted[a], own[a])] == []
