# R functions as Python callables.


cdef class RFunction(RObject):
    """An R function that Python can call. Its formals are its signature; an R error is an RError."""

    def __call__(self, *args, **kwargs):
        if not on_main_thread():
            raise RuntimeError(
                "an R function was called from a thread that is not R's main thread; R can only run "
                "there"
            )
        return call_function(self.sexp, args, kwargs)

    @property
    def __signature__(self):
        import inspect
        return inspect.Signature(formals_of(self.sexp))

    @property
    def __name__(self):
        return "r_function"

    def __repr__(self):
        try:
            return f"<R function{self.__signature__}>"
        except ValueError:  # formals in an order that Python does not allow
            return "<R function>"


cdef object function_to_python(SEXP x):
    return hold(x, RFunction)


cdef list formals_of(SEXP function):
    """The formals as Python parameters: `...` as both *args and **kwargs."""
    import inspect
    kinds = inspect.Parameter
    if TYPEOF(function) != CLOSXP:
        return [kinds("args", kinds.VAR_POSITIONAL), kinds("kwargs", kinds.VAR_KEYWORD)]
    cdef SEXP formals = FORMALS(function)
    found = []
    after_dots = False
    while formals != R_NilValue:
        name = charsxp_to_python(PRINTNAME(TAG(formals)))
        if name == "...":
            found.append(kinds("args", kinds.VAR_POSITIONAL))
            after_dots = True
        else:
            kind = kinds.KEYWORD_ONLY if after_dots else kinds.POSITIONAL_OR_KEYWORD
            has_default = CAR(formals) != R_MissingArg
            default = to_python_default(CAR(formals)) if has_default else kinds.empty
            found.append(kinds(name.replace(".", "_"), kind, default=default))
        formals = CDR(formals)
    if after_dots:
        found.append(kinds("kwargs", kinds.VAR_KEYWORD))
    return found


cdef object to_python_default(SEXP x):
    """A default value: constants as they are, expressions (which R evaluates lazily) as `...`."""
    cdef int type = TYPEOF(x)
    if type in (REALSXP, INTSXP, LGLSXP, STRSXP, NILSXP) and ATTRIB(x) == R_NilValue:
        return to_python(x)
    return ...


cdef object call_function(SEXP function, tuple args, dict kwargs):
    """function(*args, **kwargs) in R, the GIL released meanwhile."""
    cdef SEXP parts[2]
    cdef SEXP call
    cdef SEXP result
    cdef R_xlen_t i
    cdef int protected = 0
    cdef SEXP values
    try:
        values = PROTECT(allocate(VECSXP, len(args) + len(kwargs)))
        protected += 1
        for i, value in enumerate((*args, *kwargs.values())):
            SET_VECTOR_ELT(values, i, to_r(value))
        if kwargs:
            parts[0] = values
            parts[1] = PROTECT(texts_to_r(("",) * len(args) + tuple(kwargs)))
            protected += 1
            guarded(_set_names, parts)
        parts[0] = function
        parts[1] = values
        call = PROTECT(guarded(_call_of_two, parts))
        protected += 1
        result = PROTECT(guarded_nogil(_eval, call))
        protected += 1
        # A list of one says that the function returned; a condition, that it failed.
        if Rf_inherits(result, b"condition"):
            raise RError(condition_message(result), hold(result))
        return to_python(VECTOR_ELT(result, 0))
    finally:
        UNPROTECT(protected)


cdef SEXP _call_of_two(void* data) noexcept nogil:
    cdef SEXP* parts = <SEXP*>data
    cdef SEXP rest = PROTECT(Rf_cons(parts[1], R_NilValue))
    rest = PROTECT(Rf_cons(parts[0], rest))
    rest = Rf_lcons(_call_function, rest)
    UNPROTECT(2)
    return rest


cdef object condition_message(SEXP condition):
    cdef SEXP message
    if TYPEOF(condition) == VECSXP and XLENGTH(condition):
        message = VECTOR_ELT(condition, 0)
        if TYPEOF(message) == STRSXP and XLENGTH(message):
            return string_at(message, 0)
    return "an R function signalled an error"
