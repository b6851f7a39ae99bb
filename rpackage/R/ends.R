# The ends of tensors: head(), tail() and rev().

#' First and last parts of a tensor
#'
#' `head()` and `tail()` are of the first dimension, whose size need not be known. `rev()` is of
#' tensors of rank 1.
#'
#' @param x A tensor or variable.
#' @param n How many to take; if it is negative, how many to leave out at the other end.
#' @param ... Ignored.
#' @return A tensor.
#' @name tensor-ends
#' @family tensors
#' @examplesIf py_available(TRUE)
#' x <- tf$constant(1:10)
#' sess <- tf$Session()
#' sess$run(head(x, 3))
#' sess$run(rev(x))
NULL

# R's default methods would count from 1.

#' @rdname tensor-ends
#' @importFrom utils head
#' @export
head.tensorflow.tensor <- function(x, n = 6L, ...) {
  n <- check_count(x, n)
  slice_rows(x, begin = 0L, end = n)
}

#' @rdname tensor-ends
#' @importFrom utils tail
#' @export
tail.tensorflow.tensor <- function(x, n = 6L, ...) {
  n <- check_count(x, n)
  # "The last 0" and "all but the first n" differ in what a begin of 0 or n means.
  if (n == 0L) slice_rows(x, 0L, 0L) else slice_rows(x, -n, 0L, end_mask = 1L)
}

#' @rdname tensor-ends
#' @export
rev.tensorflow.tensor <- function(x) {
  rank <- static_rank(x)
  if (!identical(rank, 1L)) {
    abort(
      sprintf("rev() is of tensors of rank 1; this one has %s.", format_rank(rank)),
      "invalid_argument"
    )
  }
  slice_rows(x, 0L, 0L, -1L, begin_mask = 1L, end_mask = 1L)
}

slice_rows <- function(x, begin, end, stride = 1L, ...) {
  engine("strided_slice")(x, list(begin), list(end), list(stride), ...)
}

check_count <- function(x, n) {
  if (!is_whole(n) || abs(n) > .Machine$integer.max) {
    abort(
      sprintf("`n` must be one whole number; got %s.", paste(format(n), collapse = " ")),
      "invalid_argument"
    )
  }
  if (identical(static_rank(x), 0L)) {
    abort("a tensor of rank 0 has no first or last part.", "invalid_argument")
  }
  as.integer(n)
}
