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
