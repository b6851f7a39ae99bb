# Large arrays into R's memory, by blocks.

import sys as sys_module

cdef extern from "columns.h" nogil:
    int BRIDGE_RANK
    ctypedef struct BridgeColumns:
        const void* source
        void* target
        char cast
        size_t rows, columns, row_stride, column_stride
        int between
        size_t sizes[64]
        size_t source_strides[64]
        size_t target_strides[64]
    size_t bridge_count_blocks(const BridgeColumns*)
    void bridge_copy_block(const BridgeColumns*, size_t)

cdef Py_ssize_t _LEAST_FOR_TILES = 1 << 17
"""Elements from which on an array does not fit the cache nearby, so that the order counts."""
cdef Py_ssize_t _LEAST_FOR_THREADS = 1 << 18
"""Elements of what a thread copies at a time."""


cdef class ColumnCopy:
    """The copy of an array by rows into memory by columns, in blocks that threads can share.

    Its arrays have to stay where they are until it is done.
    """

    cdef BridgeColumns _copy

    def __call__(self, size_t start, size_t stop):
        """Copies some of the blocks."""
        cdef size_t i
        with nogil:
            for i in range(start, stop):
                bridge_copy_block(&self._copy, i)


cdef class FlatCopy:
    """The copy of an array by columns into memory by columns, as `ColumnCopy`."""

    cdef object _target, _source

    def __init__(self, target, source):
        self._target = target.reshape(-1, order="F")
        self._source = source.reshape(-1, order="F")

    def __call__(self, start, stop):
        part = slice(start, stop)
        numpy_module.copyto(self._target[part], self._source[part], casting="unsafe")


cdef bint copy_by_columns(object array, void* target, int type) except -1:
    """Copies an array by rows into R's memory; False where that is left to NumPy."""
    cdef ColumnCopy copy
    cdef Py_ssize_t i, rank, count, stride = 1
    flags = array.flags
    if array.size < _LEAST_FOR_TILES or flags.f_contiguous:
        return False
    if not flags.c_contiguous or not flags.aligned:
        return False
    letter = array.dtype.char
    if letter in "lq":
        letter = "l" if array.itemsize == 8 else "i"
    if letter not in "fdil?B" or not array.dtype.isnative:
        return False
    if letter == "i" and type == REALSXP:  # some integer would be R's NA
        return False
    sizes = [size for size in array.shape if size != 1]
    rank = len(sizes)
    copy = ColumnCopy()
    copy._copy.source = <const void*>cnp.PyArray_DATA(<cnp.ndarray>array)
    copy._copy.target = target
    copy._copy.cast = ord(letter)
    copy._copy.rows, copy._copy.columns = sizes[0], sizes[rank - 1]
    copy._copy.row_stride = array.size // sizes[0]
    copy._copy.column_stride = array.size // sizes[rank - 1]
    copy._copy.between = rank - 2
    for i in range(1, rank - 1):
        stride *= sizes[i - 1]
        copy._copy.sizes[i - 1] = sizes[i]
        copy._copy.target_strides[i - 1] = stride
    stride = sizes[rank - 1]
    for i in range(rank - 2, 0, -1):
        copy._copy.source_strides[i - 1] = stride
        stride *= sizes[i]
    count = bridge_count_blocks(&copy._copy)
    shared_out(copy, count, max(_LEAST_FOR_THREADS * count // array.size, 1), array.size)
    return True


cdef object shared_out(object body, Py_ssize_t count, Py_ssize_t block, Py_ssize_t size):
    """Calls `body(start, stop)` for all of a range: in the engine's threads, if it is there."""
    engine = sys_module.modules.get("pyengine.executor.threads")
    if size < 2 * _LEAST_FOR_THREADS or engine is None:
        body(0, count)
    else:
        engine.in_parallel(body, count, block)
    return None
