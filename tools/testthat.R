# Runs the R package's tests against the installed package, and ends with a line of totals.
library(testthat)
library(tensorflow)

results <- as.data.frame(test_dir(
  "rpackage/tests/testthat",
  package = "tensorflow", load_package = "installed", reporter = "summary", stop_on_failure = FALSE
))
failed <- sum(results$failed) + sum(results$error)
cat(sprintf("testthat: %d passed, %d failed\n", sum(results$passed), failed))
quit(status = failed > 0)
