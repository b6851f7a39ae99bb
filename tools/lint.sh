#!/usr/bin/env bash
# All linters; each says what is wrong, and the script fails if one did.
set -uo pipefail
bin=$(dirname "$TENSORFLOW_PYTHON")
export PATH=$bin:$PATH
status=0
run() {
  echo "- $1"
  "$@" || status=1
}
run "$bin/ruff" check .
run "$bin/ruff" format --check .
run "$bin/mypy"
run "$bin/codespell"
run Rscript tools/spelling.R
run "$bin/cython-lint" --max-line-length=105 bridge pyengine/compiled
run Rscript -e '
  # Prose and the code beside it are wrapped at the width of the page.
  found <- lintr::lint_package("rpackage", exclusions = list("vignettes"))
  if (length(found)) print(found)
  quit(status = length(found) > 0)
'
exit $status
