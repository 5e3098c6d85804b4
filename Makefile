# Every step that CI runs is one of these. The first two need Python 3.11 or newer with venv, make and Git, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-real bench lint docs generate golden clean

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kedge needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/run.stamp  ## Compile the clusters of this repository in a scratch clone, change one, show what plan says, commit
	$(BIN)/python -m docs.demo

test: $(VENV)/dev.stamp  ## Run the tests that need only Python and Git
	$(BIN)/pytest -n auto

test-real: $(VENV)/dev.stamp  ## Run the tests against etcd, Kubernetes, Flux, Velero, S3 and promtool
	$(BIN)/python -m tests.real.harness.toolchain
	$(BIN)/pytest tests/real

bench: $(VENV)/dev.stamp  ## Print the ratios of speed to their baselines
	$(BIN)/python -m bench.bench

lint: $(VENV)/dev.stamp  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(VENV)/dev.stamp  ## Write the generated pages and schemas
	$(BIN)/python -m docs.generate

generate: $(VENV)/dev.stamp docs  ## Write everything that is generated: pages, schemas, the examples' output
	$(BIN)/python -m schemas.trim kubernetes
	$(BIN)/kedge compile

golden: $(VENV)/dev.stamp  ## Rewrite the expected output of tests; read the difference before you commit it
	GOLDEN=write $(BIN)/pytest tests/rules tests/golden tests/cli

clean:  ## Remove what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
