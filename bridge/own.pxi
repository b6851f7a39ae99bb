# Ownership. R objects that Python holds stand in a doubly linked list that R keeps: entering and
# leaving it takes constant time, and raises R's reference count, so that R copies before it changes
# memory that Python views. Python objects that R holds are external pointers, whose finalizers only
# queue a release: R's garbage collector may run anywhere.

cdef SEXP _kept = NULL  # head of the list: CAR is the previous cell, CDR the next, TAG the object
cdef size_t _main_thread = 0  # R's


cdef extern from "pythread.h" nogil:
    unsigned long PyThread_get_thread_ident()


cdef bint on_main_thread() noexcept:
    return PyThread_get_thread_ident() == _main_thread


cdef SEXP _keep(void* data) noexcept nogil:
    """Enters an object into the list and returns its cell."""
    cdef SEXP object = <SEXP>data
    cdef SEXP cell
    global _kept
    PROTECT(object)
    if _kept == NULL:
        _kept = Rf_cons(R_NilValue, R_NilValue)
        R_PreserveObject(_kept)
    cell = PROTECT(Rf_cons(_kept, CDR(_kept)))
    SET_TAG(cell, object)
    if CDR(_kept) != R_NilValue:
        SETCAR(CDR(_kept), cell)
    SETCDR(_kept, cell)
    UNPROTECT(2)
    return cell


cdef void _drop(SEXP cell) noexcept:
    cdef SEXP before = CAR(cell)
    cdef SEXP after = CDR(cell)
    SETCDR(before, after)
    if after != R_NilValue:
        SETCAR(after, before)
    SET_TAG(cell, R_NilValue)


# Cells to drop and Python objects to release at the next gate. Both queues are only touched with
# the GIL held, but for `_finalize`, which R's main thread alone runs.
_cells_to_drop = []

cdef struct Queue:
    void** items
    size_t count
    size_t room

cdef Queue _to_release


cdef void _finalize(SEXP pointer) noexcept nogil:
    """R's finalizer of an external pointer: queues the release of its Python object."""
    cdef void* object = R_ExternalPtrAddr(pointer)
    cdef void** items
    if object == NULL:
        return
    R_SetExternalPtrAddr(pointer, NULL)
    if _to_release.count == _to_release.room:
        items = <void**>realloc(
            _to_release.items, sizeof(void*) * (2 * _to_release.room + 256)
        )
        if items == NULL:
            return  # out of memory: leaking one reference is the safe way
        _to_release.items = items
        _to_release.room = 2 * _to_release.room + 256
    _to_release.items[_to_release.count] = object
    _to_release.count += 1


cdef int drain() except -1:
    """Does the queued releases; R's main thread calls it at a gate, holding the GIL."""
    cdef PyObject* object
    while _to_release.count:
        # One at a time: releasing may run any code, which may queue more.
        _to_release.count -= 1
        object = <PyObject*>_to_release.items[_to_release.count]
        Py_DECREF(<object>object)
    while _cells_to_drop:
        _drop(<SEXP><size_t>_cells_to_drop.pop())
    return 0


cdef class RObject:
    """An R object that Python holds: an environment, an R6 or S4 object, anything without a
    counterpart. It is handed back to R as the same object.
    """

    cdef SEXP sexp
    cdef SEXP cell
    cdef object __weakref__

    def __cinit__(self):
        self.sexp = NULL
        self.cell = NULL

    def __dealloc__(self):
        if self.cell == NULL:
            return
        if on_main_thread():
            _drop(self.cell)
        else:
            _cells_to_drop.append(<size_t>self.cell)

    def __repr__(self):
        if self.sexp == NULL:
            return f"<{type(self).__name__}>"
        return f"<R object of type {_TYPE_NAMES.get(TYPEOF(self.sexp), TYPEOF(self.sexp))}>"

    def __eq__(self, other):
        return isinstance(other, RObject) and self.sexp == (<RObject>other).sexp

    def __hash__(self):
        return hash(<size_t>self.sexp)

    def __reduce__(self):
        raise TypeError("an R object held by Python cannot be pickled: save it in R, by saveRDS()")


_TYPE_NAMES = {
    NILSXP: "NULL", SYMSXP: "symbol", LISTSXP: "pairlist", CLOSXP: "closure", ENVSXP: "environment",
    LANGSXP: "language", SPECIALSXP: "special", BUILTINSXP: "builtin", LGLSXP: "logical",
    INTSXP: "integer", REALSXP: "double", CPLXSXP: "complex", STRSXP: "character", VECSXP: "list",
    EXTPTRSXP: "externalptr", RAWSXP: "raw", S4SXP: "S4",
}


cdef object hold(SEXP x, type cls=RObject):
    """An RObject (or a subclass) that keeps x alive."""
    cdef RObject held = cls.__new__(cls)
    held.cell = guarded(_keep, x)
    held.sexp = x
    return held


# ---------------------------------------------------------------- Python objects that R holds

cdef SEXP _tag = NULL  # of external pointers whose values convert to R
cdef SEXP _tag_raw = NULL  # of those whose values stay Python objects (convert = FALSE)
cdef SEXP _py_object = NULL  # the attribute of a callable that holds its external pointer
cdef SEXP _dots_formals = NULL
cdef SEXP _external = NULL  # R's function .External
cdef SEXP _call_symbol = NULL  # the routine it calls
cdef SEXP _quote = NULL
cdef SEXP _if = NULL  # R's functions and symbols that a callable's body is made of
cdef SEXP _is_null = NULL
cdef SEXP _assign = NULL
cdef SEXP _value = NULL
cdef SEXP _otherwise = NULL  # the pairlist (invisible(), value)


cdef inline bint is_pointer(SEXP x) noexcept nogil:
    return TYPEOF(x) == EXTPTRSXP and (
        R_ExternalPtrTag(x) == _tag or R_ExternalPtrTag(x) == _tag_raw
    )


cdef SEXP pointer_of(SEXP x) noexcept nogil:
    """The external pointer of a Python object in R, NULL if x is something else."""
    cdef SEXP pointer
    if TYPEOF(x) == EXTPTRSXP:
        return x if is_pointer(x) else NULL
    if TYPEOF(x) == CLOSXP and OBJECT(x):
        pointer = Rf_getAttrib(x, _py_object)
        return pointer if is_pointer(pointer) else NULL
    return NULL


cdef bint _is_frozen = False


cdef object imported(str name):
    """A module by its name.

    Once the engine is there, what is in memory is taken out of the garbage collections to come. They
    would look at all of it again and again, while R users make small objects by the thousand; of the
    modules that it mostly is, nothing would ever be freed.
    """
    global _is_frozen
    import importlib
    module = importlib.import_module(name)
    if name == "pyengine" and _hosted_by_r and not _is_frozen:
        _is_frozen = True
        import gc
        gc.freeze()
    return module


cdef object object_at(SEXP pointer):
    """The Python object of an external pointer; a delayed module is imported now."""
    cdef void* address = R_ExternalPtrAddr(pointer)
    cdef SEXP name
    if address != NULL:
        return <object><PyObject*>address
    name = R_ExternalPtrProtected(pointer)
    if TYPEOF(name) != STRSXP:
        raise RuntimeError(
            "this Python object is from an earlier R session: Python objects are not saved with the "
            "workspace. Make it again."
        )
    module = imported(charsxp_to_python(STRING_ELT(name, 0)))
    Py_INCREF(module)
    R_SetExternalPtrAddr(pointer, <void*>module)
    guarded(_register_finalizer, pointer)
    return module


cdef SEXP _register_finalizer(void* data) noexcept nogil:
    R_RegisterCFinalizerEx(<SEXP>data, _finalize, 0)
    return R_NilValue


cdef struct NewObject:
    void* object
    SEXP tag
    SEXP classes
    bint callable


cdef SEXP _make_object(void* data) noexcept nogil:
    cdef NewObject* new = <NewObject*>data
    cdef SEXP pointer = PROTECT(R_MakeExternalPtr(new.object, new.tag, R_NilValue))
    cdef SEXP body
    cdef SEXP closure
    R_RegisterCFinalizerEx(pointer, _finalize, 0)
    new.object = NULL  # the pointer owns the reference now
    Rf_setAttrib(pointer, R_ClassSymbol, new.classes)
    if not new.callable:
        UNPROTECT(1)
        return pointer
    # function(...)
    #   if (is.null(value <- .External(<routine>, <pointer>, ...))) invisible() else value
    # with R's functions themselves in the place of their names.
    body = PROTECT(Rf_cons(R_DotsSymbol, R_NilValue))
    body = PROTECT(Rf_cons(pointer, body))
    body = PROTECT(Rf_cons(_call_symbol, body))
    body = PROTECT(Rf_lcons(_external, body))
    body = PROTECT(Rf_cons(body, R_NilValue))
    body = PROTECT(Rf_cons(_value, body))
    body = PROTECT(Rf_lcons(_assign, body))
    body = PROTECT(Rf_cons(body, R_NilValue))
    body = PROTECT(Rf_lcons(_is_null, body))
    body = PROTECT(Rf_cons(body, _otherwise))
    body = PROTECT(Rf_lcons(_if, body))
    closure = PROTECT(bridge_closure(_dots_formals, body, _namespace))
    Rf_setAttrib(closure, _py_object, pointer)
    Rf_setAttrib(closure, R_ClassSymbol, new.classes)
    UNPROTECT(13)
    return closure


cdef SEXP wrap(object value, bint convert) except? NULL:
    """A Python object as R sees it: an external pointer, or a function if it can be called."""
    cdef NewObject new
    new.classes = classes_of(type(value))
    new.tag = _tag if convert else _tag_raw
    new.callable = callable(value)
    new.object = <void*>value
    Py_INCREF(value)
    try:
        return guarded(_make_object, &new)
    finally:
        if new.object != NULL:
            Py_DECREF(value)


_classes = {}  # of a type's id: its TypeInR


def qualified_name(cls):
    """A class's name as R code knows it: "python.builtin.dict", "numpy.ndarray"."""
    module = cls.__module__
    return f"{'python.builtin' if module == 'builtins' else module}.{cls.__qualname__}"


cdef SEXP _eval(void* data) noexcept nogil:
    return Rf_eval(<SEXP>data, _namespace)


cdef SEXP _call_of_one(void* data) noexcept nogil:
    cdef SEXP* parts = <SEXP*>data
    return Rf_lcons(parts[0], Rf_cons(parts[1], R_NilValue))


cdef SEXP call_r(SEXP function, SEXP argument) except? NULL:
    """function(argument), for functions of the package's own."""
    cdef SEXP parts[2]
    cdef SEXP call
    parts[0] = function
    parts[1] = argument
    call = PROTECT(guarded(_call_of_one, parts))
    try:
        return guarded(_eval, call)
    finally:
        UNPROTECT(1)


cdef SEXP classes_of(type cls) except? NULL:
    """The class attribute for objects of a Python type, kept for as long as the type lives."""
    return (<TypeInR>in_r(cls)).classes.sexp


cdef class TypeInR:
    """What R knows of a Python type."""

    cdef object reference  # weak
    cdef RObject classes  # the class attribute
    cdef object rule  # the function that makes a vector of such objects, if rules.py has one
    cdef list methods  # the symbols of the S3 methods of py_to_r() that it may have


cdef TypeInR in_r(type cls):
    found = _classes.get(<size_t><PyObject*>cls)
    if found is not None:
        return found
    cdef TypeInR new = TypeInR.__new__(TypeInR)
    cdef SEXP names = PROTECT(texts_to_r([qualified_name(c) for c in cls.__mro__]))
    cdef R_xlen_t i
    try:
        new.classes = hold(PROTECT(call_r(_filter_classes, names)))
        UNPROTECT(1)
    finally:
        UNPROTECT(1)
    names = new.classes.sexp
    new.methods = [method_symbol("py_to_r", string_at(names, i)) for i in range(XLENGTH(names))]
    rules = [_value_rules[c] for c in cls.__mro__ if c in _value_rules]
    new.rule = rules[0] if rules else None
    key = <size_t><PyObject*>cls
    new.reference = weakref.ref(cls, lambda _: _classes.pop(key, None))
    _classes[key] = new
    return new


# ---------------------------------------------------------------- S3 methods of the user's

cdef SEXP _methods = NULL  # where registered methods of the package's generics stand


cdef SEXP _install(void* data) noexcept nogil:
    return Rf_install(<const char*>data)


cdef size_t method_symbol(str generic, str name) except 0:
    encoded = f"{generic}.{name}".encode()
    return <size_t>guarded(_install, <void*><const char*>encoded)


cdef bint has_method(size_t symbol) noexcept:
    """Whether an S3 method is registered, or defined in the user's workspace."""
    return bridge_has_var(_methods, <SEXP>symbol) or bridge_has_var(R_GlobalEnv, <SEXP>symbol)


cdef bint has_any_method(list symbols) except -1:
    for symbol in symbols:
        if has_method(symbol):
            return True
    return False


def forget_classes():
    """Makes class vectors anew for all types: a filter of classes has been added."""
    _classes.clear()
