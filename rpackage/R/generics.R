# What R asks of arrays, asked of tensors.

#' Dimensions and values of tensors
#'
#' `dim()` and `length()` are of the static shape. The `as` functions compute the tensor's value
#' in the default session, and so do `tensor$eval()` and `sess$run(tensor)`.
#'
#' @param x A tensor or variable.
#' @param ... Passed on to the function for the value.
#' @return `dim()`: the sizes, `NA` for each that is unknown, `NULL` if even their number is.
#'   `length()`: their product, `NA` if it is unknown. The others: the value.
#' @name tensor-values
#' @family tensors
#' @examplesIf py_available(TRUE)
#' dim(tf$zeros(shape(784L, 10L)))
NULL

#' @rdname tensor-values
#' @export
dim.tensorflow.tensor <- function(x) {
  shape <- .Call(ffi_get_attr, x, "shape")
  if (is.null(shape$ndims) || shape$ndims == 0L) {
    return(NULL)
  }
  vapply(shape$as_list(), function(s) s %||% NA_integer_, 0L)
}

#' @rdname tensor-values
#' @export
length.tensorflow.tensor <- function(x) {
  .Call(ffi_get_attr, x, "shape")$num_elements() %||% NA_integer_
}

tensor_value <- function(x) {
  if (is.null(tf$get_default_session())) {
    abort(
      paste(
        "a tensor has no value outside of a session. Use sess$run(), or make a default session",
        "with tf$InteractiveSession() or with(tf$Session() %as% sess, ...)."
      ),
      "no_default_session"
    )
  }
  x$eval()
}

#' @rdname tensor-values
#' @export
as.array.tensorflow.tensor <- function(x, ...) as.array(tensor_value(x), ...)

#' @rdname tensor-values
#' @param mode The type of vector, as for [as.vector()].
#' @export
as.vector.tensorflow.tensor <- function(x, mode = "any") as.vector(tensor_value(x), mode)

#' @rdname tensor-values
#' @export
as.matrix.tensorflow.tensor <- function(x, ...) as.matrix(tensor_value(x), ...)

#' @rdname tensor-values
#' @export
as.double.tensorflow.tensor <- function(x, ...) as.double(tensor_value(x), ...)

#' @rdname tensor-values
#' @export
as.integer.tensorflow.tensor <- function(x, ...) as.integer(tensor_value(x), ...)

#' @rdname tensor-values
#' @export
as.logical.tensorflow.tensor <- function(x, ...) as.logical(tensor_value(x), ...)

#' @rdname tensor-values
#' @export
as.complex.tensorflow.tensor <- function(x, ...) as.complex(tensor_value(x), ...)

#' @rdname tensor-values
#' @export
as.data.frame.tensorflow.tensor <- function(x, ...) as.data.frame(tensor_value(x), ...)

#' @rdname tensor-operators
#' @param recursive Ignored.
#' @export
anyNA.tensorflow.tensor <- function(x, recursive = FALSE) engine("reduce_any")(engine("is_nan")(x))

#' @rdname tensor-operators
#' @export
is.na.tensorflow.tensor <- function(x) engine("is_nan")(x)

#' @rdname tensor-operators
#' @export
is.nan.tensorflow.tensor <- function(x) engine("is_nan")(x)

#' @rdname tensor-operators
#' @export
is.finite.tensorflow.tensor <- function(x) engine("is_finite")(x)

#' @rdname tensor-operators
#' @export
is.infinite.tensorflow.tensor <- function(x) engine("is_inf")(x)

#' @export
`dim<-.tensorflow.tensor` <- function(x, value) {
  abort(
    paste(
      "a tensor's dimensions cannot be set: tf$reshape(x, shape(...)) makes a tensor of others,",
      "row by row."
    ),
    "invalid_argument"
  )
}
