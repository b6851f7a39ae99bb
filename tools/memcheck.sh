#!/usr/bin/env bash
# Runs the bridge under valgrind, and fails on what it reports of the bridge's own code: one of the
# three innermost frames is in it. (Python's integers and the loader of libraries make valgrind
# report some of their own.)
set -euo pipefail
command -v valgrind > /dev/null || { echo "valgrind is not installed" >&2; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
PYTHONMALLOC=malloc R --debugger="valgrind --error-limit=no --log-file=$log" --vanilla --no-echo \
  --file=tools/memcheck.R
tail -n 1 "$log"
if grep -A 3 -E 'Invalid (read|write|free)|uninitialised|overlap' "$log" |
  grep -E '(at|by) 0x.*(_core\.|bridge/|loader\.c)'; then
  exit 1
fi
echo "none of them in the bridge"
