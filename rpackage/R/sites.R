# Which call of the user's is meant: where errors are shown, and where an op was made.

# The frame of the user's call that led to `frame`, one of this package's: of its functions that are
# at work there, the outermost. 0 if there is none. An op is noted with it, so it must be quick.
user_frame <- function(frame) {
  found <- 0L
  while (frame > 0L) {
    f <- sys.function(frame)
    home <- topenv(environment(f))
    # A call of a Python function is the user's, unless it is in a function of this package; and
    # what is evaluated for with() is the user's code again.
    if (identical(home, own_namespace)) {
      found <- frame
    } else if (!identical(home, base_namespace) || identical(f, eval)) {
      break
    }
    frame <- frame - 1L
  }
  found
}

own_namespace <- topenv()
base_namespace <- .BaseNamespaceEnv

# The user's call as he wrote it: operators and brackets for their methods.
call_of_frame <- function(frame) {
  call <- sys.call(frame)
  as_written(call, generic_of(frame))
}

generic_of <- function(frame) get0(".Generic", sys.frame(frame), inherits = FALSE)

as_written <- function(call, generic) {
  if (is.null(generic) || !is.call(call)) {
    return(call)
  }
  reference <- attr(call, "srcref")
  call[[1L]] <- as.name(generic)
  attr(call, "srcref") <- reference
  call
}

# Called by the bridge, when Python asks where R's code stands: what is needed to say so later.
note_site <- function(unused) {
  frame <- user_frame(sys.nframe() - 1L)
  if (frame == 0L) {
    return(NULL)
  }
  generic <- generic_of(frame)
  list(sys.call(frame), generic, name_of_caller(frame, generic))
}

# The name of the function around a frame, NULL if it has none. A generic that is built into R may
# have a frame of its own around its method's.
name_of_caller <- function(frame, generic) {
  if (frame > 1L) {
    name <- sys.call(frame - 1L)[[1L]]
    if (is.name(name)) {
      if (identical(as.character(name), generic)) name_of_caller(frame - 1L, NULL) else name
    }
  }
}

# Called by the bridge for a noted site: "f(x) in g() (file.R:12)".
describe_site <- function(site) {
  call <- as_written(site[[1L]], site[[2L]])
  reference <- attr(call, "srcref")
  attributes(call) <- NULL
  text <- deparse(call, width.cutoff = 60L, nlines = 2L)
  if (length(text) > 1L) {
    text <- paste(text[[1L]], "...")
  }
  paste0(
    "`", text, "`", if (!is.null(site[[3L]])) sprintf(" in %s()", as.character(site[[3L]])),
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
