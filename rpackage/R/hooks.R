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
