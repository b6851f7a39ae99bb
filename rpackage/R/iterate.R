# Python iterators.

#' Iterate over a Python iterator
#'
#' An iterator is used up by one pass over it.
#'
#' @param x A Python iterator, generator or iterable object; or an R function without arguments that
#'   returns the next item, and `NULL` after the last.
#' @param f A function of one item.
#' @param simplify Whether the results become a vector if all of them are of length 1 and of one
#'   basic type.
#' @param it A Python iterator.
#' @param completed What `iter_next()` returns once there are no more items.
#' @return `iterate()`: a list of the results of `f`, or a vector of them. `as_iterator()`: a
#'   Python iterator. `iter_next()`: the next item.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' iterate(import_builtins()$range(3L), function(i) i + 1L)
#' @export
iterate <- function(x, f = base::identity, simplify = TRUE) {
  it <- as_iterator(x)
  results <- list()
  repeat {
    item <- iter_next(it, exhausted)
    if (identical(item, exhausted)) {
      break
    }
    result <- f(item)
    results[length(results) + 1L] <- list(result)
  }
  if (simplify && is_simple(results)) unlist(results) else results
}

is_simple <- function(results) {
  types <- unique(vapply(results, typeof, ""))
  length(types) == 1L &&
    types %in% c("character", "complex", "double", "integer", "logical") &&
    all(lengths(results) == 1L) &&
    !any(vapply(results, is.object, NA))
}

#' @rdname iterate
#' @export
as_iterator <- function(x) {
  if (is.function(x) && !is_py_object(x)) {
    return(py_iterator(x))
  }
  if (!is_py_object(x)) {
    x <- r_to_py(x, convert = TRUE)
  }
  builtin("iter")(x)
}

#' @rdname iterate
#' @export
iter_next <- function(it, completed = NULL) {
  item <- builtin("next")(it, exhausted)
  if (identical(item, exhausted)) completed else item
}

# Goes through Python as it is, and is no other object.
exhausted <- new.env(parent = emptyenv())

#' Make a Python iterator of an R function
#'
#' @param fn A function without arguments that returns the next item.
#' @param completed What `fn` returns once there are no more.
#' @param prefetch Accepted for compatibility: items are asked for one by one. They can be asked
#'   for from any Python thread.
#' @return A Python iterator. An error in `fn` is an error where the item is asked for.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' sequence_generator <- function(start) {
#'   value <- start
#'   function() {
#'     value <<- value + 1
#'     if (value > 5) NULL else value
#'   }
#' }
#' iterate(py_iterator(sequence_generator(2)))
#' @export
py_iterator <- function(fn, completed = NULL, prefetch = 0L) {
  if (!is.function(fn)) {
    abort("`fn` must be a function that returns the next item.", "invalid_argument")
  }
  step <- function() {
    value <- fn()
    if (identical(value, completed)) exhausted else value
  }
  import("bridge.iterators")$RIterator(step, exhausted)
}
