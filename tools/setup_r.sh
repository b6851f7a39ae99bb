#!/usr/bin/env bash
# Gets R and the R packages that are missing: for the demo, or for the tests as well.
#
#     bash tools/setup_r.sh demo|test
set -euo pipefail

# Whether packages can be compiled: asked of R, which need not have come from Debian.
can_compile() {
  local headers compiler
  headers=$(R CMD config --cppflags 2> /dev/null | sed 's/^-I//; s/ .*//')
  compiler=$(R CMD config CC 2> /dev/null | sed 's/ .*//')
  [ -e "$headers/Rinternals.h" ] && [ -n "$compiler" ] && command -v "$compiler" > /dev/null
}

packages=()
if ! command -v R > /dev/null; then
  packages+=(r-base-core r-base-dev)
elif ! can_compile; then
  packages+=(r-base-dev)
fi

has_r_package() {
  command -v R > /dev/null && Rscript -e "quit(status = !requireNamespace('$1', quietly = TRUE))" > /dev/null 2>&1
}

if [ "$1" = test ]; then
  for name in testthat lintr roxygen2 knitr markdown Matrix bit64 reticulate spelling withr yaml; do
    has_r_package "$name" || packages+=("r-cran-${name,,}")
  done
fi

if [ ${#packages[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "R, or a package of it, is missing. Install it with" >&2
  echo "    sudo apt-get install ${packages[*]}" >&2
  echo "and run this again." >&2
  exit 1
fi
if ! command -v apt-get > /dev/null; then
  echo "R, or a package of it, is missing, and there is no apt-get: install ${packages[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing ${packages[*]}"
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null
