# Every task in one word; `just` alone lists them.

_default:
    @just --list --unsorted

# Build the command and write kubernetes/
build *args:
    cargo run --release -- build {{args}}

# Run all tests; words narrow them down
test *args:
    cargo test --workspace {{args}}

# Run all tests and show how much of each file of lang/ they reach (needs cargo-llvm-cov)
coverage:
    cargo llvm-cov --workspace --no-report -- --test-threads=1
    cargo llvm-cov report --ignore-filename-regex "$PWD/(cli|tests)/" --summary-only

# Rewrite the expected results of the tests
bless:
    RZP_BLESS=1 cargo test -p rzp-tests --test spec

# Time the programs of tests/bench/
bench: _release
    #!/usr/bin/env bash
    set -euo pipefail
    TIMEFORMAT='%3U s'
    for program in tests/bench/*.rzp; do
        printf '%-32s' "$(basename "$program" .rzp)"
        time target/release/rzp eval "$program" > /dev/null
    done

# Look for texts that break a promise: parse, format, eval or yaml (needs nightly and cargo-fuzz)
fuzz target seconds="600":
    cd tests/fuzz && cargo run --locked --example seeds
    cd tests/fuzz && cargo +nightly fuzz run -s none {{target}} -- -dict=rzp.dict -timeout=10 -max_total_time={{seconds}}

# Bring all code into the one style
fmt:
    cargo fmt --all
    cargo run --release -- fmt

# All that must hold before a change is taken
ci:
    .ci/run

_release:
    cargo build --release -p rzp
