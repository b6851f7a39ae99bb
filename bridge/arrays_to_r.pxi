# NumPy's arrays to R, and vectors with attributes.

cdef struct Attribute:
    SEXP x
    const char* name
    SEXP value


cdef SEXP _set_attribute(void* data) noexcept nogil:
    cdef Attribute* new = <Attribute*>data
    return Rf_setAttrib(new.x, Rf_install(new.name), new.value)


cdef SEXP classed_to_r(object values, dict attributes) except? NULL:
    """The R vector of a list or array, with attributes: dates, times, factors."""
    cdef Attribute new
    new.x = PROTECT(to_r(values))
    try:
        for name, value in attributes.items():
            encoded = name.encode()
            new.name = encoded
            new.value = PROTECT(to_r(value))
            try:
                guarded(_set_attribute, &new)
            finally:
                UNPROTECT(1)
    finally:
        UNPROTECT(1)
    return new.x


cdef SEXP vector_to_r(object found, bint without_dim=False) except? NULL:
    """What a rule of rules.py has made: values and attributes."""
    values, attributes = found
    if without_dim:
        attributes["dim"] = None
    return classed_to_r(values, attributes)


cdef SEXP missing_flag() except? NULL:
    """NA."""
    cdef SEXP result = allocate(LGLSXP, 1)
    LOGICAL(result)[0] = NA_LOGICAL
    return result


cdef SEXP masked_to_r(object array) except? NULL:
    """A NumPy masked array: NA where it is masked."""
    if array is numpy_module.ma.masked:
        return missing_flag()
    cdef SEXP result = PROTECT(array_to_r(array.filled(), True))
    cdef int type = TYPEOF(result)
    cdef R_xlen_t i
    try:
        if not numpy_module.ndim(array):
            return missing_flag() if array.mask else result
        for i in numpy_module.flatnonzero(numpy_module.ravel(array.mask, order="F")).tolist():
            if type == REALSXP:
                REAL(result)[i] = R_NaReal
            elif type == INTSXP:
                INTEGER(result)[i] = NA_INTEGER
            elif type == LGLSXP:
                LOGICAL(result)[i] = NA_LOGICAL
            elif type == STRSXP:
                SET_STRING_ELT(result, i, R_NaString)
            elif type == CPLXSXP:
                COMPLEX(result)[i].r = COMPLEX(result)[i].i = R_NaReal
            else:
                SET_VECTOR_ELT(result, i, R_NilValue)
        return result
    finally:
        UNPROTECT(1)


cdef SEXP array_to_r(object array, bint convert) except? NULL:
    """An R array of the same dimensions, column-major whatever the order in Python."""
    cdef SEXP parts[2]
    cdef SEXPTYPE type
    cdef Py_ssize_t i
    kind = array.dtype.kind
    size = array.dtype.itemsize
    if array.ndim == 0 and kind in "mM":
        array = array.reshape(1)
    if array.ndim == 0:
        return to_r(array.item() if kind != "V" else refuse_dtype(array), convert)
    if kind in "OSU":
        return objects_to_r(array, convert)
    if kind in "mM":
        return vector_to_r(_value_rules[kind](array))
    if kind == "f" or array.dtype.name == "bfloat16":
        type, code = REALSXP, cnp.NPY_DOUBLE
    elif kind == "b":
        type, code = LGLSXP, cnp.NPY_INT32
    elif kind == "c":
        type, code = CPLXSXP, cnp.NPY_CDOUBLE
    elif kind == "i" and (size < 4 or (size == 4 and not (array == -0x80000000).any())):
        type, code = INTSXP, cnp.NPY_INT32
    elif kind == "u" and size < 4:
        type, code = INTSXP, cnp.NPY_INT32
    elif kind == "i" or kind == "u":
        type, code = REALSXP, cnp.NPY_DOUBLE
        if size == 8 and not all_exact(array):
            return integer64_to_r(array, True)
    else:
        refuse_dtype(array)
    parts[0] = PROTECT(allocate(type, array.size))
    parts[1] = NULL
    try:
        copy_array(array, parts[0], type, code)
        parts[1] = PROTECT(allocate(INTSXP, array.ndim))
        for i in range(array.ndim):
            INTEGER(parts[1])[i] = array.shape[i]
        guarded(_set_dim, parts)
    finally:
        UNPROTECT(1 if parts[1] == NULL else 2)
    return parts[0]


cdef int copy_array(object array, SEXP target, int type, int code) except -1:
    """Copies, and casts, an array into the memory of an R vector, by columns."""
    cdef cnp.npy_intp sizes[64]
    cdef int rank = array.ndim
    cdef int i
    for i in range(rank):
        if array.shape[i] > 0x7FFFFFFF:
            raise ConversionError(f"an array of shape {array.shape} is larger than R's arrays can be")
        sizes[i] = array.shape[i]
    cdef void* data = data_pointer(target, type)
    cdef size_t width = 16 if type == CPLXSXP else 8 if type == REALSXP else 4
    bridge_expect_large(data, <size_t>array.size * width)
    if copy_by_columns(array, data, type):
        return 0
    view = PyArray_New(
        _ndarray, rank, sizes, code, NULL, data, 0,
        cnp.NPY_ARRAY_F_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED | cnp.NPY_ARRAY_WRITEABLE, None)
    if array.size >= 2 * _LEAST_FOR_THREADS and array.flags.f_contiguous:
        shared_out(FlatCopy(view, array), array.size, _LEAST_FOR_THREADS, array.size)
    else:
        numpy_module.copyto(view, array, casting="unsafe")
    return 0


cdef object refuse_dtype(object array):
    raise ConversionError(f"an array of dtype {array.dtype} has no counterpart in R")


cdef bint all_exact(object array) except -1:
    """Whether doubles can hold 64-bit integers; if not, integer64 has to, and an error if it cannot."""
    beyond = array > 1 << 53
    if array.dtype.kind == "i":
        beyond |= array < -(1 << 53)
    wide = array[beyond]
    lost = next((v for v in wide.tolist() if not is_exact(v)), None)
    if lost is None:
        return True
    if not has_bit64():
        exact_double(lost)
    if array.dtype.kind == "u" and (array > 0x7FFFFFFFFFFFFFFF).any():
        numpy_array_of([int(array.max())])
    return False


cdef SEXP objects_to_r(object array, bint convert) except? NULL:
    """An array of text as character, of anything else (bytes that are no text are raw) as a list,
    with dimensions."""
    cdef SEXP parts[2]
    cdef Py_ssize_t i
    items = array.reshape(-1, order="F").tolist()
    if all([isinstance(v, str) or v is None or (isinstance(v, bytes) and is_text(v)) for v in items]):
        parts[0] = PROTECT(texts_to_r(items))
    else:
        parts[0] = PROTECT(sequence_to_r(items, convert, False))
    parts[1] = NULL
    try:
        parts[1] = PROTECT(allocate(INTSXP, array.ndim))
        for i in range(array.ndim):
            INTEGER(parts[1])[i] = array.shape[i]
        guarded(_set_dim, parts)
    finally:
        UNPROTECT(1 if parts[1] == NULL else 2)
    return parts[0]
