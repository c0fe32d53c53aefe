# make help lists what there is. Everything happens inside .venv/ and instance/.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
RUN_READY := .venv/run.ready
DEV_READY := .venv/dev.ready
CATALOGUE := app/translations/ja/LC_MESSAGES/messages

.DEFAULT_GOAL := help
.PHONY: help run test sure faults bench format translations lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

run: $(RUN_READY) $(CATALOGUE).mo ## set everything up and serve (PORT=8000); Ctrl-C ends it
	@$(LOCAL) $(BIN)/flask --app wsgi setup
	@$(LOCAL) $(BIN)/honcho start --no-prefix

test: $(DEV_READY) $(CATALOGUE).mo ## set everything up and run all tests that this machine can run
	@$(BIN)/pytest -n 2 --dist worksteal

sure: $(DEV_READY) $(CATALOGUE).mo ## what to run before a commit: format, lint, types, contracts, tests
	$(BIN)/ruff format .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/pytest -n 2 --dist worksteal

faults: $(DEV_READY) $(CATALOGUE).mo ## races and faults at their full size, every page on both databases
	@TSUDOI_WHOLE=1 $(BIN)/pytest tests/faults tests/integration -m "whole" -s
	@TSUDOI_WHOLE=1 $(BIN)/pytest -n 2 --dist worksteal tests/integration tests/browser -m "not whole"

bench: $(DEV_READY) $(CATALOGUE).mo ## measure against a floor in the same run
	@$(BIN)/python -m tests.bench

translations: $(DEV_READY) ## bring the catalogue up to date with the texts of the code
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k _ --no-location --sort-output -o $(CATALOGUE).pot .
	$(BIN)/pybabel -q update -i $(CATALOGUE).pot -d app/translations -l ja --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 10000
	rm $(CATALOGUE).pot

lock: $(DEV_READY) ## renew requirements/*.txt from pyproject.toml
	$(UV) --output-file requirements/run.txt
	$(UV) --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean: ## forget the virtual environment and caches; instance/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

LOCAL = LOCAL_MAILBOX=1 PORT=$(PORT) PUBLIC_URL=http://127.0.0.1:$(PORT) \
	LOCAL_MAILBOX_PORT=$$(( $(PORT) + 25 )) PYTHONUNBUFFERED=1 PATH="$(CURDIR)/$(BIN):$$PATH"
UV = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --quiet

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tsudoi needs Python 3.11 or newer; name one by: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "This Python lacks venv. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

$(RUN_READY): requirements/run.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(DEV_READY): requirements/dev.txt requirements/run.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(RUN_READY)

$(CATALOGUE).mo: $(CATALOGUE).po | $(BIN)/python
	@$(BIN)/pybabel -q compile -i $< -o $@
