# `[` for tensors.

#' Extract parts of a tensor
#'
#' Indexes count from 0, and a range includes its end: `x[0:9, ]` are the first 10 rows. A blank
#' keeps its dimension whole, a single index drops it (unless `drop` is `FALSE`), and dimensions
#' that are left out at the end are kept.
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
  indices <- index_arguments(...)
  known <- static_rank(x)
  if (!is.na(known) && length(indices) > known) {
    abort(
      sprintf("%d indices were given for a tensor of rank %d.", length(indices), known),
      "invalid_index"
    )
  }
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

# The indices, NULL for each blank.
index_arguments <- function(...) {
  quoted <- as.list(substitute(list(...)))[-1L]
  lapply(seq_along(quoted), function(i) {
    if (is.name(quoted[[i]]) && !nzchar(quoted[[i]])) NULL else check_index(...elt(i), i)
  })
}

check_index <- function(index, position) {
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
