//! An AAC stream's configuration: the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), read and written, and its short
//! form in ADTS headers.

use super::bits::{BitReader, BitWriter};
use crate::media::layout::Speaker::{
    self, BackCentre, BackLeft, BackRight, FrontCentre, FrontLeft, FrontLeftOfCentre, FrontRight, FrontRightOfCentre,
    Lfe, Other, SideLeft, SideRight, TopFrontLeft, TopFrontRight,
};
use crate::media::{ChannelLayout, MediaError};
use crate::timeline::Frames;

/// Audio object types (ISO/IEC 14496-3, table 1.17).
const MAIN: u8 = 1;
const LC: u8 = 2;
const SSR: u8 = 3;
const LTP: u8 = 4;
const SBR: u8 = 5;
const SCALABLE: u8 = 6;
const ER_LC: u8 = 17;
const ER_LTP: u8 = 19;
const ER_SCALABLE: u8 = 20;
const ER_BSAC: u8 = 22;
const ER_LD: u8 = 23;
const PS: u8 = 29;
const ESCAPE: u8 = 31;
const ER_ELD: u8 = 39;
const USAC: u8 = 42;

/// Values of `syncExtensionType`, for spectral band replication and for parametric stereo.
const SBR_FOLLOWS: u32 = 0x2b7;
const PS_FOLLOWS: u32 = 0x548;

/// The sample rates that have an index (table 1.18), in Hz.
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

/// The highest core rate, in Hz, at which packets may hold spectral band replication that the configuration does not
/// declare. FDK and ffmpeg assume it up to this rate only.
const MAX_DOUBLED_RATE: u32 = 48_000;

/// Whether the configuration declares spectral band replication, or parametric stereo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signalled {
    Yes,
    No,
    /// The configuration leaves it open ("implicit signalling", 1.6.5): only the packets show it.
    Nothing,
}

/// A stream's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// The core's audio object type.
    object_type: u8,
    /// The core's sample rate in Hz.
    rate: u32,
    /// `channelConfiguration`; 0 if the program config element describes the channels.
    channel_config: u8,
    program: Option<Program>,
    /// Whether a packet has 960 frames instead of 1,024 (480 instead of 512 in the low-delay object types).
    has_short_frames: bool,
    sbr: Signalled,
    /// The sample rate in Hz with spectral band replication.
    sbr_rate: u32,
    ps: Signalled,
    /// The original bytes, if they hold more than is understood here.
    verbatim: Option<Vec<u8>>,
}

impl Config {
    /// Returns plain AAC-LC with a sample rate and a channel configuration.
    pub(crate) fn lc(rate: u32, channel_config: u8) -> Self {
        Self {
            object_type: LC,
            rate,
            channel_config,
            program: None,
            has_short_frames: false,
            sbr: Signalled::Nothing,
            sbr_rate: 0,
            ps: Signalled::Nothing,
            verbatim: None,
        }
    }

    /// Reads an AudioSpecificConfig.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        Self::read(&mut BitReader::new(bytes), Some(bytes))
    }

    /// Reads an AudioSpecificConfig that fills `bytes`. With `None`, reads one embedded in a larger structure.
    pub(crate) fn read(bits: &mut BitReader<'_>, bytes: Option<&[u8]>) -> Option<Self> {
        let start = bits.position();
        let mut config = Self::lc(0, 0);
        config.object_type = object_type(bits)?;
        config.rate = rate(bits)?;
        config.channel_config = bits.read(4)? as u8;
        if let SBR | PS = config.object_type {
            config.ps = if config.object_type == PS { Signalled::Yes } else { Signalled::Nothing };
            config.sbr = Signalled::Yes;
            config.sbr_rate = rate(bits)?;
            config.object_type = object_type(bits)?;
        }
        if config.object_type != LC {
            config.verbatim = bytes.map(<[u8]>::to_vec);
        }
        if matches!(config.object_type, MAIN..=LTP | SCALABLE | ER_LC..=ER_LD) {
            config.has_short_frames = bits.flag()?;
            if bits.flag()? {
                bits.skip(14)?;
            }
            let is_extended = bits.flag()?;
            if config.channel_config == 0 {
                config.program = Some(Program::read(bits, start)?);
            }
            if let SCALABLE | ER_SCALABLE = config.object_type {
                bits.skip(3)?;
            }
            if is_extended {
                match config.object_type {
                    ER_BSAC => bits.skip(16)?,
                    ER_LC..=ER_LD => bits.skip(3)?,
                    _ => {}
                }
                bits.skip(1)?;
            }
            if let ER_LC..=ER_LD = config.object_type {
                // epConfig, which some writers leave out.
                let _ = bits.skip(2);
            }
        }
        if config.sbr == Signalled::Nothing && config.object_type == LC {
            let mut ahead = bits.clone();
            // In LATM, the data after an embedded configuration never starts with this value.
            if ahead.read(11) == Some(SBR_FOLLOWS) {
                config.read_extension(&mut ahead);
                *bits = ahead;
            }
        }
        Some(config)
    }

    /// Reads the optional extension for decoders that know it (1.6.2.1, "backward compatible signalling").
    fn read_extension(&mut self, bits: &mut BitReader<'_>) -> Option<()> {
        if object_type(bits)? != SBR {
            return None;
        }
        if !bits.flag()? {
            self.sbr = Signalled::No;
            return None;
        }
        self.sbr_rate = rate(bits)?;
        self.sbr = Signalled::Yes;
        let mut ahead = bits.clone();
        if ahead.read(11)? == PS_FOLLOWS {
            self.ps = if ahead.flag()? { Signalled::Yes } else { Signalled::No };
            *bits = ahead;
        }
        None
    }

    /// Reads the configuration of an ADTS frame (ISO/IEC 13818-7, 6.2). If the header leaves the channels open, the
    /// block after it starts with a program config element.
    pub(crate) fn of_adts(header: &[u8], block: &[u8]) -> Option<Self> {
        let &[sync, version, profile, channels, ..] = header else { return None };
        if sync != 0xff || version & 0xf6 != 0xf0 {
            return None;
        }
        let rate = *RATES.get(usize::from(profile >> 2 & 0xf))?;
        let mut config = Self::lc(rate, (profile & 1) << 2 | channels >> 6);
        config.object_type = (profile >> 6) + 1;
        if config.channel_config == 0 {
            config.program = Program::of_block(block);
        }
        Some(config)
    }

    /// Writes the configuration, as explicitly as it is known.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        if let Some(verbatim) = &self.verbatim {
            return verbatim.clone();
        }
        let mut bits = BitWriter::default();
        let has_sbr = self.sbr == Signalled::Yes;
        if has_sbr {
            bits.write(u32::from(if self.ps == Signalled::Yes { PS } else { SBR }), 5);
        } else {
            bits.write(u32::from(self.object_type), 5);
        }
        write_rate(&mut bits, self.rate);
        bits.write(u32::from(self.channel_config), 4);
        if has_sbr {
            write_rate(&mut bits, self.sbr_rate);
            bits.write(u32::from(self.object_type), 5);
        }
        bits.write(u32::from(self.has_short_frames), 1);
        bits.write(0, 2);
        if let Some(program) = &self.program {
            program.write(&mut bits);
        }
        bits.finish()
    }

    /// Returns an error that names the object type, if it cannot be decoded.
    pub(crate) fn check(&self) -> Result<(), MediaError> {
        let name = match self.object_type {
            LC | ER_LC | ER_LD => return Ok(()),
            ER_ELD => "AAC-ELD",
            MAIN => "AAC Main",
            SSR => "AAC SSR",
            LTP | ER_LTP => "AAC LTP",
            SCALABLE | ER_SCALABLE => "scalable AAC",
            ER_BSAC => "BSAC",
            7 | 21 => "TwinVQ",
            8 | 24 => "CELP",
            9 | 25 => "HVXC",
            USAC => "xHE-AAC (USAC)",
            32..=34 => "MPEG audio inside MPEG-4",
            36 => "MPEG-4 ALS",
            37 | 38 => "MPEG-4 SLS",
            _ => "MPEG-4 audio of an unknown kind",
        };
        Err(MediaError::Unsupported(name))
    }

    /// Returns whether this is AAC-LC in mono or stereo without extensions.
    pub(crate) fn is_plain(&self) -> bool {
        self.object_type == LC
            && matches!(self.channel_config, 1 | 2)
            && !self.has_short_frames
            && self.sbr != Signalled::Yes
    }

    /// Returns whether only the packets show the rate and channels of the decoded audio.
    pub(crate) fn is_open(&self) -> bool {
        let may_be_sbr = self.sbr == Signalled::Nothing && self.rate <= MAX_DOUBLED_RATE;
        let may_be_ps = self.sbr == Signalled::Yes && self.ps == Signalled::Nothing && self.channel_config == 1;
        self.object_type == LC && (may_be_sbr || may_be_ps || self.has_program())
    }

    /// Returns whether the stream has a channel layout of its own, which FDK may not know.
    pub(crate) fn has_program(&self) -> bool {
        self.channel_config == 0
    }

    /// Records the sample rate and the number of channels that the packets decode to.
    pub(crate) fn settle(&mut self, rate: u32, channels: usize) {
        if self.sbr == Signalled::Nothing {
            self.sbr = if rate == self.rate { Signalled::No } else { Signalled::Yes };
            self.sbr_rate = rate;
        }
        let has_ps = self.channel_config == 1 && channels == 2;
        self.ps = if has_ps { Signalled::Yes } else { Signalled::No };
    }

    /// Returns how many frames a packet decodes to.
    pub(crate) fn packet_frames(&self) -> Frames {
        let core = match (self.object_type, self.has_short_frames) {
            (ER_LD, true) => 480,
            (ER_LD, false) => 512,
            (_, true) => 960,
            (_, false) => 1024,
        };
        core * Frames::from(self.rate()) / Frames::from(self.rate.max(1))
    }

    /// Returns the sample rate of the decoded audio, in Hz.
    pub(crate) fn rate(&self) -> u32 {
        if self.sbr == Signalled::Yes { self.sbr_rate } else { self.rate }
    }

    /// Returns whether the stream is known to decode to one channel.
    pub(crate) fn is_mono(&self) -> bool {
        self.channel_config == 1 && self.ps == Signalled::No
    }

    /// Returns whether the stream is known to have spectral band replication.
    pub(crate) fn has_sbr(&self) -> bool {
        self.sbr == Signalled::Yes
    }

    /// Returns the channel layout, in decoding order (table 1.19). Returns `None` for no channels, or too many.
    ///
    /// Configuration 7 follows ffmpeg: it has side and back pairs, as encoders use it. In the standard, it has two
    /// front pairs instead.
    pub(crate) fn layout(&self) -> Option<ChannelLayout> {
        if self.ps == Signalled::Yes && self.sbr == Signalled::Yes && self.channel_config == 1 {
            return ChannelLayout::customary(2);
        }
        ChannelLayout::of(match self.channel_config {
            0 => return self.program.as_ref()?.layout(),
            1 => &[FrontCentre],
            2 => &[FrontLeft, FrontRight],
            3 => &[FrontCentre, FrontLeft, FrontRight],
            4 => &[FrontCentre, FrontLeft, FrontRight, BackCentre],
            5 => &[FrontCentre, FrontLeft, FrontRight, BackLeft, BackRight],
            6 => &[FrontCentre, FrontLeft, FrontRight, BackLeft, BackRight, Lfe],
            7 | 12 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight, BackLeft, BackRight, Lfe],
            11 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight, BackCentre, Lfe],
            14 => &[FrontCentre, FrontLeft, FrontRight, BackLeft, BackRight, Lfe, TopFrontLeft, TopFrontRight],
            _ => return None,
        })
    }
}

fn object_type(bits: &mut BitReader<'_>) -> Option<u8> {
    match bits.read(5)? as u8 {
        ESCAPE => Some(32 + bits.read(6)? as u8),
        short => Some(short),
    }
}

fn rate(bits: &mut BitReader<'_>) -> Option<u32> {
    match bits.read(4)? {
        0xf => bits.read(24),
        index => RATES.get(index as usize).copied(),
    }
}

fn write_rate(bits: &mut BitWriter, rate: u32) {
    match RATES.iter().position(|&indexed| indexed == rate) {
        Some(index) => bits.write(index as u32, 4),
        None => {
            bits.write(0xf, 4);
            bits.write(rate, 24);
        }
    }
}

/// Channel elements of a program: whether each is a pair, and its tag.
type Elements = Vec<(bool, u8)>;

/// A program config element (ISO/IEC 14496-3, 4.4.1.1): a packet's elements and their speaker positions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Program {
    tag: u8,
    profile: u8,
    rate_index: u8,
    front: Elements,
    side: Elements,
    back: Elements,
    lfe: Vec<u8>,
    coupling: Elements,
}

impl Program {
    /// Reads the program config element at the start of a packet.
    fn of_block(block: &[u8]) -> Option<Self> {
        const NAME: u32 = 5;
        let mut bits = BitReader::new(block);
        if bits.read(3)? != NAME { None } else { Self::read(&mut bits, 0) }
    }

    /// Reads a program config element. `origin` is the bit that its alignment counts from.
    fn read(bits: &mut BitReader<'_>, origin: usize) -> Option<Self> {
        let (tag, profile, rate_index) = (bits.read(4)? as u8, bits.read(2)? as u8, bits.read(4)? as u8);
        let counts = [bits.read(4)?, bits.read(4)?, bits.read(4)?];
        let (lfe, associated, coupling) = (bits.read(2)?, bits.read(3)?, bits.read(4)?);
        for width in [4, 4, 3] {
            if bits.flag()? {
                bits.skip(width)?;
            }
        }
        let mut elements = |count: u32| -> Option<Elements> {
            (0..count).map(|_| Some((bits.flag()?, bits.read(4)? as u8))).collect()
        };
        let [front, side, back] = [elements(counts[0])?, elements(counts[1])?, elements(counts[2])?];
        let lfe = (0..lfe).map(|_| Some(bits.read(4)? as u8)).collect::<Option<_>>()?;
        bits.skip(4 * associated as usize)?;
        let coupling = (0..coupling).map(|_| Some((bits.flag()?, bits.read(4)? as u8))).collect::<Option<_>>()?;
        bits.align(origin);
        let comment = bits.read(8)?;
        bits.skip(8 * comment as usize)?;
        Some(Self { tag, profile, rate_index, front, side, back, lfe, coupling })
    }

    /// Writes the element without mixdown, associated data and comment.
    fn write(&self, bits: &mut BitWriter) {
        bits.write(u32::from(self.tag), 4);
        bits.write(u32::from(self.profile), 2);
        bits.write(u32::from(self.rate_index), 4);
        for group in [&self.front, &self.side, &self.back] {
            bits.write(group.len() as u32, 4);
        }
        bits.write(self.lfe.len() as u32, 2);
        bits.write(0, 3);
        bits.write(self.coupling.len() as u32, 4);
        bits.write(0, 3);
        for &(is_pair, tag) in self.front.iter().chain(&self.side).chain(&self.back) {
            bits.write(u32::from(is_pair), 1);
            bits.write(u32::from(tag), 4);
        }
        for &tag in &self.lfe {
            bits.write(u32::from(tag), 4);
        }
        for &(is_switched, tag) in &self.coupling {
            bits.write(u32::from(is_switched), 1);
            bits.write(u32::from(tag), 4);
        }
        bits.align();
        bits.write(0, 8);
    }

    /// Returns the channel layout. Front elements are listed from the centre outwards, back elements towards the
    /// centre (4.5.1.2). Pairs get the positions that ffmpeg assigns.
    fn layout(&self) -> Option<ChannelLayout> {
        if let Some(speakers) = self.in_wave_order() {
            return ChannelLayout::of(speakers);
        }
        let count = |group: &Elements| group.iter().map(|&(is_pair, _)| 1 + usize::from(is_pair)).sum::<usize>();
        let mut front_pairs = match count(&self.front) {
            0..4 => &[[FrontLeft, FrontRight]][..],
            _ => &[[FrontLeftOfCentre, FrontRightOfCentre], [FrontLeft, FrontRight]],
        }
        .iter();
        let mut side_pairs = [[SideLeft, SideRight]].iter();
        let mut back_pairs = match (count(&self.back), self.side.is_empty()) {
            (4.., true) => &[[SideLeft, SideRight], [BackLeft, BackRight]][..],
            _ => &[[BackLeft, BackRight]],
        }
        .iter();
        let mut speakers: Vec<Speaker> = Vec::new();
        let groups: [(&Elements, &mut std::slice::Iter<'_, [Speaker; 2]>, Speaker); 3] = [
            (&self.front, &mut front_pairs, FrontCentre),
            (&self.side, &mut side_pairs, Other),
            (&self.back, &mut back_pairs, BackCentre),
        ];
        for (elements, pairs, single) in groups {
            for &(is_pair, _) in elements {
                match is_pair {
                    true => speakers.extend(pairs.next().unwrap_or(&[Other; 2])),
                    false => speakers.push(single),
                }
            }
        }
        speakers.extend(self.lfe.iter().map(|_| Lfe));
        if speakers.is_empty() { None } else { ChannelLayout::of(&speakers) }
    }

    /// Recognises ffmpeg's encoder, which uses WAVE's channel order: a pair comes before the centre, and the
    /// low-frequency channel is a single side element. Where layouts look alike, this returns the customary one.
    fn in_wave_order(&self) -> Option<&'static [Speaker]> {
        let pairs = |group: &Elements| group.iter().map(|&(is_pair, _)| is_pair).collect::<Vec<_>>();
        if pairs(&self.front) != [true, false] || !self.lfe.is_empty() {
            return None;
        }
        Some(match (&pairs(&self.side)[..], &pairs(&self.back)[..]) {
            ([false], [false]) => &[FrontLeft, FrontRight, FrontCentre, Lfe, BackCentre],
            ([false], [true]) => &[FrontLeft, FrontRight, FrontCentre, Lfe, BackLeft, BackRight],
            ([true], [false]) => &[FrontLeft, FrontRight, FrontCentre, BackCentre, SideLeft, SideRight],
            ([true], [true]) => &[FrontLeft, FrontRight, FrontCentre, BackLeft, BackRight, SideLeft, SideRight],
            ([false], [true, false]) => &[FrontLeft, FrontRight, FrontCentre, Lfe, BackCentre, SideLeft, SideRight],
            ([false], [true, true]) => {
                &[FrontLeft, FrontRight, FrontCentre, Lfe, BackLeft, BackRight, SideLeft, SideRight]
            }
            ([true], [true, false]) => {
                &[FrontLeft, FrontRight, FrontCentre, BackLeft, BackRight, BackCentre, SideLeft, SideRight]
            }
            _ => return None,
        })
    }
}
