# Python to R. Results are new and unprotected: the caller protects them before the next allocation.

cdef struct Allocation:
    SEXPTYPE type
    R_xlen_t count


cdef SEXP _allocate(void* data) noexcept nogil:
    return Rf_allocVector((<Allocation*>data).type, (<Allocation*>data).count)


cdef SEXP allocate(SEXPTYPE type, R_xlen_t count) except? NULL:
    cdef Allocation wanted
    wanted.type = type
    wanted.count = count
    return guarded(_allocate, &wanted)


cdef struct Text:
    const char* start
    R_xlen_t size

cdef enum:
    CE_UTF8 = 1


cdef SEXP _make_char(void* data) noexcept nogil:
    return Rf_mkCharLenCE((<Text*>data).start, <int>(<Text*>data).size, CE_UTF8)


cdef SEXP char_to_r(object text) except? NULL:
    """A CHARSXP of a str, or of bytes that are UTF-8; None is NA."""
    cdef Text parts
    if text is None:
        return R_NaString
    if isinstance(text, str):
        encoded = (<str>text).encode("utf-8")
    else:
        encoded = bytes(text)
        try:
            encoded.decode("utf-8")
        except UnicodeDecodeError:
            raise ConversionError(
                f"the bytes {encoded[:20]!r} are no UTF-8 text, so they are no R string"
            ) from None
    parts.start = PyBytes_AS_STRING(encoded)
    parts.size = PyBytes_GET_SIZE(encoded)
    if parts.size > 0x7FFFFFFF:
        raise ConversionError("a string of more than 2^31 - 1 bytes is no R string")
    if memchr(parts.start, 0, parts.size) != NULL:
        raise ConversionError(f"the text {text[:20]!r} has a NUL character, which R strings cannot hold")
    return guarded(_make_char, &parts)


cdef SEXP texts_to_r(object texts) except? NULL:
    """A character vector of a sequence of str, bytes or None."""
    cdef R_xlen_t i
    cdef SEXP result = PROTECT(allocate(STRSXP, len(texts)))
    try:
        for i, text in enumerate(texts):
            SET_STRING_ELT(result, i, char_to_r(text))
    finally:
        UNPROTECT(1)
    return result


cdef SEXP text_to_r(object text) except? NULL:
    return texts_to_r((text,))


cdef SEXP _scalar_real(void* data) noexcept nogil:
    return Rf_ScalarReal((<double*>data)[0])


cdef SEXP double_to_r(double value) except? NULL:
    return guarded(_scalar_real, &value)


cdef SEXP _scalar_integer(void* data) noexcept nogil:
    return Rf_ScalarInteger((<int*>data)[0])


cdef SEXP int_to_r(object value) except? NULL:
    """An integer, or a double beyond 32 bits; an error where a double would lose digits."""
    cdef int overflow = 0
    cdef long long wide = PyLong_AsLongLongAndOverflow(value, &overflow)
    cdef int narrow
    if not overflow and -0x7FFFFFFF <= wide <= 0x7FFFFFFF:
        narrow = <int>wide
        return guarded(_scalar_integer, &narrow)
    return double_to_r(exact_double(value))


cdef double exact_double(object value) except? -1.0:
    try:
        result = float(value)
    except OverflowError:
        result = None
    if result is None or int(result) != value:
        raise ConversionError(
            f"the integer {value} has no exact counterpart in R, whose doubles hold 53 bits. Turn it "
            f"into text or a float in Python."
        )
    return result


cdef SEXP complex_to_r(object value) except? NULL:
    cdef SEXP result = allocate(CPLXSXP, 1)
    COMPLEX(result)[0].r = value.real
    COMPLEX(result)[0].i = value.imag
    return result


cdef SEXP bytes_to_r(bytes value) except? NULL:
    cdef SEXP result = allocate(RAWSXP, PyBytes_GET_SIZE(value))
    memcpy(RAW(result), PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))
    return result


cdef SEXP sequence_to_r(object items, bint convert, bint simplify) except? NULL:
    """A vector if all items are scalars of one type (and `simplify`), else a list."""
    cdef R_xlen_t n = len(items)
    if simplify and n:
        kind = type(items[0])
        if kind in _SCALARS or items[0] is None:
            kinds = set(map(type, items))
            if len(kinds) == 1 and kind in _SCALARS:
                return scalars_to_r(items, kind, n)
            if kinds == {str, _NoneType}:
                return texts_to_r(items)
    descend()
    try:
        return items_to_r(items, n, convert)
    finally:
        ascend()


cdef SEXP items_to_r(object items, R_xlen_t n, bint convert) except? NULL:
    """A list of the items."""
    cdef R_xlen_t i
    cdef SEXP result = PROTECT(allocate(VECSXP, n))
    try:
        for i in range(n):
            SET_VECTOR_ELT(result, i, to_r(items[i], convert))
    finally:
        UNPROTECT(1)
    return result


_NoneType = type(None)
_SCALARS = {bool, int, float, complex, str}


cdef SEXP scalars_to_r(object items, object kind, R_xlen_t n) except? NULL:
    cdef SEXP result
    cdef R_xlen_t i
    cdef double* reals
    cdef int* wholes
    if kind is str:
        return texts_to_r(items)
    if kind is int and not all([-0x7FFFFFFF <= v <= 0x7FFFFFFF for v in items]):
        items = [exact_double(v) for v in items]
        kind = float
    if kind is float:
        result = allocate(REALSXP, n)
        reals = REAL(result)
        for i in range(n):
            reals[i] = items[i]
    elif kind is complex:
        result = allocate(CPLXSXP, n)
        for i in range(n):
            COMPLEX(result)[i].r = items[i].real
            COMPLEX(result)[i].i = items[i].imag
    else:
        result = allocate(INTSXP if kind is int else LGLSXP, n)
        wholes = INTEGER(result) if kind is int else LOGICAL(result)
        for i in range(n):
            wholes[i] = items[i]
    return result


cdef SEXP _set_names(void* data) noexcept nogil:
    return Rf_setAttrib((<SEXP*>data)[0], R_NamesSymbol, (<SEXP*>data)[1])


cdef SEXP _set_dim(void* data) noexcept nogil:
    return Rf_setAttrib((<SEXP*>data)[0], R_DimSymbol, (<SEXP*>data)[1])


cdef SEXP _set_class(void* data) noexcept nogil:
    return Rf_setAttrib((<SEXP*>data)[0], R_ClassSymbol, (<SEXP*>data)[1])


cdef SEXP dict_to_r(dict items, bint convert) except? NULL:
    """A named list if all keys are strings; else the dict itself, as a Python object."""
    for key in items:
        if type(key) is not str:
            return wrap(items, convert)
    descend()
    try:
        return named_items_to_r(items, convert)
    finally:
        ascend()


cdef SEXP named_items_to_r(dict items, bint convert) except? NULL:
    """A named list of a dict's values."""
    cdef SEXP parts[2]
    cdef R_xlen_t i
    parts[0] = PROTECT(allocate(VECSXP, len(items)))
    parts[1] = NULL
    try:
        for i, value in enumerate(items.values()):
            SET_VECTOR_ELT(parts[0], i, to_r(value, convert))
        parts[1] = PROTECT(texts_to_r(list(items)))
        guarded(_set_names, parts)
    finally:
        UNPROTECT(1 if parts[1] == NULL else 2)
    return parts[0]


cdef SEXP classed_to_r(list values, object cls) except? NULL:
    """A double vector with a class: dates and times."""
    cdef SEXP parts[2]
    parts[0] = PROTECT(scalars_to_r(values, float, len(values)))
    parts[1] = NULL
    try:
        parts[1] = PROTECT(texts_to_r(cls))
        guarded(_set_class, parts)
    finally:
        UNPROTECT(1 if parts[1] == NULL else 2)
    return parts[0]


cdef SEXP array_to_r(object array, bint convert) except? NULL:
    """An R array of the same dimensions, column-major whatever the order in Python."""
    cdef SEXP parts[2]
    cdef SEXPTYPE type
    cdef Py_ssize_t i
    kind = array.dtype.kind
    size = array.dtype.itemsize
    if array.ndim == 0:
        return to_r(array.item() if kind != "V" else refuse_dtype(array), convert)
    if kind in "OSU":
        return objects_to_r(array, convert)
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
        if size == 8:
            check_exact(array)
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
    view = PyArray_New(
        _ndarray, rank, sizes, code, NULL, data_pointer(target, type), 0,
        cnp.NPY_ARRAY_F_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED | cnp.NPY_ARRAY_WRITEABLE, None)
    numpy_module.copyto(view, array, casting="unsafe")
    return 0


cdef object refuse_dtype(object array):
    raise ConversionError(f"an array of dtype {array.dtype} has no counterpart in R")


cdef int check_exact(object array) except -1:
    lost = array.astype(float).astype(array.dtype) != array
    if lost.any():
        exact_double(int(array[lost][0]))
    return 0


cdef SEXP objects_to_r(object array, bint convert) except? NULL:
    """An array of text as character, of anything else as a list, with dimensions."""
    cdef SEXP parts[2]
    cdef Py_ssize_t i
    items = array.reshape(-1, order="F").tolist()
    if all([isinstance(v, (str, bytes)) or v is None for v in items]):
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


_other_rules = []  # (type, function that gives values and an R class); see rules.py


cdef SEXP to_r(object value, bint convert=True) except? NULL:
    """The R counterpart of a Python object: a value, or the object itself if it has none.

    Args:
        convert: whether values become R's; without, all but R's own objects stay Python objects.
    """
    cdef SEXP result
    kind = type(value)
    if kind is RObject or kind is RFunction:
        return (<RObject>value).sexp
    if not convert:
        return R_NilValue if value is None else wrap(value, False)
    if value is None:
        return R_NilValue
    if kind is float:
        return double_to_r(value)
    if kind is bool:
        result = allocate(LGLSXP, 1)
        LOGICAL(result)[0] = value
        return result
    if kind is int:
        return int_to_r(value)
    if kind is str:
        return text_to_r(value)
    if kind is list:
        return sequence_to_r(value, convert, True)
    if kind is tuple:
        return sequence_to_r(value, convert, False)
    if kind is dict:
        return dict_to_r(value, convert)
    if kind is bytes:
        return bytes_to_r(value)
    if kind is complex:
        return complex_to_r(value)
    if _numpy_ready or need_numpy_for(kind):
        if kind is _ndarray:
            return array_to_r(value, convert)
        if isinstance(value, _generic):
            return scalar_to_r(value)
        if isinstance(value, _ndarray):
            return array_to_r(value, convert)
    for cls, rule in _other_rules:
        if isinstance(value, cls):
            found = rule(value)
            if found is not NotImplemented:
                return classed_to_r(found[0], found[1])
    return wrap(value, convert)


cdef bint need_numpy_for(object kind) except -1:
    """Whether an object may be NumPy's; then NumPy has been imported by whoever made it."""
    if kind.__module__.partition(".")[0] in ("numpy", "ml_dtypes"):
        need_numpy()
    return _numpy_ready


cdef SEXP scalar_to_r(object value) except? NULL:
    """A NumPy scalar as a vector of length 1; np.bytes_ is text, as in arrays of text."""
    kind = value.dtype.kind
    if kind == "S":
        return text_to_r(value)
    if kind == "f":
        return double_to_r(float(value))
    if kind in "biucU":
        return to_r(value.item())
    return array_to_r(numpy_module.asarray(value).reshape(1), True) if kind == "V" else wrap(value, True)
