# TensorBoard, and plots of what it would show.

boards <- new.env(parent = emptyenv())

#' Start and stop TensorBoard
#'
#' TensorBoard is a program of its own: install it with `py_install("tensorboard")`, or anywhere on
#' the `PATH`; the option `tensorflow.tensorboard` can name it.
#'
#' @param log_dir The folder of the event files, in which there may be one folder for each run.
#' @param action `"start"`, or `"stop"` for that of the folder; `tensorboard(action = "stop")` stops
#'   all that were started.
#' @param host The address to serve at; only this computer can reach the default.
#' @param port The port; `"auto"` for one that is free.
#' @param launch_browser Whether to open it in the browser, or a function of the URL.
#' @param reload_interval After how many seconds it looks for new data.
#' @param purge_orphaned_data Whether data of a run that was taken up at an earlier step are left
#'   out.
#' @param timeout How many seconds to wait for it to answer.
#' @return The URL, invisibly.
#' @family training
#' @examplesIf interactive()
#' tensorboard("logs")
#' tensorboard("logs", action = "stop")
#' @export
tensorboard <- function(log_dir, action = c("start", "stop"), host = "127.0.0.1", port = "auto",
                        launch_browser = interactive(), reload_interval = 5,
                        purge_orphaned_data = TRUE, timeout = 60) {
  action <- match.arg(action)
  if (action == "stop") {
    stop_boards(if (missing(log_dir)) ls(boards) else board_key(log_dir))
    return(invisible(NULL))
  }
  if (!is.character(log_dir) || length(log_dir) != 1L || is.na(log_dir)) {
    abort("`log_dir` must be the path of a folder of event files.", "invalid_argument")
  }
  dir.create(log_dir, showWarnings = FALSE, recursive = TRUE)
  key <- board_key(log_dir)
  board <- boards[[key]]
  if (is.null(board) || !is.null(board$process$poll())) {
    board <- start_board(key, host, port, reload_interval, purge_orphaned_data, timeout)
    assign(key, board, envir = boards)
  }
  if (is.function(launch_browser)) {
    launch_browser(board$url)
  } else if (isTRUE(launch_browser)) {
    utils::browseURL(board$url)
  }
  invisible(board$url)
}

board_key <- function(log_dir) {
  if (!is.character(log_dir) || length(log_dir) != 1L || is.na(log_dir)) {
    abort("`log_dir` must be the path of a folder, one string.", "invalid_argument")
  }
  normalizePath(log_dir, mustWork = FALSE)
}

# The program: the one of the option, the one beside Python, the one on the PATH.
tensorboard_program <- function() {
  candidates <- c(
    getOption("tensorflow.tensorboard"),
    file.path(dirname(py_config()$python), "tensorboard"),
    Sys.which("tensorboard")
  )
  found <- candidates[nzchar(candidates) & file.exists(candidates)]
  if (!length(found)) {
    abort(
      paste(
        "TensorBoard is not installed. Install it with py_install(\"tensorboard\"), or set",
        "options(tensorflow.tensorboard = ) to the program's path."
      ),
      "tensorboard_not_found"
    )
  }
  unname(found[[1L]])
}

start_board <- function(log_dir, host, port, reload_interval, purge_orphaned_data, timeout) {
  program <- tensorboard_program()
  if (identical(port, "auto")) {
    port <- free_port(host)
  }
  log <- tempfile("tensorboard", fileext = ".log")
  subprocess <- import("subprocess")
  command <- list(
    program, "--logdir", log_dir, "--host", host, "--port", format(port),
    "--reload_interval", format(reload_interval),
    "--purge_orphaned_data", if (purge_orphaned_data) "true" else "false"
  )
  output <- import_builtins()$open(log, "wb")
  process <- subprocess$Popen(command, stdout = output, stderr = output, start_new_session = TRUE)
  output$close()
  url <- sprintf("http://%s:%s", host, port)
  # A process outlives R unless it is stopped.
  reg.finalizer(boards, function(boards) stop_boards(ls(boards)), onexit = TRUE)
  wait_for_board(process, url, log, timeout)
  list(process = process, url = url)
}

free_port <- function(host) {
  socket <- import("socket")$socket()
  on.exit(socket$close())
  socket$bind(tuple(host, 0L))
  socket$getsockname()[[2L]]
}

wait_for_board <- function(process, url, log, timeout) {
  started <- Sys.time()
  repeat {
    if (!is.null(process$poll()) || Sys.time() - started > timeout) {
      process$kill()
      said <- paste(utils::tail(readLines(log, warn = FALSE), 10L), collapse = "\n")
      abort(sprintf("TensorBoard did not start at %s:\n%s", url, said), "tensorboard_failed")
    }
    answered <- tryCatch(
      {
        suppressWarnings(readLines(paste0(url, "/data/environment"), warn = FALSE))
        TRUE
      },
      error = function(e) FALSE
    )
    if (answered) {
      return(invisible())
    }
    Sys.sleep(0.2)
  }
}

stop_boards <- function(keys) {
  for (key in intersect(keys, ls(boards))) {
    process <- boards[[key]]$process
    process$terminate()
    process$wait(10L)
    rm(list = key, envir = boards)
  }
}

#' The scalars of training runs
#'
#' What `tf$summary$scalar()` has written to the event files of a folder, as a table, and a plot of
#' it: by ggplot2 if that is installed, by R's own graphics otherwise.
#'
#' @param log_dir The folder of the event files, in which there may be one folder for each run.
#' @param x What `training_scalars()` returned.
#' @param tags The tags to plot; all of them by default.
#' @param ... Ignored.
#' @return `training_scalars()`: a data frame of class `training_scalars` with the columns `run`,
#'   `tag`, `step`, `wall_time` and `value`. `plot()`: the ggplot, or `x`, invisibly.
#' @family training
#' @examplesIf py_available(TRUE)
#' log_dir <- tempfile()
#' writer <- tf$summary$FileWriter(log_dir)
#' for (step in 1:10) {
#'   value <- tf$Summary$Value(tag = "loss", simple_value = 1 / step)
#'   writer$add_summary(tf$Summary(value = list(value)), step)
#' }
#' writer$close()
#' scalars <- training_scalars(log_dir)
#' head(scalars)
#' plot(scalars)
#' @export
training_scalars <- function(log_dir) {
  columns <- import("pyengine.summary.reader")$read_scalars(path.expand(log_dir))
  table <- data.frame(
    run = as.character(columns$run), tag = as.character(columns$tag),
    step = as.numeric(columns$step),
    wall_time = as.POSIXct(as.numeric(columns$wall_time), origin = "1970-01-01"),
    value = as.numeric(columns$value)
  )
  class(table) <- c("training_scalars", class(table))
  table
}

#' @rdname training_scalars
#' @export
plot.training_scalars <- function(x, tags = unique(x$tag), ...) {
  data <- as.data.frame(x[x$tag %in% tags, , drop = FALSE])
  if (!nrow(data)) {
    abort("there are no scalars of these tags to plot.", "invalid_argument")
  }
  if (!requireNamespace("ggplot2", quietly = TRUE)) {
    plot_scalars_base(data)
    return(invisible(x))
  }
  drawn <- ggplot2::ggplot(
    data, ggplot2::aes(x = .data[["step"]], y = .data[["value"]], colour = .data[["run"]])
  ) +
    ggplot2::geom_line() +
    ggplot2::facet_wrap("tag", scales = "free_y") +
    ggplot2::labs(x = "step", y = NULL, colour = "run")
  if (length(unique(data$run)) == 1L) {
    drawn <- drawn + ggplot2::theme(legend.position = "none")
  }
  print(drawn)
  invisible(drawn)
}

plot_scalars_base <- function(data) {
  tags <- unique(data$tag)
  runs <- unique(data$run)
  before <- graphics::par(mfrow = grDevices::n2mfrow(length(tags)))
  on.exit(graphics::par(before))
  for (tag in tags) {
    rows <- data[data$tag == tag, ]
    plot(rows$step, rows$value, type = "n", main = tag, xlab = "step", ylab = "")
    for (i in seq_along(runs)) {
      run <- rows[rows$run == runs[[i]], ]
      graphics::lines(run$step, run$value, col = i)
    }
  }
}

utils::globalVariables(".data")
