# Which call of the user's is meant: where errors are shown, and where an op was made.

# The frame of the user's call that led to `frame`, one of this package's: of its functions that are
# at work there, the outermost. 0 if there is none. A call of a Python function is the user's, if it
# is in no function of this package; and what is evaluated for with() is the user's code again.
user_frame <- function(frame) .Call(ffi_user_frame, sys.frames(), frame)

# The user's call as he wrote it: operators and brackets for their methods.
call_of_frame <- function(frame) {
  call <- sys.call(frame)
  as_written(call, .Call(ffi_generic_of, sys.frame(frame)))
}

as_written <- function(call, generic) {
  if (is.null(generic) || !is.call(call)) {
    return(call)
  }
  reference <- attr(call, "srcref")
  call[[1L]] <- as.name(generic)
  attr(call, "srcref") <- reference
  call
}

# Called by the bridge, when Python asks where R's code stands: what is needed to say so later. An
# op is noted with it, so it must be quick: calls around the user's are kept as they are.
note_site <- function() {
  frame <- .Call(ffi_user_frame, sys.frames(), sys.nframe() - 1L)
  if (frame == 0L) {
    return(NULL)
  }
  list(
    sys.call(frame),
    .Call(ffi_generic_of, sys.frame(frame)),
    if (frame > 1L) sys.call(frame - 1L),
    if (frame > 2L) sys.call(frame - 2L)
  )
}

# The name of the function around a noted call, NULL if it has none. A generic that is built into R
# may have a frame of its own around its method's.
name_of_caller <- function(site) {
  name <- site[[3L]][[1L]]
  if (is.name(name) && identical(as.character(name), site[[2L]])) {
    name <- site[[4L]][[1L]]
  }
  if (is.name(name)) as.character(name)
}

# Called by the bridge for a noted site: "f(x) in g() (file.R:12)".
describe_site <- function(site) {
  call <- as_written(site[[1L]], site[[2L]])
  reference <- attr(call, "srcref")
  attributes(call) <- NULL
  caller <- name_of_caller(site)
  text <- deparse(call, width.cutoff = 60L, nlines = 2L)
  if (length(text) > 1L) {
    text <- paste(text[[1L]], "...")
  }
  paste0(
    "`", text, "`", if (!is.null(caller)) sprintf(" in %s()", caller),
    place_of(reference)
  )
}

# " (file.R:12)"; nothing where R did not keep the source.
place_of <- function(reference) {
  if (is.null(reference)) {
    return("")
  }
  file <- utils::getSrcFilename(reference)
  if (length(file) && nzchar(file)) sprintf(" (%s:%d)", file, as.integer(reference)[[1L]]) else ""
}
