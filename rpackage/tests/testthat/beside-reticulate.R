# What must hold in an R with both packages; test-reticulate.R runs it in either order.
ours <- asNamespace("tensorflow")
theirs <- asNamespace("reticulate")

# One interpreter, and each package's functions on its own objects.
stopifnot(identical(theirs$import("sys")$executable, ours$import("sys")$executable))
mine <- ours$dict(a = 1, b = "x")
yours <- theirs$dict(a = 1, b = "x")
stopifnot(length(mine) == 2L, length(yours) == 2L, mine$a == 1, theirs$py_to_r(yours$a) == 1)
stopifnot(identical(names(mine), c("a", "b")), identical(mine[["b"]], "x"))
stopifnot(identical(capture.output(print(mine)), "{'a': 1.0, 'b': 'x'}"))
stopifnot(identical(ours$iterate(ours$import_builtins()$range(3L)), 0:2))
stopifnot(identical(as.integer(theirs$iterate(theirs$import_builtins()$range(3L))), 0:2))

# Objects cross, and stay the same.
main <- ours$py_run_string("
class Thing: pass
thing = Thing()
def is_thing(x): return x is thing
def same(x): return x
")
their_main <- theirs$import_main()
stopifnot(main$is_thing(their_main$thing), their_main$is_thing(main$thing))
stopifnot(inherits(main$same(their_main$thing), "__main__.Thing"))
stopifnot(main$thing == their_main$thing)

# Tensors, feeds in either package's dict, and context managers of both.
p <- tf$placeholder(tf$float32)
with(tf$Session() %as% sess, {
  stopifnot(all(sess$run(p * 2, feed_dict = theirs$dict(p = c(1, 2))) == c(2, 4)))
  stopifnot(all(sess$run(p * 2, feed_dict = ours$dict(p = c(1, 2))) == c(2, 4)))
})
file <- theirs$import("io")$StringIO("text")
with(theirs$`%as%`(file, f), stopifnot(identical(f$read(), "text")))

# R functions go to Python from either, and errors come back.
stopifnot(ours$py_eval("lambda f, x: f(x)")(function(x) x + 1, 2) == 3)
stopifnot(theirs$py_eval("lambda f, x: f(x)")(function(x) x + 1, 2) == 3)
stopifnot(tryCatch(ours$py_eval("1 / 0"), ZeroDivisionError = function(e) TRUE))
stopifnot(tryCatch(theirs$py_eval("1 / 0"), error = function(e) TRUE))
rm(p, mine, yours, file, main, their_main)
invisible(gc())
cat("all is well\n")
