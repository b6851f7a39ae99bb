# Python containers made from R.

#' Python dictionaries and tuples
#'
#' @param ... For `dict()`, values by their keys: a name that is a Python object in the calling
#'   frame (such as a placeholder) stands for that object, any other name for itself. For
#'   `tuple()`, the elements.
#' @return A Python object.
#' @family conversion
#' @examplesIf py_available(TRUE)
#' x <- tf$placeholder(tf$float32)
#' sess <- tf$Session()
#' sess$run(x * 2, feed_dict = dict(x = 21))
#' tuple(1L, 2L, 3L)
#' @export
dict <- function(...) {
  .External(ffi_dict, parent.frame(), ...)
}

#' @rdname dict
#' @export
tuple <- function(...) {
  .External(ffi_tuple, ...)
}
