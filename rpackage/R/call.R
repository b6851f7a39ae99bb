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
