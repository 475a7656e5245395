# Paygate on one machine. Everything that these targets make lives in .local/; `infra/paygate_local` does the work.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help secrets up down reset status logs demo test check bench lock pictures format openapi

PYTHON ?= python3
VENVS := .local/venvs
UV := $(VENVS)/uv/bin/uv
PROJECT := $(VENVS)/project
RUN := PYTHONPATH=infra:layers/core/python $(PROJECT)/bin/python
# Settings given to make, as in `make up TEST_PAYMENT_SUCCESS=false`, reach the stack like variables of the shell.
SETTINGS := PAYGATE_HOME PAYGATE_SERVERS PAYGATE_PORT LOCALSTACK_PORT POSTGRES_PORT VALKEY_PORT LAYER_PYTHON_VERSION \
	TEST_MODE TEST_PAYMENT_SUCCESS TEST_PROCESSING_DELAY WEBHOOK_RETRY_SCHEDULE WEBHOOK_RETRY_INTERVALS_TEST \
	WEBHOOK_DISABLE_AFTER_SECONDS RATE_LIMIT_PER_SECOND AUTHORIZATION_WINDOW_SECONDS LOG_LEVEL
$(foreach name,$(SETTINGS),$(if $(value $(name)),$(eval export $(name))))

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' Makefile | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

up: $(PROJECT)/ready  ## Bring the whole stack up on this machine and deploy Paygate to it
	@$(RUN) -m paygate_local up

down: $(PROJECT)/ready  ## Stop the stack; data stays
	@$(RUN) -m paygate_local down

reset: $(PROJECT)/ready  ## Stop the stack and delete its data
	@$(RUN) -m paygate_local reset

status: $(PROJECT)/ready  ## Show which parts of the stack run
	@$(RUN) -m paygate_local status

logs: $(PROJECT)/ready  ## Follow all logs, or one function's: make logs F=process_payments
	@$(RUN) -m paygate_local logs $(F)

demo: $(PROJECT)/ready  ## Pay an order and watch its webhook arrive
	@$(RUN) -m paygate_local demo

secrets: $(PROJECT)/ready  ## Print the servers' passwords, for docker compose
	@$(RUN) -m paygate_local secrets

check: $(PROJECT)/ready  ## Lint, types and unit tests, in under a minute
	@$(RUN) -m paygate_local.checks

test: $(PROJECT)/ready  ## Run every test, beside a running stack if there is one
	@$(RUN) -m paygate_local.test_run

bench: $(PROJECT)/ready  ## Measure the functions as deployed, in about ten minutes: make bench ARGS="--quick"
	@$(RUN) -m tests.performance.bench $(ARGS)

pictures: $(PROJECT)/ready  ## Take the documentation's pictures anew, from the browser tests
	@$(RUN) -m pytest -q tests/browser -k "looks or demo_shop or photographed"
	@for picture in docs/images/*.png; do cp .local/screenshots/$$(basename $$picture) $$picture; done

format: $(PROJECT)/ready  ## Format the code
	@$(PROJECT)/bin/ruff format . && $(PROJECT)/bin/ruff check --fix .
	@[ ! -e dashboard/node_modules ] || (cd dashboard && npm run --silent format)

openapi: $(PROJECT)/ready  ## Generate docs/openapi.yaml from the routes and the models
	@$(RUN) -m paygate_local.openapi

# uv makes every other environment; it comes from PyPI, by hash, into an environment of its own.
$(UV): infra/bootstrap/requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer, or run make PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Paygate needs Python 3.11 or newer; choose one with make PYTHON=/path/to/python3."; exit 1; }
	@echo "Preparing uv and the project environment (once)…" >&2
	@rm -rf $(VENVS)/uv && $(PYTHON) -m venv $(VENVS)/uv || { echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)."; exit 1; }
	@$(VENVS)/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $< || { echo "uv could not be installed: is PyPI reachable?"; exit 1; }
	@touch $@

$(PROJECT)/ready: requirements.txt $(UV)
	@$(UV) venv --quiet --clear --python $(VENVS)/uv/bin/python $(PROJECT)
	@$(UV) pip sync --quiet --python $(PROJECT) --require-hashes requirements.txt || { echo "The project environment could not be installed: is PyPI reachable?"; exit 1; }
	@touch $@

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade
# What Chalice lists only for its command line; its runtime needs none of it.
CHALICE_CLI := pip setuptools wheel inquirer botocore click blessed editor jinxed readchar runs wcwidth xmod ansicon pyyaml
lock: $(UV)  ## Renew every lock file
	$(COMPILE) infra/bootstrap/requirements.in -o infra/bootstrap/requirements.txt
	$(COMPILE) pyproject.toml --group dev -o requirements.txt
	$(COMPILE) infra/sam/requirements.in -o infra/sam/requirements.txt
	$(COMPILE) infra/lambda_runtime/requirements.in -o infra/lambda_runtime/requirements.txt
	$(COMPILE) --exclude-newer 2025-10-25 infra/localstack/requirements.in -o infra/localstack/requirements.txt
	$(COMPILE) infra/migrations/requirements.in -o infra/migrations/requirements.txt
	$(COMPILE) $(CHALICE_CLI:%=--no-emit-package %) layers/deps/requirements.in -o layers/deps/requirements.txt
