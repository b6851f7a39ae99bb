"""Winograd's convolution, compiled; `winograd` says what it computes, and when it is used."""

cdef extern from "winograd.h" nogil:
    ctypedef struct Convolution:
        long batch, height, width, channels
        long high, wide, outputs
        long above, left
        long out_height, out_width
    ctypedef struct Filter:
        float* at
        long stride[4]
    int widest_lanes()
    int convolve(int, const Convolution*, const float*, Filter, const float*, float*)
    int filter_gradient(int, const Convolution*, const float*, const float*, Filter)


def lanes():
    """How many floats a vector register of this processor holds; 0 if this is not for it."""
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
    cdef const float* added = NULL
    cdef int failed
    _check(images.shape[0] == out.shape[0], "images")
    _check(images.shape[3] == filter.shape[2], "channels")
    _check(out.shape[3] == filter.shape[3], "outputs")
    if bias is not None:
        _check(bias.shape[0] == out.shape[3], "biases")
        added = &bias[0]
    _fill(&sizes, images, filter, above, left, out)
    _point(&values, filter)
    with nogil:
        failed = convolve(lanes, &sizes, &images[0, 0, 0, 0], values, added, &out[0, 0, 0, 0])
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
    _check(images.shape[3] == out.shape[2], "channels")
    _check(slopes.shape[3] == out.shape[3], "outputs")
    _fill(&sizes, images, out, above, left, slopes)
    _point(&values, out)
    with nogil:
        failed = filter_gradient(
            lanes, &sizes, &images[0, 0, 0, 0], &slopes[0, 0, 0, 0], values
        )
    if failed < 0:
        raise MemoryError("no memory for the gradient of a convolution")
    return failed == 0


cdef int _check(bint fits, str what) except -1:
    if not fits:
        raise ValueError(f"the numbers of {what} differ")
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
