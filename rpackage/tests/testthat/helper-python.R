# A module of Python functions for tests, and what Python sees of an R object.

python <- function(code) {
  module <- import("types", convert = FALSE)$ModuleType("for_tests")
  import_builtins()$exec(code, py_get_attr(module, "__dict__"))
  py_to_r(module)
}

seen_by_python <- function(x) {
  python("
def show(x):
    import numpy
    if isinstance(x, numpy.ndarray):
        return 'ndarray %s %s %s' % (x.dtype, x.shape, x.tolist())
    return repr(x)
")$show(x)
}

# Through Python and back.
round_trip <- function(x) python("def same(x): return x")$same(x)
