# Virtual environments of Python.

#' Virtual environments
#'
#' They are kept in the folder that the environment variable `WORKON_HOME` names, `~/.virtualenvs`
#' if it does not.
#'
#' @param envname Name of an environment, or a path (with a `/`) of one. `NULL` is
#'   `"r-tensorflow"`.
#' @param python Path of the Python interpreter to make it with; the one on the `PATH` by default.
#' @param packages Python packages, as pip knows them.
#' @param ignore_installed Whether packages that are there are installed anew.
#' @param pip_options Further options for `pip install`.
#' @param confirm Whether to ask first, in an interactive session.
#' @return `virtualenv_create()`, `virtualenv_python()`: the path of the environment's Python,
#'   invisibly for the first. `virtualenv_list()`: the names of the environments there are.
#'   `virtualenv_root()`: the folder. `virtualenv_exists()`: `TRUE` or `FALSE`. The others: `NULL`,
#'   invisibly.
#' @family Python
#' @examples
#' virtualenv_root()
#' virtualenv_exists("r-tensorflow")
#' @export
virtualenv_create <- function(envname = NULL, python = NULL, packages = NULL) {
  path <- virtualenv_path(envname)
  if (virtualenv_exists(envname)) {
    return(invisible(virtualenv_python(envname)))
  }
  if (is.null(python)) {
    python <- present(Sys.which("python3")) %||% present(Sys.which("python"))
  }
  if (is.null(python)) {
    abort("no Python was found on the PATH: give the path of one as `python`.", "python_not_found")
  }
  run_command(path.expand(python), c("-m", "venv", shQuote(path)))
  if (length(packages)) {
    virtualenv_install(envname, packages)
  }
  invisible(virtualenv_python(envname))
}

#' @rdname virtualenv_create
#' @export
virtualenv_install <- function(envname = NULL, packages, ignore_installed = FALSE,
                               pip_options = character()) {
  if (!is.character(packages) || !length(packages) || anyNA(packages)) {
    abort("`packages` must be the names of Python packages.", "invalid_argument")
  }
  python <- virtualenv_create(envname)
  options <- c(if (ignore_installed) "--force-reinstall", pip_options)
  run_command(python, c("-m", "pip", "install", "--upgrade", options, shQuote(packages)))
  invisible(NULL)
}

#' @rdname virtualenv_create
#' @export
py_install <- function(packages, envname = NULL, pip_options = character()) {
  virtualenv_install(envname, packages, pip_options = pip_options)
}

#' @rdname virtualenv_create
#' @export
virtualenv_remove <- function(envname = NULL, packages = NULL, confirm = interactive()) {
  python <- virtualenv_python(envname)
  what <- if (is.null(packages)) dirname(dirname(python)) else paste(packages, collapse = ", ")
  if (confirm && !isTRUE(utils::askYesNo(sprintf("Remove %s?", what)))) {
    return(invisible(NULL))
  }
  if (is.null(packages)) {
    unlink(what, recursive = TRUE)
  } else {
    run_command(python, c("-m", "pip", "uninstall", "--yes", shQuote(packages)))
  }
  invisible(NULL)
}

#' @rdname virtualenv_create
#' @export
virtualenv_list <- function() {
  found <- list.dirs(virtualenv_root(), recursive = FALSE, full.names = FALSE)
  found[vapply(found, virtualenv_exists, NA)]
}

#' @rdname virtualenv_create
#' @export
virtualenv_root <- function() {
  path.expand(Sys.getenv("WORKON_HOME", "~/.virtualenvs"))
}

#' @rdname virtualenv_create
#' @export
virtualenv_python <- function(envname = NULL) {
  if (!virtualenv_exists(envname)) {
    abort(
      sprintf("there is no virtual environment at %s.", virtualenv_path(envname)),
      "python_not_found"
    )
  }
  file.path(virtualenv_path(envname), "bin", "python")
}

#' @rdname virtualenv_create
#' @export
virtualenv_exists <- function(envname = NULL) {
  file.exists(file.path(virtualenv_path(envname), "bin", "python"))
}

virtualenv_path <- function(envname) {
  envname <- envname %||% "r-tensorflow"
  if (!is.character(envname) || length(envname) != 1L || is.na(envname)) {
    abort("`envname` must be the name or path of a virtual environment.", "invalid_argument")
  }
  if (grepl("/", envname, fixed = TRUE)) {
    path.expand(envname)
  } else {
    file.path(virtualenv_root(), envname)
  }
}

# Runs a command, or stops with what it printed.
run_command <- function(command, args) {
  output <- suppressWarnings(system2(command, args, stdout = TRUE, stderr = TRUE))
  status <- attr(output, "status")
  if (!is.null(status)) {
    shown <- paste(c(command, args), collapse = " ")
    abort(
      sprintf("`%s` failed:\n%s", shown, paste(utils::tail(output, 20L), collapse = "\n")),
      "command_failed"
    )
  }
  output
}
