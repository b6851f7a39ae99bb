# The gates. Python -> R: `guarded` runs R code and turns a jump into an RJump. R -> Python: `leave`
# ends each function that R calls, signalling what went wrong once no Python state is left.


cdef enum:
    DEEPEST = 1000  # nesting of lists that are converted; one that holds itself has no end

cdef int _depth = 0


cdef int descend() except -1:
    """Notes that a list inside of another is converted; `ascend` when it is done."""
    global _depth
    if _depth >= DEEPEST:
        raise RecursionError(f"lists are nested more than {DEEPEST} deep, or one holds itself")
    _depth += 1
    return 0


cdef void ascend() noexcept:
    global _depth
    _depth -= 1


class RError(Exception):
    """An error of R code that Python called.

    Attributes:
        condition: the R condition, which is signalled again when the exception comes back to R.
    """

    def __init__(self, message, condition=None):
        super().__init__(message)
        self.condition = condition


class RJump(BaseException):
    """R code that Python called is leaving through Python: a restart, a `break`, an interrupt.

    It is no error: let it pass, and R goes on to where it jumps.
    """


cdef SEXP _token = NULL  # the continuation for the next guard; kept by R


cdef SEXP _new_token(void* data) noexcept nogil:
    cdef SEXP token = R_MakeUnwindCont()
    R_PreserveObject(token)
    return token


cdef int _ensure_token() except -1:
    # A token carries one jump. After a jump it belongs to the RJump, and guards need another.
    global _token
    if _token == NULL:
        _token = _new_token(NULL)
    return 0


cdef extern from "signals.h" nogil:
    int bridge_in_python
    int bridge_requests
    int R_interrupts_pending
    Rboolean R_interrupts_suspended
    int BRIDGE_NUDGE
    int bridge_python_forks
    void bridge_call_main(int hosted_by_r)
    void bridge_nudge_main()
    int bridge_watch_interrupts()
    void bridge_poll_python(void (*ask)())
    int bridge_polling
    int bridge_serve_in_r(void (*serve)())
    int bridge_watch_forks(void (*before)(), void (*after)(int))


cdef long _fail_in = -1  # how many guards from now one fails; for tests


def fail_in(guards):
    """Has a later guard fail as if memory were exhausted, for tests of what happens then."""
    global _fail_in
    _fail_in = guards


cdef int fail_as_told() except -1:
    global _fail_in
    _fail_in -= 1
    if _fail_in < 0:
        raise MemoryError("simulated")
    return 0


cdef SEXP guarded(SEXP (*fun)(void*) noexcept nogil, void* data) except? NULL:
    """fun(data), which may jump; the GIL is kept, so it must not take long."""
    cdef int jumped = 0
    cdef SEXP result
    cdef int was_in_python = bridge_in_python
    global bridge_in_python
    if _fail_in >= 0:
        fail_as_told()
    _ensure_token()
    result = bridge_guard(fun, data, _token, &jumped)
    bridge_in_python = was_in_python
    if jumped:
        _raise_jump()
    return result


cdef SEXP guarded_nogil(SEXP (*fun)(void*) noexcept nogil, void* data) except? NULL:
    """fun(data), which may jump, with the GIL released: for R code of the user's."""
    cdef int jumped = 0
    cdef SEXP result
    cdef SEXP token
    cdef int was_in_python = bridge_in_python
    global _token, bridge_in_python
    _ensure_token()
    # Guards inside need a token of their own while this one waits.
    token, _token = _token, NULL
    bridge_in_python = 0
    with nogil:
        result = bridge_guard(fun, data, token, &jumped)
    bridge_in_python = was_in_python
    if bridge_requests:
        bridge_nudge_main()
    if jumped:
        _token, token = token, _token
        _raise_jump()
    elif _token == NULL:
        _token = token
    else:
        _free_tokens.append(<size_t>token)
    return result


_free_tokens = []  # tokens without a jump, for later guards


cdef class Token:
    """A continuation with a jump. When nobody needs the jump any more, others may use the token."""

    cdef SEXP sexp

    def __dealloc__(self):
        if self.sexp != NULL:
            _free_tokens.append(<size_t>self.sexp)


cdef int _raise_jump() except -1:
    global _token
    cdef Token token = Token.__new__(Token)
    token.sexp = _token
    _token = <SEXP><size_t>_free_tokens.pop() if _free_tokens else NULL
    error = RJump("R code called from Python is jumping out of it")
    error.token = token
    raise error


# What a function called by R ends with: its result, a condition to signal, or a jump to go on with.
cdef struct Outcome:
    int kind
    SEXP value

cdef enum:
    RETURNS = 0
    SIGNALS = 1
    JUMPS = 2
    INTERRUPTS = 3

cdef bint _hosted_by_r = True  # whether R started Python, and not the other way round
cdef SEXP _namespace = NULL  # of the R package
cdef SEXP _signal = NULL  # its function that signals a condition
cdef SEXP _catch = NULL  # its functions that turn errors, and interrupts, into values
cdef SEXP _catch_all = NULL
cdef SEXP _note_site = NULL  # a call of its function that notes where R's code stands
cdef SEXP _describe_site = NULL  # its function that describes what was noted
cdef SEXP _class_names = NULL  # its function that gives all classes of an S4 object
cdef SEXP _is_loaded = NULL  # base::isNamespaceLoaded
cdef SEXP _r_to_py = NULL  # its generics
cdef SEXP _py_to_r = NULL
cdef SEXP _filter_classes = NULL  # its function that completes an object's class


cdef SEXP leave(Outcome outcome) noexcept nogil:
    """Returns to R, or jumps: nothing of Python's is on the C stack here any more."""
    cdef SEXP call
    global bridge_in_python, R_interrupts_pending
    bridge_in_python = 0
    if outcome.kind == RETURNS:
        return outcome.value
    if outcome.kind == JUMPS:
        R_ContinueUnwind(outcome.value)
    PROTECT(outcome.value)
    if outcome.kind == INTERRUPTS:
        R_interrupts_pending = 1
        R_CheckUserInterrupt()  # returns only where interrupts are suspended
    call = PROTECT(Rf_lcons(_signal, Rf_cons(outcome.value, R_NilValue)))
    Rf_eval(call, _namespace)  # does not return
    return R_NilValue


cdef Outcome failed(object error) noexcept:
    """The outcome for a Python exception; whatever goes wrong here is told in its place."""
    cdef Outcome outcome
    outcome.kind = SIGNALS
    if isinstance(error, RJump):
        # The token is free again once the exception is gone, and the jump goes on before any other
        # guard can take it.
        outcome.kind = JUMPS
        outcome.value = (<Token>error.token).sexp
        return outcome
    if isinstance(error, KeyboardInterrupt) and _hosted_by_r:
        outcome.kind = INTERRUPTS
    try:
        outcome.value = _condition_of(error)
    except BaseException as second:
        try:
            outcome.value = text_to_r(f"{type(error).__name__}: {second}")
        except BaseException:
            outcome.value = R_NilValue
    return outcome


cdef SEXP _condition_of(object error) except? NULL:
    """What the package's `signal` function makes a condition of."""
    if isinstance(error, RError) and isinstance(error.condition, RObject):
        return (<RObject>error.condition).sexp
    names = []
    for cls in type(error).__mro__:
        if cls is object:
            break
        names.append(qualified_name(cls))
        if cls.__name__ not in names:
            names.append(cls.__name__)
    text = str(error)
    message = f"{type(error).__name__}: {text}" if text else type(error).__name__
    trace = "".join(traceback_module.format_exception(type(error), error, error.__traceback__))
    cdef SEXP fields = PROTECT(allocate(VECSXP, 4))
    try:
        SET_VECTOR_ELT(fields, 0, text_to_r(message))
        SET_VECTOR_ELT(fields, 1, texts_to_r(names))
        SET_VECTOR_ELT(fields, 2, text_to_r(trace))
        SET_VECTOR_ELT(fields, 3, wrap(error, True))
    finally:
        UNPROTECT(1)
    return fields
