# Prints the medians of what it costs to go from R to Python and back, in one run.
#
#     Rscript benchmarks/bridge.R
#
# With reticulate installed and RETICULATE_PYTHON set to a Python with NumPy, the same lines are
# timed through it in a second process, and the ratios are printed beside ours. Lines of arrays
# tell what is moved per second as well.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
source(file.path(dirname(script), "common.R"))
if (ours) library(tensorflow) else library(reticulate)

builtins <- import_builtins()
held_abs <- builtins$abs
np <- import("numpy", convert = FALSE)
main <- py_run_string("
def call(f, x): return f(x)
def same(x): return x
def fail(): raise ValueError('on purpose')
def call_often(f, n):
    for _ in range(n): f(1.0)
")
call <- main$call
fail <- main$fail
callback <- function(x) x
image <- matrix(runif(78400), 100)
image_in_python <- r_to_py(image)
named <- stats::setNames(as.list(1:1000 + 0), paste0("name", 1:1000))
named_in_python <- r_to_py(named)
million <- array(runif(1e6))
by_columns <- np$asfortranarray(r_to_py(matrix(runif(4e6), 2000)))
by_rows <- np$ascontiguousarray(by_columns)
text <- as.character(1:1000)

us <- function(f, ...) 1e6 * median_of(f, ...)
measured <- c(
  "builtins$abs(-1), us" = us(function() builtins$abs(-1)),
  "abs held, us" = us(function() held_abs(-1)),
  "builtins$abs looked up, us" = us(function() builtins$abs),
  "r_to_py(1), us" = us(function() r_to_py(1)),
  "100x784 doubles to Python, us" = us(function() r_to_py(image)),
  "100x784 doubles back, us" = us(function() py_to_r(image_in_python)),
  "callback from R's call, us" = us(function() call(callback, 1)),
  "callback in a loop of Python's, us" = us(function() main$call_often(callback, 1000L)) / 1000,
  "named list of 1000 to Python, us" = us(function() r_to_py(named)),
  "named list of 1000 back, us" = us(function() py_to_r(named_in_python)),
  "1000 strings to Python, us" = us(function() r_to_py(text)),
  "1e6 doubles to Python, us" = us(function() r_to_py(million)),
  "2000x2000 by columns to R, ms" = us(function() py_to_r(by_columns), rounds = 3) / 1e3,
  "2000x2000 by rows to R, ms" = us(function() py_to_r(by_rows), rounds = 3) / 1e3,
  "Python error as a condition, us" = us(function() tryCatch(fail(), error = function(e) 0))
)

if (!ours) report_as_peer(measured)
limits <- c(
  "builtins$abs(-1), us" = 8, "abs held, us" = 3, "builtins$abs looked up, us" = 4,
  "r_to_py(1), us" = 2, "100x784 doubles to Python, us" = 4, "100x784 doubles back, us" = 150,
  "callback in a loop of Python's, us" = 6, "named list of 1000 to Python, us" = 100,
  "named list of 1000 back, us" = 100, "2000x2000 by rows to R, ms" = 32
)
print_table(measured, measure_peer(script, measured), limits)

copy <- runif(4e6)
at_memcpy_speed <- median_of(function() copy + 0, rounds = 3)
cat(sprintf(
  "\n32 MB to R: %.1f GB/s by columns, %.1f GB/s by rows; R's own `x + 0` of as many: %.1f GB/s\n",
  32e-3 / (measured[["2000x2000 by columns to R, ms"]] * 1e-3),
  32e-3 / (measured[["2000x2000 by rows to R, ms"]] * 1e-3), 32e-3 / at_memcpy_speed
))
