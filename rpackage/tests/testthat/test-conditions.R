test_that("a Python exception is a condition of its classes", {
  e <- tryCatch(py_eval("{}['x']"), error = identity)
  expect_s3_class(
    e, c(
      "python.builtin.KeyError", "KeyError", "python.builtin.LookupError", "LookupError",
      "python.builtin.Exception", "Exception", "python.builtin.BaseException", "BaseException",
      "python.error", "error", "condition"
    ),
    exact = TRUE
  )
  expect_identical(conditionMessage(e), "KeyError: 'x'")
  expect_match(e$traceback, "Traceback.*KeyError")
  expect_s3_class(e$exception, "python.builtin.KeyError")
})

test_that("the last error is kept until it is cleared", {
  try(py_eval("1 / 0"), silent = TRUE)
  expect_match(py_last_error()$message, "division by zero")
  py_clear_last_error()
  expect_null(py_last_error())
})

test_that("R goes on after an error in a call, an attribute, a conversion", {
  for (i in 1:50) {
    try(import_builtins()$int("x"), silent = TRUE)
    try(import_builtins()$nothing, silent = TRUE)
    try(import_builtins()$abs(NA), silent = TRUE)
  }
  expect_identical(import_builtins()$abs(-1), 1)
})

test_that("errors show the user's call, and not what it led to", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(c(1, 2))
    called <- function(expr) conditionCall(tryCatch(expr, error = identity))
    expect_identical(called(mean(x, 1)), quote(mean(x, 1)), ignore_attr = TRUE)
    expect_identical(called(c(x, t(x))), quote(t(x)), ignore_attr = TRUE)
    expect_identical(called(rowSums(x)), quote(rowSums(x)), ignore_attr = TRUE)
    expect_identical(called(as.array(x)), quote(as.array(x)), ignore_attr = TRUE)
    expect_identical(called(flags(flag_integer("n", "a"))), quote(flag_integer("n", "a")),
      ignore_attr = TRUE
    )
    inner <- called(tf$reduce_mean(tf$square("a")))
    expect_identical(inner, quote(tf$square("a")), ignore_attr = TRUE)
    # R has put the values there.
    expect_identical(called(all(x)), call("all", as.name(x$name)))
    expect_identical(called(sum(x, na.rm = TRUE)), call("sum", as.name(x$name), na.rm = TRUE))
    expect_identical(called(do.call(tf$add, list(x, "a"))), call("add", as.name(x$name), "a"))
  })
})

test_that("the engine's messages have R's constants, those of other code are left alone", {
  with(tf$Graph()$as_default(), {
    expect_error(tf$constant(1) + NULL, "Input 'y' of 'Add' Op: NULL values")
    expect_error(tf$constant("a") + TRUE, "Input 'y' of 'Add' Op: Expected string, got TRUE")
  })
  expect_error(py_run_string("raise ValueError('None of them')"), "None of them")
})
