# Which Python to use, and starting it.

state <- new.env(parent = emptyenv())
state$filters <- list()

#' Choose the Python to use
#'
#' Python is started when it is first needed, and cannot be changed after. It is the first of these
#' that is there: the one chosen by these functions; the environment variables `TENSORFLOW_PYTHON`,
#' `RETICULATE_PYTHON` and `VIRTUAL_ENV`; the one that the package was installed with; the virtual
#' environment that [install_tensorflow()] makes (`r-tensorflow` in [virtualenv_root()]); `python3`
#' on the `PATH`. A Python that runs in the process already is joined.
#'
#' @param python Path of a Python interpreter.
#' @param virtualenv Path of a virtual environment, or the name of one in `~/.virtualenvs`.
#' @param condaenv Path of an environment of conda, or the name of one.
#' @param conda Path of the program `conda`; by default the one on the `PATH`.
#' @param required Accepted for compatibility: what is chosen is always used.
#' @return `NULL`, invisibly.
#' @family Python
#' @examplesIf virtualenv_exists("r-tensorflow") && !py_available()
#' use_virtualenv("r-tensorflow")
#' @export
use_python <- function(python, required = TRUE) {
  python <- path.expand(python)
  if (!file.exists(python)) {
    abort(
      sprintf("`python` is %s, where there is no file. Give a Python interpreter's path.", python),
      "python_not_found"
    )
  }
  if (.Call(ffi_started) && !identical(python, state$config$python)) {
    abort(
      sprintf(
        "Python is running already (%s), so it cannot be changed. Restart R, and choose it first.",
        state$config$python
      ),
      "python_running"
    )
  }
  state$chosen <- python
  invisible(NULL)
}

#' @rdname use_python
#' @export
use_virtualenv <- function(virtualenv, required = TRUE) {
  use_python(file.path(virtualenv_path(virtualenv), "bin", "python"), required)
}

#' @rdname use_python
#' @export
use_condaenv <- function(condaenv = NULL, conda = "auto", required = TRUE) {
  folder <- condaenv_path(condaenv %||% "r-tensorflow", conda)
  use_python(file.path(folder, "bin", "python"), required)
}

# The folder of conda's environment of a name.
condaenv_path <- function(condaenv, conda = "auto") {
  if (grepl("/", condaenv, fixed = TRUE)) {
    return(path.expand(condaenv))
  }
  program <- if (identical(conda, "auto")) present(Sys.which("conda")) else path.expand(conda)
  if (is.null(program) || !file.exists(program)) {
    abort("conda was not found: give its path as `conda`, or an environment's.", "python_not_found")
  }
  # A heading, then a line for each: its name, a star if it is active, and its folder.
  lines <- system2(program, c("env", "list"), stdout = TRUE)
  fields <- strsplit(lines[!startsWith(lines, "#")], "[[:space:]]+([*+][[:space:]]+)?")
  named <- Filter(function(f) length(f) == 2L && nzchar(f[[1L]]), fields)
  folders <- stats::setNames(vapply(named, `[[`, "", 2L), vapply(named, `[[`, "", 1L))
  if (!condaenv %in% names(folders)) {
    abort(
      sprintf(
        "conda has no environment '%s'; there are: %s.", condaenv,
        if (length(folders)) paste(names(folders), collapse = ", ") else "none"
      ),
      "python_not_found"
    )
  }
  folders[[condaenv]]
}

#' What is known of Python
#'
#' @return `py_config()`: a list of `python` (the path of the interpreter), `version`, `library`
#'   (its shared library) and `chosen_by`; it starts Python. `py_available()`: whether Python
#'   runs, or could be started if `initialize` is `TRUE`. `py_discover_config()`: what
#'   `py_config()` would say, without starting it. `py_module_available()`: whether a module can be
#'   imported; it starts Python, but does not import it. `py_numpy_available()`: whether Python
#'   runs and has NumPy.
#' @param initialize Whether to start Python to find out.
#' @family Python
#' @examples
#' py_available()
#' @export
py_config <- function() {
  import_builtins()$abs(1L)
  structure(state$config, class = "py_config")
}

#' @rdname py_config
#' @export
py_available <- function(initialize = FALSE) {
  if (initialize && !.Call(ffi_started)) {
    tryCatch(start_python(), tensorflow_error = function(e) NULL)
  }
  .Call(ffi_started)
}

#' @rdname py_config
#' @export
py_discover_config <- function() {
  if (.Call(ffi_started)) {
    return(py_config())
  }
  config <- find_python()
  probed <- probe_python(config$python)
  structure(c(config, probed)[c("python", "version", "library", "chosen_by")], class = "py_config")
}

#' @rdname py_config
#' @param module Name of a Python module.
#' @export
py_module_available <- function(module) {
  tryCatch(
    !is.null(import("importlib.util", convert = TRUE)$find_spec(module)),
    ImportError = function(e) FALSE
  )
}

#' @rdname py_config
#' @export
py_numpy_available <- function(initialize = FALSE) {
  py_available(initialize) && py_module_available("numpy")
}

#' @export
print.py_config <- function(x, ...) {
  cat("python:    ", x$python, "\n", sep = "")
  cat("version:   ", x$version, "\n", sep = "")
  cat("library:   ", x$library, "\n", sep = "")
  cat("chosen by: ", x$chosen_by, "\n", sep = "")
  invisible(x)
}

# The interpreter to use and what chose it.
find_python <- function() {
  candidates <- python_candidates()
  if (!length(candidates)) {
    abort(
      paste(
        "No Python was found. Install Python 3.10 or later with its shared library, make a virtual",
        "environment with the package tensorflow-r, and choose it with use_virtualenv()."
      ),
      "python_not_found"
    )
  }
  list(python = path.expand(candidates[[1L]]), chosen_by = names(candidates)[[1L]])
}

# In the order in which they are taken.
python_candidates <- function() {
  from_env <- function(name) {
    value <- Sys.getenv(name)
    if (nzchar(value)) value
  }
  in_env <- function(folder) if (!is.null(folder)) file.path(folder, "bin", "python")
  candidates <- list(
    "use_python()" = state$chosen,
    "TENSORFLOW_PYTHON" = from_env("TENSORFLOW_PYTHON"),
    "RETICULATE_PYTHON" = from_env("RETICULATE_PYTHON"),
    "VIRTUAL_ENV" = in_env(from_env("VIRTUAL_ENV")),
    "the package's installation" = recorded_python(),
    "install_tensorflow()" = present(in_env(virtualenv_path(NULL))),
    "PATH" = present(Sys.which("python3")),
    "PATH" = present(Sys.which("python"))
  )
  Filter(Negate(is.null), candidates)
}

present <- function(path) if (nzchar(path) && file.exists(path)) unname(path)

# The interpreter that `configure` recorded when the package was installed, if it is still there.
recorded_python <- function() {
  record <- system.file("python", package = "tensorflow")
  if (nzchar(record)) present(readLines(record, n = 1L, warn = FALSE))
}

# What the interpreter says of its version, its shared library, and whether it has the bridge. It is
# asked before it is loaded, since there is no way back after.
probe_code <- "
import sys
sys.path[:] = filter(None, sys.path) # R's working directory is no place for packages
import importlib.util, os, sysconfig
v = sysconfig.get_config_vars()
names = [v.get('INSTSONAME'), v.get('LDLIBRARY')]
places = [v.get('LIBDIR'), os.path.join(v.get('LIBDIR') or '', v.get('MULTIARCH') or ''),
          os.path.join(sys.base_prefix, 'lib')]
found = [os.path.join(p, n) for p in places if p for n in names
         if n and '.so' in n and os.path.exists(os.path.join(p, n))]
print('%d.%d.%d' % sys.version_info[:3])
print(found[0] if found else '')
print(importlib.util.find_spec('bridge') is not None)
"

probe_python <- function(python) {
  shown <- tryCatch(
    suppressWarnings(
      system2(python, c("-c", shQuote(probe_code)), stdout = TRUE, stderr = TRUE)
    ),
    error = function(e) conditionMessage(e)
  )
  status <- attr(shown, "status")
  if (!is.null(status) || length(shown) != 3L) {
    abort(
      sprintf("%s is no working Python: %s", python, paste(shown, collapse = "\n")),
      "python_not_found"
    )
  }
  list(version = shown[[1L]], library = shown[[2L]], has_bridge = identical(shown[[3L]], "True"))
}

# Called by the loader when Python is first needed.
start_python <- function() {
  if (.Call(ffi_python_runs)) {
    problem <- .Call(ffi_start, "", "")
    config <- list(python = "", chosen_by = joined)
  } else {
    config <- find_python()
    probed <- probe_python(config$python)
    check_probed(config, probed)
    config <- c(config, probed)
    problem <- .Call(ffi_start, probed$library, config$python)
  }
  if (!is.null(problem)) {
    abort(
      sprintf(
        "Python %s cannot be used: %s\nRestart R, and choose another with use_python().",
        config$python, problem
      ),
      "python_not_usable",
      call = NULL
    )
  }
  if (is.null(config$version)) {
    config$python <- import("sys")$executable
    config$version <- import("platform")$python_version()
    config$library <- ""
  }
  state$config <- config[c("python", "version", "library", "chosen_by")]
  hold_lock_for_reticulate()
  if (!identical(config$chosen_by, joined)) {
    # As Python has it for a script: tf$app$flags reads it.
    py_set_attr(import("sys"), "argv", as.list(c(script_name(), commandArgs(TRUE))))
    # What Python code has registered to be done at exit is done when R quits.
    reg.finalizer(state, function(state) .Call(ffi_finish), onexit = TRUE)
  }
}

joined <- "the process: Python was running already"

check_probed <- function(config, probed) {
  if (numeric_version(probed$version) < "3.10") {
    abort(
      sprintf(
        "%s is Python %s, and 3.10 or later is needed. Choose another with use_python().",
        config$python, probed$version
      ),
      "python_not_usable",
      call = NULL
    )
  }
  if (!nzchar(probed$library)) {
    abort(
      sprintf(
        paste(
          "%s (chosen by %s) was built without a shared library, so R cannot load it. Install",
          "one with it (on Debian and Ubuntu: apt-get install libpython3-dev), or choose another",
          "Python with use_python()."
        ),
        config$python, config$chosen_by
      ),
      c("python_without_library", "python_not_usable"),
      call = NULL
    )
  }
  if (!probed$has_bridge) {
    abort(
      sprintf(
        paste(
          "%s (chosen by %s) does not have the Python package tensorflow-r. Install it there, or",
          "choose another Python with use_python()."
        ),
        config$python, config$chosen_by
      ),
      "python_not_usable",
      call = NULL
    )
  }
}

# ---------------------------------------------------------------- classes of Python objects

#' Complete the classes of Python objects
#'
#' For packages whose S3 methods are to be found for Python objects of some kind.
#'
#' @param filter A function of the S3 class vector that objects of a Python type would get, which
#'   returns the one that they do get. It is called once for each type.
#' @return `NULL`, invisibly.
#' @family Python
#' @examplesIf py_available(TRUE)
#' register_class_filter(function(classes) {
#'   if ("fractions.Fraction" %in% classes) c("fraction", classes) else classes
#' })
#' format.fraction <- function(x, ...) paste0(x$numerator, "/", x$denominator)
#' third <- import("fractions")$Fraction(2L, 6L)
#' class(third)
#' format(third)
#' @export
register_class_filter <- function(filter) {
  if (!is.function(filter)) {
    abort("`filter` must be a function of a class vector.", "invalid_argument")
  }
  state$filters <- c(state$filters, filter)
  if (.Call(ffi_started)) {
    import("bridge._core")$forget_classes()
  }
  invisible(NULL)
}

# Called by the bridge, once for each Python type.
filter_classes <- function(classes) {
  for (filter in state$filters) {
    classes <- filter(classes)
  }
  classes
}
