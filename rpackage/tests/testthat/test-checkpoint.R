trained <- function(start) {
  w <- tf$Variable(start, name = "w")
  optimizer <- tf$train$MomentumOptimizer(0.25, 0.9)
  step <- optimizer$minimize(w * w)
  more <- list(b = tf$Variable(start))
  checkpoint <- tf$train$Checkpoint(w = w, optimizer = optimizer, more = more)
  list(w = w, step = step, slot = optimizer$get_slot(w, "momentum"), checkpoint = checkpoint)
}

test_that("objects are saved and restored with a checkpoint", {
  prefix <- file.path(tempfile("checkpoints"), "model")
  with(tf$Graph()$as_default(), {
    model <- trained(4)
    with(tf$Session() %as% sess, {
      sess$run(tf$global_variables_initializer())
      sess$run(model$step)
      path <- model$checkpoint$save(prefix)
    })
  })
  expect_identical(path, paste0(prefix, "-1"))
  expect_identical(tf$train$latest_checkpoint(dirname(prefix)), path)
  names <- vapply(tf$train$list_variables(path), function(found) found[[1]], "")
  expect_true("w/.OPTIMIZER_SLOT/optimizer/momentum/.ATTRIBUTES/VARIABLE_VALUE" %in% names)
  expect_true("more/b/.ATTRIBUTES/VARIABLE_VALUE" %in% names)
  with(tf$Graph()$as_default(), {
    model <- trained(0)
    status <- model$checkpoint$restore(path)
    with(tf$Session() %as% sess, {
      status$assert_consumed()$run_restore_ops()
      expect_identical(sess$run(list(model$w, model$slot)), list(2, 8))
    })
  })
})

test_that("what a checkpoint has is set as attributes, also after it is restored", {
  prefix <- file.path(tempfile("checkpoints"), "model")
  with(tf$Graph()$as_default(), {
    checkpoint <- tf$train$Checkpoint()
    checkpoint$v <- tf$Variable(c(1, 2))
    with(tf$Session() %as% sess, {
      sess$run(tf$global_variables_initializer())
      path <- checkpoint$write(prefix)
    })
  })
  with(tf$Graph()$as_default(), {
    checkpoint <- tf$train$Checkpoint()
    status <- checkpoint$read(path)
    expect_error(status$assert_consumed(), "(root).v", fixed = TRUE)
    checkpoint$v <- tf$Variable(c(0, 0))
    with(tf$Session() %as% sess, {
      status$initialize_or_restore()
      expect_equal(sess$run(checkpoint$v), array(c(1, 2)))
    })
  })
  expect_error(tf$train$Checkpoint(v = 3), "expecting a trackable object")
})

test_that("a manager keeps the latest checkpoints", {
  folder <- tempfile("checkpoints")
  with(tf$Graph()$as_default(), {
    checkpoint <- tf$train$Checkpoint(v = tf$Variable(1))
    with(tf$Session() %as% sess, {
      sess$run(tf$global_variables_initializer())
      manager <- tf$train$CheckpointManager(checkpoint, folder, max_to_keep = 2L)
      for (i in 1:3) manager$save()
      expect_identical(basename(unlist(manager$checkpoints)), c("ckpt-2", "ckpt-3"))
      expect_identical(manager$latest_checkpoint, file.path(folder, "ckpt-3"))
    })
  })
})
