# Calls.

#' Call a Python object
#'
#' Python functions and classes are R functions here, so `f(1, x = 2)` calls one. This calls any
#' Python object that can be called.
#'
#' @param x A Python object that can be called.
#' @param ... Its arguments, positional and by name.
#' @return What it returns, converted to R if there is a counterpart.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' py_call(import_builtins()$max, 1L, 3L, 2L)
#' @export
py_call <- function(x, ...) {
  if (!is.function(x)) {
    what <- if (is_py_object(x)) format(x) else class(x)[[1L]]
    abort(sprintf("`x` cannot be called: it is %s.", what), "invalid_argument")
  }
  x(...)
}

#' R functions as Python functions
#'
#' An R function that is passed to Python can be called there: its formals are its signature. It can
#' be called from any thread of Python's, and runs in R's main thread.
#'
#' @param f An R function.
#' @return `py_func()`, `py_main_thread_func()`: a Python callable.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' import("inspect")$signature(py_func(function(x, times = 2) x * times))
#' @export
py_func <- function(f) {
  if (!is.function(f)) {
    abort("`f` must be a function.", "invalid_argument")
  }
  r_to_py(f, convert = TRUE)
}

#' @rdname py_func
#' @export
py_main_thread_func <- py_func

#' The arguments of a Python function
#'
#' @param x A Python function, class or other callable object.
#' @return A character vector of names; `*` and `**` stand before those that take any number.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' py_callable_args(tf$nn$softmax)
#' @export
py_callable_args <- function(x) {
  names(py_signature(x))
}

# The default values of a callable's arguments, as Python code, by the arguments' names.
py_signature <- function(x) {
  if (!is.function(x)) {
    abort("`x` must be a Python object that can be called.", "invalid_argument")
  }
  unlist(import("bridge.docs")$signature(x)) %||% stats::setNames(character(), character())
}
