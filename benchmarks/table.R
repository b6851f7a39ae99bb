# One of the processes of `benchmarks/bench.py`: the rows of the design's table, measured from R.
#
#     Rscript benchmarks/table.R ours|reticulate
#
# Reads the names of rows from its input, and writes for each a line of JSON: seconds of one
# evaluation in each of some rounds, or megabytes. "rows" asks for the names.

who <- commandArgs(TRUE)[[1L]]
ours <- who == "ours"
started <- proc.time()[["elapsed"]]
if (ours) {
  suppressPackageStartupMessages(library(tensorflow))
} else {
  library(reticulate)
  tf <- import("tensorflow")$compat$v1
  tf$disable_v2_behavior()
  shape <- function(...) list(...)
  `+.tensorflow.python.framework.tensor.Tensor` <- function(e1, e2) tf$add(e1, e2)
}
a <- tf$constant(10L)
first <- proc.time()[["elapsed"]] - started

# What the kernel says of this process's memory, in megabytes.
memory <- function(kind) {
  line <- grep(kind, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}
resident <- memory("VmRSS")

b <- tf$constant(32L)
total <- a + b
sess <- tf$Session()
builtins <- import_builtins()
np <- import("numpy")
feeds <- if (ours) {
  function(...) do.call(dict, list(...))
} else {
  function(...) py_dict(lapply(names(list(...)), get, globalenv()), unname(list(...)))
}

image <- matrix(runif(78400), 100)
large <- matrix(runif(7840000), 10000)
labels <- diag(10)[sample(10, 100, TRUE), ]
numbers <- array(rnorm(4e6))

# ---------------------------------------------------------------- softmax regression

x <- tf$placeholder(tf$float32, shape(NULL, 784L))
y_ <- tf$placeholder(tf$float32, shape(NULL, 10L))
W <- tf$Variable(tf$zeros(shape(784L, 10L)))
bias <- tf$Variable(tf$zeros(shape(10L)))
y <- tf$nn$softmax(tf$add(tf$matmul(x, W), bias))
loss <- tf$reduce_mean(tf$negative(tf$reduce_sum(tf$multiply(y_, tf$log(y)), axis = 1L)))
step <- tf$train$GradientDescentOptimizer(0.5)$minimize(loss)
any_softmax <- tf$nn$softmax(x)

# The numbers are held in a variable: the row is about computing, not about handing them over.
v <- tf$Variable(tf$random_normal(list(4000000L)))
inner <- tf$sqrt(tf$add(tf$multiply(2, tf$exp(v)), 1))
chain <- tf$reduce_sum(tf$subtract(inner, tf$tanh(v)))

# ---------------------------------------------------------------- the tutorial's network

weights <- function(...) tf$Variable(tf$truncated_normal(list(...), stddev = 0.1))
biases <- function(n) tf$Variable(tf$constant(0.1, shape = list(n)))
conv <- function(x, w) tf$nn$conv2d(x, w, strides = c(1L, 1L, 1L, 1L), padding = "SAME")
pool <- function(x) {
  tf$nn$max_pool(
    x, ksize = c(1L, 2L, 2L, 1L), strides = c(1L, 2L, 2L, 1L), padding = "SAME"
  )
}
layer <- function(x, ..., outputs) {
  tf$nn$relu(tf$add(conv(x, weights(..., outputs)), biases(outputs)))
}
h1 <- pool(layer(tf$reshape(x, list(-1L, 28L, 28L, 1L)), 5L, 5L, 1L, outputs = 32L))
h2 <- pool(layer(h1, 5L, 5L, 32L, outputs = 64L))
flat <- tf$reshape(h2, list(-1L, 3136L))
h3 <- tf$nn$relu(tf$add(tf$matmul(flat, weights(3136L, 1024L)), biases(1024L)))
keep <- tf$placeholder(tf$float32)
dropped <- tf$nn$dropout(h3, keep)
y_conv <- tf$nn$softmax(tf$add(tf$matmul(dropped, weights(1024L, 10L)), biases(10L)))
cost <- tf$reduce_mean(tf$negative(tf$reduce_sum(tf$multiply(y_, tf$log(y_conv)), axis = 1L)))
train <- tf$train$AdamOptimizer(1e-4)$minimize(cost)
some <- image[1:50, ]
thousand <- large[1:1000, ]

sess$run(tf$global_variables_initializer())

# Made by the rows that fetch them, so that the most memory is that of the rows before.
held <- function(...) {
  variable <- tf$Variable(tf$zeros(list(...)))
  sess$run(variable$initializer)
  variable
}
delayedAssign("wide", held(784L, 10000L))
delayedAssign("tall", held(10000L, 784L))

# ---------------------------------------------------------------- the rows

rows <- list(
  call = function() builtins$abs(-1),
  lookup = function() tf$nn$softmax,
  constant = function() tf$constant(10L),
  add = function() a + b,
  run = function() sess$run(total),
  there_and_back = function() np$negative(image),
  softmax_step = function() sess$run(step, feed_dict = feeds(x = image, y_ = labels)),
  softmax_large = function() sess$run(any_softmax, feed_dict = feeds(x = large)),
  fetch = function() sess$run(W),
  chain = function() sess$run(chain),
  cnn_step = function() {
    sess$run(train, feed_dict = feeds(x = some, y_ = labels[1:50, ], keep = 0.5))
  },
  cnn_forward = function() sess$run(y_conv, feed_dict = feeds(x = thousand, keep = 1)),
  fetch_wide = function() sess$run(wide),
  fetch_tall = function() sess$run(tall)
)

# Seconds that something takes; `proc.time()` counts in milliseconds.
seconds <- function(expression) {
  before <- Sys.time()
  force(expression)
  as.numeric(Sys.time() - before, units = "secs")
}

# Seconds of one evaluation of `f()`, in each of some rounds that are long enough to be timed.
times_of <- function(f, at_least = 0.02, rounds = 3L) {
  f()
  times <- 1L
  repeat {
    took <- min(replicate(3L, seconds(for (i in seq_len(times)) f())))
    if (took >= at_least || times > 1e6) break
    times <- times * 4L
  }
  vapply(seq_len(rounds), function(round) seconds(for (i in seq_len(times)) f()) / times, 0)
}

answer <- function(values) {
  cat("[", paste(sprintf("%.9g", values), collapse = ","), "]\n", sep = "")
  flush(stdout())
}

input <- file("stdin", "r")
answer(c(first, resident))
while (length(name <- readLines(input, 1L))) {
  answer(if (name == "memory") memory("VmHWM") else times_of(rows[[name]]))
}
