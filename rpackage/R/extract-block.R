# `[` for tensors in the everyday case: numbers, ranges and blanks, counted as they are by default.
# A slice is one of the ops that graphs are full of, so it is to be quick; extract.R has the rest.

# The part of `x` that a call of `[` says. Where that takes a closer look, a list: at the positions
# of ranges whose ends were evaluated, which must not be done again, of these. `value(i)` is the
# i-th index.
take_block <- function(x, call, frame, value) {
  count <- length(call) - 2L
  ranges <- list()
  if (!is.null(names(call)) || count > 30L || !counts_by_default()) {
    return(ranges)
  }
  begin <- end <- integer(count)
  blanks <- singles <- 0L
  bit <- 1L
  for (i in seq_len(count)) {
    if (is.symbol(call[[i + 2L]]) && !nzchar(call[[i + 2L]])) {
      blanks <- blanks + bit
      bit <- 2L * bit
      next
    }
    written <- call[[i + 2L]]
    if (is.call(written) && identical(written[[1L]], colon)) {
      from <- written[[2L]]
      to <- written[[3L]]
      if (identical(to, dots) || (is.call(from) && identical(from[[1L]], colon))) {
        return(as_ranges(ranges)) # from:to:by
      }
      if (is.language(from)) from <- eval(from, frame)
      if (is.language(to)) to <- eval(to, frame)
      ranges[[i]] <- list(from, to)
      plain <- is_position(from) && is_position(to) && from <= to
      # 1:n may be meant to be all of them.
      if (!plain || (from == 1 && isTRUE(to == dim(x)[i]))) {
        return(as_ranges(ranges))
      }
    } else {
      if (identical(written, dots)) {
        return(list())
      }
      from <- to <- if (is.language(written)) value(i) else written
      if (!is_position(from)) {
        return(as_ranges(ranges))
      }
      singles <- singles + bit
    }
    begin[[i]] <- as.integer(from)
    end[[i]] <- as.integer(to) + 1L
    bit <- 2L * bit
  }
  block <- engine_functions[["[block]"]]
  if (is.null(block)) {
    block <- find_block()
  }
  part <- block(x, begin, end, blanks, blanks, singles)
  if (is.null(part)) as_ranges(ranges) else part
}

colon <- quote(`:`)
dots <- quote(...)

find_block <- function() {
  engine_functions[["[block]"]] <- import("pyengine.ops.indexing")$block
}

is_position <- function(x) {
  is.numeric(x) && length(x) == 1L && is.null(attributes(x)) && !is.na(x) && x >= 0 &&
    x < .Machine$integer.max && x == trunc(x)
}

counts_by_default <- function() {
  is.null(getOption("tensorflow.extract.style")) &&
    is.null(getOption("tensorflow.extract.one_based")) &&
    is.null(getOption("tensorflow.extract.inclusive_stop")) &&
    is.null(getOption("tensorflow.extract.disallow_out_of_bounds"))
}

as_ranges <- function(ranges) {
  lapply(ranges, function(ends) if (!is.null(ends)) index_range(ends[[1L]], ends[[2L]]))
}
