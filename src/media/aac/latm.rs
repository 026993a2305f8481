//! AAC in LATM: packets of any length in bits, multiplexed into the frames of LOAS (ISO/IEC 14496-3, 1.7.3).
//!
//! A frame holds one packet or several. Some frames begin with the configuration by which all are taken apart and
//! decoded until another one comes. Read are frames of one program in one layer, as broadcasters and ffmpeg write them.
//! What else LATM can hold is refused by its name.

use super::bits::BitReader;
use super::config::Config;
use crate::media::MediaError;

/// How a stream's frames are taken apart (`StreamMuxConfig`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mux {
    pub(crate) config: Config,
    /// Packets a frame.
    pub(crate) subframes: u64,
    length: Length,
}

/// How long a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// It is told in front of each.
    Told,
    /// So many bytes.
    Fixed(usize),
}

/// What a frame says of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is as before (`useSameStreamMux`).
    Same,
    Mux(Mux),
    /// It is a stream that is not read here.
    Refused(MediaError),
    /// It makes no sense.
    Nonsense,
}

/// What a frame, given without LOAS's header, says of the stream.
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
    /// `StreamMuxConfig` (table 1.42). `None` where the bits end before it does.
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
            // So many bytes and twenty (1.7.3.2.3).
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

    /// A frame's packets, the frame given without LOAS's header. One that cannot be had is empty.
    pub(crate) fn packets(&self, frame: &[u8]) -> Vec<Box<[u8]>> {
        let mut bits = BitReader::new(frame);
        let is_same = bits.flag() == Some(true);
        let is_sound = is_same || matches!(Self::read(&mut bits), Some(Ok(_)));
        let mut bits = Some(bits).filter(|_| is_sound);
        (0..self.subframes)
            .map(|_| {
                let packet = bits.as_mut().and_then(|bits| self.packet(bits));
                if packet.is_none() {
                    // Where the next one begins is not known either.
                    bits = None;
                }
                packet.unwrap_or_default()
            })
            .collect()
    }

    /// `PayloadLengthInfo` and `PayloadMux` (tables 1.44 and 1.45).
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

/// `LatmGetValue` (table 1.43): one byte to four.
fn value(bits: &mut BitReader<'_>) -> Option<u32> {
    let count = 1 + bits.read(2)? as usize;
    bits.read(8 * count)
}
