# Prints the medians of the everyday costs of using TensorFlow from R, in one run.
#
#     Rscript benchmarks/session.R
#
# With reticulate installed and RETICULATE_PYTHON set to a Python with TensorFlow, the same lines
# are timed through them in a second process, and the ratios are printed beside ours.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
source(file.path(dirname(script), "common.R"))

started <- proc.time()[["elapsed"]]
if (ours) {
  library(tensorflow)
} else {
  library(reticulate)
  tf <- import("tensorflow")$compat$v1
  tf$disable_eager_execution()
  shape <- function(...) list(...)
  `+.tensorflow.python.framework.tensor.Tensor` <- function(e1, e2) tf$add(e1, e2)
}
a <- tf$constant(10L)
first <- proc.time()[["elapsed"]] - started
resident <- grep("VmRSS", readLines("/proc/self/status"), value = TRUE)
memory <- as.numeric(strsplit(resident, " +")[[1L]][[2L]])

builtins <- import_builtins()
np <- import("numpy")
b <- tf$constant(32L)
total <- a + b
sess <- tf$Session()
image <- matrix(runif(78400), 100)
large <- matrix(runif(7840000), 10000)

x <- tf$placeholder(tf$float32, shape(NULL, 784L))
y_ <- tf$placeholder(tf$float32, shape(NULL, 10L))
W <- tf$Variable(tf$zeros(shape(784L, 10L)))
bias <- tf$Variable(tf$zeros(shape(10L)))
y <- tf$nn$softmax(tf$add(tf$matmul(x, W), bias))
loss <- tf$reduce_mean(tf$negative(tf$reduce_sum(tf$multiply(y_, tf$log(y)), axis = 1L)))
step <- tf$train$GradientDescentOptimizer(0.5)$minimize(loss)
any_softmax <- tf$nn$softmax(x)
sess$run(tf$global_variables_initializer())
labels <- diag(10)[sample(10, 100, TRUE), ]

measured <- c(
  "first tensor, s" = first,
  "resident memory then, MB" = memory / 1024,
  "builtins$abs(-1), us" = 1e6 * median_of(function() builtins$abs(-1)),
  "tf$nn$softmax looked up, us" = 1e6 * median_of(function() tf$nn$softmax),
  "tf$constant(10L), us" = 1e6 * median_of(function() tf$constant(10L)),
  "a + b built, us" = 1e6 * median_of(function() a + b),
  "sess$run(a + b), us" = 1e6 * median_of(function() sess$run(total)),
  "100x784 to NumPy, negated, back, us" = 1e6 * median_of(function() np$negative(image)),
  "softmax train step, us" = 1e6 * median_of(function() {
    sess$run(step, feed_dict = if (ours) {
      dict(x = image, y_ = labels)
    } else {
      py_dict(list(x, y_), list(image, labels))
    })
  }),
  "softmax of 10000x784, ms" = 1e3 * median_of(function() {
    sess$run(any_softmax, feed_dict = if (ours) dict(x = large) else py_dict(list(x), list(large)))
  }, rounds = 5),
  "fetch of a 784x10 variable, us" = 1e6 * median_of(function() sess$run(W))
)

if (!ours) report_as_peer(measured)
print_table(measured, measure_peer(script, measured))
