# Two commands: `make run` (set up, run the default scenario, report) and `make test` (set up, run the tests).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.set-up

.PHONY: run test test-long test-quick lint lock pages benchmark clean

run: $(SETUP)
	$(BIN)/kanmon run --contributions

test: $(SETUP) browser lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not long" --durations=30

# What takes minutes: plans on the default pack, the optimiser against counting every plan.
test-long: $(SETUP)
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m long

test-quick: $(SETUP)
	$(BIN)/python -m pytest -q -m "not browser and not slow and not long"

lint: $(SETUP)
	$(BIN)/ruff check model tests
	$(BIN)/mypy

# The lock names every package with its hashes; the project itself is installed from this checkout.
$(SETUP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(SETUP)

# Chromium and a Japanese font, for the tests that open reports in a browser; where they cannot be installed, those tests say so.
.PHONY: browser
browser:
	@if ! command -v chromium >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-ipafont-gothic) >/dev/null 2>&1 \
	      || echo "Chromium could not be installed: the browser tests will be left out."; \
	  else echo "Chromium is missing and only root can install it (apt-get install chromium fonts-ipafont-gothic): the browser tests will be left out."; fi; fi

# Renew the lock after a change of pyproject.toml.
lock:
	$(BIN)/python -m piptools compile --quiet --extra dev --extra bench --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --output-file requirements.lock pyproject.toml

# Pages generated from the code: data dictionary, scenario reference, formulation.
pages: $(SETUP)
	$(BIN)/python -m kanmon.documents

# Times against other solvers, into reports/benchmark.md: about a quarter of an hour.
benchmark: $(SETUP)
	PYTHONPATH=tests $(BIN)/python tests/benchmarks/solver_times.py --write

clean:
	rm -rf $(VENV) build dist runs
