# The two commands are `make run` and `make test`; `make help` lists the others.
PYTHON ?= python3
PORT ?= 8000
SOURCE ?= sample
# What `make bench` and `make relevance` measure: a collection folder with questions.
COLLECTION ?= sample
BENCH ?=
# Outside, PyTorch's own index has the small CPU build: make run TORCH_INDEX="--extra-index-url https://download.pytorch.org/whl/cpu"
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
export FINDER_HOME ?= var

.PHONY: help run test install install-dev check bench bench-scale bench-import fuzz vitals tour relevance clean

help:
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install ## index the sample organisation (or SOURCE=path) on first run and serve it on http://127.0.0.1:8000 (or PORT=8123)
	@$(BIN)/python -m indexer add $(SOURCE) || [ $$? -eq 3 ]
	@FINDER_DEMO_PRINCIPAL=$(if $(filter sample,$(SOURCE)),ada,) $(BIN)/python -m finder serve --port $(PORT) --examples

test: install-dev ## run every test, WORKERS (2) at a time
	$(BIN)/python -m pytest -n $(or $(WORKERS),2)

install: $(VENV)/.installed ## make .venv with the pinned dependencies

install-dev: $(VENV)/.installed-dev ## the same with what tests and checks need

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Installing into $(VENV): about 400 MB of packages where PyTorch's CPU build is at hand, several GB elsewhere (see TORCH_INDEX)."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet $(TORCH_INDEX) -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet $(TORCH_INDEX) -c constraints.txt -e '.[dev]'
	@touch $@

check: install-dev ## ruff, mypy --strict, import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-dev ## measure indexing, answering and memory beside the bare encoder
	$(BIN)/python -m tests.bench $(COLLECTION) $(BENCH)

bench-scale: install-dev ## measure what ranking and fetching cost among 200,000 passages and 5,000 people
	$(BIN)/python -m tests.scale

vitals: install-dev ## measure the pages of an indexed home in Chromium: paint, layout shift, bytes of script, answers while typing
	$(BIN)/python -m tests.vitals $(FINDER_HOME)

tour: install-dev ## walk docs/tour.md in Chromium over the sample as indexed in var/ (make run), and take its pictures anew
	TOUR_HOME=$(abspath $(FINDER_HOME)) $(BIN)/python -m pytest tests/browser/test_tour.py

bench-import: install-dev ## import exports of MEGABYTES (200) each, undisturbed and killed ten times, and compare
	$(BIN)/python -m tests.bench_import --megabytes $(or $(MEGABYTES),200)

fuzz: install-dev ## read INPUTS (3000) damaged inputs with every reader, or FUZZ="--only slack --seed 7"; for 100,000 see docs/connectors.md
	$(BIN)/python -m tests.fuzz --inputs $(or $(INPUTS),3000) $(FUZZ)

relevance: install ## print the table of docs/relevance.md for COLLECTION
	@$(BIN)/python -m finder evaluate $(COLLECTION) --markdown

clean: ## remove the virtual environment and caches, never the index in var/
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache *.egg-info
