# Calls, conversions, callbacks, errors and jumps by the hundred thousand, and threads that call back
# for a minute: memory must stay flat.
#
#     Rscript tools/soak.R [COUNT]
#
# With another COUNT than 100000 the threads run for as much longer or shorter.
library(tensorflow)

given <- commandArgs(TRUE)
count <- if (length(given)) as.integer(given[[1]]) else 100000L
most_growth_mb <- 4

resident_mb <- function() {
  line <- grep("VmRSS", readLines("/proc/self/status"), value = TRUE)
  as.numeric(strsplit(line, " +")[[1]][[2]]) / 1024
}

main <- py_run_string("
def call(f, *args): return f(*args)
def fail(): raise ValueError('on purpose')
def same(x): return x
class Thing: pass
import threading, time
def call_in_threads(f, seconds):
    end, counts, wrong = time.time() + seconds, [0] * 8, []
    def work(i):
        while time.time() < end:
            if f(counts[i]) != counts[i] * 2: wrong.append(counts[i])
            counts[i] += 1
    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return [sum(counts), len(wrong)]
")
call <- main$call
fail <- main$fail
same <- main$same
make <- main$Thing
matrix_of_numbers <- matrix(runif(1000), 10)

cases <- list(
  "attribute" = function() main$same,
  "call" = function() same(1),
  "matrix" = function() same(matrix_of_numbers),
  "list" = function() same(list(a = 1, b = "x", c = list(1L, TRUE))),
  "object" = function() make(),
  "callback" = function() call(function(x) x, 1),
  "Python error" = function() try(fail(), silent = TRUE),
  "R error in a callback" = function() try(call(function() stop("on purpose")), silent = TRUE),
  "jump" = function() withRestarts(call(function() invokeRestart("out")), out = function() NULL),
  "refused value" = function() try(same(c(1L, NA)), silent = TRUE)
)

grown <- character()
for (name in names(cases)) {
  case <- cases[[name]]
  # R's heap and the allocators grow to their working size first.
  for (i in seq_len(count)) case()
  invisible(gc())
  before <- resident_mb()
  took <- system.time(for (i in seq_len(count)) case())[["elapsed"]]
  invisible(gc())
  same(1) # what was collected is released at the next gate
  growth <- resident_mb() - before
  cat(sprintf("%-24s %7.2f us each, %+6.1f MB\n", name, 1e6 * took / count, growth))
  if (growth > most_growth_mb) grown <- c(grown, name)
}

before <- resident_mb()
seconds <- 60 * count / 100000
calls <- main$call_in_threads(function(i) i * 2, seconds)
invisible(gc())
growth <- resident_mb() - before
cat(sprintf("8 threads for %.1f s: %d callbacks, %+.1f MB\n", seconds, calls[[1]], growth))
if (growth > most_growth_mb) grown <- c(grown, "threads")
if (calls[[2]] > 0) stop(calls[[2]], " callbacks from threads returned something else")

if (length(grown)) {
  stop("memory grew with: ", paste(grown, collapse = ", "))
}
