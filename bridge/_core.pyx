# cython: language_level=3, wraparound=False, freethreading_compatible=False
"""The only code that touches both R's and Python's C API.

Its parts, in the order in which they are included:

* gate: jumps of R's as Python exceptions, exceptions as R conditions; neither passes the other.
* own: R objects that Python holds, Python objects that R holds, and their release.
* to_python, to_r, columns, arrays_to_r: conversion both ways.
* callback: R functions as Python callables.
* threads: calls of R functions from other threads, interrupts, forks.
* console: Python's output on R's console.
* api: the functions that R calls.

R is only ever touched by its main thread, with the GIL held or in a guard.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from cpython.unicode cimport (
    PyUnicode_AsUTF8AndSize, PyUnicode_DATA, PyUnicode_DecodeUTF8, PyUnicode_GET_LENGTH,
)
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memchr, memcmp, memcpy, strlen

from bridge.r cimport *

import builtins
import traceback as traceback_module
import weakref

include "gate.pxi"
include "own.pxi"
include "to_python.pxi"
include "to_r.pxi"
include "columns.pxi"
include "arrays_to_r.pxi"
include "callback.pxi"
include "threads.pxi"
include "console.pxi"
include "api.pxi"
