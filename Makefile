# `make` alone lists the targets. Logic lives in tests and in the binary; targets stay short.
.DEFAULT_GOAL := help
CARGO ?= cargo
# What needs stock sqlite-es, postgres-es or disintegrate, in a workspace of its own: docs/decisions/0002-peers-workspace.md
# They are built into the same target folder, where the crates that both workspaces use are built once.
PEERS = --quiet --locked --manifest-path peers/Cargo.toml --target-dir $(or $(CARGO_TARGET_DIR),target)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## check that the tools are here, and say how to get what is missing; installs PostgreSQL where root may
	@sh .ci/setup

run: scripts ## build, then serve the demo city, live, on an embedded SQLite file: http://127.0.0.1:8080
	@sh .ci/setup run
	$(CARGO) run --release --quiet -p gridwhistle-cli -- demo --force --serve

scripts: ## fetch the scripts that pages embed, where npm is; without them pages work, and do not move by themselves
	@if [ -d crates/web/node_modules ]; then :; elif command -v npm >/dev/null 2>&1; then \
	  npm ci --silent --prefix crates/web || echo "scripts: they could not be fetched; pages will not move by themselves" >&2; \
	else echo "scripts: no npm here; pages will not move by themselves" >&2; fi

test: setup fmt-check lint docs ## everything CI runs: format, clippy, docs, all tests
	$(CARGO) test --workspace --quiet --no-fail-fast
	$(CARGO) test $(PEERS)

fmt-check:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path peers/Cargo.toml --check

lint: ## clippy with warnings denied
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings

lint-peers: ## the same for the peers; not in `make test`, where it would check all their crates for this alone
	$(CARGO) clippy $(PEERS) --all-targets -- -D warnings

docs: ## build the API documentation with warnings denied
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet

suite: ## run the suites of log and views and the races on the engine that GRIDWHISTLE_SUITE_URL names
	@[ -n "$(GRIDWHISTLE_SUITE_URL)" ] || { echo "suite: name a database of the engine in GRIDWHISTLE_SUITE_URL: postgres://USER:PASSWORD@HOST:PORT/DATABASE" >&2; exit 1; }
	$(CARGO) test --quiet -p gridwhistle-store --test conformance --test views --test postgres -- postgres:: processes::

bench-pages: setup scripts ## measure the pages in a real browser on a demo city (CASES): first view, bytes, script; and how they grow with the ledger (LEDGER), on SQLite and PostgreSQL
	$(CARGO) build --release --quiet -p gridwhistle-cli
	$(CARGO) build --quiet -p gridwhistle-cluster
	cd tests/browser && node measure.mjs ../../target/release/gridwhistle $(or $(CASES),3000)
	cd tests/browser && node growth.mjs ../../target/release/gridwhistle $(or $(LEDGER),1000000) 40
	cd tests/browser && node growth.mjs ../../target/release/gridwhistle $(or $(LEDGER),1000000) 40 ../../target/debug/gridwhistle-cluster

supply: ## check licences, sources and doubled crates, and write what the program is made of (CycloneDX) to target/sbom
	@sh .ci/supply

package: ## build the Debian package into target/debian (needs `cargo install cargo-deb`)
	@cargo deb --version >/dev/null 2>&1 || { echo "package: cargo-deb is missing: cargo install --locked cargo-deb" >&2; exit 1; }
	$(CARGO) deb --package gridwhistle-cli

golden: ## rewrite the golden files from the code; read the diff before you commit it
	UPDATE_EXPECT=1 $(CARGO) test --workspace --quiet --no-fail-fast

peers: ## build the benchmarks' peers, stock sqlite-es, postgres-es and disintegrate, in their workspace (peers/)
	@sh .ci/setup run
	$(CARGO) build --release $(PEERS)

bench: ## measure log and engine beside raw SQLite and sqlite-es (SECONDS, ROUNDS, EVENTS), opening, import, figures (CASES)
	@sh .ci/setup run
	-@$(MAKE) --no-print-directory peers
	$(CARGO) bench --quiet -p gridwhistle-tests --bench log
	$(CARGO) bench --quiet -p gridwhistle-tests --bench opening
	$(CARGO) bench --quiet -p gridwhistle-tests --bench import
	$(CARGO) bench --quiet -p gridwhistle-tests --bench figures

bench-postgres: setup ## measure log, engine and views on a PostgreSQL of its own beside plain SQL, postgres-es, disintegrate (SECONDS, ROUNDS, EVENTS, CASES)
	-@$(MAKE) --no-print-directory peers
	$(CARGO) bench --quiet -p gridwhistle-tests --bench postgres
	STORE=postgres $(CARGO) bench --quiet -p gridwhistle-tests --bench figures

bench-audit: ## measure sealing, looking, proving, judging and replaying, from SQLite and from segments (EVENTS, ROUNDS, PARTS)
	@sh .ci/setup run
	$(CARGO) bench --quiet -p gridwhistle-tests --bench audit

bench-feed: ## measure what clients of the live feed cost that only listen (CLIENTS)
	@sh .ci/setup run
	$(CARGO) bench --quiet -p gridwhistle-tests --bench feed

bench-http: setup ## measure the service over real sockets, on SQLite and PostgreSQL, beside the engine itself (RATE, SECONDS)
	$(CARGO) bench --quiet -p gridwhistle-tests --bench http

.PHONY: help setup run scripts supply package test fmt-check lint lint-peers docs suite golden peers bench bench-postgres bench-audit bench-http bench-feed
