#!/usr/bin/env bash
# Builds wasm modules for release, each with its JavaScript: build-wasm.sh [FOLDER [MODULE ...]]
#
#   engine.js, engine_bg.wasm     decodes, mixes and encodes, in the worker
#   page.js, page_bg.wasm         lists and stores the library, on the page; no codec
#   encoder.js, encoder_bg.wasm   bench/native/encode_whole.rs, for the benchmark; built only on request
#
# FOLDER defaults to target/wasm. Fails if a module imports anything but its own JavaScript.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

out=${1:-target/wasm}
modules=("${@:2}")
[ ${#modules[@]} -gt 0 ] || modules=(engine page)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Panic messages contain source paths. Remapping them makes the module the same on every machine.
sources="target.wasm32-unknown-unknown.rustflags = [
    '--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/crates', '--remap-path-prefix=$PWD=/secuencia']"

# Features that all browsers have had for years, and that rustc and clang use.
features=(--enable-simd --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext
    --enable-mutable-globals --enable-reference-types --enable-multivalue)

# Compiles a module: compile NAME. Sets `built` to the compiler's output.
compile() {
    local name=$1 flags target=${CARGO_TARGET_DIR:-target}/engine
    built=secuencia.wasm
    # Giving the crate type here, not in Cargo.toml, keeps link-time optimisation and a short export list.
    case $name in
        engine) flags=(--lib --crate-type cdylib --no-default-features --features engine) ;;
        # A separate target folder: Cargo gives both modules one file name, and would rebuild each after the other. The
        # page's code is not critical for speed, so it is optimised for size.
        page)
            flags=(--lib --crate-type cdylib --no-default-features --features page
                --config 'profile.release.opt-level = "z"')
            target=${CARGO_TARGET_DIR:-target}/page
            ;;
        encoder) flags=(--example encode_whole) built=examples/encode_whole.wasm ;;
        *) echo "build-wasm: there is no module $name" >&2 && exit 2 ;;
    esac
    built=$target/wasm32-unknown-unknown/release/$built
    cargo rustc "${flags[@]}" --release --target wasm32-unknown-unknown --target-dir "$target" --config "$sources"
}

finish() {
    local name=$1 built=$2
    if [ "$out/${name}_bg.wasm" -nt "$built" ] && [ "$out/${name}_bg.wasm" -nt scripts/build-wasm.sh ]; then
        return
    fi
    local flags=()
    # The package finds its modules itself (package/loading). An address in this JavaScript too would be one more file
    # for a bundler to copy, or to miss.
    [ "$name" = encoder ] || flags=(--omit-default-module-path)
    wasm-bindgen --target web "${flags[@]}" --out-name "$name" --out-dir "$work" "$built"
    # -Oz makes the module a fifth smaller than rustc does, and as fast as -O3. Inlining into single callers is off. It
    # saves no bytes, and makes FDK's encoder one function with a stack frame of 1 KiB, which WebKit on Linux sometimes
    # corrupts. WebKit's baseline compiler restores the stack pointer in two steps after a call. A signal between them
    # overwrites the frame, and WebKit sends itself many signals.
    node_modules/.bin/wasm-opt -Oz --one-caller-inline-max-function-size=0 "${features[@]}" \
        "$work/${name}_bg.wasm" -o "$work/${name}_bg.wasm"
    node scripts/check-imports.mjs "$work/${name}_bg.wasm"
    mkdir -p "$out"
    mv "$work/$name.js" "$work/$name.d.ts" "$out"
    # This file moves last: its timestamp marks the whole step as done.
    mv "$work/${name}_bg.wasm" "$out"
}

# Finishing takes one core, so the next module compiles meanwhile.
finishing=()
for name in "${modules[@]}"; do
    compile "$name"
    finish "$name" "$built" &
    finishing+=($!)
done
for one in "${finishing[@]}"; do
    wait "$one"
done
