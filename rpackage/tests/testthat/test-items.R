test_that("items are got, set and deleted", {
  x <- r_to_py(list(a = 1, b = 2), convert = TRUE)
  expect_identical(py_get_item(x, "a"), 1)
  expect_null(py_get_item(x, "z", silent = TRUE))
  expect_error(py_get_item(x, "z"), class = "KeyError")
  py_set_item(x, "c", "new")
  py_del_item(x, "b")
  expect_identical(py_to_r(x), list(a = 1, c = "new"))
  l <- r_to_py(list(10L, 20L), convert = TRUE)
  expect_identical(py_get_item(l, 1), 20L)
  expect_null(py_get_item(l, 5L, silent = TRUE))
  expect_error(py_get_item(list(1), 0L), "must be a Python object", class = "invalid_argument")
})

test_that("what comes from an unconverted object stays a Python object", {
  x <- r_to_py(list(a = 1))
  expect_s3_class(py_get_item(x, "a"), "python.builtin.float")
  expect_s3_class(x[["a"]], "python.builtin.float")
  expect_s3_class(x["a"], "python.builtin.float")
})

test_that("attributes are deleted", {
  thing <- py_run_string("
class Thing: pass
thing = Thing(); thing.a = 1
", local = TRUE)$thing
  py_del_attr(thing, "a")
  expect_false(py_has_attr(thing, "a"))
  expect_error(py_del_attr(thing, "a"), class = "AttributeError")
})

test_that("`[` takes Python's keys, blanks for `:`", {
  x <- np_array(matrix(1:6, 2))
  expect_equal(py_to_r(x[0, ]), array(c(1L, 3L, 5L)))
  expect_equal(py_to_r(x[, 1]), array(3:4))
  expect_equal(py_to_r(x[1, 2]), 6L)
  x[0, ] <- 0L
  expect_equal(py_to_r(x), matrix(c(0L, 2L, 0L, 4L, 0L, 6L), 2))
})
