# What the benchmarks share: medians, and the same lines through the peer in a second process.

ours <- !"--peer" %in% commandArgs(TRUE)

# Median seconds of one evaluation of `f()`, over rounds of enough evaluations to be timed.
median_of <- function(f, at_least = 0.05, rounds = 7) {
  f()
  times <- 1L
  repeat {
    took <- system.time(for (i in seq_len(times)) f())[["elapsed"]]
    if (took >= at_least || times > 1e6) break
    times <- times * 4L
  }
  stats::median(replicate(rounds, {
    system.time(for (i in seq_len(times)) f())[["elapsed"]] / times
  }))
}

# In the peer's process: hands what was measured to the first process, and ends.
report_as_peer <- function(measured) {
  saveRDS(measured, Sys.getenv("BENCHMARK_RESULT"))
  quit("no")
}

# What the peer measures, by the names of `measured`: NAs and a line that says why if it cannot.
measure_peer <- function(script, measured) {
  missing <- measured
  missing[] <- NA_real_
  if (!nzchar(Sys.getenv("RETICULATE_PYTHON"))) {
    cat("no peer: RETICULATE_PYTHON is not set\n")
    return(missing)
  }
  if (!nzchar(system.file(package = "reticulate"))) {
    cat("no peer: the R package reticulate is not installed\n")
    return(missing)
  }
  result <- tempfile(fileext = ".rds")
  log <- tempfile()
  status <- system2(
    "Rscript", c(script, "--peer"),
    env = paste0("BENCHMARK_RESULT=", result), stdout = log, stderr = log
  )
  if (status != 0) {
    cat("no peer: it failed.", utils::tail(readLines(log), 5L), sep = "\n")
    return(missing)
  }
  readRDS(result)[names(measured)]
}

# Prints ours, the peer's and the ratio beside each other; with `limits`, what ours may be at most.
print_table <- function(measured, peer, limits = NULL) {
  cat(sprintf("%-40s %10s %10s %8s %8s\n", "", "ours", "peer", "ratio", "limit"))
  for (name in names(measured)) {
    limit <- if (is.null(limits) || is.na(limits[name])) "" else format(limits[[name]])
    cat(sprintf(
      "%-40s %10.2f %10.2f %8.3f %8s\n",
      name, measured[[name]], peer[[name]], measured[[name]] / peer[[name]], limit
    ))
  }
}
