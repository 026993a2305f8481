//! Lets `fdk-aac-sys` link for the web.
//!
//! Its build script always links the C++ runtime of the *host*, `-lstdc++` or `-lc++`, whatever the target is. The
//! library uses nothing of that runtime. So for wasm an empty archive of that name on our link path is enough.

use std::path::Path;
use std::{env, fs, io};

/// An `ar` archive without members consists of the magic number alone.
const EMPTY_ARCHIVE: &[u8] = b"!<arch>\n";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        let directory = env::var("OUT_DIR").map_err(io::Error::other)?;
        for runtime in ["libstdc++.a", "libc++.a"] {
            fs::write(Path::new(&directory).join(runtime), EMPTY_ARCHIVE)?;
        }
        println!("cargo::rustc-link-search=native={directory}");
    }
    Ok(())
}
