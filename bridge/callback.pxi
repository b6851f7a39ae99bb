# R functions as Python callables.


cdef class RFunction(RObject):
    """An R function that Python can call. Its formals are its signature; an R error is an RError."""

    # Its numbers are doubles and 32-bit integers, because R has no others.
    only_wide_numbers = True

    def __call__(self, *args, **kwargs):
        if not on_main_thread():
            return ask_main(self, args, kwargs)
        # Where Python is the host, there may be no R around to which an interrupt could jump.
        return call_function(self.sexp, args, kwargs, _catch if _hosted_by_r else _catch_all)

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


cdef struct Call:
    SEXP catcher
    SEXP function
    SEXP values  # a list of the arguments
    SEXP names  # their names, "" for positional ones; NULL if there are none


cdef SEXP _build_call(void* data) noexcept nogil:
    """catcher(function(values...)), with the functions and values themselves in it."""
    cdef Call* parts = <Call*>data
    cdef R_xlen_t i = XLENGTH(parts.values)
    cdef SEXP args = R_NilValue
    cdef SEXP value
    cdef SEXP name
    cdef int index
    cdef int type
    PROTECT_WITH_INDEX(args, &index)
    while i > 0:
        i -= 1
        value = VECTOR_ELT(parts.values, i)
        type = TYPEOF(value)
        if type == LANGSXP or type == SYMSXP or type == PROMSXP:
            value = PROTECT(Rf_cons(value, R_NilValue))
            value = Rf_lcons(_quote, value)
            UNPROTECT(1)
        args = Rf_cons(PROTECT(value), args)
        UNPROTECT(1)
        REPROTECT(args, index)
        if parts.names != NULL:
            name = STRING_ELT(parts.names, i)
            if XLENGTH(name):
                SET_TAG(args, Rf_installTrChar(name))
    args = Rf_lcons(parts.function, args)
    REPROTECT(args, index)
    args = Rf_cons(args, R_NilValue)
    REPROTECT(args, index)
    args = Rf_lcons(parts.catcher, args)
    UNPROTECT(1)
    return args


cdef SEXP _eval_globally(void* data) noexcept nogil:
    return Rf_eval(<SEXP>data, R_GlobalEnv)


cdef SEXP evaluate(Call* parts) except? NULL:
    """What an R function returns (unprotected), the GIL released meanwhile; its error is an RError."""
    cdef SEXP call
    cdef SEXP result
    global _site
    _site = None  # R's code moves on
    call = PROTECT(guarded(_build_call, parts))
    try:
        result = guarded_nogil(_eval_globally, call)
    finally:
        UNPROTECT(1)
        _site = None
    # A list of one says that the function returned; a condition, why it did not.
    if not OBJECT(result):
        return VECTOR_ELT(result, 0)
    PROTECT(result)
    try:
        if Rf_inherits(result, b"interrupt"):
            raise KeyboardInterrupt("R was interrupted")
        raise RError(condition_message(result), hold(result))
    finally:
        UNPROTECT(1)


cdef SEXP call_of_user(SEXP function, SEXP argument) except? NULL:
    """function(argument), where either may be the user's."""
    cdef Call parts
    parts.catcher = _catch
    parts.function = function
    parts.names = NULL
    parts.values = PROTECT(allocate(VECSXP, 1))
    SET_VECTOR_ELT(parts.values, 0, argument)
    try:
        return evaluate(&parts)
    finally:
        UNPROTECT(1)


cdef object call_function(SEXP function, tuple args, dict kwargs, SEXP catcher):
    """function(*args, **kwargs) in R."""
    cdef Call parts
    cdef SEXP result
    cdef R_xlen_t i = 0
    cdef int protected = 1
    parts.catcher = catcher
    parts.function = function
    parts.names = NULL
    parts.values = PROTECT(allocate(VECSXP, len(args) + len(kwargs)))
    try:
        for value in args:
            SET_VECTOR_ELT(parts.values, i, to_r(value))
            i += 1
        if kwargs:
            for value in kwargs.values():
                SET_VECTOR_ELT(parts.values, i, to_r(value))
                i += 1
            if "" in kwargs:
                raise TypeError("an argument of an R function cannot have the empty name")
            parts.names = PROTECT(texts_to_r(("",) * len(args) + tuple(kwargs)))
            protected += 1
        result = PROTECT(evaluate(&parts))
        protected += 1
        return to_python(result)
    finally:
        UNPROTECT(protected)


cdef object condition_message(SEXP condition):
    cdef SEXP message
    if TYPEOF(condition) == VECSXP and XLENGTH(condition):
        message = VECTOR_ELT(condition, 0)
        if TYPEOF(message) == STRSXP and XLENGTH(message):
            return string_at(message, 0)
    return "an R function signalled an error"


# ---------------------------------------------------------------- where R's code stands

cdef object _site = None  # what was noted since R called


cdef class Site:
    """A place in R's code; its `str()` is the user's call, with file and line where R knows them."""

    cdef RObject noted

    def __str__(self):
        if not on_main_thread():
            return ""
        return described_site(self.noted)


cdef object described_site(RObject noted):
    cdef SEXP text = PROTECT(call_r(_describe_site, noted.sexp))
    try:
        return string_at(text, 0)
    finally:
        UNPROTECT(1)


def host_site():
    """Where R's code stands that called Python: a Site, noted once a call; None if there is none."""
    global _site
    cdef SEXP noted
    cdef Site site
    if _site is None and on_main_thread():
        noted = PROTECT(guarded(_eval, _note_site))
        try:
            if noted == R_NilValue:
                _site = False
            else:
                site = Site.__new__(Site)
                site.noted = hold(noted)
                _site = site
        finally:
            UNPROTECT(1)
    return _site or None
