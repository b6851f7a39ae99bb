# Shapes.

#' Tensor shapes
#'
#' @param ... Sizes of the dimensions, or one vector of them; `NULL` or `NA` for one that is
#'   unknown, and -1 where `tf$reshape()` is to find out. Whole numbers need no `L`.
#' @return An object of class `tensor_shape`: a list of integers and `NULL`s.
#' @family tensors
#' @examples
#' shape(NULL, 784)
#' shape(28, 28, 1)[2:3]
#' @export
shape <- function(...) {
  sizes <- list(...)
  if (length(sizes) == 1L && (is.list(sizes[[1L]]) || length(sizes[[1L]]) > 1L)) {
    sizes <- as.list(sizes[[1L]])
  }
  structure(lapply(sizes, as_size), class = "tensor_shape")
}

as_size <- function(size) {
  if (is.null(size) || identical(is.na(size), TRUE)) {
    return(NULL)
  }
  if (!is_whole(size) || size < -1 || size > .Machine$integer.max) {
    abort(
      sprintf(
        "a size must be a whole number up to %d, or NULL where it is unknown; got %s.",
        .Machine$integer.max, paste(format(size), collapse = " ")
      ),
      "invalid_argument",
      call = sys.call(-3)
    )
  }
  as.integer(size)
}

is_whole <- function(x) is.numeric(x) && length(x) == 1L && !is.na(x) && x == trunc(x)

#' @export
format.tensor_shape <- function(x, ...) {
  sizes <- vapply(unclass(x), function(s) if (is.null(s)) "?" else format(s), "")
  sprintf("(%s)", if (length(sizes) == 1L) paste0(sizes, ",") else paste(sizes, collapse = ", "))
}

#' @export
print.tensor_shape <- function(x, ...) {
  cat(format(x), "\n", sep = "")
  invisible(x)
}

#' @export
`[.tensor_shape` <- function(x, i) {
  sizes <- unclass(x)
  positions <- seq_along(sizes)
  names(positions) <- names(sizes)
  if (anyNA(positions[i])) {
    dimensions <- if (length(sizes) == 1L) "1 dimension" else paste(length(sizes), "dimensions")
    abort(sprintf("the index is out of bounds: the shape has %s.", dimensions), "invalid_index")
  }
  structure(sizes[i], class = "tensor_shape")
}

#' @export
c.tensor_shape <- function(...) {
  do.call(shape, unlist(lapply(list(...), function(s) as.list(unclass(s))), recursive = FALSE))
}

#' @export
as.integer.tensor_shape <- function(x, ...) {
  vapply(unclass(x), function(s) s %||% NA_integer_, 0L)
}

#' @export
`==.tensor_shape` <- function(e1, e2) {
  identical(as.integer(as_tensor_shape(e1)), as.integer(as_tensor_shape(e2)))
}

#' @export
`!=.tensor_shape` <- function(e1, e2) !(e1 == e2)

as_tensor_shape <- function(x) {
  if (inherits(x, "tensor_shape")) x else do.call(shape, as.list(x))
}
