# Operators on Python objects that are no tensors.

operator_functions <- list2env(list(
  "+" = "add", "-" = "sub", "*" = "mul", "/" = "truediv", "^" = "pow", "%%" = "mod",
  "%/%" = "floordiv", "==" = "eq", "!=" = "ne", "<" = "lt", "<=" = "le", ">" = "gt", ">=" = "ge",
  "&" = "and_", "|" = "or_"
))

# A function of Python's module operator, whose results convert as those of `x` do.
operator <- function(name, x = NULL) {
  convert <- is.null(x) || .Call(ffi_converts, x)
  import("operator", convert = convert)[[name]]
}

#' Operators on Python objects
#'
#' `+`, `-`, `*`, `/`, `^`, `%%`, `%/%`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `&`, `|` and `!` do what
#' Python's operators do (`**` for `^`, `//` for `%/%`, `~` for `!`). An R value on either side is
#' converted first.
#'
#' @param e1,e2 Python objects, or one of them an R value.
#' @return The result, converted to R if it has a counterpart.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' fractions <- import("fractions")
#' half <- fractions$Fraction(1L, 2L)
#' half + 1L
#' half < 1L
#' @export
Ops.python.builtin.object <- function(e1, e2) {
  # One function for tensors too: R takes a method only if it is that of both operands.
  if (inherits(e1, "tensorflow.tensor") || (!missing(e2) && inherits(e2, "tensorflow.tensor"))) {
    return(operate_on_tensors(.Generic, e1, e2))
  }
  if (missing(e2)) {
    return(operator(switch(.Generic, "-" = "neg", "+" = "pos", "!" = "invert"), e1)(e1))
  }
  py_operate(.Generic, e1, e2)
}

# From R 4.3 on, R asks which of two methods to take. Before, classes with operators of their own
# (factors, dates, integer64) cannot meet Python objects.
#' @rawNamespace if (getRversion() >= "4.3.0") S3method(chooseOpsMethod, python.builtin.object)
chooseOpsMethod.python.builtin.object <- # nolint: object_length_linter. R's name.
  function(x, y, mx, my, cl, reverse) TRUE

py_operate <- function(name, e1, e2) {
  object <- if (is_py_object(e1)) e1 else e2
  operator(operator_functions[[name]], object)(e1, e2)
}

#' @export
all.equal.python.builtin.object <- function(target, current, ...) {
  if (!is_py_object(current)) {
    return(all.equal(py_to_r(target), current, ...))
  }
  same <- .Call(ffi_same, target, current) ||
    isTRUE(as.logical(all(unlist(operator("eq")(target, current)))))
  if (same) TRUE else sprintf("%s is not equal to %s", format(target), format(current))
}

#' @export
as.list.python.builtin.object <- function(x, ...) {
  value <- py_to_r(x)
  if (is_py_object(value)) iterate(value, simplify = FALSE) else as.list(value, ...)
}

#' @export
as.vector.python.builtin.object <- function(x, mode = "any") {
  as.vector(value_in_r(x), mode)
}

#' @export
as.double.python.builtin.object <- function(x, ...) as.vector(x, "double")

#' @export
as.integer.python.builtin.object <- function(x, ...) as.vector(x, "integer")

#' @export
as.logical.python.builtin.object <- function(x, ...) as.vector(x, "logical")

#' @export
as.complex.python.builtin.object <- function(x, ...) as.vector(x, "complex")

#' @export
as.array.python.builtin.object <- function(x, ...) as.array(value_in_r(x), ...)

#' @export
as.matrix.python.builtin.object <- function(x, ...) as.matrix(value_in_r(x), ...)

#' @export
as.data.frame.python.builtin.object <- function(x, ...) as.data.frame(value_in_r(x), ...)

value_in_r <- function(x) {
  value <- py_to_r(x)
  if (is_py_object(value)) {
    abort(sprintf("%s has no counterpart in R.", format(x)), "invalid_argument")
  }
  value
}
