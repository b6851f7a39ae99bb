test_that("R functions are hooks", {
  with(tf$Graph()$as_default(), {
    step <- tf$train$get_or_create_global_step()
    train <- step$assign_add(1L)
    twice <- step * 2L
    told <- character()
    hook <- session_run_hook(
      begin = function() told <<- c(told, "begin"),
      after_create_session = function(session, coord) told <<- c(told, "session"),
      before_run = function(context) tf$train$SessionRunArgs(list(twice = twice)),
      after_run = function(context, values) {
        told <<- c(told, names(values$results))
        if (values$results$twice >= 6) context$request_stop()
      },
      end = function(session) told <<- c(told, "end")
    )
    with(tf$train$MonitoredSession(hooks = list(hook)) %as% sess, {
      while (!sess$should_stop()) last <- sess$run(train)
    })
    expect_gte(last, 3)
    expect_identical(told[1:2], c("begin", "session"))
    expect_identical(unique(told[-(1:2)]), c("twice", "end"))
  })
})

test_that("an error in a hook ends the training", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1)
    hook <- session_run_hook(after_run = function(context, values) stop("no more"))
    expect_error(
      with(tf$train$MonitoredSession(hooks = list(hook)) %as% sess, sess$run(x)),
      "no more"
    )
  })
})

test_that("only functions are hooks", {
  expect_error(session_run_hook(end = 1), "`end` must be a function", class = "invalid_argument")
})

train_with <- function(..., last = 30L) {
  with(tf$Graph()$as_default(), {
    step <- tf$train$get_or_create_global_step()
    train <- step$assign_add(1L)
    loss <- 1 / tf$cast(train, tf$float32)
    hooks <- list(
      tf$train$StopAtStepHook(last_step = last),
      progress_hook(..., values = list(loss = loss))
    )
    with(tf$train$MonitoredSession(hooks = hooks) %as% sess, {
      while (!sess$should_stop()) done <- sess$run(train)
    })
    invisible(done)
  })
}

test_that("progress is not shown where nobody looks", {
  expect_false(interactive())
  expect_silent(train_with(30))
  expect_silent(train_with(30, show = FALSE))
})

test_that("progress is shown by cli", {
  skip_if_not_installed("cli")
  before <- options(cli.progress_show_after = 0, cli.dynamic = TRUE, cli.num_colors = 1L)
  on.exit(options(before))
  shown <- paste(capture_messages(train_with(30, show = TRUE)), collapse = "")
  expect_match(shown, "step 10 of 30.*loss 0.1")
  expect_match(shown, "100%.*step 30 of 30.*loss 0.0333")
  # cli shows a bar without an end only now and then.
  expect_error(capture_messages(steps <- train_with(NULL, show = TRUE)), NA)
  expect_identical(steps, 30L)
})

test_that("progress is shown without cli", {
  local <- environment(progress_bar)
  shown <- capture_messages({
    bar <- local$progress_of_r(NULL)
    bar$update(3, list(loss = 0.5))
    bar$done()
  })
  expect_match(paste(shown, collapse = ""), "step 3 loss 0.5")
  err <- capture.output(type = "message", {
    bar <- local$progress_of_r(10)
    bar$update(10, list())
    bar$done()
  })
  expect_match(paste(err, collapse = ""), "100%")
})

test_that("what is no progress is refused", {
  expect_error(progress_hook(0), "`steps` must be", class = "invalid_argument")
  expect_error(progress_hook(values = list(1)), "`values` must be", class = "invalid_argument")
  expect_error(progress_hook(every = 0), "`every` must be", class = "invalid_argument")
})
