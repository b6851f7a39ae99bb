# What R calls. Each function takes the GIL, does the queued releases, works, and leaves by the gate.

cdef enum:
    ABI = 2  # of the table below; the R package's loader asks for the same number


cdef int enter() except -1:
    global bridge_in_python, _site
    bridge_in_python = 1
    _site = None
    if bridge_requests:
        serve()
    if _to_release.count or _cells_to_drop:
        drain()
    if _waiting:
        drain_console()
    return 0


cdef object object_of(SEXP x):
    """The Python object behind an R object, converted if it is a value of R's."""
    cdef SEXP pointer = pointer_of(x)
    return object_at(pointer) if pointer != NULL else to_python(x)


cdef bint converts(SEXP x) noexcept:
    cdef SEXP pointer = pointer_of(x)
    return pointer == NULL or R_ExternalPtrTag(pointer) == _tag


cdef object name_of(SEXP x):
    if TYPEOF(x) != STRSXP or XLENGTH(x) != 1:
        raise ConversionError("the name of an attribute must be one string")
    return string_at(x, 0)


# ---------------------------------------------------------------- attributes

cdef object find_attribute(object target, str name):
    """getattr, with submodules imported, items of a dict and names that NumPy dropped, and a hint."""
    if type(target) is dict and name in target:
        return target[name]
    try:
        return getattr(target, name)
    except AttributeError as error:
        if type(target) is _ModuleType and hasattr(target, "__path__") and not name.startswith("_"):
            import importlib
            import importlib.util
            full = f"{target.__name__}.{name}"
            if importlib.util.find_spec(full) is not None:
                return importlib.import_module(full)
        if type(target) is _ModuleType:
            from bridge.old_numpy import dropped_name
            meant = dropped_name(target, name)
            if meant is not None:
                return meant
        import difflib
        near = difflib.get_close_matches(name, dir(target), n=1, cutoff=0.7)
        # A module that says more than that has said what is meant.
        if not near or "Did you mean" in str(error) or "has no attribute" not in str(error):
            raise
        raise AttributeError(f"{error}. Did you mean '{near[0]}'?", name=name, obj=target) from None


_ModuleType = type(builtins)
_main = sys_module.modules["__main__"]  # its functions are the user's, and may be dropped


_lasting = frozenset([types_module.FunctionType, types_module.BuiltinFunctionType, type, _ModuleType])


cdef SEXP attribute_to_r(object target, str name, bint convert) except? NULL:
    """An attribute as R sees it; what a module is made of is the same R object each time."""
    cdef SEXP result
    value = find_attribute(target, name)
    kind = type(value)
    if type(target) is not _ModuleType or kind not in _lasting or target is _main:
        return to_r(value, convert)
    key = (<size_t><PyObject*>target, name, convert)
    known = _attributes.get(key)
    if known is not None and known[0] is value and not has_any_method(in_r(kind).methods):
        return (<RObject>known[1]).sexp
    result = PROTECT(to_r(value, convert))
    try:
        if pointer_of(result) != NULL:
            _attributes[key] = (value, hold(result))
    finally:
        UNPROTECT(1)
    return result


cdef Outcome get_attr(SEXP x, SEXP name) noexcept with gil:
    cdef Outcome outcome
    outcome.kind = RETURNS
    try:
        enter()
        outcome.value = attribute_to_r(object_of(x), name_of(name), converts(x))
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_get_attr(SEXP x, SEXP name) noexcept nogil:
    return leave(get_attr(x, name))


cdef Outcome set_attr(SEXP x, SEXP name, SEXP value) noexcept with gil:
    cdef Outcome outcome
    outcome.kind = RETURNS
    try:
        enter()
        target = object_of(x)
        if type(target) is dict:
            target[name_of(name)] = to_python(value)
        else:
            setattr(target, name_of(name), to_python(value))
        outcome.value = x
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_set_attr(SEXP x, SEXP name, SEXP value) noexcept nogil:
    return leave(set_attr(x, name, value))


# ---------------------------------------------------------------- calls

cdef object argument(SEXP x, object name):
    try:
        return to_python(x)
    except ConversionError as error:
        raise ConversionError(f"argument {name}: {error}") from None


cdef tuple arguments_of(SEXP args):
    """The positional and the named arguments of a pairlist."""
    cdef list positional = []
    cdef dict named = {}
    cdef int position = 0
    while args != R_NilValue:
        position += 1
        if CAR(args) == R_MissingArg:
            raise TypeError(f"argument {position} is empty")
        if TAG(args) == R_NilValue:
            positional.append(argument(CAR(args), position))
        else:
            name = charsxp_to_python(PRINTNAME(TAG(args)))
            if name in named:
                raise TypeError(f"argument '{name}' is given twice")
            named[name] = argument(CAR(args), f"'{name}'")
        args = CDR(args)
    return positional, named


cdef Outcome call(SEXP args) noexcept with gil:
    cdef Outcome outcome
    outcome.kind = RETURNS
    try:
        enter()
        args = CDR(args)  # the first is the routine
        function = object_of(CAR(args))
        convert = converts(CAR(args))
        positional, named = arguments_of(CDR(args))
        outcome.value = to_r(function(*positional, **named), convert)
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_call(SEXP args) noexcept nogil:
    return leave(call(args))


# ---------------------------------------------------------------- containers

cdef Outcome make_tuple(SEXP args) noexcept with gil:
    cdef Outcome outcome
    outcome.kind = RETURNS
    try:
        enter()
        positional, named = arguments_of(CDR(args))
        if named:
            raise TypeError(
                f"the elements of a tuple have no names, got {', '.join(named)}: "
                f"a named list or dict() takes names"
            )
        outcome.value = wrap(tuple(positional), True)
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_tuple(SEXP args) noexcept nogil:
    return leave(make_tuple(args))


cdef struct Lookup:
    SEXP symbol
    SEXP env


cdef SEXP _find_var(void* data) noexcept nogil:
    """A variable of a frame or of those around it, promises forced."""
    cdef SEXP found
    cdef SEXP env = (<Lookup*>data).env
    cdef SEXP symbol = (<Lookup*>data).symbol
    found = bridge_find_var(symbol, env)
    return found


cdef extern from "find_var.h" nogil:
    SEXP bridge_find_var(SEXP symbol, SEXP env)


cdef Outcome make_dict(SEXP args) noexcept with gil:
    """dict(frame, a = 1, ...): a name that is a Python object in the frame is that object."""
    cdef Outcome outcome
    cdef Lookup lookup
    cdef SEXP pointer
    cdef SEXP found
    outcome.kind = RETURNS
    try:
        enter()
        args = CDR(args)
        lookup.env = CAR(args)
        args = CDR(args)
        result = {}
        position = 0
        while args != R_NilValue:
            position += 1
            if TAG(args) == R_NilValue:
                raise TypeError(
                    f"element {position} of a dict has no name to be its key: write "
                    f"dict(key = value), or py_dict(keys, values)"
                )
            lookup.symbol = TAG(args)
            key = charsxp_to_python(PRINTNAME(TAG(args)))
            value = argument(CAR(args), f"'{key}'")
            found = guarded(_find_var, &lookup)
            pointer = NULL if found == R_UnboundValue else pointer_of(found)
            result[key if pointer == NULL else object_at(pointer)] = value
            args = CDR(args)
        outcome.value = wrap(result, True)
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_dict(SEXP args) noexcept nogil:
    return leave(make_dict(args))


# ---------------------------------------------------------------- modules and conversion

cdef Outcome import_module(SEXP name, SEXP convert) noexcept with gil:
    cdef Outcome outcome
    outcome.kind = RETURNS
    try:
        enter()
        outcome.value = wrap(imported(name_of(name)), LOGICAL(convert)[0] == 1)
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_import(SEXP name, SEXP convert) noexcept nogil:
    return leave(import_module(name, convert))


cdef Outcome r_to_py(SEXP x, SEXP convert) noexcept with gil:
    cdef Outcome outcome
    outcome.kind = RETURNS
    try:
        enter()
        value = to_python(x, False)
        if type(value) is RObject:
            outcome.value = x
        else:
            outcome.value = wrap(value, Rf_asLogical(convert) == 1)
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_r_to_py(SEXP x, SEXP convert) noexcept nogil:
    return leave(r_to_py(x, convert))


cdef Outcome py_to_r(SEXP x) noexcept with gil:
    cdef Outcome outcome
    cdef SEXP pointer
    outcome.kind = RETURNS
    try:
        enter()
        pointer = pointer_of(x)
        outcome.value = x if pointer == NULL else to_r(object_at(pointer), True, False)
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_py_to_r(SEXP x) noexcept nogil:
    return leave(py_to_r(x))


cdef Outcome same_object(SEXP x, SEXP y) noexcept with gil:
    cdef Outcome outcome
    cdef bint same
    outcome.kind = RETURNS
    try:
        enter()
        same = object_of(x) is object_of(y)
        outcome.value = allocate(LGLSXP, 1)
        LOGICAL(outcome.value)[0] = same
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_same(SEXP x, SEXP y) noexcept nogil:
    return leave(same_object(x, y))


# ---------------------------------------------------------------- for rpy2

def python_of(address):
    """The Python counterpart of the R object at an address, which the caller keeps alive."""
    need_attached()
    return to_python(<SEXP><size_t>address)


def r_of(value):
    """The R counterpart of a Python object: its address, and what keeps it alive."""
    need_attached()
    cdef SEXP made = PROTECT(to_r(value))
    try:
        return <size_t>made, hold(made)
    finally:
        UNPROTECT(1)


cdef int need_attached() except -1:
    if _namespace == NULL:
        raise RuntimeError("R's package tensorflow, which the bridge needs, is not loaded in R")
    if not on_main_thread():
        raise RuntimeError("R objects can only be converted in R's main thread")
    return 0


# ---------------------------------------------------------------- the end

cdef Outcome finish() noexcept with gil:
    """What Python does when it exits, short of ending the interpreter: threads may still run."""
    cdef Outcome outcome
    cdef list lost = []
    outcome.kind = RETURNS
    outcome.value = R_NilValue
    try:
        enter()
        import atexit
        import gc
        import io
        atexit._run_exitfuncs()
        for thing in gc.get_objects():
            if issubclass(type(thing), io.IOBase) and not thing.closed and thing.writable():
                try:
                    thing.flush()
                except OSError as error:  # the others are written all the same
                    lost.append(f"{getattr(thing, 'name', thing)}: {error.strerror}")
        if lost:
            raise OSError("files that were still open could not be written: " + ", ".join(lost))
    except BaseException as error:
        return failed(error)
    return outcome


cdef SEXP ffi_finish() noexcept nogil:
    return leave(finish())


# ---------------------------------------------------------------- the table

cdef SEXP lookup_function(SEXP namespace, const char* name) except? NULL:
    cdef SEXP found = Rf_findVarInFrame(namespace, Rf_install(name))
    if TYPEOF(found) == 5:  # PROMSXP: a lazily loaded function of the package
        found = guarded(_eval_promise, found)
    R_PreserveObject(found)
    return found


cdef SEXP base_function(const char* name) noexcept:
    """One of R's primitive functions; they are never collected."""
    return Rf_eval(Rf_install(name), R_BaseEnv)


cdef SEXP _eval_promise(void* data) noexcept nogil:
    return Rf_eval(<SEXP>data, R_GlobalEnv)


cdef extern from "memory.h" nogil:
    void bridge_keep_freed_memory()


cdef Outcome attach(SEXP namespace, SEXP routine, SEXP hosted_by_r) noexcept with gil:
    """Joins the R package: its namespace, and the address of its routine for calls.

    R's main thread is the one that calls this.
    """
    global _namespace, _signal, _catch, _catch_all, _filter_classes, _main_thread, _hosted_by_r
    global _r_to_py, _py_to_r, _methods, _quote, _class_names, _is_loaded
    global _note_site, _describe_site
    global _tag, _tag_raw, _py_object, _dots_formals, _external, _call_symbol
    global _if, _is_null, _assign, _value, _otherwise
    cdef Outcome outcome
    outcome.kind = RETURNS
    outcome.value = R_NilValue
    try:
        _main_thread = PyThread_get_thread_ident()
        _namespace = namespace
        R_PreserveObject(namespace)
        _signal = lookup_function(namespace, b"signal_python_condition")
        _catch = lookup_function(namespace, b"catch_errors")
        _catch_all = lookup_function(namespace, b"catch_errors_and_interrupts")
        _note_site = Rf_lcons(lookup_function(namespace, b"note_site"), R_NilValue)
        R_PreserveObject(_note_site)
        _describe_site = lookup_function(namespace, b"describe_site")
        _class_names = lookup_function(namespace, b"class_names")
        _r_to_py = lookup_function(namespace, b"r_to_py")
        _py_to_r = lookup_function(namespace, b"py_to_r")
        _methods = lookup_function(namespace, b".__S3MethodsTable__.")
        _is_loaded = base_function(b"isNamespaceLoaded")
        _quote = base_function(b"quote")
        _filter_classes = lookup_function(namespace, b"filter_classes")
        _tag = Rf_install(b"python.object")
        _tag_raw = Rf_install(b"python.object.unconverted")
        _py_object = Rf_install(b"py_object")
        _external = base_function(b".External")
        _if = base_function(b"if")
        _is_null = base_function(b"is.null")
        _assign = base_function(b"<-")
        _value = Rf_install(b"value")
        _otherwise = Rf_cons(_value, R_NilValue)
        R_PreserveObject(_otherwise)
        _otherwise = Rf_cons(Rf_lcons(base_function(b"invisible"), R_NilValue), _otherwise)
        R_PreserveObject(_otherwise)
        _call_symbol = routine
        R_PreserveObject(routine)
        _dots_formals = Rf_cons(R_MissingArg, R_NilValue)
        R_PreserveObject(_dots_formals)
        SET_TAG(_dots_formals, R_DotsSymbol)
        forget_classes()
        from bridge import rules
        rules.install(_special_classes, _value_rules)
        _hosted_by_r = LOGICAL(hosted_by_r)[0] == 1
        if _hosted_by_r:
            bridge_keep_freed_memory()
            write_to_console()
            import sys
            sys._host_site = host_site
        join_threads()
    except BaseException as error:
        outcome.kind = SIGNALS
        print(f"the bridge could not join R: {error}")
    return outcome


cdef SEXP ffi_attach(SEXP namespace, SEXP routine, SEXP hosted_by_r) noexcept nogil:
    cdef Outcome outcome = attach(namespace, routine, hosted_by_r)
    return NULL if outcome.kind else outcome.value


cdef struct Api:
    int abi
    int count
    void* functions[16]

cdef Api _table

# In the order of the loader's list of routines.
_table.abi = ABI
_table.count = 11
_table.functions[0] = <void*>ffi_attach
_table.functions[1] = <void*>ffi_get_attr
_table.functions[2] = <void*>ffi_set_attr
_table.functions[3] = <void*>ffi_call
_table.functions[4] = <void*>ffi_tuple
_table.functions[5] = <void*>ffi_dict
_table.functions[6] = <void*>ffi_import
_table.functions[7] = <void*>ffi_r_to_py
_table.functions[8] = <void*>ffi_py_to_r
_table.functions[9] = <void*>ffi_same
_table.functions[10] = <void*>ffi_finish

cdef extern from "Python.h":
    object PyCapsule_New(void* pointer, const char* name, void* destructor)

_api = PyCapsule_New(&_table, b"bridge._core._api", NULL)
