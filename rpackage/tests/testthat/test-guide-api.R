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

test_that("functions and classes of sub-modules", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 28L, 28L, 1L))
    W <- tf$Variable(tf$zeros(shape(5L, 5L, 1L, 32L)))
    convolved <- tf$nn$conv2d(x, W, strides = c(1L, 1L, 1L, 1L), padding = "SAME")
    expect_identical(dim(convolved), c(NA, 28L, 28L, 32L))
    optimizer <- tf$train$GradientDescentOptimizer(0.5)
    expect_s3_class(optimizer, "pyengine.train.optimizer.Optimizer")
  })
})

# The guide's table, the old names in it included.
generics <- list(
  binary = c(
    "-" = "sub", "+" = "add", "*" = "mul", "/" = "truediv", "%/%" = "floordiv", "%%" = "mod",
    "^" = "pow", "==" = "equal", "!=" = "not_equal", "<" = "less", "<=" = "less_equal",
    ">" = "greater", ">=" = "greater_equal"
  ),
  logical = c("&" = "logical_and", "|" = "logical_or"),
  unary = c(
    "-" = "neg", abs = "abs", sign = "sign", sqrt = "sqrt", floor = "floor", ceiling = "ceil",
    round = "round", exp = "exp", log = "log", cos = "cos", sin = "sin", tan = "tan",
    acos = "acos", asin = "asin", atan = "atan", lgamma = "lgamma", digamma = "digamma"
  )
)

test_that("each generic is the function of the guide's table", {
  with(tf$Graph()$as_default(), {
    sess <- tf$Session()
    same <- function(a, b, name) expect_identical(sess$run(a), sess$run(b), info = name)
    x <- tf$constant(c(0.3, 0.75, 0.5))
    y <- tf$constant(c(0.5, 0.25, 0.5))
    for (name in names(generics$binary)) {
      same(get(name)(x, y), tf[[generics$binary[[name]]]](x, y), name)
    }
    for (name in names(generics$unary)) {
      same(get(name)(x), tf[[generics$unary[[name]]]](x), name)
    }
    p <- tf$constant(c(TRUE, TRUE, FALSE))
    q <- tf$constant(c(TRUE, FALSE, FALSE))
    for (name in names(generics$logical)) {
      same(get(name)(p, q), tf[[generics$logical[[name]]]](p, q), name)
    }
    same(!p, tf$logical_not(p), "!")
    same(tf$ceiling(x), tf$ceil(x), "ceiling")
    same(x[1:2], tf$strided_slice(x, list(1L), list(3L)), "[")
  })
})

test_that("records are gone through, and collected", {
  filename <- tempfile(fileext = ".tfrecords")
  on.exit(unlink(filename))
  writer <- tf$python_io$TFRecordWriter(filename)
  for (text in c("one", "two")) writer$write(charToRaw(text))
  writer$close()
  seen <- character()
  iterate(tf$python_io$tf_record_iterator(filename), function(record) {
    seen <<- c(seen, rawToChar(record))
  })
  expect_identical(seen, c("one", "two"))
  records <- iterate(tf$python_io$tf_record_iterator(filename))
  expect_identical(records, list(charToRaw("one"), charToRaw("two")))
})

test_that("flags are defined and parsed", {
  withr::local_dir(withr::local_tempdir())
  flags <- tf$app$flags
  flags$DEFINE_float("learning_rate", 0.01, "Initial learning rate.")
  flags$DEFINE_integer("max_steps", 5000L, "Number of steps to run trainer.")
  flags$DEFINE_integer("hidden1", 128L, "Number of units in hidden layer 1.")
  flags$DEFINE_integer("hidden2", 32L, "Number of units in hidden layer 2.")
  flags$DEFINE_integer("batch_size", 100L, "Batch size.")
  flags$DEFINE_string("train_dir", "MNIST-data", "Directory to put the training data.")
  flags$DEFINE_boolean("fake_data", FALSE, "If true, uses fake data for unit testing.")
  FLAGS <- parse_flags()
  expect_identical(
    list(FLAGS$learning_rate, FLAGS$hidden1, FLAGS$train_dir, FLAGS$fake_data),
    list(0.01, 128L, "MNIST-data", FALSE)
  )
})

test_that("what R values are in Python", {
  type_of <- py_eval("lambda x: type(x).__name__")
  x_data <- tf$placeholder(tf$float32)
  expect_identical(vapply(list(1, 1L, TRUE, "foo"), type_of, ""), c("float", "int", "bool", "str"))
  expect_identical(type_of(c(1.0, 2.0, 3.0)), "list")
  expect_identical(type_of(list(1L, TRUE, "foo")), "list")
  expect_identical(type_of(tuple(1L, TRUE, "foo")), "tuple")
  expect_identical(type_of(list(a = 1L, b = 2.0)), "dict")
  expect_identical(type_of(dict(x = x_data)), "dict")
  expect_identical(type_of(matrix(c(1, 2, 3, 4), nrow = 2, ncol = 2)), "ndarray")
})
