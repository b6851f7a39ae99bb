# Matrices: transposition, products, inverses, sums of rows and columns.

#' Functions of matrices, for tensors
#'
#' `t()` is of tensors of rank 2, `aperm()` of any. Sums and means of rows and columns keep the
#' first `dims` dimensions, or drop them, as R's do.
#'
#' @param x,a,b A tensor or variable; for `beta()`, one of them may be an R value.
#' @param perm The order of the dimensions, counted from 0 or from 1; reversed by default.
#' @param ... Ignored.
#' @param logarithm Whether the modulus is given as its logarithm.
#' @param na.rm Must be `FALSE`: tensors have no missing values.
#' @param dims How many dimensions count as rows.
#' @param nrow,ncol,names Must be missing.
#' @return A tensor. `determinant()`: a list of the tensors `modulus` and `sign`, of which `det()`
#'   makes the determinant.
#' @name tensor-matrices
#' @family tensors
#' @examplesIf py_available(TRUE)
#' m <- tf$constant(matrix(c(2, 1, 1, 3), 2))
#' sess <- tf$Session()
#' sess$run(solve(m))
#' sess$run(rowSums(m))
#' sess$run(det(m))
NULL

#' @rdname tensor-matrices
#' @export
t.tensorflow.tensor <- function(x) {
  need_rank(x, 2L, "t()", "tf$transpose() takes any")
  engine("transpose")(x)
}

need_rank <- function(x, ranks, what, other) {
  rank <- static_rank(x)
  if (!rank %in% ranks) {
    abort(
      sprintf(
        "%s is of tensors of rank %s; this one has %s. %s.",
        what, paste(ranks, collapse = " or "), format_rank(rank), other
      ),
      "invalid_argument"
    )
  }
}

#' @rdname tensor-matrices
#' @export
aperm.tensorflow.tensor <- function(a, perm = NULL, ...) {
  if (!is.null(perm)) {
    if (!is.numeric(perm) || !setequal(perm - min(perm), seq_along(perm) - 1) || min(perm) > 1) {
      abort(
        sprintf("`perm` must be an order of dimensions; got %s.", paste(perm, collapse = ", ")),
        "invalid_argument"
      )
    }
    perm <- as.list(as.integer(perm - min(perm)))
  }
  engine("transpose")(a, perm)
}

#' @rdname tensor-matrices
#' @export
solve.tensorflow.tensor <- function(a, b, ...) {
  if (missing(b)) {
    return(tf$matrix_inverse(a))
  }
  b <- as_tensors(list(a, b))[[2L]]
  if (identical(static_rank(b), 1L)) {
    return(engine("squeeze")(tf$matrix_solve(a, engine("expand_dims")(b, 1L)), list(-1L)))
  }
  tf$matrix_solve(a, b)
}

#' @rdname tensor-matrices
#' @export
determinant.tensorflow.tensor <- function(x, logarithm = TRUE, ...) {
  parts <- tf$linalg$slogdet(x)
  modulus <- parts[[1L]]
  list(modulus = if (logarithm) modulus else exp(modulus), sign = parts[[0L]])
}

#' @rdname tensor-matrices
#' @export
chol.tensorflow.tensor <- function(x, ...) {
  engine("matrix_transpose")(tf$cholesky(x)) # R's is the upper one
}

# Functions that are not generic in R become S4 generics here, which other packages share.
methods::setOldClass("tensorflow.tensor")

#' @rdname tensor-matrices
#' @aliases diag,tensorflow.tensor-method
#' @importFrom methods setMethod
#' @exportMethod diag
setMethod("diag", "tensorflow.tensor", function(x, nrow, ncol, names) {
  if (!missing(nrow) || !missing(ncol)) {
    abort("diag() of a tensor takes no `nrow` and no `ncol`.", "invalid_argument")
  }
  need_rank(x, 1:2, "diag()", "tf$matrix_diag() and tf$matrix_diag_part() take others")
  if (static_rank(x) == 1L) engine("matrix_diag")(x) else engine("matrix_diag_part")(x)
})

# The axes that count as rows, or as columns.
row_axes <- function(x, dims) {
  rank <- static_rank(x)
  if (is.na(rank)) {
    abort("the tensor's rank is unknown; tf$reduce_sum(x, axis) takes an axis.", "invalid_argument"
    )
  }
  if (rank < 2L) {
    abort(
      sprintf("sums of rows and columns are of rank 2 or more; '%s' has rank %d.", x$name, rank),
      "invalid_argument"
    )
  }
  if (!is_whole(dims) || dims < 1 || dims >= rank) {
    abort(
      sprintf("`dims` must be a whole number from 1 to %d, for rank %d.", rank - 1L, rank),
      "invalid_argument"
    )
  }
  list(rows = as.list(seq_len(dims) - 1L), columns = as.list(seq(dims, rank - 1L)))
}

#' @rdname tensor-matrices
#' @aliases rowSums,tensorflow.tensor-method
#' @exportMethod rowSums
setMethod("rowSums", "tensorflow.tensor", function(x, na.rm = FALSE, dims = 1L) {
  check_no_missing(na.rm)
  engine("reduce_sum")(x, row_axes(x, dims)$columns)
})

#' @rdname tensor-matrices
#' @aliases colSums,tensorflow.tensor-method
#' @exportMethod colSums
setMethod("colSums", "tensorflow.tensor", function(x, na.rm = FALSE, dims = 1L) {
  check_no_missing(na.rm)
  engine("reduce_sum")(x, row_axes(x, dims)$rows)
})

#' @rdname tensor-matrices
#' @aliases rowMeans,tensorflow.tensor-method
#' @exportMethod rowMeans
setMethod("rowMeans", "tensorflow.tensor", function(x, na.rm = FALSE, dims = 1L) {
  check_no_missing(na.rm)
  engine("reduce_mean")(x, row_axes(x, dims)$columns)
})

#' @rdname tensor-matrices
#' @aliases colMeans,tensorflow.tensor-method
#' @exportMethod colMeans
setMethod("colMeans", "tensorflow.tensor", function(x, na.rm = FALSE, dims = 1L) {
  check_no_missing(na.rm)
  engine("reduce_mean")(x, row_axes(x, dims)$rows)
})

tensor_beta <- function(a, b) exp(lgamma(a) + lgamma(b) - lgamma(a + b))

#' @rdname tensor-matrices
#' @aliases beta,tensorflow.tensor,ANY-method beta,ANY,tensorflow.tensor-method
#' @exportMethod beta
setMethod("beta", c("tensorflow.tensor", "ANY"), tensor_beta)
setMethod("beta", c("ANY", "tensorflow.tensor"), tensor_beta)
