test_that("indices are read as they were written", {
  range <- written_range(quote(0:9:2), baseenv())
  expect_identical(unclass(range), list(from = 0, to = 9, by = 2))
  read <- written_indices(quote(x[, 1:2]), quote(alist(, 1:2)), baseenv(), stop)
  expect_s3_class(read[[1L]], "index_blank")
  expect_s3_class(read[[2L]], "index_range")
  expect_s3_class(written_indices(quote(x[a]), quote(alist(a)), baseenv(), function(i) NULL)[[1L]],
    "index_new_axis"
  )
})

test_that("errors name the user's call", {
  with(tf$Graph()$as_default(), {
    x <- tf$zeros(shape(2, 3))
    error <- tryCatch(x[0.5, ], invalid_index = identity)
    expect_identical(conditionCall(error), quote(x[0.5, ]))
  })
})

test_that("new axes and the rest of the axes take no dimension", {
  with(tf$Graph()$as_default(), {
    x <- tf$zeros(shape(2, 3, 4))
    expect_identical(dim(x[tf$newaxis, , , ]), c(1L, 2L, 3L, 4L))
    expect_identical(dim(x[all_dims(), 0]), c(2L, 3L))
    expect_identical(dim(x[0, all_dims()]), c(3L, 4L))
    expect_identical(dim(x[tf$newaxis, all_dims(), 0]), c(1L, 2L, 3L))
    expect_error(x[0, 0, 0, 0], class = "invalid_index")
  })
})
