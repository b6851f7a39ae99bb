test_that("the options say what counts as what", {
  expect_false(tf_extract_opts()$one_based)
  expect_true(tf_extract_opts()$inclusive_stop)
  expect_true(tf_extract_opts("R")$one_based)
  expect_false(tf_extract_opts("python")$inclusive_stop)
  expect_error(tf_extract_opts("C"), class = "invalid_argument", "style")
  expect_error(tf_extract_opts(NULL, 1), class = "invalid_argument", "named options")
})

test_that("R's and Python's counting can be chosen", {
  with(tf$Graph()$as_default(), {
    v <- 10:19
    x <- tf$constant(v)
    sess <- tf$Session()
    value <- function(part) as.vector(sess$run(part))
    withr::local_options(tensorflow.extract.warn_negatives_pythonic = FALSE)
    expect_identical(value(x[1:3, style = "R"]), v[1:3])
    expect_identical(value(x[3, style = "R"]), v[3])
    expect_identical(value(x[seq(1, 9, 4), style = "R"]), v[c(1, 5, 9)])
    expect_identical(value(x[0:3, style = "python"]), v[1:3])
    expect_identical(value(x[0:-1, style = "python"]), v[1:9])
    expect_identical(value(x[0:3, options = tf_extract_opts(inclusive_stop = FALSE)]), v[1:3])
    withr::local_options(tensorflow.extract.one_based = TRUE)
    expect_identical(value(x[1:3]), v[1:3])
    expect_error(x[0], class = "invalid_index", "counted from 1")
    rm(list = ls(warned), envir = warned)
    expect_warning(part <- x[tf$constant(1L)], class = "extract_warning", "count from 0")
    expect_identical(value(part), v[2])
    expect_no_warning(part <- x[tf$constant(2L)])
    expect_identical(value(part), v[3])
  })
})

test_that("ranges past the end can be errors", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1:10)
    expect_identical(dim(x[5:20]), 5L)
    withr::local_options(tensorflow.extract.disallow_out_of_bounds = TRUE)
    expect_error(x[5:20], class = "invalid_index", "position 20 of a dimension of 10")
    expect_identical(dim(x[5:9]), 5L)
  })
})

test_that("a range from 1 to the size is warned of once", {
  forget <- function() rm(list = ls(warned), envir = warned)
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1:10)
    forget()
    for (part in list(0:9, 1:9, 2:10)) expect_no_warning(x[part])
    expect_warning(
      x[1:10], class = "extract_warning", "leaves out the first of 10; x\\[0:9\\] are all"
    )
    expect_no_warning(x[1:10])
    forget()
    withr::local_options(tensorflow.extract.warn_one_past_end = FALSE)
    expect_no_warning(x[1:10])
    withr::local_options(tensorflow.extract.warn_one_past_end = NULL)
    expect_no_warning(x[1:10, style = "R"])
  })
})
