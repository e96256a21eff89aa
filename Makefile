# One line a target; `make` alone lists them. Everything runs from .venv, made from a lock with hashes.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV := .venv
PY := $(VENV)/bin/python
BASE_PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
INSTALL := $(PY) -m pip install --disable-pip-version-check
# What pip says, as one line that moves on a terminal, and a line for each tenth package elsewhere. Its errors pass by.
TELL := $(PY) -u deploy/tell_install.py
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --quiet
COMPILE := $(LOCK) pyproject.toml --extra embedded --extra kms --group build
# What the pages look like is built once from public packages; a changed pin builds it again.
ASSETS := services/gateway/pages/static/built/LICENCE.txt
T ?= tests
# Tests wait for servers more than they compute, so one process more than a small machine's two cores.
WORKERS ?= 3
SOAK_SECONDS ?= 60

##@ Use

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.run-stamp ## Make the environment from the lock

.PHONY: run
run: $(VENV)/.run-stamp $(ASSETS) ## Start everything on this machine; Ctrl-C ends it, the data stay
	@exec $(VENV)/bin/placements up

.PHONY: demo
demo: $(VENV)/.run-stamp $(ASSETS) ## Take a placement from referral to return, on a set-up of its own
	@exec $(PY) -m examples.demo

.PHONY: assets
assets: $(ASSETS) ## Build the CSS and JavaScript of the pages

.PHONY: backup
backup: $(VENV)/.run-stamp ## Copy the database of a running `make run`: make backup TO=folder
	@exec $(VENV)/bin/placements backup $(TO)

.PHONY: restore
restore: $(VENV)/.run-stamp ## Put a copy back while nothing runs: make restore FROM=folder [UNTIL=2027-02-15T14:05:00Z [TIMELINE=1]]
	@exec $(VENV)/bin/placements restore $(FROM) $(if $(UNTIL),--until $(UNTIL)) $(if $(TIMELINE),--timeline $(TIMELINE))

.PHONY: bench
bench: $(VENV)/.dev-stamp $(ASSETS) ## Measure speed against floors taken in the same run
	@exec $(PY) -m bench

.PHONY: bench-pages
bench-pages: $(VENV)/.dev-stamp $(ASSETS) ## Measure each page at the server (PLACEMENTS=1000)
	@exec $(PY) -m bench.pages --placements $(or $(PLACEMENTS),1000)

.PHONY: bench-growth
bench-growth: $(VENV)/.dev-stamp ## Measure the event table with two million events
	@exec $(PY) -m bench.growth

##@ Work on it

.PHONY: test
test: check test-unit $(ASSETS) ## Every check and every test, on servers of their own
	$(PY) -m pytest --numprocesses $(WORKERS) --dist loadfile --ignore tests/domain --ignore tests/events --ignore tests/pages
	$(MAKE) test-pages

.PHONY: tests
tests: $(VENV)/.dev-stamp $(ASSETS) ## Some tests: make tests T=tests/infra
	$(PY) -m pytest $(T)

.PHONY: test-unit
test-unit: $(VENV)/.dev-stamp ## The tests that need no server; every branch of facts and rules is covered
	$(PY) -m coverage run -m pytest tests/domain tests/events
	$(PY) -m coverage report --include 'domain/*,events/*' --skip-covered --show-missing --fail-under 100

.PHONY: test-pages
test-pages: $(VENV)/.dev-stamp $(ASSETS) ## The tests of the pages, in a real browser where there is one
	$(PY) -m pytest tests/pages

.PHONY: soak
soak: $(VENV)/.dev-stamp ## The storm on the event store for a minute: make soak SOAK_SECONDS=600
	SOAK_SECONDS=$(SOAK_SECONDS) $(PY) -m pytest tests/infra/event_store/test_storm.py

.PHONY: check
check: $(VENV)/.dev-stamp ## Format, lint, import contracts, types, dependencies
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(VENV)/bin/lint-imports
	$(PY) -m mypy
	$(VENV)/bin/deptry .

.PHONY: fmt
fmt: $(VENV)/.dev-stamp ## Put the code into its form
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

.PHONY: obligations
obligations: $(VENV)/.dev-stamp ## Each obligation with the tests that prove it
	@$(PY) -m tests.obligations

.PHONY: docs
docs: $(VENV)/.dev-stamp ## Write the generated documents again
	$(PY) -m docs.generate

.PHONY: pictures
pictures: $(VENV)/.dev-stamp $(ASSETS) ## Take the pictures of docs/pages.md again, on a set-up of their own
	$(PY) -m docs.pictures
	$(PY) -m docs.generate

.PHONY: lock
lock: ## Take newer versions within pyproject.toml (needs uv)
	$(COMPILE) --upgrade --output-file requirements.lock
	$(COMPILE) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) --upgrade --group pyproject.toml:assets --constraint requirements.lock --output-file deploy/assets/requirements.lock
	$(LOCK) --upgrade --group pyproject.toml:npm --output-file deploy/assets/npm.lock

.PHONY: clean
clean: ## Remove the environment and caches; .local, your data, stays
	rm -rf $(VENV) $(dir $(ASSETS)) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

# A changed lock makes the stamps again, and nothing else does.
$(VENV)/.made:
	@test -n "$(BASE_PYTHON)" || { echo "Python 3.11 or later is needed, and none was found: install it, or name it with make BASE_PYTHON=/path/to/python3." >&2; exit 1; }
	@$(BASE_PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(BASE_PYTHON) cannot make environments: install its venv package (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Making $(VENV) with $(BASE_PYTHON)"
	@$(BASE_PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run-stamp: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "Installing what runs (once; a minute on a fresh machine)"
	@set -o pipefail; $(INSTALL) --require-hashes -r requirements.lock | $(TELL) requirements.lock
	@$(INSTALL) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-stamp: requirements-dev.lock $(VENV)/.run-stamp
	@echo "Installing what checks and tests (once)"
	@set -o pipefail; $(INSTALL) --require-hashes -r requirements-dev.lock | $(TELL) requirements-dev.lock
	@touch $@

$(ASSETS): $(addprefix deploy/assets/,build.py moj.scss requirements.lock npm.lock) | $(VENV)/.run-stamp
	@echo "Building the CSS and JavaScript of the pages (once)"
	@$(INSTALL) --quiet --require-hashes -r deploy/assets/requirements.lock
	@$(PY) deploy/assets/build.py
