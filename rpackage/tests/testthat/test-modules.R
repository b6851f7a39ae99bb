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

test_that("a module's function is looked up anew, and its attributes are nobody else's", {
  module <- import("types")$ModuleType("lasting_for_test")
  code <- paste0(
    "def first(): return 1\ndef second(): return 2\n",
    "def give(module, value): module.value = value\n",
    "class Box: pass\nclass Other: pass"
  )
  given <- python(code)
  for (i in 1:2) {
    given$give(module, given$first)
    expect_identical(module$value(), 1L)
    given$give(module, given$second)
    expect_identical(module$value(), 2L)
  }
  mine <- module$value
  attr(mine, "note") <- "mine"
  expect_null(attr(module$value, "note"))
  expect_identical(mine(), 2L)
  given$give(module, given$Box)
  expect_identical(class(module$value())[[1L]], "for_tests.Box")
  given$give(module, 3L)
  expect_identical(module$value, 3L)
})

test_that("a method for functions is asked though they were looked up before", {
  path <- import("posixpath")
  expect_type(path$basename, "closure")
  registerS3method("py_to_r", "python.builtin.function", function(x) "of a method")
  on.exit(rm(
    list = "py_to_r.python.builtin.function",
    envir = get(".__S3MethodsTable__.", asNamespace("tensorflow"))
  ))
  expect_identical(path$basename, "of a method")
})

test_that("a module's functions, classes and submodules are the same R objects each time", {
  address <- function(x) sub(" .*", "", utils::capture.output(.Internal(inspect(x, 0L)))[[1L]])
  os <- import("os")
  raw <- import("os", convert = FALSE)
  for (name in c("path", "getcwd", "stat_result")) {
    first <- os[[name]]
    expect_identical(address(os[[name]]), address(first), info = name)
    other <- raw[[name]]
    expect_false(address(other) == address(first), info = name)
  }
  environment <- os$environ
  expect_false(address(os$environ) == address(environment))
  expect_type(os$getcwd(), "character")
  expect_s3_class(raw$getcwd(), "python.builtin.str")
})
