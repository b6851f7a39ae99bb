# Runs lines as a script of the user's, with or without its source kept, and returns its variables.
script <- function(lines, keep = TRUE) {
  file <- file.path(withr::local_tempdir(), "train.R")
  writeLines(lines, file)
  env <- new.env(parent = globalenv())
  source(file, local = env, keep.source = keep)
  env
}

test_that("an op says which call made it, in which function and line", {
  made <- script(c(
    "build <- function() {",
    "  x <- tf$placeholder(tf$float32, name = 'x')",
    "  x * 2",
    "}",
    "y <- with(tf$Graph()$as_default(), build())"
  ))
  expect_identical(made$y$op$site, "`x * 2` in build() (train.R:3)")
  placeholder <- made$y$op$inputs[[1L]]$op
  expect_match(placeholder$site, "^`tf\\$placeholder.* in build\\(\\) \\(train.R:2\\)$")
  sess <- tf$Session(graph = made$y$graph)
  expect_error(sess$run(made$y), "made at `tf\\$placeholder.*train.R:2", class = "python.error")
})

test_that("without kept source the call itself is known", {
  made <- script(
    c("f <- function(x) x[0:1]", "y <- with(tf$Graph()$as_default(), f(tf$constant(1:3)))"), FALSE
  )
  expect_identical(made$y$op$site, "`x[0:1]` in f()")
  long <- as.call(c(quote(f), rep(list(quote(argument_name)), 30)))
  expect_match(describe_site(list(long, NULL, NULL)), "^`f\\(argument_name.* \\.\\.\\.`$")
})

test_that("ops made by functions that Python calls know theirs", {
  made <- script(c(
    "graph <- tf$Graph()",
    "y <- with(graph$as_default(), tf$cond(tf$constant(TRUE), function() tf$constant(1) + 1,",
    "  function() tf$constant(2)))"
  ))
  sites <- vapply(made$graph$get_operations(), function(op) op$site, "")
  expect_true(any(grepl("`tf\\$constant\\(1\\) \\+ 1`.*train.R:2", sites)))
})

test_that("errors show the user's call, and advice is in R's terms", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1)
    error <- tryCatch(x + tf$constant(1L), error = identity)
    expect_identical(conditionCall(error), quote(x + tf$constant(1L)), ignore_attr = TRUE)
    expect_match(conditionMessage(error), "tf$cast()", fixed = TRUE)
    error <- tryCatch(tf$nn$sofmax(x), error = identity)
    expect_identical(conditionCall(error), quote(tf$nn$sofmax), ignore_attr = TRUE)
  })
  said <- "Run sess.run(tf.nn.f()), not file.tf.py"
  expect_identical(in_r_terms(said), "Run sess$run(tf$nn$f()), not file.tf.py")
})

test_that("None, True and False are R's in messages of our own, and left in those of others", {
  ours <- "Traceback:\n  File \"/lib/pyengine/graph.py\", line 1, in f\nValueError: ..."
  theirs <- "Traceback:\n  File \"/lib/pyengine/x.py\"\n  File \"/lib/numpy/y.py\", line 2\n"
  said <- "`x` must not be None: set reuse=True or tf.AUTO_REUSE, not 'None' or <tf.Tensor 'True'>"
  expect_identical(
    in_r_terms(said, ours),
    "`x` must not be NULL: set reuse=TRUE or tf$AUTO_REUSE, not 'None' or <tf.Tensor 'True'>"
  )
  expect_identical(in_r_terms(said, theirs), said)
  with(tf$Graph()$as_default(), {
    expect_error(tf$losses$log_loss(NULL, 1), "`labels` must not be NULL", fixed = TRUE)
  })
})
