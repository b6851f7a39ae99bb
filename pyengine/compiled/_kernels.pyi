from typing import Any

def lanes() -> int: ...
def convolve_into(
    images: Any, filter: Any, bias: Any, above: int, left: int, out: Any, lanes: int
) -> bool: ...
def filter_gradient_into(
    images: Any, slopes: Any, above: int, left: int, out: Any, lanes: int
) -> bool: ...
def largest_into(images: Any, out: Any, places: Any, lanes: int) -> bool: ...
def share_out_into(places: Any, slopes: Any, images: Any, lanes: int) -> None: ...
def philox_into(counters: Any, high: int, key0: int, key1: int, out: Any, lanes: int) -> None: ...
def adam_step(
    var: Any,
    m: Any,
    v: Any,
    slopes: Any,
    alpha: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    nesterov: bool,
    lanes: int,
) -> None: ...
def pooled_into(
    images: Any,
    filter: Any,
    bias: Any,
    above: int,
    left: int,
    ksize: Any,
    out: Any,
    places: Any,
    by_rows: bool,
    lanes: int,
) -> bool: ...
