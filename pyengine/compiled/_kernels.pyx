"""The engine's compiled kernels.

`winograd`, `pooled`, `tiles`, `philox` and `training` in `ops` say what they compute.

All take `lanes`, which of the kernels to call: 4, 8 or 16, as many as `lanes()` at most.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from "kernels.h" nogil:
    ctypedef struct Convolution:
        long batch, height, width, channels
        long high, wide, outputs
        long above, left
        long out_height, out_width
    ctypedef struct Filter:
        float* at
        long stride[4]
    int widest_lanes()
    ctypedef struct Window:
        long high, wide
    int convolve(
        int, const Convolution*, const float*, Filter, const float*, Window, float*, uint8_t*
    )
    int convolve_few(
        int, const Convolution*, const float*, Filter, const float*, Window, float*, uint8_t*
    )
    int filter_gradient(int, const Convolution*, const float*, const float*, Filter)
    ctypedef struct Tiles:
        long rows, columns
        long high, wide
        long channels
    int largest(int, const Tiles*, const float*, float*, uint8_t*)
    void share_out(int, const Tiles*, const uint8_t*, const float*, float*)
    ctypedef struct AdamSettings:
        float alpha
        float share1, share2
        float epsilon
        int nesterov
    void adam(int, const AdamSettings*, long, float*, float*, float*, const float*)
    void philox(int, const uint64_t*, long, uint64_t, uint32_t, uint32_t, uint32_t*)


def lanes():
    """How many floats a vector register of this processor holds; 0 if the kernels are no gain."""
    return widest_lanes()


def convolve_into(
    const float[:, :, :, ::1] images not None,
    const float[:, :, :, :] filter not None,
    const float[::1] bias,
    long above,
    long left,
    float[:, :, :, ::1] out not None,
    int lanes,
):
    """Writes the convolution of images with a filter, and a bias or None, into `out`.

    Returns whether all of it is finite.
    """
    cdef Convolution sizes
    cdef Filter values
    cdef Window single
    cdef const float* added = NULL
    cdef int failed
    _check(images.shape[0] == out.shape[0], "images")
    _check(images.shape[3] == filter.shape[2] and images.shape[3] % 16 == 0, "channels")
    _check(out.shape[3] == filter.shape[3] and out.shape[3] % 16 == 0, "outputs")
    _check(1 < filter.shape[1] < 8, "columns")
    if bias is not None:
        _check(bias.shape[0] == out.shape[3], "biases")
        added = &bias[0]
    _fill(&sizes, images, filter, above, left, out)
    _point(&values, filter)
    with nogil:
        single.high = single.wide = 1
        failed = convolve(
            lanes, &sizes, &images[0, 0, 0, 0], values, added, single, &out[0, 0, 0, 0], NULL
        )
    if failed < 0:
        raise MemoryError("no memory for a convolution")
    return failed == 0


def pooled_into(
    const float[:, :, :, ::1] images not None,
    const float[:, :, :, :] filter not None,
    const float[::1] bias not None,
    long above,
    long left,
    ksize,
    float[:, :, :, ::1] out not None,
    uint8_t[:, :, :, ::1] places,
    bint by_rows,
    int lanes,
):
    """Writes a convolution with a bias, pooled by windows that cover it, into `out`.

    Unless `places` is None, each result's place in its window is written there. `by_rows` says
    whether by Winograd's algorithm. Returns whether all of it is finite; if not by rows, whether
    none is NaN.
    """
    cdef Convolution sizes
    cdef Filter values
    cdef Window pool
    cdef uint8_t* at = NULL
    cdef int failed
    _check(images.shape[0] == out.shape[0], "images")
    _check(images.shape[3] == filter.shape[2], "channels")
    _check(out.shape[3] == filter.shape[3] and bias.shape[0] == out.shape[3], "outputs")
    if by_rows:
        _check(images.shape[3] % 16 == 0 and out.shape[3] % 16 == 0, "channels")
        _check(1 < filter.shape[1] < 8, "columns")
    else:
        _check(out.shape[3] % (2 * lanes) == 0, "outputs")
    if places is not None:
        for axis in range(4):
            _check(places.shape[axis] == out.shape[axis], "places")
        at = &places[0, 0, 0, 0]
    pool.high, pool.wide = ksize
    _fill(&sizes, images, filter, above, left, out)
    sizes.out_height *= pool.high
    sizes.out_width *= pool.wide
    _point(&values, filter)
    with nogil:
        if by_rows:
            failed = convolve(
                lanes, &sizes, &images[0, 0, 0, 0], values, &bias[0], pool, &out[0, 0, 0, 0], at
            )
        else:
            failed = convolve_few(
                lanes, &sizes, &images[0, 0, 0, 0], values, &bias[0], pool, &out[0, 0, 0, 0], at
            )
    if failed < 0:
        raise MemoryError("no memory for a convolution")
    return failed == 0


def filter_gradient_into(
    const float[:, :, :, ::1] images not None,
    const float[:, :, :, ::1] slopes not None,
    long above,
    long left,
    float[:, :, :, :] out not None,
    int lanes,
):
    """Writes the gradient of a convolution's filter into `out`, given that of its outputs.

    Returns whether all of it is finite.
    """
    cdef Convolution sizes
    cdef Filter values
    cdef int failed
    _check(images.shape[0] == slopes.shape[0], "images")
    _check(images.shape[3] == out.shape[2] and images.shape[3] % 16 == 0, "channels")
    _check(slopes.shape[3] == out.shape[3] and out.shape[3] % 16 == 0, "outputs")
    _check(1 < out.shape[1] < 8, "columns")
    _fill(&sizes, images, out, above, left, slopes)
    _point(&values, out)
    with nogil:
        failed = filter_gradient(
            lanes, &sizes, &images[0, 0, 0, 0], &slopes[0, 0, 0, 0], values
        )
    if failed < 0:
        raise MemoryError("no memory for the gradient of a convolution")
    return failed == 0


def largest_into(
    const float[:, :, :, ::1] images not None,
    float[:, :, :, ::1] out not None,
    uint8_t[:, :, :, ::1] places,
    int lanes,
):
    """Writes the largest elements of windows into `out`, and unless None, their places in them.

    The windows lie one beside the other, as many as `out` has pixels. Returns whether no element is
    NaN.
    """
    cdef Tiles sizes
    cdef uint8_t* at = NULL
    cdef int nan
    _cover(&sizes, images, out)
    if places is not None:
        for axis in range(4):
            _check(places.shape[axis] == out.shape[axis], "places")
        at = &places[0, 0, 0, 0]
    with nogil:
        nan = largest(lanes, &sizes, &images[0, 0, 0, 0], &out[0, 0, 0, 0], at)
    return not nan


def share_out_into(
    const uint8_t[:, :, :, ::1] places not None,
    const float[:, :, :, ::1] slopes not None,
    float[:, :, :, ::1] images not None,
    int lanes,
):
    """Writes each slope into its place of its window, and 0 into the others."""
    cdef Tiles sizes
    _cover(&sizes, images, slopes)
    for axis in range(4):
        _check(places.shape[axis] == slopes.shape[axis], "places")
    with nogil:
        share_out(
            lanes, &sizes, &places[0, 0, 0, 0], &slopes[0, 0, 0, 0], &images[0, 0, 0, 0]
        )


def philox_into(
    const uint64_t[::1] counters not None,
    uint64_t high,
    uint32_t key0,
    uint32_t key1,
    uint32_t[:, ::1] out not None,
    int lanes,
):
    """Writes the blocks of some counters into `out`, four numbers each."""
    _check(out.shape[0] == counters.shape[0] and out.shape[1] == 4, "numbers")
    if counters.shape[0]:
        with nogil:
            philox(lanes, &counters[0], counters.shape[0], high, key0, key1, &out[0, 0])


def adam_step(
    float[::1] var not None,
    float[::1] m not None,
    float[::1] v not None,
    const float[::1] slopes not None,
    float alpha,
    float beta1,
    float beta2,
    float epsilon,
    bint nesterov,
    int lanes,
):
    """Changes a variable and its moments by their slopes: a step of Adam."""
    cdef AdamSettings settings
    cdef long count = slopes.shape[0]
    _check(var.shape[0] == count and m.shape[0] == count and v.shape[0] == count, "slopes")
    settings.alpha, settings.epsilon = alpha, epsilon
    settings.share1, settings.share2, settings.nesterov = 1 - beta1, 1 - beta2, nesterov
    if count:
        with nogil:
            adam(lanes, &settings, count, &var[0], &m[0], &v[0], &slopes[0])


cdef int _cover(
    Tiles* sizes, const float[:, :, :, ::1] images, const float[:, :, :, ::1] pixels
) except -1:
    _check(images.shape[0] == pixels.shape[0], "images")
    _check(images.shape[3] == pixels.shape[3] and images.shape[3] % 16 == 0, "channels")
    sizes.rows, sizes.columns = pixels.shape[0] * pixels.shape[1], pixels.shape[2]
    sizes.high, sizes.wide = images.shape[1] // pixels.shape[1], images.shape[2] // pixels.shape[2]
    sizes.channels = pixels.shape[3]
    _check(sizes.high * pixels.shape[1] == images.shape[1], "rows")
    _check(sizes.wide * pixels.shape[2] == images.shape[2], "columns")
    return 0


cdef int _check(bint fits, str what) except -1:
    if not fits:
        raise ValueError(f"the numbers of {what} do not fit")
    return 0


cdef void _fill(
    Convolution* sizes,
    const float[:, :, :, ::1] images,
    const float[:, :, :, :] filter,
    long above,
    long left,
    const float[:, :, :, ::1] outputs,
) noexcept:
    sizes.batch, sizes.height, sizes.width = images.shape[0], images.shape[1], images.shape[2]
    sizes.channels = images.shape[3]
    sizes.high, sizes.wide, sizes.outputs = filter.shape[0], filter.shape[1], filter.shape[3]
    sizes.above, sizes.left = above, left
    sizes.out_height, sizes.out_width = outputs.shape[1], outputs.shape[2]


cdef void _point(Filter* to, const float[:, :, :, :] values) noexcept:
    cdef int i
    to.at = <float*> &values[0, 0, 0, 0]
    for i in range(4):
        to.stride[i] = values.strides[i] // <long> sizeof(float)
