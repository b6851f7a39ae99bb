model <- function() {
  graph <- tf$Graph()
  with(graph$as_default(), {
    with(tf$name_scope("input"), x <- tf$placeholder(tf$float32, shape(NULL, 3), name = "x"))
    w <- tf$Variable(tf$zeros(shape(3, 2)), name = "w")
    tf$matmul(x, w, name = "y")
  })
  graph
}

test_that("a graph is summed up, within the console's width", {
  withr::local_options(width = 50L)
  found <- summary(model())
  expect_identical(found$operations[["MatMul"]], 1L)
  expect_identical(found$trainable, 6L)
  expect_match(found$placeholders, "'input/x:0'")
  shown <- capture.output(print(found))
  expect_match(shown[[1L]], "^Graph of [0-9]+ operations$")
  expect_true(any(grepl("Variables:", shown)))
  expect_true(any(grepl("Numbers to train: 6", shown)))
  expect_true(all(nchar(shown) <= 50L))
  expect_output(print(summary(tf$Graph())), "Graph of 0 operations")
})

test_that("an operation shows what goes in and out, and who made it", {
  op <- model()$get_operation_by_name("y")
  expect_output(print(op), "'y' type=MatMul.*input: .*input/x:0.*output: .*'y:0'.*made at `tf")
})

test_that("a graph is drawn by Graphviz", {
  graph <- model()
  folder <- withr::local_tempdir()
  file <- file.path(folder, "g.dot")
  expect_identical(plot(graph, file = file), file)
  expect_true(any(grepl("cluster_input", readLines(file))))
  expect_error(plot(graph, file = "g.doc"), class = "invalid_argument", ".svg")
  # A Graphviz that copies what it is given.
  fake <- file.path(folder, "dot")
  writeLines(c("#!/bin/sh", "cp \"$4\" \"$3\""), fake)
  Sys.chmod(fake, "755")
  withr::with_path(folder, action = "prefix", {
    plot(graph, file = file.path(folder, "g.svg"))
  })
  expect_identical(readLines(file.path(folder, "g.svg")), readLines(file))
  withr::with_envvar(c(PATH = folder), {
    unlink(fake)
    expect_error(plot(graph, file = "g.svg"), class = "graphviz_not_found", "apt-get")
  })
})

test_that("a graph is drawn on R's device by Graphviz", {
  skip_if(!nzchar(Sys.which("dot")), "Graphviz is not installed")
  skip_if_not_installed("png")
  graph <- tf$Graph()
  with(graph$as_default(), with(tf$name_scope("part"), tf$constant(1) + 2))
  file <- withr::local_tempfile(fileext = ".png")
  grDevices::png(file)
  expect_identical(py_id(plot(graph)), py_id(graph))
  grDevices::dev.off()
  expect_gt(file.size(file), 1000)
  drawn <- readLines(plot(graph, file = sub("png$", "svg", file)))
  expect_match(paste(drawn, collapse = ""), ">part<")
})
