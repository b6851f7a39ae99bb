# Living in one process, and with one Python, beside the R package reticulate.
#
# Both packages have S3 methods for Python's classes, in R's one table of methods, and represent
# Python objects in their own way. So reticulate's methods are entered again in a form that asks
# whose object it is; and an object of the other's is fetched through Python (bridge/exchange.py).

watch_reticulate <- function() {
  setHook(packageEvent("reticulate", "onLoad"), function(...) share_with_reticulate())
  if (isNamespaceLoaded("reticulate")) {
    share_with_reticulate()
  }
}

# An object of this package, not of reticulate, whose objects are environments.
is_own <- function(x) {
  pointer <- if (is.function(x)) attr(x, "py_object") else x
  typeof(pointer) == "externalptr" || inherits(x, "python_context")
}

share_with_reticulate <- function() {
  reticulate <- asNamespace("reticulate")
  registered <- getNamespaceInfo(reticulate, "S3methods")
  # Those of reticulate's own generics, and of classes of R's own, are no concern of ours.
  own <- vapply(registered[, 1L], exists, NA, envir = reticulate, inherits = FALSE)
  ours <- registered[, 2L] == "python.builtin.object" |
    grepl("^(python\\.builtin|numpy|pandas|scipy)\\.", registered[, 2L])
  for (i in which(!own & ours)) {
    generic <- registered[i, 1L]
    class <- registered[i, 2L]
    theirs <- get(registered[i, 3L], envir = reticulate)
    registerS3method(generic, class, sharing(generic, class, theirs), envir = reticulate)
  }
  registerS3method("r_to_py", "python.builtin.object", give_to_reticulate, envir = reticulate)
  hold_lock_for_reticulate()
}

# Called again when Python has been started.
hold_lock_for_reticulate <- function() {
  if (
    isNamespaceLoaded("reticulate") &&
      numeric_version(getNamespaceVersion("reticulate")) < "1.39"
  ) {
    .Call(ffi_hold_lock)
  }
}

# The method that hands an object to the package that it is of.
sharing <- function(generic, class, theirs) {
  mine <- own_method(generic, class)
  if (generic == "with") {
    return(sharing_with(mine, theirs))
  }
  if (generic %in% names(operator_functions)) {
    return(sharing_operator(generic, theirs))
  }
  method <- theirs
  body(method) <- bquote({
    if (.(is_own)(.(as.name(names(formals(theirs))[[1L]])))) {
      .(if (is.null(mine)) quote(NextMethod()) else pass_on(mine, theirs))
    } else {
      .(pass_on(theirs, theirs))
    }
  })
  environment(method) <- baseenv()
  method
}

own_method <- function(generic, class) {
  get0(paste0(generic, ".", class), envir = namespace(), mode = "function", inherits = FALSE)
}

# A call of `f` with the arguments of a function of the formals of `like`.
pass_on <- function(f, like) {
  names <- names(formals(like))
  arguments <- lapply(names, as.name)
  # Arguments that come after the dots have to be named.
  after_dots <- cumsum(names == "...") > 0 & names != "..."
  names(arguments) <- ifelse(after_dots & names %in% names(formals(f)), names, "")
  as.call(c(f, arguments[!after_dots | nzchar(names(arguments))]))
}

sharing_operator <- function(generic, theirs) {
  force(generic)
  force(theirs)
  mine <- function(x) is_py_object(x) && is_own(x)
  function(e1, e2) {
    if (mine(e1) || mine(e2)) py_operate(generic, e1, e2) else theirs(e1, e2)
  }
}

# with() looks at its caller and at the expression itself, so the call is made again.
sharing_with <- function(mine, theirs) {
  function(data, expr, ...) {
    call <- match.call()
    call[[1L]] <- if (is_own(data)) mine else theirs
    call$data <- data
    eval(call, parent.frame())
  }
}

# Called by the bridge for an object of reticulate's, and by reticulate for one of ours.

#' @export
r_to_py.python.builtin.object <- function(x, convert = FALSE) {
  if (is_own(x)) {
    return(r_to_py.default(x, convert))
  }
  if (!isNamespaceLoaded("reticulate")) {
    abort("`x` is no object of this R session's Python.", "invalid_argument")
  }
  reticulate <- asNamespace("reticulate")
  reticulate$py_set_attr(reticulate$import("bridge.exchange", convert = FALSE), "thing", x)
  import("bridge.exchange", convert = FALSE)$take()
}

give_to_reticulate <- function(x, convert = FALSE) {
  reticulate <- asNamespace("reticulate")
  if (!is_own(x)) {
    return(reticulate$r_to_py.default(x, convert))
  }
  py_set_attr(import("bridge.exchange", convert = FALSE), "thing", x)
  exchange <- reticulate$import("bridge.exchange", convert = convert)
  reticulate$py_call(reticulate$py_get_attr(exchange, "take"))
}
