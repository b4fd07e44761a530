# The two commands that do everything: `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

UV_VERSION := 0.13.8
PYTHON ?= python3
BIN := .venv/bin
UV := .venv-uv/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
export SAM_CLI_TELEMETRY := 0

.PHONY: help setup chromium demo test lint unit aws browser e2e accuracy bench format generated clean

help: ## What can be made
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## Install what the lock file names into .venv

.venv/.ready: uv.lock pyproject.toml
	@test -x $(UV) || { $(PYTHON) -m venv .venv-uv && $(UV:uv=python) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@$(UV) sync --quiet --frozen --all-extras --python $(PYTHON)
	@touch $@

demo: setup ## Bring the sandbox up, let eight jobs go wrong, show what a user gets
	@$(BIN)/python -m sandbox demo

test: lint unit aws browser e2e ## Lint, types, and all tests

lint: setup ## Ruff, mypy, import-linter, cfn-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint

unit: setup ## The specification: pure and fast
	$(BIN)/pytest -n 2 --dist worksteal tests/unit

aws: setup ## Adapters and commands on moto, the sandbox's own parts, the classifier's floor on the corpus
	$(BIN)/pytest -n 2 --dist worksteal tests/aws tests/cli tests/compaction tests/queries tests/sandbox tests/corpus

chromium: # Debian's own browser, where it is not there yet
	@command -v chromium >/dev/null || { as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$as_root apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$as_root apt-get -qq install --no-install-recommends -y chromium >/dev/null; }

browser: setup chromium ## The report's page in headless Chromium
	$(BIN)/pytest -n 2 --dist loadfile tests/browser

e2e: setup ## The deployed stack in the sandbox, by its public ways in
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder tests/e2e

accuracy: setup ## The classifier on the labelled corpus
	$(BIN)/python ../shared/corpus/score.py ../shared/corpus/logs.jsonl ../shared/corpus/reasons.jsonl -- \
		$(BIN)/trainstop classify --jsonl
	$(BIN)/python -m tests.corpus.generality ../shared/corpus/logs.jsonl ../shared/corpus/reasons.jsonl

bench: setup ## All benchmarks; writes benchmarks/RESULTS.md
	@$(UV) sync --quiet --frozen --all-extras --group bench --python $(PYTHON)
	$(BIN)/python -m benchmarks.run

format: setup ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what was built
	rm -rf .aws-sam var .venv .venv-uv .mypy_cache .ruff_cache .pytest_cache .hypothesis
