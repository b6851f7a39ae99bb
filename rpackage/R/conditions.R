# Conditions: errors of this package's own, and those that stand for Python exceptions.

# Stops with an error of class `tensorflow_error` and of the classes given, which shows the user's
# call.
abort <- function(message, class = NULL, call = user_call(), ...) {
  condition <- structure(
    class = c(class, "tensorflow_error", "error", "condition"),
    list(message = message, call = call, ...)
  )
  stop(condition)
}

last_error <- new.env(parent = emptyenv())

# Called by the bridge to signal what Python raised: the fields of a new condition, or the condition
# of an R error that has come through Python.
signal_python_condition <- function(what) {
  if (inherits(what, "condition")) {
    stop(what)
  }
  if (is.null(what)) {
    abort("a Python exception could not be described: memory is exhausted", "python.error", NULL)
  }
  condition <- structure(
    class = c(what[[2L]], "python.error", "error", "condition"),
    list(
      message = in_r_terms(what[[1L]], what[[3L]]), call = user_call(), traceback = what[[3L]],
      exception = what[[4L]]
    )
  )
  last_error$condition <- condition
  if (inherits(condition, "SystemExit") && !interactive() && !in_test()) {
    end_script(condition) # nocov
  }
  stop(condition)
}

# Ends the script as Python's sys.exit() does, unless some handler takes the condition.
end_script <- function(condition) { # nocov start
  signalCondition(condition)
  code <- py_get_attr(condition$exception, "code")
  if (is.character(code)) {
    message(code)
  }
  quit(save = "no", status = if (is.numeric(code)) code else as.integer(is.character(code)))
} # nocov end

# The call of the user's that led here, as he wrote it; NULL if there is none. Unlike user_frame(),
# which must be quick, it goes from a function to where it was called from: the arguments of a call
# are evaluated while it is at work, but they were not called by it.
user_call <- function() {
  own <- namespace()
  parents <- sys.parents()
  frame <- sys.nframe()
  found <- 0L
  while (frame > 0L) {
    home <- topenv(environment(sys.function(frame)))
    if (identical(home, own)) {
      found <- frame
    } else if (!identical(home, .BaseNamespaceEnv)) {
      break
    }
    # What the bridge calls has no function that called it; R gives it itself as its parent.
    frame <- if (parents[[frame]] < frame) parents[[frame]] else frame - 1L
  }
  if (found) with_names(call_of_frame(found))
}

# A call of R's group generics has lost what the user wrote: it has the arguments' values, and one
# that R has added. So has one that do.call() made.
with_names <- function(call) {
  if (is_py_object(call[[1L]])) {
    call[[1L]] <- as.name(py_get_attr(call[[1L]], "__name__"))
  }
  objects <- vapply(as.list(call), typeof, "") == "externalptr"
  for (i in which(objects)) {
    object <- call[[i]]
    call[[i]] <- as.name(if (is_tensor(object)) object$name else class(object)[[1L]])
  }
  if (any(objects) && isFALSE(as.list(call)$na.rm)) {
    call$na.rm <- NULL
  }
  call
}

# What Python's messages advise, as R writes it: tf$cast() for tf.cast(), and NULL for None in those
# of our own Python code.
in_r_terms <- function(message, traceback = "") {
  pattern <- "(?<![\\w.'\"/<])(tf|sess|session|saver)((?:\\.[A-Za-z_]\\w*)+)(?=\\(|`)"
  if (raised_by_us(traceback)) {
    pattern <- paste0(pattern, "|(?<![\\w.'\"/<])tf(?:\\.[A-Za-z_]\\w*)+")
    message <- constants_in_r(message)
  }
  found <- gregexpr(pattern, message, perl = TRUE)
  regmatches(message, found) <- lapply(regmatches(message, found), function(parts) {
    gsub(".", "$", parts, fixed = TRUE)
  })
  message
}

# Whether the innermost line of a traceback is one of the engine's or the bridge's.
raised_by_us <- function(traceback) {
  lines <- grep("^ *File \"", strsplit(traceback, "\n", fixed = TRUE)[[1L]], value = TRUE)
  length(lines) > 0L && grepl("(^|[/\\\\\"])(pyengine|bridge)[/\\\\]", lines[[length(lines)]])
}

namespace <- function() topenv()

# Called by the bridge around a call of an R function for Python: a list of its value, or the
# condition of the error that it stopped with.
catch_errors <- function(call) tryCatch(list(call), error = identity)

# The same for other threads, for which no interrupt can jump.
catch_errors_and_interrupts <- function(call) {
  tryCatch(list(call), error = identity, interrupt = identity)
}

#' The last Python exception
#'
#' @return `py_last_error()`: `NULL` if there was none, else the condition of the last Python
#'   exception that reached R: a list of `message`, `call`, `traceback` (the Python traceback, one
#'   string) and `exception` (the Python object). `py_clear_last_error()`: `NULL`, invisibly.
#' @family errors
#' @examplesIf py_available(TRUE)
#' try(py_eval("1 / 0"))
#' cat(py_last_error()$traceback)
#' @export
py_last_error <- function() {
  last_error$condition
}

#' @rdname py_last_error
#' @export
py_clear_last_error <- function() {
  last_error$condition <- NULL
  invisible(NULL)
}

`%||%` <- function(x, y) if (is.null(x)) y else x
