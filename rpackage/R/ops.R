# Operators and functions of R's groups for tensors: each adds the op of its name to the graph.

# The engine's functions, looked up once: an operator must not cost two look-ups by name.
engine_functions <- new.env(parent = emptyenv())

engine <- function(name) {
  found <- engine_functions[[name]]
  if (is.null(found)) {
    found <- .Call(ffi_get_attr, tf, name)
    engine_functions[[name]] <- found
  }
  found
}

#' Operators and functions for tensors
#'
#' R's operators and mathematical functions add ops to the graph when a tensor or a variable is
#' among their operands. The other operand may be a number, a vector, a matrix or an array, and
#' takes the tensor's dtype.
#'
#' | R | op |
#' |---|---|
#' | `+`, `-`, `*`, `/` | `tf$add`, `tf$subtract` and `tf$negative`, `tf$multiply`, `tf$truediv` |
#' | `%/%`, `%%`, `^` | `tf$floordiv`, `tf$mod`, `tf$pow` |
#' | `&`, `!`, and R's sign for "or" | `tf$logical_and`, `tf$logical_not`, `tf$logical_or` |
#' | `==`, `!=`, `<`, `<=`, `>`, `>=` | `tf$equal`, `tf$not_equal`, `tf$less`, ... |
#' | `xor` | `tf$logical_or`, `tf$logical_and` and `tf$logical_not` |
#' | `abs`, `sign`, `sqrt`, `floor`, `round`, `exp`, `log`, ... | the function of that name |
#' | `Re`, `Im`, `Mod`, `Arg`, `Conj` | `tf$real`, `tf$imag`, `tf$abs`, `tf$angle`, `tf$conj` |
#' | `%*%` | `tf$matmul` |
#' | `is.na`, `is.nan`, `is.finite`, `is.infinite` | `tf$is_nan`, ... |
#' | `sum`, `prod`, `max`, `min`, `mean`, `all`, `any` | `tf$reduce_sum`, ... |
#' | `range` | `tf$stack` of `tf$reduce_min` and `tf$reduce_max` |
#'
#' `sum()` and its like take several tensors and R values, of which a tensor is the first. What R
#' has no generic function for is `tf$where()` for `ifelse()`, and `tf$maximum()` and `tf$minimum()`
#' for `pmax()` and `pmin()`.
#'
#' Before R 4.3, `%*%` of base R knows no tensors, so this package has one that does, and hands
#' everything else to R's.
#'
#' @param e1,e2,x A tensor or variable, or an R value.
#' @param base Base of the logarithm.
#' @param digits Must be 0: tensors are rounded to whole numbers.
#' @param na.rm Must be `FALSE`: tensors have no missing values.
#' @param y,z A tensor or variable, or an R value.
#' @param ... For `sum()` and its like, further tensors or R values; otherwise it must be empty.
#' @return A tensor.
#' @name tensor-operators
#' @family tensors
#' @examplesIf py_available(TRUE)
#' x <- tf$constant(c(1, 4, 9))
#' sess <- tf$Session()
#' sess$run(sqrt(x) + 1)
NULL

binary_ops <- c(
  "+" = "add", "-" = "subtract", "*" = "multiply", "/" = "truediv", "%/%" = "floordiv",
  "%%" = "mod", "^" = "pow", "&" = "logical_and", "|" = "logical_or", "==" = "equal",
  "!=" = "not_equal", "<" = "less", "<=" = "less_equal", ">" = "greater", ">=" = "greater_equal"
)

operate_on_tensors <- function(name, e1, e2) {
  if (missing(e2)) {
    return(switch(name,
      "+" = e1,
      "-" = engine("negative")(e1),
      "!" = engine("logical_not")(e1)
    ))
  }
  engine(binary_ops[[name]])(e1, e2)
}

#' @rdname tensor-operators
#' @export
Ops.tensorflow.tensor <- Ops.python.builtin.object

math_ops <- c(
  abs = "abs", sign = "sign", sqrt = "sqrt", floor = "floor", ceiling = "ceil", exp = "exp",
  expm1 = "expm1", log1p = "log1p", cos = "cos", sin = "sin", tan = "tan", acos = "acos",
  asin = "asin", atan = "atan", cosh = "cosh", sinh = "sinh", tanh = "tanh", acosh = "acosh",
  asinh = "asinh", atanh = "atanh", lgamma = "lgamma", digamma = "digamma"
)

#' @rdname tensor-operators
#' @export
Math.tensorflow.tensor <- function(x, ...) {
  if (...length() && !.Generic %in% c("log", "round")) {
    abort(sprintf("%s() of a tensor takes one argument.", .Generic), "invalid_argument")
  }
  name <- math_ops[.Generic]
  if (!is.na(name)) {
    return(engine(name)(x))
  }
  switch(.Generic,
    trunc = engine("sign")(x) * engine("floor")(engine("abs")(x)),
    gamma = engine("exp")(engine("lgamma")(x)) * gamma_sign(x),
    cumsum = engine("cumsum")(x),
    cumprod = engine("cumprod")(x),
    log2 = log.tensorflow.tensor(x, 2),
    log10 = log.tensorflow.tensor(x, 10),
    trigamma = engine("polygamma")(engine("ones_like")(x), x),
    cospi = engine("cos")(turns(x) * pi),
    sinpi = engine("sin")(turns(x) * pi),
    tanpi = engine("tan")(turns(x) * pi),
    abort(
      sprintf("%s() is not defined for tensors; compute it in R from a run's value.", .Generic),
      "invalid_argument"
    )
  )
}

# A multiple of pi without whole turns, which would cost digits.
turns <- function(x) {
  if (!x$dtype$is_floating) {
    abort(
      sprintf(
        "floating-point numbers are wanted, and '%s' has %s. Use tf$cast().",
        x$name, x$dtype$base_dtype$name
      ),
      "invalid_argument"
    )
  }
  engine("mod")(x, 2)
}

# lgamma() is of the absolute value: left of 0 the sign changes at each whole number.
gamma_sign <- function(x) {
  below <- engine("floor")(engine("minimum")(x, 0))
  1 - 2 * engine("mod")(below, 2)
}

#' @rdname tensor-operators
#' @export
log.tensorflow.tensor <- function(x, base = exp(1)) {
  natural <- engine("log")(x)
  if (missing(base)) natural else natural / log(base)
}

#' @rdname tensor-operators
#' @export
round.tensorflow.tensor <- function(x, digits = 0, ...) {
  if (digits != 0) {
    abort(
      sprintf("`digits` is %s; a tensor is rounded to whole numbers only.", digits),
      "invalid_argument"
    )
  }
  engine("round")(x)
}

summary_ops <- c(
  sum = "reduce_sum", prod = "reduce_prod", max = "reduce_max", min = "reduce_min",
  all = "reduce_all", any = "reduce_any"
)
# What joins the summaries of several tensors.
joining_ops <- c(
  sum = "add", prod = "multiply", max = "maximum", min = "minimum", all = "logical_and",
  any = "logical_or"
)

#' @rdname tensor-operators
#' @export
Summary.tensorflow.tensor <- function(..., na.rm = FALSE) {
  check_no_missing(na.rm)
  if (.Generic == "range") {
    return(engine("stack")(list(min(...), max(...))))
  }
  reduce <- engine(summary_ops[[.Generic]])
  join <- joining_ops[[.Generic]]
  dtype <- ..1$dtype$base_dtype
  parts <- lapply(list(...), function(part) {
    reduce(if (is_tensor(part)) part else engine("convert_to_tensor")(part, dtype))
  })
  Reduce(function(x, y) engine(join)(x, y), parts)
}

#' @rdname tensor-operators
#' @export
Complex.tensorflow.tensor <- function(z) {
  engine(switch(.Generic, Re = "real", Im = "imag", Mod = "abs", Arg = "angle", Conj = "conj"))(z)
}

check_no_missing <- function(na.rm) { # nolint: object_name_linter. R's name.
  if (!isFALSE(na.rm)) {
    abort(
      "`na.rm` must be FALSE: tensors have no missing values.",
      "invalid_argument"
    )
  }
}

#' @rdname tensor-operators
#' @export
mean.tensorflow.tensor <- function(x, ..., na.rm = FALSE) {
  check_no_missing(na.rm)
  if (...length()) {
    abort(
      "mean() of a tensor is that of all elements; tf$reduce_mean(x, axis) takes an axis.",
      "invalid_argument"
    )
  }
  engine("reduce_mean")(x)
}

# R looks for S3 methods of `%*%` from version 4.3 on. S4 methods would be no way out before: R
# looks for those of S4 objects only.
#' @rawNamespace if (getRversion() >= "4.3.0") S3method("%*%", tensorflow.tensor)
`%*%.tensorflow.tensor` <- function(x, y) {
  engine("matmul")(x, y)
}

#' @rdname tensor-operators
#' @rawNamespace if (getRversion() < "4.3.0") export("%*%")
`%*%` <- if (getRversion() >= "4.3.0") {
  base::`%*%`
} else {
  function(x, y) {
    if (is_tensor(x) || is_tensor(y)) engine("matmul")(x, y) else base::`%*%`(x, y)
  }
}
