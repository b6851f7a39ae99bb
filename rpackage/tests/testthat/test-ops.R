value <- function(tensor) {
  sess <- tf$Session(graph = tensor$graph)
  on.exit(sess$close())
  sess$run(tensor)
}

test_that("each operator is the op of its name, with R values on either side", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(c(7, -3, 2))
    y <- tf$constant(c(2, 2, 4))
    rx <- array(c(7, -3, 2))
    ry <- array(c(2, 2, 4))
    for (op in c("+", "-", "*", "/", "%/%", "%%", "^", "==", "!=", "<", "<=", ">", ">=")) {
      f <- get(op)
      right <- f(rx, ry)
      expect_equal(value(f(x, y)), right, info = op)
      expect_equal(value(f(x, c(2, 2, 4))), right, info = op)
      expect_equal(value(f(c(7, -3, 2), y)), right, info = op)
      expect_equal(value(f(x, 2)), array(f(c(7, -3, 2), 2)), info = op)
      expect_equal(value(f(2, y)), array(f(2, c(2, 2, 4))), info = op)
    }
    expect_equal(value(-x), -rx)
    expect_identical(+x, x)
  })
})

test_that("logical operators", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(c(TRUE, TRUE, FALSE))
    expect_identical(value(x & c(TRUE, FALSE, TRUE)), array(c(TRUE, FALSE, FALSE)))
    expect_identical(value(c(FALSE, FALSE, FALSE) | x), array(c(TRUE, TRUE, FALSE)))
    expect_identical(value(!x), array(c(FALSE, FALSE, TRUE)))
  })
})

test_that("matrices broadcast, and R values take the tensor's dtype", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:6 + 0, 2)
    x <- tf$constant(m, dtype = tf$float32)
    expect_identical((x + m)$dtype$name, "float32")
    expect_equal(value(x + m), m + m)
    expect_equal(value(m * x), m * m)
    expect_equal(value(x + c(10, 20, 30)), m + rep(c(10, 20, 30), each = 2))
    i <- tf$constant(5L)
    expect_identical(value(i * 2L), 10L)
    expect_error(i * 2.5, class = "TypeError", "Mul")
    expect_error(x + "a", class = "TypeError")
  })
})

test_that("functions of one argument", {
  with(tf$Graph()$as_default(), {
    v <- c(0.1, 0.5, 0.9)
    x <- tf$constant(v, dtype = tf$float64)
    for (name in c(
      "abs", "sign", "sqrt", "floor", "ceiling", "round", "trunc", "exp", "expm1", "log", "log1p",
      "log2", "log10", "cos", "sin", "tan", "acos", "asin", "atan", "cosh", "sinh", "tanh", "asinh",
      "atanh", "lgamma", "digamma", "trigamma", "gamma", "cumsum", "cumprod", "cospi", "sinpi"
    )) {
      f <- get(name)
      expect_equal(value(f(x)), array(f(v)), info = name)
      expect_equal(value(f(-x * -1)), array(f(v)), info = name)
    }
    expect_equal(value(log(x, base = 3)), array(log(v, 3)))
    expect_equal(value(tanpi(x / 4)), array(tanpi(v / 4)))
    expect_equal(value(round(tf$constant(c(0.5, 1.5, 2.5)))), array(c(0, 2, 2)))
    expect_error(round(x, 2), class = "invalid_argument", "digits")
    expect_error(cummax(x), class = "invalid_argument", "cummax")
  })
})

test_that("summaries", {
  with(tf$Graph()$as_default(), {
    m <- matrix(c(1, 5, 2, 4), 2)
    x <- tf$constant(m)
    expect_equal(value(sum(x)), 12)
    expect_equal(value(prod(x)), 40)
    expect_equal(value(max(x)), 5)
    expect_equal(value(min(x)), 1)
    expect_equal(value(mean(x)), 3)
    expect_true(value(all(x > 0)))
    expect_false(value(any(x > 5)))
    expect_error(sum(x, na.rm = TRUE), class = "invalid_argument", "na.rm")
    expect_equal(value(sum(x, x, 1:2)), 27)
    expect_equal(value(max(x, 9)), 9)
    expect_equal(value(min(x, 0, tf$constant(-1, tf$float64))), -1)
    expect_false(value(all(x > 0, FALSE)))
    expect_equal(value(range(x)), array(c(1, 5)))
    expect_equal(value(range(x, 7)), array(c(1, 7)))
  })
})

test_that("variables have the operators too", {
  with(tf$Graph()$as_default(), {
    v <- tf$Variable(c(1, 2))
    sess <- tf$Session()
    sess$run(v$initializer)
    expect_equal(sess$run(sqrt(v * v) + 1), array(c(2, 3)))
  })
})

test_that("gamma() has its sign left of 0 too", {
  with(tf$Graph()$as_default(), {
    v <- c(-3.5, -2.5, -1.5, -0.5, 0.5, 5)
    expect_equal(value(gamma(tf$constant(v, dtype = tf$float64))), array(gamma(v)))
  })
})

test_that("no argument is dropped in silence", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(matrix(1:6 + 0, 2))
    expect_error(mean(x, 1L), class = "invalid_argument", "tf\\$reduce_mean")
    expect_error(mean(x, trim = 0.1), class = "invalid_argument", "tf\\$reduce_mean")
    expect_error(mean(x, na.rm = TRUE), class = "invalid_argument", "na.rm")
    expect_equal(value(mean(x, na.rm = FALSE)), 3.5)
  })
})

test_that("the method of `%*%` is tf$matmul", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:6 + 0, 2)
    method <- getFromNamespace("%*%.tensorflow.tensor", "tensorflow")
    expect_equal(value(method(tf$constant(m), t(m))), m %*% t(m))
    expect_equal(value(method(t(m), tf$constant(m))), t(m) %*% m)
  })
})

test_that("`%*%` knows tensors on either side, and leaves the rest to R", {
  with(tf$Graph()$as_default(), {
    m <- matrix(1:6 + 0, 2)
    expect_equal(value(tf$constant(m) %*% t(m)), m %*% t(m))
    expect_equal(value(t(m) %*% tf$constant(m)), t(m) %*% m)
    expect_identical(tensorflow::`%*%`(m, t(m)), base::`%*%`(m, t(m)))
  })
})

test_that("xor() and complex numbers", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(c(TRUE, TRUE, FALSE))
    expect_identical(value(xor(x, c(TRUE, FALSE, FALSE))), array(c(FALSE, TRUE, FALSE)))
    z <- c(1 + 2i, -3i, 4 + 0i)
    for (f in list(Re, Im, Mod, Arg, Conj)) {
      expect_equal(value(f(tf$constant(z))), array(f(z)))
    }
  })
})

test_that("other Python objects meet tensors on either side", {
  with(tf$Graph()$as_default(), {
    sess <- tf$Session()
    x <- tf$constant(c(1, 2))
    ones <- import("numpy", convert = FALSE)$ones(2L)
    expect_identical(sess$run(x + ones), array(c(2, 3)))
    expect_identical(sess$run(ones - x), array(c(0, -1)))
    expect_identical(sess$run(x == ones), array(c(TRUE, FALSE)))
    expect_identical(py_to_r(ones + ones), array(c(2, 2)))
    expect_identical(py_to_r(-ones), array(c(-1, -1)))
  })
})

test_that("functions of floating-point numbers say what they are given", {
  with(tf$Graph()$as_default(), {
    i <- tf$constant(1:3)
    expect_error(gamma(i), "'Lgamma' has DataType int32")
    expect_error(trigamma(i), "'Polygamma' has DataType int32")
    expect_error(sinpi(i), "'Const:0' has int32", class = "invalid_argument")
  })
})
