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
    expect_output(print(x$shape), "TensorShape")
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
