# A Python that makes environments with itself in them, and notes what it is asked to do.
fake_python <- function(folder, log, has_bridge = "True") {
  path <- file.path(folder, "python")
  writeLines(c(
    "#!/bin/sh",
    sprintf("printf '%%s ' \"$@\" >> '%s'; echo >> '%s'", log, log),
    "if [ \"$2\" = venv ]; then mkdir -p \"$3/bin\"; cp \"$0\" \"$3/bin/python\"; fi",
    "if [ \"$2\" = pip ]; then for a in \"$@\"; do last=$a; done; ls \"${last%%[*}\" >> ", log,
    "fi",
    sprintf("if [ \"$1\" = -c ]; then echo 3.11.0; echo /lib/x.so; echo %s; fi", has_bridge)
  ), path)
  code <- readLines(path)
  writeLines(c(code[1:3], paste0(code[4], code[5]), code[6:7]), path)
  Sys.chmod(path, "755")
  path
}

test_that("an environment is made of the sources", {
  folder <- withr::local_tempdir()
  withr::local_envvar(WORKON_HOME = file.path(folder, "envs"))
  log <- file.path(folder, "log")
  expect_message(
    made <- install_tensorflow(python = fake_python(folder, log)), "installed in .*r-tensorflow"
  )
  expect_identical(made, file.path(folder, "envs", "r-tensorflow", "bin", "python"))
  said <- readLines(log)
  expect_match(said[[1L]], "-m venv .*r-tensorflow")
  expect_match(said[[2L]], "-m pip install --upgrade ")
  expect_true(all(engine_files %in% said))
})

test_that("PyTorch comes for the CPU or for GPUs", {
  folder <- withr::local_tempdir()
  log <- file.path(folder, "log")
  python <- fake_python(folder, log)
  install <- function(...) {
    suppressMessages(install_tensorflow(..., python = python, envname = file.path(folder, "e")))
    paste(readLines(log), collapse = "\n")
  }
  expect_match(install("cpu", torch = TRUE), "whl/cpu .*engine[^ ]*\\[torch\\]")
  unlink(log)
  said <- install("gpu")
  expect_match(said, "\\[torch\\]")
  expect_no_match(said, "whl/cpu")
  expect_error(install_tensorflow("gpu", torch = FALSE), class = "invalid_argument", "PyTorch")
})

test_that("what pip did is checked", {
  folder <- withr::local_tempdir()
  python <- fake_python(folder, file.path(folder, "log"), "False")
  expect_error(
    install_tensorflow(python = python, envname = file.path(folder, "e")),
    class = "command_failed", "does not have it"
  )
})

test_that("the configuration is known", {
  config <- tf_config()
  expect_true(config$available)
  expect_identical(basename(config$location), "pyengine")
  expect_output(print(config), "TensorFlow v1.15, engine v.*Python v3")
  expect_true(tf_version() >= "1.15")
  unavailable <- structure(list(available = FALSE, problem = "x"), class = "tensorflow_config")
  expect_output(print(unavailable), "not available: x")
  expect_message(found <- tf_gpu_configured(), "GPU")
  expect_identical(found, tf_gpu_configured(verbose = FALSE))
})

test_that("sources come from the package's bundle, or from the checkout", {
  checkout <- withr::local_tempdir()
  file.create(file.path(checkout, engine_files))
  record <- file.path(checkout, "record")
  writeLines(checkout, record)
  copied <- withr::local_tempdir()
  copy_sources(copied, bundle = "", record = record)
  expect_setequal(dir(copied), engine_files)
  bundle <- file.path(checkout, "engine.tar.gz")
  withr::with_dir(checkout, utils::tar(bundle, "setup.py", compression = "gzip"))
  unpacked <- withr::local_tempdir()
  copy_sources(unpacked, bundle = bundle, record = record)
  expect_identical(dir(unpacked), "setup.py")
  expect_error(copy_sources(unpacked, "", ""), class = "sources_not_found", "from its tarball")
})
