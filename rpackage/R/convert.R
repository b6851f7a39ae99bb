# Conversion on request.

#' Convert between R and Python
#'
#' Arguments and results of Python functions are converted by themselves; these do it on request.
#'
#' @param x An R object for `r_to_py()`, a Python object for `py_to_r()`.
#' @param convert Whether what comes out of the new Python object's attributes and calls becomes R
#'   values.
#' @return `r_to_py()`: a Python object. `py_to_r()`: the R value of a Python object, or the
#'   object if it has none.
#' @family conversion
#' @examplesIf py_available(TRUE)
#' x <- r_to_py(list(a = 1, b = "two"))
#' x$keys()
#' py_to_r(x)
#' @export
r_to_py <- function(x, convert = FALSE) {
  .Call(ffi_r_to_py, x, isTRUE(convert))
}

#' @rdname r_to_py
#' @export
py_to_r <- function(x) {
  .Call(ffi_py_to_r, x)
}

#' A NumPy array
#'
#' R vectors become Python lists; this makes an array of one.
#'
#' @param data A vector, matrix or array.
#' @param dtype A NumPy dtype or its name; that of the data by default.
#' @return A Python object, a NumPy array.
#' @family conversion
#' @examplesIf py_available(TRUE)
#' np_array(1:8, dtype = "float32")
#' @export
np_array <- function(data, dtype = NULL) {
  if (is.atomic(data) && is.null(dim(data))) {
    data <- array(data)
  }
  import("numpy", convert = FALSE)$asarray(data, dtype = dtype)
}
