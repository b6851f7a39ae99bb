# Conversion on request.

#' Convert between R and Python
#'
#' Arguments and results of Python functions are converted by themselves; these do it on request.
#' Packages extend them with S3 methods: `r_to_py.myclass(x, convert = FALSE)` returns a Python
#' object, and `py_to_r.module.Class(x)` an R value for objects of a Python class. Such methods are
#' used for arguments and results as well, but for what has a counterpart in basic R already (such
#' as Python's lists and NumPy's arrays). A method that calls `r_to_py.default()` or
#' `NextMethod()` gets what would have been without it.
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
  if (is.object(x)) UseMethod("r_to_py") else .Call(ffi_r_to_py, x, convert)
}

#' @export
r_to_py.default <- function(x, convert = FALSE) {
  .Call(ffi_r_to_py, x, convert)
}

#' @rdname r_to_py
#' @export
py_to_r <- function(x) UseMethod("py_to_r")

#' @export
py_to_r.default <- function(x) {
  .Call(ffi_py_to_r, x)
}

# Called by the bridge: all classes of an S4 object, for which methods are looked up.
class_names <- function(x) methods::is(x)

#' @export
r_to_py.POSIXlt <- function(x, convert = FALSE) r_to_py(as.POSIXct(x), convert)

#' A NumPy array
#'
#' R vectors become Python lists; this makes an array of one.
#'
#' @param data A vector, matrix or array.
#' @param dtype A NumPy dtype or its name; that of the data by default.
#' @param order The order in memory: `"C"` (rows together) or `"F"` (columns together, as in R).
#' @return A Python object, a NumPy array.
#' @family conversion
#' @examplesIf py_available(TRUE)
#' np_array(1:8, dtype = "float32")
#' @export
np_array <- function(data, dtype = NULL, order = "C") {
  if (is.atomic(data) && is.null(dim(data))) {
    dim(data) <- length(data)
  }
  import("numpy", convert = FALSE)$array(data, dtype = dtype, order = order)
}

#' Reshape an array in row-major order
#'
#' `dim<-` fills an array column by column. TensorFlow and NumPy count row by row, and so does this.
#'
#' @param x An R array or vector, or a NumPy array.
#' @param dim The new dimensions, at most one of them -1 for what is left.
#' @param order `"C"` (row by row) or `"F"` (column by column).
#' @return An array; a NumPy array if `x` is one.
#' @family conversion
#' @examplesIf py_available(TRUE)
#' array_reshape(1:6, c(2, 3))
#' @export
array_reshape <- function(x, dim, order = c("C", "F")) {
  order <- match.arg(order)
  if (!is.numeric(dim) || anyNA(dim) || any(dim != trunc(dim))) {
    abort("`dim` must be whole numbers.", "invalid_argument")
  }
  convert <- !is_py_object(x)
  if (convert) {
    if (is.atomic(x)) check_size(length(x), dim)
    if (is.null(base::dim(x))) {
      dim(x) <- length(x)
    }
  }
  import("numpy", convert = convert)$reshape(x, as.list(as.integer(dim)), order = order)
}

# Refuses dimensions that a number of elements does not fill; one of them may be -1.
check_size <- function(n, dim) {
  known <- prod(dim[dim != -1])
  fits <- if (any(dim == -1)) known > 0 && n %% known == 0 else n == known
  if (sum(dim == -1) > 1L || any(dim < -1)) {
    abort("`dim` may have one -1, and no other negative size.", "invalid_argument", sys.call(-1))
  }
  if (!fits) {
    abort(
      sprintf(
        "`x` has %d elements, which do not fill the dimensions %s.", n,
        paste(dim, collapse = " x ")
      ),
      "invalid_argument",
      sys.call(-1)
    )
  }
}
