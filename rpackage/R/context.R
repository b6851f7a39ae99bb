# Python's context managers with R's with().

#' Evaluate within a context
#'
#' `with(context, expr)` enters a Python context manager (a session, a name scope, a device, a
#' graph's `as_default()`), evaluates `expr` in the calling frame, and leaves the context, also
#' after an error. `with(context %as% name, expr)` gives the context's object a name that exists
#' in `expr` only.
#'
#' @param data A Python context manager, or the result of `%as%`.
#' @param expr The expression.
#' @param ... Ignored.
#' @param object A Python context manager.
#' @param name A name.
#' @return The value of `expr`.
#' @family tensors
#' @examplesIf py_available(TRUE)
#' with(tf$name_scope("input"), {
#'   x <- tf$placeholder(tf$float32, shape(NULL, 784L), name = "x-input")
#' })
#' with(tf$Session() %as% sess, {
#'   sess$run(tf$constant(42L))
#' })
#' @export
with.python.builtin.object <- function(data, expr, ...) {
  frame <- parent.frame()
  # The `%as%` of reticulate, which may mask ours, notes the name on the object itself.
  name <- attr(data, "as_name") %||% attr(data, "as")
  context <- attr(data, "context") %||% data
  leave <- context_method(context, "__exit__")
  entered <- context_method(context, "__enter__")()
  if (!is.null(name)) {
    existed <- exists(name, envir = frame, inherits = FALSE)
    before <- if (existed) get(name, envir = frame, inherits = FALSE)
    assign(name, entered, envir = frame)
    on.exit(
      if (existed) {
        assign(name, before, envir = frame)
      } else if (exists(name, envir = frame, inherits = FALSE)) {
        rm(list = name, envir = frame)
      },
      add = TRUE
    )
  }
  # A calling handler only takes notes: handlers and restarts outside are found as if it were not
  # there. Leaving is up to on.exit(), which every way out comes through.
  failure <- NULL
  on.exit(
    {
      swallowed <- do.call(leave, exception_of(failure))
      if (!is.null(failure) && isTRUE(swallowed)) {
        return(invisible(NULL))
      }
    },
    add = TRUE,
    after = FALSE
  )
  value <- withVisible(withCallingHandlers(
    eval(substitute(expr), frame),
    error = function(e) failure <<- e,
    interrupt = function(e) failure <<- e
  ))
  failure <- NULL
  if (value$visible) value$value else invisible(value$value)
}

context_method <- function(context, name) {
  tryCatch(
    .Call(ffi_get_attr, context, name),
    AttributeError = function(e) {
      abort(
        sprintf("%s is no context manager: it has no %s().", format(context), name),
        "invalid_argument"
      )
    }
  )
}

# The exception type, exception and traceback that a context manager is told of, if there is any.
exception_of <- function(condition) {
  if (is.null(condition)) {
    return(list(NULL, NULL, NULL))
  }
  exception <- condition$exception
  if (inherits(condition, "interrupt")) {
    exception <- builtin_raw("KeyboardInterrupt")()
  } else if (is.null(exception)) {
    exception <- builtin_raw("RuntimeError")(conditionMessage(condition))
  }
  list(
    builtin_raw("type")(exception), exception,
    .Call(ffi_get_attr, exception, "__traceback__")
  )
}

builtin_raw <- function(name) .Call(ffi_get_attr, import_builtins(FALSE), name)

#' @rdname with.python.builtin.object
#' @export
`%as%` <- function(object, name) {
  name <- substitute(name)
  if (!is.name(name)) {
    abort("the right side of `%as%` must be a name.", "invalid_argument")
  }
  structure(
    list(),
    context = object, as_name = as.character(name),
    class = c("python_context", "python.builtin.object")
  )
}
