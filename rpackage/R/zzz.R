.onLoad <- function(libname, pkgname) {
  register_class_filter(mark_tensors)
  register_class_filter(mark_sparse)
  register_class_filter(mark_pandas)
  watch_reticulate()
  namespace <- parent.env(environment())
  assign("tf", delayed_module("pyengine"), namespace)
  assign("py", delayed_module("__main__"), namespace)
}
