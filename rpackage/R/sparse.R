# Sparse matrices: those of the R package Matrix and of SciPy.

#' @export
r_to_py.sparseMatrix <- function(x, convert = FALSE) {
  sparse <- import("scipy.sparse", convert = FALSE)
  x <- general_matrix(x)
  shape <- do.call(tuple, as.list(dim(x)))
  values <- array(if (inherits(x, "nsparseMatrix")) rep(TRUE, stored(x)) else x@x)
  made <- if (inherits(x, "CsparseMatrix")) {
    sparse$csc_matrix(tuple(values, array(x@i), array(x@p)), shape = shape)
  } else if (inherits(x, "RsparseMatrix")) {
    sparse$csr_matrix(tuple(values, array(x@j), array(x@p)), shape = shape)
  } else {
    sparse$coo_matrix(tuple(values, tuple(array(x@i), array(x@j))), shape = shape)
  }
  r_to_py.default(made, convert)
}

# Symmetric, triangular and diagonal matrices with all their elements.
general_matrix <- function(x) {
  if (inherits(x, "indMatrix")) x <- methods::as(x, "TsparseMatrix")
  if (!inherits(x, c("CsparseMatrix", "RsparseMatrix", "TsparseMatrix"))) {
    x <- methods::as(x, "CsparseMatrix")
  }
  methods::as(x, "generalMatrix")
}

stored <- function(x) if (inherits(x, "RsparseMatrix")) length(x@j) else length(x@i)

# The modules of SciPy's classes have changed their names; this stands for all of them.
mark_sparse <- function(classes) {
  if (any(grepl("^scipy\\.sparse\\..*(matrix|array)$", classes))) {
    classes <- append(classes, "scipy.sparse.any", length(classes) - 1L)
  }
  classes
}

#' @export
py_to_r.scipy.sparse.any <- function(x) {
  if (!requireNamespace("Matrix", quietly = TRUE)) {
    return(x)
  }
  x <- as_unconverted(x)
  kind <- py_to_r(x$dtype$kind)
  if (!kind %in% c("f", "i", "u", "b") || length(py_to_r(x$shape)) != 2L) {
    return(x) # there is no such matrix in the package Matrix
  }
  letter <- if (kind == "b") "l" else "d"
  type <- if (kind == "b") "bool" else "float64"
  format <- py_to_r(x$format)
  if (!format %in% c("csc", "csr", "coo")) {
    format <- "csc"
  }
  x <- x$asformat(format)$astype(type)
  part <- function(name) as.vector(py_to_r(.Call(ffi_get_attr, x, name)))
  dim <- as.integer(unlist(py_to_r(x$shape)))
  if (format == "coo") {
    return(methods::new(
      paste0(letter, "gTMatrix"),
      i = as.integer(part("row")), j = as.integer(part("col")), x = part("data"), Dim = dim
    ))
  }
  x$sum_duplicates()
  x$sort_indices()
  indices <- as.integer(part("indices"))
  pointers <- as.integer(part("indptr"))
  if (format == "csc") {
    class <- paste0(letter, "gCMatrix")
    methods::new(class, i = indices, p = pointers, x = part("data"), Dim = dim)
  } else {
    class <- paste0(letter, "gRMatrix")
    methods::new(class, j = indices, p = pointers, x = part("data"), Dim = dim)
  }
}
