# `make` alone lists the targets. Logic lives in tests and in the binary; targets stay short.
.DEFAULT_GOAL := help
CARGO ?= cargo

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## check that the tools are here, and say how to get what is missing
	@sh .ci/setup

run: ## build, then run the demo city on an embedded SQLite file
	@sh .ci/setup run
	$(CARGO) run --release --quiet -p gridwhistle-cli -- demo --force
	@echo "The program is target/release/gridwhistle: put it on your PATH, or type the path, for the commands above."

test: setup fmt-check lint docs ## everything CI runs: format, clippy, docs, all tests
	$(CARGO) test --workspace --quiet

fmt-check:
	$(CARGO) fmt --all --check

lint: ## clippy with warnings denied
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings

docs: ## build the API documentation with warnings denied
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet

golden: ## rewrite the golden files from the code; read the diff before you commit it
	UPDATE_EXPECT=1 $(CARGO) test --workspace --quiet

bench: ## measure the log beside raw SQLite (SECONDS, ROUNDS, EVENTS), and the import where the data is
	@sh .ci/setup run
	$(CARGO) bench --quiet -p gridwhistle-store --bench log
	$(CARGO) bench --quiet -p gridwhistle-tests --bench import

.PHONY: help setup run test fmt-check lint docs golden bench
