//! Parses the headers of audio that is stored as bare frames: MPEG audio, ADTS and LOAS. Other kinds are recognised
//! only to be refused by name.

use crate::timeline::Frames;

/// The number of bytes in which a header is parsed. E-AC-3 and ADTS need seven, MPEG audio four.
pub(super) const HEADER: usize = 8;

/// Kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Mp3,
    Adts,
    Layer1,
    Layer2,
    Ac3,
    Eac3,
    Dts,
    /// AAC in LATM, in LOAS frames.
    Loas,
}

impl Framing {
    pub(super) const ALL: [Self; 8] =
        [Self::Mp3, Self::Adts, Self::Layer1, Self::Layer2, Self::Ac3, Self::Eac3, Self::Dts, Self::Loas];
}

/// The fields of one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The fields that all headers of a stream share: version, layer or profile, rate, and in ADTS the channels. In
    /// MP3, the channels may change from frame to frame.
    pub(super) kind: [u8; 3],
    /// Bytes from this header to the next; `None` in a free format, where only the next header shows it.
    pub(super) length: Option<u64>,
    /// Padding bytes in a frame of a free format.
    pub(super) padding: u64,
    /// Header bytes that the decoder does not want.
    pub(super) skipped: u64,
    /// Packets in the frame, as far as the header declares.
    pub(super) packets: u64,
    /// Audio frames per packet.
    pub(super) frames: Frames,
    /// The sample rate in Hz.
    pub(super) rate: u32,
    pub(super) channels: u8,
}

impl Header {
    /// The most bytes of an MP3 frame: in a free format, 640 kb/s at 8 kHz, which is the most that LAME writes.
    /// minimp3 has no room for more.
    pub(super) const MAX_MP3_BYTES: usize = 5761;

    /// Parses the header at the start of these bytes.
    pub(super) fn parse(framing: Framing, bytes: &[u8]) -> Option<Self> {
        match framing {
            Framing::Mp3 => Self::mpeg(bytes, 1),
            Framing::Layer2 => Self::mpeg(bytes, 2),
            Framing::Layer1 => Self::mpeg(bytes, 3),
            Framing::Adts => Self::adts(bytes),
            Framing::Ac3 => Self::ac3(bytes),
            Framing::Eac3 => Self::eac3(bytes),
            Framing::Dts => Self::dts(bytes),
            Framing::Loas => Self::loas(bytes),
        }
    }

    /// Parses an MPEG audio header (ISO/IEC 11172-3, 2.4.1.3; 13818-3, 2.4.2.3; "MPEG 2.5" halves the rates again) of
    /// a layer, given by its code.
    fn mpeg(bytes: &[u8], layer: u8) -> Option<Self> {
        const III_1: [u64; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        const II_1: [u64; 15] = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
        const I_1: [u64; 15] = [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
        const III_2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        const I_2: [u64; 15] = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
        const HERTZ: [u32; 3] = [44_100, 48_000, 32_000];
        let &[sync, version, rate, mode, ..] = bytes else { return None };
        if sync != 0xff || version & 0xe0 != 0xe0 || version >> 1 & 3 != layer {
            return None;
        }
        let (is_mpeg_1, divisor) = match version >> 3 & 3 {
            3 => (true, 1),
            2 => (false, 2),
            0 => (false, 4),
            _ => return None,
        };
        let (kilobits, frames, slot) = match (layer, is_mpeg_1) {
            (1, true) => (III_1, 1152, 1),
            (1, false) => (III_2, 576, 1),
            (2, true) => (II_1, 1152, 1),
            (2, false) => (III_2, 1152, 1),
            (_, true) => (I_1, 384, 4),
            (_, false) => (I_2, 384, 4),
        };
        let kilobits = *kilobits.get(usize::from(rate >> 4))?;
        let hertz = HERTZ.get(usize::from(rate >> 2 & 3))? / divisor;
        let padding = slot * u64::from(rate >> 1 & 1);
        let length = frames / 8 / slot * 1000 * kilobits / u64::from(hertz) * slot + padding;
        Some(Self {
            kind: [version & 0x1e, rate & 0x0c, u8::from(kilobits == 0)],
            length: (kilobits > 0).then_some(length),
            padding,
            skipped: 0,
            packets: 1,
            frames,
            rate: hertz,
            channels: if mode >> 6 == 3 { 1 } else { 2 },
        })
    }

    /// Parses an ADTS header (ISO/IEC 13818-7, 6.2) of one to four raw data blocks. With check words, the header
    /// holds the position of each block after the first, and a check word follows each block.
    fn adts(bytes: &[u8]) -> Option<Self> {
        const HERTZ: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
        let &[sync, version, profile, channels, length, rest, blocks, ..] = bytes else { return None };
        let packets = 1 + u64::from(blocks & 3);
        let skipped = if version & 1 == 1 { 7 } else { 7 + 2 * packets };
        let length = u64::from(channels & 3) << 11 | u64::from(length) << 3 | u64::from(rest >> 5);
        let is_header = sync == 0xff && version & 0xf6 == 0xf0 && length > skipped;
        let configuration = (profile & 1) << 2 | channels >> 6;
        is_header.then_some(Self {
            kind: [version & 0x08, profile & 0xfd, channels & 0xc0],
            length: Some(length),
            padding: 0,
            skipped,
            packets,
            frames: 1024,
            rate: *HERTZ.get(usize::from(profile >> 2 & 0x0f))?,
            channels: if configuration == 7 { 8 } else { configuration },
        })
    }

    /// Returns the header of a frame that is recognised only to be refused.
    fn foreign(kind: [u8; 3], length: u64) -> Self {
        Self { kind, length: Some(length), padding: 0, skipped: 0, packets: 0, frames: 0, rate: 0, channels: 0 }
    }

    /// Parses an AC-3 header (ETSI TS 102 366, 4.3.1 and table 4.13).
    fn ac3(bytes: &[u8]) -> Option<Self> {
        const KILOBITS: [u64; 19] =
            [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
        let &[0x0b, 0x77, _, _, code, version, ..] = bytes else { return None };
        let kilobits = KILOBITS.get(usize::from((code & 0x3f) >> 1))?;
        let words = match code >> 6 {
            0 => kilobits * 2,
            1 => kilobits * 320 / 147 + u64::from(code & 1),
            2 => kilobits * 3,
            _ => return None,
        };
        (version >> 3 <= 10).then(|| Self::foreign([code & 0xc0, version & 0xf8, 0], 2 * words))
    }

    /// Parses an E-AC-3 header (the same, E.1.2.1).
    fn eac3(bytes: &[u8]) -> Option<Self> {
        let &[0x0b, 0x77, first, second, rate, version, ..] = bytes else { return None };
        let words = u64::from(first & 7) << 8 | u64::from(second);
        let is_header = (11..=16).contains(&(version >> 3)) && first >> 6 != 3 && words > 2;
        is_header.then(|| Self::foreign([rate & 0xc0, version & 0xf8, 0], 2 * (words + 1)))
    }

    /// Parses a DTS header (ETSI TS 102 114, 5.3), in 16-bit words of either byte order, but not in 14-bit words.
    fn dts(bytes: &[u8]) -> Option<Self> {
        let swapped: [u8; HEADER] = [1, 0, 3, 2, 5, 4, 7, 6].map(|at: usize| bytes.get(at).copied().unwrap_or(0));
        let (bytes, is_swapped) = match bytes {
            [0xfe, 0x7f, 0x01, 0x80, ..] => (&swapped[..], 1),
            _ => (bytes, 0),
        };
        let &[0x7f, 0xfe, 0x80, 0x01, _, one, two, three, ..] = bytes else { return None };
        let length = (u64::from(one & 3) << 12 | u64::from(two) << 4 | u64::from(three >> 4)) + 1;
        (length >= 96).then(|| Self::foreign([is_swapped, 0, 0], length))
    }

    /// Parses LOAS's `AudioSyncStream` (ISO/IEC 14496-3, 1.7.2). The other fields are in the frame's configuration.
    fn loas(bytes: &[u8]) -> Option<Self> {
        let &[0x56, length, rest, ..] = bytes else { return None };
        let length_bytes = u64::from(length & 0x1f) << 8 | u64::from(rest);
        let header = Self { skipped: 3, packets: 1, frames: 1024, ..Self::foreign([0; 3], length_bytes + 3) };
        (length & 0xe0 == 0xe0 && length_bytes > 0).then_some(header)
    }
}
