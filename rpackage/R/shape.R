# Shapes.

#' Tensor shapes
#'
#' @param ... Sizes of the dimensions, or one vector of them; `NULL` or `NA` for one that is
#'   unknown, and -1 where `tf$reshape()` is to find out. Whole numbers need no `L`.
#' @param x,y Shapes for `merge()`, which gives what both say: a size that one of them does not
#'   know is the other's. It is an error if they contradict each other.
#' @return An object of class `tensor_shape`: a list of integers and `NULL`s. `[`, `[[`, `c()`,
#'   `length()`, `as.integer()` (`NA` for what is unknown), `==` and `!=` understand it.
#' @family tensors
#' @examples
#' shape(NULL, 784)
#' shape(28, 28, 1)[2:3]
#' merge(shape(NULL, 784), shape(100, NULL))
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
      "invalid_argument"
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
str.tensor_shape <- function(object, ...) cat(" shape", format(object), "\n")

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
  identical(sizes_of(e1), sizes_of(e2))
}

#' @export
`!=.tensor_shape` <- function(e1, e2) !(e1 == e2)

# NULL where even the rank is unknown.
sizes_of <- function(x) {
  unknown <- inherits(x, "pyengine.shape.TensorShape") && is.null(x$ndims)
  if (!unknown) as.integer(as_tensor_shape(x))
}

as_tensor_shape <- function(x) {
  if (inherits(x, "tensor_shape")) {
    return(x)
  }
  if (inherits(x, "pyengine.shape.TensorShape")) {
    if (is.null(x$ndims)) {
      abort("the shape has an unknown rank.", "invalid_argument")
    }
    x <- x$as_list()
  }
  do.call(shape, as.list(x))
}

#' @rdname shape
#' @export
merge.tensor_shape <- function(x, y, ...) {
  y <- as_tensor_shape(y)
  conflict <- function() {
    abort(
      sprintf("the shapes %s and %s contradict each other.", format(x), format(y)),
      "invalid_argument"
    )
  }
  if (length(x) != length(y)) {
    conflict()
  }
  merged <- Map(function(a, b) {
    if (!is.null(a) && !is.null(b) && a != b) conflict()
    a %||% b
  }, unclass(x), unclass(y))
  structure(merged, class = "tensor_shape")
}

#' @export
as.double.tensor_shape <- function(x, ...) as.double(as.integer(x))

# The same for the shapes of tensors, which are Python objects.

# R uses an operator's methods only if both operands have the same.
#' @export
`==.pyengine.shape.TensorShape` <- `==.tensor_shape`

#' @export
`!=.pyengine.shape.TensorShape` <- `!=.tensor_shape`

#' @export
as.integer.pyengine.shape.TensorShape <- function(x, ...) as.integer(as_tensor_shape(x))

#' @export
as.double.pyengine.shape.TensorShape <- function(x, ...) as.double(as_tensor_shape(x))

#' @export
merge.pyengine.shape.TensorShape <- function(x, y, ...) merge(as_tensor_shape(x), y)

#' @export
c.pyengine.shape.TensorShape <- function(...) do.call(c, lapply(list(...), as_tensor_shape))
