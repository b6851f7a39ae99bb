test_that("the same seed gives the same numbers", {
  draw <- function(...) {
    sess <- use_session_with_seed(42, quiet = TRUE, ...)
    on.exit(tf$reset_default_graph())
    list(sess$run(tf$random_uniform(shape(3))), stats::runif(1), import("random")$random())
  }
  expect_identical(draw(), draw())
  expect_identical(draw(), draw(disable_gpu = FALSE, disable_parallel_cpu = FALSE))
  expect_message(use_session_with_seed(1), "disabled GPU, CPU parallelism")
  expect_message(use_session_with_seed(1, FALSE, FALSE), "seed to 1\\n")
  expect_error(set_random_seed("a"), class = "invalid_argument", "seed")
  tf$reset_default_graph()
})

test_that("R, Python and graphs are seeded together, and hashes are left alone", {
  withr::local_envvar(PYTHONHASHSEED = NA)
  os <- import("os")
  before <- os$environ$get("PYTHONHASHSEED")
  draw <- function() {
    tf$reset_default_graph()
    expect_null(set_random_seed(7))
    sess <- tf$Session()
    list(sess$run(tf$random_normal(shape(2))), stats::runif(1), import("random")$random())
  }
  first <- draw()
  expect_identical(draw(), first)
  expect_identical(os$environ$get("PYTHONHASHSEED"), before)
  tf$reset_default_graph()
})
