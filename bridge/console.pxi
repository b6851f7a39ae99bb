# Python's output on R's console, where sinks, capture.output() and knitr find it.

import io

_waiting = []  # text written by other threads, for the next gate

cdef struct Output:
    const char* text
    bint is_error


cdef SEXP _print(void* data) noexcept nogil:
    if (<Output*>data).is_error:
        REprintf(b"%s", (<Output*>data).text)
    else:
        Rprintf(b"%s", (<Output*>data).text)
    return R_NilValue


cdef int print_on_console(str text, bint is_error) except -1:
    cdef Output output
    encoded = text.replace("\0", "").encode("utf-8", "replace")
    output.text = encoded
    output.is_error = is_error
    guarded(_print, &output)
    return 0


cdef int drain_console() except -1:
    while _waiting:
        text, is_error = _waiting.pop(0)
        print_on_console(text, is_error)
    return 0


class RConsole(io.TextIOBase):
    """A text stream that writes to R's console, in place of sys.stdout or sys.stderr."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, is_error):
        self._is_error = is_error
        self.name = "<stderr>" if is_error else "<stdout>"

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if on_main_thread():
            drain_console()
            print_on_console(text, self._is_error)
        else:
            _waiting.append((text, self._is_error))
        return len(text)

    def writable(self):
        return True

    def isatty(self):
        # Progress bars are for somebody who watches, not for logs.
        return R_Interactive != 0

    def flush(self):
        if on_main_thread():
            drain_console()


def write_to_console():
    """Sends sys.stdout and sys.stderr to R's console; for a Python that R has started."""
    import sys
    sys.stdout, sys.stderr = RConsole(False), RConsole(True)
