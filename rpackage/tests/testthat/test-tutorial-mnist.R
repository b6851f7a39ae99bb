# The first half of the MNIST tutorial, on a small data set in MNIST's format.

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
