# Everything a person or CI runs. `make demo` and `make test` do all set-up themselves.
PYTHON ?= python3
BIN := .venv/bin
# Without bytecode of the many modules that nobody loads, which would be half of the time.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps
unexport PYTHONDONTWRITEBYTECODE  # each of the suite's processes would compile everything anew

.PHONY: install install-dev demo test check lint types suite soak day pictures bench sbom clean

install: .venv/.runtime
install-dev: .venv/.dev

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Firsttouch needs Python 3.11 or newer; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python requirements/runtime.lock pyproject.toml
	$(PIP) --require-hashes -r requirements/runtime.lock
	$(PIP) --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.lock
	@# What most processes of the suite load is compiled once, meanwhile, and not by each of them.
	$(BIN)/python -W ignore -c "import prefect.server.api.server, pandas, hubspot, simple_salesforce, flows.cli" & \
	  $(PIP) --require-hashes -r requirements/dev.lock && wait
	@touch $@

demo: install
	$(BIN)/firsttouch demo

check: lint types

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: install-dev
	$(BIN)/mypy

test: lint
	@$(MAKE) --no-print-directory -j 2 types suite

suite: install-dev
	$(BIN)/pytest -n 4 --dist worksteal  # more than the cores: many tests wait for a vendor, a lease or a clock

soak: install-dev day
	FIRSTTOUCH_SOAK_LEADS=10000 $(BIN)/pytest -s -q --show-capture=no tests/e2e/test_soak.py
	FIRSTTOUCH_SERVER=1 $(BIN)/pytest -q tests/e2e/test_prefect_forms.py tests/e2e/test_prefect_alarms.py tests/e2e/test_prefect_causes.py
	FIRSTTOUCH_CROWD_LEADS=10000 $(BIN)/pytest -q tests/e2e/test_crowd.py
	FIRSTTOUCH_CRASH_POINTS=all $(BIN)/pytest -q -n 2 tests/e2e/test_crash_matrix.py tests/e2e/test_crash.py tests/e2e/test_overwritten_person.py tests/e2e/test_backfill_crash.py
	FIRSTTOUCH_EXAMPLES=all $(BIN)/pytest -q -n 2 $$(grep -rl --include='test_*.py' 'import some_of' tests)
	FIRSTTOUCH_FUZZ=10000 $(BIN)/pytest -q -n 2 --timeout=3600 tests/unit/test_fuzz_records.py tests/unit/test_fuzz_webhooks.py tests/e2e/test_fuzz_receiver.py

day: install-dev
	rm -rf var/day
	$(BIN)/python -m tests.day

pictures: install-dev  # those in docs/pictures, taken anew; needs Chromium (FIRSTTOUCH_CHROMIUM names one); ONLY=report or demo
	$(BIN)/python -m tests.pictures $(if $(ONLY),--only $(ONLY))

bench: install-dev  # all of them, into bench/RESULTS.md; QUICK=1: small sizes, into var/
	$(BIN)/python -m bench $(if $(QUICK),--quick)

sbom: install  # what a release is made of; of `make install` alone, as the other tools are no part of it
	$(PYTHON) -m venv .venv-release
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/release.lock
	@mkdir -p var
	.venv-release/bin/cyclonedx-py environment .venv --pyproject pyproject.toml --of JSON -o var/sbom.json
	@echo "var/sbom.json is written"

clean:
	rm -rf .venv .venv-release var
