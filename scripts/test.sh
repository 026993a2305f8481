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

# The test runner uses the browser whose driver this variable names.
for driver in chromedriver geckodriver; do
    title "Rust, in a browser's worker, by $driver"
    env "${driver^^}=$(command -v "$driver")" cargo test --target wasm32-unknown-unknown --test web
done

title "The page, end to end, in Chromium, Firefox and WebKit"
npm run test:webdriver

# Timed tests run alone on the machine.
title "What holds the page to a time"
npm run test:timed
