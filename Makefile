# Every target sets the project up by itself (a virtual environment in .venv, locked packages, the project in it),
# then does its job. A stamp remembers the set-up until the lock or pyproject.toml changes.

PYTHON ?= $(shell for each in python3.11 python3 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
READY := .venv/ready
DEMO := graded/demo
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

# Grades the sample class of a unit. It is the project's own: where a host can't isolate it, it is run all the same.
grade = $(BIN)/autograder grade samples/$(1) --assignment $(1) --out $(DEMO)/$(1)
grade_samples = $(call grade,$(1)) || { test $$? = 2 && \
	echo "The samples are the project's own, so once more without isolation:" && $(call grade,$(1)) --unsafe-no-sandbox; }

.PHONY: help setup lab instructor demo demo-all test test-full browser-test lint build bench results lock
.DEFAULT_GOAL := help

help:  ## says what there is
	@awk -F ':.*## +' '/^[a-z]/ && NF == 2 {printf "make %-14s%s\n", $$1, $$2}' Makefile

setup: $(READY)  ## sets the project up, and nothing else

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || \
		{ echo "ELBO Room needs Python 3.11 or newer. Install it, or say where it is: make PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lab: $(READY)  ## copies course/ to work/ and opens JupyterLab there
	$(BIN)/elboroom lab

# nbgrader calls the program alembic, wherever it is on the path.
instructor: $(READY)  ## opens JupyterLab at the course's root, with Formgrader
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab --ServerApp.root_dir=. $(AS_ROOT)

demo: $(READY)  ## builds, grades the sample class of unit 03, prints the gradebook, writes feedback pages
	$(BIN)/autograder build 03_exponential
	rm -rf $(DEMO)/03_exponential
	@$(call grade_samples,03_exponential)

demo-all: $(READY)  ## the same for every unit that has a sample class
	$(BIN)/autograder build
	rm -rf $(DEMO)
	@$(foreach unit,$(notdir $(patsubst %/,%,$(wildcard samples/*/))),$(call grade_samples,$(unit)) &&) true

test: $(READY)  ## runs the tests
	$(BIN)/python -m pytest -n 2

test-full: $(READY)  ## runs every test: whole notebooks, a set-up from nothing, the browser
	$(BIN)/python -m pytest -m "" -n 2

browser-test: $(READY)  ## works in JupyterLab as a student does, in headless chromium
	$(BIN)/python -m pytest -m browser

lint: $(READY)  ## ruff (rules and form) and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

build: $(READY)  ## masters to notebooks: solutions/*.py to solutions/*/ and course/*/
	$(BIN)/autograder build

bench: $(READY)  ## measures what the design promises, in one run
	for each in benchmarks/*.py; do $(BIN)/python $$each || exit 1; done

results: $(READY)  ## does the runs of docs/results.md that are missing (it says how many hours), and writes the page
	$(BIN)/python -m elboroom.results

lock: $(READY)  ## resolves pyproject.toml afresh and writes requirements.lock
	$(BIN)/python scripts/lock.py
