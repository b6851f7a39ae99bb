# `[` for tensors. How an index is read is in indices.R, what counts as 0 or 1 in extract-options.R.

#' Extract parts of a tensor
#'
#' Indexes count from 0, and a range includes its end: `x[0:9, ]` are the first 10 rows. A blank
#' keeps its dimension whole, a single index drops it (unless `drop` is `FALSE`), and dimensions
#' that are left out at the end are kept. As in TensorFlow, a range that goes past the end stops
#' there, and a single index past it is an error. [tf_extract_opts()] has options for counting from
#' 1, and for Python's ranges.
#'
#' An index may be
#'
#' * a number, or a range of regular step such as `0:9` or `seq(0, 8, 2)`; ranges of a step can be
#'   written `0:8:2` as well, and `2:NULL` goes to the end,
#' * a negative number, which counts from the end: `x[-1]` is the last element, `x[-3:-1]` are the
#'   last three. A warning, shown once, says that nothing is left out as in R,
#' * `NULL` or `tf$newaxis` for a new dimension of size 1,
#' * [all_dims()] for as many blanks as there are dimensions left,
#' * a tensor: a number counted from 0, or a vector of them whose elements are gathered; a tensor
#'   can also be the start or the end of a range, as in `x[0:n]`,
#' * a mask: a logical vector for one dimension, or a logical array or tensor for all of `x`.
#'
#' `x[...] <- value` of a variable makes an op that assigns to a part of it, and `x` is then the
#' value after that: run it. Other tensors cannot be changed.
#'
#' @param x A tensor or variable.
#' @param ... An index for each dimension.
#' @param drop Whether dimensions that are indexed by one number are dropped.
#' @param style,options How indices are counted, see [tf_extract_opts()].
#' @param value The new value.
#' @return A tensor.
#' @family tensors
#' @examplesIf py_available(TRUE)
#' W <- tf$zeros(shape(784L, 10L))
#' W[0:99, 0:4]
#' W[, 7:9]
#' W[, tf$newaxis, 0]
#' W[all_dims(), 0:8:2]
#' W[, c(TRUE, FALSE)[1 + 0:9 %% 2]]
#' @export
`[.tensorflow.tensor` <- function(x, ..., drop = TRUE,
                                  style = getOption("tensorflow.extract.style"),
                                  options = tf_extract_opts(style)) {
  call <- sys.call()
  value <- function(i) ...elt(i)
  read <- list()
  if (missing(options) && missing(style)) {
    read <- take_block(x, call, parent.frame(), value)
    if (!is.list(read)) {
      return(read)
    }
  }
  indices <- written_indices(call, substitute(alist(...)), parent.frame(), value, read)
  take(x, indices, drop, options)
}

#' @rdname sub-.tensorflow.tensor
#' @export
`[<-.tensorflow.tensor` <- function(x, ..., value) {
  if (!inherits(x, "pyengine.variables.Variable") && !isTRUE(is_reference(x))) {
    abort(
      sprintf(
        paste(
          "elements of a tensor cannot be replaced, and '%s' is no variable.",
          "tf$assign() gives a variable a new value."
        ),
        x$name
      ),
      "invalid_argument"
    )
  }
  indices <- written_indices(sys.call(), substitute(alist(...)), parent.frame(), function(i) {
    ...elt(i)
  })
  part <- take(x, indices, TRUE, tf_extract_opts())
  if (!identical(part$op$type, "StridedSlice")) {
    abort(
      "only ranges and numbers say where to assign; tf$scatter_update() takes any positions.",
      "invalid_index"
    )
  }
  import("pyengine.ops.scatter_state")$assign_to_slice(x, part, value)
}

is_reference <- function(x) py_get_attr(py_get_attr(x, "dtype"), "_is_ref_dtype", silent = TRUE)

#' All dimensions that are left
#'
#' In `x[...]`, stands for as many blanks as are needed: `x[all_dims(), 0]` is the first of the last
#' dimension, whatever the rank. Python writes `...`.
#'
#' @return An object that `[` of tensors understands.
#' @family tensors
#' @examplesIf py_available(TRUE)
#' x <- tf$zeros(shape(2, 3, 4))
#' x[all_dims(), 0]
#' x[0, all_dims()]
#' @export
all_dims <- function() structure(list(), class = "all_dims")

#' @export
print.all_dims <- function(x, ...) {
  cat("<all dimensions>\n")
  invisible(x)
}

# Takes the part of `x` that a list of indices (see indices.R) says.
take <- function(x, indices, drop, options) {
  if (length(indices) == 1L) {
    mask <- whole_mask(indices[[1L]])
    if (!is.null(mask)) {
      return(engine("boolean_mask")(x, mask))
    }
    if (inherits(indices[[1L]], "index_blank")) {
      indices <- list() # x[] is all of x, whatever its rank
    }
  }
  rank <- static_rank(x)
  plans <- vector("list", length(indices))
  axis <- 0L # of the result
  dimension <- 0L # of x
  chosen <- list() # along which axes of the result, from the last to the first
  for (i in seq_along(indices)) {
    dimension <- dimension + 1L
    # The size is looked up only where it is asked for.
    plan <- plan_index(indices[[i]], i, options, dim(x)[dimension] %||% NA)
    plan$single <- plan$single && drop
    plans[[i]] <- plan
    if (!is.null(plan$adds)) { # a new dimension, or all that are left
      added <- added_dimensions(plan$adds, indices, rank)
      dimension <- dimension - 1L + if (plan$adds == 1L) 0L else added
      axis <- axis + added
      next
    }
    check_rank(dimension, indices, rank)
    if (!is.null(plan$choose)) {
      chosen <- c(list(list(axis = axis, by = plan$choose)), chosen)
    }
    axis <- axis + !plan$single
  }
  x <- strided_part(x, plans, length(chosen) > 0L)
  for (choice in chosen) {
    x <- choose(x, choice$axis, choice$by)
  }
  x
}

# What the plans say of begins, ends and steps; the tensor itself if that is all of it, and more is
# to come.
strided_part <- function(x, plans, more) {
  positions <- function(name, default) lapply(plans, function(plan) plan[[name]] %||% default)
  masks <- c(begin = 0, end = 0, ellipsis = 0, new_axis = 0, shrink_axis = 0)
  for (i in seq_along(plans)) {
    plan <- plans[[i]]
    set <- c(plan$masks, if (plan$single) "shrink_axis")
    masks[set] <- masks[set] + 2^(i - 1)
  }
  if (more && all(masks[1:2] == 2^length(plans) - 1)) {
    return(x)
  }
  masks <- as.integer(masks)
  engine("strided_slice")(
    x, positions("begin", 0L), positions("end", 0L), positions("step", 1L),
    begin_mask = masks[[1L]], end_mask = masks[[2L]], ellipsis_mask = masks[[3L]],
    new_axis_mask = masks[[4L]], shrink_axis_mask = masks[[5L]]
  )
}

# The elements along an axis that a mask or a tensor of positions names.
choose <- function(x, axis, by) {
  if (is.na(axis)) {
    abort(
      "after all_dims(), masks and tensors need a tensor of known rank.", "invalid_index"
    )
  }
  if (is.logical(by) || is_bool_tensor(by)) {
    engine("boolean_mask")(x, by, axis = axis)
  } else {
    engine("gather")(x, by, axis = axis)
  }
}

# A mask for all of a tensor, if the only index is one.
whole_mask <- function(index) {
  if (is.logical(index) && length(dim(index)) > 1L) {
    return(index)
  }
  if (is_bool_tensor(index)) index
}

check_rank <- function(dimension, indices, rank) {
  if (!is.na(rank) && dimension > rank) {
    given <- dimensions_taken(indices)
    abort_index(
      "%s given for a tensor of rank %d.",
      if (given == 1L) "1 index was" else paste(given, "indices were"), rank
    )
  }
}

# The static rank of a tensor, NA if it is unknown.
static_rank <- function(x) {
  .Call(ffi_get_attr, .Call(ffi_get_attr, x, "shape"), "ndims") %||% NA_integer_
}

format_rank <- function(rank) if (is.na(rank)) "an unknown rank" else paste("rank", rank)
