value <- function(tensor) tf$Session()$run(tensor)

test_that("a matrix is transposed; other ranks are tf$transpose()'s and aperm()'s", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:6, 2)
    a <- array(1:24, 2:4)
    expect_identical(value(t(tf$constant(m))), t(m))
    expect_error(t(tf$constant(1:3)), class = "invalid_argument", "rank 1")
    expect_error(t(tf$placeholder(tf$float32)), class = "invalid_argument", "unknown rank")
    expect_identical(value(aperm(tf$constant(a))), aperm(a))
    expect_identical(value(aperm(tf$constant(a), c(2, 3, 1))), aperm(a, c(2, 3, 1)))
    expect_identical(value(aperm(tf$constant(a), c(1, 2, 0))), aperm(a, c(2, 3, 1)))
    expect_error(aperm(tf$constant(a), c(2, 2, 1)), class = "invalid_argument", "2, 2, 1")
  })
})

test_that("linear systems, determinants and factors", {
  with(tf$Graph()$as_default(), {
    m <- matrix(c(4, 1, 2, 3), 2)
    x <- tf$constant(m, dtype = tf$float64)
    expect_equal(value(solve(x)), solve(m))
    expect_equal(value(solve(x, c(1, 2))), array(solve(m, c(1, 2))))
    expect_equal(value(solve(x, m)), diag(2))
    expect_equal(value(det(x)), det(m))
    expect_equal(value(determinant(x, logarithm = FALSE)$modulus), 10)
    s <- crossprod(m)
    expect_equal(value(chol(tf$constant(s, dtype = tf$float64))), chol(s))
    expect_equal(value(diag(x)), array(diag(m)))
    expect_equal(value(diag(tf$constant(c(1, 2)))), diag(c(1, 2)))
    expect_error(diag(x, nrow = 3), class = "invalid_argument", "nrow")
  })
})

test_that("sums and means of rows and columns", {
  with(tf$Graph()$as_default(), {
    a <- array(1:24 + 0, 2:4)
    x <- tf$constant(a)
    for (f in list(rowSums, colSums, rowMeans, colMeans)) {
      expect_equal(value(f(x[, , 0])), array(f(a[, , 1])))
      expect_equal(value(f(x)), as.array(f(a)))
      expect_equal(value(f(x, dims = 2)), as.array(f(a, dims = 2)))
    }
    expect_error(rowSums(x, dims = 3), class = "invalid_argument", "from 1 to 2")
    expect_error(rowSums(tf$placeholder(tf$float32)), class = "invalid_argument", "unknown")
    expect_identical(rowSums(matrix(1:4, 2)), c(4, 6))
  })
})

test_that("the beta function", {
  with(tf$Graph()$as_default(), {
    expect_equal(value(beta(tf$constant(2, tf$float64), 3)), beta(2, 3))
    expect_equal(value(beta(2, tf$constant(3, tf$float64))), beta(2, 3))
  })
})
