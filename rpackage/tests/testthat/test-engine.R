# The engine's parts as R code uses them; what they compute is tested in Python.

in_graph <- function(code) {
  with(tf$Graph()$as_default(), with(tf$Session() %as% sess, code(sess)))
}

start <- function(sess) {
  sess$run(tf$group(tf$global_variables_initializer(), tf$local_variables_initializer()))
}

test_that("branches, loops and maps take R functions", {
  in_graph(function(sess) {
    flag <- tf$placeholder(tf$bool, shape())
    either <- tf$cond(flag, function() tf$constant(1), function() tf$constant(2))
    expect_identical(sess$run(either, feed_dict = dict(flag = TRUE)), 1)
    expect_identical(sess$run(either, feed_dict = dict(flag = FALSE)), 2)
    loop <- tf$while_loop(
      function(i, s) i < 10L,
      function(i, s) list(i + 1L, s + tf$cast(i, tf$float32)),
      list(tf$constant(0L), tf$constant(0))
    )
    expect_identical(sess$run(loop), list(10L, 45))
    squares <- tf$map_fn(function(e) e * e, tf$constant(c(1, 2, 3)))
    expect_equal(sess$run(squares), array(c(1, 4, 9)))
    expect_identical(sess$run(tf$gradients(loop[[2]], loop[[2]])), list(1))
  })
})

test_that("R functions are ops", {
  in_graph(function(sess) {
    x <- tf$constant(c(1, 2, 3))
    expect_equal(sess$run(tf$py_func(function(a) a * 2, list(x), tf$float32)), array(c(2, 4, 6)))
    expect_equal(sess$run(tf$py_func(function(a) c(5, 6), list(x), tf$float32)), array(c(5, 6)))
    shout <- tf$py_func(function(a) toupper(a), list(tf$constant("abc")), tf$string)
    expect_identical(sess$run(shout), "ABC")
    failing <- tf$py_func(function(a) stop("in R"), list(x), tf$float32)
    expect_error(sess$run(failing), "in R")
  })
})

test_that("data sets iterate over R's arrays and functions", {
  in_graph(function(sess) {
    rows <- tf$data$Dataset$from_tensor_slices(matrix(1:6 + 0, 3))
    item <- rows$map(function(row) row * 2)$batch(2L)$make_one_shot_iterator()$get_next()
    expect_equal(sess$run(item), matrix(c(2, 4, 8, 10), 2))
    expect_equal(sess$run(item), matrix(c(6, 12), 1))
    expect_error(sess$run(item), class = "OutOfRangeError")
    count <- function() {
      n <- 0L
      py_iterator(function() {
        n <<- n + 1L
        if (n > 3L) NULL else n
      })
    }
    numbers <- tf$data$Dataset$from_generator(count, tf$int32)$prefetch(2L)
    item <- numbers$make_one_shot_iterator()$get_next()
    expect_identical(c(sess$run(item), sess$run(item), sess$run(item)), 1:3)
    expect_error(sess$run(item), class = "OutOfRangeError")
  })
})

test_that("queues are filled by threads and end their epochs", {
  in_graph(function(sess) {
    files <- tf$train$string_input_producer(list("a", "b"), num_epochs = 1L, shuffle = FALSE)
    item <- files$dequeue()
    start(sess)
    coordinator <- tf$train$Coordinator()
    threads <- tf$train$start_queue_runners(sess, coordinator)
    expect_identical(c(sess$run(item), sess$run(item)), c("a", "b"))
    expect_error(sess$run(item), class = "OutOfRangeError")
    coordinator$request_stop()
    coordinator$join(threads)
  })
})

test_that("variables are saved and restored, and optimizers change them", {
  in_graph(function(sess) {
    v <- tf$Variable(c(1, 2, 3))
    step <- tf$train$MomentumOptimizer(0.1, 0.9)$minimize(tf$reduce_sum(v^2))
    start(sess)
    saver <- tf$train$Saver()
    path <- saver$save(sess, file.path(tempfile("model"), "m"), global_step = 5L)
    expect_match(path, "m-5$")
    sess$run(step)
    expect_equal(sess$run(v), array(c(0.8, 1.6, 2.4)), tolerance = 1e-6)
    saver$restore(sess, path)
    expect_equal(sess$run(v), array(c(1, 2, 3)))
  })
})

test_that("layers, recurrent networks and losses are built", {
  in_graph(function(sess) {
    x <- tf$constant(matrix(1, 2, 3), dtype = tf$float32)
    h <- tf$layers$dense(x, 4L, activation = tf$nn$relu)
    cell <- tf$nn$rnn_cell$BasicLSTMCell(4L)
    sequences <- tf$constant(array(0, c(2, 5, 3)), dtype = tf$float32)
    out <- tf$nn$dynamic_rnn(cell, sequences, dtype = tf$float32)
    loss <- tf$losses$mean_squared_error(c(1, 2), c(1, 4))
    start(sess)
    expect_identical(dim(sess$run(h)), c(2L, 4L))
    expect_identical(dim(sess$run(out[[1]])), c(2L, 5L, 4L))
    expect_identical(sess$run(loss), 2)
  })
})

test_that("sparse tensors are fed and fetched", {
  in_graph(function(sess) {
    indices <- matrix(c(0L, 1L, 0L, 2L), 2)
    sparse <- tf$SparseTensor(indices = indices, values = c(1, 2), dense_shape = c(3L, 4L))
    dense <- matrix(0, 3, 4)
    dense[1, 1] <- 1
    dense[2, 3] <- 2
    expect_equal(sess$run(tf$sparse_tensor_to_dense(sparse)), dense)
    fed <- tf$sparse_placeholder(tf$float32)
    total <- tf$sparse_reduce_sum(fed)
    expect_identical(sess$run(total, feed_dict = dict(fed = tuple(indices, c(1, 2), c(3L, 4L)))), 3)
  })
})

test_that("summaries are written, and runs are traced", {
  in_graph(function(sess) {
    loss <- tf$constant(0.5)
    tf$summary$scalar("loss", loss)
    folder <- tempfile("logs")
    writer <- tf$summary$FileWriter(folder, sess$graph)
    writer$add_summary(sess$run(tf$summary$merge_all()), 1L)
    writer$close()
    events <- iterate(tf$train$summary_iterator(list.files(folder, full.names = TRUE)))
    expect_length(events, 4L) # the version, the graph, its meta graph, the summary
    metadata <- tf$RunMetadata()
    options <- tf$RunOptions(trace_level = tf$RunOptions$FULL_TRACE)
    sess$run(loss * 2, options = options, run_metadata = metadata)
    timeline <- import("pyengine.python.client.timeline")
    trace <- timeline$Timeline(metadata$step_stats)$generate_chrome_trace_format()
    expect_match(trace, "traceEvents")
  })
})
