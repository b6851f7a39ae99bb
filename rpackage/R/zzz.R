.onLoad <- function(libname, pkgname) {
  register_class_filter(mark_tensors)
  namespace <- parent.env(environment())
  assign("tf", delayed_module("pyengine"), namespace)
}
