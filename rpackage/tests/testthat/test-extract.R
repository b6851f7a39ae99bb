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
    expect_error(x[-1, ], class = "invalid_index", "negative")
    expect_error(x[1, 1, 1], class = "invalid_index", "3 indices.*rank 2")
    expect_error(x["a", ], class = "invalid_index", "index 1")
    expect_error(x[0.5, ], class = "invalid_index", "whole numbers")
    expect_error(x[, NA], class = "invalid_index", "index 2")
    expect_error(x[7, ], class = "ValueError", "out of bounds")
  })
})

test_that("what R counts or reads otherwise is refused, not misread", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(matrix(1:20, 4))
    expect_error(x[matrix(0:1, 1)], class = "invalid_index", "index 1 is a matrix")
    expect_error(x[1e10, ], class = "invalid_index", "index 1 .*too large")
    expect_error(x[Inf, ], class = "invalid_index", "index 1 .*too large")
    expect_error(x[0, 0] <- 1L, class = "invalid_argument", "tf\\$assign")
  })
})

test_that("a scalar may be indexed by nothing", {
  with(tf$Graph()$as_default(), {
    expect_identical(tf$Session()$run(tf$constant(5)[]), 5)
    expect_error(tf$constant(5)[0], class = "invalid_index", "1 index was given.*rank 0")
  })
})

test_that("head(), tail() and rev() give what they give of vectors and matrices", {
  with(tf$Graph()$as_default(), {
    sess <- tf$Session()
    v <- c(10, 20, 30, 40)
    m <- matrix(1:20, 10)
    p <- tf$placeholder(tf$float32, shape(NULL))
    for (n in c(-5, -4, -1, 0, 1, 3, 4, 9)) {
      info <- paste("n =", n)
      expect_equal(sess$run(head(tf$constant(v), n)), array(head(v, n)), info = info)
      expect_equal(sess$run(tail(tf$constant(v), n)), array(tail(v, n)), info = info)
      expect_equal(sess$run(head(p, n), dict(p = v)), array(head(v, n)), info = info)
      expect_equal(sess$run(tail(p, n), dict(p = v)), array(tail(v, n)), info = info)
      expect_identical(sess$run(head(tf$constant(m), n)), head(m, n), info = info)
      expect_identical(sess$run(tail(tf$constant(m), n)), tail(m, n, keepnums = FALSE), info = info)
    }
    expect_equal(sess$run(rev(tf$constant(v))), array(rev(v)))
    expect_equal(sess$run(rev(p), dict(p = v)), array(rev(v)))
    expect_error(head(tf$constant(m), c(1, 1)), class = "invalid_argument", "`n`")
    expect_error(tail(tf$constant(m), 0.5), class = "invalid_argument", "`n`")
    expect_error(head(tf$constant(1)), class = "invalid_argument", "rank 0")
    expect_error(rev(tf$constant(m)), class = "invalid_argument", "rank 2")
  })
})
