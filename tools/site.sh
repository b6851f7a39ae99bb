#!/usr/bin/env bash
# Builds the web site into site/: the R reference and the articles by pkgdown, the Python reference by pdoc; then
# checks its links. `tools/check_links.py site --elsewhere` asks for those that lead elsewhere, too.
set -euo pipefail
python=$TENSORFLOW_PYTHON
if ! Rscript -e 'quit(status = !requireNamespace("pkgdown", quietly = TRUE))'; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "The R package pkgdown is missing: sudo apt-get install --no-install-recommends r-cran-pkgdown" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends r-cran-pkgdown > /dev/null
fi
"$python" -m pip --disable-pip-version-check install --quiet 'pdoc>=14'

# pkgdown wants the documents beside the package, and the vignettes in it.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -rL rpackage "$scratch/rpackage"
cp NEWS.md LICENSE "$scratch/rpackage"
for document in README.md CONTRIBUTING.md docs/*.md benchmarks/RESULTS.md; do
  sed -E 's#\]\((\.\./)?vignettes/([a-z-]+)\.Rmd\)#](articles/\2.html)#g
    s#\]\((\.\./|docs/|benchmarks/)*(architecture|decisions|CONTRIBUTING|RESULTS)\.md\)#](\2.html)#g
    s#\]\(NEWS\.md\)#](news/index.html)#g
    s#\]\(docs/([a-z_]+)\.png\)#](man/figures/\1.png)#g' "$document" > "$scratch/rpackage/$(basename "$document")"
done
mkdir -p "$scratch/rpackage/man/figures"
cp docs/*.png "$scratch/rpackage/man/figures"
rm -rf site
Rscript -e '
  options(pkgdown.internet = FALSE) # it would ask CRAN whether the package is there
  arguments <- commandArgs(TRUE)
  pkgdown::build_site(
    arguments[[1]], override = list(destination = arguments[[2]]),
    preview = FALSE, install = FALSE, new_process = FALSE, devel = FALSE
  )
' "$scratch/rpackage" "$PWD/site"
"$python" tools/site_python.py site/python
"$python" tools/finish_site.py site
"$python" tools/check_links.py site --unlink site/python
