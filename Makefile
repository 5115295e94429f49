# Every command of the project. `make` alone lists them; docs/operations.md explains more.
# The work is done by `vitals` (plugins/vitals/cli.py); here is only what must happen before it.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
VITALS := PYTHONPATH=plugins $(BIN)/python -m vitals.cli
# The first of these that is 3.11 to 3.13 makes .venv; or say `make PYTHON=/path/to/python`.
PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
# Trust what the machine trusts: a company's network may have a certificate of its own.
TRUST := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)
PYTEST := PYTHONPATH=plugins $(BIN)/python -m pytest
# Three processes with servers of their own, for two cores: much of a test is waiting. `make test PARALLEL=` for one.
PARALLEL := -n 3 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo up down status dag schedule sql env connect accounts import token dataset populate rebuild-from-lake \
	delete-participant stream test test-fast test-deps test-containers \
	bench research-plots docs lint format lock clean

# Without compiled files every start of Python imports three times as long.
unexport PYTHONDONTWRITEBYTECODE

# Reach the recipes through the environment, so that no quote in them can end a shell word.
export DAG CONF Q PROVIDER PARTICIPANT FILES NAME STUDY ID

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP)  ## set up, start everything, load a synthetic cohort through Airflow, show the results
	@$(VITALS) demo

up: $(STAMP)  ## start the services and Airflow
	@$(VITALS) up

down: $(STAMP)  ## stop them; the data stays
	@$(VITALS) down

status: $(STAMP)  ## show each service
	@$(VITALS) status

dag: $(STAMP)  ## run one DAG to its end: make dag DAG=iot_master_dag [CONF='{"mode": "full"}']
	@$(VITALS) dag "$$DAG" --conf "$$CONF"

schedule: $(STAMP)  ## let every DAG run by itself from now on (ARGS=off: only by hand)
	@$(VITALS) schedule $(or $(ARGS),on)

sql: $(STAMP)  ## print what a query returns as CSV: make sql Q='select * from agg.daily_health limit 3'
	@$(VITALS) sql "$$Q"

env: $(STAMP)  ## print every connection and password as export lines: eval "$(make env)"
	@$(VITALS) env

connect: $(STAMP)  ## connect an account: make connect PROVIDER=google_health PARTICIPANT=p0001
	@$(VITALS) connect "$$PROVIDER" --participant "$$PARTICIPANT" $(ARGS)

accounts: $(STAMP)  ## list the connected accounts and what to do about them (ARGS=--check asks)
	@$(VITALS) accounts $(ARGS)

import: $(STAMP)  ## load account exports: make import FILES='takeout-1.zip takeout-2.zip' PARTICIPANT=p0001
	@set -f; $(VITALS) import $$FILES --participant "$$PARTICIPANT" $(ARGS)

token: $(STAMP)  ## make a token of the API: make token NAME=notebook [PARTICIPANT=p0001 | STUDY=s1]
	@$(VITALS) token create "$$NAME" $(if $(filter file undefined,$(origin PARTICIPANT)),,--participant "$$PARTICIPANT") \
		$(if $(filter file undefined,$(origin STUDY)),,--study "$$STUDY") $(ARGS)

dataset: $(STAMP)  ## write a frozen data set: make dataset NAME=sleep-2026 [STUDY=sleep] [ARGS='--end 2026-06-30']
	@$(VITALS) dataset make "$$NAME" $(if $(filter file undefined,$(origin STUDY)),,--study "$$STUDY") $(ARGS)

populate: $(STAMP)  ## fill an empty warehouse from the archive and the lake, as after a lost database
	@$(VITALS) populate

rebuild-from-lake: $(STAMP)  ## load again what providers have delivered (ARGS='--again --participant p0001')
	@$(VITALS) rebuild-from-lake $(ARGS)

delete-participant: $(STAMP)  ## delete somebody everywhere, for good: make delete-participant ID=p0001 [ARGS=--yes]
	@$(VITALS) delete-participant "$$ID" $(ARGS)

stream: $(STAMP)  ## the heart-rate stream: make stream ARGS=up, then ARGS='produce --events 100000' (ARGS=--help)
	@$(VITALS) stream $(ARGS)

test: $(STAMP) test-deps  ## run all tests (ARGS='-k name' for some of them)
	@$(PYTEST) $(PARALLEL) -m "not containers" $(ARGS)

test-fast: $(STAMP)  ## run the tests that take seconds
	@$(PYTEST) $(PARALLEL) -m "not slow and not containers" $(ARGS)

test-containers: $(STAMP)  ## build the images and run docker-compose.yaml with podman (as root)
	@$(PYTEST) -m containers $(ARGS)

test-deps:
	@tests/install-browser

bench: $(STAMP)  ## measure speed and memory against this machine's own limits, print JSON
	@PYTHONPATH=plugins $(BIN)/python -m benchmarks

research-plots: $(STAMP)  ## draw docs/research/*.svg from a year of synthetic people (needs `make up`)
	@PYTHONPATH=plugins $(BIN)/python -m vitals.research

docs: $(STAMP)  ## write docs/data-dictionary.md anew from the running warehouse
	@PYTHONPATH=plugins $(BIN)/python -m vitals.data_dictionary

lint: $(STAMP)  ## check style, types, layers and SQL
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=plugins $(BIN)/lint-imports --no-logo
	@$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 include

format: $(STAMP)  ## put Python into the agreed form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: $(STAMP)  ## compile requirements.txt and requirements-dev.txt anew from the .in files
	@$(BIN)/uv pip compile --quiet $(TRUST) --universal --no-header --annotation-style=line \
		requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet $(TRUST) --universal --no-header --annotation-style=line \
		requirements-dev.in -o requirements-dev.txt

clean: ## stop everything and delete what can be made again; the data in .vitals/ stays
	@if [ -x $(BIN)/python ]; then $(VITALS) down; fi
	@rm -rf $(VENV) .vitals/packages .pytest_cache .ruff_cache .mypy_cache .hypothesis \
		.import_linter_cache include/dbt/target include/dbt/logs
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	@if [ -d .vitals ]; then echo "kept: data, logs and passwords in .vitals/ (as root below /root: /var/lib/vitals-warehouse/)"; fi

$(STAMP): requirements-dev.txt
	@set -e; \
	if ! $(BIN)/python -c '' 2>/dev/null; then \
		for python in $(PYTHONS); do \
			$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
				2>/dev/null && break; \
			python=; \
		done; \
		if [ -z "$$python" ]; then \
			echo "make: Python 3.11, 3.12 or 3.13 is needed: install it, or name it with PYTHON=..." >&2; \
			exit 1; \
		fi; \
		if ! $$python -c 'import venv, ensurepip' 2>/dev/null; then \
			echo "make: Python's venv module is missing: apt-get install python3-venv" >&2; \
			exit 1; \
		fi; \
		rm -rf $(VENV); \
		$$python -m venv $(VENV); \
	fi; \
	echo "Installing Python packages into $(VENV) (only when requirements-dev.txt changes)"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	$(BIN)/uv pip install --quiet $(TRUST) --python $(BIN)/python -r requirements-dev.txt; \
	printf '#!/bin/sh\nPYTHONPATH="%s/plugins" exec "%s/$(BIN)/python" -m vitals.cli "$$@"\n' \
		"$(CURDIR)" "$(CURDIR)" > $(BIN)/vitals; \
	chmod 755 $(BIN)/vitals; \
	touch $@
