# `[` for tensors in the everyday case: numbers, ranges and blanks, counted as they are by default.
# A slice is one of the ops that graphs are full of, so it is to be quick; extract.R has the rest.

# The part of `x` that a call of `[` says. Where that takes a closer look, a list: at the positions
# of ranges whose ends were evaluated, which must not be done again, of these. `value(i)` is the
# i-th index.
take_block <- function(x, call, frame, value) {
  count <- length(call) - 2L
  ranges <- list()
  if (count > 30L || !counts_plainly(call)) { # a mask has no more bits
    return(ranges)
  }
  begin <- end <- integer(count)
  blanks <- singles <- 0L
  bit <- 1L
  for (i in seq_len(count)) {
    if (is.symbol(call[[i + 2L]]) && !nzchar(call[[i + 2L]])) {
      blanks <- blanks + bit
    } else {
      ends <- index_ends(call[[i + 2L]], i, frame, value)
      if (is.list(ends)) ranges[[i]] <- ends else singles <- singles + bit
      if (!are_plain(ends, x, i)) {
        return(as_ranges(ranges))
      }
      begin[[i]] <- as.integer(ends[[1L]])
      end[[i]] <- as.integer(ends[[length(ends)]]) + 1L
    }
    bit <- 2L * bit
  }
  # Not with %||%, whose frame would stand between: an op's site is looked for frame by frame.
  part <- block_function()(x, begin, end, blanks, blanks, singles)
  if (is.null(part)) as_ranges(ranges) else part
}

block_function <- function() {
  found <- engine_functions[["[block]"]]
  if (is.null(found)) {
    found <- engine_functions[["[block]"]] <- import("pyengine.ops.indexing")$block
  }
  found
}

# Without options, of the call's or of the session's.
counts_plainly <- function(call) {
  is.null(names(call)) &&
    is.null(getOption("tensorflow.extract.style")) &&
    is.null(getOption("tensorflow.extract.one_based")) &&
    is.null(getOption("tensorflow.extract.inclusive_stop")) &&
    is.null(getOption("tensorflow.extract.disallow_out_of_bounds"))
}

# The list of both ends of a range that is written out; the value of another index; NULL for what
# is not read here.
index_ends <- function(written, i, frame, value) {
  if (!is.language(written)) {
    return(written)
  }
  if (!is.call(written) || !identical(written[[1L]], colon)) {
    index <- if (!identical(written, dots)) value(i)
    return(if (!is.list(index)) index)
  }
  from <- written[[2L]]
  to <- written[[3L]]
  if (is.call(from) && identical(from[[1L]], colon)) {
    return(NULL) # from:to:by
  }
  list(evaluated(from, frame), evaluated(to, frame))
}

evaluated <- function(end, frame) if (is.language(end)) eval(end, frame) else end

colon <- quote(`:`)
dots <- quote(...)

# Whether what was read is a position, or two in order. 1:n may be meant to be all of them.
are_plain <- function(ends, x, i) {
  if (!is.list(ends)) {
    return(is_position(ends))
  }
  from <- ends[[1L]]
  to <- ends[[2L]]
  is_position(from) && is_position(to) && from <= to && (from != 1 || !isTRUE(to == dim(x)[i]))
}

is_position <- function(x) {
  is_plain_number(x) && x >= 0 && x < .Machine$integer.max && x == trunc(x)
}

is_plain_number <- function(x) {
  is.numeric(x) && length(x) == 1L && is.null(attributes(x)) && !is.na(x)
}

as_ranges <- function(ranges) {
  lapply(ranges, function(ends) if (!is.null(ends)) index_range(ends[[1L]], ends[[2L]]))
}
