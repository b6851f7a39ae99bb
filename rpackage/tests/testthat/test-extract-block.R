test_that("blocks of every form are those of R's arrays, and of the general way", {
  set.seed(1)
  with(tf$Graph()$as_default(), {
    sess <- tf$Session()
    a <- array(1:60, c(3, 4, 5))
    x <- tf$constant(a)
    one <- function(size, form) {
      from <- sample(size, 1L) - 1L
      to <- from + sample(size - from, 1L) - 1L
      switch(form,
        blank = list(substitute(), substitute()),
        number = list(from, from + 1L),
        range = list(call(":", from, to), call(":", from + 1L, to + 1L)),
        double = list(from + 0, from + 1L),
        symbols = list(bquote(zero + .(from)), from + 1L)
      )
    }
    zero <- 0
    for (trial in 1:60) {
      forms <- sample(c("blank", "number", "range", "double", "symbols"), 3L, replace = TRUE)
      parts <- Map(one, dim(a), forms)
      expected <- eval(as.call(c(quote(`[`), quote(a), lapply(parts, `[[`, 2L), drop = FALSE)))
      dropped <- vapply(forms, function(form) form %in% c("number", "double", "symbols"), NA)
      left <- dim(expected)[!dropped]
      expected <- if (length(left)) array(expected, left) else as.vector(expected)
      indices <- lapply(parts, `[[`, 1L)
      quick <- eval(as.call(c(quote(`[`), quote(x), indices)))
      general <- eval(as.call(c(quote(`[`), quote(x), indices, options = quote(tf_extract_opts()))))
      expect_identical(quick$op$type, "StridedSlice")
      values <- sess$run(list(quick, general))
      expect_identical(values[[1L]], expected)
      expect_identical(values[[2L]], expected)
      expect_identical(dim(quick), dim(general))
    }
  })
})

test_that("what is written is evaluated once, in whichever way it is read", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(matrix(1:20, 4))
    sess <- tf$Session()
    withr::local_options(tensorflow.extract.warn_negatives_pythonic = FALSE)
    count <- 0
    counted <- function(i) {
      count <<- count + 1
      i
    }
    expect_identical(sess$run(x[counted(0):counted(1), counted(2)]), array(c(9L, 10L)))
    expect_identical(count, 3)
    # Negative ends, tensors and blanks of the general way come after what has been read.
    some <- sess$run(x[counted(0):counted(1), counted(-3):counted(-2)])
    expect_identical(some, matrix(1:20, 4)[1:2, 3:4])
    expect_identical(count, 7)
    expect_identical(sess$run(x[counted(1):counted(2), tf$constant(counted(0L))]), array(2:3))
    expect_identical(count, 10)
  })
})

test_that("dots, do.call() and lapply() come to the same", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(matrix(1:20, 4))
    sess <- tf$Session()
    expected <- array(c(1L, 5L))
    passed <- function(t, ...) t[...]
    expect_identical(sess$run(passed(x, 0, 0:1)), expected)
    expect_identical(sess$run(do.call(`[`, list(x, 0, 0:1))), expected)
    expect_identical(sess$run(lapply(list(x), `[`, 0, 0:1)[[1L]]), expected)
  })
})

test_that("variables, unknown shapes and scopes", {
  graph <- tf$Graph()
  with(graph$as_default(), {
    v <- tf$Variable(matrix(1:6 + 0, 2))
    y <- tf$placeholder(tf$float32)
    with(tf$name_scope("part"), {
      first <- v[0, ]
      second <- y[1, ]
    })
    expect_identical(first$name, "part/StridedSlice:0")
    expect_identical(first$op$inputs[[2L]]$name, "part/StridedSlice/begin:0")
    expect_identical(second$name, "part/StridedSlice_1:0")
    sess <- tf$Session()
    sess$run(v$initializer)
    expect_identical(sess$run(first), array(c(1, 3, 5)))
    expect_identical(sess$run(second, dict(y = matrix(1:4, 2))), array(c(2, 4)))
    expect_identical(tf$import_graph_def(graph$as_graph_def(), name = "copy"), NULL)
  })
})

test_that("in functions, loops and branches it is one of their ops", {
  with(tf$Graph()$as_default(), {
    x <- tf$constant(1:5)
    doubled <- tf$map_fn(function(i) x[0:2] * i, x)
    branch <- tf$cond(tf$constant(TRUE), function() x[1:2], function() x[3:4])
    sess <- tf$Session()
    expect_identical(sess$run(doubled), matrix(as.integer(outer(1:5, 1:3)), 5))
    expect_identical(sess$run(branch), array(2:3))
  })
})
