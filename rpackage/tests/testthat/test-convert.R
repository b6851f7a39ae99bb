test_that("each R value is the Python value of the table", {
  cases <- list(
    list(NULL, "None"),
    list(TRUE, "True"),
    list(1L, "1"),
    list(1.5, "1.5"),
    list(NA_real_, "nan"),
    list("\u00e4", "'\u00e4'"),
    list(NA_character_, "None"),
    list(1 + 2i, "(1+2j)"),
    list(c(1, 2), "[1.0, 2.0]"),
    list(c(a = 1L, b = 2L), "[1, 2]"),
    list(c("a", NA), "['a', None]"),
    list(integer(), "[]"),
    list(list(1L), "[1]"),
    list(list(1L, "a", NULL), "[1, 'a', None]"),
    list(list(a = 1L, b = list(2)), "{'a': 1, 'b': [2.0]}"),
    list(as.raw(c(1, 255)), "b'\\x01\\xff'"),
    list(matrix(1:4, 2), "ndarray int32 (2, 2) [[1, 3], [2, 4]]"),
    list(array(1.5), "ndarray float64 (1,) [1.5]"),
    list(matrix(c(TRUE, FALSE), 1), "ndarray bool (1, 2) [[True, False]]"),
    list(matrix(c("a", NA), 1), "ndarray object (1, 2) [['a', None]]"),
    list(array(1:8, c(2, 2, 2)), "ndarray int32 (2, 2, 2) [[[1, 5], [3, 7]], [[2, 6], [4, 8]]]"),
    list(matrix(0, 0, 3), "ndarray float64 (0, 3) []"),
    list(factor(c("u", NA, "v")), "['u', None, 'v']"),
    list(as.Date("2020-02-29"), "datetime.date(2020, 2, 29)"),
    list(structure(list(1L, 2L), class = "of_somebody"), "[1, 2]")
  )
  for (case in cases) {
    expect_identical(seen_by_python(case[[1L]]), case[[2L]])
  }
})

test_that("values come back as they went", {
  values <- list(
    NULL, TRUE, 1L, -2147483647L, 1.5, Inf, "text", "\u00e4\u4e2d", 1 + 2i, c(1, 2), c("a", NA),
    1:3,
    c(TRUE, FALSE), list(1L, "a"), list(a = 1, b = list(c = "d")), as.raw(0:255), matrix(1:6, 2),
    matrix(c(1.5, NA, Inf), 1), array(1:24, 2:4), array("a"), matrix(c(1i, 2), 2), matrix(0, 0, 3),
    as.Date("1969-12-31"), structure(1234567890.25, class = c("POSIXct", "POSIXt"))
  )
  for (value in values) {
    expect_equal(round_trip(value), value, ignore_attr = "tzone")
  }
  expect_identical(round_trip(NaN), NaN)
  expect_identical(round_trip(list()), list())
})

test_that("what goes as itself comes back as itself", {
  env <- new.env()
  f <- function(x) x
  expect_identical(round_trip(env), env)
  expect_identical(round_trip(f), f)
  expect_identical(round_trip(quote(a + b)), quote(a + b))
  object <- import("types")$SimpleNamespace(a = 1L)
  expect_identical(round_trip(object), object)
})

test_that("Python values come as the R values of the table", {
  value <- function(code) py_eval(code)
  expect_identical(value("2**31 - 1"), 2147483647L)
  expect_identical(value("2**31"), 2147483648)
  expect_identical(value("-2**31"), -2147483648)
  expect_identical(value("[1, 2]"), 1:2)
  expect_identical(value("[1, 2**40]"), c(1, 2^40))
  expect_identical(value("[1, 2.0]"), list(1L, 2))
  expect_identical(value("[True, None]"), list(TRUE, NULL))
  expect_identical(value("(1, 2)"), list(1L, 2L))
  expect_identical(value("[]"), list())
  expect_identical(value("{'a': 1}"), list(a = 1L))
  expect_s3_class(value("{1: 2}"), "python.builtin.dict")
  expect_error(value("2**53 + 1"), class = "ConversionError", "9007199254740993")
  expect_error(value("'a\\0b'"), class = "ConversionError", "NUL")
})

test_that("large arrays by rows come column-major, in parts and by several threads", {
  import("pyengine") # whose threads they are
  np <- import("numpy", convert = FALSE)
  shapes <- list(
    c(517L, 1031L), c(3L, 200003L), c(200003L, 3L), c(70L, 1L, 50L, 41L, 3L), c(2L, 700L, 401L),
    c(1L, 1025L, 513L)
  )
  types <- c("float32", "float64", "int8", "uint8", "int32", "int64", "bool", "float16", "uint32")
  for (shape in shapes) {
    numbers <- np$arange(prod(shape))$`__mod__`(125L)$reshape(as.list(shape))
    for (type in types) {
      by_rows <- numbers$astype(type)
      found <- py_to_r(by_rows)
      expect_identical(found, py_to_r(np$asfortranarray(by_rows)))
      expect_identical(dim(found), shape)
      expected <- (seq_len(prod(shape)) - 1) %% 125
      if (type == "bool") expected <- expected != 0
      expect_true(all(c(aperm(found)) == expected))
    }
  }
  # An integer that would be R's NA has doubles take their place.
  lowest <- np$subtract(numbers$astype("int32"), np$int32(2147483647L))
  found <- py_to_r(np$subtract(lowest, np$int32(1L)))
  expect_identical(found[1, 1, 1:2], c(-2147483648, -2147483647))
  expect_identical(found, py_to_r(np$asfortranarray(lowest)) - 1)
})

test_that("arrays come column-major whatever their order, strides and type", {
  np <- import("numpy", convert = FALSE)
  m <- matrix(1:6, 2)
  array_of <- function(code) {
    python(paste0("import numpy as np\ndef make(): return ", code))$make()
  }
  expect_identical(array_of("np.array([[1, 3, 5], [2, 4, 6]], np.int32)"), m)
  expect_identical(array_of("np.array([[1, 3, 5], [2, 4, 6]], '>i2')"), m)
  expect_identical(array_of("np.asfortranarray([[1, 3, 5], [2, 4, 6]]).astype(np.uint8)"), m)
  expect_identical(array_of("np.arange(1, 13).reshape(6, 2)[::2].T.astype(np.int8)")[, 1], 1:2)
  expect_identical(array_of("np.array([[1.5, 2.5]], np.float16)"), matrix(c(1.5, 2.5), 1))
  expect_identical(array_of("np.arange(3)"), array(c(0, 1, 2)))
  expect_identical(array_of("np.array([-2**31, 1], np.int32)"), array(c(-2147483648, 1)))
  expect_identical(array_of("np.array([True])"), array(TRUE))
  expect_identical(array_of("np.array(['a', 'bc'])"), array(c("a", "bc")))
  expect_identical(array_of("np.array([b'a', None], object)"), array(c("a", NA)))
  expect_identical(array_of("np.array([1, 'a'], object)")[[2]], "a")
  expect_identical(array_of("np.float32(1.5)"), 1.5)
  expect_identical(array_of("np.array(7)"), 7L)
  expect_identical(array_of("np.bytes_(b'abc')"), "abc")
  expect_error(array_of("np.array([2**53 + 1])"), class = "ConversionError")
  expect_error(array_of("np.zeros(2, 'i4,f4')"), class = "ConversionError", "dtype")
})

test_that("an NA without a counterpart is an error that names its position", {
  expect_error(seen_by_python(NA), class = "ConversionError", "argument 1.*logical")
  expect_error(seen_by_python(NA_integer_), class = "ConversionError", "integer")
  expect_error(seen_by_python(c(1L, 2L, NA)), class = "ConversionError", "position 3")
  expect_error(seen_by_python(matrix(c(TRUE, NA), 1)), class = "ConversionError", "position 2")
  expect_error(seen_by_python(x = list(a = 1, 2)), class = "ConversionError", "element 2")
  expect_error(seen_by_python(list(a = 1, a = 2)), class = "ConversionError", "'a' stands twice")
})

test_that("a matrix is viewed without a copy, and R copies before it changes it", {
  keep <- python("
kept = []
def keep(x):
    kept.append(x)
    return x.flags.writeable, x.flags.owndata, x.flags.f_contiguous
def first():
    return float(kept[0][0, 0])
")
  m <- matrix(c(1, 2, 3, 4), 2)
  expect_identical(keep$keep(m), list(FALSE, FALSE, TRUE))
  m[1, 1] <- 99
  expect_identical(keep$first(), 1)
  rm(m)
  gc()
  expect_identical(keep$first(), 1)
})

test_that("what holds itself is an error, not a crash", {
  module <- python("
def list_of_itself():
    x = []
    x.append(x)
    return x
def dict_of_itself():
    x = {}
    x['x'] = x
    return x
")
  expect_error(module$list_of_itself(), class = "RecursionError")
  expect_error(module$dict_of_itself(), class = "RecursionError")
  deep <- list()
  for (i in 1:5000) deep <- list(deep)
  expect_error(seen_by_python(deep), class = "RecursionError")
  expect_identical(import_builtins()$abs(-1), 1)
})

test_that("a long sequence is not expanded for one element", {
  expect_identical(seen_by_python((1:1e9)[5]), "5")
})

test_that("conversion can be asked for and put off", {
  x <- r_to_py(list(a = 1L))
  expect_s3_class(x, "python.builtin.dict")
  expect_identical(py_to_r(x), list(a = 1L))
  expect_identical(py_to_r(5), 5)
  np <- import("numpy", convert = FALSE)
  y <- np$arange(3L)
  expect_s3_class(y, "numpy.ndarray")
  expect_identical(py_to_r(y$sum()), 3L)
  expect_identical(py_to_r(np_array(1:3, dtype = "float32")), array(c(1, 2, 3)))
})

test_that("dates and times keep their kind, zone and missing values", {
  paris <- as.POSIXct("2020-02-29 12:00:00.25", tz = "Europe/Paris")
  values <- list(
    as.Date(c("2020-02-29", NA)), paris, c(paris, NA) + 0:1, as.POSIXct("2020-01-01", tz = "UTC"),
    as.difftime(c(1.5, NA), units = "secs")
  )
  for (value in values) {
    expect_equal(round_trip(value), value)
  }
  expect_equal(round_trip(as.POSIXlt(paris)), paris)
  expect_equal(round_trip(as.difftime(2, units = "mins")), as.difftime(120, units = "secs"))
  expect_match(seen_by_python(paris), "zoneinfo.ZoneInfo(key='Europe/Paris')", fixed = TRUE)
  grid <- structure(array(c(0, NA, 1.5, 3), c(2, 2)), class = c("POSIXct", "POSIXt"), tzone = "UTC")
  expect_match(seen_by_python(grid), "datetime64[us] (2, 2)", fixed = TRUE)
  expect_equal(round_trip(grid), grid)
  days <- structure(array(c(0, NA, 2), 3), class = "Date")
  expect_equal(round_trip(days), days)
  expect_error(
    r_to_py(structure(0, class = c("POSIXct", "POSIXt"), tzone = "Nowhere/Land")), "Nowhere/Land"
  )
})

test_that("times of day are durations since midnight", {
  value <- function(code) py_eval(paste0("(lambda d: ", code, ")(__import__('datetime'))"))
  expect_identical(value("d.time(12, 30)"), as.difftime(45000, units = "secs"))
  expect_identical(
    value("[d.time(0, 0, 1), None, d.time()]"), as.difftime(c(1, NA, 0), units = "secs")
  )
  expect_identical(value("{'at': d.time()}"), list(at = as.difftime(0, units = "secs")))
  # Those of a time zone stay what they are, alone and in lists.
  expect_s3_class(value("d.time(1, tzinfo=d.timezone.utc)"), "datetime.time")
  zoned <- value("[d.time(1, tzinfo=d.timezone.utc), d.time(2)]")
  expect_s3_class(zoned[[1]], "datetime.time")
  expect_identical(zoned[[2]], as.difftime(7200, units = "secs"))
})

test_that("NumPy's dates, masked arrays and odd memory are R's", {
  value <- function(code) py_eval(paste0("__import__('numpy').", code))
  expect_equal(value("datetime64('2020-01-02')"), as.Date("2020-01-02"))
  expect_equal(
    value("array(['2020-01-01T00:00:00.5', 'NaT'], dtype='datetime64[ms]')"),
    structure(array(c(1577836800.5, NA)), class = c("POSIXct", "POSIXt"), tzone = "UTC")
  )
  expect_equal(
    value("array([1500], dtype='timedelta64[ms]')"),
    structure(array(1.5), class = "difftime", units = "secs")
  )
  expect_identical(value("ma.masked_array([1, 2], [1, 0], dtype='i4')"), array(c(NA, 2L)))
  expect_identical(value("ma.masked_array([True, False], [0, 1])"), array(c(TRUE, NA)))
  expect_identical(value("ma.masked_array(['a', 'b'], [0, 1])"), array(c("a", NA)))
  expect_identical(
    value("ma.masked_array([[1., 2.], [3., 4.]], [[0, 1], [0, 0]])"), matrix(c(1, 3, NA, 4), 2)
  )
  expect_identical(value("ma.masked"), NA)
  expect_identical(value("arange(6.).reshape(2, 3)[:, ::-1]"), matrix(c(2, 5, 1, 4, 0, 3), 2))
  expect_identical(value("arange(3, dtype='>i4')"), array(0:2))
  expect_identical(value("broadcast_to(1.5, (2, 2))"), matrix(1.5, 2, 2))
  expect_error(value("zeros(2, dtype=[('a', 'i4')])"), "no counterpart", class = "ConversionError")
})

test_that("64-bit integers are those of bit64 where it is loaded", {
  skip_if_not_installed("bit64")
  wide <- bit64::as.integer64("9007199254740993")
  expect_identical(seen_by_python(wide), "9007199254740993")
  expect_identical(seen_by_python(c(wide, wide)), "[9007199254740993, 9007199254740993]")
  expect_identical(round_trip(wide), wide)
  expect_identical(round_trip(c(wide, wide)), c(wide, wide))
  expect_identical(py_eval("2**53 + 1"), wide)
  grid <- py_eval("__import__('numpy').array([[2**60 + 1]])")
  expect_identical(as.character(grid), "1152921504606846977")
  expect_error(r_to_py(bit64::NA_integer64_), "NA", class = "ConversionError")
  expect_error(py_eval("2**64 + 1"), "no counterpart", class = "ConversionError")
})

test_that("packages extend the conversion with S3 methods", {
  registerS3method("r_to_py", "money_for_test", function(x, convert = FALSE) {
    r_to_py(list(amount = unclass(x)), convert)
  }, envir = asNamespace("tensorflow"))
  money <- structure(5, class = "money_for_test")
  expect_identical(seen_by_python(money), "{'amount': 5.0}")
  expect_identical(seen_by_python(list(a = money)), "{'a': {'amount': 5.0}}")
  registerS3method("py_to_r", "python.builtin.slice", function(x) {
    c(from = py_get_attr(x, "start"), to = py_get_attr(x, "stop"))
  }, envir = asNamespace("tensorflow"))
  on.exit(rm(
    list = c("py_to_r.python.builtin.slice", "r_to_py.money_for_test"),
    envir = asNamespace("tensorflow")[[".__S3MethodsTable__."]]
  ))
  expect_identical(py_eval("slice(1, 2)"), c(from = 1L, to = 2L))
  expect_identical(py_eval("[slice(1, 2), None]"), list(c(from = 1L, to = 2L), NULL))
  setClass("ForTest", representation(x = "numeric"), where = environment())
  thing <- methods::new("ForTest", x = 1)
  expect_identical(round_trip(thing), thing)
})

test_that("compact vectors are not expanded for their elements", {
  long <- 1:1e9 # 4 GB if it were
  expect_identical(round_trip(long[3]), 3L)
  held <- r_to_py(new.env())
  expect_identical(round_trip(list(long[7], held))[[1]], 7L)
})

test_that("arrays are reshaped by rows", {
  expect_identical(array_reshape(1:6, c(2, 3)), matrix(1:6, 2, byrow = TRUE))
  expect_identical(array_reshape(1:6, c(2, -1), order = "F"), matrix(1:6, 2))
  expect_s3_class(array_reshape(np_array(1:6), c(3, 2)), "numpy.ndarray")
  expect_error(array_reshape(1:6, 1.5), "whole numbers", class = "invalid_argument")
  refused <- function(expr, text) expect_error(expr, text, class = "invalid_argument")
  refused(array_reshape(1:6, c(4, 4)), "6 elements, which do not fill the dimensions 4 x 4")
  refused(array_reshape(1:6, c(4, -1)), "do not fill")
  refused(array_reshape(1:6, c(-1, -1)), "one -1")
  expect_true(py_to_r(np_array(matrix(1:4, 2), order = "F")$flags$f_contiguous))
})

test_that("bytes in arrays are text where they can be, else raw", {
  value <- function(code) py_eval(paste0("__import__('numpy').", code))
  expect_identical(value("bytes_(b'abc')"), "abc")
  expect_identical(value("bytes_(b'a\\xff')"), as.raw(c(0x61, 0xff)))
  expect_identical(value("array([b'a', b'\\xc3\\xa4'], dtype=object)"), array(c("a", "\u00e4")))
  mixed <- value("array([b'a', b'\\x00\\xff'], dtype=object)")
  expect_identical(mixed[[1L]], as.raw(0x61))
  expect_identical(mixed[[2L]], as.raw(c(0, 0xff)))
})

test_that("what has no module is wrapped all the same", {
  thing <- python("
Thing = type('Thing', (), {})
Thing.__module__ = None
def make(): return Thing()
")$make()
  expect_s3_class(thing, "python.builtin.object")
  expect_identical(class(thing)[[1]], "None.Thing")
})

test_that("text of other encodings is the same text", {
  latin1 <- "caf\xe9"
  Encoding(latin1) <- "latin1"
  expect_identical(seen_by_python(latin1), "'caf\u00e9'")
  expect_identical(round_trip(latin1), "caf\u00e9")
  bytes <- "caf\xe9"
  Encoding(bytes) <- "bytes"
  expect_error(round_trip(bytes))
  expect_error(py_eval("'\\ud800'"), "surrogate", class = "ConversionError")
})

test_that("a vector that would be billions of Python objects is refused", {
  expect_error(round_trip(1:3e9), "in parts", class = "ConversionError")
})

test_that("a fetched string is text, or raw where it is none", {
  with(tf$Graph()$as_default(), {
    sess <- tf$Session()
    for (bytes in list(as.raw(c(255, 1)), as.raw(c(97, 0, 98)))) {
      expect_identical(sess$run(tf$constant(bytes)), bytes)
    }
    expect_identical(sess$run(tf$constant("text")), "text")
  })
})
