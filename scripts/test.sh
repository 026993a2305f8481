#!/usr/bin/env bash
# Passes every test, from the quick and near to the slow and far: test.sh
#
# Expects what `setup.sh test` installs, and the site in dist/. `make test` sees to both.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

title() { printf '\n== %s\n' "$*"; }

title "Rust, natively"
cargo test

title "The scripts, the package and the page's logic, in Node"
npm test

# The runner takes the browser whose driver such a variable names.
for driver in chromedriver geckodriver; do
    title "Rust, in a browser's worker, by $driver"
    env "${driver^^}=$(command -v "$driver")" cargo test --target wasm32-unknown-unknown --test web
done

title "The page, end to end, in Chromium, Firefox and WebKit"
npm run test:webdriver

# With the machine to themselves.
title "What holds the page to a time"
npm run test:timed
