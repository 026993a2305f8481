# What is done with this project, each by one word. Everything but the compilers installs itself; see README.md.

.PHONY: serve build

serve: build ## Builds the page, serves it and prints its address
	@node scripts/serve.mjs

build: ## Installs what is missing and builds the site into dist/
	@scripts/setup.sh build
	@scripts/build-wasm.sh
	@node scripts/build.mjs
