# make demo    train the tutorial's softmax regression from R
# make cnn     train the tutorial's convolutional network, 20,000 steps; goes on where it stopped
# make test    everything that says the project works
#
# Both do all the set-up themselves: R and its packages, a virtual environment in .venv, and the R
# package in the library .rlib. What is there already is used again.

SHELL := /bin/bash
.DEFAULT_GOAL := help

export TENSORFLOW_PYTHON := $(CURDIR)/.venv/bin/python
export R_LIBS := $(CURDIR)/.rlib$(if $(R_LIBS),:$(R_LIBS))
# Golden reference values, checked where this folder is there.
export GOLDEN ?= $(CURDIR)/../shared/golden
# Where the vignettes look for MNIST, and put it if it is not there.
export MNIST_DATA ?= $(CURDIR)/MNIST-data

PY := $(TENSORFLOW_PYTHON)
STAMPS := .stamps
CORE := $(wildcard bridge/*.pyx bridge/*.pxi bridge/*.pxd bridge/*.h pyengine/compiled/*.pyx pyengine/compiled/*.h) setup.py pyproject.toml
# The folder R itself stands for the files that have gone from it. Its tests are not installed.
R_SOURCES := rpackage/R $(shell find rpackage -type f -not -name '*.o' -not -name '*.so' \
  -not -path 'rpackage/inst/*' -not -path 'rpackage/tests/*')
# A stamp says that a step was done. What it made may have gone since, and is then made again.
unless = $(if $(shell $(1) > /dev/null 2>&1 && echo yes),,FORCE)

.PHONY: FORCE help setup setup-test demo hello cnn cnn-short test pytest testthat golden lint check tarball soak memcheck bench docs site links clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "also: setup lint golden check tarball soak memcheck bench docs site links clean"

$(STAMPS)/r: tools/setup_r.sh $(call unless,command -v R)
	@mkdir -p $(STAMPS)
	bash tools/setup_r.sh demo
	@touch $@

$(STAMPS)/r-test: tools/setup_r.sh $(STAMPS)/r
	bash tools/setup_r.sh test
	@touch $@

$(STAMPS)/venv: tools/setup_python.sh $(STAMPS)/r $(call unless,test -x .venv/bin/python)
	bash tools/setup_python.sh venv
	@touch $@

$(STAMPS)/python: $(STAMPS)/venv $(CORE) $(call unless,ls bridge/_core.*.so pyengine/compiled/_kernels.*.so)
	bash tools/setup_python.sh install
	@touch $@

$(STAMPS)/python-test: $(STAMPS)/python $(STAMPS)/r-test
	bash tools/setup_python.sh test
	@touch $@

# It finds the compiled core when it starts, so a new core needs no new installation.
$(STAMPS)/rlib: $(STAMPS)/venv $(R_SOURCES) $(call unless,test -e .rlib/tensorflow/DESCRIPTION) | $(STAMPS)/python
	@mkdir -p .rlib
	R CMD INSTALL --no-test-load --library=.rlib rpackage
	@touch $@

# Python compiles what it imports, and keeps it: unless PYTHONDONTWRITEBYTECODE says not to, when
# each start would compile the whole engine.
$(STAMPS)/bytecode: $(shell find pyengine bridge -name '*.py') | $(STAMPS)/python
	$(PY) -m compileall -q pyengine bridge
	@touch $@

setup: $(STAMPS)/rlib $(STAMPS)/bytecode

setup-test: $(STAMPS)/rlib $(STAMPS)/bytecode $(STAMPS)/python-test

demo: setup
	Rscript demo/hello.R
	Rscript demo/mnist_softmax.R

# R loads OpenMP, which reads how its threads are to wait before any R code runs.
cnn: export OMP_WAIT_POLICY ?= PASSIVE
cnn: setup
	Rscript demo/mnist_cnn.R

# At least 97.5 % after 3000 steps: about 98 %.
cnn-short: export OMP_WAIT_POLICY ?= PASSIVE
cnn-short: setup
	Rscript demo/mnist_cnn.R --steps=3000 --folder=mnist_cnn_short --fresh

hello: setup
	Rscript demo/hello.R

test: setup-test
	bash tools/test.sh

pytest: setup-test
	$(PY) -m pytest -q

testthat: setup-test
	Rscript tools/testthat.R

golden: setup-test
	$(PY) tools/golden.py $(GOLDEN)

lint: setup-test
	bash tools/lint.sh

check: setup-test
	bash tools/check.sh

# The R package with the engine's sources in it, from which install_tensorflow() installs.
tarball: setup
	bash tools/tarball.sh .

# Many calls, conversions, callbacks, errors and jumps; fails if memory grows.
soak: setup
	Rscript tools/soak.R

# The bridge under valgrind.
memcheck: setup
	bash tools/memcheck.sh

# Ours beside TensorFlow's, if PEER, or RETICULATE_PYTHON, is a Python that has it.
bench: setup
	$(PY) benchmarks/bench.py --write benchmarks/RESULTS.md $(if $(PEER),--peer $(PEER)) $(BENCH)
	Rscript benchmarks/bridge.R
	Rscript benchmarks/data.R
	$(PY) benchmarks/data.py

docs: setup-test
	Rscript -e 'roxygen2::roxygenise("rpackage", load_code = roxygen2::load_installed)'

# The web site in site/: articles, R reference, Python reference.
site: setup-test
	bash tools/site.sh

# Asks for the addresses elsewhere that the site's pages have.
links:
	$(PY) tools/check_links.py site --elsewhere

clean:
	rm -rf .stamps .rlib build site *.egg-info bridge/_core.c bridge/*.so pyengine/compiled/_kernels.c pyengine/compiled/*.so rpackage/src/*.o rpackage/src/*.so
