helpers <- function() {
  python("
import os, signal, socket, threading, time
at = 0.
def interrupt_soon(after=0.15):
    def work():
        global at
        time.sleep(after)
        at = time.time()
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=work).start()
def since(): return time.time() - at
def sleep(): time.sleep(20)
def busy():
    while True: pass
def wait_for_lock():
    lock = threading.Lock(); lock.acquire(); lock.acquire()
def read():
    ends = os.pipe(); os.read(ends[0], 1)
def receive():
    a, b = socket.socketpair(); a.recv(1)
def call(f): return f()
def call_in_thread(f):
    def work():
        try: f()
        except KeyboardInterrupt: pass
    thread = threading.Thread(target=work); thread.start(); thread.join()
")
}

interrupted <- function(module, f) {
  module$interrupt_soon()
  tryCatch(
    {
      f()
      "not interrupted"
    },
    interrupt = function(e) "interrupted"
  )
}

test_that("Ctrl-C stops Python wherever it is, and R code that it calls", {
  module <- helpers()
  stuck <- list(
    module$sleep, module$busy, module$wait_for_lock, module$read, module$receive,
    function() module$call(function() repeat 1),
    function() module$call(function() module$call(function() Sys.sleep(20))),
    function() module$call_in_thread(function() repeat 1)
  )
  for (f in stuck) {
    expect_identical(interrupted(module, f), "interrupted")
    expect_identical(module$call(function() 42), 42)
  }
})

test_that("a run is stopped between two kernels, and the session goes on", {
  module <- helpers()
  x <- tf$placeholder(tf$float32, shape(300, 300))
  y <- x
  for (i in 1:50) y <- tf$matmul(y, x)
  sess <- tf$Session()
  value <- matrix(0.001, 300, 300)
  endless <- function() repeat sess$run(y, feed_dict = dict(x = value))
  expect_identical(interrupted(module, endless), "interrupted")
  expect_identical(sess$run(tf$constant(42L)), 42L)
})

test_that("an interrupt is handled by the innermost handler", {
  module <- helpers()
  got <- tryCatch(
    module$call(function() interrupted(module, module$sleep)),
    interrupt = function(e) "outer"
  )
  expect_identical(got, "interrupted")
})

test_that("Python code can clean up", {
  module <- helpers()
  tidy <- python("
import time
log = []
def run():
    try: time.sleep(20)
    except KeyboardInterrupt: log.append('told'); raise
    finally: log.append('tidied')
def told(): return log
")
  expect_identical(interrupted(module, tidy$run), "interrupted")
  expect_identical(tidy$told(), c("told", "tidied"))
})
