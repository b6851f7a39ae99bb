test_that("loading the package makes the tensor classes known", {
  expect_s3_class(tf$constant(1), c("tensorflow.tensor", "pyengine.graph.Tensor"))
})
