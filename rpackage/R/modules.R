# Modules and code of Python.

#' Import a Python module
#'
#' @param module Name of the module, such as `"numpy"`.
#' @param as Accepted for compatibility: the class name of the module's objects stays as it is.
#' @param convert Whether what its functions return becomes R values where there is a counterpart.
#' @param delay_load Whether to import it only when it is first used.
#' @return `import()`, `import_builtins()` and `import_main()`: a Python module.
#'   `py_run_string()`: the main module, invisibly. `py_eval()`: the value of an expression.
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

#' @rdname import
#' @param code Python code, one string.
#' @export
py_run_string <- function(code) {
  import_builtins()$exec(code, main_dict())
  invisible(import_main())
}

#' @rdname import
#' @export
py_eval <- function(code, convert = TRUE) {
  py_get_attr(import_builtins(convert), "eval")(code, main_dict())
}

# The main module's variables themselves: converted, they would be a copy.
main_dict <- function() py_get_attr(import_main(convert = FALSE), "__dict__")
