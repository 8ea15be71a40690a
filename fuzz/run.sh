#!/bin/sh
# Fuzzes what reads text and pictures from elsewhere, for some minutes each: fuzz/run.sh [MINUTES [TARGET…]]
#
# Targets: import (calls and constraints), decode (frames of all pixel formats), v4l2 (what drivers answer). What is found new stays in target/, what made a
# target fail under fuzz/artifacts; the kept seeds are in fuzz/corpus. Where the tools are missing it says so and ends well.
set -eu

minutes=${1:-10}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- import decode v4l2
cd "$(dirname "$0")"

skip() {
  echo "skipped: fuzzing of the importer, the decoders and of what drivers answer: $*"
  exit 0
}

command -v cargo-fuzz >/dev/null || skip "cargo-fuzz is not installed (cargo install cargo-fuzz --locked)"
rustup toolchain list 2>/dev/null | grep -q nightly || skip "there is no nightly compiler (rustup toolchain install nightly)"

for target in "$@"; do
  dictionary=
  [ ! -e "$target.dict" ] || dictionary="-dict=$target.dict"
  mkdir -p "target/corpus/$target"
  # shellcheck disable=SC2086 # no dictionary is no argument
  cargo +nightly fuzz run --fuzz-dir . "$target" "target/corpus/$target" "corpus/$target" -- \
    -max_total_time=$((minutes * 60)) -max_len=4096 $dictionary -timeout=10 -print_final_stats=1
done
