# What an index between the brackets of x[...] says.
#
# An index is a value, or of one of these classes where its value alone would not do: "index_blank",
# "index_new_axis", "index_range" (a list of from, to and by, as `from:to:by` was written),
# "all_dims".

index_blank <- structure(list(), class = "index_blank")
index_new_axis <- structure(list(), class = "index_new_axis")

# The indices of a call of `[`. A range that is written out is taken apart before R evaluates it:
# its ends may be negative, NULL or tensors, and it may have a step.
#
# `quoted` are the dots as they were written, by the user or by whoever passed dots on; `value(i)`
# evaluates the i-th. `read` has the ranges that were evaluated already.
written_indices <- function(call, quoted, frame, value, read = list()) {
  quoted <- as.list(quoted)[-1L]
  literal <- !any(vapply(as.list(call), identical, NA, quote(...)))
  lapply(seq_along(quoted), function(i) {
    if (i <= length(read) && !is.null(read[[i]])) {
      return(read[[i]])
    }
    if (is.call(quoted[[i]])) {
      if (literal && identical(quoted[[i]][[1L]], quote(`:`))) {
        return(written_range(quoted[[i]], frame))
      }
    } else if (is.name(quoted[[i]]) && !nzchar(quoted[[i]])) {
      return(index_blank)
    }
    value(i) %||% index_new_axis
  })
}

written_range <- function(expression, frame) {
  by <- NULL
  first <- expression[[2L]]
  if (is.call(first) && identical(first[[1L]], quote(`:`))) { # from:to:by
    by <- eval(expression[[3L]], frame)
    expression <- first
  }
  from <- eval(expression[[2L]], frame)
  to <- eval(expression[[3L]], frame)
  index_range(from, to, by)
}

index_range <- function(from, to, by = NULL) {
  structure(list(from = from, to = to, by = by), class = "index_range")
}

# What an index means to tf$strided_slice(): `begin`, `end`, `step`, the names of the `masks` to
# set, whether it is a `single` position; how many dimensions it `adds` (0: all that are left); or
# what to `choose` along its dimension afterwards.
plan_index <- function(index, position, options, size) UseMethod("plan_index")

plan_index.default <- function(index, position, options, size) {
  abort_index(
    "index %d must be whole numbers, a mask, a tensor, or blank; got %s.",
    position, class(index)[[1L]]
  )
}

plan_index.index_blank <- function(index, position, options, size) {
  list(masks = c("begin", "end"), single = FALSE)
}

plan_index.index_new_axis <- function(index, position, options, size) {
  list(masks = "new_axis", single = FALSE, adds = 1L)
}

plan_index.all_dims <- function(index, position, options, size) {
  list(masks = "ellipsis", single = FALSE, adds = 0L)
}

plan_index.logical <- function(index, position, options, size) {
  if (!length(index) || anyNA(index) || length(dim(index)) > 1L) {
    abort_index("index %d must be whole numbers, or a mask without NA; got NA.", position)
  }
  if (!is.na(size) && length(index) != size) {
    abort_index("index %d is a mask of %d, for a dimension of %d.", position, length(index), size)
  }
  list(masks = c("begin", "end"), single = FALSE, choose = array(index))
}

# How many dimensions of the result a new one, or "all that are left", stands for.
added_dimensions <- function(adds, indices, rank) {
  if (adds == 1L) {
    return(1L)
  }
  rank - dimensions_taken(indices)
}

# How many dimensions of the tensor the indices stand for, without all_dims().
dimensions_taken <- function(indices) {
  length(indices) - sum(vapply(indices, inherits, NA, c("index_new_axis", "all_dims")))
}

abort_index <- function(message, ...) {
  abort(sprintf(message, ...), "invalid_index")
}

plan_index.tensorflow.tensor <- function(index, position, options, size) {
  rank <- static_rank(index)
  if (is_bool_tensor(index)) {
    if (!identical(rank, 1L)) {
      abort_index(
        "index %d is a mask of %s, for one dimension; alone, it can be one for all of them.",
        position, format_rank(rank)
      )
    }
    return(list(masks = c("begin", "end"), single = FALSE, choose = index))
  }
  dtype <- index$dtype$base_dtype
  if (!dtype$is_integer) {
    abort_index("index %d is a tensor of %s; integers are wanted.", position, dtype$name)
  }
  warn_of_tensors(options)
  if (identical(rank, 0L)) {
    at <- engine("cast")(index, tf$int32)
    return(list(begin = at, end = at + 1L, masks = NULL, single = TRUE))
  }
  if (is.na(rank)) {
    abort_index("index %d is a tensor of unknown rank; give it one with set_shape().", position)
  }
  list(masks = c("begin", "end"), single = FALSE, choose = index)
}

plan_index.numeric <- function(index, position, options, size) {
  check_numbers(index, position)
  at <- counted_from_zero(index, position, options)
  if (length(at) == 1L) {
    check_bounds(at, position, options, size)
    # The position after the last, -1, has no number.
    return(list(begin = at, end = at + 1L, masks = if (at == -1L) "end", single = TRUE))
  }
  if (any(at < 0L) && any(at >= 0L)) {
    abort_index(
      "index %d has numbers that count from the start and from the end; write `from:to` there.",
      position
    )
  }
  step <- regular_step(at, position)
  plan_steps(at[[1L]], at[[length(at)]], step, TRUE, position, options, size)
}

plan_index.index_range <- function(index, position, options, size) {
  by <- index$by
  if (!is.null(by) && !is_tensor(by)) {
    check_numbers(by, position)
    if (length(by) != 1L || by == 0) {
      abort_index("index %d has the step %s.", position, paste(format(by), collapse = " "))
    }
    by <- as.integer(by)
  }
  from <- range_end(index$from, position, options)
  to <- range_end(index$to, position, options)
  by <- by %||% default_step(from, to, options)
  plan_steps(from, to, by, options$inclusive_stop, position, options, size)
}

# As in R, 3:0 goes down; where one end counts from the end of the tensor, only up makes sense.
default_step <- function(from, to, options) {
  known <- is.integer(from) && is.integer(to)
  if (known && options$inclusive_stop && (from < 0L) == (to < 0L) && from > to) -1L else 1L
}

range_end <- function(value, position, options) {
  if (is.null(value)) {
    return(NULL)
  }
  if (is_tensor(value)) {
    warn_of_tensors(options)
    return(engine("cast")(value, tf$int32))
  }
  check_numbers(value, position)
  if (length(value) != 1L) {
    abort_index("index %d is a range whose end is no single number.", position)
  }
  counted_from_zero(value, position, options)
}

is_tensor <- function(x) inherits(x, "tensorflow.tensor")

is_bool_tensor <- function(x) is_tensor(x) && identical(x$dtype$base_dtype$name, "bool")

plan_steps <- function(from, to, by, inclusive, position, options, size) {
  masks <- c(if (is.null(from)) "begin", if (is.null(to)) "end")
  if (is.integer(from)) check_bounds(from, position, options, size)
  if (is.integer(to)) {
    check_bounds(if (inclusive) to else to - 1L, position, options, size)
    warn_of_one_past(from, to, size, options)
  }
  if (inclusive && !is.null(to)) {
    past <- if (is_tensor(by)) to + engine("sign")(by) else to + sign_of(by)
    if (has_no_number(to, past)) {
      masks <- c(masks, "end")
    }
    to <- past
  }
  list(begin = from, end = to, step = by, masks = masks, single = FALSE)
}

# Going up from the end, 0 would be past the last; going down to the start, -1 before the first.
has_no_number <- function(to, past) {
  is.integer(past) && ((to == -1L && past == 0L) || (to == 0L && past == -1L))
}

sign_of <- function(by) if (by < 0L) -1L else 1L

check_numbers <- function(index, position) {
  if (length(dim(index)) > 1L) {
    abort_index("index %d is a matrix; give an index for each dimension.", position)
  }
  if (!is.numeric(index) || !length(index) || anyNA(index) || any(index != trunc(index))) {
    abort_index("index %d must be whole numbers, or blank.", position)
  }
  if (any(abs(index) > .Machine$integer.max)) {
    abort_index("index %d (%s) is too large.", position, format(index[[which.max(abs(index))]]))
  }
}

# Positions as TensorFlow counts them.
counted_from_zero <- function(index, position, options) {
  index <- as.integer(index)
  if (any(index < 0L)) {
    warn_of_negatives(options)
  }
  if (!options$one_based) {
    return(index)
  }
  if (any(index == 0L)) {
    abort_index("index %d is 0, and positions are counted from 1 (tensorflow.extract.*).", position)
  }
  index - (index > 0L)
}

check_bounds <- function(at, position, options, size) {
  if (options$disallow_out_of_bounds && !is.na(size) && (at >= size || at < -size)) {
    abort_index(
      "index %d is out of bounds: position %d of a dimension of %d (counted from %d).",
      position, at + options$one_based, size, as.integer(options$one_based)
    )
  }
}

regular_step <- function(index, position) {
  steps <- index[-1L] - index[-length(index)]
  if (steps[[1L]] == 0L || any(steps != steps[[1L]])) {
    abort_index(
      "index %d must be a range of regular step; tf$gather() takes elements in any order.",
      position
    )
  }
  steps[[1L]]
}
