# Flags of training scripts: from the command line, from flags.yml, and with their defaults.

#' Flags of a script
#'
#' Hyperparameters of a training script, whose values come from the command line
#' (`Rscript train.R --max_steps=100`), else from a file `flags.yml`, else from their definitions.
#' They are defined by `tf$app$flags` and read by `parse_flags()`, or both at once by `flags()`.
#'
#' The file has a value for each flag, `max_steps: 100`, or several such sets by the names of
#' configurations, of which one is called `default`:
#'
#' ```yaml
#' default:
#'   max_steps: 100
#' long:
#'   inherits: default
#'   max_steps: 5000
#' ```
#'
#' `--help` on the command line shows the flags and ends the script.
#'
#' @param config The configuration, if the file has several.
#' @param file The file's path. It need not be there. Reading it takes the R package yaml.
#' @param arguments The command line's words. `--name=value` and `--name value` are understood, and
#'   `--name` and `--noname` for a boolean flag. For `parse_arguments()`, `NULL` is R's own.
#' @param ... For `flags()`, what the `flag_*()` functions return.
#' @param name The flag's name.
#' @param default Its default value.
#' @param description What it is for.
#' @return `parse_flags()`: the Python object `tf$app$flags$FLAGS`, whose attributes are the values.
#'   `flags()`: a named list of the values. The `flag_*()` functions: a definition.
#'   `parse_arguments()`: a named list of what the command line says, numbers and truth values as
#'   such.
#' @family flags
#' @examples
#' FLAGS <- flags(
#'   flag_numeric("learning_rate", 0.01, "Initial learning rate."),
#'   flag_integer("max_steps", 5000, "Number of steps to run trainer."),
#'   flag_boolean("fake_data", FALSE),
#'   arguments = c("--max_steps=100", "--fake_data")
#' )
#' FLAGS$max_steps
#' parse_arguments(c("--learning_rate=0.5", "--name", "x"))
#' @examplesIf py_available(TRUE)
#' flags <- tf$app$flags
#' flags$DEFINE_float("learning_rate", 0.01, "Initial learning rate.")
#' FLAGS <- parse_flags(arguments = "--learning_rate=0.5")
#' FLAGS$learning_rate
#' @export
parse_flags <- function(config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                        file = "flags.yml", arguments = commandArgs(TRUE)) {
  flags <- tf$app$flags$FLAGS
  if (asks_for_help(arguments)) {
    help <- flags$get_help(script_name())
    defaults <- gregexpr("\\(default: .*\\)", help)
    regmatches(help, defaults) <- lapply(regmatches(help, defaults), constants_in_r)
    return(end_with_help(help, flags))
  }
  defined <- names(flags$flag_values_dict())
  values <- flags_of_file(file, config)
  check_known(names(values), defined, sprintf("in %s", file))
  for (name in names(values)) {
    py_set_attr(flags, name, values[[name]])
  }
  py_call(flags, as.list(c(script_name(), arguments)))
  flags
}

#' @rdname parse_flags
#' @export
flags <- function(..., config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                  file = "flags.yml", arguments = commandArgs(TRUE)) {
  defined <- list(...)
  if (!all(vapply(defined, inherits, NA, "flag_definition"))) {
    abort("flags() takes definitions, such as flag_numeric(\"rate\", 0.5).", "invalid_argument")
  }
  names(defined) <- vapply(defined, `[[`, "", "name")
  if (asks_for_help(arguments)) {
    return(end_with_help(flags_help(defined), NULL))
  }
  booleans <- names(Filter(function(flag) flag$type == "boolean", defined))
  values <- flags_of_file(file, config)
  check_known(names(values), names(defined), sprintf("in %s", file))
  given <- read_arguments(arguments, booleans)
  check_known(names(given), names(defined), "on the command line")
  values[names(given)] <- given
  lapply(defined, function(flag) {
    if (flag$name %in% names(values)) as_flag(values[[flag$name]], flag) else flag$default
  })
}

define_flag <- function(type, name, default, description) {
  if (!is.character(name) || length(name) != 1L || is.na(name) || !nzchar(name)) {
    abort("`name` must be the name of a flag.", "invalid_argument")
  }
  flag <- structure(
    list(name = name, type = type, default = NULL, description = description %||% ""),
    class = "flag_definition"
  )
  flag["default"] <- list(if (!is.null(default)) as_flag(default, flag))
  flag
}

#' @rdname parse_flags
#' @export
flag_numeric <- function(name, default, description = NULL) {
  define_flag("numeric", name, default, description)
}

#' @rdname parse_flags
#' @export
flag_integer <- function(name, default, description = NULL) {
  define_flag("integer", name, default, description)
}

#' @rdname parse_flags
#' @export
flag_boolean <- function(name, default, description = NULL) {
  define_flag("boolean", name, default, description)
}

#' @rdname parse_flags
#' @export
flag_string <- function(name, default, description = NULL) {
  define_flag("string", name, default, description)
}

# A value as a flag of its type has it.
as_flag <- function(value, flag) {
  if (length(value) == 1L && !is.list(value) && !is.na(value)) {
    made <- switch(flag$type,
      numeric = as_number(value),
      integer = whole_number(as_number(value)),
      boolean = as_truth(value),
      string = as.character(value)
    )
    if (!is.null(made)) {
      return(made)
    }
  }
  abort(
    sprintf(
      "flag --%s=%s: %s is wanted.", flag$name, paste(format(value), collapse = " "),
      c(
        numeric = "a number", integer = "a whole number", boolean = "true or false",
        string = "one string"
      )[[flag$type]]
    ),
    "invalid_flag"
  )
}

as_number <- function(value) {
  number <- if (is.logical(value)) NA else suppressWarnings(as.numeric(value))
  if (!is.na(number)) number
}

whole_number <- function(number) {
  if (!is.null(number) && number == trunc(number) && abs(number) <= .Machine$integer.max) {
    as.integer(number)
  }
}

as_truth <- function(value) {
  known <- c(true = TRUE, t = TRUE, "1" = TRUE, false = FALSE, f = FALSE, "0" = FALSE)
  truth <- known[tolower(as.character(value))]
  if (!is.na(truth)) unname(truth)
}

check_known <- function(names, known, where) {
  unknown <- setdiff(names, known)
  if (length(unknown)) {
    near <- agrep(unknown[[1L]], known, value = TRUE)
    abort(
      sprintf(
        "%s: no flag '%s' is defined.%s", where, unknown[[1L]],
        if (length(near)) sprintf(" Did you mean '%s'?", near[[1L]]) else ""
      ),
      "invalid_flag"
    )
  }
}

# ---------------------------------------------------------------- the command line

#' @rdname parse_flags
#' @export
parse_arguments <- function(arguments = NULL) {
  given <- read_arguments(arguments %||% commandArgs(TRUE))
  lapply(given, function(value) {
    as_truth_word(value) %||% utils::type.convert(value, as.is = TRUE)
  })
}

as_truth_word <- function(value) {
  if (tolower(value) %in% c("true", "false", "yes", "no", "on", "off")) {
    tolower(value) %in% c("true", "yes", "on")
  }
}

# The flags of a command line: a list of strings by name. `booleans` need no value.
read_arguments <- function(arguments, booleans = character()) {
  values <- list()
  end <- match(TRUE, arguments %in% c("--", "--args"), nomatch = length(arguments) + 1L)
  i <- 0L
  while ((i <- i + 1L) < end) {
    parts <- regmatches(arguments[[i]], regexec("^--([^=]+)(=(.*))?$", arguments[[i]]))[[1L]]
    if (!length(parts)) {
      next
    }
    name <- parts[[2L]]
    negated <- sub("^no", "", name)
    if (nzchar(parts[[3L]])) {
      values[[name]] <- parts[[4L]]
    } else if (name %in% booleans) {
      values[[name]] <- "true"
    } else if (negated != name && negated %in% booleans) {
      values[[negated]] <- "false"
    } else if ((i <- i + 1L) < end) {
      values[[name]] <- arguments[[i]]
    } else {
      abort(sprintf("flag --%s has no value.", name), "invalid_flag")
    }
  }
  values
}

script_name <- function() {
  file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  if (length(file)) basename(substring(file[[1L]], 8L)) else "script.R"
}

asks_for_help <- function(arguments) {
  before <- match("--", arguments, nomatch = length(arguments) + 1L) - 1L
  any(arguments[seq_len(before)] %in% c("--help", "-h"))
}

flags_help <- function(defined) {
  lines <- vapply(defined, function(flag) {
    shown <- if (flag$type == "boolean") "--[no]%s" else paste0("--%s=", toupper(flag$type))
    default <- if (!is.null(flag$default)) sprintf(" (default: %s)", format(flag$default))
    text <- strwrap(paste0(flag$description, default), 72, prefix = "      ")
    paste(c(sprintf(paste0("  ", shown), flag$name), text), collapse = "\n")
  }, "")
  paste(c(sprintf("usage: %s [flags]\n\nflags:", script_name()), lines), collapse = "\n")
}

# Shows the help, and ends the script; where there is none to end, returns `value`.
end_with_help <- function(text, value) {
  cat(text, "\n", sep = "")
  if (!interactive() && !in_test()) {
    quit(save = "no", status = 0L) # nocov
  }
  invisible(value)
}

in_test <- function() identical(Sys.getenv("TESTTHAT"), "true")

# ---------------------------------------------------------------- the file

# The values of a file for a configuration: a named list, empty without the file.
flags_of_file <- function(file, config) {
  if (is.null(file) || !file.exists(file)) {
    return(list())
  }
  if (!requireNamespace("yaml", quietly = TRUE)) {
    abort(
      sprintf("reading %s takes the R package yaml: install.packages(\"yaml\").", file),
      "package_not_found"
    )
  }
  found <- yaml::read_yaml(file, eval.expr = FALSE)
  if (length(found) && is.null(names(found))) {
    abort(sprintf("%s has no values by name.", file), "invalid_flag")
  }
  if (!is.list(found[["default"]])) {
    return(as.list(found))
  }
  profile(found, config, file)
}

# A configuration with what it inherits: `default`, unless it says otherwise.
profile <- function(found, config, file, seen = character()) {
  if (config %in% seen) {
    abort(sprintf("in %s, '%s' inherits from itself.", file, config), "invalid_flag", call = NULL)
  }
  if (length(seen) && is.null(found[[config]])) {
    abort(
      sprintf("in %s, '%s' inherits from '%s', which is not there.", file, seen[[1L]], config),
      "invalid_flag",
      call = NULL
    )
  }
  own <- found[[config]]
  parent <- own$inherits %||% if (config != "default") "default"
  own$inherits <- NULL
  if (is.null(parent)) {
    return(as.list(own))
  }
  utils::modifyList(profile(found, parent, file, c(config, seen)), as.list(own))
}
