test_that("output is captured", {
  expect_identical(py_capture_output(import_builtins()$print("Hello!")), "Hello!\n")
  both <- python("
import sys
def both():
    print('out'); print('err', file=sys.stderr)
")$both
  expect_identical(py_capture_output(both()), "out\nerr\n")
  expect_output(err <- py_capture_output(both(), type = "stderr"), "out")
  expect_identical(err, "err\n")
  try(py_capture_output(stop("on the way")), silent = TRUE)
  expect_output(import_builtins()$print("back"), "back")
})

test_that("warnings are suppressed", {
  warn <- python("
import warnings
def warn():
    warnings.warn('for a test'); return 42
")$warn
  expect_identical(py_capture_output(x <- py_suppress_warnings(warn())), "")
  expect_identical(x, 42L)
})

test_that("seeds make random numbers repeat", {
  draw <- function() c(import("random")$random(), import("numpy")$random$rand())
  py_set_seed(42)
  first <- draw()
  py_set_seed(42)
  expect_identical(draw(), first)
  py_set_seed(-1)
  expect_identical(py_get_item(import("os")$environ, "PYTHONHASHSEED"), "0")
  expect_error(py_set_seed(1.5), "whole number", class = "invalid_argument")
})

test_that("objects are saved and loaded", {
  file <- tempfile()
  py_save_object(r_to_py(list(a = 1, b = list("x", TRUE))), file)
  expect_identical(py_load_object(file), list(a = 1, b = list("x", TRUE)))
  expect_s3_class(py_load_object(file, convert = FALSE), "python.builtin.dict")
  expect_error(py_load_object(tempfile()), class = "FileNotFoundError")
  expect_error(py_save_object(r_to_py(new.env()), file), class = "TypeError")
})
