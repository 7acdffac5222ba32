# Two commands matter: `make run` and `make test`. Both need Python 3.11+, make and a package index.
# For a CPU build of torch with pip, on a machine where the package index serves a larger one:
#   make run TORCH_INDEX=https://download.pytorch.org/whl/cpu
# Into a new .venv, every file compared with the checksum that is committed here (torch excepted where
# TORCH_INDEX names another build of it):
#   make run LOCKED=1

PYTHON ?= python3
VENV   ?= .venv
DATA   ?= data
HOST   ?= 127.0.0.1
PORT   ?= 8000
TORCH_INDEX ?=
DIST   ?= dist
LOCKED ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
CONSTRAINED := $(PIP) --constraint constraints.txt
HASHED := $(PIP) --require-hashes --no-deps --only-binary :all:
# What keeps the locks, looks for advisories and writes the bill of materials: in an environment of its own.
SUPPLY := $(VENV)/supply/bin
COMPILE := $(SUPPLY)/uv pip compile --quiet --universal --python-version 3.11 --no-sources --generate-hashes \
	--no-annotate --no-header --constraint constraints.txt

export RAPPORTEUR_DATA := $(DATA)

.PHONY: run test soak lint format lock audit sbom clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed$(if $(LOCKED),-locked) ## install, index the sample where there is no index, serve
	@test -e $(DATA)/CURRENT || $(BIN)/rapporteur ingest ingest/sample
	@exec $(BIN)/rapporteur serve --host $(HOST) --port $(PORT)

test: lint ## every check and every fast test
	@$(BIN)/python -m pytest -n 2

soak: $(VENV)/.installed-soak ## the long tests: crashes, swaps, overload, fuzzing
	@$(BIN)/python -m pytest -m soak

# Sizes in paragraphs; above 135 the folder of English resolutions is needed.
BENCH_SIZES ?= 135 10000
BENCH_RESOLUTIONS ?= ../shared/corpus/resolutions
BENCH_OUT ?= bench

bench: $(VENV)/.installed-bench ## speed and memory beside other stacks: tables, JSON and curves in $(BENCH_OUT)
	@OMP_NUM_THREADS=1 $(BIN)/python -m eval.bench $(BENCH_SIZES) --resolutions $(BENCH_RESOLUTIONS) --out $(BENCH_OUT)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.supply ## the checksums of what constraints.txt pins, for every platform, from the package index
	@echo torch | $(COMPILE) --output-file requirements-torch.lock -
	@{ echo '# What an installation takes but torch, with the checksums of all its files: make lock'; \
	  $(COMPILE) $$(sed -nE 's/^(torch|triton|(cuda|nvidia)-[a-z0-9-]+)==.*/--no-emit-package \1/p' \
	    requirements-torch.lock) pyproject.toml; } > requirements.lock.new
	@{ echo "# torch and what it brings along, as the package index has it (Linux: built for CUDA): make lock"; \
	  cat requirements-torch.lock; } > requirements-torch.lock.new
	@mv requirements.lock.new requirements.lock
	@mv requirements-torch.lock.new requirements-torch.lock

audit: $(VENV)/.supply ## are there advisories for what is pinned; asks a vulnerability service on the network
	@$(SUPPLY)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock
	@$(SUPPLY)/pip-audit --strict --disable-pip --require-hashes --requirement requirements-torch.lock

sbom: $(VENV)/.supply ## the bill of materials, CycloneDX, in dist/
	@mkdir -p $(DIST)
	@{ cat requirements.lock; grep '^torch==' constraints.txt; } | $(SUPPLY)/cyclonedx-py requirements \
	  --pyproject pyproject.toml --mc-type application --output-reproducible --output-file $(DIST)/rapporteur.cdx.json -
	@echo "$(DIST)/rapporteur.cdx.json"

clean:
	rm -rf $(VENV) $(DATA) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A stamp for each set of packages: a second run starts at once, and a changed pyproject.toml or
# constraints.txt installs again.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rapporteur needs Python 3.11 or later, this is " + sys.version.split()[0] + ": name another with PYTHON=…")'
	@echo "creating $(VENV) and installing: a few minutes, once"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.torch: $(VENV)/.python
	@$(CONSTRAINED) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml constraints.txt
	@$(CONSTRAINED) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(CONSTRAINED) --editable '.[dev]'
	@touch $@

$(VENV)/.installed-soak: $(VENV)/.installed-dev
	@$(CONSTRAINED) --editable '.[dev,ray]'
	@touch $@

$(VENV)/.installed-locked: $(VENV)/.python pyproject.toml requirements.lock requirements-torch.lock
	@$(if $(TORCH_INDEX),$(CONSTRAINED) --no-deps --only-binary :all: --index-url $(TORCH_INDEX) torch,\
	  $(HASHED) --requirement requirements-torch.lock)
	@$(HASHED) --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

$(VENV)/.supply: $(VENV)/.python pyproject.toml
	@$(PYTHON) -m venv $(VENV)/supply
	@$(SUPPLY)/python -m pip --disable-pip-version-check install --quiet 'cyclonedx-bom>=7' 'pip-audit>=2.9' 'uv>=0.9'
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	@$(PIP) --editable '.[bench]'
	@touch $@
