# `[` for tensors.

#' Extract parts of a tensor
#'
#' Indexes count from 0, and a range includes its end: `x[0:9, ]` are the first 10 rows. A blank
#' keeps its dimension whole, a single index drops it (unless `drop` is `FALSE`), and dimensions
#' that are left out at the end are kept. As in TensorFlow, a range that goes past the end stops
#' there, and a single index past it is an error.
#'
#' @param x A tensor or variable.
#' @param ... An index for each dimension: blank, a number, or a range of regular step such as
#'   `0:9` or `seq(0, 8, 2)`.
#' @param drop Whether dimensions that are indexed by one number are dropped.
#' @return A tensor.
#' @family tensors
#' @examplesIf py_available(TRUE)
#' W <- tf$zeros(shape(784L, 10L))
#' W[0:99, 0:4]
#' W[, 7:9]
#' @export
`[.tensorflow.tensor` <- function(x, ..., drop = TRUE) {
  indices <- fit_rank(index_arguments(...), static_rank(x))
  begin <- end <- integer(length(indices))
  strides <- rep(1L, length(indices))
  masks <- c(begin = 0, end = 0, shrink = 0)
  for (i in seq_along(indices)) {
    bit <- 2^(i - 1)
    index <- indices[[i]]
    if (is.null(index)) {
      masks[c("begin", "end")] <- masks[c("begin", "end")] + bit
      next
    }
    step <- regular_step(index, i)
    last <- index[[length(index)]]
    begin[[i]] <- index[[1L]]
    strides[[i]] <- step
    end[[i]] <- last + sign(step)
    if (end[[i]] < 0L) {
      masks[["end"]] <- masks[["end"]] + bit # a descending range down to 0
    }
    if (length(index) == 1L && drop) {
      masks[["shrink"]] <- masks[["shrink"]] + bit
    }
  }
  engine("strided_slice")(
    x, as.list(begin), as.list(end), as.list(strides),
    begin_mask = as.integer(masks[["begin"]]), end_mask = as.integer(masks[["end"]]),
    shrink_axis_mask = as.integer(masks[["shrink"]])
  )
}

fit_rank <- function(indices, rank) {
  if (length(indices) == 1L && is.null(indices[[1L]])) {
    return(list()) # x[] is all of x, whatever its rank
  }
  if (!is.na(rank) && length(indices) > rank) {
    given <- if (length(indices) == 1L) "1 index was" else paste(length(indices), "indices were")
    abort(
      sprintf("%s given for a tensor of rank %d.", given, rank),
      "invalid_index",
      call = sys.call(-1)
    )
  }
  indices
}

# The indices, NULL for each blank.
index_arguments <- function(...) {
  quoted <- as.list(substitute(list(...)))[-1L]
  lapply(seq_along(quoted), function(i) {
    if (is.name(quoted[[i]]) && !nzchar(quoted[[i]])) NULL else check_index(...elt(i), i)
  })
}

check_index <- function(index, position) {
  if (length(dim(index)) > 1L) {
    abort(
      sprintf("index %d is a matrix; give an index for each dimension.", position),
      "invalid_index"
    )
  }
  if (!is.numeric(index) || !length(index) || anyNA(index) || any(index != trunc(index))) {
    abort(
      sprintf("index %d must be whole numbers counted from 0, or blank.", position),
      "invalid_index"
    )
  }
  if (any(index < 0)) {
    abort(
      sprintf(
        "index %d is negative (%s): elements are counted from 0, and cannot be left out.",
        position, index[index < 0][[1L]]
      ),
      "invalid_index"
    )
  }
  if (any(index > .Machine$integer.max)) {
    abort(
      sprintf("index %d (%s) is too large.", position, format(max(index))),
      "invalid_index"
    )
  }
  as.integer(index)
}

regular_step <- function(index, position) {
  if (length(index) == 1L) {
    return(1L)
  }
  steps <- diff(index)
  if (steps[[1L]] == 0L || any(steps != steps[[1L]])) {
    abort(
      sprintf(
        "index %d must be a range of regular step; tf$gather() takes elements in any order.",
        position
      ),
      "invalid_index"
    )
  }
  steps[[1L]]
}

# The static rank of a tensor, NA if it is unknown.
static_rank <- function(x) {
  .Call(ffi_get_attr, .Call(ffi_get_attr, x, "shape"), "ndims") %||% NA_integer_
}

#' @export
`[<-.tensorflow.tensor` <- function(x, ..., value) {
  abort(
    "elements of a tensor cannot be replaced; tf$assign() gives a variable a new value.",
    "invalid_argument"
  )
}

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
      "invalid_argument",
      call = sys.call(-1)
    )
  }
  if (identical(static_rank(x), 0L)) {
    abort("a tensor of rank 0 has no first or last part.", "invalid_argument", call = sys.call(-1))
  }
  as.integer(n)
}

format_rank <- function(rank) if (is.na(rank)) "an unknown rank" else paste("rank", rank)
