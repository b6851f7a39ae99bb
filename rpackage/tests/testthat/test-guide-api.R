# The snippets of the guide to the R API.

test_that("hello, world", {
  sess <- tf$Session()
  hello <- tf$constant("Hello, TensorFlow!")
  expect_identical(sess$run(hello), "Hello, TensorFlow!")
  a <- tf$constant(10L)
  b <- tf$constant(32L)
  expect_identical(sess$run(a + b), 42L)
})

test_that("a line is fitted", {
  with(tf$Graph()$as_default(), {
    x_data <- runif(100, min = 0, max = 1)
    y_data <- x_data * 0.1 + 0.3
    W <- tf$Variable(tf$random_uniform(shape(1L), -1.0, 1.0))
    b <- tf$Variable(tf$zeros(shape(1L)))
    y <- W * x_data + b
    loss <- tf$reduce_mean((y - y_data)^2)
    optimizer <- tf$train$GradientDescentOptimizer(0.5)
    train <- optimizer$minimize(loss)
    sess <- tf$Session()
    sess$run(tf$global_variables_initializer())
    for (step in 1:201) {
      sess$run(train)
    }
    expect_equal(as.vector(sess$run(W)), 0.1, tolerance = 0.05)
    expect_equal(as.vector(sess$run(b)), 0.3, tolerance = 0.02)
  })
})

test_that("shapes are lists", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, list(NULL, 784L))
    W <- tf$Variable(tf$zeros(list(784L, 10L)))
    b <- tf$Variable(tf$zeros(list(10L)))
    expect_identical(list(dim(x), dim(W), dim(b)), list(c(NA, 784L), c(784L, 10L), 10L))
    x <- tf$placeholder(tf$float32, shape(NULL, 784L))
    W <- tf$Variable(tf$zeros(shape(784L, 10L)))
    b <- tf$Variable(tf$zeros(shape(10L)))
    expect_identical(list(dim(x), dim(W), dim(b)), list(c(NA, 784L), c(784L, 10L), 10L))
  })
})

test_that("vectors, matrices and arrays are tensor values", {
  with(tf$Graph()$as_default(), {
    sess <- tf$Session()
    v <- c(1.0, 2.0, 3.0, 4.0)
    m <- matrix(c(1.0, 2.0, 3.0, 4.0), nrow = 2, ncol = 2)
    a <- array(rep(1, 365 * 5 * 4), dim = c(365, 5, 4))
    expect_identical(sess$run(tf$constant(v)), array(v))
    expect_identical(sess$run(tf$constant(m)), m)
    expect_identical(sess$run(tf$constant(a)), a)
  })
})

test_that("axes count from 0", {
  with(tf$Graph()$as_default(), {
    y_conv <- tf$constant(matrix(c(0.2, 0.9, 0.8, 0.1), 2))
    y_ <- tf$constant(matrix(c(0, 1, 1, 0), 2))
    cross_entropy <- tf$reduce_mean(
      -tf$reduce_sum(y_ * tf$log(y_conv), reduction_indices = 1L)
    )
    correct_prediction <- tf$equal(tf$argmax(y_conv, 1L), tf$argmax(y_, 1L))
    sess <- tf$Session()
    expect_equal(sess$run(cross_entropy), -mean(log(c(0.8, 0.9))))
    expect_identical(sess$run(correct_prediction), array(c(TRUE, TRUE)))
  })
})

test_that("parts of a tensor are extracted", {
  with(tf$Graph()$as_default(), {
    W <- tf$zeros(shape(784L, 10L))
    W_small <- W[0:99, 0:4]
    W_smallish <- W[, 7:9]
    expect_identical(dim(W_small), c(100L, 5L))
    expect_identical(dim(W_smallish), c(784L, 3L))
  })
})

test_that("a feed_dict has placeholders as keys", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 2L))
    y_ <- tf$placeholder(tf$float32, shape(NULL, 2L))
    batch_xs <- matrix(1:4 + 0, 2)
    batch_ys <- matrix(5:8 + 0, 2)
    sess <- tf$Session()
    product <- sess$run(x * y_, feed_dict = dict(x = batch_xs, y_ = batch_ys))
    expect_identical(product, batch_xs * batch_ys)
    expect_identical(py_len(tuple(1L, 2L, 3L)), 3L)
  })
})

test_that("contexts", {
  with(tf$Graph()$as_default(), {
    with(tf$name_scope("input"), {
      x <- tf$placeholder(tf$float32, shape(NULL, 784L), name = "x-input")
      y_ <- tf$placeholder(tf$float32, shape(NULL, 10L), name = "y-input")
    })
    expect_identical(c(x$op$name, y_$op$name), c("input/x-input", "input/y-input"))
    with(tf$Session() %as% sess, {
      expect_identical(sess$run(tf$constant(1L)), 1L)
    })
  })
})

test_that("NumPy's types", {
  np <- import("numpy")
  expect_true(tf$as_dtype(np$float32) == tf$float32)
})
