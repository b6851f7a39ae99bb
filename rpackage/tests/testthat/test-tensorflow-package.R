test_that("the package exports what it documents", {
  exports <- getNamespaceExports("tensorflow")
  expect_true(all(c("tf", "shape", "dict", "tuple", "import", "iterate", "%as%") %in% exports))
})
