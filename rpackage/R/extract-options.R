# Options of `[` for tensors, and the warnings that are shown once.

#' Options for extracting parts of tensors
#'
#' How `x[...]` counts. Each is an argument here, and an option for the whole session:
#' `options(tensorflow.extract.one_based = TRUE)`.
#'
#' @param style `"R"` counts from 1, `"python"` from 0 with ranges that leave out their end; `NULL`
#'   counts from 0 with ranges that include it, as the guide to TensorFlow in R has it.
#' @param ... Must be empty.
#' @param one_based Whether positions count from 1. Tensors as indices always count from 0.
#' @param inclusive_stop Whether a range `from:to` includes its end. (Vectors of positions are taken
#'   as they are.)
#' @param disallow_out_of_bounds Whether a range past the end of a dimension of known size is an
#'   error. By default it stops at the end, as in TensorFlow.
#' @param warn_tensors_passed_asis,warn_negatives_pythonic,warn_one_past_end Whether a warning is
#'   shown, once a session, where the habits of R would mislead: tensors that count from 0 although
#'   `one_based` is set; negative numbers, which count from the end; `1:n`, counted from 0, for a
#'   dimension of `n`.
#' @return A list of the options, for the argument `options` of `[`.
#' @family tensors
#' @examples
#' tf_extract_opts(one_based = TRUE)$one_based
#' @examplesIf py_available(TRUE)
#' x <- tf$constant(1:10)
#' sess <- tf$Session()
#' sess$run(x[1:3, style = "R"])
#' sess$run(x[0:3, style = "python"])
#' @export
tf_extract_opts <- function(style = getOption("tensorflow.extract.style"), ...,
                            one_based = getOption("tensorflow.extract.one_based"),
                            inclusive_stop = getOption("tensorflow.extract.inclusive_stop"),
                            disallow_out_of_bounds =
                              getOption("tensorflow.extract.disallow_out_of_bounds", FALSE),
                            warn_tensors_passed_asis =
                              getOption("tensorflow.extract.warn_tensors_passed_asis", TRUE),
                            warn_negatives_pythonic =
                              getOption("tensorflow.extract.warn_negatives_pythonic", TRUE),
                            warn_one_past_end =
                              getOption("tensorflow.extract.warn_one_past_end", TRUE)) {
  if (...length()) {
    abort("tf_extract_opts() takes named options only.", "invalid_argument")
  }
  if (!is.null(style) && !identical(style, "R") && !identical(style, "python")) {
    abort(
      sprintf("`style` must be \"R\", \"python\" or NULL; got %s.", deparse(style)),
      "invalid_argument"
    )
  }
  list(
    one_based = one_based %||% identical(style, "R"),
    inclusive_stop = inclusive_stop %||% !identical(style, "python"),
    disallow_out_of_bounds = disallow_out_of_bounds,
    warn_tensors_passed_asis = warn_tensors_passed_asis,
    warn_negatives_pythonic = warn_negatives_pythonic,
    warn_one_past_end = warn_one_past_end
  )
}

warned <- new.env(parent = emptyenv())

# A warning that is shown once a session, and says which option turns it off.
warn_once <- function(option, message) {
  if (is.null(warned[[option]])) {
    warned[[option]] <- TRUE
    message <- paste0(
      message, " (Shown once; options(tensorflow.extract.", option, " = FALSE) turns it off.)"
    )
    warning(structure(
      class = c("extract_warning", "warning", "condition"), list(message = message, call = NULL)
    ))
  }
}

warn_of_negatives <- function(options) {
  if (options$warn_negatives_pythonic) {
    warn_once(
      "warn_negatives_pythonic",
      "Negative numbers count from the end of a tensor: x[-1] is its last element, not all others."
    )
  }
}

warn_of_tensors <- function(options) {
  if (options$one_based && options$warn_tensors_passed_asis) {
    warn_once(
      "warn_tensors_passed_asis",
      "Tensors as indices count from 0, although numbers are set to count from 1."
    )
  }
}

warn_of_one_past <- function(from, to, size, options) {
  counts <- !options$one_based && options$inclusive_stop && options$warn_one_past_end
  if (counts && identical(from, 1L) && !is.na(size) && to == size) {
    warn_once(
      "warn_one_past_end",
      sprintf(
        "Positions count from 0: x[1:%d] leaves out the first of %d; x[0:%d] are all of them.",
        size, size, size - 1L
      )
    )
  }
}
