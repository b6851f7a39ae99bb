#!/usr/bin/env bash
# R CMD check on the built package; errors and warnings fail. The tests have a stage of their own,
# and the vignettes are built along with the package.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$PWD
cd "$scratch"
bash "$root/tools/tarball.sh" . > build.log || { cat build.log; exit 1; }
_R_CHECK_FORCE_SUGGESTS_=false R CMD check --no-manual --no-tests --no-build-vignettes tensorflow_*.tar.gz | tee check.log
! grep -qE '(WARNING|ERROR)$|^Status:.*(WARNING|ERROR)' check.log
