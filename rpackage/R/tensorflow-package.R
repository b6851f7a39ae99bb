#' TensorFlow graphs and sessions from R
#'
#' The programming model of TensorFlow 1.x with R's own syntax. [tf] is the entry point: its
#' modules, functions and classes are reached with `$`, and what they return are R values, or
#' Python objects that behave like R's.
#'
#' Python is started in the R process when it is first needed; see [use_python()] for which one.
#'
#' @useDynLib tensorflow, .registration = TRUE
#' @keywords internal
"_PACKAGE"
