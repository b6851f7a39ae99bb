write_idx <- function(file, values, sizes) {
  connection <- gzfile(file, "wb")
  on.exit(close(connection))
  writeBin(as.raw(c(0, 0, 8, length(sizes))), connection)
  writeBin(as.integer(sizes), connection, endian = "big")
  writeBin(as.raw(values), connection)
}

test_that("data sets are R arrays", {
  folder <- tempfile("mnist")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  for (part in c("train", "t10k")) {
    write_idx(file.path(folder, paste0(part, "-images-idx3-ubyte.gz")), 0:23, c(2, 3, 4))
    write_idx(file.path(folder, paste0(part, "-labels-idx1-ubyte.gz")), c(7, 9), 2)
  }
  for (load in list(dataset_mnist, dataset_fashion_mnist)) {
    data <- load(folder)
    expect_named(data, c("train", "test"))
    # A row of an image after the other, as in the file.
    expect_identical(data$train$x, aperm(array(0:23, c(4, 3, 2)), 3:1))
    expect_identical(data$test$y, array(c(7L, 9L)))
  }
})

test_that("a folder is needed", {
  expect_error(dataset_mnist(1), "`path` must be", class = "invalid_argument")
})

test_that("Debian's Fashion-MNIST is found", {
  skip_if_not(dir.exists("/usr/share/datasets/fashion-mnist"), "dataset-fashion-mnist")
  data <- dataset_fashion_mnist()
  expect_identical(dim(data$train$x), c(60000L, 28L, 28L))
})
