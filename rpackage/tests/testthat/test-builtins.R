test_that("a builtin function is looked up once", {
  expect_identical(tensorflow:::builtin("len"), tensorflow:::builtin("len"))
  expect_identical(tensorflow:::builtin("len")(c("a", "b")), 2L)
  expect_error(tensorflow:::builtin("no_such_builtin"), class = "AttributeError")
})
