//! Stubs that keep unused parts of FDK out of the wasm module: 500 KB of the encoders of SBR and MPEG Surround, and
//! of the decoder's MPEG Surround, MPEG-D range control and USAC.
//!
//! The encoder is opened for the core only. It calls these parts only if their handles exist, so it never calls them.
//! The decoder never gets a USAC configuration. It does call MPEG Surround and range control for every stream; these
//! stubs answer like a part that has nothing to do. The linker cannot know this. It takes the library's files one by
//! one, each for a symbol that is still missing. The symbols here are all that the rest of the library uses of these
//! parts, so defining them keeps out all their files. The signatures matter only as far as wasm compares them: a
//! pointer and an integer are both one word.

/// A wasm32 word.
type Word = i32;

/// Defines functions that take as many words as they have names, and never return: a call would be a defect, and
/// traps.
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

/// Defines functions that take as many words as they have names, do nothing, and return 0 for success.
macro_rules! idle {
    ($($name:ident($($parameter:ident)*);)*) => {$(
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "the library's names")]
        extern "C" fn $name($(_: idle!(@word $parameter)),*) -> Word {
            0
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

// libSACdec/include/sac_dec_lib.h. The decoder opens it without a handle, and never enables it.
idle! {
    mpegSurroundDecoder_FreeMem(decoder);
    mpegSurroundDecoder_GetLibInfo(info);
    mpegSurroundDecoder_Open(decoder stereo domain);
    mpegSurroundDecoder_SetParam(decoder parameter value);
}
absent! {
    mpegSurroundDecoder_Apply(
        decoder input samples size frame_size channels frames rate codec types indices map
    ) -> Word;
    mpegSurroundDecoder_Close(decoder) -> ();
    mpegSurroundDecoder_Config(decoder bits codec rate frame_size stereo length_index bytes mode changed) -> Word;
    mpegSurroundDecoder_ConfigureQmfDomain(decoder interface rate codec) -> Word;
    mpegSurroundDecoder_GetDelay(decoder) -> Word;
    mpegSurroundDecoder_IsFullMpegSurroundDecoderInstanceAvailable(decoder) -> Word;
    mpegSurroundDecoder_IsPseudoLR(decoder is_pseudo) -> Word;
    mpegSurroundDecoder_Parse(decoder bits count codec rate frame_size independent) -> Word;
    mpegSurroundDecoder_ParseNoHeader(decoder bits count independent) -> Word;
}

// libDRCdec/include/FDK_drcDecLib.h. The decoder skips the bits that it would read from a packet.
idle! {
    FDK_drcDec_Close(decoder);
    FDK_drcDec_GetLibInfo(info);
    FDK_drcDec_GetParam(decoder parameter);
    FDK_drcDec_Init(decoder frame_size rate channels);
    FDK_drcDec_Open(decoder range);
    FDK_drcDec_ReadUniDrc(decoder bits);
    FDK_drcDec_SetCodecMode(decoder mode);
    FDK_drcDec_SetParam(decoder parameter value);
    FDK_drcDec_ReadUniDrcGain(decoder bits);
}
absent! {
    FDK_drcDec_ApplyDownmix(decoder input_map output_map samples channels) -> Word;
    FDK_drcDec_Preprocess(decoder) -> Word;
    FDK_drcDec_ProcessTime(decoder delay place channel offset count samples channel_offset) -> Word;
    FDK_drcDec_ReadDownmixInstructions_Box(decoder bits) -> Word;
    FDK_drcDec_ReadLoudnessBox(decoder bits) -> Word;
    FDK_drcDec_ReadLoudnessInfoSet(decoder bits) -> Word;
    FDK_drcDec_ReadUniDrcCoefficients_Box(decoder bits) -> Word;
    FDK_drcDec_ReadUniDrcConfig(decoder bits) -> Word;
    FDK_drcDec_ReadUniDrcInstructions_Box(decoder bits) -> Word;
    FDK_drcDec_SetChannelGains(decoder channels frame_size gains samples offset) -> ();
}

// libAACdec/src/usacdec_*.h, by their mangled C++ names.
absent! {
    _Z12CLpc_ConcealPA16_sPsS1_i(lsp lsf mean is_first) -> ();
    _Z13CLpd_FAC_ReadP13FDK_BITSTREAMPlPaiii(bits data exponent length use_gain frame) -> Word;
    _Z17bass_pf_1sf_delayPlPKiS_iiiPsS_(synthesis pitch gain length subframe delay memory output) -> ();
    _Z19CLpd_FAC_Acelp2MdctP6mdct_tPlS1_PKsiS1_iiiiPK8FIXP_SPKiPsiP15CAcelpStaticMemliihii(
        mdct output spectrum scale count fac exponent length frames left window right a a_exponent memory gain
        was_lost is_fd last_mode index symmetry
    ) -> Word;
    _Z21CLpd_RenderTimeSignalP28CAacDecoderStaticChannelInfoP22CAacDecoderChannelInfoPsiP16SamplingRateInfojjj(
        fixed channel samples length rates is_lost flags stream
    ) -> Word;
    _Z22CLpdChannelStream_ReadP13FDK_BITSTREAMP22CAacDecoderChannelInfoP28CAacDecoderStaticChannelInfoPK16SamplingRateInfoj(
        bits channel fixed rates flags
    ) -> Word;
    _Z24CLpdChannelStream_DecodeP22CAacDecoderChannelInfoP28CAacDecoderStaticChannelInfoj(
        channel fixed flags
    ) -> ();
    _Z24E_LPC_f_lsp_a_conversionPsS_Pi(lsp a exponent) -> ();
}
