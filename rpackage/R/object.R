# Python objects in R: `$`, `[[`, names, comparison, printing.

is_py_object <- function(x) inherits(x, "python.builtin.object")

#' Attributes and items of Python objects
#'
#' `x$name` is the attribute `name`, and `x$name <- value` sets it. `x[["name"]]` is the same for
#' modules, classes and other objects; for lists, tuples and dicts it is the item.
#'
#' @param x A Python object.
#' @param name The attribute's name.
#' @param i The item's key: a string or any R value for a dict, a position counted from 0 for a
#'   list.
#' @param value The new value.
#' @return The value, converted to R if it has a counterpart there.
#' @family Python objects
#' @name python-objects
#' @examplesIf py_available(TRUE)
#' sys <- import("sys")
#' sys$version
NULL

#' @rdname python-objects
#' @export
`$.python.builtin.object` <- function(x, name) {
  .Call(ffi_get_attr, x, name)
}

# The same method again: R finds it in one step for modules, which are looked into most.
#' @export
`$.python.builtin.module` <- `$.python.builtin.object`

#' @rdname python-objects
#' @export
`$<-.python.builtin.object` <- function(x, name, value) {
  .Call(ffi_set_attr, x, name, value)
}

#' @rdname python-objects
#' @export
`[[.python.builtin.object` <- function(x, i) {
  if (is.character(i) && !inherits(x, container_classes)) {
    return(.Call(ffi_get_attr, x, i))
  }
  operator("getitem", x)(x, whole_index(i))
}

#' @rdname python-objects
#' @export
`[[<-.python.builtin.object` <- function(x, i, value) {
  if (is.character(i) && !inherits(x, container_classes)) {
    return(.Call(ffi_set_attr, x, i, value))
  }
  operator("setitem", x)(x, whole_index(i), value)
  x
}

container_classes <- c(
  "python.builtin.dict", "python.builtin.list", "python.builtin.tuple", "numpy.ndarray"
)

whole_index <- function(i) {
  if (is.double(i) && length(i) == 1L && !is.na(i) && i == trunc(i)) as.integer(i) else i
}

#' Look into Python objects
#'
#' @param x A Python object.
#' @param name The attribute's name.
#' @param silent Whether a missing attribute gives `NULL` rather than an error.
#' @param value The new value.
#' @return `py_get_attr()`: the attribute. `py_set_attr()`: the object, invisibly. `py_has_attr()`,
#'   `py_is_none()`: `TRUE` or `FALSE`. `py_none()`: the object `None`, which R has as `NULL`.
#'   `py_list_attributes()`: the names of the attributes.
#'   `py_len()`: the number of items. `py_str()`, `py_repr()`: what Python's `str()` and `repr()`
#'   give. `py_id()`: the object's identity, a string.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' sys <- import("sys")
#' py_has_attr(sys, "version")
#' py_len(tuple(1, 2, 3))
#' @export
py_get_attr <- function(x, name, silent = FALSE) {
  if (silent && !py_has_attr(x, name)) {
    return(NULL)
  }
  .Call(ffi_get_attr, x, name)
}

#' @rdname py_get_attr
#' @export
py_set_attr <- function(x, name, value) {
  invisible(.Call(ffi_set_attr, x, name, value))
}

#' @rdname py_get_attr
#' @export
py_has_attr <- function(x, name) {
  builtin("hasattr")(x, name)
}

#' @rdname py_get_attr
#' @export
py_list_attributes <- function(x) {
  as.character(builtin("dir")(x))
}

#' @rdname py_get_attr
#' @export
py_len <- function(x) {
  builtin("len")(x)
}

#' @rdname py_get_attr
#' @export
py_str <- function(x) {
  builtin("str")(x)
}

#' @rdname py_get_attr
#' @export
py_repr <- function(x) {
  builtin("repr")(x)
}

#' @rdname py_get_attr
#' @export
py_is_none <- function(x) {
  is.null(x) || (is_py_object(x) && is.null(py_to_r(x)))
}

#' @rdname py_get_attr
#' @export
py_none <- function() r_to_py.default(NULL)

#' @rdname py_get_attr
#' @export
py_id <- function(x) {
  format(builtin("hex")(py_get_attr(import_builtins(FALSE), "id")(x)))
}

#' @export
names.python.builtin.object <- function(x) {
  public <- grep("^_", py_list_attributes(x), invert = TRUE, value = TRUE)
  if (inherits(x, "python.builtin.dict")) as.character(builtin("list")(x$keys())) else public
}

#' @export
length.python.builtin.object <- function(x) {
  if (py_has_attr(x, "__len__")) py_len(x) else 1L
}

#' @export
as.character.python.builtin.object <- function(x, ...) {
  py_str(x)
}

#' @export
format.python.builtin.object <- function(x, ...) {
  if (is_stale(x)) "<a Python object of an earlier R session>" else py_repr(x)
}

#' @export
print.python.builtin.object <- function(x, ...) {
  cat(fill_width(format(x, ...)), sep = "\n")
  invisible(x)
}

#' @importFrom utils str
#' @export
str.python.builtin.object <- function(object, ...) {
  str_line(paste("Python object", format(object)))
}

# One line of the console's width.
str_line <- function(text) {
  lines <- strsplit(text, "\n", fixed = TRUE)[[1L]]
  line <- if (length(lines) > 1L) paste(lines[[1L]], "...") else lines
  cat(" ", fit_width(line, getOption("width") - 1L), "\n", sep = "")
}

#' @export
summary.python.builtin.object <- function(object, ...) {
  str(object)
  invisible(object)
}

# Whether an object was restored from a saved workspace; a delayed module makes itself anew.
is_stale <- function(x) {
  pointer <- if (is.function(x)) attr(x, "py_object") else x
  .Call(ffi_is_null, pointer) && !inherits(x, "python.builtin.module")
}
