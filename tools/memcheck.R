# What tools/memcheck.sh runs under valgrind: each path through the bridge, with R's collector between.
library(tensorflow)
main <- py_run_string("
import threading, numpy, datetime
def same(x): return x
def call(f, *a, **k): return f(*a, **k)
def fail(): raise ValueError('on purpose')
def in_thread(f, *a):
    out = []
    t = threading.Thread(target=lambda: out.append(f(*a))); t.start(); t.join(); return out[0]
class Thing: pass
thing = Thing()
array = numpy.arange(6.).reshape(2, 3)
mixed = [1, 'a', None, 2.5, {'b': [True, 2]}, (1, 2), b'raw', datetime.date(2020, 1, 1), 1j]
")
frame <- list(a = 1, b = list("x", c(1L, 2L)), c = function(x) x, d = quote(x + y))
attempt <- function(f, ...) try(f(...), silent = TRUE)
counter <- function() {
  n <- 0
  function() {
    n <<- n + 1
    if (n > 3) NULL else n
  }
}
values <- list(
  frame, matrix(1:6 + 0, 2), matrix(c("a", "\u00e4", NA), 1), c("\u00e4", NA), as.raw(1:5),
  Sys.time() + 0:2, factor(c("a", NA)), 1:10, c(TRUE, FALSE), array(1:24, 2:4), 1i
)
for (i in 1:3) {
  for (value in values) main$same(value)
  main$mixed
  main$array
  main$thing
  attempt(main$fail)
  attempt(main$same, c(1L, NA))
  attempt(main$call, function() stop("in R"))
  main$call(function(x, y) list(x, y), 1, y = "z")
  withRestarts(main$call(function() invokeRestart("out")), out = function() NULL)
  main$in_thread(function(x) x + 1, 41)
  tuple(1, "a")
  dict(a = 1)
  iterate(py_iterator(counter()))
  invisible(gc())
}
stopifnot(tf$Session()$run(tf$constant(1) + 2) == 3)
