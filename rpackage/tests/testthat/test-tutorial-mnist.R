# The MNIST tutorial, on a small data set in MNIST's format.

# Ten kinds of noisy images, each with a bright block of its own.
write_digits <- function(folder) {
  write_idx <- function(name, values, sizes) {
    file <- file(file.path(folder, name), "wb")
    on.exit(close(file))
    writeBin(as.raw(c(0, 0, 8, length(sizes))), file)
    writeBin(as.integer(sizes), file, endian = "big")
    writeBin(as.raw(values), file)
  }
  for (part in list(c("train", 1200), c("t10k", 300))) {
    n <- as.integer(part[[2]])
    labels <- sample(0:9, n, TRUE)
    images <- vapply(labels, function(label) {
      picture <- matrix(sample(0:80, 784, TRUE), 28)
      picture[1:10, 2 * label + 1:6] <- 255L
      as.vector(picture)
    }, integer(784))
    write_idx(paste0(part[[1]], "-images-idx3-ubyte"), images, c(n, 28, 28))
    write_idx(paste0(part[[1]], "-labels-idx1-ubyte"), labels, n)
  }
}

test_that("softmax regression learns the digits", {
  folder <- tempfile("digits")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  write_digits(folder)
  with(tf$Graph()$as_default(), {
    datasets <- tf$contrib$learn$datasets
    mnist <- datasets$mnist$read_data_sets(folder, one_hot = TRUE, validation_size = 200L)
    expect_identical(mnist$train$num_examples, 1000L)
    expect_identical(dim(mnist$validation$images), c(200L, 784L))

    sess <- tf$InteractiveSession()
    x <- tf$placeholder(tf$float32, shape(NULL, 784L))
    y_ <- tf$placeholder(tf$float32, shape(NULL, 10L))
    W <- tf$Variable(tf$zeros(shape(784L, 10L)))
    b <- tf$Variable(tf$zeros(shape(10L)))
    sess$run(tf$global_variables_initializer())
    y <- tf$nn$softmax(tf$matmul(x, W) + b)
    cross_entropy <- tf$reduce_mean(-tf$reduce_sum(y_ * tf$log(y), reduction_indices = 1L))
    optimizer <- tf$train$GradientDescentOptimizer(0.05)
    train_step <- optimizer$minimize(cross_entropy)
    for (i in 1:100) {
      batches <- mnist$train$next_batch(100L)
      batch_xs <- batches[[1]]
      batch_ys <- batches[[2]]
      sess$run(train_step,
        feed_dict = dict(x = batch_xs, y_ = batch_ys)
      )
    }
    expect_identical(mnist$train$epochs_completed, 9L)
    correct_prediction <- tf$equal(tf$argmax(y, 1L), tf$argmax(y_, 1L))
    accuracy <- tf$reduce_mean(tf$cast(correct_prediction, tf$float32))
    reached <- accuracy$eval(feed_dict = dict(x = mnist$test$images, y_ = mnist$test$labels))
    expect_gt(reached, 0.9)
    sess$close()
  })
})

test_that("Adam learns them too", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(diag(10))
    W <- tf$Variable(tf$zeros(shape(10, 10), tf$float64))
    y <- tf$nn$softmax(tf$matmul(x, W))
    loss <- tf$reduce_mean(-tf$reduce_sum(diag(10) * tf$log(y), 1L))
    step <- tf$train$AdamOptimizer(0.1)$minimize(loss)
    sess <- tf$Session()
    sess$run(tf$global_variables_initializer())
    before <- sess$run(loss)
    for (i in 1:50) step$run(session = sess)
    expect_lt(sess$run(loss), before / 10)
  })
})

test_that("the convolutional network learns them", {
  folder <- tempfile("digits")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  write_digits(folder)
  with(tf$Graph()$as_default(), {
    tf$set_random_seed(1L)
    datasets <- tf$contrib$learn$datasets
    mnist <- datasets$mnist$read_data_sets(folder, one_hot = TRUE, validation_size = 200L)
    sess <- tf$InteractiveSession()
    x <- tf$placeholder(tf$float32, shape(NULL, 784L))
    y_ <- tf$placeholder(tf$float32, shape(NULL, 10L))
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
    cross_entropy <- tf$reduce_mean(
      -tf$reduce_sum(y_ * tf$log(y_conv), reduction_indices = 1L)
    )
    # The tutorial's 1e-4 is for 20,000 steps.
    train_step <- tf$train$AdamOptimizer(1e-3)$minimize(cross_entropy)
    correct_prediction <- tf$equal(tf$argmax(y_conv, 1L), tf$argmax(y_, 1L))
    accuracy <- tf$reduce_mean(tf$cast(correct_prediction, tf$float32))
    sess$run(tf$global_variables_initializer())
    for (i in 1:20) {
      batch <- mnist$train$next_batch(50L)
      train_step$run(feed_dict = dict(x = batch[[1]], y_ = batch[[2]], keep_prob = 0.5))
    }
    reached <- accuracy$eval(feed_dict = dict(
      x = mnist$test$images, y_ = mnist$test$labels, keep_prob = 1.0
    ))
    expect_gt(reached, 0.5)
    sess$close()
  })
})

test_that("a file that is cut is an error that names it", {
  folder <- tempfile("digits")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  write_digits(folder)
  path <- file.path(folder, "train-labels-idx1-ubyte")
  writeBin(readBin(path, "raw", 500), path)
  expect_error(
    tf$contrib$learn$datasets$mnist$read_data_sets(folder),
    class = "DataLossError", "train-labels-idx1-ubyte.*promises 1208 bytes"
  )
})
