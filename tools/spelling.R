# The spelling of all prose: help pages, vignettes, README and the other documents. Fails if a word
# is in neither the British dictionary nor tools/wordlist.txt.
if (!requireNamespace("spelling", quietly = TRUE)) {
  cat("skipped: the R package spelling is not installed\n")
  quit()
}
documents <- c(
  list.files(".", "[.]md$"),
  list.files(c("docs", "vignettes"), "[.]R?md$", full.names = TRUE),
  list.files("rpackage/man", "[.]Rd$", full.names = TRUE)
)
found <- spelling::spell_check_files(documents, readLines("tools/wordlist.txt"), lang = "en_GB")
if (nrow(found)) {
  print(found)
}
quit(status = nrow(found) > 0)
