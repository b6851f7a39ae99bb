#!/usr/bin/env bash
# Makes the virtual environment and installs into it.
#
#     bash tools/setup_python.sh venv|install|test
set -euo pipefail

pip() {
  .venv/bin/python -m pip --disable-pip-version-check install --quiet "$@" 2> >(grep -v '^WARNING: Location' >&2)
}

# A Python that R can load, extensions can be compiled for and environments can be made with.
suitable='
import ensurepip, os, sys, sysconfig, venv
v = sysconfig.get_config_vars()
names = [v.get("INSTSONAME"), v.get("LDLIBRARY")]
places = [v.get("LIBDIR"), os.path.join(v.get("LIBDIR") or "", v.get("MULTIARCH") or "")]
shared = any(os.path.exists(os.path.join(p, n)) for p in places if p for n in names if n and ".so" in n)
header = os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h"))
sys.exit(not (sys.version_info >= (3, 10) and shared and header))
'

find_python() {
  local name
  for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do
    if command -v "$name" > /dev/null && "$name" -c "$suitable" 2> /dev/null; then
      command -v "$name"
      return
    fi
  done
}

case "$1" in
  venv)
    python=$(find_python)
    if [ -z "$python" ]; then
      echo "No Python 3.10 or later with venv, a shared library and headers was found. On Debian:" >&2
      echo "    apt-get install python3-dev python3-venv libpython3-dev" >&2
      echo "or name one: make PYTHON=/path/to/python3 ..." >&2
      exit 1
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    pip 'setuptools>=68' wheel 'cython>=3' 'numpy>=1.26'
    ;;
  install)
    pip --no-build-isolation --editable .
    ;;
  test)
    pip 'codespell[toml]' cython-lint hypothesis ipython mypy pandas pytest ruff
    # This release has a build for the CPU alone where CI runs; elsewhere it may bring gigabytes of
    # CUDA, so it is up to the user.
    if [ "${CI-}" = true ]; then
      pip torch==2.13.0 || echo "PyTorch could not be installed: its kernels are not tested." >&2
    fi
    pip tensorboard || echo "TensorBoard could not be installed: that it shows our files is not tested." >&2
    # Later versions of rpy2 need functions that came with R 4.5.
    if Rscript -e 'quit(status = getRversion() >= "4.5")' > /dev/null 2>&1; then
      pip rpy2==3.5.17
    else
      pip rpy2
    fi
    ;;
esac
