# Printing of tensors and what is around them.

#' @export
format.tensorflow.tensor <- function(x, ...) {
  kind <- if (inherits(x, "pyengine.variables.Variable")) "Variable" else "Tensor"
  dtype <- x$dtype$base_dtype$name
  value <- if (kind == "Tensor") constant_text(x)
  sprintf("<tf.%s '%s' shape=%s dtype=%s%s>", kind, x$name, py_str(x$shape), dtype, value %||% "")
}

# The value of a constant of few elements, the only tensors that have one before a run.
constant_text <- function(x) {
  if (!identical(x$op$type, "Const") || !isTRUE(length(x) <= 6L)) {
    return(NULL)
  }
  value <- tf$get_static_value(x)
  text <- switch(typeof(value),
    raw = encodeString(rawToChar(value[value != 0]), quote = "\""),
    character = encodeString(value, quote = "\""),
    list = return(NULL),
    format(value, trim = TRUE)
  )
  fit_width(paste0(" value=", paste(text, collapse = " ")), 60L)
}

#' @export
str.tensorflow.tensor <- function(object, ...) str_line(format(object))

#' @export
format.python_context <- function(x, ...) {
  sprintf("%s %%as%% %s", format(attr(x, "context")), attr(x, "as_name"))
}

#' @export
format.pyengine.shape.TensorShape <- function(x, ...) py_str(x)

# Modules list what is in them, functions and classes say how they are called.

#' @export
print.python.builtin.module <- function(x, ...) {
  docs <- import("bridge.docs")
  kinds <- unlist(docs$kinds(x))
  cat(sprintf("<module %s>\n", x$`__name__`))
  title <- docs$title(x)
  if (nzchar(title)) cat(fit_width(title), "\n", sep = "")
  titles <- c(module = "Modules", class = "Classes", "function" = "Functions")
  for (kind in names(titles)) {
    found <- names(kinds)[kinds == kind]
    if (length(found)) {
      text <- sprintf("%s: %s", titles[[kind]], paste(found, collapse = ", "))
      cat(strwrap(text, getOption("width") - 1L, exdent = 2L), sep = "\n")
    }
  }
  invisible(x)
}

#' @export
print.python.builtin.function <- function(x, ...) {
  text <- sprintf("<function %s>", signature_text(x$`__name__`, x))
  cat(strwrap(text, getOption("width") - 1L, exdent = 4L), sep = "\n")
  title <- import("bridge.docs")$title(x)
  if (nzchar(title)) cat(fit_width(paste0("  ", title)), "\n", sep = "")
  invisible(x)
}

# Classes are called too.
#' @export
print.python.builtin.type <- function(x, ...) {
  docs <- import("bridge.docs")
  text <- sprintf("<class %s>", signature_text(py_get_attr(x, "__name__"), x))
  cat(strwrap(text, getOption("width") - 1L, exdent = 4L), sep = "\n")
  title <- docs$title(x)
  if (nzchar(title)) cat(fit_width(paste0("  ", title)), "\n", sep = "")
  invisible(x)
}

#' @export
summary.tensorflow.tensor <- function(object, ...) {
  print(object)
}
