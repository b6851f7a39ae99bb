# Printing of tensors and what is around them.

#' @export
format.tensorflow.tensor <- function(x, ...) {
  kind <- if (inherits(x, "pyengine.variables.Variable")) "Variable" else "Tensor"
  dtype <- x$dtype$base_dtype$name
  sprintf("<tf.%s '%s' shape=%s dtype=%s>", kind, x$name, py_str(x$shape), dtype)
}

#' @export
str.tensorflow.tensor <- function(object, ...) {
  cat("", format(object), "\n")
}

#' @export
summary.tensorflow.tensor <- function(object, ...) {
  print(object)
}
