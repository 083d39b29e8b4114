# The same targets on a laptop and in CI. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := --quiet --disable-pip-version-check --no-compile
unexport PYTHONDONTWRITEBYTECODE  # what is imported is compiled then, once and not by each process anew

.PHONY: help setup run test check audit format lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: .venv/runtime ## Build .venv from the locked, hashed dependencies
	@# compiled here for those who may not write there later; run and test compile the third that they import
	$(BIN)/python -m compileall -q -j 0 .venv/lib

run: .venv/runtime ## Migrate, make the demo company, serve on http://127.0.0.1:8000
	$(BIN)/touchstone run --demo $(ARGS)

test: .venv/development ## Run the whole suite: SQLite, PostgreSQL, Redis, browser
	$(BIN)/python -m tests.support.browser
	$(BIN)/python -m pytest -n $(or $(WORKERS),auto) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/development ## Lint, types, floors and rooms, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint templates
	d=$$(mktemp -d) && export TOUCHSTONE_DATA_DIR=$$d && $(BIN)/alembic upgrade head && $(BIN)/alembic check && rm -r $$d

audit: .venv/development ## Ask whether a locked library has a known hole (tolerates only being offline)
	$(BIN)/python -m tests.support.audit

format: .venv/development ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/development ## Renew the lock files after pyproject.toml was edited
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml $(LOCKING) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCKING) -o requirements-dev.lock

LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

clean: ## Remove what setup and the tests made (never your data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/runtime: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Touchstone needs Python 3.11 or newer: make PYTHON=python3.12 ...')"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(PIP) --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/development: .venv/runtime requirements-dev.lock
	$(BIN)/python -m pip install $(PIP) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
