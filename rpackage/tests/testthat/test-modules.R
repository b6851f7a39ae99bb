test_that("modules are imported, with their submodules", {
  expect_identical(import("os")$path$basename("/a/b"), "b")
  expect_s3_class(import("xml")$dom, "python.builtin.module")
  expect_error(import("no_such_module"), class = "ModuleNotFoundError", "no_such_module")
  expect_error(import(1), class = "invalid_argument")
})

test_that("a delayed module is imported at first use", {
  code <- "import sys\ndef imported(name): return name in sys.modules"
  colors <- import("colorsys", delay_load = TRUE)
  expect_false(python(code)$imported("colorsys"))
  expect_identical(colors$rgb_to_hsv(0, 0, 0), list(0, 0, 0))
  missing <- import("no_such_module", delay_load = TRUE)
  expect_error(missing$x, class = "ModuleNotFoundError")
})

test_that("without conversion everything stays a Python object", {
  raw <- import("math", convert = FALSE)
  expect_s3_class(raw$sqrt(4), "python.builtin.float")
  expect_identical(py_to_r(raw$sqrt(4)), 2)
})

test_that("Python's output is R's", {
  expect_output(py_run_string("print('to the console', '\u00e4')"), "to the console \u00e4")
  expect_output(py_run_string("import sys; sys.stdout.write('a'); sys.stdout.flush()"), "^a$")
  code <- "import sys; print('aside', file=sys.stderr)"
  text <- capture.output(py_run_string(code), type = "message")
  expect_identical(text, "aside")
})

test_that("a module can have another name in classes", {
  fractions <- import("fractions", as = "for_test_fractions")
  on.exit({
    state$filters <- utils::head(state$filters, -1L)
    import("bridge._core")$forget_classes()
  })
  expect_s3_class(fractions$Fraction(1L, 2L), "for_test_fractions.Fraction")
})
