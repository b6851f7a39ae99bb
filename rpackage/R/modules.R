# Modules and code of Python.

#' Import a Python module
#'
#' @param module Name of the module, such as `"numpy"`.
#' @param as Another name for the module in the classes of its objects, for packages whose S3
#'   methods are for classes of that name.
#' @param convert Whether what its functions return becomes R values where there is a counterpart.
#' @param delay_load Whether to import it only when it is first used.
#' @return A Python module.
#' @family Python
#' @examplesIf py_available(TRUE)
#' np <- import("numpy")
#' np$cumsum(c(1, 2, 3))
#' import_builtins()$abs(-1)
#' @export
import <- function(module, as = NULL, convert = TRUE, delay_load = FALSE) {
  if (!is.character(module) || length(module) != 1L || is.na(module)) {
    abort("`module` must be the name of a Python module, one string.", "invalid_argument")
  }
  if (!is.null(as)) {
    register_class_filter(alias_filter(module, as))
  }
  if (delay_load) {
    return(delayed_module(module, convert))
  }
  .Call(ffi_import, module, isTRUE(convert))
}

delayed_module <- function(module, convert = TRUE) {
  structure(
    .Call(ffi_delayed_module, module, convert),
    class = c("python.builtin.module", "python.builtin.object")
  )
}

#' @rdname import
#' @export
import_builtins <- function(convert = TRUE) {
  import("builtins", convert = convert)
}

#' @rdname import
#' @export
import_main <- function(convert = TRUE) {
  import("__main__", convert = convert)
}

alias_filter <- function(module, as) {
  force(as)
  start <- paste0(module, ".")
  function(classes) {
    aliased <- startsWith(classes, start)
    classes[aliased] <- paste0(as, ".", substring(classes[aliased], nchar(start) + 1L))
    classes
  }
}

#' Python's main module
#'
#' The variables of Python code that was run with [py_run_string()], [py_run_file()] or
#' [source_python()].
#'
#' @format A Python module.
#' @family Python
#' @examplesIf py_available(TRUE)
#' py_run_string("answer = 42")
#' py$answer
#' py$answer <- 43
#' @export
py <- NULL
