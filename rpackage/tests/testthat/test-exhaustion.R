# What happens when memory is exhausted at any step of any path: an error each time, nothing broken
# after. The core can make any of its guards fail (bridge._core.fail_in).

test_that("each path may fail at each step", {
  module <- python("
def same(x): return x
def call(f, *args, **named): return f(*args, **named)
def fail(): raise ValueError('on purpose')
class Thing: pass
thing = Thing()
import numpy, datetime
array = numpy.arange(6.).reshape(2, 3)
mixed = [1, 'a', None, 2.5, {'b': [True, 2]}, (1, 2), b'raw', datetime.date(2020, 1, 1), 1j]
")
  fail_in <- import("bridge._core")$fail_in
  frame <- list(a = 1, b = list("x", c(1L, 2L)), c = function(x) x)
  moments <- as.POSIXct(c(0, 1), origin = "1970-01-01", tz = "UTC")
  paths <- list(
    attribute = function() module$thing,
    list_to_python = function() module$same(frame),
    list_to_r = function() module$mixed,
    array_to_python = function() module$same(matrix(1:6 + 0, 2)),
    array_to_r = function() module$array,
    texts = function() module$same(matrix(c("a", "b", NA), 1)),
    times = function() module$same(moments),
    callback = function() module$call(function(x, ...) list(x, ...), 1, y = "z"),
    error = function() module$fail(),
    error_in_r = function() module$call(function() stop("in R")),
    set = function() module$x <- list(a = 1),
    tuple = function() tuple(1, "a"),
    dict = function() dict(a = 1, frame = 2)
  )
  for (name in names(paths)) {
    step <- -1L
    repeat {
      step <- step + 1L
      fail_in(step)
      result <- tryCatch(
        {
          paths[[name]]()
          "done"
        },
        python.error = function(e) conditionMessage(e),
        error = function(e) conditionMessage(e)
      )
      fail_in(-1L)
      if (!grepl("MemoryError|simulated|memory", result)) {
        break # it got through, or failed as it always does
      }
      if (step > 200L) break
    }
    expect_lt(step, 200L)
    if (name != "set") expect_gt(step, 0L) # which needs nothing of R's
  }
  expect_identical(module$same(frame$b), frame$b)
  expect_identical(module$call(function(x) x, 42), 42)
})
