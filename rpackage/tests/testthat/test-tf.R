test_that("tf is there before Python is, and has the API", {
  expect_s3_class(tf, "python.builtin.module")
  expect_identical(tf$float32$name, "float32")
  expect_true(all(c("constant", "Session", "nn", "train") %in% names(tf)))
})

test_that("tensors and variables are of one class, other objects are not", {
  with(tf$Graph()$as_default(), {
    expect_s3_class(tf$constant(1), "tensorflow.tensor")
    expect_s3_class(tf$Variable(1), "tensorflow.tensor")
    expect_false(inherits(tf$no_op(), "tensorflow.tensor"))
    expect_false(inherits(tf$float32, "tensorflow.tensor"))
  })
})

test_that("a module of TensorFlow's that is not there is told from a misspelt name", {
  expect_error(tf$keras, class = "AttributeError", "tf.keras is a part of TensorFlow that is not")
  expect_error(tf$constnat, class = "AttributeError", "Did you mean 'constant'")
})

test_that("garbage collections leave out the engine's modules", {
  tf$constant(1)
  expect_gt(import("gc")$get_freeze_count(), 10000L)
})
