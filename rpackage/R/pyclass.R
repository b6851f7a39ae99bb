# Python classes written in R.

#' Make a Python class
#'
#' Functions among the definitions become methods: their first argument is the object. Inside of a
#' method `super()` is Python's: `super()$method(...)` calls the method of the class above.
#'
#' @param classname The name of the class.
#' @param defs A named list of methods (R functions) and class attributes (any other values).
#' @param inherit A Python class, or a list of them, to inherit from.
#' @return A Python class, which makes an object when it is called.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' Greeter <- PyClass("Greeter", list(
#'   greeting = "Hi",
#'   `__init__` = function(self, name) self$name <- name,
#'   greet = function(self) paste(self$greeting, self$name)
#' ))
#' Greeter("Mimi")$greet()
#' @export
PyClass <- function(classname, defs = list(), inherit = NULL) { # nolint: object_name_linter.
  if (length(defs) && (is.null(names(defs)) || !all(nzchar(names(defs))))) {
    abort("each of `defs` must have a name.", "invalid_argument")
  }
  bases <- if (is.list(inherit)) inherit else if (!is.null(inherit)) list(inherit)
  if (!all(vapply(bases, inherits, NA, "python.builtin.type"))) {
    abort("`inherit` must be a Python class, or a list of them.", "invalid_argument")
  }
  made <- new.env(parent = emptyenv())
  methods <- lapply(defs, function(def) {
    if (is.function(def) && !is_py_object(def)) with_super(def, made) else def
  })
  classes <- import("bridge.classes", convert = TRUE)
  made$class <- classes$make_class(classname, as.list(bases), r_to_py(as_dict_items(methods)))
  made$class
}

as_dict_items <- function(items) if (length(items)) items else py_dict(list(), list())

# The function with super() in its reach: the class is known when it is called.
with_super <- function(f, made) {
  own <- new.env(parent = environment(f) %||% globalenv())
  own$super <- function() {
    frame <- parent.frame()
    self <- get(names(formals(sys.function(sys.parent())))[[1L]], envir = frame)
    builtin("super")(made$class, self)
  }
  environment(f) <- own
  f
}
