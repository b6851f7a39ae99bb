# Graphs and operations: what they print, summaries, drawings.

#' Summaries and drawings of graphs
#'
#' `plot()` draws the dataflow graph: ops as nodes, tensors as edges with their static shapes, name
#' scopes as boxes around them. It is laid out by Graphviz: the program `dot`, or the R package
#' DiagrammeR.
#'
#' @param object,x A graph.
#' @param file The file to write: its name ends in `.svg`, `.png`, `.pdf`, or `.dot` for the
#'   description that Graphviz reads (which needs no Graphviz). By default, it is drawn on R's
#'   graphics device, or shown by DiagrammeR.
#' @param ... Ignored.
#' @return `summary()`: a list of `operations` (how many there are of each type), `variables`,
#'   `trainable` (how many numbers are trained) and `placeholders`. `plot()`: the name of the file,
#'   DiagrammeR's widget, or the graph, invisibly.
#' @name graphs
#' @family tensors
#' @examplesIf py_available(TRUE)
#' graph <- tf$Graph()
#' with(graph$as_default(), {
#'   x <- tf$placeholder(tf$float32, shape(NULL, 3), name = "x")
#'   y <- tf$matmul(x, tf$Variable(tf$zeros(shape(3, 2))))
#' })
#' summary(graph)
#' plot(graph, file = file.path(tempdir(), "graph.dot"))
NULL

#' @rdname graphs
#' @export
summary.pyengine.graph.Graph <- function(object, ...) {
  types <- vapply(object$get_operations(), function(op) op$type, "")
  variables <- as.list(object$get_collection("variables"))
  trained <- as.list(object$get_collection("trainable_variables"))
  structure(
    list(
      operations = sort(table(types, dnn = NULL), decreasing = TRUE),
      variables = vapply(variables, format, ""),
      trainable = sum(vapply(trained, length, 0L)),
      placeholders = names_of_type(object, types, "Placeholder")
    ),
    class = "graph_summary"
  )
}

names_of_type <- function(graph, types, type) {
  vapply(graph$get_operations()[types == type], function(op) format(op$outputs[[1L]]), "")
}

#' @export
print.graph_summary <- function(x, ...) {
  total <- sum(x$operations)
  cat(sprintf("Graph of %d %s\n", total, if (total == 1L) "operation" else "operations"))
  if (total) {
    counts <- paste0(names(x$operations), " ", as.integer(x$operations), collapse = ", ")
    cat(strwrap(counts, getOption("width") - 1L, indent = 2L, exdent = 2L), sep = "\n")
  }
  parts <- c("Placeholders" = "placeholders", "Variables" = "variables")
  for (title in names(parts)) {
    if (length(x[[parts[[title]]]])) {
      cat(title, ":\n", sep = "")
      cat(fit_width(paste0("  ", x[[parts[[title]]]])), sep = "\n")
    }
  }
  if (x$trainable) {
    cat("Numbers to train: ", format(x$trainable, big.mark = ","), "\n", sep = "")
  }
  invisible(x)
}

#' @rdname graphs
#' @export
plot.pyengine.graph.Graph <- function(x, file = NULL, ...) {
  dot <- import("pyengine.graph_dot")$graph_dot(x)
  if (is.null(file)) {
    return(invisible(show_drawing(x, dot)))
  }
  format <- tolower(sub(".*\\.", "", basename(file)))
  if (format == "dot") {
    writeLines(enc2utf8(dot), file, useBytes = TRUE)
  } else if (format %in% c("svg", "png", "pdf")) {
    lay_out(dot, format, file)
  } else {
    abort(
      sprintf("`file` is %s; its name must end in .svg, .png, .pdf or .dot.", file),
      "invalid_argument"
    )
  }
  invisible(file)
}

# Has Graphviz draw a description into a file.
lay_out <- function(dot, format, file) {
  program <- present(Sys.which("dot"))
  if (is.null(program)) {
    abort(
      paste(
        "drawing graphs takes Graphviz (on Debian and Ubuntu: apt-get install graphviz).",
        "plot(graph, file = \"graph.dot\") writes what it would draw."
      ),
      "graphviz_not_found"
    )
  }
  source <- tempfile(fileext = ".dot")
  on.exit(unlink(source))
  writeLines(enc2utf8(dot), source, useBytes = TRUE)
  run_command(program, c(paste0("-T", format), "-o", shQuote(path.expand(file)), shQuote(source)))
}

show_drawing <- function(graph, dot) {
  if (interactive() && requireNamespace("DiagrammeR", quietly = TRUE)) {
    return(print(DiagrammeR::grViz(dot))) # nocov
  }
  if (!requireNamespace("png", quietly = TRUE)) {
    abort(
      "drawing on R's device takes the R package png; `file` names a file to draw into.",
      "package_not_found"
    )
  }
  image <- tempfile(fileext = ".png")
  on.exit(unlink(image))
  lay_out(dot, "png", image)
  pixels <- png::readPNG(image)
  graphics::plot.new()
  graphics::plot.window(c(0, ncol(pixels)), c(0, nrow(pixels)), asp = 1)
  graphics::rasterImage(pixels, 0, 0, ncol(pixels), nrow(pixels))
  graph
}

#' @export
print.pyengine.graph.Operation <- function(x, ...) {
  cat(fill_width(format(x)), sep = "\n")
  show <- function(title, tensors) {
    for (tensor in tensors) cat(fill_width(format(tensor), title), sep = "\n")
  }
  show("  input:  ", x$inputs)
  show("  output: ", x$outputs)
  if (nzchar(x$site)) {
    cat(fill_width(paste("made at", x$site), "  "), sep = "\n")
  }
  invisible(x)
}

# Lines cut to the console's width.
fit_width <- function(lines, width = getOption("width")) {
  long <- nchar(lines) > width
  lines[long] <- paste0(substr(lines[long], 1L, width - 3L), "...")
  lines
}

# Lines wrapped to the console's width, each after the first set in; text of several lines is laid
# out as it should be already.
fill_width <- function(text, prefix = "") {
  width <- getOption("width")
  if (grepl("\n", text, fixed = TRUE) || nchar(text) + nchar(prefix) <= width) {
    return(paste0(prefix, text))
  }
  indent <- if (nzchar(prefix)) nchar(prefix) + 2L else 4L
  strwrap(text, width, exdent = indent, initial = prefix)
}
