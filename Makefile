# Kommunsvar. `make` lists what there is to do. Needs GNU make and Python 3.11 or newer.

VENV ?= .venv
BIN := $(VENV)/bin
EXAMPLE_HOME := var/example

INSTALLED := $(VENV)/.installed
PEERS := .venv-peers
PEERS_INSTALLED := $(PEERS)/.peers-installed
EXAMPLE_LOADED := $(EXAMPLE_HOME)/.loaded
EXAMPLE := $(wildcard knowledge/examples/* index/glossary.yaml index/models/*.yaml \
	index/models/*/* index/models/*/*/* $(foreach part,parsing readers, \
	knowledge/$(part)/*.py knowledge/$(part)/*/*.py knowledge/$(part)/*/*/*.py))

export VENV
# Byte code is kept where it was compiled: the second start is the quick one.
unexport PYTHONDONTWRITEBYTECODE

# A question may hold any character: it reaches the command through the environment, unread by
# make and the shell.
unexport Q
export QUESTION := $(value Q)
ifneq ($(filter ask,$(MAKECMDGOALS)),)
ifeq ($(value Q),)
$(error Write the question: make ask Q="…")
endif
endif

.DEFAULT_GOAL := help
.PHONY: help install ask chat run test check format bench bench-peers lock clean

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z-]+: .*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## set up .venv; afterwards .venv/bin/kommunsvar is the program

ask: $(EXAMPLE_LOADED) ## answer a question from the example record: make ask Q="…"
	@$(BIN)/kommunsvar --home $(EXAMPLE_HOME) ask -- "$$QUESTION"

chat: $(EXAMPLE_LOADED) ## talk to the bot in the terminal, with the example record
	@$(BIN)/kommunsvar --home $(EXAMPLE_HOME) chat

# Exit code 2, as without a token: all was said, and make need not add its own line.
run: $(EXAMPLE_LOADED) ## run the Telegram bot, with the example record; says how to get a token
	@$(BIN)/kommunsvar --home $(EXAMPLE_HOME) serve || test $$? -eq 2

test: $(INSTALLED) ## run every test; some of them: make test ARGS="-k name"
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(INSTALLED) ## check style, format, types and the Dockerfile
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/hadolint Dockerfile

format: $(INSTALLED) ## put the code in its standard form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(INSTALLED) ## measure speed, memory and quality; all options: make bench ARGS=--help
	@$(BIN)/python scripts/bench.py $(ARGS)

bench-peers: $(PEERS_INSTALLED) ## install what bench then measures beside Kommunsvar

lock: $(INSTALLED) ## renew the lock files; to the newest versions: make lock ARGS=--upgrade
	@sh scripts/lock.sh $(ARGS)

clean: ## remove all that make has made; your own homes stay
	rm -rf $(VENV) $(PEERS) $(EXAMPLE_HOME) build dist *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find bot index knowledge scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml requirements.lock requirements-dev.lock requirements-torch.txt \
		scripts/install.sh
	@sh scripts/install.sh

# In an environment of their own, which git and ruff are told to leave alone.
$(PEERS_INSTALLED): scripts/benchmark/requirements-peers.txt requirements.lock \
		requirements-torch.txt scripts/install.sh
	@VENV=$(PEERS) sh scripts/install.sh --runtime --dependencies
	@echo '*' >$(PEERS)/.gitignore
	@$(PEERS)/bin/python -m pip install --disable-pip-version-check --quiet --no-compile --no-deps \
		-r scripts/benchmark/requirements-peers.txt
	@touch $@

# A home of make's own, made anew when the example documents, what reads them, the encoder, its
# calibration or the glossary change.
$(EXAMPLE_LOADED): $(EXAMPLE) | $(INSTALLED)
	@echo 'Loading the example record …' >&2
	@rm -rf $(EXAMPLE_HOME)
	@$(BIN)/kommunsvar --home $(EXAMPLE_HOME) example >&2
	@touch $@
