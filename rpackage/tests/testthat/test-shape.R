test_that("shapes are made of sizes", {
  expect_identical(unclass(shape(NULL, 784)), list(NULL, 784L))
  expect_identical(unclass(shape(c(28, 28, 1))), list(28L, 28L, 1L))
  expect_identical(unclass(shape(NA, -1L)), list(NULL, -1L))
  expect_identical(unclass(shape()), list())
  expect_error(shape(2.5), class = "invalid_argument", "2.5")
  expect_error(shape("a"), class = "invalid_argument", "whole number")
  expect_error(shape(-2), class = "invalid_argument", "-2")
})

test_that("shapes print, compare, and are taken apart", {
  expect_output(print(shape(NULL, 784)), "(?, 784)", fixed = TRUE)
  expect_identical(format(shape(3)), "(3,)")
  expect_identical(format(shape()), "()")
  expect_true(shape(1, NULL) == shape(1, NA))
  expect_true(shape(1, 2) == c(1, 2))
  expect_true(shape(1, 2) != shape(1))
  expect_identical(shape(1, 2, 3)[2:3], shape(2, 3))
  expect_identical(shape(1, 2, 3)[[2]], 2L)
  expect_identical(length(shape(1, NULL)), 2L)
  expect_identical(as.integer(shape(1, NULL)), c(1L, NA))
  expect_identical(c(shape(1, NULL), shape(3)), shape(1, NULL, 3))
})

test_that("shapes are understood by the engine", {
  with(tf$Graph()$as_default(), {
    expect_identical(dim(tf$placeholder(tf$float32, shape(NULL, 784))), c(NA, 784L))
    expect_identical(dim(tf$zeros(shape(784, 10))), c(784L, 10L))
    expect_identical(dim(tf$zeros(shape(10L))), 10L)
    x <- tf$reshape(tf$placeholder(tf$float32, shape(NULL, 784)), shape(-1L, 28L, 28L, 1L))
    expect_identical(dim(x), c(NA, 28L, 28L, 1L))
  })
})

test_that("a size that no R integer holds is refused", {
  expect_error(shape(Inf), class = "invalid_argument", "Inf")
  expect_error(shape(3e9), class = "invalid_argument", "2147483647")
})

test_that("a list of one size is a shape, and no size is made up", {
  expect_identical(shape(list(5)), shape(5))
  expect_identical(shape(shape(5)), shape(5))
  expect_identical(shape(a = 1, b = 2)["b"], shape(b = 2))
  expect_identical(shape(1, 2)[], shape(1, 2))
  expect_error(shape(1)[3], class = "invalid_index", "1 dimension")
})

test_that("shapes are merged", {
  expect_identical(merge(shape(NULL, 784), shape(100, NULL)), shape(100, 784))
  expect_identical(merge(shape(NULL), c(NA)), shape(NULL))
  expect_error(merge(shape(1, 2), shape(1, 3)), class = "invalid_argument", "contradict")
  expect_error(merge(shape(1), shape(1, 3)), class = "invalid_argument", "\\(1,\\) and \\(1, 3\\)")
})

test_that("the shapes of tensors are understood as well", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 3))
    expect_identical(as.integer(x$shape), c(NA, 3L))
    expect_identical(as.numeric(x$shape), c(NA, 3))
    expect_true(shape(NULL, 3) == x$shape)
    expect_true(x$shape != shape(2, 3))
    expect_true(x$shape == (x + 1)$shape)
    expect_false(x$shape == tf$placeholder(tf$float32)$shape)
    expect_identical(merge(x$shape, shape(2, NULL)), shape(2, 3))
    expect_identical(c(x$shape, shape(1)), shape(NULL, 3, 1))
    unknown <- tf$placeholder(tf$float32)$shape
    expect_error(as.integer(unknown), class = "invalid_argument", "unknown rank")
  })
})
