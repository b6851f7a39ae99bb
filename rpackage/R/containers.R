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

#' A Python dict of keys and values
#'
#' @param keys A list or vector of keys: strings, numbers, tuples, tensors, ...
#' @param values A list or vector of as many values.
#' @param convert Whether what comes out of it becomes R values.
#' @return A Python dict.
#' @family conversion
#' @examplesIf py_available(TRUE)
#' py_dict(list("a", 2L), list(1, "two"))
#' @export
py_dict <- function(keys, values, convert = FALSE) {
  if (is_py_object(keys)) keys <- list(keys)
  if (is_py_object(values)) values <- list(values)
  if (length(keys) != length(values)) {
    abort(
      sprintf("%d keys were given for %d values.", length(keys), length(values)),
      "invalid_argument"
    )
  }
  pairs <- unname(Map(function(key, value) tuple(key, value), keys, values))
  import_builtins(convert)$dict(pairs)
}
