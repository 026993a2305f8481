fn main() {
    println!("cargo:rerun-if-changed=ffi");
    let mut build = cc::Build::new();

    build.include("ffi/minimp3");

    if cfg!(feature = "float") {
        build.define("MINIMP3_FLOAT_OUTPUT", None);
    }
    if cfg!(not(feature = "simd")) {
        build.define("MINIMP3_NO_SIMD", None);
    }
    if cfg!(not(feature = "mp1-mp2")) {
        build.define("MINIMP3_ONLY_MP3", None);
    }

    // minimp3 reads past the end of a corrupt frame's data, into its stack. Zeros there make the result repeatable.
    build.flag("-ftrivial-auto-var-init=zero");

    build
        .define("MINIMP3_IMPLEMENTATION", None)
        .file("ffi/minimp3.c")
        .compile("minimp3");
}
