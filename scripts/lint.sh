#!/usr/bin/env bash
# Every lint, warnings denied: lint.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

cargo fmt --check
cargo clippy --all-targets -- -D warnings
cargo clippy --target wasm32-unknown-unknown --lib --example encode_whole --test web -- -D warnings
# What is of no use in a module by itself, the compiler says when it builds that: Cargo says it again, and builds nothing.
if scripts/build-wasm.sh 2>&1 | grep --before-context=100 'warning: `secuencia`'; then exit 1; fi
npm run lint
node scripts/sizes.mjs
