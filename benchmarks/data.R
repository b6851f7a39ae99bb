# Prints what a batch of MNIST costs in R, as R matrices.
#
#     Rscript benchmarks/data.R
#
# The folder with MNIST is that of the variable MNIST_DATA. Without it, noise of the same size.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
source(file.path(dirname(script), "common.R"))
library(tensorflow)

mnist <- tf$contrib$learn$datasets$mnist
folder <- Sys.getenv("MNIST_DATA", "MNIST-data")
train <- if (dir.exists(folder)) {
  mnist$read_data_sets(folder, one_hot = TRUE)$train
} else {
  pixels <- import("numpy", convert = FALSE)$random$randint(
    0L, 256L, tuple(55000L, 28L, 28L),
    dtype = "uint8"
  )
  mnist$DataSet(pixels, diag(10)[rep(1:10, 5500), ])
}
measured <- c("next_batch(100), us" = 1e6 * median_of(function() train$next_batch(100L)))
print_table(measured, c("next_batch(100), us" = NA_real_), c("next_batch(100), us" = 250))
