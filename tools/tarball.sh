#!/usr/bin/env bash
# Builds the R package's tarball, with the engine's and the bridge's sources in it.
#
#     bash tools/tarball.sh FOLDER
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
target=$(cd "$1" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -RL "$root/rpackage" "$scratch/tensorflow"
cd "$scratch/tensorflow"
rm -rf inst src/*.o src/*.so
mkdir -p inst/engine
cd "$root"
# What a build leaves behind stays out.
find pyengine bridge -type f \( -name '*.py' -o -name '*.pyx' -o -name '*.pxi' -o -name '*.pxd' -o -name '*.h' \
  -o -name '*.txt' \) -exec cp --parents {} "$scratch/tensorflow/inst/engine" \;
cp pyproject.toml setup.py README.md "$scratch/tensorflow/inst/engine"
cd "$target"
R CMD build "$scratch/tensorflow"
