# Saved models: a session's graph and variables with signatures, for those who use the model.

#' Save a model for serving
#'
#' Writes the graph and the variables of a session as a SavedModel, which TensorFlow's own programs
#' read too: `tf$saved_model$loader$load()` loads it again.
#'
#' @param object A session.
#' @param export_dir_base The folder to write; with `versioned` the one in which a new folder is
#'   made, named by the time.
#' @param inputs,outputs Named lists of tensors: those that whoever uses the model feeds and
#'   fetches, by these names.
#' @param overwrite Whether a folder that is there is replaced.
#' @param versioned Whether to make a new folder in `export_dir_base`.
#' @param as_text Whether the graph is written as text.
#' @param ... For methods.
#' @return The folder that was written, invisibly.
#' @family training
#' @examplesIf py_available(TRUE)
#' with(tf$Graph()$as_default(), {
#'   x <- tf$placeholder(tf$float32, shape(NULL))
#'   y <- x * tf$Variable(2)
#'   with(tf$Session() %as% sess, {
#'     sess$run(tf$global_variables_initializer())
#'     export_savedmodel(sess, tempfile("model"), inputs = list(x = x), outputs = list(y = y))
#'   })
#' })
#' @export
export_savedmodel <- function(object, export_dir_base, ...) UseMethod("export_savedmodel")

#' @rdname export_savedmodel
#' @export
export_savedmodel.pyengine.session.BaseSession <- function(object, export_dir_base, inputs, outputs,
                                                           overwrite = TRUE,
                                                           versioned = !overwrite, as_text = FALSE,
                                                           ...) {
  check_named_tensors(inputs, "inputs")
  check_named_tensors(outputs, "outputs")
  folder <- path.expand(export_dir_base)
  if (versioned) {
    folder <- file.path(folder, format(Sys.time(), "%Y%m%d%H%M%S", tz = "GMT"))
  }
  if (file.exists(folder)) {
    if (!overwrite) {
      abort(sprintf("%s is there already: give `overwrite = TRUE` or another folder.", folder),
        "folder_exists"
      )
    }
    if (length(dir(folder)) && !tf$saved_model$maybe_saved_model_directory(folder)) {
      abort(sprintf("%s is not replaced: what is in it is no SavedModel.", folder), "folder_exists")
    }
    unlink(folder, recursive = TRUE)
  }
  with(object$graph$as_default(), {
    signature <- tf$saved_model$signature_def_utils$predict_signature_def(
      as_dict(inputs), as_dict(outputs)
    )
    builder <- tf$saved_model$builder$SavedModelBuilder(folder)
    builder$add_meta_graph_and_variables(
      object, list(tf$saved_model$tag_constants$SERVING),
      signature_def_map = list(serving_default = signature)
    )
    builder$save(as_text)
  })
  invisible(folder)
}

check_named_tensors <- function(tensors, what) {
  named <- is.list(tensors) && !is.null(names(tensors)) && all(nzchar(names(tensors)))
  if (!named || !length(tensors) || !all(vapply(tensors, is_tensor, NA))) {
    abort(
      sprintf("`%s` must be a named list of tensors, such as list(x = x).", what),
      "invalid_argument"
    )
  }
}

as_dict <- function(x) py_dict(names(x), unname(x))

#' Look at the graph of a saved model
#'
#' Loads a SavedModel and shows its graph in TensorBoard.
#'
#' @param model_dir The folder of the SavedModel.
#' @param tags The tags of the graph to show.
#' @param ... Passed on to [tensorboard()].
#' @return The URL of TensorBoard, invisibly.
#' @family training
#' @examplesIf interactive()
#' view_savedmodel("model")
#' @export
view_savedmodel <- function(model_dir, tags = "serve", ...) {
  tensorboard(events_of_savedmodel(model_dir, tags), ...)
}

# A new folder with an event file that has the graph of a SavedModel.
events_of_savedmodel <- function(model_dir, tags) {
  log_dir <- tempfile("savedmodel")
  with(tf$Graph()$as_default(), {
    with(tf$Session() %as% sess, {
      tf$saved_model$loader$load(sess, as.list(tags), path.expand(model_dir))
      tf$summary$FileWriter(log_dir, sess$graph)$close()
    })
  })
  log_dir
}
