//! AAC in LATM: packets whose lengths are counted in bits, multiplexed into LOAS frames (ISO/IEC 14496-3, 1.7.3).
//!
//! A frame holds one or more packets. Some frames start with a configuration, which applies to all packets until the
//! next one. Only frames of one program in one layer are read, as broadcasters and ffmpeg write them. Other kinds of
//! LATM are refused by name.

use super::bits::BitReader;
use super::config::Config;
use crate::media::MediaError;

/// How to split a stream's frames into packets (`StreamMuxConfig`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mux {
    pub(crate) config: Config,
    /// Packets per frame.
    pub(crate) subframes: u64,
    length: Length,
}

/// The length of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// A length precedes each packet.
    Told,
    /// All packets have this length in bytes.
    Fixed(usize),
}

/// The configuration at the start of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The frame uses the previous configuration (`useSameStreamMux`).
    Same,
    Mux(Mux),
    /// The stream cannot be read here.
    Refused(MediaError),
    /// The configuration is invalid.
    Nonsense,
}

/// Reads the configuration of a frame, given without its LOAS header.
pub(crate) fn said(frame: &[u8]) -> Said {
    let mut bits = BitReader::new(frame);
    match bits.flag() {
        None => Said::Nonsense,
        Some(true) => Said::Same,
        Some(false) => match Mux::read(&mut bits) {
            None => Said::Nonsense,
            Some(Err(error)) => Said::Refused(error),
            Some(Ok(mux)) => Said::Mux(mux),
        },
    }
}

impl Mux {
    /// Reads a `StreamMuxConfig` (table 1.42). Returns `None` if the bits end too early.
    fn read(bits: &mut BitReader<'_>) -> Option<Result<Self, MediaError>> {
        let refused = |what| Some(Err(MediaError::Unsupported(what)));
        let is_version_1 = bits.flag()?;
        if is_version_1 {
            if bits.flag()? {
                return refused("LATM of an unknown version");
            }
            // taraBufferFullness
            value(bits)?;
        }
        let has_same_timing = bits.flag()?;
        let subframes = 1 + u64::from(bits.read(6)?);
        if bits.read(4)? > 0 {
            return refused("LATM of several programs");
        }
        if bits.read(3)? > 0 {
            return refused("LATM of several layers");
        }
        if !has_same_timing {
            return refused("LATM of streams that have times of their own");
        }
        let config = if is_version_1 {
            let length = value(bits)?;
            Config::parse(&bits.bytes(length as usize)?)?
        } else {
            let (start, mut ahead) = (bits.clone(), bits.clone());
            Config::read(&mut ahead, None)?;
            let length = ahead.position() - start.position();
            Config::parse(&bits.bytes(length)?)?
        };
        if let Err(error) = config.check() {
            return Some(Err(error));
        }
        let length = match bits.read(3)? {
            0 => {
                // latmBufferFullness
                bits.skip(8)?;
                Length::Told
            }
            // The field's value plus 20, in bytes (1.7.3.2.3).
            1 => Length::Fixed(20 + bits.read(9)? as usize),
            _ => return refused("speech in LATM"),
        };
        let has_other_data = bits.flag()?;
        if has_other_data && is_version_1 {
            value(bits)?;
        } else if has_other_data {
            while bits.read(9)? >> 8 == 1 {}
        }
        let is_checked = bits.flag()?;
        if is_checked {
            bits.skip(8)?;
        }
        Some(Ok(Self { config, subframes, length }))
    }

    /// Splits a frame, given without its LOAS header, into packets. A packet that cannot be read is empty.
    pub(crate) fn packets(&self, frame: &[u8]) -> Vec<Box<[u8]>> {
        let mut bits = BitReader::new(frame);
        let is_same = bits.flag() == Some(true);
        let is_sound = is_same || matches!(Self::read(&mut bits), Some(Ok(_)));
        let mut bits = Some(bits).filter(|_| is_sound);
        (0..self.subframes)
            .map(|_| {
                let packet = bits.as_mut().and_then(|bits| self.packet(bits));
                if packet.is_none() {
                    // The start of the next packet is unknown too.
                    bits = None;
                }
                packet.unwrap_or_default()
            })
            .collect()
    }

    /// Reads one packet: `PayloadLengthInfo` and `PayloadMux` (tables 1.44 and 1.45).
    fn packet(&self, bits: &mut BitReader<'_>) -> Option<Box<[u8]>> {
        let length = match self.length {
            Length::Fixed(length) => length,
            Length::Told => {
                let mut length = 0;
                loop {
                    let more = bits.read(8)? as usize;
                    length += more;
                    if more < 255 {
                        break length;
                    }
                }
            }
        };
        bits.bytes(8 * length).map(Vec::into_boxed_slice)
    }
}

/// Reads a `LatmGetValue` (table 1.43): one to four bytes.
fn value(bits: &mut BitReader<'_>) -> Option<u32> {
    let count = 1 + bits.read(2)? as usize;
    bits.read(8 * count)
}
