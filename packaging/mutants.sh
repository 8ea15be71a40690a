#!/bin/sh
# Mutation tests of src/model and src/selection: cargo-mutants breaks one thing after the other, and tests/spec and the
# modules' own tests should notice. They run in a small package under target/mutants, since the whole program takes too long
# to build hundreds of times. What is given is handed on: packaging/mutants.sh --shard 0/4, or --file 'src/model/*.rs', or
# --iterate, which leaves out what was caught before; after -- -- what the tests are told: --skip oracle is much faster.
set -eu
cd "$(dirname "$0")/.."

if ! command -v cargo-mutants >/dev/null; then
    echo "skipped: mutation tests: cargo-mutants is not installed (cargo install cargo-mutants --locked)"
    exit 0
fi

package="${CARGO_TARGET_DIR:-target}/mutants"
rm -rf "$package/src" "$package/tests"
mkdir -p "$package/src/cli" "$package/tests" "$package/.cargo"
cp -R src/covers.rs src/model src/selection "$package/src"
cp -R src/cli/select "$package/src/cli/select"
cp packaging/mutants/cli.rs "$package/src/cli/mod.rs"
cp -R tests/spec "$package/tests/spec"
cp Cargo.lock "$package/Cargo.lock"
printf '%s\n' '#![allow(dead_code, missing_docs)]' 'pub mod cli;' 'pub mod covers;' 'pub mod model;' 'pub mod selection;' \
    >"$package/src/lib.rs"
echo 'fn main() -> std::process::ExitCode { capture_lab::cli::run() }' >"$package/src/main.rs"
needed() { grep -E "^($1) = " Cargo.toml; }
{
    printf '%s\n' '[package]' 'name = "capture-lab"' 'version = "0.1.0"' 'edition = "2024"' '' \
        '[lib]' 'name = "capture_lab"' 'doctest = false' '' '[workspace]' '' '[profile.dev]' 'debug = false' '' '[dependencies]'
    needed 'ron|serde|serde_json|thiserror|uuid'
    printf '%s\n' '' '[dev-dependencies]'
    needed 'proptest'
} >"$package/Cargo.toml"

# Few random cases each time: there are hundreds of times.
export PROPTEST_CASES="${PROPTEST_CASES:-48}" ORACLE_CASES="${ORACLE_CASES:-20}"
cd "$package"
case " $* " in
    *" --file "*) ;;
    *) set -- --file 'src/model/*.rs' --file 'src/selection/*.rs' "$@" ;;
esac
exec nice cargo mutants --jobs 1 --timeout 60 --build-timeout 120 --no-shuffle --output . "$@"
