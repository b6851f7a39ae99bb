#!/usr/bin/env bash
# Runs the bridge under valgrind, and fails on an invalid read or write, or on a value that the
# bridge itself uses uninitialised. (CPython's own integers make valgrind report some of those.)
set -euo pipefail
command -v valgrind > /dev/null || { echo "valgrind is not installed" >&2; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
PYTHONMALLOC=malloc R --debugger="valgrind --error-limit=no --log-file=$log" --vanilla --no-echo \
  --file=tools/memcheck.R
tail -n 1 "$log"
# The first frame of each report says whose code it is about.
if grep -q 'Invalid ' "$log" || grep -A 1 -E 'uninitialised' "$log" | grep -qE 'at 0x.*(_core|loader)'; then
  cat "$log"
  exit 1
fi
