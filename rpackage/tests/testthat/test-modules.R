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

test_that("code is run and evaluated", {
  main <- py_run_string("answer_for_test = 42")
  expect_identical(main$answer_for_test, 42L)
  expect_identical(py_eval("answer_for_test + 1"), 43L)
  expect_error(py_eval("1 +"), class = "SyntaxError")
  expect_identical(py_to_r(py_eval("[1]", convert = FALSE)), 1L)
})

test_that("Python's output is R's", {
  expect_output(py_run_string("print('to the console', '\u00e4')"), "to the console \u00e4")
  expect_output(py_run_string("import sys; sys.stdout.write('a'); sys.stdout.flush()"), "^a$")
  code <- "import sys; print('aside', file=sys.stderr)"
  text <- capture.output(py_run_string(code), type = "message")
  expect_identical(text, "aside")
})
