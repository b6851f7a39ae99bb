# Tensors put together and repeated: c(), cbind(), rbind(), rep().

#' Combine and repeat tensors
#'
#' As of R's vectors and matrices. `c()` joins scalars and tensors of rank 1, of one dtype, and R's
#' vectors; `tf$concat()` joins tensors of any rank along an axis. Anything else beside a tensor, as
#' in `sess$run(c(loss, train_step))`, `tf$gradients(y, c(w, b))` of variables or
#' `tf$add_n(c(m1, m2))` of matrices, makes `c()` what it is for other objects: their list.
#' `cbind()` and `rbind()` take matrices, vectors (rank 1) and scalars, which are repeated. `rep()`
#' is of scalars and tensors of rank 1; `tf$tile()` repeats any. The first tensor gives the dtype.
#'
#' @param x A tensor or variable.
#' @param ... Tensors and R values. (`c()` and `rep()` are those of tensors if the first argument
#'   is one.) For `rep()`, `times`, `each` and `length.out` as for R's.
#' @param deparse.level Ignored: the columns of a tensor have no names.
#' @return A tensor; of `c()` a list where not all arguments can be joined.
#' @name tensor-joining
#' @family tensors
#' @examplesIf py_available(TRUE)
#' x <- tf$constant(c(1, 2, 3))
#' sess <- tf$Session()
#' sess$run(c(x, 4))
#' sess$run(cbind(1, x))
#' sess$run(rep(x, times = 2))
NULL

#' @rdname tensor-joining
#' @export
c.tensorflow.tensor <- function(...) {
  parts <- list(...)
  if (!can_be_joined(parts)) {
    objects <- vapply(parts, inherits, NA, "python.builtin.object")
    parts[objects] <- lapply(parts[objects], list)
    return(do.call(c, parts))
  }
  parts <- as_tensors(parts)
  if (length(parts) == 1L && identical(static_rank(parts[[1L]]), 0L)) {
    return(parts[[1L]]) # as c(5) is 5
  }
  engine("concat")(lapply(parts, as_rank_1, "c()", "tf$concat() joins any"), 0L)
}

# Whether c() makes one tensor: of tensors of one dtype that are no variables, of rank 0 and 1, and
# of R's vectors.
can_be_joined <- function(parts) {
  tensors <- Filter(is_tensor, parts)
  others <- Filter(Negate(is_tensor), parts)
  is.null(names(parts)) &&
    all(vapply(others, function(x) is.null(x) || (is.atomic(x) && is.null(dim(x))), NA)) &&
    !any(vapply(tensors, inherits, NA, "pyengine.variables.Variable")) &&
    all(vapply(tensors, static_rank, 0L) %in% 0:1) &&
    length(unique(vapply(tensors, function(x) x$dtype$base_dtype$name, ""))) == 1L
}

# All as tensors of the dtype of the first tensor among them. NULL is left out, as R does.
as_tensors <- function(parts) {
  parts <- unname(Filter(Negate(is.null), parts))
  dtype <- Find(is_tensor, parts)$dtype$base_dtype
  lapply(parts, function(part) {
    if (is_tensor(part)) part else engine("convert_to_tensor")(part, dtype)
  })
}

as_rank_1 <- function(x, what, other) {
  rank <- static_rank(x)
  if (identical(rank, 0L)) {
    return(engine("expand_dims")(x, 0L))
  }
  if (!identical(rank, 1L)) {
    abort(
      sprintf(
        "%s is of scalars and tensors of rank 1; '%s' has %s. %s.",
        what, x$name, format_rank(rank), other
      ),
      "invalid_argument"
    )
  }
  x
}

#' @rdname tensor-joining
#' @export
cbind.tensorflow.tensor <- function(..., deparse.level = 1) bind(list(...), 1L, "cbind()")

#' @rdname tensor-joining
#' @export
rbind.tensorflow.tensor <- function(..., deparse.level = 1) bind(list(...), 0L, "rbind()")

# Matrices, vectors and scalars side by side along an axis.
bind <- function(parts, axis, what) {
  parts <- as_tensors(parts)
  ranks <- vapply(parts, static_rank, 0L)
  if (anyNA(ranks) || any(ranks > 2L)) {
    wrong <- parts[[which(is.na(ranks) | ranks > 2L)[[1L]]]]
    abort(
      sprintf(
        "%s is of matrices, vectors and scalars; '%s' has %s. tf$concat() joins any.",
        what, wrong$name, format_rank(static_rank(wrong))
      ),
      "invalid_argument"
    )
  }
  parts[ranks == 1L] <- lapply(parts[ranks == 1L], engine("expand_dims"), axis)
  if (any(ranks == 0L)) {
    size <- if (all(ranks == 0L)) 1L else size_of(parts[[which(ranks > 0L)[[1L]]]], 1L - axis)
    dims <- if (axis == 1L) list(size, 1L) else list(1L, size)
    parts[ranks == 0L] <- lapply(parts[ranks == 0L], function(x) engine("fill")(dims, x))
  }
  engine("concat")(parts, axis)
}

# The size along an axis: a number, or a tensor where it is not known.
size_of <- function(x, axis) {
  size <- dim(x)[[axis + 1L]]
  if (is.na(size)) engine("shape")(x)[axis] else size
}

#' @rdname tensor-joining
#' @export
rep.tensorflow.tensor <- function(x, ...) {
  x <- as_rank_1(x, "rep()", "tf$tile() repeats any")
  size <- dim(x)
  if (!is.na(size)) {
    # R knows best which element comes where.
    return(engine("gather")(x, array(rep(seq_len(size) - 1L, ...))))
  }
  how <- list(...)
  names(how) <- names(how) %||% rep("", length(how))
  names(how)[!nzchar(names(how))] <- setdiff("times", names(how))[seq_len(sum(!nzchar(names(how))))]
  plain <- all(names(how) %in% c("times", "each")) && all(vapply(how, is_whole, NA))
  if (!plain || any(unlist(how) < 0)) {
    abort(
      sprintf(
        "the size of '%s' is unknown, so only one `times` and one `each` are possible.", x$name
      ),
      "invalid_argument"
    )
  }
  if (!is.null(how$each)) {
    x <- engine("expand_dims")(x, 1L)
    x <- engine("reshape")(engine("tile")(x, list(1L, as.integer(how$each))), list(-1L))
  }
  if (is.null(how$times)) x else engine("tile")(x, list(as.integer(how$times)))
}
