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
mkdir -p inst "$scratch/engine"
cd "$root"
# What a build leaves behind stays out.
find pyengine bridge -type f \( -name '*.py' -o -name '*.pyx' -o -name '*.pxi' -o -name '*.pxd' -o -name '*.h' \
  -o -name '*.txt' -o -name '*.csv' \) -exec cp --parents {} "$scratch/engine" \;
cp pyproject.toml setup.py README.md "$scratch/engine"
# Packed, they are a fifth of their size.
tar --sort=name --owner=0 --group=0 -czf "$scratch/tensorflow/inst/engine.tar.gz" -C "$scratch/engine" .
cd "$target"
R CMD build "$scratch/tensorflow"
