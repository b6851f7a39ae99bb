value <- function(tensor) tf$Session()$run(tensor)

test_that("c() joins scalars and vectors, of the first tensor's dtype", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(c(1, 2))
    expect_equal(value(c(x, 3, c(4, 5), NULL, tf$constant(6))), array(1:6 + 0))
    expect_identical(c(x, 3)$dtype$name, "float32")
    expect_identical(value(c(tf$constant(5))), 5)
  })
})

test_that("c() is a list of what cannot be one tensor", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(c(1, 2))
    m <- tf$zeros(shape(2, 2))
    v <- tf$Variable(1)
    w <- tf$Variable(2)
    expect_identical(c(x, m), list(x, m))
    expect_identical(c(x, v$initializer), list(x, v$initializer))
    whole <- tf$constant(1L)
    expect_identical(c(x, whole), list(x, whole))
    expect_identical(c(v, w), list(v, w))
    expect_identical(c(a = x, b = x), list(a = x, b = x))
    expect_identical(c(x, list(v, "a"), 3), list(x, v, "a", 3))
    expect_identical(c(tf$placeholder(tf$float32), 1)[[2]], 1)
    expect_length(Filter(is.null, tf$gradients(v * w, c(v, w))), 0)
  })
})

test_that("cbind() and rbind() are those of matrices", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:6 + 0, 2)
    x <- tf$constant(m)
    v <- tf$constant(c(7, 8), tf$float64)
    expect_equal(value(cbind(x, v)), unname(cbind(m, c(7, 8))))
    expect_equal(value(cbind(1, x)), cbind(1, m))
    expect_equal(value(rbind(m, x)), rbind(m, m))
    expect_equal(value(rbind(x, c(9, 9, 9), 0)), rbind(m, 9, 0))
    expect_equal(value(cbind(v, c(1, 2))), cbind(c(7, 8), c(1, 2)))
    expect_equal(value(cbind(tf$constant(1), 2)), cbind(1, 2))
    p <- tf$placeholder(tf$float32, shape(NULL, 3))
    expect_equal(tf$Session()$run(cbind(1, p), dict(p = m)), cbind(1, m))
    expect_error(cbind(tf$zeros(shape(1, 1, 1))), class = "invalid_argument", "rank 3")
  })
})

test_that("rep() repeats as R does", {
  with(tf$Graph()$as_default(), {
    v <- c(1, 2, 3)
    x <- tf$constant(v)
    expect_equal(value(rep(x, 2)), array(rep(v, 2)))
    expect_equal(value(rep(x, each = 2, times = 2)), array(rep(v, each = 2, times = 2)))
    expect_equal(value(rep(x, 3:1)), array(rep(v, 3:1)))
    expect_equal(value(rep(x, length.out = 7)), array(rep(v, length.out = 7)))
    p <- tf$placeholder(tf$float32, shape(NULL))
    run <- function(x) tf$Session()$run(x, dict(p = v))
    expect_equal(run(rep(p, 2)), array(rep(v, 2)))
    expect_equal(run(rep(p, each = 2, times = 2)), array(rep(v, each = 2, times = 2)))
    expect_error(rep(p, length.out = 5), class = "invalid_argument", "size of .* is unknown")
    expect_error(rep(tf$zeros(shape(2, 2)), 2), class = "invalid_argument", "tf\\$tile")
  })
})
