#!/usr/bin/env bash
# Every lint, warnings denied: lint.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

cargo fmt --check
cargo clippy --all-targets -- -D warnings
cargo clippy --target wasm32-unknown-unknown --lib --example encode_whole --test web -- -D warnings
for module in engine page; do
    cargo clippy --target wasm32-unknown-unknown --no-default-features --features "$module" --lib -- -D warnings
done
npm run lint
node scripts/sizes.mjs
