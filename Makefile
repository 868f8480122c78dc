# Two commands are the whole set-up: `make serve` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: serve test openedx texts screenshots lock prove-exercises prove-parsers prove-formulas prove-tries prove-backup prove-grades compare-formulas

serve: .venv/serve.stamp
	@$(BIN)/nabla serve

# What is compiled is kept, wherever that is turned off: a hundred processes start meanwhile.
test: .venv/test.stamp
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

# The LTI platform of Open edX, which is not ours and AGPL, in an environment of its own: tests with it are skipped
# without. Once, before `make test`.
openedx: .venv/openedx.stamp

# Every exercise over 400 seeds a level, where `make test` takes a few, and docs/proof.md anew: some minutes.
SEEDS ?= 400
prove-exercises: .venv/serve.stamp
	@$(BIN)/nabla check --seeds $(SEEDS) --report

# A million texts for the readers of answers, where `make test` takes three thousand: some minutes. Then as many that a
# fuzzer finds by what they reach, where atheris is installed.
READINGS ?= 1000000
prove-parsers: .venv/test.stamp
	@READINGS=$(READINGS) $(BIN)/python -m pytest -n0 tests/test_reading_anything.py
	@$(BIN)/python -m benchmarks.fuzz -runs=$(READINGS)

# Fifty backups while students submit, each restored and compared with what was acknowledged, where `make test` takes
# three: a minute or two.
BACKUPS ?= 50
prove-backup: .venv/test.stamp
	@BACKUPS=$(BACKUPS) $(BIN)/python -m pytest -n0 tests/test_backup.py -k under_load

# Ten thousand grades on their way to a platform of each kind that fails now and then, where `make test` sends two hundred:
# equal on both sides in the end, none out of order. Ten minutes.
GRADES ?= 10000
prove-grades: .venv/test.stamp
	@GRADES=$(GRADES) $(BIN)/python -m pytest -n0 -s tests/test_passback_outages.py -k "many or thousands"

# Two hundred parallel submissions with three tries left, a hundred times, where `make test` takes 3: some minutes.
RACES ?= 100
prove-tries: .venv/test.stamp
	@RACES=$(RACES) $(BIN)/python -m pytest -n0 tests/test_tries.py -k two_hundred_parallel

# Half a million hostile formulas where `make test` sends some thousands, and as many guided by coverage where atheris can
# be had (it is installed beside the tests' packages): half an hour.
INPUTS ?= 500000
prove-formulas: .venv/test.stamp
	@$(PIP) install --target .venv/fuzz atheris || echo "atheris cannot be had here: without guidance by coverage." >&2
	@INPUTS=$(INPUTS) PYTHONPATH=.venv/fuzz $(BIN)/python -m pytest -n0 tests/test_formula_hostile.py

# The battery of formulas judged by other graders, too: sympy, in an environment of its own, and mitx-grading-library
# where MITX names a checkout of https://github.com/mitodl/mitx-grading-library. Three minutes.
MITX ?=
compare-formulas: .venv/test.stamp
	@test -x .venv/peers/bin/python || $(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/python -m pip --disable-pip-version-check --quiet install sympy "numpy<2" scipy pyparsing
	@$(BIN)/python -m benchmarks.compare_formulas .venv/peers/bin/python $(MITX)

.venv/serve.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Nabla needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) -V 2>&1`. Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks venv, which keeps Nabla's packages apart. Install it (Debian, Ubuntu: sudo apt install python3-venv) and run make again." >&2; exit 1; }
	@echo "Installing Nabla into .venv (once) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/serve.stamp requirements-test.lock
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

.venv/openedx.stamp: tests/openedx/requirements.lock | .venv/serve.stamp
	@echo "Installing the LTI platform of Open edX into .venv/openedx (once) ..."
	@$(PYTHON) -m venv --clear .venv/openedx
	@.venv/openedx/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r tests/openedx/requirements.lock
	@touch $@

# The words of all pages, for translators: docs/pages.md says how a language is added.
texts: .venv/test.stamp
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --sort-by-file --no-location --omit-header \
	  --output-file app/texts/nabla.pot app

# The pictures of the README anew, with Chromium.
screenshots: .venv/test.stamp
	@$(BIN)/python docs/screenshots/take.py

# Pins every package, for every Python from 3.11 on and every platform, with hashes.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-header --no-annotate --upgrade
LOCK := $(COMPILE) pyproject.toml --group build
lock: .venv/test.stamp
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group test --group lock --constraints requirements.lock --output-file requirements-test.lock
	@$(COMPILE) tests/openedx/requirements.in --output-file tests/openedx/requirements.lock
