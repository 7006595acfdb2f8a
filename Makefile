# make serve         builds the graph from data/, checks it and serves it:  make serve PORT=9000 STORE=dir
# make data          imports every table in a folder that Atlante knows:    make data DATA=folder STORE=dir
# make test          runs the tests but the slow ones, which are:           make test ARGS="-m 'slow or browser'"
# The other targets: setup check bench docs lock clean.

PORT ?= 8080
STORE ?= store
DATA ?= ../shared/data
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
       --no-annotate --no-header

.PHONY: serve data setup test check bench docs lock clean
.DELETE_ON_ERROR:

serve: $(VENV)/.installed
	@exec $(BIN)/kg serve --port $(PORT) --store $(STORE)

data: $(VENV)/.installed
	@$(BIN)/kg import all $(DATA) --store $(STORE)

setup: $(VENV)/.installed
	@echo "Ready: $(BIN)/kg --help"

test: $(VENV)/.installed-dev
	$(BIN)/pytest $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest tests/test_layout.py

bench: $(VENV)/.installed-dev
	@$(INSTALL) --group bench
	$(BIN)/python -m bench $(ARGS)
	$(BIN)/python -m bench.service
	$(BIN)/python -m bench.searching
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.identity
	$(BIN)/python -m bench.changes
	$(BIN)/python -m bench.writes
	$(BIN)/python -m bench.past

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/conformance.py

# Brings both lock files to the newest versions that pyproject.toml allows.
lock: $(VENV)/.installed
	$(LOCK) --upgrade pyproject.toml --group build -o requirements.lock
	$(LOCK) --upgrade pyproject.toml --group build --group dev \
	    -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) dist build frontend/node_modules server/static/dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find kg server tests docs bench -name __pycache__ -prune -exec rm -rf {} +

# The first interpreter that is new enough wins; what pyenv calls a shim may exist and still not run.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	        exec $$python -m venv $(VENV); \
	    fi; \
	done; \
	echo "Atlante needs Python 3.11 or newer, and there is none on the PATH." >&2; \
	echo "Install one (on Debian: apt-get install python3 python3-venv), or name yours: make PYTHON=/path/to/python3.12" >&2; \
	exit 1

# pip is given the lock's lines about uv alone, hashes included; everything after is installed by uv.
$(BIN)/uv: | $(BIN)/python
	@echo "Installing uv into $(VENV)"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt

FRONTEND := frontend/package.json frontend/package-lock.json frontend/build.js $(wildcard frontend/src/*.js)

$(VENV)/.installed: requirements.lock pyproject.toml hatch_build.py $(FRONTEND) | $(BIN)/python $(UV)
	@echo "Installing what Atlante needs into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@[ -e server/static/dist/manifest.json ] || echo "The scripts of pages were not bundled (no network, perhaps): pages work without them; after \`touch frontend/package.json\`, make tries again." >&2
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the development tools into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
