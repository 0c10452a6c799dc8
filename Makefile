SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help .venv demo serve test bench telephony check system-demo system-bench system-test
PACKAGES := ringtrail tracking numbers_pool telephony_bridge ingest attribution dashboards exporters
BIN := .venv/bin
STAMP := .venv/installed

help: ## list the targets
	@grep -hE '^[.a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([.a-z-]+):.*## (.*)/\1\t\2/' | expand -t 10

.venv: $(STAMP) ## make the environment from the locked requirements

$(STAMP): requirements/dev.txt pyproject.toml | system-demo
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Ringtrail needs python3 3.11 or newer" >&2; exit 1; }
	python3 -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

system-demo:
	@scripts/system.sh demo

system-bench:
	@scripts/system.sh bench

system-test:
	@scripts/system.sh test

demo: .venv ## start Ringtrail with a demo shop and print its address and sign-in
	$(BIN)/ringtrail demo

serve: .venv ## start Ringtrail
	$(BIN)/ringtrail serve

test: system-test telephony .venv ## run the tests
	$(BIN)/pytest -n 2 --dist loadfile

bench: system-bench telephony .venv ## measure a ring, a swap, a visit, the models, the marts: beside limit or peers
	$(BIN)/python -m bench.ring_to_live
	$(BIN)/python -m bench.swap
	$(BIN)/python -m bench.visit
	$(BIN)/python -m bench.loading
	$(BIN)/python -m bench.visit_rebuild
	$(BIN)/python -m bench.attribution_models
	$(BIN)/python -m bench.attribution_increment
	$(BIN)/python -m bench.identity
	$(BIN)/python -m bench.report_query

telephony: ## install the tests' telephone lab: Kamailio, SIPp, Asterisk 22
	@scripts/telephony.sh

check: .venv ## format, lint, types, import rules, dependencies, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(PACKAGES) tests bench
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/codespell
	$(BIN)/pytest -q tests/house/test_lock.py
	$(BIN)/pytest -q -s tests/tracking/script/test_build.py
