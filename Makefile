# `make` alone lists what can be made.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# One target folder may be shared by several checkouts.
CARGO ?= cargo
export VITRINA_TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),$(CURDIR)/target)

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: assets ## build and start a seeded shop (SQLite, no account, no network)
	$(CARGO) run --release -p vitrina-server -- demo $(ARGS)

test: ## set up what the tests need, then run them all
	@tests/bin/run

test-core: ## the Rust tests on SQLite alone: needs nothing but Rust
	$(CARGO) test --workspace

check: ## formatting, clippy, floors
	$(CARGO) fmt --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) test -q -p vitrina-tests --test floors

torture: ## the long loops: kill -9 under load, crowds at the last piece
	@tests/bin/torture

bench: ## measure beside a bare handler and write docs/performance.md
	@WRITE="$(CURDIR)/docs/performance.md" tests/bin/bench $(ARGS)

assets: ## bundle the office's scripts and the fonts (left out without Node)
	@if command -v npm >/dev/null; then cd themes && (cmp -s package-lock.json node_modules/.lock-seen || (npm ci --ignore-scripts --silent && cp package-lock.json node_modules/.lock-seen)) && node build.mjs; \
	else echo "assets: Node is missing; the office will be plain forms and fonts the system's"; fi

pictures: ## draw the demo world's pictures anew
	$(CARGO) run --release -p vitrina-atelier

.PHONY: help demo test test-core check torture bench assets pictures
