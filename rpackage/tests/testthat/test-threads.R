helpers <- function() {
  python("
import threading, time
def in_thread(f, *args):
    result = []
    def work():
        try: result.append(f(*args))
        except BaseException as error: result.append(f'{type(error).__name__}: {error}')
    thread = threading.Thread(target=work); thread.start(); thread.join()
    return result[0]
def soon(f):
    threading.Thread(target=lambda: (time.sleep(.05), f())).start()
def many(f, threads, calls):
    total = []
    def work(i):
        for k in range(calls): total.append(f(i * calls + k))
    all = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
    [t.start() for t in all]; [t.join() for t in all]
    return sorted(total)
def call(f, *args): return f(*args)
")
}

wait_until <- function(condition, wait) {
  end <- Sys.time() + 10
  while (!condition() && Sys.time() < end) wait()
  expect_true(condition())
}

test_that("another thread's call of an R function is answered, also with an error", {
  module <- helpers()
  expect_identical(module$in_thread(function(x) x + 1, 41), 42)
  expect_identical(module$in_thread(function(x) stop("boom"), 1), "RError: boom")
  expect_identical(module$in_thread(identity, list(a = 1)), list(a = 1))
  warned <- expect_warning(module$in_thread(function(x) warning("careful"), 1), "careful")
  jumped <- withRestarts(
    module$in_thread(function(x) invokeRestart("out"), 1),
    out = function() "jumped"
  )
  expect_match(jumped, "tried to leave by a restart")
})

test_that("calls are answered while R sleeps, computes and runs Python", {
  module <- helpers()
  answered <- FALSE
  answer <- function() answered <<- TRUE
  for (wait in list(function() Sys.sleep(0.01), function() sum(seq_len(1000)))) {
    answered <- FALSE
    module$soon(answer)
    wait_until(function() answered, wait)
  }
  answered <- FALSE
  module$soon(answer)
  import("time")$sleep(0.3)
  expect_true(answered)
})

test_that("many threads are answered, and calls nest across threads", {
  module <- helpers()
  expect_identical(module$many(function(i) i * 2, 8L, 50L), 2L * 0:399 + 0)
  nested <- module$in_thread(function(x) module$in_thread(function(y) y * 2, x) + 1, 20.5)
  expect_identical(nested, 42)
  deep <- function(n) if (n == 0) "bottom" else module$call(deep, n - 1)
  expect_identical(deep(50), "bottom")
})

test_that("a generator of R's can be consumed in another thread", {
  module <- helpers()
  n <- 0
  items <- py_iterator(function() {
    n <<- n + 1
    if (n > 3) NULL else n
  })
  expect_identical(module$in_thread(import_builtins(FALSE)$list, items), c(1, 2, 3))
})

test_that("forked processes have a working Python", {
  skip_on_os("windows")
  module <- helpers()
  spin <- python("
import threading
stop = False
def spin():
    while not stop: sum(range(100))
threads = [threading.Thread(target=spin, daemon=True) for _ in range(2)]
def start():
    for thread in threads: thread.start()
")
  spin$start()
  on.exit(spin$stop <- TRUE)
  doubled <- parallel::mclapply(1:4, function(i) module$call(function(x) x * 2L, i), mc.cores = 2L)
  expect_identical(doubled, list(2L, 4L, 6L, 8L))
  ran <- parallel::mclapply(1:2, function(i) tf$Session()$run(tf$constant(i) * 2L), mc.cores = 2L)
  expect_identical(ran, list(2L, 4L))
  expect_identical(module$in_thread(function(x) x + 1, 1), 2)
})

test_that("R quits without waiting for Python's threads, after what is registered for the exit", {
  script <- tempfile(fileext = ".R")
  kept <- tempfile()
  writeLines(c(
    "library(tensorflow)",
    "py_run_string(\"import atexit, threading, time",
    "atexit.register(lambda: print('python exits'))",
    sprintf("file = open('%s', 'w'); file.write('kept')", kept),
    "threading.Thread(target=time.sleep, args=(1000,)).start()\")"
  ), script)
  output <- system2(file.path(R.home("bin"), "Rscript"), script, stdout = TRUE)
  expect_identical(output, "python exits")
  expect_identical(readLines(kept, warn = FALSE), "kept")
})
