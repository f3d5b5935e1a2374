# Needs only Python 3.11+ and make. Two commands: `make demo` and `make test`.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.PHONY: demo test faults fuzz setup setup-dev lint format lock page manifest

demo: setup  ## set everything up and start the demo; ARGS=--once for the terminal
	@$(BIN)/python -m lineagebot demo $(ARGS)

test: setup-dev  ## set everything up and run the tests; ARGS="-k words" for some
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

faults: setup-dev  ## kill the bot at every crash point five times and at 100 random moments; half an hour
	@LINEAGEBOT_KILLS=100 $(BIN)/python -m pytest tests/crash tests/alerts/test_slack_faults.py tests/test_crashpoints.py $(ARGS)

fuzz: setup-dev  ## 200,000 spoilt statements on two processes; ARGS="--seed 7 --count 2000", or "--only 4711" to replay one
	@$(BIN)/python -m tests.sql.fuzz $(ARGS)

setup:
	@$(PYTHON) scripts/setup_venv.py runtime

setup-dev:
	@$(PYTHON) scripts/setup_venv.py dev

lint: setup-dev  ## style, types, and who may import whom
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup-dev
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

lock: setup-dev  ## resolve the dependencies anew; hashes, no registry addresses
	@$(BIN)/python scripts/lock.py

manifest: setup
	@$(BIN)/python -m lineagebot manifest --output app_manifest.yml

page:  ## rebuild the playground's page; the only thing here that needs Node
	@cd page && npm ci --no-audit --no-fund && npm run build
