# What one does with this repository. `make` alone lists it.

.DEFAULT_GOAL := help
SHELL := /bin/bash
TARGET := $(or $(CARGO_TARGET_DIR),target)
WEB_SOURCES := $(shell find web/src web/public web/tools web/index.html web/vite.config.ts -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help run build test test-deps fmt lint bench screens clean-demo

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

run: build ## start the product with a demo workspace on http://localhost:8080
	@mkdir -p data
	$(TARGET)/release/entente serve --demo --listen 127.0.0.1:8080 --database sqlite:data/demo.db

build: web/dist/index.html ## the program as it is used: target/release/entente
	cargo build --release --locked --package server --bin entente

test: ## every check there is (scripts/test STEP… runs some)
	@scripts/test

test-deps: ## what the tests need: installed with apt as root, otherwise named
	@scripts/test-deps

fmt: web/node_modules/.installed ## format everything
	cargo fmt --all
	npm --prefix web run format

lint: ## formats, lints, invariants; no tests
	@scripts/test format lints tidy web-check

bench: web/dist/index.html ## measure the release build against its targets and raw SQL
	cargo xtask bench

screens: web/dist/index.html ## take the screenshots in docs/screens
	cargo build --locked --package server --bin entente
	npm --prefix web run screens

clean-demo: ## delete the demo workspace of `make run`
	rm -f data/demo.db data/demo.db-* data/demo.db.lock data/demo.before-v*.db

# The web app is embedded in the program, so it comes first.
web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	npm --prefix web run build -- --logLevel warn
	@touch $@

web/node_modules/.installed: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@
