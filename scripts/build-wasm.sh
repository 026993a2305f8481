#!/usr/bin/env bash
# Builds wasm modules for release, each with its JavaScript: build-wasm.sh [FOLDER [MODULE ...]]
#
#   engine.js, engine_bg.wasm     what decodes, mixes and encodes, for the worker
#   page.js, page_bg.wasm         what lists and keeps the library, for the page; no codec
#   encoder.js, encoder_bg.wasm   examples/encode_whole.rs, for the benchmark; only when asked for
#
# FOLDER is target/wasm if not given.
# A module that imports anything but its own JavaScript is not let out.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

out=${1:-target/wasm}
modules=("${@:2}")
[ ${#modules[@]} -gt 0 ] || modules=(engine page)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Panic messages name source files: as anybody would see them, so that one source makes one module everywhere.
sources="target.wasm32-unknown-unknown.rustflags = [
    '--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/crates', '--remap-path-prefix=$PWD=/secuencia']"

# What every browser of the last years has, and rustc and clang use.
features=(--enable-simd --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext
    --enable-mutable-globals --enable-reference-types --enable-multivalue)

# Sets `built` to what the compiler made.
compile() {
    local name=$1 flags target=${CARGO_TARGET_DIR:-target}/engine
    built=secuencia.wasm
    # A crate type given here, and not in Cargo.toml, keeps link-time optimisation and a lean list of exports.
    case $name in
        engine) flags=(--lib --crate-type cdylib --no-default-features --features engine) ;;
        # In a folder of its own: Cargo gives it the engine's file name, and would build each anew after the other.
        # Nothing in it is in a hurry.
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
    wasm-bindgen --target web --out-name "$name" --out-dir "$work" "$built"
    # -Oz: a fifth smaller than what rustc leaves, and as fast as -O3.
    # No function is inlined into its only caller: that saves no bytes, and makes FDK's encoder one function with a
    # stack frame of 1 KiB, which WebKit on Linux loses at times. After a call, its first compiler restores the stack
    # pointer in two steps; a signal between them overwrites the frame, and WebKit sends itself many.
    node_modules/.bin/wasm-opt -Oz --one-caller-inline-max-function-size=0 "${features[@]}" \
        "$work/${name}_bg.wasm" -o "$work/${name}_bg.wasm"
    node scripts/check-imports.mjs "$work/${name}_bg.wasm"
    mkdir -p "$out"
    mv "$work/$name.js" "$work/$name.d.ts" "$out"
    # Last: its age tells whether all of this is done.
    mv "$work/${name}_bg.wasm" "$out"
}

# While one is finished, which takes one core, the next is compiled.
finishing=()
for name in "${modules[@]}"; do
    compile "$name"
    finish "$name" "$built" &
    finishing+=($!)
done
for one in "${finishing[@]}"; do
    wait "$one"
done
