# Data sets as R arrays.

#' Handwritten digits and clothes
#'
#' `dataset_mnist()` has the digits of MNIST, `dataset_fashion_mnist()` pictures of ten kinds of
#' clothes in the same format: 60000 images for training and 10000 for testing, 28 pixels high and
#' wide.
#'
#' @param path A folder with the four IDX files, gzipped or not. What is not there is downloaded to
#'   it.
#' @return A list of `train` and `test`, each a list of `x`, an integer array of shape
#'   `c(n, 28, 28)` with values from 0 to 255, and `y`, an integer vector of class numbers from 0
#'   to 9 (an array of one dimension).
#' @family data
#' @examplesIf interactive()
#' mnist <- dataset_mnist()
#' dim(mnist$train$x)
#' table(mnist$train$y)
#' @export
dataset_mnist <- function(path = dataset_folder("mnist")) {
  load_dataset(path)
}

#' @rdname dataset_mnist
#' @export
dataset_fashion_mnist <- function(path = NULL) {
  if (is.null(path)) {
    # Where Debian's package dataset-fashion-mnist puts it.
    debian <- "/usr/share/datasets/fashion-mnist"
    path <- if (dir.exists(debian)) debian else dataset_folder("fashion-mnist")
  }
  load_dataset(path, fashion_url)
}

fashion_url <- "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"

load_dataset <- function(path, source_url = NULL) {
  if (!is.character(path) || length(path) != 1L || is.na(path)) {
    abort("`path` must be the path of a folder, one string.", "invalid_argument")
  }
  mnist <- import("pyengine.contrib.learn.datasets.mnist")
  arrays <- mnist$load_arrays(path.expand(path), source_url)
  list(
    train = list(x = arrays[[1L]], y = arrays[[2L]]),
    test = list(x = arrays[[3L]], y = arrays[[4L]])
  )
}

dataset_folder <- function(name) {
  file.path(tools::R_user_dir("tensorflow", "cache"), name)
}
