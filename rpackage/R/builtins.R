# Python's builtin functions that this package uses, looked up once.

builtin_functions <- new.env(parent = emptyenv())

builtin <- function(name) {
  found <- builtin_functions[[name]]
  if (is.null(found)) {
    found <- .Call(ffi_get_attr, import_builtins(), name)
    builtin_functions[[name]] <- found
  }
  found
}
