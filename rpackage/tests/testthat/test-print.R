test_that("tensors and variables say what they are", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 10), name = "x")
    v <- tf$Variable(tf$zeros(shape(2)), name = "v")
    expect_output(print(x), "<tf.Tensor 'x:0' shape=(?, 10) dtype=float32>", fixed = TRUE)
    expect_output(print(v), "<tf.Variable 'v:0' shape=(2,) dtype=float32>", fixed = TRUE)
    expect_output(str(x), "tf.Tensor 'x:0'")
    expect_output(summary(x), "x:0")
    expect_output(print(x$op), "<tf.Operation 'x' type=Placeholder>")
    expect_output(print(tf$get_default_graph()), "Graph of")
    expect_output(print(tf$Session()), "Session on")
    expect_output(print(tf$float32), "tf.float32")
    expect_output(print(x$shape), "(?, 10)", fixed = TRUE)
  })
})

test_that("constants show their value", {
  with(tf$Graph()$as_default(), {
    expect_output(print(tf$constant(10L)), "shape=() dtype=int32 value=10>", fixed = TRUE)
    expect_output(print(tf$constant(c(1.5, 2))), "value=1.5 2.0>", fixed = TRUE)
    expect_output(print(tf$constant("a")), "value=\"a\">", fixed = TRUE)
    expect_output(print(tf$zeros(shape(100))), "dtype=float32>", fixed = TRUE)
  })
})

test_that("modules and functions say what is in them, within the console's width", {
  withr::local_options(width = 60L)
  shown <- capture.output(print(tf$nn))
  expect_identical(shown[[1L]], "<module pyengine.nn>")
  expect_true(any(grepl("^Functions: .*", shown)))
  expect_true(all(nchar(shown) <= 60L))
  shown <- capture.output(print(tf$nn$softmax))
  expect_match(shown[[1L]], "^<function softmax\\(logits")
  expect_true(all(nchar(shown) <= 60L))
  with(tf$Graph()$as_default(), {
    long <- tf$constant(1, name = paste(rep("name", 30), collapse = "_"))
    expect_true(all(nchar(capture.output(str(long))) <= 60L))
  })
})

test_that("what is longer than the console's width is wrapped when printed, and cut by str()", {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL, 784), name = "input/images")
    objects <- list(
      x, x$op, tf$Session(), tf$train$AdamOptimizer, tf$train$AdamOptimizer(), tf$nn$softmax,
      tf$ConfigProto(), tf$get_default_graph(), x$shape, tf$float32
    )
    for (width in c(40L, 80L, 120L)) {
      withr::local_options(width = width)
      for (object in objects) {
        shown <- capture.output(print(object))
        expect_lte(max(0, nchar(grep("[^ ] ", shown, value = TRUE))), width) # words are kept whole
        said <- capture.output(str(object))
        expect_length(said, 1L)
        expect_lte(nchar(said), width)
      }
    }
    withr::local_options(width = 50L)
    expect_identical(
      capture.output(print(x)),
      c("<tf.Tensor 'input/images:0' shape=(?, 784)", "    dtype=float32>")
    )
  })
})

test_that("shapes, classes and contexts are shown in R's terms", {
  expect_output(print(tf$TensorShape(list(NULL, 784L))), "^\\(\\?, 784\\)$")
  expect_output(str(shape(NULL, 784)), "shape (?, 784)", fixed = TRUE)
  expect_output(print(tf$train$GradientDescentOptimizer), "<class GradientDescentOptimizer\\(learn")
  expect_output(print(tf$name_scope("a") %as% scope), "%as% scope$")
  expect_output(str(import_builtins(FALSE)$str("a\nb")), " ")
})
