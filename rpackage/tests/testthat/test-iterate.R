test_that("an iterator is gone through, and its results simplified", {
  numbers <- function() import("itertools")$islice(import("itertools")$count(1L), 3L)
  expect_identical(iterate(numbers()), 1:3)
  expect_identical(iterate(numbers(), function(x) x * 2), c(2, 4, 6))
  expect_identical(iterate(numbers(), simplify = FALSE), list(1L, 2L, 3L))
  expect_identical(iterate(py_eval("iter([1, 'a'])")), list(1L, "a"))
  expect_identical(iterate(py_eval("iter([[1, 2], [3, 4]])")), list(1:2, 3:4))
  expect_identical(iterate(py_eval("iter([None, 1])")), list(NULL, 1L))
  expect_identical(iterate(py_eval("iter([])")), list())
})

test_that("an iterator is used up", {
  it <- as_iterator(py_eval("(i for i in range(2))", convert = TRUE))
  expect_identical(iter_next(it), 0L)
  expect_identical(iter_next(it), 1L)
  expect_null(iter_next(it))
  expect_identical(iter_next(it, "done"), "done")
  expect_identical(iterate(it), list())
})

test_that("an error of the iterator or the function stops it", {
  failing <- python("
def numbers():
    yield 1
    raise OSError('broken')
")
  expect_error(iterate(failing$numbers()), class = "OSError", "broken")
  expect_error(iterate(py_eval("iter([1])"), function(x) stop("mine")), "mine")
})

test_that("any R object may say that there are no more items", {
  empty <- function() py_eval("iter([])")
  for (completed in list(NA, NA_integer_, c(a = 1, b = 2), quote(x + y), factor("a"))) {
    expect_identical(iter_next(empty(), completed), completed)
  }
})

test_that("R functions become iterators", {
  counter <- function(to, completed = NULL) {
    value <- 0
    function() {
      value <<- value + 1
      if (value > to) completed else value
    }
  }
  expect_identical(iterate(py_iterator(counter(3))), c(1, 2, 3))
  expect_identical(iterate(counter(3)), c(1, 2, 3))
  expect_identical(import_builtins()$list(py_iterator(counter(2, NA), completed = NA)), c(1, 2))
  it <- py_iterator(counter(1))
  expect_identical(iter_next(it), 1)
  expect_null(iter_next(it))
  expect_null(iter_next(it))
  expect_error(iterate(py_iterator(function() stop("no item"))), "no item")
  expect_error(py_iterator(1), "must be a function", class = "invalid_argument")
})

test_that("R's vectors, lists and functions are gone through too", {
  expect_identical(iterate(as_iterator(c(1, 2))), c(1, 2))
  expect_identical(iterate(as_iterator(list("a", 1L))), list("a", 1L))
  left <- 3L
  count <- function() if (left > 0L) left <<- left - 1L
  expect_identical(iterate(as_iterator(count)), c(2L, 1L, 0L))
})
