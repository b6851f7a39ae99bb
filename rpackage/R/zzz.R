.onLoad <- function(libname, pkgname) {
  register_class_filter(mark_tensors)
  register_class_filter(mark_sparse)
  register_class_filter(mark_pandas)
  watch_reticulate()
  namespace <- parent.env(environment())
  assign("tf", delayed_module("pyengine"), namespace)
  assign("py", delayed_module("__main__"), namespace)
  offer_arguments()
}

.onAttach <- function(libname, pkgname) {
  # Nothing need be said of the `%*%` that stands before R's.
  if (getRversion() < "4.3.0") {
    assign(".conflicts.OK", TRUE, as.environment(paste0("package:", pkgname)))
  }
}
