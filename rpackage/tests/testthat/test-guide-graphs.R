# The snippets of the guide to graphs and sessions.

test_that("a graph is built and launched", {
  with(tf$Graph()$as_default(), {
    matrix1 <- tf$constant(matrix(c(3.0, 3.0), nrow = 1, ncol = 2))
    matrix2 <- tf$constant(matrix(c(3.0, 3.0), nrow = 2, ncol = 1))
    product <- tf$matmul(matrix1, matrix2)
    expect_length(tf$get_default_graph()$get_operations(), 3)
    sess <- tf$Session()
    result <- sess$run(product)
    expect_identical(result, matrix(18))
    sess$close()
  })
})

test_that("a session in a with block, on the CPU device", {
  with(tf$Graph()$as_default(), {
    with(tf$Session() %as% sess, {
      with(tf$device("/cpu:0"), {
        matrix1 <- tf$constant(matrix(c(3.0, 3.0), nrow = 1, ncol = 2))
        matrix2 <- tf$constant(matrix(c(3.0, 3.0), nrow = 2, ncol = 1))
        product <- tf$matmul(matrix1, matrix2)
      })
      expect_identical(sess$run(product), matrix(18))
      expect_identical(product$device, "/device:CPU:0")
    })
  })
})

test_that("ops are assigned to a device that is not there, as long as they do not run", {
  with(tf$Graph()$as_default(), {
    with(tf$Session() %as% sess, {
      with(tf$device("/gpu:1"), {
        matrix1 <- tf$constant(matrix(c(3.0, 3.0), nrow = 1, ncol = 2))
        matrix2 <- tf$constant(matrix(c(3.0, 3.0), nrow = 2, ncol = 1))
        product <- tf$matmul(matrix1, matrix2)
      })
    })
    expect_identical(product$device, "/device:GPU:1")
  })
})

test_that("ops run on a GPU, which the CPU plays here", {
  skip_if_not(py_module_available("torch"), "PyTorch, which GPUs take, is not installed")
  script <- tempfile(fileext = ".R")
  writeLines(c(
    "library(tensorflow)",
    "with(tf$device(\"/gpu:0\"), {",
    "  x <- tf$placeholder(tf$float32, shape(NULL, 2))",
    "  w <- tf$Variable(matrix(c(1, 2), ncol = 1), dtype = tf$float32)",
    "  loss <- tf$reduce_mean(tf$square(tf$matmul(x, w)))",
    "})",
    "step <- tf$train$GradientDescentOptimizer(0.5)$minimize(loss)",
    "config <- tf$ConfigProto(log_device_placement = TRUE)",
    "sess <- tf$Session(config = config)",
    "sess$run(tf$global_variables_initializer())",
    "sess$run(step, feed_dict = dict(x = diag(2)))",
    "cat(sess$run(w), length(sess$list_devices()), tf_gpu_configured(verbose = FALSE))"
  ), script)
  output <- withr::with_envvar(
    c(TENSORFLOW_PRETEND_GPUS = "1"),
    system2(file.path(R.home("bin"), "Rscript"), script, stdout = TRUE, stderr = TRUE)
  )
  expect_identical(tail(output, 1), "0.5 1 2 TRUE")
  expect_match(output, "MatMul: [(]MatMul[)]: .*GPU:0", all = FALSE)
})

test_that("interactive usage", {
  with(tf$Graph()$as_default(), {
    sess <- tf$InteractiveSession()
    x <- tf$Variable(c(1.0, 2.0))
    a <- tf$constant(c(3.0, 3.0))
    x$initializer$run()
    sub <- tf$subtract(x, a)
    expect_identical(sub$eval(), array(c(-2, -1)))
    sess$close()
  })
})

test_that("a variable counts", {
  with(tf$Graph()$as_default(), {
    state <- tf$Variable(0L, name = "counter")
    one <- tf$constant(1L)
    new_value <- tf$add(state, one)
    update <- tf$assign(state, new_value)
    init_op <- tf$global_variables_initializer()
    seen <- integer()
    with(tf$Session() %as% sess, {
      sess$run(init_op)
      seen <- sess$run(state)
      for (i in 1:3) {
        sess$run(update)
        seen <- c(seen, sess$run(state))
      }
    })
    expect_identical(seen, 0:3)
  })
})

test_that("several tensors are fetched", {
  with(tf$Graph()$as_default(), {
    input1 <- tf$constant(3.0)
    input2 <- tf$constant(2.0)
    input3 <- tf$constant(5.0)
    intermed <- tf$add(input2, input3)
    mul <- tf$multiply(input1, intermed)
    with(tf$Session() %as% sess, {
      result <- sess$run(list(mul, intermed))
      expect_identical(result, list(21, 7))
    })
  })
})

test_that("feeds replace tensors", {
  with(tf$Graph()$as_default(), {
    input1 <- tf$placeholder(tf$float32)
    input2 <- tf$placeholder(tf$float32)
    output <- tf$multiply(input1, input2)
    with(tf$Session() %as% sess, {
      expect_identical(sess$run(output, feed_dict = dict(input1 = 7.0, input2 = 2.0)), 14)
      expect_error(sess$run(output), class = "InvalidArgumentError", "must feed a value")
    })
  })
})

test_that("a distributed session is refused, with what there is, when it is to run something", {
  with(tf$Session("grpc://example.org:2222") %as% sess, {
    # Calls to sess.run(...) will be executed on the cluster.
  })
  with(tf$Graph()$as_default(), {
    one <- tf$constant(1)
    with(tf$Session("grpc://example.org:2222") %as% sess, {
      expect_error(sess$run(one), class = "NotImplementedError", "in this process")
    })
  })
})
