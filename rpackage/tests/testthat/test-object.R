test_that("objects have the classes of their MRO", {
  expect_identical(
    class(py_eval("{1: 2}")), c("python.builtin.dict", "python.builtin.object")
  )
  tree <- python("
class Base: pass
class Child(Base): pass
")
  expect_identical(
    class(tree$Child()), c("for_tests.Child", "for_tests.Base", "python.builtin.object")
  )
})

test_that("attributes are read, set, listed and looked for", {
  x <- import("types")$SimpleNamespace(a = 1L, b = "two")
  expect_identical(x$a, 1L)
  x$a <- list(5, "x")
  expect_identical(x$a, list(5, "x"))
  x[["c"]] <- 3
  expect_identical(x[["c"]], 3)
  expect_true(py_has_attr(x, "b"))
  expect_false(py_has_attr(x, "d"))
  expect_null(py_get_attr(x, "d", silent = TRUE))
  expect_identical(names(x), c("a", "b", "c"))
  py_set_attr(x, "d", TRUE)
  expect_true(py_get_attr(x, "d"))
  expect_true("a" %in% .DollarNames(x, "^a"))
})

test_that("an unknown attribute is an error with the nearest name", {
  expect_error(tf$nn$sofmax, class = "AttributeError", "Did you mean 'softmax'")
  expect_error(import_builtins()$abss, class = "python.builtin.AttributeError")
  expect_error(import_builtins()$qqqqqq, class = "AttributeError", "qqqqqq")
})

test_that("containers have items", {
  d <- py_eval("{1: 'one', 'two': 2}")
  expect_identical(d[[1L]], "one")
  expect_identical(d$two, 2L)
  d[["three"]] <- 3
  expect_identical(d[["three"]], 3)
  expect_identical(length(d), 3L)
  l <- r_to_py(list(10L, "b"), convert = TRUE)
  expect_identical(l[[0]], 10L)
  l[[1]] <- "c"
  expect_identical(py_to_r(l), list(10L, "c"))
  expect_error(l[[5]], class = "IndexError")
})

test_that("the same object is the same", {
  x <- import("types")$SimpleNamespace()
  y <- import("types")$SimpleNamespace(me = x)
  expect_identical(y$me, x)
  expect_true(x == y$me)
  expect_true(x != y)
  expect_identical(py_id(x), py_id(y$me))
})

test_that("objects print as Python shows them", {
  expect_output(print(py_eval("{1: 2}")), "{1: 2}", fixed = TRUE)
  expect_output(print(import_builtins()$abs), "built-in function abs")
  expect_output(str(py_eval("{1: 2}")), "Python object {1: 2}", fixed = TRUE)
  expect_identical(as.character(py_eval("{1: 2}")), "{1: 2}")
  expect_identical(py_repr("a"), "'a'")
  expect_identical(py_str("a"), "a")
})

test_that("objects of a saved workspace say that they are gone, modules come back", {
  file <- tempfile()
  on.exit(unlink(file))
  x <- py_eval("{1: 2}")
  saveRDS(list(x, tf), file)
  restored <- readRDS(file)
  expect_output(print(restored[[1]]), "earlier R session")
  expect_error(restored[[1]]$keys, "earlier R session")
  expect_identical(restored[[2]]$float32$name, "float32")
})

test_that("None is known", {
  expect_true(py_is_none(NULL))
  expect_true(py_is_none(r_to_py(NULL)))
  expect_false(py_is_none(r_to_py(1)))
})

test_that("Python frees what R has dropped", {
  module <- python("
import weakref
class Thing: pass
def make():
    global seen
    thing = Thing()
    seen = weakref.ref(thing)
    return thing
def alive(): return seen() is not None
")
  x <- module$make()
  expect_true(module$alive())
  rm(x)
  gc()
  expect_false(module$alive())
})

test_that("R frees what Python has dropped", {
  module <- python("
kept = []
def keep(x): kept.append(x)
def drop(): kept.clear()
")
  freed <- FALSE
  env <- new.env()
  reg.finalizer(env, function(e) freed <<- TRUE)
  module$keep(env)
  rm(env)
  gc()
  expect_false(freed)
  module$drop()
  py_eval("1")
  gc()
  expect_true(freed)
})

test_that("many objects leave nothing behind", {
  count <- function() {
    gc()
    import("gc")$collect()
    py_len(import("gc", convert = FALSE)$get_objects())
  }
  make <- import("types")$SimpleNamespace
  for (i in 1:100) make(a = matrix(1, 2, 2), f = function(x) x)
  before <- count()
  for (i in 1:20000) make(a = matrix(1, 2, 2), f = function(x) x)
  expect_lt(count() - before, 200)
})
