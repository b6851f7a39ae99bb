# Hooks of monitored sessions.

#' Make a hook of R functions
#'
#' What is to be done around each run of a `tf$train$MonitoredSession()` or
#' `tf$train$MonitoredTrainingSession()`.
#'
#' @param begin A function without arguments, called before the session is made: it may add to the
#'   graph.
#' @param after_create_session A function of the session and the coordinator.
#' @param before_run A function of the run's context, called before each run. It may return
#'   `tf$train$SessionRunArgs()` with what else to fetch and to feed.
#' @param after_run A function of the run's context and of its values, called after each run.
#'   `context$request_stop()` ends the training; `values$results` has what `before_run` asked for.
#' @param end A function of the session, called at the end.
#' @return A Python object, for the argument `hooks` of a monitored session.
#' @family training
#' @examplesIf py_available(TRUE)
#' with(tf$Graph()$as_default(), {
#'   step <- tf$train$get_or_create_global_step()
#'   train <- step$assign_add(1L)
#'   hook <- session_run_hook(
#'     before_run = function(context) tf$train$SessionRunArgs(step),
#'     after_run = function(context, values) if (values$results >= 3) context$request_stop()
#'   )
#'   with(tf$train$MonitoredSession(hooks = list(hook)) %as% sess, {
#'     while (!sess$should_stop()) sess$run(train)
#'   })
#' })
#' @export
session_run_hook <- function(begin = NULL, after_create_session = NULL, before_run = NULL,
                             after_run = NULL, end = NULL) {
  given <- list(
    begin = begin, after_create_session = after_create_session, before_run = before_run,
    after_run = after_run, end = end
  )
  for (name in names(given)) {
    if (!is.null(given[[name]]) && !is.function(given[[name]])) {
      abort(sprintf("`%s` must be a function or NULL.", name), "invalid_argument")
    }
  }
  methods <- list(
    begin = function(self) begin(),
    after_create_session = function(self, session, coord) after_create_session(session, coord),
    before_run = function(self, run_context) before_run(run_context),
    after_run = function(self, run_context, run_values) after_run(run_context, run_values),
    end = function(self, session) end(session)
  )
  methods <- methods[!vapply(given, is.null, NA)]
  PyClass("RSessionRunHook", methods, inherit = tf$train$SessionRunHook)()
}

#' Show the progress of a training
#'
#' A hook that shows a progress bar in the console, by cli if that is installed. It shows nothing,
#' and costs next to nothing, where nobody looks at it: in a script's log, in a knitted document, in
#' tests.
#'
#' @param steps The global step at which the training ends; `NULL` if that is not known.
#' @param values A named list of scalar tensors, such as the loss, to show beside the step.
#' @param every In each of how many runs the values are asked for.
#' @param show Whether to show it.
#' @return A Python object, for the argument `hooks` of a monitored session.
#' @family training
#' @examplesIf interactive()
#' with(tf$Graph()$as_default(), {
#'   step <- tf$train$get_or_create_global_step()
#'   train <- step$assign_add(1L)
#'   hooks <- list(tf$train$StopAtStepHook(last_step = 2000L), progress_hook(2000))
#'   with(tf$train$MonitoredTrainingSession(hooks = hooks) %as% sess, {
#'     while (!sess$should_stop()) {
#'       sess$run(train)
#'       Sys.sleep(0.002)
#'     }
#'   })
#' })
#' @export
progress_hook <- function(steps = NULL, values = list(), every = 10L,
                          show = interactive() && !isTRUE(getOption("knitr.in.progress"))) {
  if (!is.null(steps)) check_positive(steps, "`steps` must be NULL or a positive number.")
  check_positive(every, "`every` must be a positive number.")
  if (!is.list(values) || (length(values) && is.null(names(values)))) {
    abort("`values` must be a named list of tensors.", "invalid_argument")
  }
  if (!isTRUE(show)) {
    return(tf$train$SessionRunHook())
  }
  progress_of(steps, values, every)
}

progress_of <- function(steps, values, every) {
  bar <- NULL
  step <- NULL
  runs <- 0
  session_run_hook(
    begin = function() {
      step <<- tf$train$get_or_create_global_step()
      bar <<- progress_bar(steps)
    },
    before_run = function(context) {
      runs <<- runs + 1
      if (runs %% every == 0) tf$train$SessionRunArgs(c(list(.step = step), values))
    },
    after_run = function(context, results) {
      found <- results$results
      if (!is.null(found)) bar$update(found$.step, found[names(values)])
    },
    end = function(session) bar$done()
  )
}

check_positive <- function(x, message) {
  if (!is.numeric(x) || length(x) != 1L || is.na(x) || x < 1) abort(message, "invalid_argument")
}

# A bar of cli's, or R's own: functions that move it to a step and end it.
progress_bar <- function(steps) {
  if (requireNamespace("cli", quietly = TRUE)) progress_of_cli(steps) else progress_of_r(steps)
}

progress_of_r <- function(steps) {
  if (is.null(steps)) {
    return(list(
      update = function(step, values) {
        message("\rstep ", step, " ", shown(values), appendLF = FALSE)
      },
      done = function() message("")
    ))
  }
  bar <- utils::txtProgressBar(0, steps, style = 3, file = stderr())
  list(
    update = function(step, values) utils::setTxtProgressBar(bar, step),
    done = function() close(bar)
  )
}

progress_of_cli <- function(steps) {
  # The bar belongs to this function's frame, which stays as long as the hook does.
  frame <- environment()
  layout <- if (is.null(steps)) {
    "{cli::pb_spin} step {cli::pb_current} ({cli::pb_rate}) {cli::pb_status}"
  } else {
    paste(
      "{cli::pb_bar} {cli::pb_percent} step {cli::pb_current} of {cli::pb_total},",
      "{cli::pb_eta_str} {cli::pb_status}"
    )
  }
  id <- cli::cli_progress_bar(
    total = if (is.null(steps)) NA else steps, format = layout, clear = FALSE,
    .auto_close = FALSE, .envir = frame
  )
  list(
    update = function(step, values) {
      cli::cli_progress_update(set = step, status = shown(values), id = id, .envir = frame)
    },
    done = function() cli::cli_progress_done(id = id, .envir = frame)
  )
}

shown <- function(values) {
  paste(names(values), format_each(values), collapse = ", ", recycle0 = TRUE)
}

format_each <- function(values) {
  vapply(values, function(value) format(value, digits = 4L), "")
}
