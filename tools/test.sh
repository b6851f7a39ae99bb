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
stage soak Rscript tools/soak.R 3000
stage golden "$TENSORFLOW_PYTHON" tools/golden.py "$GOLDEN"
stage cnn bash tools/cnn.sh
stage lint bash tools/lint.sh
stage check bash tools/check.sh

# A number of the line in which a runner gives its totals: the last one, whatever follows it.
count() {
  grep -E '[0-9]+ (passed|failed|error)' "$summary/$1" | tail -n 1 |
    grep -oE "[0-9]+ $2" | awk '{ n += $1 } END { print n + 0 }'
}

passed=0
wrong=0
for name in pytest testthat soak golden cnn lint check; do
  bad=0
  case $name in
    pytest | testthat | golden)
      passed=$((passed + $(count "$name" passed)))
      bad=$(count "$name" '(failed|error)')
      ;;
  esac
  # A stage that fails without counting, a linter or a runner that crashed, is one failure.
  if [ "$bad" -eq 0 ] && [[ " ${failed[*]-} " == *" $name "* ]]; then
    bad=1
  fi
  wrong=$((wrong + bad))
done
echo
if [ ${#failed[@]} -gt 0 ]; then
  echo "failed: ${failed[*]}"
fi
echo "$passed passed, $wrong failed"
[ ${#failed[@]} -eq 0 ]
