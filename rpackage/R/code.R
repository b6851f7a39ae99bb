# Running Python code.

#' Run Python code
#'
#' Code runs in Python's main module, where [py] finds its variables, or in a module of its own if
#' `local` is `TRUE`.
#'
#' @param code Python code, one string.
#' @param file Path of a file of Python code. `source_python()` takes a URL as well.
#' @param local Whether the variables are kept apart from the main module.
#' @param convert Whether what comes from the code becomes R values where there is a counterpart.
#' @param envir Where `source_python()` puts what the file defines; `NULL` for nowhere.
#' @return `py_run_string()`, `py_run_file()`: the module that the code ran in, invisibly.
#'   `py_eval()`: the value of an expression. `source_python()`: `NULL`, invisibly; functions,
#'   classes and variables of the file whose names do not begin with `_` are R objects in `envir`.
#' @family Python
#' @examplesIf py_available(TRUE)
#' py_run_string("x = [1, 2, 3]")$x
#' py_eval("1 + 1")
#' file <- tempfile(fileext = ".py")
#' writeLines("def add(x, y): return x + y", file)
#' source_python(file)
#' add(5, 10)
#' @export
py_run_string <- function(code, local = FALSE, convert = TRUE) {
  run_python(code, "<string>", local, convert)
}

#' @rdname py_run_string
#' @export
py_run_file <- function(file, local = FALSE, convert = TRUE) {
  run_python(read_code(file), file, local, convert)
}

#' @rdname py_run_string
#' @export
py_eval <- function(code, convert = TRUE) {
  py_get_attr(import_builtins(convert), "eval")(code, main_dict())
}

#' @rdname py_run_string
#' @export
source_python <- function(file, envir = parent.frame(), convert = TRUE) {
  before <- if (is.null(envir)) character() else main_values()
  run_python(read_code(file), file, FALSE, convert)
  if (!is.null(envir)) {
    main <- import_main(convert)
    after <- main_values()
    new <- names(after)[!names(after) %in% names(before) | after != before[names(after)]]
    for (name in grep("^_", new, invert = TRUE, value = TRUE)) {
      assign(name, py_get_attr(main, name), envir = envir)
    }
  }
  invisible(NULL)
}

# The identities of the main module's variables, by name.
main_values <- function() {
  unlist(py_eval("{name: str(id(value)) for name, value in globals().items()}"))
}

run_python <- function(code, file, local, convert) {
  if (!is.character(code) || length(code) != 1L || is.na(code)) {
    abort("`code` must be Python code, one string.", "invalid_argument")
  }
  module <- if (local) {
    import("types", convert = convert)$ModuleType("local")
  } else {
    import_main(convert)
  }
  builtins <- import_builtins(FALSE)
  compiled <- builtins$compile(code, file, "exec")
  builtins$exec(compiled, .Call(ffi_get_attr, as_unconverted(module), "__dict__"))
  invisible(module)
}

read_code <- function(file) {
  if (!is.character(file) || length(file) != 1L || is.na(file)) {
    abort("`file` must be the path of a file, one string.", "invalid_argument")
  }
  if (grepl("^https?://", file)) {
    source <- url(file, open = "r", encoding = "UTF-8")
    on.exit(close(source))
    return(paste(readLines(source, warn = FALSE), collapse = "\n"))
  }
  if (!file.exists(file)) {
    abort(sprintf("there is no file %s.", file), "file_not_found")
  }
  paste(readLines(file, encoding = "UTF-8", warn = FALSE), collapse = "\n")
}

# The main module's variables themselves: converted, they would be a copy.
main_dict <- function() .Call(ffi_get_attr, import_main(convert = FALSE), "__dict__")
