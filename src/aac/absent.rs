//! The parts of FDK that are never run, left out of the wasm module: 500 KB of the encoders of SBR and MPEG Surround,
//! and of the decoder's MPEG Surround, MPEG-D range control and USAC.
//!
//! The encoder is opened for the core alone, so its calls into these parts, each behind a test for their handles, are
//! never made. The decoder is never given a configuration of USAC. MPEG Surround and range control it asks for,
//! whatever it decodes, and gets the answer of a part that is there and has nothing to do. But the linker cannot know.
//! It takes the library's files one by one, each for a symbol that is still missing; these symbols are the two parts'
//! whole surface, so defining them here keeps all their files out. The signatures matter only as far as wasm compares
//! them: a pointer and an integer are both a word.

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

/// Each function takes as many words as it has names, does nothing, and answers that all is well, which is zero.
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

// libSACdec/include/sac_dec_lib.h. It is opened as no handle, and never enabled.
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

// libDRCdec/include/FDK_drcDecLib.h. What it would read of a packet, the decoder skips.
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

// libAACdec/src/usacdec_*.h, by the names that C++ gives them.
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
