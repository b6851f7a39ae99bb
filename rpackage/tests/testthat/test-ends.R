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
