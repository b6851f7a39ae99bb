test_that("dimensions are those of the static shape", {
  with(tf$Graph()$as_default(), {
    expect_identical(dim(tf$zeros(shape(2, 3))), 2:3)
    expect_identical(dim(tf$placeholder(tf$float32, shape(NULL, 3))), c(NA, 3L))
    expect_null(dim(tf$placeholder(tf$float32)))
    expect_null(dim(tf$constant(1)))
    expect_identical(length(tf$zeros(shape(2, 3))), 6L)
    expect_identical(length(tf$placeholder(tf$float32, shape(NULL, 3))), NA_integer_)
  })
})

test_that("values come from the default session, and only from there", {
  with(tf$Graph()$as_default(), {
    m <- matrix(c(1, 2, 3, 4), 2)
    x <- tf$constant(m)
    expect_error(as.array(x), class = "no_default_session", "InteractiveSession")
    with(tf$Session(), {
      expect_identical(as.array(x), m)
      expect_identical(as.matrix(x), m)
      expect_identical(as.numeric(x), c(1, 2, 3, 4))
      expect_identical(as.integer(x), 1:4)
      expect_identical(as.logical(x > 2), c(FALSE, FALSE, TRUE, TRUE))
    })
  })
})

test_that("what is NaN, infinite or neither is told apart", {
  with(tf$Graph()$as_default(), {
    v <- c(1, NaN, Inf, -Inf)
    x <- tf$constant(v)
    sess <- tf$Session()
    for (name in c("is.na", "is.nan", "is.finite", "is.infinite")) {
      f <- get(name)
      expect_identical(sess$run(f(x)), array(f(v)), info = name)
    }
  })
})

test_that("as.vector() has the value without its dimensions", {
  with(tf$Graph()$as_default(), {
    with(tf$Session(), {
      expect_identical(as.vector(tf$constant(matrix(1:4, 2))), 1:4)
      expect_identical(as.vector(tf$constant(c(1, 2)), "character"), c("1", "2"))
    })
    expect_error(as.vector(tf$constant(1)), class = "no_default_session")
  })
})

test_that("dimensions are not set", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1:4)
    expect_error(dim(x) <- c(2L, 2L), class = "invalid_argument", "tf\\$reshape")
  })
})

test_that("complex values, data frames, and whether anything is missing", {
  with(tf$Graph()$as_default(), with(tf$Session(), {
    expect_identical(as.complex(tf$constant(c(1i, 2))), c(1i, 2 + 0i))
    m <- tf$constant(matrix(1:4 + 0, 2), tf$float64)
    expect_identical(as.data.frame(m), as.data.frame(matrix(1:4 + 0, 2)))
    expect_true(as.logical(anyNA(tf$constant(c(1, NA)))))
    expect_false(as.logical(anyNA(tf$constant(c(1, 2)))))
  }))
})

test_that("Python objects without a counterpart say so", {
  object <- import_builtins(FALSE)$object()
  for (f in list(as.array, as.matrix, as.data.frame, as.vector, as.complex)) {
    expect_error(f(object), "has no counterpart in R", class = "invalid_argument")
  }
})
