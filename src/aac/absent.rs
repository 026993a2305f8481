//! The parts of FDK that AAC-LC never runs, left out of the wasm module: 300 KB of SBR and MPEG Surround.
//!
//! The encoder is opened for the core alone, so its calls into these parts, each behind a test for their handles, are
//! never made. But the linker cannot know. It takes the library's files one by one, each for a symbol that is still
//! missing; these symbols are the two parts' whole surface, so defining them here keeps all their files out. The
//! signatures matter only as far as wasm compares them: a pointer and an integer are both a word.

/// A wasm32 word.
type Word = i32;

/// Each function takes as many words as it has names, and never returns: a call would be a defect, and traps.
macro_rules! absent {
    ($($name:ident($($parameter:ident)*) -> $result:ty;)*) => {$(
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "the library's names")]
        extern "C" fn $name($(_: absent!(@word $parameter)),*) -> $result {
            std::process::abort()
        }
    )*};
    (@word $parameter:ident) => { Word };
}

// libSBRenc/include/sbr_encoder.h
absent! {
    sbrEncoder_Close(encoder) -> ();
    sbrEncoder_EncodeFrame(encoder samples size data_bits data) -> Word;
    sbrEncoder_GetEstimateBitrate(encoder) -> Word;
    sbrEncoder_GetHeader(encoder bitstream element send) -> ();
    sbrEncoder_GetInputDataDelay(encoder) -> Word;
    sbrEncoder_GetLibInfo(info) -> Word;
    sbrEncoder_GetSbrDecDelay(encoder) -> Word;
    sbrEncoder_Init(
        encoder elements element_count input input_size bandwidth offset channels syntax rate factor frame_length
        object_type delay transform_factor header_period init_flags
    ) -> Word;
    sbrEncoder_IsSingleRatePossible(object_type) -> Word;
    sbrEncoder_LimitBitRate(bit_rate channels rate object_type) -> Word;
    sbrEncoder_Open(encoder elements channels parametric_stereo) -> Word;
    sbrEncoder_UpdateBuffers(encoder buffer size) -> Word;
}

// libSACenc/include/sacenc_lib.h
absent! {
    FDK_sacenc_close(encoder) -> Word;
    FDK_sacenc_encode(encoder input output arguments done) -> Word;
    FDK_sacenc_getInfo(encoder info) -> Word;
    FDK_sacenc_getLibInfo(info) -> Word;
    FDK_sacenc_init(encoder delay) -> Word;
    FDK_sacenc_open(encoder) -> Word;
    FDK_sacenc_setParam(encoder parameter value) -> Word;
}
