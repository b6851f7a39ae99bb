# Help and completion from Python's docstrings.

#' Help of a Python object
#'
#' @param object A Python function, class, module or other object.
#' @return `NULL`, invisibly: the help page is shown.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' py_help(tf$nn$softmax)
#' @export
py_help <- function(object) {
  text <- import("bridge.docs")$page(need_py_object(object))
  if (interactive()) {
    file <- tempfile("py_help", fileext = ".txt")
    on.exit(unlink(file))
    writeLines(text, file, useBytes = TRUE)
    file.show(file, title = "Python help")
  } else {
    cat(text, "\n", sep = "")
  }
  invisible(NULL)
}

#' @importFrom utils .DollarNames
#' @export
.DollarNames.python.builtin.object <- function(x, pattern = "") {
  if (inherits(x, "python.builtin.dict")) {
    return(grep(pattern, names(x), value = TRUE))
  }
  kinds <- unlist(import("bridge.docs")$kinds(x))
  kinds <- kinds[grepl(pattern, names(kinds))]
  # What RStudio's completion reads: the kinds' numbers, and who has help on them.
  structure(
    names(kinds) %||% character(),
    types = unname(rstudio_kinds[kinds]),
    helpHandler = "tensorflow:::help_handler"
  )
}

rstudio_kinds <- c("function" = 6L, class = 6L, module = 8L, value = 0L)

# RStudio asks this for help on a completion (`topic`) or an argument of the object that the
# expression `source` stands for.
help_handler <- function(type = c("completion", "parameter", "url"), topic, source, ...) {
  type <- match.arg(type)
  if (type == "url") {
    return(NULL)
  }
  object <- source_object(source)
  if (is.null(object)) {
    return(NULL)
  }
  docs <- import("bridge.docs")
  if (type == "completion") {
    target <- tryCatch(py_get_attr(object, topic), python.error = function(e) NULL)
    if (!is_py_object(target)) {
      return(NULL)
    }
    return(list(
      title = topic,
      signature = signature_text(topic, target),
      returns = "",
      description = paste(docs$title(target), docs$description(target), sep = "\n\n")
    ))
  }
  texts <- docs$argument_texts(object)
  list(args = names(texts), arg_descriptions = as.character(texts))
}

# RStudio asks this for the arguments of the function that the expression `source` stands for.
help_formals_handler <- function(topic, source) {
  object <- source_object(source)
  target <- if (is.null(object)) NULL else py_get_attr(object, topic, silent = TRUE)
  if (!is.function(target)) {
    return(NULL)
  }
  list(
    formals = sub("^\\*+", "", py_callable_args(target)),
    helpHandler = "tensorflow:::help_handler"
  )
}

source_object <- function(source) {
  object <- tryCatch(eval(parse(text = source), globalenv()), error = function(e) NULL)
  if (is_py_object(object)) object
}

signature_text <- function(name, x) {
  if (!is.function(x)) {
    return(name)
  }
  defaults <- py_signature(x)
  shown <- ifelse(nzchar(defaults), paste(names(defaults), defaults, sep = " = "), names(defaults))
  sprintf("%s(%s)", name, paste(shown, collapse = ", "))
}
