#!/usr/bin/env bash
# Runs every test, the fast ones first: test.sh
#
# Needs the tools of `setup.sh test`, and the site in dist/; `make test` provides both.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

title() { printf '\n== %s\n' "$*"; }

title "Rust, natively"
cargo test

title "The scripts, the package and the page's logic, in Node"
npm test

# setup.sh has installed the drivers and the test runner, so wasm-pack downloads nothing.
title "Rust, in Chromium's and Firefox's workers"
wasm-pack test --headless --chrome --firefox --mode no-install -- --test web

title "The page, end to end, in Chromium, Firefox and WebKit"
npm run test:webdriver

title "The packed package in pages of others, in Chromium"
node tests/matrix/matrix.mjs --quick
node tests/matrix/examples.mjs

# Timed tests run alone on the machine.
title "What holds the page to a time"
npm run test:timed
