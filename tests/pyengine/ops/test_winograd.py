"""Winograd's convolution against the plain sum in doubles, on each kind of vector registers."""

import platform

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyengine as tf
from pyengine.executor import backend
from pyengine.ops import conv_kernels, torch_kernels, window, winograd

LANES = [n for n in (4, 8, 16) if n == 4 or n <= winograd.LANES]
ONES = (1, 1)


@pytest.fixture(autouse=True)
def _compiled():
    assert winograd.kernels  # set-up compiles it; what it is used for depends on the processor


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("f")


def by_rows(monkeypatch, lanes):
    """Has all that can be go that way, on vectors of some lanes."""
    monkeypatch.setattr(winograd, "LANES", lanes)
    monkeypatch.setattr(winograd, "BY_ROWS", np.inf)


def assert_close(found, wanted):
    assert found.dtype == np.float32
    scale = np.sqrt(np.mean(np.square(wanted)))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=4e-5 * max(scale, 1e-30))


def compare(x, w, padding):
    """A convolution and its gradients, in floats and in doubles."""
    sizes, kernel, channels = x.shape[1:-1], w.shape[:2], x.shape[-1]
    pads = window.pads_of(sizes, kernel, ONES, ONES, padding)
    out_sizes = tuple(n + sum(p) - k + 1 for n, p, k in zip(sizes, pads, kernel))
    dy = numbers(len(x), *out_sizes, w.shape[-1], seed=1)
    assert winograd.is_quicker(x.shape, w.shape, ONES, ONES, pads, x.dtype)
    doubles = [a.astype(float) for a in (x, w, dy)]

    def all_of(x, w, dy):
        return (
            conv_kernels.conv(x, w, ONES, ONES, pads, out_sizes),
            conv_kernels.conv_input_grad(w, dy, sizes, channels, ONES, ONES, pads),
            conv_kernels.conv_filter_grad(x, dy, kernel, channels, ONES, ONES, pads),
        )

    for found, wanted in zip(all_of(x, w, dy), all_of(*doubles)):
        assert_close(found, wanted)


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("width", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_against_the_plain_sum(monkeypatch, lanes, width, padding):
    by_rows(monkeypatch, lanes)
    compare(numbers(2, 9, 17, 32), numbers(5, width, 32, 48), padding)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(LANES), st.integers(1, 3), st.integers(1, 20), st.integers(1, 20),
    st.integers(1, 7), st.integers(2, 7), st.sampled_from([16, 48]), st.sampled_from([16, 64]),
)  # fmt: skip
def test_any_sizes(lanes, batch, height, width, high, wide, channels, outputs):
    with pytest.MonkeyPatch.context() as monkeypatch:
        by_rows(monkeypatch, lanes)
        x, w = numbers(batch, height, width, channels), numbers(high, wide, channels, outputs)
        compare(x, w, "SAME")


@pytest.mark.parametrize("lanes", LANES)
def test_one_large_image_goes_in_rows_and_many_go_by_image(monkeypatch, lanes):
    by_rows(monkeypatch, lanes)
    monkeypatch.setattr(winograd, "_PART", 1 << 16)
    monkeypatch.setattr(winograd, "_TILES", 8)
    monkeypatch.setattr(winograd, "thread_count", lambda: 5)
    compare(numbers(1, 50, 16, 16), numbers(3, 3, 16, 16), "SAME")
    compare(numbers(11, 6, 16, 16), numbers(5, 3, 16, 16), "SAME")
    compare(numbers(3, 64, 12, 16), numbers(5, 5, 16, 16), "VALID")


def test_places_cover_all_rows_of_all_images():
    counts = set()
    for batch, rows in [(1, 1), (1, 7), (3, 100), (5, 2), (20, 30)]:
        seen = np.zeros((batch, rows), int)
        places = winograd._places((batch, rows, 400, 16), (5, 5, 64, 64), 4)
        for some, first, end in places:
            seen[some, first:end] += 1
        assert (seen == 1).all()
        counts.add(len(places))
    assert counts > {1, 4}


@pytest.mark.parametrize("lanes", LANES)
def test_a_bias_is_added_and_memory_may_lie_anyhow(monkeypatch, lanes):
    by_rows(monkeypatch, lanes)
    x, w, b = numbers(2, 6, 9, 16), numbers(3, 5, 16, 32), numbers(32)
    pads = ((1, 1), (2, 2))
    wanted = winograd.convolve(x, w, pads, (6, 9), b)
    doubles = x.astype(float), w.astype(float)
    assert_close(wanted, conv_kernels.conv(*doubles, ONES, ONES, pads, (6, 9)) + b)
    packed = np.zeros(w.shape, np.dtype([("a", "i1"), ("b", "f4")]))
    packed["b"] = w
    for images, filters in [
        (np.asfortranarray(x), np.asfortranarray(w)),
        (np.repeat(x, 2, axis=2)[:, :, ::2], w[::-1].copy()[::-1]),
        (x, packed["b"]),
    ]:
        assert (winograd.convolve(images, filters, pads, (6, 9), b) == wanted).all()


@pytest.mark.filterwarnings("ignore:(invalid|overflow):RuntimeWarning")
@pytest.mark.parametrize("bad", [np.inf, np.nan, 3e38])
def test_what_is_not_finite_reaches_only_the_outputs_that_see_it(monkeypatch, bad):
    by_rows(monkeypatch, LANES[-1])
    x, w = np.abs(numbers(1, 8, 16, 16)), np.abs(numbers(3, 5, 16, 16))
    x[0, 4, 6, 3] = bad
    pads = ((1, 1), (2, 2))
    assert winograd.convolve(x, w, pads, (8, 16)) is None
    found = conv_kernels.conv(x, w, ONES, ONES, pads, (8, 16))
    seen = np.zeros((8, 16), bool)
    seen[3:6, 4:9] = True
    assert np.isfinite(found[0][~seen]).all()
    if not np.isfinite(bad):
        assert not np.isfinite(found[0][seen]).any()
    dy = np.zeros((1, 8, 16, 16), "f")
    dy[0, :, 10:] = 1
    gradient = conv_kernels.conv_filter_grad(x, dy, (3, 5), 16, ONES, ONES, pads)
    assert np.isfinite(gradient).all() == np.isfinite(bad)  # 0 times infinity is NaN


def test_what_it_is_not_for():
    pads = ((2, 2), (2, 2))
    fits = ((1, 14, 14, 32), (5, 5, 32, 64), ONES, ONES, pads, np.dtype("f"))
    assert winograd.is_quicker(*fits) == (winograd.LANES > 0)
    for position, other in [
        (0, (1, 14, 32)), (0, (0, 14, 14, 32)), (0, (1, 14, 14, 64)), (0, (1, 14, 1, 32)),
        (1, (5, 5, 32, 65)), (1, (5, 5, 24, 64)), (1, (5, 8, 32, 64)), (1, (5, 1, 32, 64)),
        (2, (1, 2)), (3, (2, 1)), (4, ((2, 2), (-1, 2))), (4, ((-9, 0), (2, 2))),
        (5, np.dtype("d")),
    ]:  # fmt: skip
        given = list(fits)
        given[position] = other
        assert not winograd.is_quicker(*given)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="of one kind of processor")
def test_it_is_used_on_processors_with_wide_registers():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        flags = info.read().split()
    expected = 16 if "avx512dq" in flags else 8 if "avx2" in flags else 0
    assert expected == winograd.LANES


def test_sizes_that_do_not_fit_are_refused():
    x, w, out = numbers(1, 6, 6, 16), numbers(3, 3, 16, 16), np.empty((1, 6, 6, 16), "f")
    compiled = winograd.kernels
    for args in [
        (numbers(2, 6, 6, 16), w, None, 1, 1, out), (numbers(1, 6, 6, 32), w, None, 1, 1, out),
        (x, numbers(3, 3, 16, 32), None, 1, 1, out), (x, w, numbers(32), 1, 1, out),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=r"the numbers of .* do not fit"):
            compiled.convolve_into(*args, 4)
    with pytest.raises(ValueError, match="the numbers of outputs do not fit"):
        compiled.filter_gradient_into(x, numbers(1, 6, 6, 32), 1, 1, w, 4)


@pytest.mark.skipif(not winograd.LANES, reason="this processor's registers are too narrow")
@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_the_ops_go_that_way_with_either_backend(monkeypatch, name):
    if name == "torch" and not backend.is_installed():
        pytest.skip("PyTorch is not installed")
    calls = []
    for function in ("convolve", "filter_grad"):
        real = getattr(winograd, function)
        monkeypatch.setattr(
            winograd, function,
            lambda *a, real=real, function=function: calls.append(function) or real(*a),
        )  # fmt: skip
    x, w = numbers(2, 14, 14, 32), numbers(5, 5, 32, 64)

    def gradients(dtype, config=None):
        with tf.Graph().as_default():
            images, filters = (tf.constant(a.astype(dtype)) for a in (x, w))
            y = tf.nn.conv2d(images, filters, [1, 1, 1, 1], "SAME")
            loss = tf.reduce_sum(tf.square(y))
            with tf.Session(config=config) as sess:
                return sess.run([y, *tf.gradients(loss, [images, filters])])

    options = tf.ConfigProto.Experimental(executor_type=name)
    found = gradients("f", tf.ConfigProto(experimental=options))
    assert sorted(calls) == ["convolve", "convolve", "filter_grad"]
    for mine, wanted in zip(found, gradients("d")):
        assert_close(mine, wanted)
    assert len(calls) == 3


@pytest.mark.skipif(not backend.is_installed(), reason="PyTorch is not installed")
def test_pytorch_computes_what_is_not_finite():
    x, w = numbers(1, 14, 14, 32), numbers(5, 5, 32, 64)
    x[0, 7, 7, 0] = np.inf
    found = torch_kernels.conv(
        backend.load_torch(), x, w, padding="SAME", strides=(1, 1, 1, 1), dilations=(1, 1, 1, 1),
        data_format="NHWC",
    )  # fmt: skip
    assert np.isfinite(found[0, :, 10:]).all()
    assert not np.isfinite(found[0, 7, 7]).any()
