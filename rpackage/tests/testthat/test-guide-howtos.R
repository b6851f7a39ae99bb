# The how-tos of the guide: variables, reading data, summaries, the graph on show.

small_digits <- function(folder) {
  dir.create(folder)
  write_idx <- function(name, values, sizes) {
    file <- file(file.path(folder, name), "wb")
    on.exit(close(file))
    writeBin(as.raw(c(0, 0, 8, length(sizes))), file)
    writeBin(as.integer(sizes), file, endian = "big")
    writeBin(as.raw(values), file)
  }
  for (part in list(c("train", 300), c("t10k", 50))) {
    n <- as.integer(part[[2]])
    labels <- sample(0:9, n, TRUE)
    images <- vapply(labels, function(label) {
      picture <- matrix(0L, 28, 28)
      picture[, 2 * label + 1:6] <- 255L
      as.vector(t(picture))
    }, integer(784))
    write_idx(paste0(part[[1]], "-images-idx3-ubyte"), images, c(n, 28, 28))
    write_idx(paste0(part[[1]], "-labels-idx1-ubyte"), labels, n)
  }
  folder
}

test_that("variables: saved, and restored under other names", {
  folder <- tempfile("model")
  on.exit(unlink(folder, recursive = TRUE))
  path <- file.path(folder, "model.ckpt")
  with(tf$Graph()$as_default(), {
    v1 <- tf$Variable(tf$zeros(shape(3L)), name = "v1")
    v2 <- tf$Variable(v1$initialized_value() + 2, name = "v2")
    init_op <- tf$global_variables_initializer()
    saver <- tf$train$Saver()
    with(tf$Session() %as% sess, {
      sess$run(init_op)
      save_path <- saver$save(sess, path)
    })
    expect_identical(save_path, path)
  })
  with(tf$Graph()$as_default(), {
    other <- tf$Variable(tf$zeros(shape(3L)), name = "other")
    saver <- tf$train$Saver(list(v2 = other))
    with(tf$Session() %as% sess, {
      saver$restore(sess, tf$train$latest_checkpoint(folder))
      expect_identical(sess$run(other), array(c(2, 2, 2)))
    })
    missing <- tf$train$Saver(list(v3 = other))
    with(tf$Session() %as% sess, {
      expect_error(missing$restore(sess, path), "v3", class = "NotFoundError")
    })
  })
})

test_that("reading data: records are written, and feed a fully connected network", {
  folder <- small_digits(tempfile("digits"))
  on.exit(unlink(folder, recursive = TRUE))
  digits <- dataset_mnist(folder)$train
  int64_feature <- function(value) {
    tf$train$Feature(int64_list = tf$train$Int64List(value = list(value)))
  }
  bytes_feature <- function(value) {
    tf$train$Feature(bytes_list = tf$train$BytesList(value = list(value)))
  }
  filename <- file.path(folder, "train.tfrecords")
  writer <- tf$python_io$TFRecordWriter(filename)
  for (index in seq_along(digits$y)) {
    example <- tf$train$Example(features = tf$train$Features(feature = dict(
      label = int64_feature(digits$y[[index]]),
      image_raw = bytes_feature(as.raw(t(digits$x[index, , ])))
    )))
    writer$write(example$SerializeToString())
  }
  writer$close()
  expect_length(iterate(tf$python_io$tf_record_iterator(filename)), 300L)

  with(tf$Graph()$as_default(), {
    tf$set_random_seed(1L)
    filename_queue <- tf$train$string_input_producer(list(filename))
    reader <- tf$TFRecordReader()
    read <- reader$read(filename_queue)
    features <- tf$parse_single_example(read[[2]], features = dict(
      image_raw = tf$FixedLenFeature(shape(), tf$string),
      label = tf$FixedLenFeature(shape(), tf$int64)
    ))
    image <- tf$decode_raw(features$image_raw, tf$uint8)
    image$set_shape(shape(784L))
    image <- tf$cast(image, tf$float32) * (1 / 255) - 0.5
    label <- tf$cast(features$label, tf$int32)
    batch <- tf$train$shuffle_batch(
      list(image, label),
      batch_size = 50L, capacity = 400L, min_after_dequeue = 100L
    )
    hidden <- tf$layers$dense(batch[[1]], 32L, activation = tf$nn$relu)
    logits <- tf$layers$dense(hidden, 10L)
    loss <- tf$losses$sparse_softmax_cross_entropy(batch[[2]], logits)
    train <- tf$train$GradientDescentOptimizer(0.1)$minimize(loss)
    with(tf$Session() %as% sess, {
      sess$run(tf$global_variables_initializer())
      coord <- tf$train$Coordinator()
      threads <- tf$train$start_queue_runners(sess = sess, coord = coord)
      losses <- vapply(1:40, function(i) sess$run(list(train, loss))[[2]], 0)
      coord$request_stop()
      coord$join(threads)
    })
    expect_lt(mean(tail(losses, 5)), mean(head(losses, 5)) / 3)
  })
})

test_that("reading data: a table in a CSV file, with NumPy's old names", {
  filename <- tempfile(fileext = ".csv")
  on.exit(unlink(filename))
  writeLines(c("2,4,setosa,versicolor", "6.4,2.8,5.6,2.2,1", "5,2.3,3.3,1,0"), filename)
  np <- import("numpy")
  training_set <- tf$contrib$learn$datasets$base$load_csv_with_header(
    filename = filename,
    target_dtype = np$int,
    features_dtype = np$float32
  )
  expect_identical(training_set$target, array(1:0 + 0))
  expect_equal(training_set$data[1, ], c(6.4, 2.8, 5.6, 2.2), tolerance = 1e-6)
})

test_that("summaries and the graph are written for TensorBoard", {
  folder <- tempfile("logs")
  on.exit(unlink(folder, recursive = TRUE))
  with(tf$Graph()$as_default(), {
    with(tf$name_scope("layer"), {
      weights <- tf$Variable(tf$truncated_normal(shape(3L, 2L)), name = "weights")
      tf$summary$histogram("weights", weights)
      tf$summary$scalar("mean", tf$reduce_mean(weights))
    })
    tf$summary$image("picture", tf$reshape(weights, shape(1L, 3L, 2L, 1L)))
    merged <- tf$summary$merge_all()
    with(tf$Session() %as% sess, {
      writer <- tf$summary$FileWriter(folder, sess$graph)
      sess$run(tf$global_variables_initializer())
      for (step in 0:2) writer$add_summary(sess$run(merged), step)
      writer$close()
    })
  })
  events <- iterate(tf$train$summary_iterator(list.files(folder, full.names = TRUE)))
  kinds <- vapply(events, function(e) e$WhichOneof("what"), "")
  expect_identical(sum(kinds == "summary"), 3L)
  expect_true("graph_def" %in% kinds)
  tags <- iterate(events[[length(events)]]$summary$value, function(v) v$tag)
  # The variable is "layer/weights" already, the mean itself "layer/Mean".
  expect_setequal(tags, c("layer/weights_1", "layer/mean_1", "picture/image/0"))
  graph <- tf$GraphDef$FromString(events[[which(kinds == "graph_def")]]$graph_def)
  expect_true("layer/weights" %in% iterate(graph$node, function(n) n$name))
})
