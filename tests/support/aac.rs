//! Encodes kinds of AAC that ffmpeg does not write, with FDK's encoder, and puts them in MP4 files.

use std::ptr;

use fdk_aac_sys as fdk;

/// Audio object types (ISO/IEC 14496-3, table 1.17).
pub const LC: u32 = 2;
pub const HE: u32 = 5;
pub const HE_V2: u32 = 29;

/// The framing of packets (`TRANSPORT_TYPE`).
pub const RAW: u32 = 0;
pub const ADTS: u32 = 2;
pub const LOAS: u32 = 10;

/// The ways in which an HE-AAC configuration signals SBR (`AACENC_SIGNALING_MODE`).
pub const IMPLICIT: u32 = 0;
pub const COMPATIBLE: u32 = 1;
pub const HIERARCHICAL: u32 = 2;

/// The encoder's settings.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub object_type: u32,
    pub rate: u32,
    pub channels: u32,
    pub bit_rate: u32,
    pub framing: u32,
    pub signalling: u32,
    /// The packets in each frame of ADTS or LOAS.
    pub subframes: u32,
    /// Whether ADTS frames have a CRC.
    pub is_checked: bool,
    /// `audioMuxVersion` of LOAS.
    pub mux_version: u32,
}

/// HE-AAC at 44.1 kHz in stereo, implicitly signalled.
pub const HE_STEREO: Kind = Kind {
    object_type: HE,
    rate: 44_100,
    channels: 2,
    bit_rate: 64_000,
    framing: RAW,
    signalling: IMPLICIT,
    subframes: 1,
    is_checked: false,
    mux_version: 0,
};

/// The encoder's result.
pub struct Encoded {
    /// The AudioSpecificConfig.
    pub config: Vec<u8>,
    /// The total delay in frames, including a decoder's own.
    pub delay: u32,
    pub packets: Vec<Vec<u8>>,
}

/// Encodes planes of samples. Surround channels are in MPEG's order: centre, left, right, back left, back right, LFE.
pub fn encode(kind: Kind, planes: &[Vec<f32>]) -> Encoded {
    let channels = planes.len();
    let frames = planes[0].len();
    let interleaved: Vec<i16> =
        (0..frames).flat_map(|n| planes.iter().map(move |plane| (plane[n] * 32_767.0) as i16)).collect();
    // SAFETY: each call's arguments follow `aacenc_lib.h`, and each stated length is that of its buffer.
    unsafe {
        let mut encoder = ptr::null_mut();
        assert_eq!(fdk::aacEncOpen(&raw mut encoder, 0, channels as u32), 0);
        let set = |parameter, value| assert_eq!(fdk::aacEncoder_SetParam(encoder, parameter, value), 0, "{parameter}");
        set(fdk::AACENC_PARAM_AACENC_AOT, kind.object_type);
        set(fdk::AACENC_PARAM_AACENC_SAMPLERATE, kind.rate);
        let mode = if kind.channels == 8 { fdk::CHANNEL_MODE_MODE_7_1_BACK as u32 } else { kind.channels };
        set(fdk::AACENC_PARAM_AACENC_CHANNELMODE, mode);
        set(fdk::AACENC_PARAM_AACENC_CHANNELORDER, 0);
        set(fdk::AACENC_PARAM_AACENC_BITRATE, kind.bit_rate);
        set(fdk::AACENC_PARAM_AACENC_TRANSMUX, kind.framing);
        set(fdk::AACENC_PARAM_AACENC_SIGNALING_MODE, kind.signalling);
        set(fdk::AACENC_PARAM_AACENC_TPSUBFRAMES, kind.subframes);
        set(fdk::AACENC_PARAM_AACENC_PROTECTION, kind.is_checked.into());
        set(fdk::AACENC_PARAM_AACENC_AUDIOMUXVER, kind.mux_version);
        let code = fdk::aacEncEncode(encoder, ptr::null(), ptr::null(), ptr::null(), ptr::null_mut());
        assert_eq!(code, 0, "{kind:?}");
        let mut info = std::mem::zeroed::<fdk::AACENC_InfoStruct>();
        assert_eq!(fdk::aacEncInfo(encoder, &raw mut info), 0);
        let mut encoded = Encoded {
            config: info.confBuf[..info.confSize as usize].to_vec(),
            delay: info.nDelay,
            packets: Vec::new(),
        };
        let mut rest = &interleaved[..];
        let mut packet = vec![0u8; 1 << 16];
        loop {
            let mut input = rest.as_ptr().cast_mut().cast();
            let mut output = packet.as_mut_ptr().cast();
            let (mut in_kind, mut in_size, mut in_element) =
                (fdk::AACENC_BufferIdentifier_IN_AUDIO_DATA as i32, 2 * rest.len() as i32, 2);
            let (mut out_kind, mut out_size, mut out_element) =
                (fdk::AACENC_BufferIdentifier_OUT_BITSTREAM_DATA as i32, packet.len() as i32, 1);
            let input = fdk::AACENC_BufDesc {
                numBufs: 1,
                bufs: &raw mut input,
                bufferIdentifiers: &raw mut in_kind,
                bufSizes: &raw mut in_size,
                bufElSizes: &raw mut in_element,
            };
            let output = fdk::AACENC_BufDesc {
                numBufs: 1,
                bufs: &raw mut output,
                bufferIdentifiers: &raw mut out_kind,
                bufSizes: &raw mut out_size,
                bufElSizes: &raw mut out_element,
            };
            let count = if rest.is_empty() { -1 } else { rest.len() as i32 };
            let arguments = fdk::AACENC_InArgs { numInSamples: count, numAncBytes: 0 };
            let mut done = std::mem::zeroed::<fdk::AACENC_OutArgs>();
            let code =
                fdk::aacEncEncode(encoder, &raw const input, &raw const output, &raw const arguments, &raw mut done);
            if code == fdk::AACENC_ERROR_AACENC_ENCODE_EOF {
                break;
            }
            assert_eq!(code, 0);
            if done.numOutBytes > 0 {
                encoded.packets.push(packet[..done.numOutBytes as usize].to_vec());
            }
            rest = &rest[done.numInSamples as usize..];
        }
        fdk::aacEncClose(&raw mut encoder);
        encoded
    }
}

/// The contents of an MP4 file, apart from its packets.
#[derive(Clone, Copy, Debug)]
pub struct Mp4<'a> {
    pub config: &'a [u8],
    pub timescale: u32,
    /// The duration of a packet, in the track's ticks.
    pub ticks: u32,
    /// The edit list's start and length, in the track's ticks, which are also the movie's.
    pub edit: Option<(u32, u32)>,
    /// The delay, the padding and the audio's length in frames, as in `iTunSMPB`.
    pub gapless: Option<[u32; 3]>,
}

/// Writes an MP4 file with one track.
pub fn mp4(description: &Mp4<'_>, packets: &[Vec<u8>]) -> Vec<u8> {
    let &Mp4 { config, timescale, ticks, edit, gapless } = description;
    let count = packets.len() as u32;
    let length = count * ticks;
    let matrix = words(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let ftyp = boxed(b"ftyp", &[b"M4A ", &words(&[0]), b"M4A isom"]);
    let mvhd = boxed(
        b"mvhd",
        &[&words(&[0, 0, 0, timescale, length, 0x1_0000, 0x100_0000, 0, 0]), &matrix, &words(&[0; 6]), &words(&[2])],
    );
    let tkhd = boxed(b"tkhd", &[&words(&[7, 0, 0, 1, 0, length, 0, 0, 0, 0x100_0000]), &matrix, &words(&[0, 0])]);
    let edts =
        edit.map(|(start, length)| boxed(b"edts", &[&boxed(b"elst", &[&words(&[0, 1, length, start, 0x1_0000])])]));
    let mdhd = boxed(b"mdhd", &[&words(&[0, 0, 0, timescale, length, 0x55c4_0000])]);
    let hdlr = boxed(b"hdlr", &[&words(&[0, 0]), b"soun", &words(&[0, 0, 0]), b"\0"]);
    let specific = descriptor(5, &[config]);
    let decoder = descriptor(4, &[&[0x40, 0x15, 0, 0, 0], &words(&[0, 0]), &specific]);
    let esds = boxed(b"esds", &[&words(&[0]), &descriptor(3, &[&[0, 0, 0], &decoder, &descriptor(6, &[&[2]])])]);
    let entry = boxed(b"mp4a", &[&words(&[0, 1, 0, 0, 0x2_0010, 0, timescale << 16]), &esds]);
    let stsd = boxed(b"stsd", &[&words(&[0, 1]), &entry]);
    let stts = boxed(b"stts", &[&words(&[0, 1, count, ticks])]);
    let stsc = boxed(b"stsc", &[&words(&[0, 1, 1, count, 1])]);
    let sizes: Vec<u32> = packets.iter().map(|packet| packet.len() as u32).collect();
    let stsz = boxed(b"stsz", &[&words(&[0, 0, count]), &words(&sizes)]);
    let udta = gapless.map(|[delay, padding, length]| {
        let note = format!(" 00000000 {delay:08X} {padding:08X} {length:016X} 00000000 00000000 00000000 00000000");
        let data = boxed(b"data", &[&words(&[1, 0]), note.as_bytes()]);
        let mean = boxed(b"mean", &[&words(&[0]), b"com.apple.iTunes"]);
        let name = boxed(b"name", &[&words(&[0]), b"iTunSMPB"]);
        let ilst = boxed(b"ilst", &[&boxed(b"----", &[&mean, &name, &data])]);
        let handler = boxed(b"hdlr", &[&words(&[0, 0]), b"mdir", b"appl", &words(&[0, 0]), b"\0"]);
        boxed(b"udta", &[&boxed(b"meta", &[&words(&[0]), &handler, &ilst])])
    });
    let movie = |first: u32| {
        let stco = boxed(b"stco", &[&words(&[0, 1, first])]);
        let stbl = boxed(b"stbl", &[&stsd, &stts, &stsc, &stsz, &stco]);
        let smhd = boxed(b"smhd", &[&words(&[0, 0])]);
        let dref = boxed(b"dref", &[&words(&[0, 1]), &boxed(b"url ", &[&words(&[1])])]);
        let minf = boxed(b"minf", &[&smhd, &boxed(b"dinf", &[&dref]), &stbl]);
        let mdia = boxed(b"mdia", &[&mdhd, &hdlr, &minf]);
        let trak = boxed(b"trak", &[&tkhd, edts.as_deref().unwrap_or(&[]), &mdia]);
        boxed(b"moov", &[&mvhd, &trak, udta.as_deref().unwrap_or(&[])])
    };
    let first = (ftyp.len() + movie(0).len() + 8) as u32;
    [ftyp, movie(first), boxed(b"mdat", &[&packets.concat()])].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, &body].concat()
}

fn descriptor(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&[tag, body.len() as u8][..], &body].concat()
}
