#!/usr/bin/env bash
# Runs every lint, with warnings denied: lint.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

cargo fmt --check
cargo clippy --all-targets -- -D warnings
cargo clippy --target wasm32-unknown-unknown --lib --example encode_whole --test web -- -D warnings
# Building each module alone reveals its dead code. If it is built already, Cargo only repeats the warnings.
built=$(scripts/build-wasm.sh 2>&1) && ! grep --quiet 'warning: `secuencia`' <<<"$built" || { echo "$built" >&2 && exit 1; }
cargo deny --log-level error check licenses bans sources
npm run lint
node scripts/licences.mjs
node scripts/check-lines.mjs
node scripts/check-cycles.mjs
node scripts/check-docs.mjs
node scripts/sizes.mjs
node scripts/check-package.mjs
node scripts/check-code-blocks.mjs
node_modules/.bin/tsc --project bench/wishes
node bench/wishes/wishes.mjs
