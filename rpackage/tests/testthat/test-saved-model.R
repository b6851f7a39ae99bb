save_doubler <- function(folder, ...) {
  with(tf$Graph()$as_default(), {
    x <- tf$placeholder(tf$float32, shape(NULL), name = "x")
    y <- tf$multiply(x, tf$Variable(2), name = "y")
    with(tf$Session() %as% sess, {
      sess$run(tf$global_variables_initializer())
      export_savedmodel(sess, folder, inputs = list(given = x), outputs = list(doubled = y), ...)
    })
  })
}

test_that("a session's model is saved with its signature", {
  folder <- tempfile("model")
  expect_identical(save_doubler(folder), folder)
  with(tf$Graph()$as_default(), {
    with(tf$Session() %as% sess, {
      model <- tf$saved_model$loader$load(sess, list("serve"), folder)
      signature <- py_get_item(model$signature_def, "serving_default")
      x <- py_get_item(signature$inputs, "given")$name
      y <- py_get_item(signature$outputs, "doubled")$name
      expect_equal(sess$run(y, py_dict(x, list(c(1, 2.5)))), array(c(2, 5)))
    })
  })
})

test_that("what is there is replaced, kept or versioned", {
  folder <- tempfile("model")
  save_doubler(folder)
  expect_identical(save_doubler(folder, as_text = TRUE), folder)
  expect_setequal(dir(folder), c("saved_model.pbtxt", "variables"))
  version <- save_doubler(folder, overwrite = FALSE)
  expect_identical(dirname(version), folder)
  expect_match(basename(version), "^[0-9]{14}$")
  expect_error(
    save_doubler(folder, overwrite = FALSE, versioned = FALSE), "overwrite = TRUE",
    class = "folder_exists"
  )
  other <- tempfile("other")
  dir.create(other)
  file.create(file.path(other, "thesis.tex"))
  expect_error(save_doubler(other), "is no SavedModel", class = "folder_exists")
  expect_identical(dir(other), "thesis.tex")
})

test_that("signatures must be named lists of tensors", {
  with(tf$Session() %as% sess, {
    expect_error(
      export_savedmodel(sess, tempfile(), list(tf$constant(1)), list()), "`inputs` must be",
      class = "invalid_argument"
    )
    expect_error(
      export_savedmodel(sess, tempfile(), list(x = tf$constant(1)), list(y = 1)),
      "`outputs` must be", class = "invalid_argument"
    )
  })
})

test_that("the graph of a saved model is written for TensorBoard", {
  folder <- tempfile("model")
  save_doubler(folder)
  expect_match(dir(events_of_savedmodel(folder, "serve")), "tfevents")
  expect_error(view_savedmodel(tempfile()), "does not exist")
})
