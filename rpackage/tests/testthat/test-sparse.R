test_that("sparse matrices come back as they went", {
  skip_if_not_installed("Matrix")
  m <- Matrix::sparseMatrix(i = c(1, 3, 2), j = c(2, 3, 1), x = c(1.5, 2, -1), dims = c(3, 4))
  expect_identical(round_trip(m), m)
  for (class in c("TsparseMatrix", "RsparseMatrix")) {
    other <- methods::as(m, class)
    expect_s4_class(round_trip(other), class(other))
    expect_equal(as.matrix(round_trip(other)), as.matrix(m))
  }
  expect_identical(round_trip(m > 1), m > 1)
  expect_equal(as.matrix(round_trip(Matrix::Diagonal(3))), diag(3))
  symmetric <- Matrix::forceSymmetric(Matrix::sparseMatrix(1:2, 1:2, x = c(1, 2)))
  expect_equal(as.matrix(round_trip(symmetric)), diag(c(1, 2)))
  pattern <- Matrix::sparseMatrix(i = 1:2, j = 2:1)
  expect_equal(as.matrix(round_trip(pattern)), as.matrix(pattern))
  permutation <- methods::as(3:1, "pMatrix")
  expect_equal(as.matrix(round_trip(permutation)) != 0, as.matrix(permutation))
})

test_that("SciPy's formats are Matrix's", {
  skip_if_not_installed("Matrix")
  sparse <- import("scipy.sparse", convert = FALSE)
  m <- matrix(c(0, 1, 2, 0), 2)
  expect_s4_class(py_to_r(sparse$csc_matrix(m)), "dgCMatrix")
  expect_s4_class(py_to_r(sparse$csr_matrix(m)), "dgRMatrix")
  expect_s4_class(py_to_r(sparse$coo_matrix(m)), "dgTMatrix")
  expect_s4_class(py_to_r(sparse$lil_matrix(m)), "dgCMatrix")
  expect_s4_class(py_to_r(sparse$csr_array(m)), "dgRMatrix")
  expect_s4_class(py_to_r(sparse$csc_matrix(m > 1)), "lgCMatrix")
  expect_s3_class(py_to_r(sparse$csc_matrix(m + 1i)), "scipy.sparse.any")
})

test_that("the matrix that Python sees is the same", {
  skip_if_not_installed("Matrix")
  m <- Matrix::sparseMatrix(i = c(1, 3), j = c(2, 3), x = c(1.5, 2), dims = c(3, 4))
  expect_equal(r_to_py(m, convert = TRUE)$toarray(), as.matrix(m))
})
