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

test_that("a dict is made of keys and values", {
  d <- py_dict(list("a", 2L), list(1, "two"), convert = TRUE)
  expect_identical(d[[2L]], "two")
  expect_identical(py_to_r(py_dict(c("a", "b"), c(1, 2))), list(a = 1, b = 2))
  x <- tf$placeholder(tf$float32)
  expect_identical(tf$Session()$run(x * 2, feed_dict = py_dict(x, 21)), 42)
  expect_error(py_dict(1:2, 1), "2 keys were given for 1 values", class = "invalid_argument")
})
