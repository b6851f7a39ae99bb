everything <- function() {
  x <- data.frame(
    whole = c(1L, NA, 3L), real = c(1.5, NA, 3), text = c("a", NA, "\u00fc"),
    factor = factor(c("u", "v", NA), levels = c("v", "u")), flag = c(TRUE, NA, FALSE),
    day = as.Date("2020-01-01") + c(0, 1, NA),
    time = as.POSIXct("2020-01-01 10:00:00.25", tz = "Europe/Paris") + c(0, NA, 5),
    size = factor(c("s", "m", "s"), levels = c("s", "m"), ordered = TRUE),
    row.names = c("x", "y", "z")
  )
  x$list <- list(1, "a", c(1, 2))
  x$length <- as.difftime(c(1, NA, 2), units = "secs")
  x
}

test_that("data frames come back from pandas as they went", {
  skip_if_not(py_module_available("pandas"))
  x <- everything()
  expect_equal(round_trip(x), x)
  for (x in list(data.frame(a = 1:2), data.frame(), data.frame(a = integer()), iris, mtcars)) {
    expect_equal(round_trip(x), x)
  }
  expect_identical(dim(round_trip(data.frame(row.names = c("a", "b")))), c(2L, 0L))
})

test_that("a DataFrame has the dtypes of its columns", {
  skip_if_not(py_module_available("pandas"))
  frame <- r_to_py(everything(), convert = TRUE)
  expect_s3_class(frame, "pandas.core.frame.DataFrame")
  dtypes <- vapply(names(everything()), function(name) {
    py_str(py_get_attr(py_get_item(r_to_py(everything()), name), "dtype"))
  }, "")
  expect_identical(unname(dtypes[c("whole", "real", "flag", "factor", "time")]), c(
    "Int32", "float64", "boolean", "category", "datetime64[us, Europe/Paris]"
  ))
  expect_identical(frame$shape, list(3L, 10L))
})

test_that("Series, indexes and categoricals are vectors", {
  skip_if_not(py_module_available("pandas"))
  pd <- import("pandas")
  expect_identical(pd$Series(c(1, 2)), c(1, 2))
  expect_identical(pd$Series(list("a", "b"), index = list("x", "y")), c(x = "a", y = "b"))
  expect_identical(pd$Index(list("a", "b")), c("a", "b"))
  expect_identical(pd$Categorical(list("u", "v", "u")), factor(c("u", "v", "u")))
  expect_identical(pd$`NA`, NA)
  expect_equal(pd$Timestamp("2020-01-01", tz = "UTC"), as.POSIXct("2020-01-01", tz = "UTC"))
})

test_that("a DataFrame's own oddities are kept or told", {
  skip_if_not(py_module_available("pandas"))
  frame <- python("
import pandas as pd
def twice(): return pd.DataFrame([[1, 2], [3, 4]], columns=['a', 'a'], index=['u', 'u'])
")$twice()
  expect_identical(names(frame), c("a", "a"))
  expect_identical(row.names(frame), c("1", "2"))
  expect_error(r_to_py(data.frame(m = I(matrix(1:4, 2)))), "column `m` is a matrix")
})

test_that("without pandas a data frame is a dict of columns", {
  seen <- seen_by_python(lapply(data.frame(a = 1L, b = factor("x")), as_items_of <- function(x) {
    tensorflow:::as_items(x)
  }))
  expect_identical(seen, "{'a': [1], 'b': ['x']}")
})
