# Bad input: a clear error of its class, and a session that is usable after.

test_that("each mistake has its class, and the session goes on", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 3), name = "x")
    i <- tf$placeholder(tf$int32, name = "i")
    y <- x * 2
    v <- tf$Variable(1, name = "v")
    foreign <- local({
      context <- tf$Graph()$as_default()
      with(context, tf$constant(1))
    })
    sess <- tf$Session()
    m <- matrix(1:6 + 0, 2)
    works <- function() expect_identical(sess$run(y, dict(x = m)), m * 2)

    expect_error(sess$run(y, dict(x = t(m))), class = "ValueError", "shape \\(3, 2\\).*'x:0'")
    works()
    expect_error(sess$run(i, dict(i = 1.5)), class = "TypeError", "1.5")
    expect_error(sess$run(y, dict(x = matrix("a", 1, 3))), class = "TypeError", "'x:0'")
    works()
    expect_error(sess$run(foreign), class = "ValueError", "not an element of this graph")
    expect_error(sess$run(NULL), class = "TypeError", "NoneType")
    expect_error(sess$run(list(y, NULL), dict(x = m)), class = "TypeError", "\\[1\\] of")
    works()
    expect_error(sess$run(v), class = "FailedPreconditionError", "uninitialized value v")
    works()
    expect_error(sess$run(y), class = "InvalidArgumentError", "placeholder tensor 'x'")
    works()
    expect_error(tf$nn$sofmax(x), class = "AttributeError", "softmax")
    expect_error(tf$matmul(m, m), class = "ValueError", "must be equal, but are 3 and 2")
    works()
    sess$close()
    expect_error(sess$run(y, dict(x = m)), class = "RuntimeError", "closed")
  })
})

test_that("whole doubles are integers where integers are meant", {
  with(tf$Graph()$as_default(), {
    x <- tf$zeros(shape(2, 3))
    sess <- tf$Session()
    expect_identical(dim(tf$reduce_sum(x, axis = 1)), 2L)
    expect_identical(dim(tf$reshape(x, c(3, 2))), c(3L, 2L))
    expect_identical(dim(tf$expand_dims(x, 0)), c(1L, 2L, 3L))
    expect_identical(dim(tf$one_hot(c(0L, 1L), 4)), c(2L, 4L))
    expect_identical(dim(tf$argmax(x, 1)), 2L)
  })
})
