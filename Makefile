# Everything here works on a fresh Debian machine with Python 3.11 or newer and nothing else prepared.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
MYPY := $(BIN)/mypy
# Its workers are new, and one may fail on a busy machine; what it says alone counts.
typed = $(MYPY) --num-workers auto $(1) || $(MYPY) $(1)
PACKAGES := analyzer console fetcher parser reporter shared
CODE := $(PACKAGES) tests benchmarks .ci
# Tests stand in for much; that they call what is there, as it wants to be called, is checked.
LENIENT := type-arg attr-defined arg-type no-any-return dict-item union-attr misc var-annotated no-untyped-def \
	no-untyped-call import-untyped comparison-overlap assignment unused-ignore

# Set on some machines; each process of the tests would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test check rules types bench fuzz run lock format clean

help:  ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.made  ## Make .venv with the command proprocessor

.venv/.made: requirements-dev.lock pyproject.toml .ci/make-venv
	.ci/make-venv

demo: setup  ## A sample data set through the whole pipeline, then its reports in the browser (ARGS=--no-serve ends there)
	$(BIN)/proprocessor demo $(ARGS)

test: setup  ## Every test, on private servers (RabbitMQ, PostgreSQL and Chromium are installed if missing)
	.ci/require-programs
	.ci/run-tests

check: setup  ## Format, lint, types, architecture, compose file, whether every test can be collected
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target types rules

rules:
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/python -m pytest -q --collect-only tests >/dev/null
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py tests/unit/test_project.py
	$(BIN)/python .ci/check_compose.py docker-compose.yml

types:
	$(call typed,$(addprefix -p ,$(PACKAGES) proprocessor_client))
	$(call typed,--explicit-package-bases benchmarks)
	$(call typed,--explicit-package-bases $(addprefix --disable-error-code=,$(LENIENT)) tests)

bench: setup  ## Speed of each stage, measured now
	$(BIN)/python -m benchmarks.run $(ARGS)

fuzz: setup  ## Hostile input for parser and fetcher (ARGS="--minutes 60"; docs/development.md)
	$(or $(FUZZ_PYTHON),$(BIN)/python) -m tests.fuzz $(ARGS)

run: setup  ## All stages on this machine, until stopped
	$(BIN)/proprocessor run $(ARGS)

lock:  ## Resolve the dependencies anew (needs uv)
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements-dev.lock

format: setup  ## Format the code
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

clean:  ## Remove what was made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build dist
