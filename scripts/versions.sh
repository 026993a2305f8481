# The versions of the tools that Cargo.lock and package-lock.json do not know. Sourced by the other scripts.

# Keep in step, to the last digit: this and the pin of wasm-bindgen in Cargo.toml.
WASM_BINDGEN_VERSION=0.2.129
GECKODRIVER_VERSION=0.37.0
# Readers of what is written here, for the tests.
PYTHON_PACKAGES=(mutagen==1.48.1 opentimelineio==0.18.1)

# Tools that had to be installed for this project lie in the repository.
PATH=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools/bin:$PATH
export PATH

# What we add to FDK and to minimp3, their crates do not watch. This flag changes with it, so Cargo builds them anew.
CFLAGS_wasm32_unknown_unknown="-DSECUENCIA_SOURCES=$(
    cd "$(dirname "${BASH_SOURCE[0]}")/.." &&
        cat scripts/wasm-cc src/aac/fdk_wasm.h src/aac/fdk/* src/aac/libc/* src/media/mp3/* | cksum | cut -d' ' -f1)"
export CFLAGS_wasm32_unknown_unknown
