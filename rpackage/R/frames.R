# Data frames: pandas DataFrames where pandas is installed, else dicts of columns.

#' @export
r_to_py.data.frame <- function(x, convert = FALSE) {
  frames <- import("bridge.frames", convert = FALSE)
  if (!py_to_r(frames$has_pandas())) {
    return(r_to_py(lapply(x, as_items), convert))
  }
  labels <- if (.row_names_info(x) > 0L) as.list(row.names(x))
  columns <- unname(Map(column_for_python, x, names(x)))
  frame <- frames$to_frame(as.list(names(x)), columns, labels, nrow(x))
  r_to_py.default(frame, convert)
}

# A column as a list, also if there is one row.
as_items <- function(column) {
  if (is.factor(column)) column <- as.character(column)
  as.list(column)
}

# The parts that bridge/frames.py makes a column of.
column_for_python <- function(x, name) {
  if (length(dim(x)) > 1L) {
    abort(
      sprintf("column `%s` is a matrix or data frame, which a pandas DataFrame cannot hold.", name),
      "invalid_argument"
    )
  }
  kinds <- c(factor = "factor", Date = "date", POSIXt = "time", difftime = "duration")
  kind <- kinds[match(names(kinds), class(x), nomatch = 0L) > 0L]
  if (length(kind)) {
    return(c(kind = kind[[1L]], classed_column(x, kind[[1L]])))
  }
  if (is.character(x)) {
    return(list(kind = "text", values = as.list(unname(x))))
  }
  if (!is.numeric(x) && !is.logical(x) && !is.complex(x)) {
    return(list(kind = "list", values = unname(as.list(x))))
  }
  plain_column(x)
}

classed_column <- function(x, kind) {
  switch(kind,
    factor = {
      codes <- as.integer(x) - 1L
      codes[is.na(codes)] <- -1L
      list(values = array(codes), levels = as.list(levels(x)), ordered = is.ordered(x))
    },
    date = list(values = array(as.double(x))),
    time = {
      x <- as.POSIXct(x)
      list(values = array(as.double(x)), zone = attr(x, "tzone")[1L] %||% "")
    },
    duration = list(values = array(as.double(x, units = "secs")))
  )
}

plain_column <- function(x) {
  if ((is.integer(x) || is.logical(x)) && anyNA(x)) {
    missing <- is.na(x)
    x[missing] <- if (is.integer(x)) 0L else FALSE
    return(list(kind = "plain", values = array(x), missing = array(missing)))
  }
  dim(x) <- length(x)
  list(kind = "plain", values = x)
}

column_from_python <- function(column) {
  values <- column$values
  if (is.atomic(values) || inherits(values, "integer64")) dim(values) <- NULL
  switch(column$kind,
    plain = {
      if (!is.null(column$missing)) is.na(values) <- as.vector(column$missing)
      values
    },
    text = if (length(values)) as.character(null_as_na(values)) else character(),
    factor = {
      values[values < 0L] <- NA
      levels <- as.character(column$levels)
      class <- c(if (column$ordered) "ordered", "factor")
      structure(values + 1L, levels = levels, class = class)
    },
    date = .Date(nan_as_na(values)),
    time = .POSIXct(nan_as_na(values), tz = if (nzchar(column$zone)) column$zone),
    duration = .difftime(nan_as_na(values), "secs"),
    list = as.list(values)
  )
}

null_as_na <- function(items) {
  if (is.list(items)) lapply(items, `%||%`, NA_character_) else items
}

nan_as_na <- function(x) {
  x[is.nan(x)] <- NA
  x
}

#' @export
py_to_r.pandas.core.frame.DataFrame <- function(x) { # nolint: object_length_linter.
  parts <- py_to_r(import("bridge.frames", convert = FALSE)$from_frame(x))
  columns <- lapply(parts$columns, column_from_python)
  names(columns) <- as.character(parts$names)
  # data.frame() would change the names, and take lists and matrices apart.
  labels <- if (is.null(parts$index)) .set_row_names(parts$rows) else as.character(parts$index)
  structure(columns, class = "data.frame", row.names = labels)
}

#' @export
py_to_r.pandas.core.series.Series <- function(x) { # nolint: object_length_linter.
  frames <- import("bridge.frames", convert = FALSE)
  x <- as_unconverted(x)
  values <- column_from_python(py_to_r(frames$from_series(x)))
  names(values) <- py_to_r(frames$index_labels(x$index))
  values
}

#' @export
py_to_r.pandas.core.indexes.base.Index <- function(x) { # nolint: object_length_linter.
  series <- as_unconverted(x)$to_series()
  unname(py_to_r.pandas.core.series.Series(series))
}

#' @export
py_to_r.pandas.core.arrays.categorical.Categorical <- # nolint: object_length_linter.
  function(x) {
    column_from_python(py_to_r(import("bridge.frames", convert = FALSE)$from_series(x)))
  }

#' @export
py_to_r.pandas._libs.missing.NAType <- function(x) NA # nolint: object_length_linter.

# From pandas 3 on the classes are of the module pandas itself. The older names stand for both.
mark_pandas <- function(classes) {
  at <- match(names(pandas_classes), classes)
  for (i in which(!is.na(at))) {
    classes <- append(classes, pandas_classes[[i]], match(names(pandas_classes)[[i]], classes))
  }
  classes
}

pandas_classes <- c(
  pandas.DataFrame = "pandas.core.frame.DataFrame",
  pandas.Series = "pandas.core.series.Series",
  pandas.Index = "pandas.core.indexes.base.Index",
  pandas.Categorical = "pandas.core.arrays.categorical.Categorical",
  pandas.api.typing.NAType = "pandas._libs.missing.NAType"
)

# The same object, whose attributes and results stay Python objects.
as_unconverted <- function(x) r_to_py.default(x, FALSE)
