# Runs R code in a new process, in which Python is not started yet.
in_new_process <- function(code, env = character()) {
  file <- tempfile(fileext = ".R")
  on.exit(unlink(file))
  writeLines(c("library(tensorflow)", code), file)
  libraries <- paste0("R_LIBS=", paste(.libPaths(), collapse = ":"))
  paste(suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), c("--vanilla", file),
    env = c(libraries, env), stdout = TRUE, stderr = TRUE
  )), collapse = "\n")
}

test_that("loading the package does not start Python, using it does", {
  shown <- in_new_process(c("cat(py_available(), '')", "x <- tf$float32", "cat(py_available())"))
  expect_identical(shown, "FALSE TRUE")
})

test_that("what is known of Python is told", {
  config <- py_config()
  expect_true(file.exists(config$python))
  expect_match(config$version, "^3\\.")
  expect_output(print(config), "chosen by")
})

test_that("a Python that is not there is refused, and another can be chosen after", {
  expect_error(use_python("/no/such/python"), class = "python_not_found")
  expect_error(use_virtualenv("/no/such/env"), class = "python_not_found")
  shown <- in_new_process(c(
    "e <- tryCatch(tf$float32, error = identity)",
    "cat(class(e)[[1]], '')",
    "use_python(Sys.getenv('GOOD'))",
    "cat(tf$float32$name)"
  ), env = c("TENSORFLOW_PYTHON=/no/such/python", paste0("GOOD=", py_config()$python)))
  expect_identical(shown, "python_not_found float32")
})

test_that("a program that is no Python is refused", {
  shown <- in_new_process(
    "cat(class(tryCatch(tf$float32, error = identity))[[1]])",
    env = "TENSORFLOW_PYTHON=/bin/ls"
  )
  expect_identical(shown, "python_not_found")
})

test_that("a Python without a shared library, or too old, is refused with what to do", {
  config <- list(python = "/some/python", chosen_by = "PATH")
  expect_error(
    tensorflow:::check_probed(config, list(version = "3.11.2", library = "", has_bridge = TRUE)),
    class = "python_without_library", "shared library.*use_python"
  )
  expect_error(
    tensorflow:::check_probed(config, list(version = "3.7.1", library = "/lib/libpython3.7.so")),
    class = "python_not_usable", "3.10 or later"
  )
})

test_that("a Python without the bridge is refused before it is loaded", {
  folder <- tempfile("python")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  # The same interpreter, without the packages of its virtual environment.
  bare <- file.path(folder, "python")
  base <- import("sys")$`_base_executable`
  writeLines(c("#!/bin/sh", paste("exec", shQuote(base), "-S \"$@\"")), bare)
  Sys.chmod(bare, "755")
  shown <- in_new_process(c(
    "e <- tryCatch(tf$float32, error = identity)",
    "cat(class(e)[[1]], grepl('does not have the Python package', conditionMessage(e)), '')",
    "use_python(Sys.getenv('GOOD'))",
    "cat(tf$float32$name)"
  ), env = c(paste0("TENSORFLOW_PYTHON=", bare), paste0("GOOD=", py_config()$python)))
  expect_identical(shown, "python_not_usable TRUE float32")
})

test_that("a running Python cannot be changed", {
  py_config()
  other <- tempfile()
  file.create(other)
  on.exit(unlink(other))
  expect_error(use_python(other), class = "python_running", "Restart R")
})

test_that("what there is, is told", {
  expect_true(py_module_available("numpy"))
  expect_false(py_module_available("no_such_module"))
  expect_false(py_module_available("no_such.module"))
  expect_true(py_numpy_available())
  expect_identical(py_discover_config()$python, py_config()$python)
  expect_true(py_is_none(py_none()))
  expect_error(register_class_filter(1), "must be a function", class = "invalid_argument")
})

test_that("the environment that install_tensorflow() makes is found where it is", {
  folder <- withr::local_tempdir()
  withr::local_envvar(
    WORKON_HOME = folder, TENSORFLOW_PYTHON = "/chosen/python", VIRTUAL_ENV = "/v"
  )
  expect_identical(names(python_candidates())[[1L]], "TENSORFLOW_PYTHON")
  expect_identical(python_candidates()[["VIRTUAL_ENV"]], "/v/bin/python")
  expect_null(python_candidates()[["install_tensorflow()"]])
  python <- file.path(folder, "r-tensorflow", "bin", "python")
  dir.create(dirname(python), recursive = TRUE)
  file.create(python)
  expect_identical(python_candidates()[["install_tensorflow()"]], python)
})

test_that("an environment of conda is found by its name", {
  program <- tempfile("conda")
  writeLines(c(
    "#!/bin/sh", "echo '# conda environments:'", "echo '#'",
    "echo 'base                  *  /opt/conda'",
    "echo 'r-tensorflow             /opt/conda/envs/r'",
    "echo '                         /data/unnamed'"
  ), program)
  Sys.chmod(program, "755")
  expect_identical(condaenv_path("r-tensorflow", program), "/opt/conda/envs/r")
  expect_identical(condaenv_path("base", program), "/opt/conda")
  expect_identical(condaenv_path("/some/where"), "/some/where")
  expect_error(
    condaenv_path("other", program), "there are: base, r-tensorflow", class = "python_not_found"
  )
  expect_error(condaenv_path("x", "/no/conda"), "conda was not found", class = "python_not_found")
})
