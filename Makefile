# Two commands do all the set-up: `make run` (the main job) and `make test`.
SHELL := /bin/bash
MODEL ?= north-korea
ARGS ?=
PYTHON := .venv/bin/python
STAMP := .venv/.setup-stamp

.DEFAULT_GOAL := help
.PHONY: setup run test test-slow test-browser test-web contract mutants check bench lock clean help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(STAMP) ## build .venv from requirements.lock (the other targets call it)

$(STAMP): requirements.lock pyproject.toml tools/setup.sh tools/uv.sh tools/build_web.py
	@echo "setup: building .venv (once; about half a minute)" >&2
	@bash tools/setup.sh
	@touch $@

run: setup ## fit (or take the kept fit), rank and report: MODEL=north-korea ARGS=...
	.venv/bin/safepassage run $(MODEL) $(ARGS)

test: setup ## the tests without browser and without the slow ones
	$(PYTHON) -m pytest -m "not slow" --ignore=tests/browser $(ARGS)

test-slow: setup ## the tests of minutes
	$(PYTHON) -m pytest -m slow --ignore=tests/browser $(ARGS)

test-browser: setup ## the tests in a real browser (needs Chromium)
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
	    { echo "test-browser: no Chromium on the path; install it (Debian: apt-get install chromium)" >&2; exit 1; }
	$(PYTHON) tools/build_web.py --if-changed --dev
	$(PYTHON) -m pytest tests/browser $(ARGS)

test-web: setup ## types and unit tests of the explorer's page
	$(PYTHON) tools/build_web.py --check

contract: setup ## how far every engine is from the truth: z-scores, chi-squares
	$(PYTHON) -m tests.contract.tables

mutants: setup ## break the engines on purpose: named tests must notice (minutes)
	$(PYTHON) tools/mutants.py $(ARGS)

check: setup ## every static check, and the check of the bundled model
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports
	$(PYTHON) tools/check_names.py
	$(PYTHON) tools/generate.py --check
	.venv/bin/safepassage check $(MODEL)

bench: setup ## measure, and write benchmarks/results.json
	$(PYTHON) benchmarks/run.py $(ARGS)

lock: ## write requirements.lock anew
	bash tools/lock.sh

clean: ## remove the environment and everything built (kept fits stay)
	rm -rf .venv .tools build dist .pytest_cache .ruff_cache .hypothesis safepassage-out \
	    web/node_modules src/safepassage/web_static
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
