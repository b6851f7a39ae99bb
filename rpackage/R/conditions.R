# Conditions: errors of this package's own, and those that stand for Python exceptions.

# Stops with an error of class `tensorflow_error` and of the classes given.
abort <- function(message, class = NULL, call = sys.call(-1), ...) {
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
  # Innermost are this function and the bridge's closure, or a method such as that of `$`.
  frame <- user_frame(sys.nframe() - 1L)
  call <- if (frame) call_of_frame(frame)
  condition <- structure(
    class = c(what[[2L]], "python.error", "error", "condition"),
    list(
      message = in_r_terms(what[[1L]], what[[3L]]), call = call, traceback = what[[3L]],
      exception = what[[4L]]
    )
  )
  last_error$condition <- condition
  stop(condition)
}

# What Python's messages advise, as R writes it: tf$cast() for tf.cast(), and NULL for None in those
# of our own Python code.
in_r_terms <- function(message, traceback = "") {
  pattern <- "(?<![\\w.'\"/<])(tf|sess|session|saver)((?:\\.[A-Za-z_]\\w*)+)(?=\\(|`)"
  if (raised_by_us(traceback)) {
    pattern <- paste0(pattern, "|(?<![\\w.'\"/<])tf(?:\\.[A-Za-z_]\\w*)+")
    for (name in names(r_words)) {
      message <- gsub(
        sprintf("(?<![\\w.'\"/-])%s(?![\\w'\"/-]|\\.\\w)", name), r_words[[name]], message,
        perl = TRUE
      )
    }
  }
  found <- gregexpr(pattern, message, perl = TRUE)
  regmatches(message, found) <- lapply(regmatches(message, found), function(parts) {
    gsub(".", "$", parts, fixed = TRUE)
  })
  message
}

r_words <- c(None = "NULL", True = "TRUE", False = "FALSE")

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
