#' The TensorFlow API
#'
#' The main module. Its submodules, functions and classes are reached with `$`: `tf$constant(1)`,
#' `tf$nn$softmax(x)`, `tf$train$GradientDescentOptimizer(0.5)`. Python is started when it is first
#' used.
#'
#' Indexes and axes count from 0, as everywhere in TensorFlow. Integers are wanted where sizes and
#' axes are meant; whole numbers such as `784` are taken too. In data the types matter: `1L` is an
#' integer, `1` a floating-point number.
#'
#' @format A Python module.
#' @examplesIf py_available(TRUE)
#' sess <- tf$Session()
#' a <- tf$constant(10L)
#' b <- tf$constant(32L)
#' sess$run(a + b)
#' @export
tf <- NULL

# Tensors and variables are of class "tensorflow.tensor", for which the operators are defined.
mark_tensors <- function(classes) {
  if (any(c("pyengine.graph.Tensor", "pyengine.variables.Variable") %in% classes)) {
    classes <- c("tensorflow.tensor", classes)
  }
  classes
}
