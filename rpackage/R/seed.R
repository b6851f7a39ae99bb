# Seeds of random numbers.

#' Set the seeds of random numbers
#'
#' Those of R, of Python's `random`, of NumPy, and of the default graph. `use_session_with_seed()`
#' resets the default graph first, and makes a session for it.
#'
#' Random ops are counted as they are made, so the same script gives the same numbers. They do not
#' depend on the number of threads, but the sums of floating-point numbers may.
#'
#' @param seed A whole number.
#' @param disable_gpu Whether the session is to use no GPU.
#' @param disable_parallel_cpu Whether the session is to use one thread only.
#' @param quiet Whether to say nothing.
#' @return `set_random_seed()`: `NULL`, invisibly. `use_session_with_seed()`: the session,
#'   invisibly.
#' @family tensors
#' @examplesIf py_available(TRUE)
#' sess <- use_session_with_seed(42)
#' sess$run(tf$random_uniform(shape(2)))
#' @export
set_random_seed <- function(seed) {
  if (!is_whole(seed)) {
    abort("`seed` must be a whole number.", "invalid_argument")
  }
  set.seed(seed)
  py_set_seed(seed, disable_hash_randomization = FALSE)
  tf$set_random_seed(as.integer(seed))
  invisible(NULL)
}

#' @rdname set_random_seed
#' @export
use_session_with_seed <- function(seed, disable_gpu = TRUE, disable_parallel_cpu = TRUE,
                                  quiet = FALSE) {
  tf$reset_default_graph()
  set_random_seed(seed)
  settings <- list()
  if (disable_gpu) {
    settings$device_count <- list(GPU = 0L)
  }
  if (disable_parallel_cpu) {
    settings[c("intra_op_parallelism_threads", "inter_op_parallelism_threads")] <- list(1L, 1L)
  }
  session <- tf$Session(config = do.call(tf$ConfigProto, settings))
  if (!quiet) {
    disabled <- c(if (disable_gpu) "GPU", if (disable_parallel_cpu) "CPU parallelism")
    message(
      "Set session seed to ", seed,
      if (length(disabled)) sprintf(" (disabled %s)", paste(disabled, collapse = ", "))
    )
  }
  invisible(session)
}
