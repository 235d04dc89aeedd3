# Throughline: build, run, test. `make` alone lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test unit lint format bench lock python port peers chromium

PORT ?= 8000
# A PostgreSQL server for the tests; each run makes a database of its own and drops it.
export POSTGRESQL ?= postgres://postgres@127.0.0.1:5432/postgres

is_311 = $(filter True,$(shell $(or $(1),false) -c 'import sys; print(sys.version_info[:2] == (3, 11))' 2>/dev/null))
PYTHON ?= $(firstword $(foreach name,python3.11 python3,$(if $(call is_311,$(name)),$(name))))
PYTEST := .venv/bin/python -m pytest -q
# Two at a time: these share nothing, neither ports nor a database nor Redis.
UNIT := $(PYTEST) -n 2 -m "not (browser or stack or peers or redis or postgresql)"

help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1 | \2/p' $(MAKEFILE_LIST) | column -t -s '|'

run: port .venv/.run ## Start everything in this terminal; PORT=8000 moves it
	@LOCAL=true exec .venv/bin/python manage.py start --port $(PORT)

test: lint peers chromium ## What a change must pass: checks, then every lane of tests
	DATABASE_URL=$(POSTGRESQL) $(PYTEST) -m "database and not (browser or stack or peers or sqlite)"
	$(UNIT)
	$(PYTEST) -m "(browser or stack or peers or redis) and not postgresql"

unit: .venv/.dev ## The tests that take seconds: SQLite, no browser, no processes
	$(UNIT)

lint: .venv/.dev ## Style, templates, types
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m djlint --quiet --lint templates
	.venv/bin/python -m mypy

format: .venv/.dev ## Put the code into shape
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .

bench: .venv/.run ## Measure the engine on this machine; OPTIONS=--help lists what may be chosen
	@.venv/bin/python -m tests.benchmarks.engine $(OPTIONS)

lock: ## Resolve pyproject.toml anew into requirements*.txt (needs uv)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group targets -o requirements-targets.txt
COMPILE := uv pip compile -q --upgrade --no-header --generate-hashes --python-version 3.11

# What each of the above needs ------------------------------------------------------------

python:
	@$(if $(call is_311,$(PYTHON)),,$(error Python 3.11 is needed, and $(or $(PYTHON),python3) is not it: \
	install it, or name one with PYTHON=/path/to/python3.11))

port: python
	@$(if $(TROUBLE),$(error $(TROUBLE)))
TROUBLE = $(shell $(PYTHON) -m integrations.ports '$(PORT)')

# $(call install,virtual environment,requirements): with uv where there is one, else with pip.
define install
	@echo "Installing $(2) ..."
	@$(1)/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(1)
	@{ command -v uv >/dev/null && uv pip install -q --python $(1)/bin/python --require-hashes -r $(2); } || \
	  { { $(1)/bin/python -m pip --version || $(1)/bin/python -m ensurepip; } >/dev/null 2>&1 && \
	  $(1)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $(2); }
	@touch $@
endef

.venv/.run: requirements.txt | python
	$(call install,.venv,$<)

.venv/.dev: requirements-dev.txt .venv/.run
	$(call install,.venv,$<)

# Outside systems that nobody here wrote, for the peers lane.
.venv-targets/.run: requirements-targets.txt | python
	$(call install,.venv-targets,$<)

peers: .venv-targets/.run
	@test -x var/prism/node_modules/.bin/prism || ! command -v npm >/dev/null || \
	  timeout 180 npm install --silent --no-save --ignore-scripts --fetch-retries 1 --fetch-timeout 20000 \
	  --prefix var/prism @stoplight/prism-cli@5.14.2 || echo "npm could not install Prism; its tests are skipped."

chromium:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } || \
	  echo "Chromium is missing and can't be installed from here: apt-get install chromium. Its tests say so."
