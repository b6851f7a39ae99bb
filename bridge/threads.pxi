# R's main thread: R functions that other threads call are brought to it, Ctrl-C stops what it runs in
# Python, and a fork of R's leaves a child whose Python works.

import threading
from collections import deque

_asked = deque()  # what other threads want of R's main thread
cdef bint _main_is_gone = False  # in some forked processes


class Request:
    """A call of an R function that waits for R's main thread."""

    __slots__ = ("args", "begun", "done", "error", "function", "kwargs", "value")

    def __init__(self, function, args, kwargs):
        self.function, self.args, self.kwargs = function, args, kwargs
        self.value = self.error = None
        self.begun = False
        self.done = threading.Lock()
        self.done.acquire()

    def answer(self):
        """Calls the function, on the main thread; whatever happens is for the thread that asked."""
        global R_interrupts_pending
        self.begun = True
        try:
            self.value = call_function(
                (<RObject>self.function).sexp, self.args, self.kwargs, _catch_all
            )
        except RJump:
            self.error = RuntimeError(
                "an R function that another thread called tried to leave by a restart or a `break`: "
                "there is nothing around it on R's main thread to which it could go"
            )
        except KeyboardInterrupt as error:
            self.error = error
            R_interrupts_pending = 1  # what the main thread itself was doing is to stop as well
        except BaseException as error:
            self.error = error
        finally:
            self.done.release()


cdef object ask_main(function, args, kwargs):
    """function(*args, **kwargs) on R's main thread, for another thread, which waits for it."""
    global bridge_requests
    if _main_is_gone:
        raise RuntimeError(
            "an R function was called in a process that another thread than R's main thread has forked: "
            "there is no R here that could run it"
        )
    request = Request(function, args, kwargs)
    _asked.append(request)
    bridge_requests += 1
    bridge_call_main(_hosted_by_r)
    # Waiting releases the GIL. A nudge that comes just before the main thread begins to wait for
    # something itself does not wake it, so it is given again.
    while not request.done.acquire(timeout=-1 if request.begun else 0.02):
        bridge_call_main(_hosted_by_r)
    if request.error is not None:
        raise request.error
    return request.value


cdef int serve() except -1:
    """Answers all requests; on R's main thread, with the GIL."""
    global bridge_requests
    while _asked:
        request = _asked.popleft()
        bridge_requests -= 1
        request.answer()
    return 0


cdef void serve_from_r() noexcept with gil:
    global bridge_in_python
    cdef int was_in_python = bridge_in_python
    bridge_in_python = 1
    try:
        serve()
    except BaseException:
        traceback_module.print_exc()
    finally:
        bridge_in_python = was_in_python


cdef void ask_python() noexcept with gil:
    """Where Python is the host: lets it run its signal handlers while R code runs in it."""
    global R_interrupts_pending
    try:
        PyErr_CheckSignals()
    except KeyboardInterrupt:
        R_interrupts_pending = 1
    except BaseException:
        traceback_module.print_exc()


class InterruptHandler:
    """Where Python is the host: Python's handler of SIGINT, which R code that runs gets to know of.

    An exception that is raised while R polls would be lost: no Python code is there to raise it in.
    """

    def __init__(self, before):
        self.before = before

    def __call__(self, signal_number, frame):
        global R_interrupts_pending
        if bridge_polling and on_main_thread():
            R_interrupts_pending = 1
        else:
            self.before(signal_number, frame)


def look_up(signal_number=None, frame=None):
    """What Python's main thread does when it is nudged: see signals.h."""
    global R_interrupts_pending
    if on_main_thread():
        serve()
        if _hosted_by_r and R_interrupts_pending and not R_interrupts_suspended:
            R_interrupts_pending = 0
            raise KeyboardInterrupt


cdef extern from "Python.h" nogil:
    ctypedef int PyGILState_STATE
    PyGILState_STATE PyGILState_Ensure()
    void PyGILState_Release(PyGILState_STATE)
    void PyOS_BeforeFork()
    void PyOS_AfterFork_Parent()
    void PyOS_AfterFork_Child()

cdef extern from "Python.h":
    int PyErr_CheckSignals() except -1

cdef PyGILState_STATE _state_at_fork


cdef void before_fork() noexcept nogil:
    global _state_at_fork
    _state_at_fork = PyGILState_Ensure()
    PyOS_BeforeFork()


cdef void after_fork(int in_child) noexcept nogil:
    if in_child:
        PyOS_AfterFork_Child()
    else:
        PyOS_AfterFork_Parent()
    PyGILState_Release(_state_at_fork)


def note_python_fork(begins):
    """Python itself forks: what R's forks need is done already."""
    global bridge_python_forks
    bridge_python_forks = begins


def forget_requests():
    """In the child of a fork the other threads are gone, R's main thread perhaps among them."""
    global bridge_requests, _main_is_gone
    _asked.clear()
    bridge_requests = 0
    _main_is_gone = not on_main_thread()


cdef int join_threads() except -1:
    """Sets all of this up, once; on R's main thread."""
    import os
    import signal
    if bridge_serve_in_r(serve_from_r):
        raise OSError("no pipe for calls from other threads could be made")
    is_main = threading.current_thread() is threading.main_thread()
    if is_main:
        signal.signal(BRIDGE_NUDGE, look_up)
    if not _hosted_by_r:
        bridge_poll_python(ask_python)
        before = signal.getsignal(signal.SIGINT)
        if is_main and callable(before) and not isinstance(before, InterruptHandler):
            signal.signal(signal.SIGINT, InterruptHandler(before))
    elif bridge_watch_interrupts():
        raise OSError("no thread could be made that watches for interrupts")
    if bridge_watch_forks(before_fork, after_fork):
        raise OSError("forks of R's cannot be watched")
    os.register_at_fork(
        before=lambda: note_python_fork(True),
        after_in_parent=lambda: note_python_fork(False),
        after_in_child=lambda: (note_python_fork(False), forget_requests()),
    )
    return 0
