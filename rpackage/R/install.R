# Installing the engine, and what is known of the installation.

#' Install the engine
#'
#' Makes a virtual environment of Python with the graph engine and the bridge to R, from the sources
#' that come with this package. What they depend on (NumPy, SciPy, ...) is fetched by pip. The
#' bridge is compiled, which takes a C compiler and R's headers.
#'
#' @param version `"cpu"`, `"gpu"`, or `"default"`, which is `"cpu"`. `"gpu"` installs PyTorch for
#'   CUDA, several gigabytes, through which ops run on GPUs: `with(tf$device("/gpu:0"), ...)`. It
#'   takes the driver of the GPU, and no CUDA toolkit.
#' @param torch Whether PyTorch is installed too: it speeds up convolutions, and computes on GPUs.
#' @param envname Name or path of the virtual environment; `NULL` is `"r-tensorflow"`.
#' @param python Path of the Python interpreter to make it with; the one on the `PATH` by default.
#' @param extra_packages Further Python packages to install.
#' @param pip_options Further options for `pip install`.
#' @param method Accepted for compatibility: `"auto"` or `"virtualenv"`.
#' @return The path of the environment's Python, invisibly.
#' @family Python
#' @examples
#' \dontrun{
#' install_tensorflow()
#' }
#' @export
install_tensorflow <- function(version = c("default", "cpu", "gpu"), torch = version == "gpu",
                               envname = NULL, python = NULL, extra_packages = character(),
                               pip_options = character(), method = c("auto", "virtualenv")) {
  version <- match.arg(version)
  method <- match.arg(method)
  if (version == "gpu" && !torch) {
    abort("GPUs are used through PyTorch: `torch` cannot be FALSE for them.", "invalid_argument")
  }
  # Building writes into the sources, and the library may not be ours to write to.
  scratch <- tempfile("engine")
  dir.create(scratch)
  on.exit(unlink(scratch, recursive = TRUE))
  copy_sources(scratch)
  interpreter <- virtualenv_create(envname, python)
  engine <- if (torch) paste0(scratch, "[torch]") else scratch
  # The PyPI has builds of PyTorch for CUDA only, of several gigabytes.
  index <- if (torch && version != "gpu") {
    c("--extra-index-url", "https://download.pytorch.org/whl/cpu")
  }
  virtualenv_install(envname, c(engine, extra_packages), pip_options = c(index, pip_options))
  if (!probe_python(interpreter)$has_bridge) {
    abort(sprintf("pip installed the engine, but %s does not have it.", interpreter),
      "command_failed"
    )
  }
  message(sprintf("The engine is installed in %s.", dirname(dirname(interpreter))))
  if (.Call(ffi_started)) {
    message("Python is running already: restart R to use it.")
  }
  invisible(interpreter)
}

engine_files <- c("pyengine", "bridge", "pyproject.toml", "setup.py", "README.md")

# Copies the sources that are in the package; of one that was installed from a checkout, those that
# are there.
copy_sources <- function(folder, bundle = system.file("engine.tar.gz", package = "tensorflow"),
                         record = system.file("sources", package = "tensorflow")) {
  checkout <- if (nzchar(record)) readLines(record, n = 1L, warn = FALSE) else ""
  if (nzchar(bundle)) {
    utils::untar(bundle, exdir = folder)
  } else if (file.exists(file.path(checkout, "setup.py"))) {
    file.copy(file.path(checkout, engine_files), folder, recursive = TRUE)
  } else {
    abort(
      "this installation has no sources of the engine: install the package from its tarball.",
      "sources_not_found"
    )
  }
}

#' What is known of TensorFlow
#'
#' @param verbose Whether to say what was found.
#' @return `tf_config()`: a list of `available`, and if it is, `version` (of TensorFlow's API, which
#'   the engine has), `engine_version`, `location`, `python` and `python_version`; it starts
#'   Python. `tf_version()`: the version of the API, `NULL` without the engine.
#'   `tf_gpu_configured()`: whether there is a GPU that ops can run on, or one that the CPU plays
#'   (the environment variable `TENSORFLOW_PRETEND_GPUS`, a number of GPUs).
#' @family Python
#' @examplesIf py_available(TRUE)
#' tf_config()
#' tf_version()
#' @export
tf_config <- function() {
  problem <- tryCatch(
    {
      python <- py_config()
      if (!py_module_available("pyengine")) "the Python package tensorflow-r is not installed"
    },
    tensorflow_error = conditionMessage
  )
  if (!is.null(problem)) {
    return(structure(list(available = FALSE, problem = problem), class = "tensorflow_config"))
  }
  structure(
    list(
      available = TRUE, version = api_version,
      engine_version = import("importlib.metadata")$version("tensorflow-r"),
      location = dirname(import("pyengine")$`__file__`),
      python = python$python, python_version = python$version
    ),
    class = "tensorflow_config"
  )
}

api_version <- numeric_version("1.15")

#' @export
print.tensorflow_config <- function(x, ...) {
  if (x$available) {
    cat(sprintf("TensorFlow v%s, engine v%s (%s)\n", x$version, x$engine_version, x$location))
    cat(sprintf("Python v%s (%s)\n", x$python_version, x$python))
  } else {
    cat(sprintf("TensorFlow is not available: %s\n", x$problem))
  }
  invisible(x)
}

#' @rdname tf_config
#' @export
tf_version <- function() tf_config()$version

#' @rdname tf_config
#' @export
tf_gpu_configured <- function(verbose = TRUE) {
  engine <- py_available(TRUE) && py_module_available("pyengine")
  torch <- engine && py_module_available("torch")
  gpus <- if (torch) {
    devices <- import("pyengine.python.client.device_lib")$list_local_devices()
    Filter(function(device) device$device_type == "GPU", devices)
  }
  found <- length(gpus) > 0
  if (verbose) {
    message(
      if (found) {
        sprintf("GPU: %s", gpus[[1]]$physical_device_desc)
      } else if (torch) {
        "PyTorch finds no GPU."
      } else {
        "PyTorch, through which GPUs are used, is not installed: install_tensorflow(\"gpu\")."
      }
    )
  }
  found
}
