# R to Python. The everyday types are converted here; the table of all rules, with a sample of each,
# is in rules.py.

cimport numpy as cnp

cdef extern from "numpy/arrayobject.h":
    object PyArray_New(
        type subtype, int nd, cnp.npy_intp* dims, int type_num, cnp.npy_intp* strides, void* data,
        int itemsize, int flags, object base)
    int PyArray_SetBaseObject(cnp.ndarray array, object base) except -1

cdef bint _numpy_ready = False
cdef object _ndarray = None
cdef object _generic = None
cdef object numpy_module = None

_special_classes = {}  # R class -> a Python function of the object's parts; see rules.py


cdef int need_numpy() except -1:
    """Imports NumPy at the first array: it is the slowest part of starting Python."""
    global _numpy_ready, _ndarray, _generic, numpy_module
    if not _numpy_ready:
        cnp.import_array()
        import numpy
        numpy_module = numpy
        _ndarray, _generic = numpy.ndarray, numpy.generic
        _numpy_ready = True
    return 0


class ConversionError(TypeError, ValueError):
    """A value that has no counterpart on the other side."""


cdef object charsxp_to_python(SEXP x):
    """A str; NA is None."""
    cdef void* parts[2]
    cdef const char* text
    cdef Py_ssize_t size
    cdef size_t place
    cdef int encoding
    if x == R_NaString:
        return None
    encoding = Rf_getCharCE(x)
    text = R_CHAR(x)
    size = XLENGTH(x)
    if size <= LONGEST_KEPT and (encoding == CE_NATIVE or encoding == CE_UTF8):
        place = place_of(x)
        if is_kept(place, text, size):
            return <object>_kept_texts[place]
        if is_ascii(text, size):
            return keep_text(place, text, size)
    if encoding == CE_UTF8 or (encoding == CE_NATIVE and is_ascii(text, size)):
        return PyUnicode_DecodeUTF8(text, size, "strict")
    parts[0] = x
    guarded(_translate, parts)
    text = <const char*>parts[1]
    return PyUnicode_DecodeUTF8(text, strlen(text), "strict")


# Names and labels come again and again: the last short ones, of ASCII alone, are kept, each in the
# place that the address of its CHARSXP gives. R may use an address anew, so the text is compared.
cdef enum:
    KEPT = 4096
    LONGEST_KEPT = 64

cdef PyObject* _kept_texts[KEPT]


cdef inline size_t place_of(SEXP x) noexcept:
    return ((<size_t>x >> 3) * <size_t>0x9E3779B97F4A7C15) >> 52


cdef inline bint is_kept(size_t place, const char* text, Py_ssize_t size) noexcept:
    cdef PyObject* kept = _kept_texts[place]
    return (
        kept != NULL
        and PyUnicode_GET_LENGTH(<object>kept) == size
        and memcmp(PyUnicode_DATA(<object>kept), text, size) == 0
    )


cdef object keep_text(size_t place, const char* text, Py_ssize_t size):
    """A str of ASCII text, kept in place of the one before."""
    cdef PyObject* before = _kept_texts[place]
    made = PyUnicode_DecodeUTF8(text, size, "strict")
    Py_INCREF(made)
    _kept_texts[place] = <PyObject*>made
    if before != NULL:
        Py_DECREF(<object>before)
    return made


cdef bint is_ascii(const char* text, R_xlen_t size) noexcept:
    cdef R_xlen_t i
    for i in range(size):
        if text[i] & 0x80:
            return False
    return True


cdef SEXP _translate(void* data) noexcept nogil:
    # What a guarded function returns must be an R object: R counts the reference.
    (<void**>data)[1] = <void*>Rf_translateCharUTF8(<SEXP>(<void**>data)[0])
    return R_NilValue


cdef SEXP _string_elt(void* data) noexcept nogil:
    return STRING_ELT(<SEXP>(<void**>data)[0], (<R_xlen_t*>(<void**>data)[1])[0])


cdef object string_at(SEXP x, R_xlen_t i):
    cdef void* parts[2]
    if not ALTREP(x):
        return charsxp_to_python(STRING_ELT(x, i))
    parts[0] = x
    parts[1] = &i
    return charsxp_to_python(guarded(_string_elt, parts))


cdef object _refuse_na(str what, R_xlen_t i, R_xlen_t n):
    where = "" if n == 1 else f" at position {i + 1}"
    raise ConversionError(
        f"NA{where} of {what} has no counterpart in Python. Replace it, or use a double vector, "
        f"where NA becomes NaN."
    )


cdef object element_at(SEXP x, int type, R_xlen_t i, R_xlen_t n):
    """One element of an atomic vector as a Python scalar; it does not expand an ALTREP vector."""
    cdef int whole
    cdef Rcomplex number
    if type == REALSXP:
        return REAL_ELT(x, i)
    if type == INTSXP:
        whole = INTEGER_ELT(x, i)
        if whole == NA_INTEGER:
            _refuse_na("an integer vector", i, n)
        return whole
    if type == LGLSXP:
        whole = LOGICAL_ELT(x, i)
        if whole == NA_LOGICAL:
            _refuse_na("a logical vector", i, n)
        return whole != 0
    if type == STRSXP:
        return string_at(x, i)
    number = COMPLEX(x)[i]
    return complex(number.r, number.i)


cdef object vector_to_list(SEXP x, int type, R_xlen_t n):
    cdef R_xlen_t i
    if n > 0x7FFFFFFF:
        raise ConversionError(
            f"a vector of {n} elements would become a list of as many Python objects, which is more "
            f"than memory can be expected to hold. Pass it in parts, as arrays."
        )
    return [element_at(x, type, i, n) for i in range(n)]


cdef const char* _kind_of(int type) noexcept:
    return b"a logical array" if type == LGLSXP else b"an integer array"


cdef object array_to_python(SEXP x, int type, SEXP dim):
    """An ndarray of the same dimensions in R's column-major order: a read-only view of R's memory,
    or a copy for types that NumPy stores in another way."""
    cdef R_xlen_t n = XLENGTH(x)
    cdef R_xlen_t i
    cdef int* whole
    cdef void* memory
    need_numpy()
    if type == STRSXP:
        array = numpy_module.empty(n, dtype=object)
        for i in range(n):
            array[i] = string_at(x, i)
        return array.reshape(vector_to_list(dim, INTSXP, XLENGTH(dim)), order="F")
    memory = data_pointer(x, type)
    if type == INTSXP or type == LGLSXP:
        whole = <int*>memory
        for i in range(n):
            if whole[i] == NA_INTEGER:
                _refuse_na(_kind_of(type).decode(), i, n)
    if type == LGLSXP:
        return view_of(x, cnp.NPY_INT32, memory, dim).astype(bool, order="F")
    return view_of(
        x,
        cnp.NPY_DOUBLE if type == REALSXP else cnp.NPY_CDOUBLE if type == CPLXSXP else cnp.NPY_INT32,
        memory, dim)


cdef object view_of(SEXP x, int code, void* memory, SEXP dim):
    """A read-only ndarray over an R object's memory, which it keeps alive."""
    cdef cnp.npy_intp sizes[32]
    cdef int rank = <int>XLENGTH(dim)
    cdef int i
    need_numpy()
    if rank > 32:
        raise ConversionError(f"an array of {rank} dimensions is more than NumPy's 32")
    for i in range(rank):
        sizes[i] = INTEGER_ELT(dim, i)
    array = PyArray_New(
        _ndarray, rank, sizes, code, NULL, memory, 0, cnp.NPY_ARRAY_F_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED,
        None)
    owner = hold(x)
    Py_INCREF(owner)  # the array steals one reference
    PyArray_SetBaseObject(array, owner)
    return array


cdef SEXP _data_pointer(void* data) noexcept nogil:
    cdef SEXP x = <SEXP>(<void**>data)[0]
    cdef int type = TYPEOF(x)
    if type == REALSXP:
        (<void**>data)[1] = REAL(x)
    elif type == INTSXP:
        (<void**>data)[1] = INTEGER(x)
    elif type == LGLSXP:
        (<void**>data)[1] = LOGICAL(x)
    elif type == CPLXSXP:
        (<void**>data)[1] = COMPLEX(x)
    else:
        (<void**>data)[1] = RAW(x)
    return R_NilValue


cdef void* data_pointer(SEXP x, int type) except? NULL:
    """The memory of an atomic vector; expanding an ALTREP vector can fail, hence the guard."""
    cdef void* parts[2]
    parts[0] = x
    guarded(_data_pointer, parts)
    return parts[1]


cdef object list_to_python(SEXP x):
    """A list, or a dict if the elements have names."""
    cdef SEXP names = Rf_getAttrib(x, R_NamesSymbol)
    cdef R_xlen_t n = XLENGTH(x)
    cdef R_xlen_t i
    if TYPEOF(names) != STRSXP:
        return [to_python(VECTOR_ELT(x, i)) for i in range(n)]
    cdef dict result = {}
    for i in range(n):
        name = string_at(names, i)
        if not name:
            raise ConversionError(
                f"element {i + 1} of a named list has no name: a list becomes a dict if all of its "
                f"elements are named, and a list if none is"
            )
        result[name] = to_python(VECTOR_ELT(x, i))
        if len(result) == i:
            raise ConversionError(f"the name {name!r} stands twice in a list that becomes a dict")
    return result


cdef object classed_to_python(SEXP x):
    """An S3 object whose class has a rule in rules.py; NotImplemented for all others."""
    cdef SEXP classes = Rf_getAttrib(x, R_ClassSymbol)
    cdef R_xlen_t i
    if Rf_inherits(x, b"integer64"):
        return integer64_to_python(x)
    for i in range(XLENGTH(classes)):
        rule = _special_classes.get(charsxp_to_python(STRING_ELT(classes, i)))
        if rule is not None:
            return rule(*classed_parts(x))
    return NotImplemented


cdef object classed_parts(SEXP x):
    """The values of a factor, date or time, None for NA, and its other attributes."""
    cdef R_xlen_t n = XLENGTH(x)
    cdef R_xlen_t i
    cdef SEXP rest = ATTRIB(x)
    cdef void* parts[2]
    cdef int type = TYPEOF(x)
    if type == INTSXP:
        values = [
            None if INTEGER_ELT(x, i) == NA_INTEGER else INTEGER_ELT(x, i) for i in range(n)
        ]
    elif type == REALSXP:
        values = [None if isnan(REAL_ELT(x, i)) else REAL_ELT(x, i) for i in range(n)]
    else:
        raise ConversionError(f"a classed object of type {_TYPE_NAMES.get(type, type)}")
    attributes = {}
    while rest != R_NilValue:
        if TAG(rest) != R_ClassSymbol:
            parts[0], parts[1] = x, TAG(rest)
            value = to_python(guarded(_get_attribute, parts))
            attributes[charsxp_to_python(PRINTNAME(TAG(rest)))] = value
        rest = CDR(rest)
    return values, attributes


cdef SEXP _get_attribute(void* data) noexcept nogil:
    return Rf_getAttrib(<SEXP>(<void**>data)[0], <SEXP>(<void**>data)[1])


cdef object integer64_to_python(SEXP x):
    """The 64-bit integers of the package bit64, which keeps them in the memory of doubles."""
    cdef R_xlen_t n = XLENGTH(x)
    cdef R_xlen_t i
    cdef SEXP dim = Rf_getAttrib(x, R_DimSymbol)
    cdef long long* whole = <long long*>data_pointer(x, REALSXP)
    for i in range(n):
        if whole[i] == NA_INTEGER64:
            _refuse_na("an integer64 vector", i, n)
    if dim != R_NilValue:
        return view_of(x, cnp.NPY_INT64, whole, dim)
    if n == 1:
        return whole[0]
    return [whole[i] for i in range(n)]


cdef long long NA_INTEGER64 = -0x7FFFFFFFFFFFFFFF - 1

cdef extern from "math.h" nogil:
    bint isnan(double)


cdef bint has_user_method(SEXP x) except -1:
    """Whether there is an S3 method of r_to_py() for an R object."""
    cdef SEXP classes
    cdef R_xlen_t i
    if IS_S4_OBJECT(x):
        classes = call_r(_class_names, x)
    else:
        classes = Rf_getAttrib(x, R_ClassSymbol)
    if TYPEOF(classes) != STRSXP:
        return False
    PROTECT(classes)
    try:
        for i in range(XLENGTH(classes)):
            name = charsxp_to_python(STRING_ELT(classes, i))
            symbol = _method_symbols.get(name)
            if symbol is None:
                symbol = _method_symbols[name] = method_symbol("r_to_py", name)
            if has_method(symbol):
                return True
        return False
    finally:
        UNPROTECT(1)


_method_symbols = {}  # of R's classes


cdef object converted_by_user(SEXP x):
    """What the S3 method of r_to_py() makes of an R object."""
    cdef SEXP made = PROTECT(call_of_user(_r_to_py, x))
    try:
        return to_python(made, False)
    finally:
        UNPROTECT(1)


cdef object to_python(SEXP x, bint dispatch=True):
    """The Python counterpart of an R object; see the table of rules.

    Args:
        dispatch: whether an S3 method of r_to_py() comes before the rules.
    """
    cdef int type = TYPEOF(x)
    cdef R_xlen_t n
    cdef SEXP dim
    cdef SEXP pointer
    if type == NILSXP:
        return None
    if type == EXTPTRSXP or type == CLOSXP:
        pointer = pointer_of(x)
        if pointer != NULL:
            return object_at(pointer)
    if OBJECT(x):
        if dispatch and has_user_method(x):
            return converted_by_user(x)
        if type == INTSXP or type == REALSXP:
            special = classed_to_python(x)
            if special is not NotImplemented:
                return special
    if type == CLOSXP or type == BUILTINSXP or type == SPECIALSXP:
        return hold(x, RFunction)
    if type == REALSXP or type == INTSXP or type == LGLSXP or type == STRSXP or type == CPLXSXP:
        if ATTRIB(x) != R_NilValue:
            dim = Rf_getAttrib(x, R_DimSymbol)
            if dim != R_NilValue:
                return array_to_python(x, type, dim)
        n = XLENGTH(x)
        if n == 1:
            return element_at(x, type, 0, 1)
        return vector_to_list(x, type, n)
    if type == VECSXP:
        descend()
        try:
            return list_to_python(x)
        finally:
            ascend()
    if type == RAWSXP:
        return PyBytes_FromStringAndSize(<char*>data_pointer(x, type), XLENGTH(x))
    return hold(x)
