# Each order of loading needs an R of its own.
in_order <- function(first) {
  script <- tempfile(fileext = ".R")
  writeLines(c(
    if (first == "tensorflow") {
      c("library(tensorflow)", "invisible(tf$constant(1))", "library(reticulate)")
    } else {
      c("library(reticulate)", "invisible(reticulate::py_config())", "library(tensorflow)")
    },
    readLines(test_path("beside-reticulate.R"))
  ), script)
  variables <- paste0("RETICULATE_PYTHON=", py_config()$python)
  output <- suppressWarnings(
    system2(file.path(R.home("bin"), "Rscript"), script, TRUE, TRUE, env = variables)
  )
  expect_null(attr(output, "status"))
  expect_identical(utils::tail(output, 1L), "all is well")
}

test_that("reticulate can be loaded after this package", {
  skip_if_not(nzchar(system.file(package = "reticulate")), "reticulate is not installed")
  in_order("tensorflow")
})

test_that("reticulate can be loaded before this package", {
  skip_if_not(nzchar(system.file(package = "reticulate")), "reticulate is not installed")
  in_order("reticulate")
})

test_that("without reticulate, an object that is not of this session is refused", {
  stranger <- structure(new.env(), class = "python.builtin.object")
  expect_false(is_own(stranger))
  skip_if(isNamespaceLoaded("reticulate"))
  expect_error(r_to_py(stranger), "no object of this R session", class = "invalid_argument")
})
