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
    const char* start  # NULL is NA
    Py_ssize_t size


cdef SEXP _make_char(void* data) noexcept nogil:
    return Rf_mkCharLenCE((<Text*>data).start, <int>(<Text*>data).size, CE_UTF8)


cdef bint is_text(object value) except -1:
    """Whether bytes can be an R string."""
    if memchr(PyBytes_AS_STRING(value), 0, PyBytes_GET_SIZE(value)) != NULL:
        return False
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


cdef int text_of(object text, Text* parts) except -1:
    """The UTF-8 of a str, or of bytes that are UTF-8, for as long as the object lives."""
    if text is None:
        parts.start, parts.size = NULL, 0
        return 0
    if isinstance(text, str):
        try:
            parts.start = PyUnicode_AsUTF8AndSize(text, &parts.size)
        except UnicodeEncodeError as error:
            raise ConversionError(
                f"the text {text[:20]!r} has a lone surrogate (at {error.start}), so it is no UTF-8, "
                f"and no R string"
            ) from None
    elif isinstance(text, bytes):
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            raise ConversionError(
                f"the bytes {text[:20]!r} are no UTF-8 text, so they are no R string"
            ) from None
        parts.start, parts.size = PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text)
    else:
        raise ConversionError(f"{text!r} is no text")
    if parts.size > 0x7FFFFFFF:
        raise ConversionError("a string of more than 2^31 - 1 bytes is no R string")
    if memchr(parts.start, 0, parts.size) != NULL:
        raise ConversionError(f"the text {text[:20]!r} has a NUL character, which R strings cannot hold")
    return 0


cdef struct Texts:
    R_xlen_t count
    Text* items


cdef SEXP _make_texts(void* data) noexcept nogil:
    cdef Texts* texts = <Texts*>data
    cdef R_xlen_t i
    cdef SEXP result = PROTECT(Rf_allocVector(STRSXP, texts.count))
    for i in range(texts.count):
        SET_STRING_ELT(
            result, i, R_NaString if texts.items[i].start == NULL else _make_char(&texts.items[i])
        )
    UNPROTECT(1)
    return result


cdef SEXP texts_to_r(object texts) except? NULL:
    """A character vector of a list or tuple of str, bytes or None."""
    cdef Texts parts
    cdef Text single
    cdef R_xlen_t i = 0
    parts.count = len(texts)
    parts.items = &single
    if parts.count > 1:
        parts.items = <Text*>malloc(parts.count * sizeof(Text))
        if parts.items == NULL:
            raise MemoryError
    try:
        for text in texts:
            text_of(text, &parts.items[i])
            i += 1
        return guarded(_make_texts, &parts)
    finally:
        if parts.items != &single:
            free(parts.items)


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
    if not is_exact(value) and has_bit64():
        return integer64_to_r(numpy_array_of([value]), False)
    return double_to_r(exact_double(value))


cdef bint is_exact(object value) except -1:
    """Whether a double can hold an integer."""
    try:
        return int(float(value)) == value
    except OverflowError:
        return False


cdef double exact_double(object value) except? -1.0:
    if not is_exact(value):
        raise ConversionError(
            f"the integer {value} has no exact counterpart in R, whose doubles hold 53 bits. Turn it "
            f"into text or a float in Python, or load the R package bit64."
        )
    return float(value)


cdef bint has_bit64() except -1:
    """Whether R's package for 64-bit integers is loaded."""
    cdef SEXP name = PROTECT(text_to_r("bit64"))
    try:
        return LOGICAL(call_r(_is_loaded, name))[0]
    finally:
        UNPROTECT(1)


cdef object numpy_array_of(list values):
    need_numpy()
    try:
        return numpy_module.array(values, dtype="int64")
    except OverflowError:
        raise ConversionError(
            f"an integer of {max(values, key=abs).bit_length()} bits has no counterpart in R, not even "
            f"with the package bit64"
        ) from None


cdef SEXP integer64_to_r(object array, bint with_dim) except? NULL:
    """A vector of the package bit64, or an array: 64-bit integers in the memory of doubles."""
    attributes = {"class": "integer64"}
    if not with_dim:
        attributes["dim"] = None
    return classed_to_r(array.astype("int64", order="F").view("float64"), attributes)


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
        elif kind in _value_rules and not set(map(type, items)) - {kind, _NoneType}:
            found = _value_rules[kind](items)
            if found is not NotImplemented:
                return vector_to_r(found)
    descend()
    try:
        return items_to_r(items, n, convert)
    finally:
        ascend()


cdef struct Scalar:
    SEXPTYPE type  # NILSXP for what is no scalar
    int whole
    double real
    Text text


cdef struct Scalars:
    R_xlen_t count
    Scalar* items


cdef SEXP _make_list(void* data) noexcept nogil:
    """A list with the scalars in their places."""
    cdef Scalars* scalars = <Scalars*>data
    cdef Scalar* item
    cdef SEXP result = PROTECT(Rf_allocVector(VECSXP, scalars.count))
    cdef SEXP value
    cdef R_xlen_t i
    for i in range(scalars.count):
        item = &scalars.items[i]
        if item.type == REALSXP:
            SET_VECTOR_ELT(result, i, Rf_ScalarReal(item.real))
        elif item.type == INTSXP:
            SET_VECTOR_ELT(result, i, Rf_ScalarInteger(item.whole))
        elif item.type == LGLSXP:
            SET_VECTOR_ELT(result, i, Rf_ScalarLogical(item.whole))
        elif item.type == STRSXP:
            value = PROTECT(Rf_allocVector(STRSXP, 1))
            SET_STRING_ELT(value, 0, _make_char(&item.text))
            SET_VECTOR_ELT(result, i, value)
            UNPROTECT(1)
    UNPROTECT(1)
    return result


cdef int scalar_of(object value, Scalar* scalar) except -1:
    """Notes an everyday scalar, so that those of a list are made under one guard."""
    cdef int overflow = 0
    cdef long long wide
    kind = type(value)
    scalar.type = NILSXP
    if kind is float:
        scalar.type, scalar.real = REALSXP, value
    elif kind is str:
        text_of(value, &scalar.text)
        scalar.type = STRSXP
    elif kind is bool:
        scalar.type, scalar.whole = LGLSXP, value
    elif kind is int:
        wide = PyLong_AsLongLongAndOverflow(value, &overflow)
        if not overflow and -0x7FFFFFFF <= wide <= 0x7FFFFFFF:
            scalar.type, scalar.whole = INTSXP, <int>wide
    return 0


cdef SEXP items_to_r(object items, R_xlen_t n, bint convert) except? NULL:
    """A list of the items of a Python list or tuple."""
    cdef Scalars scalars
    cdef SEXP result
    cdef R_xlen_t i = 0
    items = tuple(items)  # conversion can run code that changes a list
    if not convert:
        return objects_of(items, n)
    scalars.count = n
    scalars.items = <Scalar*>malloc((n or 1) * sizeof(Scalar))
    if scalars.items == NULL:
        raise MemoryError
    try:
        for value in items:
            scalar_of(value, &scalars.items[i])
            i += 1
        result = PROTECT(guarded(_make_list, &scalars))
        try:
            i = 0
            for value in items:
                if scalars.items[i].type == NILSXP and value is not None:
                    SET_VECTOR_ELT(result, i, to_r(value, convert))
                i += 1
        finally:
            UNPROTECT(1)
        return result
    finally:
        free(scalars.items)


cdef SEXP objects_of(object items, R_xlen_t n) except? NULL:
    """A list of the items as Python objects."""
    cdef R_xlen_t i = 0
    cdef SEXP result = PROTECT(allocate(VECSXP, n))
    try:
        for value in items:
            SET_VECTOR_ELT(result, i, to_r(value, False))
            i += 1
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
        if not all([is_exact(v) for v in items]) and has_bit64():
            return integer64_to_r(numpy_array_of(items), False)
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
    parts[0] = PROTECT(items_to_r(list(items.values()), len(items), convert))
    parts[1] = NULL
    try:
        parts[1] = PROTECT(texts_to_r(list(items)))
        guarded(_set_names, parts)
    finally:
        UNPROTECT(1 if parts[1] == NULL else 2)
    return parts[0]


# Of a type: the function that makes of a list of such values, or None for NA, a vector and its
# attributes; NotImplemented if they do not go together, or have no counterpart. See rules.py.
_value_rules = {}


cdef SEXP to_r(object value, bint convert=True, bint dispatch=True) except? NULL:
    """The R counterpart of a Python object: a value, or the object itself if it has none.

    Args:
        convert: whether values become R's; without, all but R's own objects stay Python objects.
        dispatch: whether an S3 method of py_to_r() is asked for objects without a counterpart.
    """
    cdef SEXP result
    cdef TypeInR known
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
        if isinstance(value, numpy_module.ma.MaskedArray):
            return masked_to_r(value)
        if isinstance(value, _ndarray):
            return array_to_r(value, convert)
    known = in_r(kind)
    if known.rule is not None:
        found = known.rule([value])
        if found is not NotImplemented:
            return vector_to_r(found)
    result = wrap(value, convert)
    if dispatch and has_any_method(known.methods):
        PROTECT(result)
        try:
            return call_of_user(_py_to_r, result)
        finally:
            UNPROTECT(1)
    return result


cdef bint need_numpy_for(object kind) except -1:
    """Whether an object may be NumPy's; then NumPy has been imported by whoever made it."""
    if str(kind.__module__).partition(".")[0] in ("numpy", "ml_dtypes"):
        need_numpy()
    return _numpy_ready


cdef SEXP scalar_to_r(object value) except? NULL:
    """A NumPy scalar as a vector of length 1; np.bytes_ is text if it can be, else raw."""
    kind = value.dtype.kind
    if kind == "S":
        return text_to_r(value) if is_text(value) else bytes_to_r(bytes(value))
    if kind == "f":
        return double_to_r(float(value))
    if kind in "biucU":
        return to_r(value.item())
    if kind in "mM":
        return vector_to_r(_value_rules[kind](numpy_module.asarray(value).reshape(1)), True)
    return array_to_r(numpy_module.asarray(value).reshape(1), True) if kind == "V" else wrap(value, True)
