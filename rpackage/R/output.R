# Python's output, warnings and random numbers.

#' Capture Python's output, suppress its warnings
#'
#' @param expr An expression that calls Python.
#' @param type Which output to capture: `"stdout"`, `"stderr"` or both.
#' @return `py_capture_output()`: what Python printed, one string. `py_suppress_warnings()`: the
#'   value of `expr`.
#' @family Python
#' @examplesIf py_available(TRUE)
#' py_capture_output(import_builtins()$print("Hello!"))
#' @export
py_capture_output <- function(expr, type = c("stdout", "stderr")) {
  type <- match.arg(type, several.ok = TRUE)
  sys <- import("sys", convert = FALSE)
  text <- import("io", convert = FALSE)$StringIO()
  before <- lapply(stats::setNames(type, type), function(stream) py_get_attr(sys, stream))
  on.exit(for (stream in type) py_set_attr(sys, stream, before[[stream]]))
  for (stream in type) py_set_attr(sys, stream, text)
  force(expr)
  py_to_r(text$getvalue())
}

#' @rdname py_capture_output
#' @export
py_suppress_warnings <- function(expr) {
  context <- import("warnings", convert = FALSE)$catch_warnings()
  with(context, {
    import("warnings")$simplefilter("ignore")
    expr
  })
}

#' Set the seeds of Python's random numbers
#'
#' Those of the modules `random` and, where it is installed, `numpy`. TensorFlow's are set by
#' `tf$set_random_seed()`.
#'
#' @param seed A whole number.
#' @param disable_hash_randomization Whether the hashes of text are to be the same in each process
#'   that Python starts from now on.
#' @return `NULL`, invisibly.
#' @family Python
#' @examplesIf py_available(TRUE)
#' py_set_seed(42)
#' @export
py_set_seed <- function(seed, disable_hash_randomization = TRUE) {
  if (!is_whole(seed)) {
    abort("`seed` must be a whole number.", "invalid_argument")
  }
  seed <- as.integer(seed)
  if (disable_hash_randomization) {
    py_set_item(import("os", convert = FALSE)$environ, "PYTHONHASHSEED", "0")
  }
  import("random")$seed(seed)
  if (py_module_available("numpy")) {
    # Seeds of NumPy are not negative.
    py_eval("lambda seed: __import__('numpy').random.seed(seed % 2**32)")(seed)
  }
  invisible(NULL)
}

#' Save and load Python objects
#'
#' With Python's `pickle`. A pickle can run any code when it is loaded: load only files that you
#' trust.
#'
#' @param object A Python object.
#' @param filename The file's path.
#' @param pickle The module to use, such as `"pickle"` or `"dill"`.
#' @param ... Further arguments of its `dump()` or `load()`.
#' @param convert Whether the object becomes an R value if it has a counterpart.
#' @return `py_save_object()`: `NULL`, invisibly. `py_load_object()`: the object.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' file <- tempfile()
#' py_save_object(r_to_py(list(a = 1)), file)
#' py_load_object(file)
#' @export
py_save_object <- function(object, filename, pickle = "pickle", ...) {
  file <- import_builtins(FALSE)$open(path.expand(filename), "wb")
  on.exit(file$close())
  import(pickle)$dump(object, file, ...)
  invisible(NULL)
}

#' @rdname py_save_object
#' @export
py_load_object <- function(filename, pickle = "pickle", ..., convert = TRUE) {
  file <- import_builtins(FALSE)$open(path.expand(filename), "rb")
  on.exit(file$close())
  import(pickle, convert = convert)$load(file, ...)
}
