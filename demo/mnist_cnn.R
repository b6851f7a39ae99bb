# The second half of the MNIST tutorial: a convolutional network, trained on 20,000 batches of 50.
#
#     Rscript demo/mnist_cnn.R [--steps=20000] [--folder=mnist_cnn] [--fresh]
#
# Reaches about 99.2 % of the 10,000 test images. A checkpoint is written into the folder every 500
# steps, and when the run is interrupted (Ctrl-C); started again, it goes on from there. `--fresh`
# starts anew.

library(tensorflow)

given <- commandArgs(TRUE)
option <- function(name, default) {
  found <- grep(paste0("^--", name, "="), given, value = TRUE)
  if (length(found)) sub("^[^=]*=", "", found[[length(found)]]) else default
}
steps <- as.integer(option("steps", "20000"))
folder <- option("folder", "mnist_cnn")

datasets <- tf$contrib$learn$datasets
mnist <- datasets$mnist$read_data_sets("MNIST-data", one_hot = TRUE)

# ---------------------------------------------------------------- the network, as in the tutorial

weight_variable <- function(shape) {
  initial <- tf$truncated_normal(shape, stddev = 0.1)
  tf$Variable(initial)
}

bias_variable <- function(shape) {
  initial <- tf$constant(0.1, shape = shape)
  tf$Variable(initial)
}

conv2d <- function(x, W) {
  tf$nn$conv2d(x, W, strides = c(1L, 1L, 1L, 1L), padding = "SAME")
}

max_pool_2x2 <- function(x) {
  tf$nn$max_pool(
    x,
    ksize = c(1L, 2L, 2L, 1L),
    strides = c(1L, 2L, 2L, 1L),
    padding = "SAME"
  )
}

x <- tf$placeholder(tf$float32, shape(NULL, 784L))
y_ <- tf$placeholder(tf$float32, shape(NULL, 10L))

W_conv1 <- weight_variable(shape(5L, 5L, 1L, 32L))
b_conv1 <- bias_variable(shape(32L))
x_image <- tf$reshape(x, shape(-1L, 28L, 28L, 1L))
h_conv1 <- tf$nn$relu(conv2d(x_image, W_conv1) + b_conv1)
h_pool1 <- max_pool_2x2(h_conv1)

W_conv2 <- weight_variable(shape = shape(5L, 5L, 32L, 64L))
b_conv2 <- bias_variable(shape = shape(64L))
h_conv2 <- tf$nn$relu(conv2d(h_pool1, W_conv2) + b_conv2)
h_pool2 <- max_pool_2x2(h_conv2)

W_fc1 <- weight_variable(shape(7L * 7L * 64L, 1024L))
b_fc1 <- bias_variable(shape(1024L))
h_pool2_flat <- tf$reshape(h_pool2, shape(-1L, 7L * 7L * 64L))
h_fc1 <- tf$nn$relu(tf$matmul(h_pool2_flat, W_fc1) + b_fc1)

keep_prob <- tf$placeholder(tf$float32)
h_fc1_drop <- tf$nn$dropout(h_fc1, keep_prob)

W_fc2 <- weight_variable(shape(1024L, 10L))
b_fc2 <- bias_variable(shape(10L))
y_conv <- tf$nn$softmax(tf$matmul(h_fc1_drop, W_fc2) + b_fc2)

cross_entropy <- tf$reduce_mean(-tf$reduce_sum(y_ * tf$log(y_conv), reduction_indices = 1L))
global_step <- tf$train$get_or_create_global_step()
train_step <- tf$train$AdamOptimizer(1e-4)$minimize(cross_entropy, global_step = global_step)
correct_prediction <- tf$equal(tf$argmax(y_conv, 1L), tf$argmax(y_, 1L))
accuracy <- tf$reduce_mean(tf$cast(correct_prediction, tf$float32))

# ---------------------------------------------------------------- training

sess <- tf$InteractiveSession()
saver <- tf$train$Saver(max_to_keep = 2L)
invisible(sess$run(tf$global_variables_initializer()))

dir.create(folder, showWarnings = FALSE, recursive = TRUE)
checkpoint <- file.path(folder, "model.ckpt")
latest <- if (!"--fresh" %in% given) tf$train$latest_checkpoint(folder)
if (!is.null(latest)) {
  saver$restore(sess, latest)
  cat(sprintf("going on after step %d, from %s\n", sess$run(global_step), latest))
}
save <- function() {
  saver$save(sess, checkpoint, global_step = global_step, write_meta_graph = FALSE)
}

clock <- function(seconds) {
  seconds <- max(0, round(seconds))
  sprintf("%d:%02d:%02d", seconds %/% 3600, seconds %/% 60 %% 60, seconds %% 60)
}

# A line that is written over on a terminal; elsewhere one for every 500 steps.
shown <- isatty(stderr()) || interactive()
report <- function(i, first, started, batch_accuracy) {
  spent <- proc.time()[["elapsed"]] - started
  each <- spent / (i - first)
  done <- round(30 * i / steps)
  line <- sprintf(
    "[%s%s] %d/%d, training accuracy %.2f, %.0f ms a step, ETA %s",
    strrep("=", done), strrep(" ", 30 - done), i, steps, batch_accuracy, 1e3 * each,
    clock(each * (steps - i))
  )
  if (shown) {
    cat("\r", line, sep = "", file = stderr())
  } else if (i %% 500 == 0 || i == steps) {
    cat(line, "\n", sep = "")
  }
}

train <- function() {
  first <- sess$run(global_step)
  started <- proc.time()[["elapsed"]]
  batch_accuracy <- NA_real_
  for (i in seq_len(max(steps - first, 0)) + first) {
    batch <- mnist$train$next_batch(50L)
    if (i %% 100 == 0) {
      batch_accuracy <- accuracy$eval(
        feed_dict = dict(x = batch[[1]], y_ = batch[[2]], keep_prob = 1.0)
      )
    }
    train_step$run(feed_dict = dict(x = batch[[1]], y_ = batch[[2]], keep_prob = 0.5))
    if (i %% 20 == 0 || i == steps) report(i, first, started, batch_accuracy)
    if (i %% 500 == 0 || i == steps) save()
  }
  if (shown) cat("\n", file = stderr())
}

tryCatch(train(), interrupt = function(condition) {
  save()
  cat(sprintf(
    "\ninterrupted after step %d; the same command goes on from there\n", sess$run(global_step)
  ))
  quit("no", status = 130)
})

# ---------------------------------------------------------------- testing

# By 500 images, since the first layer makes 25,088 numbers of each.
parts <- split(seq_len(mnist$test$num_examples), (seq_len(mnist$test$num_examples) - 1) %/% 500)
right <- vapply(parts, function(rows) {
  length(rows) * accuracy$eval(feed_dict = dict(
    x = mnist$test$images[rows, ], y_ = mnist$test$labels[rows, ], keep_prob = 1.0
  ))
}, 0)
reached <- sum(right) / mnist$test$num_examples
resident <- grep("VmHWM", readLines("/proc/self/status"), value = TRUE)
cat(sprintf("test accuracy %.4f\n", reached))
cat(sprintf("most memory: %.0f MB\n", as.numeric(gsub("[^0-9]", "", resident)) / 1024))
sess$close()

least <- if (steps >= 20000) 0.99 else if (steps >= 3000) 0.975 else 0
if (reached < least) {
  stop(sprintf("the test accuracy is %.4f; %.3f was expected", reached, least))
}
