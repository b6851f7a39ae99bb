test_that("arguments go by position and by name", {
  f <- python("def f(a, b=2, *rest, c=3, **more): return repr((a, b, rest, c, more))")$f
  expect_identical(f(1L), "(1, 2, (), 3, {})")
  expect_identical(f(1L, 5L, 6L, c = 7L, d = NULL), "(1, 5, (6,), 7, {'d': None})")
  expect_identical(f(b = 1L, a = 2L), "(2, 1, (), 3, {})")
  expect_identical(do.call(f, list(1L, b = "x")), "(1, 'x', (), 3, {})")
  expect_error(f(), class = "TypeError")
  expect_error(f(1L, c = 1, c = 2), class = "TypeError", "'c' is given twice")
})

test_that("what returns None is invisible NULL", {
  f <- python("def f(): pass")$f
  expect_invisible(f())
  expect_null(f())
  expect_visible(import_builtins()$abs(1))
})

test_that("classes and objects with __call__ are called", {
  module <- python("
class Adder:
    def __init__(self, n): self.n = n
    def __call__(self, x): return x + self.n
")
  add <- module$Adder(5L)
  expect_identical(add(1L), 6L)
  expect_identical(add$n, 5L)
  expect_identical(py_call(add, 2L), 7L)
  expect_error(py_call(py_eval("{1: 2}")), class = "invalid_argument", "cannot be called")
})

test_that("R functions are callables with their formals", {
  show <- python("
import inspect
def show(f): return str(inspect.signature(f))
def call(f, *args, **kwargs): return f(*args, **kwargs)
")
  expect_identical(show$show(function(x, y = 2, ...) NULL), "(x, y=2.0, *args, **kwargs)")
  expect_identical(show$call(function(x, y) x - y, 5, 3), 2)
  expect_identical(show$call(function(x, y) x - y, y = 5, x = 3), -2)
  expect_identical(import_builtins()$sorted(list(3L, 1L, 2L), key = function(x) -x), c(3L, 2L, 1L))
  expect_identical(show$call(sum, 1, 2), 3)
  nested <- function(n) if (n == 0) "end" else show$call(nested, n - 1)
  expect_identical(nested(20), "end")
})

test_that("an R error goes through Python as the same condition", {
  module <- python("
log = []
def call(f):
    try:
        return f()
    finally:
        log.append('finally')
def catch(f):
    try:
        return f()
    except Exception as error:
        return type(error).__name__ + ': ' + str(error)
")
  oops <- structure(class = c("oops", "error", "condition"), list(message = "no!", call = NULL))
  expect_error(module$call(function() stop(oops)), class = "oops", "no!")
  expect_identical(module$log, "finally")
  expect_identical(module$catch(function() stop("in R")), "RError: in R")
  expect_error(module$call(function() module$call(function() stop(oops))), class = "oops")
  expect_identical(
    module$catch(function() py_eval("1 / 0")), "RError: ZeroDivisionError: division by zero"
  )
})

test_that("restarts, returns and breaks jump through Python", {
  module <- python("
log = []
def call(f):
    try:
        return f()
    finally:
        log.append(1)
")
  expect_identical(
    withRestarts(module$call(function() invokeRestart("mine", 42)), mine = function(x) x), 42
  )
  expect_identical(callCC(function(k) module$call(function() k("out"))), "out")
  expect_identical(module$log, c(1L, 1L))
  enough <- structure(class = c("enough", "condition"), list(message = "", call = NULL))
  seen <- 0
  for (i in 1:3) {
    seen <- i
    tryCatch(module$call(function() signalCondition(enough)), enough = function(c) NULL)
  }
  expect_identical(seen, 3L)
  expect_identical(import_builtins()$abs(-1L), 1L)
})

test_that("warnings and messages of a callback arrive", {
  call <- python("def call(f): return f()")$call
  expect_warning(call(function() warning("careful")), "careful")
  expect_message(call(function() message("hello")), "hello")
})

test_that("the collector may run anywhere", {
  f <- python("def f(*args, **kwargs): return args[0]")$f
  gctorture(TRUE)
  on.exit(gctorture(FALSE))
  got <- f(list(a = 1, b = c("x", NA), c = matrix(1:4, 2)), k = function(x) x)
  failed <- tryCatch(f(), error = function(e) conditionMessage(e))
  made <- f(dict(a = 1))
  gctorture(FALSE)
  expect_identical(got, list(a = 1, b = c("x", NA), c = matrix(1:4, 2)))
  expect_match(failed, "IndexError")
  expect_identical(made, list(a = 1))
})

test_that("jumps pass Python, which cleans up, and on.exit() runs", {
  module <- python("
log = []
def guarded(f):
    try: return f()
    finally: log.append('finally')
def told(): return log
")
  exits <- character()
  got <- callCC(function(k) {
    module$guarded(function() {
      on.exit(exits <<- c(exits, "inner"))
      module$guarded(function() k("jumped"))
    })
  })
  expect_identical(got, "jumped")
  expect_identical(exits, "inner")
  expect_identical(module$told(), c("finally", "finally"))
  for (i in 1:3) {
    if (i == 2) break
    module$guarded(function() i)
  }
  expect_identical(i, 2L)
})

test_that("a signature tells the arguments and their defaults", {
  f <- python("def f(a, b=2, *rest, c='x', **more): pass")$f
  found <- py_signature(f)
  expect_named(found, c("a", "b", "*rest", "c", "**more"))
  expect_match(found[["b"]], "2")
  expect_identical(py_signature(python("def f(): pass")$f), setNames(character(), character()))
  expect_error(py_signature(1), class = "invalid_argument", "can be called")
})

test_that("an R function becomes a Python callable", {
  twice <- py_func(function(x, times = 2) x * times)
  expect_identical(twice(3), 6)
  expect_identical(import("builtins")$map(twice, list(1, 2)) |> iterate(), c(2, 4))
  expect_s3_class(import("inspect", convert = FALSE)$signature(twice), "python.builtin.object")
  expect_error(py_func(1), class = "invalid_argument", "must be a function")
})
