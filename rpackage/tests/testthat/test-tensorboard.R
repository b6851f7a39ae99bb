write_run <- function(folder) {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(), name = "x")
    merged <- tf$summary$scalar("loss", x)
    with(tf$Session() %as% sess, {
      writer <- tf$summary$FileWriter(folder, sess$graph)
      for (step in 1:3) {
        writer$add_summary(sess$run(merged, feed_dict = dict(x = 1 / step)), step)
      }
      writer$close()
    })
  })
}

test_that("scalars are a table, and are drawn", {
  folder <- tempfile("logs")
  on.exit(unlink(folder, recursive = TRUE))
  write_run(file.path(folder, "first"))
  scalars <- training_scalars(folder)
  expect_s3_class(scalars, c("training_scalars", "data.frame"), exact = TRUE)
  expect_identical(scalars$step, c(1, 2, 3))
  expect_equal(scalars$value, 1 / 1:3, tolerance = 1e-6)
  expect_identical(unique(scalars$run), "first")
  expect_s3_class(scalars$wall_time, "POSIXct")
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off(), add = TRUE)
  drawn <- plot(scalars)
  if (requireNamespace("ggplot2", quietly = TRUE)) expect_s3_class(drawn, "ggplot")
  expect_silent(plot_scalars_base(as.data.frame(scalars)))
  # The axes are left as wide as the values are, and the layout as it was before.
  expect_identical(graphics::par("mfrow"), c(1L, 1L))
  expect_equal(graphics::par("usr")[1:2], c(1, 3) + c(-0.08, 0.08))
  expect_error(plot(scalars, tags = "no"), "no scalars", class = "invalid_argument")
  expect_error(training_scalars(tempfile()), class = "NotFoundError")
})

test_that("TensorBoard shows scalars and the graph", {
  found <- tryCatch(tensorboard_program(), tensorboard_not_found = function(e) "")
  skip_if_not(nzchar(found), "tensorboard is installed")
  folder <- tempfile("logs")
  on.exit(unlink(folder, recursive = TRUE))
  write_run(file.path(folder, "first"))
  opened <- NULL
  url <- tensorboard(folder, launch_browser = function(url) opened <<- url, reload_interval = 1)
  on.exit(tensorboard(folder, action = "stop"), add = TRUE)
  expect_identical(opened, url)
  expect_match(url, "^http://127.0.0.1:[0-9]+$")
  read <- function(path) {
    json <- import("json")
    for (i in 1:50) {
      text <- tryCatch(
        suppressWarnings(paste(readLines(paste0(url, path), warn = FALSE), collapse = "\n")),
        error = function(e) ""
      )
      if (nchar(text) > 2L) break
      Sys.sleep(0.2)
    }
    text
  }
  points <- import("json")$loads(read("/data/plugin/scalars/scalars?run=first&tag=loss"))
  expect_identical(vapply(points, function(p) as.numeric(p[[2L]]), 0), c(1, 2, 3))
  graph <- read("/data/plugin/graphs/graph?run=first&conceptual=false")
  expect_match(graph, 'name: "x"', fixed = TRUE)
  # Started already.
  expect_identical(tensorboard(folder, launch_browser = FALSE), url)
  process <- boards[[board_key(folder)]]$process
  tensorboard(folder, action = "stop")
  expect_false(is.null(process$poll()))
})

test_that("a missing TensorBoard is told", {
  expect_error(tensorboard_program(""), "py_install", class = "tensorboard_not_found")
  expect_error(tensorboard(1), "`log_dir` must be", class = "invalid_argument")
})
