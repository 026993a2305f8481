# What is done with this project, each by one word. Everything but the compilers installs itself; see README.md.

.PHONY: serve build

serve: build ## Builds the page, serves it and prints its address
	@node scripts/serve.mjs

build: node_modules ## Builds the site into dist/
	@scripts/build-wasm.sh
	@node scripts/build.mjs

node_modules: package-lock.json
	@npm ci --no-audit --no-fund
	@touch node_modules
