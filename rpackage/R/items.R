# Items and attributes of Python objects, by function.

#' Items of Python objects
#'
#' What Python writes as `x[key]`. Positions count from 0.
#'
#' @param x A Python object: a dict, list, array, data frame, ...
#' @param key The item's key or position; a whole number of type double is taken as an integer.
#' @param silent Whether an item that is not there gives `NULL` rather than an error.
#' @param value The new value.
#' @param name The name of an attribute.
#' @return `py_get_item()`: the item. The others: `x`, invisibly.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' x <- r_to_py(list(a = 1, b = 2), convert = TRUE)
#' py_get_item(x, "a")
#' py_set_item(x, "c", 3)
#' py_del_item(x, "b")
#' x
#' @export
py_get_item <- function(x, key, silent = FALSE) {
  x <- need_py_object(x)
  get <- operator("getitem", x)
  if (!silent) {
    return(get(x, whole_index(key)))
  }
  tryCatch(get(x, whole_index(key)), KeyError = function(e) NULL, IndexError = function(e) NULL)
}

#' @rdname py_get_item
#' @export
py_set_item <- function(x, key, value) {
  operator("setitem", need_py_object(x))(x, whole_index(key), value)
  invisible(x)
}

#' @rdname py_get_item
#' @export
py_del_item <- function(x, key) {
  operator("delitem", need_py_object(x))(x, whole_index(key))
  invisible(x)
}

#' @rdname py_get_item
#' @export
py_del_attr <- function(x, name) {
  builtin("delattr")(need_py_object(x), name)
  invisible(x)
}

need_py_object <- function(x) {
  if (!is_py_object(x)) {
    abort(
      sprintf("`x` must be a Python object, not an R object of class %s.", class(x)[[1L]]),
      "invalid_argument"
    )
  }
  x
}

#' @export
`[.python.builtin.object` <- function(x, ...) {
  keys <- item_keys(...)
  operator("getitem", x)(x, if (length(keys) == 1L) keys[[1L]] else do.call(tuple, keys))
}

#' @export
`[<-.python.builtin.object` <- function(x, ..., value) {
  keys <- item_keys(...)
  key <- if (length(keys) == 1L) keys[[1L]] else do.call(tuple, keys)
  operator("setitem", x)(x, key, value)
  x
}

# The keys of x[...]: a blank is Python's `:`.
item_keys <- function(...) {
  quoted <- as.list(substitute(list(...)))[-1L]
  frame <- parent.frame(2L)
  lapply(seq_along(quoted), function(i) {
    if (identical(quoted[[i]], quote(expr = ))) { # nolint: spaces_inside_linter. The empty symbol.
      import_builtins(FALSE)$slice(NULL)
    } else {
      whole_index(...elt(i))
    }
  })
}
