tracer <- function() {
  python("
log = []
class Context:
    def __init__(self, swallow=False): self.swallow = swallow
    def __enter__(self):
        log.append('enter')
        return 'inside'
    def __exit__(self, kind, error, trace):
        log.append('exit ' + ('' if kind is None else kind.__name__ + ' ' + str(error)))
        return self.swallow
")
}

test_that("a context is entered and left, and the value returned", {
  module <- tracer()
  expect_identical(with(module$Context(), 42), 42)
  expect_identical(module$log, c("enter", "exit "))
  expect_invisible(with(module$Context(), invisible(1)))
})

test_that("the expression is evaluated in the calling frame", {
  f <- function() {
    with(tracer()$Context(), {
      inner <- 5
    })
    inner
  }
  expect_identical(f(), 5)
})

test_that("`%as%` names the context inside of the expression only", {
  expect_identical(with(tracer()$Context() %as% it, it), "inside")
  expect_false(exists("it", inherits = FALSE))
  it <- "before"
  with(tracer()$Context() %as% it, NULL)
  expect_identical(it, "before")
  expect_error(tracer()$Context() %as% "it", class = "invalid_argument", "name")
})

test_that("an error leaves the context too, which is told of it", {
  module <- tracer()
  expect_error(with(module$Context(), stop("oops")), "oops")
  expect_error(with(module$Context(), py_eval("1 / 0")), class = "ZeroDivisionError")
  expect_identical(
    module$log[c(2, 4)], c("exit RuntimeError oops", "exit ZeroDivisionError division by zero")
  )
})

test_that("a context may swallow an error, and its name is gone all the same", {
  swallows <- function() with(tracer()$Context(swallow = TRUE) %as% it, stop("swallowed"))
  expect_null(tryCatch(swallows(), error = function(e) "not swallowed"))
  it <- 1
  expect_null(tryCatch(
    with(tracer()$Context(swallow = TRUE) %as% it, stop("swallowed")),
    error = function(e) "not swallowed"
  ))
  expect_identical(it, 1)
})

test_that("restarts and calling handlers outside of the context are found", {
  got <- withCallingHandlers(
    with(tracer()$Context(), withRestarts(stop("resumed"), go_on = function() "went on")),
    error = function(e) invokeRestart("go_on")
  )
  expect_identical(got, "went on")
})

test_that("a jump leaves the context", {
  module <- tracer()
  for (i in 1:3) with(module$Context(), if (i == 2) break)
  expect_identical(i, 2L)
  expect_identical(module$log, rep(c("enter", "exit "), 2))
})

test_that("a session is closed at the end, after an error too", {
  g <- tf$Graph()
  try(with(tf$Session(graph = g) %as% sess, {
    kept <- sess
    stop("in the middle")
  }), silent = TRUE)
  expect_error(kept$run(list()), class = "RuntimeError", "closed")
  expect_null(tf$get_default_session())
})

test_that("an interrupt leaves the context, which is told of it", {
  module <- tracer()
  interrupted <- structure(class = c("interrupt", "condition"), list(message = "", call = NULL))
  got <- tryCatch(
    with(module$Context(), {
      withRestarts(signalCondition(interrupted), resume = function() NULL)
    }),
    interrupt = function(i) "interrupted"
  )
  expect_identical(got, "interrupted")
  expect_identical(module$log, c("enter", "exit KeyboardInterrupt "))
})

test_that("what is no context manager is named", {
  expect_error(with(tf$float32, 1), class = "invalid_argument", "tf.float32 is no context manager")
})

test_that("the name of the context may be removed by the expression", {
  module <- tracer()
  expect_silent(with(module$Context() %as% it, rm(it)))
  expect_identical(module$log, c("enter", "exit "))
})
