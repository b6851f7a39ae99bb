"""Ops whose values are summaries for TensorBoard: serialized `Summary` messages.

`tf.summary` has the functions that add them. The messages are made with protobuf, which is imported
when one of these ops first runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.dtypes import as_dtype, string
from pyengine.errors import InvalidArgumentError
from pyengine.executor.texts import text_of
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, TensorShape

__all__ = [
    "audio_summary_v2",
    "histogram_summary",
    "image_summary",
    "merge_summary",
    "scalar_summary",
    "tensor_summary_v2",
]

_TEXT = "a summary is a string"
_RED = np.array([255, 0, 0, 255], np.uint8)


def _message(values: list[dict[str, Any]]) -> Any:
    from pyengine import protos

    return as_string(protos.Summary(value=values).SerializeToString())


def as_string(text: bytes) -> Any:
    """A string as the value of a tensor of rank 0."""
    result = np.empty((), object)
    result[()] = text
    return result


def _scalar(op: Operation) -> TensorShape:
    return SCALAR


def _scalar_kernel(xp: Any, tags: Any, values: Any) -> Any:
    tags, numbers = np.asarray(tags, object), np.asarray(values)
    if tags.shape != numbers.shape and not (tags.size == numbers.size == 1):
        raise InvalidArgumentError(
            None,
            None,
            f"tags and values are not the same shape: {list(tags.shape)} != "
            f"{list(numbers.shape)} (tag '{text_of(tags.reshape(-1)[0]) if tags.size else ''}')",
        )
    return _message(
        [
            {"tag": text_of(tag), "simple_value": float(number)}
            for tag, number in zip(tags.reshape(-1), numbers.reshape(-1))
        ]
    )


scalar_summary = defop(
    "ScalarSummary",
    "tags: string, values: T -> string",
    doc="A summary with a number for each tag.",
    types={"T": "real"},
    shape=_scalar,
    kernel=_scalar_kernel,
    grad=no_grad(_TEXT),
)


def _histogram_kernel(xp: Any, tag: Any, values: Any) -> Any:
    from pyengine.summary.encode import histogram

    values = np.asarray(values)
    if values.dtype.kind not in "iub" and not np.isfinite(values.astype(np.float64)).all():
        what = "Nan" if np.isnan(values.astype(np.float64)).any() else "Infinity"
        raise InvalidArgumentError(None, None, f"{what} in summary histogram for: {text_of(tag)}")
    return _message([{"tag": text_of(tag), "histo": histogram(values)}])


histogram_summary = defop(
    "HistogramSummary",
    "tag: string, values: T -> string",
    doc="A summary with a histogram of some values.",
    types={"T": "real|bool"},
    shape=_scalar,
    kernel=_histogram_kernel,
    grad=no_grad(_TEXT),
)


def _image_kernel(xp: Any, tag: Any, tensor: Any, *, max_images: int, bad_color: Any) -> Any:
    from pyengine.summary.encode import image_bytes, png

    images = np.asarray(tensor)
    if images.ndim != 4 or images.shape[3] not in (1, 3, 4):
        raise InvalidArgumentError(
            None, None, f"Tensor must be 4-D with last dim 1, 3, or 4, not {list(images.shape)}"
        )
    count = min(max_images, images.shape[0])
    values = []
    for i, image in enumerate(images[:count]):
        if images.dtype != np.uint8:
            image = image_bytes(image, bad_color)
        height, width, channels = image.shape
        values.append(
            {
                "tag": _numbered(text_of(tag), "image", i, max_images),
                "image": {
                    "height": height,
                    "width": width,
                    "colorspace": channels,
                    "encoded_image_string": png(image),
                },
            }
        )
    return _message(values)


def _numbered(tag: str, kind: str, i: int, limit: int) -> str:
    return f"{tag}/{kind}" if limit == 1 else f"{tag}/{kind}/{i}"


image_summary = defop(
    "ImageSummary",
    "tag: string, tensor: T -> string",
    doc="A summary with images [batch, height, width, channels], as PNG.",
    types={"T": "uint8|float16|float32|float64"},
    attrs={"max_images": 3, "bad_color": _RED},
    shape=_scalar,
    kernel=_image_kernel,
    grad=no_grad(_TEXT),
)


def _audio_kernel(xp: Any, tag: Any, tensor: Any, sample_rate: Any, *, max_outputs: int) -> Any:
    from pyengine.summary.encode import wav

    sounds = np.asarray(tensor)
    if sounds.ndim == 2:
        sounds = sounds[..., None]
    if sounds.ndim != 3:
        raise InvalidArgumentError(None, None, f"Tensor must be 3-D or 2-D, got {sounds.ndim}-D")
    rate = float(sample_rate)
    if rate <= 0:
        raise InvalidArgumentError(None, None, "sample_rate must be > 0")
    values = []
    for i, sound in enumerate(sounds[:max_outputs]):
        audio = {
            "sample_rate": rate,
            "num_channels": sound.shape[1],
            "length_frames": sound.shape[0],
            "encoded_audio_string": wav(sound, rate),
            "content_type": "audio/wav",
        }
        values.append({"tag": _numbered(text_of(tag), "audio", i, max_outputs), "audio": audio})
    return _message(values)


audio_summary_v2 = defop(
    "AudioSummaryV2",
    "tag: string, tensor: float32, sample_rate: float32 -> string",
    doc="A summary with sounds [batch, frames, channels], as WAV.",
    attrs={"max_outputs": 3},
    shape=_scalar,
    kernel=_audio_kernel,
    grad=no_grad(_TEXT),
)


def _tensor_kernel(xp: Any, tag: Any, tensor: Any, serialized_summary_metadata: Any) -> Any:
    from pyengine import protos
    from pyengine.protos.values import tensor_proto

    array = np.asarray(tensor)
    dtype = string if array.dtype.kind in "OSU" else as_dtype(array.dtype)
    metadata = np.asarray(serialized_summary_metadata, object)[()]
    value = protos.Summary.Value(tag=text_of(tag), tensor=tensor_proto(array, dtype))
    value.metadata.ParseFromString(metadata)
    return as_string(protos.Summary(value=[value]).SerializeToString())


tensor_summary_v2 = defop(
    "TensorSummaryV2",
    "tag: string, tensor: T, serialized_summary_metadata: string -> string",
    doc="A summary with a tensor, and metadata that say which plugin shows it.",
    shape=_scalar,
    kernel=_tensor_kernel,
    grad=no_grad(_TEXT),
)


def _merge_kernel(xp: Any, *inputs: Any, **_: Any) -> Any:
    from pyengine import protos

    result = protos.Summary()
    tags: set[str] = set()
    for text in inputs:
        for item in np.asarray(text, object).reshape(-1):
            for value in protos.Summary.FromString(item).value:
                if value.tag in tags:
                    raise InvalidArgumentError(
                        None, None, f"Duplicate tag {value.tag} found in summary inputs"
                    )
                tags.add(value.tag)
                result.value.append(value)
    return as_string(result.SerializeToString())


merge_summary = defop(
    "MergeSummary",
    "inputs: string* -> string",
    doc="All values of some summaries in one.",
    attrs={"N": REQUIRED},
    shape=_scalar,
    kernel=_merge_kernel,
    grad=no_grad(_TEXT),
)
