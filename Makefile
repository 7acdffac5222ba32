# Two commands matter: `make run` and `make test`. Both need Python 3.11+, make and a package index.
# For a CPU build of torch with pip, on a machine where the package index serves a larger one:
#   make run TORCH_INDEX=https://download.pytorch.org/whl/cpu

PYTHON ?= python3
VENV   ?= .venv
DATA   ?= data
HOST   ?= 127.0.0.1
PORT   ?= 8000
TORCH_INDEX ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

export RAPPORTEUR_DATA := $(DATA)

.PHONY: run test soak lint format clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed ## install, index the sample where there is no index, serve
	@test -e $(DATA)/CURRENT || $(BIN)/rapporteur ingest ingest/sample
	@exec $(BIN)/rapporteur serve --host $(HOST) --port $(PORT)

test: lint ## every check and every fast test
	@$(BIN)/python -m pytest -n 2

soak: $(VENV)/.installed-dev ## the long tests: crashes, swaps, overload, fuzzing
	@$(BIN)/python -m pytest -m soak

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(DATA) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A stamp for each set of packages: a second run starts at once, and a changed pyproject.toml or
# constraints.txt installs again.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rapporteur needs Python 3.11 or later, this is " + sys.version.split()[0] + ": name another with PYTHON=…")'
	@echo "creating $(VENV) and installing: a few minutes, once"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) --editable '.[dev]'
	@touch $@
