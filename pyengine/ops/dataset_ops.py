"""The op types of data sets: each gives a variant that says how to iterate over its elements.

What they do is in `executor.datasets` and `executor.dataset_transforms`; the classes that users
hold are in `data`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor import dataset_transforms as transforms
from pyengine.executor import datasets
from pyengine.executor.functions import Context, Function
from pyengine.function_graph import FunctionGraph
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR

__all__: list[str] = []

_NO_GRAD = no_grad("a data set is no number")
_ELEMENTS: dict[str, Any] = {"output_types": REQUIRED, "output_shapes": REQUIRED}


def _dataset(
    type: str,
    signature: str,
    doc: str,
    make: Callable[..., Any],
    stateful: bool = False,
    elements: tuple[str, ...] = ("output_types", "output_shapes"),
    **attrs: Any,
) -> Callable[..., Any]:
    """Declares an op that gives a data set: `make(attrs, *inputs)`.

    Args:
        elements: the attributes that say what the elements are.
    """
    return defop(
        type,
        f"{signature} -> variant",
        doc=doc,
        attrs={**attrs, **dict.fromkeys(elements, REQUIRED)},
        shape=lambda op: SCALAR,
        kernel=lambda xp, *inputs, **attrs: make(attrs, *inputs),
        stateful=stateful,
        grad=_NO_GRAD,
    )


def _text(value: Any) -> str:
    text: Any = np.asarray(value, object)[()]
    return text.decode()


# ---------------------------------------------------------------- where elements come from

tensor_dataset = _dataset(
    "TensorDataset",
    "components: any*",
    "One element, of its inputs.",
    lambda attrs, *values: datasets.from_tensors(values),
    elements=("Toutput_types", "output_shapes"),
)
tensor_slice_dataset = _dataset(
    "TensorSliceDataset",
    "components: any*",
    "The rows of its inputs.",
    lambda attrs, *values: datasets.from_slices(values),
    elements=("Toutput_types", "output_shapes"),
)
range_dataset = _dataset(
    "RangeDataset",
    "start: host int64, stop: host int64, step: host int64",
    "The integers from start up to stop.",
    lambda attrs, start, stop, step: datasets.from_range(start, stop, step),
)
generator_dataset = _dataset(
    "PythonGeneratorDataset",  # of our own: TensorFlow's has three functions in the graph
    "arguments: any*",
    "What a Python generator gives.",
    lambda attrs, *values: datasets.from_generator(
        attrs["generator"], values, attrs["flatten"], attrs["output_types"], attrs["output_shapes"]
    ),
    generator=REQUIRED,
    flatten=REQUIRED,
)
text_line_dataset = _dataset(
    "TextLineDataset",
    "filenames: string, compression_type: string, buffer_size: int64",
    "The lines of files.",
    lambda attrs, names, compression, _: datasets.text_lines(names, _text(compression)),
    elements=(),
)
tf_record_dataset = _dataset(
    "TFRecordDataset",
    "filenames: string, compression_type: string, buffer_size: int64",
    "The records of TFRecord files.",
    lambda attrs, names, compression, _: datasets.tf_records(names, _text(compression)),
    elements=(),
)
matching_files_dataset = _dataset(
    "MatchingFilesDataset",
    "patterns: string",
    "The names of the files that match patterns.",
    lambda attrs, patterns: datasets.from_matching_files(patterns),
    stateful=True,
    elements=(),
)
fixed_length_record_dataset = _dataset(
    "FixedLengthRecordDatasetV2",
    "filenames: string, header_bytes: host int64, record_bytes: host int64, "
    "footer_bytes: host int64, buffer_size: int64, compression_type: string",
    "The records of files in which each has the same length.",
    lambda attrs, names, header, length, footer, _, compression: datasets.fixed_length_records(
        names, header, length, footer, _text(compression)
    ),
    elements=(),
)

# ---------------------------------------------------------------- how many, and in which order

zip_dataset = _dataset(
    "ZipDataset",
    "input_datasets: variant*",
    "The elements of several data sets, side by side.",
    lambda attrs, *sources: datasets.zipped(sources),
    N=REQUIRED,
)
concatenate_dataset = _dataset(
    "ConcatenateDataset",
    "input_dataset: variant, another_dataset: variant",
    "The elements of one data set, then those of another.",
    lambda attrs, first, second: datasets.concatenated(first, second),
)
repeat_dataset = _dataset(
    "RepeatDataset",
    "input_dataset: variant, count: host int64",
    "A data set, several times.",
    lambda attrs, source, count: datasets.repeated(source, count),
)
take_dataset = _dataset(
    "TakeDataset",
    "input_dataset: variant, count: host int64",
    "The first elements.",
    lambda attrs, source, count: datasets.taken(source, count),
)
skip_dataset = _dataset(
    "SkipDataset",
    "input_dataset: variant, count: host int64",
    "All but the first elements.",
    lambda attrs, source, count: datasets.skipped(source, count),
)
shard_dataset = _dataset(
    "ShardDataset",
    "input_dataset: variant, num_shards: host int64, index: host int64",
    "Each num_shards-th element.",
    lambda attrs, source, count, index: datasets.sharded(source, count, index),
    require_non_empty=False,
)
shuffle_dataset = _dataset(
    "ShuffleDataset",
    "input_dataset: variant, buffer_size: host int64, seed: host int64, seed2: host int64",
    "The elements in random order.",
    lambda attrs, source, size, seed, seed2: transforms.shuffled(
        source, size, seed, seed2, attrs["reshuffle_each_iteration"]
    ),
    reshuffle_each_iteration=True,
)
shuffle_and_repeat_dataset = _dataset(
    "ShuffleAndRepeatDataset",
    "input_dataset: variant, buffer_size: host int64, seed: host int64, seed2: host int64, "
    "count: host int64",
    "The elements in random order, several times.",
    lambda attrs, source, size, seed, seed2, count: datasets.repeated(
        transforms.shuffled(source, size, seed, seed2, attrs["reshuffle_each_iteration"]), count
    ),
    reshuffle_each_iteration=True,
)
cache_dataset = _dataset(
    "CacheDataset",
    "input_dataset: variant, filename: string",
    "The elements, kept once they have been seen.",
    lambda attrs, source, _: transforms.cached(source),
)
prefetch_dataset = _dataset(
    "PrefetchDataset",
    "input_dataset: variant, buffer_size: host int64",
    "The elements, fetched ahead by a thread.",
    lambda attrs, source, size: transforms.prefetched(source, size),
)

# ---------------------------------------------------------------- batches


def _padded(attrs: dict[str, Any], source: Any, size: Any, *rest: Any) -> Any:
    from pyengine.shape import TensorShape

    count = attrs["N"]
    shapes = [
        TensorShape([None if n < 0 else n for n in np.asarray(s).tolist()]) for s in rest[:count]
    ]
    fills, drop = rest[count:-1], rest[-1]
    return transforms.padded_batched(
        source, int(size), bool(drop), shapes, fills, attrs["Toutput_types"]
    )


batch_dataset = _dataset(
    "BatchDatasetV2",
    "input_dataset: variant, batch_size: host int64, drop_remainder: host bool",
    "Elements stacked to batches.",
    lambda attrs, source, size, drop: transforms.batched(source, size, drop),
    parallel_copy=False,
)
padded_batch_dataset = _dataset(
    "PaddedBatchDatasetV2",
    "input_dataset: variant, batch_size: int64, padded_shapes: int64*, padding_values: any*, "
    "drop_remainder: bool",
    "Elements padded to one shape and stacked to batches.",
    _padded,
    elements=("Toutput_types", "output_shapes"),
    parallel_copy=False,
    N=REQUIRED,
)
unbatch_dataset = _dataset(
    "UnbatchDataset",
    "input_dataset: variant",
    "The rows of the elements.",
    lambda attrs, source: transforms.unbatched(source),
)
window_dataset = _dataset(
    "WindowDataset",
    "input_dataset: variant, size: host int64, shift: host int64, stride: host int64, "
    "drop_remainder: host bool",
    "Data sets of neighbouring elements.",
    lambda attrs, source, *sizes: transforms.windowed(source, *sizes),
)

# ---------------------------------------------------------------- functions of elements


def _mapping(
    type: str, doc: str, make: Callable[[Any, Function], Any], f: str = "f", **attrs: Any
) -> Callable[..., Any]:
    """Declares an op of a data set and one function, whose captured values are its other inputs."""
    return _dataset(
        type,
        "input_dataset: variant, other_arguments: any*",
        doc,
        lambda attrs, source, *captured: make(source, Function(attrs[f], captured)),
        **{f: REQUIRED, "Targuments": REQUIRED, **attrs},
    )


map_dataset = _mapping(
    "MapDataset",
    "A function of each element.",
    datasets.mapped,
    use_inter_op_parallelism=True,
    preserve_cardinality=False,
)
flat_map_dataset = _mapping(
    "FlatMapDataset",
    "The elements of the data set that a function gives for each element.",
    transforms.flat_mapped,
)
filter_dataset = _mapping(
    "FilterDataset",
    "The elements for which a function is true.",
    datasets.filtered,
    "predicate",
)
take_while_dataset = _mapping(
    "TakeWhileDataset",
    "The elements up to the first for which a function is not true.",
    datasets.taken_while,
    "predicate",
)
interleave_dataset = _dataset(
    "InterleaveDataset",
    "input_dataset: variant, other_arguments: any*, cycle_length: host int64, "
    "block_length: host int64",
    "The elements of several data sets that a function gives, in turn.",
    lambda attrs, source, *rest: transforms.interleaved(
        source, Function(attrs["f"], rest[:-2]), *rest[-2:]
    ),
    f=REQUIRED,
    Targuments=REQUIRED,
)
scan_dataset = _dataset(
    "ScanDataset",
    "input_dataset: variant, initial_state: any*, other_arguments: any*",
    "A function of each element and of a state that it hands on.",
    lambda attrs, source, *rest: datasets.scanned(
        source,
        Function(attrs["f"], rest[len(attrs["Tstate"]) :]),
        tuple(rest[: len(attrs["Tstate"])]),
    ),
    f=REQUIRED,
    Tstate=REQUIRED,
    Targuments=REQUIRED,
    preserve_cardinality=False,
    use_default_device=True,
)


def _grouped(attrs: dict[str, Any], source: Any, *rest: Any) -> Any:
    functions, start = [], 0
    for name in ("key_func", "reduce_func", "window_size_func"):
        graph: FunctionGraph = attrs[name]
        end = start + len(graph.captures)
        functions.append(Function(graph, rest[start:end]))
        start = end
    return transforms.grouped(source, *functions)


group_by_window_dataset = _dataset(
    "GroupByWindowDataset",
    "input_dataset: variant, key_func_other_arguments: any*, reduce_func_other_arguments: any*, "
    "window_size_func_other_arguments: any*",
    "Elements gathered by a key, each full group handed to a function.",
    _grouped,
    key_func=REQUIRED,
    reduce_func=REQUIRED,
    window_size_func=REQUIRED,
    Tkey_func_other_arguments=REQUIRED,
    Treduce_func_other_arguments=REQUIRED,
    Twindow_size_func_other_arguments=REQUIRED,
)
ignore_errors_dataset = _dataset(
    "IgnoreErrorsDataset",
    "input_dataset: variant",
    "The elements, without those that raise errors.",
    lambda attrs, source: datasets.ignoring_errors(source),
    log_warning=False,
)


def _bind_single(op: Any, runtime: Any) -> Callable[[Any], Any]:
    def find(source: datasets.Source) -> Any:
        rows = source.rows(Context(runtime))
        row = next(rows, None)
        if row is None:
            raise InvalidArgumentError(None, None, "Dataset was empty.")
        if next(rows, None) is not None:
            raise InvalidArgumentError(None, None, "Dataset had more than one element.")
        return row if len(row) > 1 else row[0]

    return find


single_element = defop(
    "DatasetToSingleElement",
    "dataset: variant -> @output_types*",
    doc="The one element of a data set.",
    attrs=_ELEMENTS,
    shape=lambda op: list(op.attrs["output_shapes"]),
    bind=_bind_single,
    grad=_NO_GRAD,
)


def _bind_reduce(op: Any, runtime: Any) -> Callable[..., Any]:
    graph, count = op.attrs["f"], len(op.attrs["Tstate"])

    def reduce(source: datasets.Source, *rest: Any) -> Any:
        context = Context(runtime)
        function = Function(graph, rest[count:]).bound(context)
        state = tuple(rest[:count])
        for row in source.rows(context):
            state = function(*state, *row)
        return state if count > 1 else state[0]

    return reduce


reduce_dataset = defop(
    "ReduceDataset",
    "input_dataset: variant, initial_state: any*, other_arguments: any* -> @output_types*",
    doc="A function of a state and of each element in turn.",
    attrs={
        "f": REQUIRED,
        "Tstate": REQUIRED,
        "Targuments": REQUIRED,
        **_ELEMENTS,
        "use_inter_op_parallelism": True,
    },
    shape=lambda op: list(op.attrs["output_shapes"]),
    bind=_bind_reduce,
    grad=_NO_GRAD,
)
