test_that("a dict has names as keys, and objects of the frame as themselves", {
  expect_identical(py_str(dict(a = 1L, b = "x")), "{'a': 1, 'b': 'x'}")
  key <- py_eval("object()")
  plain <- 5
  d <- dict(key = 1L, plain = 2L)
  expect_identical(d[[key]], 1L)
  expect_identical(d$plain, 2L)
  expect_identical(length(dict()), 0L)
  expect_error(dict(1), class = "TypeError", "element 1")
})

test_that("keys are looked up where dict() is called", {
  make <- function() {
    local_key <- py_eval("object()")
    list(local_key, dict(local_key = 1L))
  }
  made <- make()
  expect_identical(made[[2]][[made[[1]]]], 1L)
})

test_that("tuples are tuples", {
  expect_identical(py_str(tuple(1L, "a", NULL)), "(1, 'a', None)")
  expect_error(tuple(a = 1), class = "TypeError", "no names")
})
