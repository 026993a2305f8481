# The project's tasks, one word each. Everything but the compilers installs itself; see README.md.

.PHONY: serve test matrix faults demo bench lint advisories docs build

serve: docs ## Builds the page and the API reference, serves them and prints their addresses
	@node scripts/serve.mjs

test: build ## Installs what the tests need, and passes them all: native, in browsers, and end to end
	@scripts/setup.sh test
	@scripts/test.sh

matrix: build ## Exports with the packed package in pages of every bundler and policy; takes about six minutes
	@scripts/setup.sh demo
	@node tests/matrix/matrix.mjs
	@node tests/matrix/examples.mjs

faults: build ## Throws faults and spoilt files at the package, and updates docs/reliability.md; takes two hours
	@scripts/setup.sh test
	@node --import tsx webdriver/faults/campaign.mjs --write
	@node --import tsx webdriver/faults/kills.mjs --write
	@node --import tsx webdriver/faults/repeats.mjs --write
	@node --import tsx webdriver/faults/engines.mjs --write
	@node --import tsx webdriver/faults/spoilt.mjs --write
	@FUZZ_CASES=500 FUZZ_WRITE=1 node --import tsx --test webdriver/fuzz.test.mjs

demo: build ## Exports the sample, or PROJECT=file.json (.secuencia, .otio), into OUT=file.m4a, with no display
	@scripts/setup.sh demo
	@node --import tsx webdriver/demo.mjs

bench: build ## Measures it beside its peers, and writes bench/results.md; takes a few hours
	@scripts/setup.sh bench
	@cargo build --release --examples
	@scripts/build-wasm.sh target/bench/encoder encoder
	@node --import tsx bench/bench.mjs

lint: build ## rustfmt, clippy with warnings denied, cargo-deny, Biome, the TypeScript compiler and our own checks
	@scripts/setup.sh lint
	@scripts/lint.sh

advisories: ## Known faults in the crates and npm packages; needs GitHub and npm
	@scripts/setup.sh lint
	@scripts/advisories.sh

docs: build ## Writes the API reference from the doc comments into target/api
	@node scripts/api.mjs

build: ## Installs what is missing and builds the site into dist/
	@scripts/setup.sh build
	@scripts/build-wasm.sh
	@node scripts/build.mjs
