#!/usr/bin/env bash
# Runs every check, tells how long each took, and fails if one failed. The set-up is done before.
set -uo pipefail

failed=()
summary=$(mktemp -d)
trap 'rm -rf "$summary"' EXIT

stage() {
  local name=$1
  shift
  local begin=$SECONDS
  printf '\n===== %s\n' "$name"
  if "$@" 2>&1 | tee "$summary/$name"; then
    printf '===== %s: passed in %d s\n' "$name" $((SECONDS - begin))
  else
    failed+=("$name")
    printf '===== %s: FAILED after %d s\n' "$name" $((SECONDS - begin))
  fi
}

stage pytest "$TENSORFLOW_PYTHON" -m pytest -q
stage testthat Rscript tools/testthat.R
stage golden "$TENSORFLOW_PYTHON" tools/golden.py "$GOLDEN"
stage lint bash tools/lint.sh
stage check bash tools/check.sh

# The sums over all runners, from the closing line of each.
count() {
  cat "$summary"/{pytest,testthat,golden} | grep -E '[0-9]+ (passed|failed)' |
    grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'
}
echo
if [ ${#failed[@]} -gt 0 ]; then
  echo "failed: ${failed[*]}"
fi
echo "$(count passed) passed, $(count failed) failed"
[ ${#failed[@]} -eq 0 ]
