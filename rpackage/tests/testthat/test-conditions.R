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
