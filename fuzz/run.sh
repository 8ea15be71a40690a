#!/bin/sh
# Fuzzes what reads text from elsewhere, for some minutes each: fuzz/run.sh [MINUTES]
#
# What is found new stays in target/, a failing text under fuzz/artifacts; the kept seeds are in fuzz/corpus. Where the tools
# are missing it says so and ends well.
set -eu

minutes=${1:-10}
cd "$(dirname "$0")"

skip() {
  echo "skipped: fuzzing the importer: $*"
  exit 0
}

command -v cargo-fuzz >/dev/null || skip "cargo-fuzz is not installed (cargo install cargo-fuzz --locked)"
rustup toolchain list 2>/dev/null | grep -q nightly || skip "there is no nightly compiler (rustup toolchain install nightly)"

mkdir -p target/corpus/import
cargo +nightly fuzz run --fuzz-dir . import target/corpus/import corpus/import -- \
  -max_total_time=$((minutes * 60)) -max_len=4096 -dict=import.dict -timeout=10 -print_final_stats=1
