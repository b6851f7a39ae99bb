test_that("`[` counts from 0 and includes the end of a range", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:20, 4)
    x <- tf$constant(m)
    sess <- tf$Session()
    cases <- list(
      list(x[0:1, 0:2], m[1:2, 1:3]), list(x[, 3:4], m[, 4:5]), list(x[2:3, ], m[3:4, ]),
      list(x[1, 1:2], array(m[2, 2:3])), list(x[, 0], array(m[, 1])), list(x[1, 1], m[2, 2]),
      list(x[0:1], m[1:2, ]), list(x[3], array(m[4, ])), list(x[seq(0, 3, 2), ], m[c(1, 3), ]),
      list(x[3:0, ], m[4:1, ]), list(x[, , drop = FALSE], m),
      list(x[1, , drop = FALSE], m[2, , drop = FALSE])
    )
    for (case in cases) {
      expect_identical(sess$run(case[[1L]]), case[[2L]])
    }
  })
})

test_that("indices are evaluated where they are written", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1:10)
    sess <- tf$Session()
    last <- 3
    take <- function(t, last) t[0:last]
    expect_identical(sess$run(take(x, 1)), array(1:2))
    expect_identical(sess$run(x[0:last]), array(1:4))
  })
})

test_that("unknown dimensions and ranks are kept", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 4))
    expect_identical(dim(x[, 1:2]), c(NA, 2L))
    expect_identical(dim(x[0:1, ]), c(NA, 4L))
    y <- tf$placeholder(tf$float32)
    sess <- tf$Session()
    expect_equal(sess$run(y[1, ], dict(y = matrix(1:4 + 0, 2))), array(c(2, 4)))
  })
})

test_that("what is no regular range is refused", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(matrix(1:20, 4))
    expect_error(x[c(0, 1, 3), ], class = "invalid_index", "regular step")
    withr::local_options(tensorflow.extract.warn_negatives_pythonic = FALSE)
    expect_error(x[c(-1, 0), ], class = "invalid_index", "from the start and from the end")
    expect_error(x[1, 1, 1], class = "invalid_index", "3 indices.*rank 2")
    expect_error(x["a", ], class = "invalid_index", "index 1")
    expect_error(x[0.5, ], class = "invalid_index", "whole numbers")
    expect_error(x[, NA], class = "invalid_index", "index 2")
    expect_error(x[, c(TRUE, FALSE)], class = "invalid_index", "mask of 2, for a dimension of 5")
    expect_error(x[7, ], class = "ValueError", "out of bounds")
  })
})

test_that("what R counts or reads otherwise is refused, not misread", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(matrix(1:20, 4))
    expect_error(x[matrix(0:1, 1)], class = "invalid_index", "index 1 is a matrix")
    expect_error(x[1e10, ], class = "invalid_index", "index 1 .*too large")
    expect_error(x[Inf, ], class = "invalid_index", "index 1 .*too large")
    expect_error(x[0, 0] <- 1L, class = "invalid_argument", "no variable.*tf\\$assign")
  })
})

test_that("a scalar may be indexed by nothing", {
  with(tf$Graph()$as_default(), {
    expect_identical(tf$Session()$run(tf$constant(5)[]), 5)
    expect_error(tf$constant(5)[0], class = "invalid_index", "1 index was given.*rank 0")
  })
})

test_that("positions count from the end too, and the first time R's habits are warned of", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:20, 4)
    x <- tf$constant(m)
    sess <- tf$Session()
    rm(list = ls(warned), envir = warned)
    expect_warning(last <- x[-1, ], class = "extract_warning", "count from the end")
    expect_silent(x[-1, ])
    expect_identical(sess$run(last), array(m[4, ]))
    expect_identical(sess$run(x[-2:-1, ]), m[3:4, ])
    expect_identical(sess$run(x[1:-2, ]), m[2:3, ])
    expect_identical(sess$run(x[-1:-3, ]), m[4:2, ])
    expect_identical(sess$run(x[seq(-4, -2, 2), 0]), array(m[c(1, 3), 1]))
    expect_warning(x[1:4, ], class = "extract_warning", "count from 0")
  })
})

test_that("ranges have steps, open ends and tensors", {
  with(tf$Graph()$as_default(), {
    v <- 10:29
    x <- tf$constant(v)
    sess <- tf$Session()
    value <- function(part) as.vector(sess$run(part))
    n <- tf$constant(3L)
    expect_identical(value(x[0:9:2]), v[seq(1, 10, 2)])
    expect_identical(value(x[9:0:-3]), v[c(10, 7, 4, 1)])
    expect_identical(value(x[15:NULL]), v[16:20])
    expect_identical(value(x[NULL:2]), v[1:3])
    expect_identical(value(x[NULL:NULL:7]), v[c(1, 8, 15)])
    expect_identical(value(x[0:n]), v[1:4])
    expect_identical(value(x[n:5]), v[4:6])
    expect_identical(value(x[n]), v[4])
    expect_error(x[0:9:0], class = "invalid_index", "step 0")
    expect_error(x[0:"a"], class = "invalid_index", "whole numbers")
  })
})

test_that("new dimensions, and all that are left", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(array(1:24, c(2, 3, 4)))
    a <- array(1:24, c(2, 3, 4))
    sess <- tf$Session()
    expect_identical(dim(x[NULL, , 0]), c(1L, 2L, 4L))
    expect_identical(dim(x[tf$newaxis, all_dims(), tf$newaxis]), c(1L, 2L, 3L, 4L, 1L))
    expect_identical(sess$run(x[all_dims(), 1]), a[, , 2])
    expect_identical(sess$run(x[0, all_dims()]), a[1, , ])
    p <- tf$placeholder(tf$float32)
    expect_equal(sess$run(p[all_dims(), 0], dict(p = a)), a[, , 1] + 0)
    expect_output(print(all_dims()), "all dimensions")
  })
})

test_that("masks and tensors choose along their dimension", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:20, 4)
    x <- tf$constant(m)
    sess <- tf$Session()
    mask <- c(TRUE, FALSE, TRUE, TRUE)
    expect_identical(sess$run(x[mask, ]), m[mask, ])
    expect_identical(sess$run(x[mask, 1:2]), m[mask, 2:3])
    expect_identical(sess$run(x[tf$constant(mask), 0]), array(m[mask, 1]))
    expect_identical(sess$run(x[1, tf$constant(c(4L, 0L))]), array(m[2, c(5, 1)]))
    expect_identical(sess$run(x[mask, tf$constant(c(4L, 0L))]), m[mask, c(5, 1)])
    expect_identical(sess$run(x[all_dims(), tf$constant(c(4L, 0L))]), m[, c(5, 1)])
    expect_identical(as.vector(sess$run(x[x > 15L])), t(m)[t(m) > 15])
    expect_identical(as.vector(sess$run(x[m > 15])), t(m)[t(m) > 15])
    expect_error(x[tf$constant(1.5)], class = "invalid_index", "float32")
    expect_error(x[0, tf$constant(m > 3)], class = "invalid_index", "rank 2")
    p <- tf$placeholder(tf$int32)
    expect_error(x[p], class = "invalid_index", "unknown rank")
    expect_error(p[all_dims(), tf$constant(c(0L, 1L))], class = "invalid_index", "known rank")
  })
})

test_that("assigning to a part of a variable is an op", {
  with(tf$Graph()$as_default(), {
    v <- tf$Variable(matrix(1:6 + 0, 2))
    sess <- tf$Session()
    sess$run(v$initializer)
    changed <- v
    changed[0, 1:2] <- c(10, 20)
    expect_equal(sess$run(v), matrix(1:6 + 0, 2))
    expected <- matrix(c(1, 2, 10, 4, 20, 6), 2)
    expect_equal(sess$run(changed), expected)
    expect_equal(sess$run(v), expected)
    expect_error(changed[c(TRUE, FALSE), ] <- 1, class = "invalid_index", "scatter_update")
  })
})
