# Two commands are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench pictures lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/.demo ## the whole bot in a browser page: no account, no network
	@$(BIN)/python -m bot demo $(ARGS)

run: $(VENV)/.run ## the bot for real, from .env
	@$(BIN)/python -m bot run $(ARGS)

test: $(VENV)/.dev ## every test, PostgreSQL included
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

check: $(VENV)/.dev ## style, types, imports, migrations against models, documentation against code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/test_documentation.py tests/storage/test_migrations.py

bench: $(VENV)/.dev ## figures: matching, pipeline, storage, cards, memory
	@$(BIN)/python -m tests.benchmarks $(ARGS)

pictures: $(VENV)/.dev ## draw the cards in a headless Chromium and save them as pictures
	@$(BIN)/python -m tests.cards.pictures $(ARGS)

lock: $(VENV)/.dev ## write the lock files anew
	@for name in run demo dev; do \
		case $$name in run) extra= ;; *) extra="--extra $$name" ;; esac; \
		$(BIN)/uv pip compile pyproject.toml locks/build.in $$extra --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file locks/$$name.txt; \
	done

clean: ## forget the environment and the caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# One environment; the later stamps contain the earlier ones, and each is renewed when its lock file changes.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Rootstock needs Python 3.11 or later; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.%: locks/%.txt | $(VENV)/bin/python
	@echo "Installing what locks/$*.txt names (once) ..."
	@$(PIP) install --quiet --require-hashes --requirement locks/$*.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
