# The commands of this house. Each installs first what is missing (packaging/setup.sh says what).
# ARGS are handed on: make run ARGS='--only-virtual --renderer wgpu'

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-full check bench soak mutants picture

# Where rustup puts cargo, for shells that do not know it yet.
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

ARGS ?=
MINUTES ?= 10
FUZZ_MINUTES ?= 10
RELEASE := $(or $(CARGO_TARGET_DIR),target)/release/capture-lab

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: ## Build the release and open the window (ARGS='…')
	@packaging/setup.sh build run
	cargo build --release --locked
	@"$(RELEASE)" $(ARGS)

test: ## Run the tests that need no more than base packages; those that need more are listed as ignored, with the reason
	@packaging/setup.sh build run test
	cargo test --locked

test-full: ## Run all tests: also virtual machine, X server, sound server, ffmpeg
	@packaging/setup.sh build run test full
	cargo build --release --locked
	CAPTURE_LAB="$(abspath $(RELEASE))" cargo test --locked -- --include-ignored --skip microphones::pulse::tests --skip microphones::pulse::desk --skip pulse_server
	tests/sound-server.sh cargo test --locked --lib -- --ignored opening_again_and_again_leaves_nothing_behind
	tests/sound-server.sh cargo test --locked --lib -- --ignored volume_and_mute_are_the_servers
	tests/sound-server.sh cargo test --locked --test sound -- --ignored --test-threads=1
	tests/sound-server.sh --suspended cargo test --locked --lib -- --ignored a_stream_that_never_delivers_leaves_nothing

check: ## Formatting, lints, documentation, licences
	@packaging/setup.sh build
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
	@if ! command -v cargo-deny >/dev/null; then echo "skipped: cargo deny: not installed (cargo install cargo-deny --locked)"; \
	else cargo deny --locked check bans licenses sources && \
	if cargo deny --locked fetch db; then cargo deny --locked check advisories; \
	else echo "skipped: cargo deny check advisories: their list cannot be fetched"; fi; fi
	@if command -v shellcheck >/dev/null; then shellcheck $$(git ls-files '*.sh') .ci/run; \
	else echo "skipped: shellcheck: not installed"; fi

bench: ## Measure what pictures cost, from conversion to the screen, what selection costs, and four cameras at once
	@packaging/setup.sh build run full
	cargo bench --locked --bench selection
	cargo bench --locked --bench convert
	cargo bench --locked --bench preview
	cargo bench --locked --bench cameras

soak: ## Preview and record for MINUTES (10), put thousands of random cases to the oracle, fuzz importer, decoders and what drivers answer for FUZZ_MINUTES (10) each
	@packaging/setup.sh build
	cargo bench --locked --bench soak -- $(MINUTES)
	ORACLE_CASES=5000 cargo test --locked --test spec oracle
	SEQUENCES=2500 cargo test --locked --test worker sequences
	fuzz/run.sh $(FUZZ_MINUTES)

mutants: ## Break model and selection in hundreds of places and see whether tests notice (ARGS='--shard 0/4')
	@packaging/setup.sh build
	packaging/mutants.sh $(ARGS)

picture: ## Make the picture of the window that the README shows
	@packaging/setup.sh build run full
	cargo build --release --locked
	packaging/picture.sh "$(RELEASE)" docs/window.png
