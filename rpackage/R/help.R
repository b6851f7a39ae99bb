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

#' Help in R's terms
#'
#' Shows what the documentation of a function or class says, laid out as a help page of R: usage,
#' arguments, value. Examples and values are written as R has them (`tf$nn$softmax`, `NULL`,
#' `TRUE`). [py_help()] shows it as it is in Python.
#'
#' @param object A Python function, class or module.
#' @return The page's lines, invisibly.
#' @family Python objects
#' @examplesIf py_available(TRUE)
#' tf_help(tf$nn$softmax)
#' @export
tf_help <- function(object) {
  lines <- help_page(need_py_object(object), deparse1(substitute(object)))
  if (interactive()) {
    file <- tempfile("tf_help", fileext = ".txt") # nocov start
    on.exit(unlink(file))
    writeLines(lines, file, useBytes = TRUE)
    file.show(file, title = "TensorFlow help") # nocov end
  } else {
    cat(lines, sep = "\n")
  }
  invisible(lines)
}

help_page <- function(object, name) {
  docs <- import("bridge.docs")
  width <- getOption("width") - 1L
  section <- function(title, text) {
    if (length(text) && any(nzchar(text))) c("", paste0(title, ":"), "", text)
  }
  wrapped <- function(text, exdent = 5L) {
    paragraphs <- strsplit(text_in_r(text), "\n[ ]*\n")[[1L]]
    utils::head(unlist(lapply(paragraphs, function(p) {
      c(strwrap(p, width, indent = 5L, exdent = exdent), "")
    })), -1L)
  }
  arguments <- docs$argument_texts(object)
  listed <- unlist(Map(function(argument, text) {
    wrapped(sprintf("%s: %s", argument, text), exdent = 9L)
  }, names(arguments), arguments))
  sections <- docs$sections(object)
  usage <- text_in_r(signature_text(name, object))
  c(
    text_in_r(docs$title(object)),
    section("Description", wrapped(docs$description(object))),
    section("Usage", wrap_usage(usage, width)),
    section("Arguments", unname(listed)),
    section("Value", if (!is.null(sections$Returns)) wrapped(sections$Returns)),
    section("Errors", if (!is.null(sections$Raises)) wrapped(sections$Raises)),
    section("Examples", if (!is.null(sections$Example)) {
      paste0("     ", strsplit(example_in_r(sections$Example), "\n")[[1L]])
    })
  )
}

# Lines of a usage, in which a default stays beside its argument.
wrap_usage <- function(usage, width) {
  joined <- gsub(" = ", "\u00a0=\u00a0", usage, fixed = TRUE)
  gsub("\u00a0", " ", strwrap(joined, width, indent = 5L, exdent = 9L), fixed = TRUE)
}

# Python's constants as R writes them, but for those in quotes and in names.
constants_in_r <- function(text) {
  constants <- c(None = "NULL", True = "TRUE", False = "FALSE")
  for (name in names(constants)) {
    pattern <- sprintf("(?<![\\w.'\"/-])%s(?![\\w'\"/-]|\\.\\w)", name)
    text <- gsub(pattern, constants[[name]], text, perl = TRUE)
  }
  text
}

# Python's constants and names as R writes them.
text_in_r <- function(text) {
  text <- constants_in_r(text)
  dotted <- gregexpr("(?<![\\w.])tf(\\.\\w+)+", text, perl = TRUE)
  regmatches(text, dotted) <- lapply(regmatches(text, dotted), function(parts) {
    gsub(".", "$", parts, fixed = TRUE)
  })
  text
}

# A doctest as R code, as far as words go: what is left of Python is for the reader.
example_in_r <- function(text) {
  lines <- strsplit(text, "\n")[[1L]]
  lines <- grep("^\\s*>>> import pyengine", lines, invert = TRUE, value = TRUE)
  code <- grepl("^\\s*(>>>|\\.\\.\\.)", lines)
  lines[code] <- sub("^\\s*(>>>|\\.\\.\\.) ?", "", lines[code])
  lines[code] <- gsub("(?<=[\\w)\\]])\\.(?=[A-Za-z])", "$", lines[code], perl = TRUE)
  lines[code] <- sub("^( *\\w+) = ", "\\1 <- ", lines[code])
  lines[code] <- gsub("\\[([^\\[\\]]*)\\]", "c(\\1)", lines[code], perl = TRUE)
  lines[code] <- gsub("\\blambda ?([^:]*): ?", "function(\\1) ", lines[code], perl = TRUE)
  lines[code] <- gsub("\\bfloat\\(", "as.numeric(", lines[code], perl = TRUE)
  lines[code] <- gsub("\\bint\\(", "as.integer(", lines[code], perl = TRUE)
  lines <- with_in_r(lines, code)
  lines[!code] <- paste("#>", trimws(lines[!code], "left"))
  text_in_r(paste(lines, collapse = "\n"))
}

# with blocks, each ended where its lines are set in no more.
with_in_r <- function(lines, code) {
  starts <- which(code & grepl("^with .*:$", lines))
  for (start in starts) {
    contexts <- sub("^with (.*):$", "\\1", lines[[start]])
    parts <- strsplit(contexts, ", (?![^(]*\\))", perl = TRUE)[[1L]]
    parts <- sub(" as (\\w+)$", " %as% \\1", parts)
    lines[[start]] <- paste0(paste0("with(", parts, ", ", collapse = ""), "{")
    inside <- code & grepl("^ ", lines) & seq_along(lines) > start
    outside <- which(!inside & seq_along(lines) > start)
    last <- if (length(outside)) outside[[1L]] - 1L else length(lines)
    lines[[last]] <- paste0(lines[[last]], "\n}", strrep(")", length(parts)))
  }
  lines
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

# R's console asks this for the arguments of the function that the line is in, beside those that it
# finds in the formals: Python functions have only `...` there. It knows `softmax` of tf$nn$softmax.
complete_arguments <- function(fun, text, line = line_so_far()) {
  called <- called_function(line)
  if (length(fun) != 1L || !grepl(paste0("(^|[$])\\Q", fun, "\\E$"), called, perl = TRUE)) {
    return(character())
  }
  target <- source_object(called)
  if (!is.function(target)) {
    return(character())
  }
  # One that takes any number (*args) has no name to give.
  found <- grep("^[*]", py_callable_args(target), invert = TRUE, value = TRUE)
  found <- found[startsWith(found, text)]
  if (length(found)) paste0(found, utils::rc.options("funarg.suffix")[[1L]]) else found
}

# What stands before the cursor, without the word that is being completed.
line_so_far <- function() {
  completion <- get(".CompletionEnv", envir = asNamespace("utils"))
  substr(completion[["linebuffer"]], 1L, completion[["start"]])
}

# The function whose arguments a line ends in, if it is one such as tf$nn$softmax: nothing else is
# evaluated for a completion.
called_function <- function(line) {
  inner <- "[(][^()]*[)]"
  while (grepl(inner, line)) {
    line <- sub(inner, "", line)
  }
  found <- regexpr("[A-Za-z.][A-Za-z0-9._]*([$][A-Za-z0-9._]+)*(?=[(][^(]*$)", line, perl = TRUE)
  if (found > 0L) regmatches(line, found) else ""
}

# Adds it to what the user, or another package, has set.
offer_arguments <- function() {
  before <- utils::rc.options("custom.argument.completer")[[1L]]
  utils::rc.options(custom.argument.completer = function(fun, text) {
    c(if (is.function(before)) before(fun, text), complete_arguments(fun, text))
  })
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
  defaults <- gsub("<(?:\\w+\\.)*(\\w+) object at 0x[0-9a-f]+>", "\\1()", defaults, perl = TRUE)
  defaults <- sub("^\\((.*)\\)$", "c(\\1)", defaults)
  shown <- ifelse(nzchar(defaults), paste(names(defaults), defaults, sep = " = "), names(defaults))
  sprintf("%s(%s)", name, paste(shown, collapse = ", "))
}
