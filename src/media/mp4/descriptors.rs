//! Reads the descriptors in an `esds` box (ISO/IEC 14496-1, 7.2.6), and their AudioSpecificConfig (14496-3, 1.6.2.1).

use super::boxes::Fields;

const ES_DESCRIPTOR: u8 = 3;
const DECODER_CONFIG: u8 = 4;
const DECODER_SPECIFIC: u8 = 5;

/// A stream's description in an `esds` box.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stream<'a> {
    /// The coding (ISO/IEC 14496-1, 7.2.6.6, `objectTypeIndication`).
    pub(super) object_type: u8,
    /// The decoder's configuration.
    pub(super) config: &'a [u8],
}

/// Reads an `esds` box's body.
pub(super) fn read_stream(body: &[u8]) -> Option<Stream<'_>> {
    let mut fields = Fields(body.get(4..)?);
    let (mut tag, mut content) = descriptor(&mut fields)?;
    if tag == ES_DESCRIPTOR {
        let mut inner = Fields(content);
        inner.u16()?;
        let flags = inner.u8()?;
        if flags & 0x80 != 0 {
            inner.u16()?;
        }
        if flags & 0x40 != 0 {
            let length = inner.u8()?;
            inner.take(length.into())?;
        }
        if flags & 0x20 != 0 {
            inner.u16()?;
        }
        (tag, content) = descriptor(&mut inner)?;
    }
    if tag != DECODER_CONFIG {
        return None;
    }
    let mut inner = Fields(content);
    let object_type = inner.u8()?;
    inner.take(12)?;
    let config = std::iter::from_fn(|| descriptor(&mut inner)).find(|(tag, _)| *tag == DECODER_SPECIFIC);
    Some(Stream { object_type, config: config.map_or(&[], |(_, config)| config) })
}

/// Reads a descriptor's tag and contents. The contents may be truncated.
fn descriptor<'a>(fields: &mut Fields<'a>) -> Option<(u8, &'a [u8])> {
    let tag = fields.u8()?;
    let mut size = 0usize;
    for _ in 0..4 {
        let byte = fields.u8()?;
        size = size << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    fields.take(size.min(fields.0.len())).map(|content| (tag, content))
}

/// The start of an AudioSpecificConfig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AudioConfig {
    pub(super) object_type: u64,
    /// The output sample rate in Hz: with spectral band replication, that of the extension.
    pub(super) rate: Option<u32>,
}

impl AudioConfig {
    pub(super) fn read(config: &[u8]) -> Option<Self> {
        let mut bits = Bits { bytes: config, at: 0 };
        let object_type = bits.object_type()?;
        let mut rate = bits.rate()?;
        bits.take(4)?;
        if matches!(object_type, 5 | 29) {
            rate = bits.rate()?;
        }
        Some(Self { object_type, rate })
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u64> {
        let mut value = 0;
        for at in self.at..self.at + count {
            value = value << 1 | u64::from(self.bytes.get(at / 8)? >> (7 - at % 8) & 1);
        }
        self.at += count;
        Some(value)
    }

    fn object_type(&mut self) -> Option<u64> {
        match self.take(5)? {
            31 => Some(32 + self.take(6)?),
            kind => Some(kind),
        }
    }

    /// Reads a sampling frequency (ISO/IEC 14496-3, table 1.18). The inner `None` marks a reserved value.
    fn rate(&mut self) -> Option<Option<u32>> {
        const RATES: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
        match self.take(4)? {
            15 => Some(u32::try_from(self.take(24)?).ok()),
            index => Some(RATES.get(index as usize).copied()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streams_kind_and_configuration_are_found_however_sizes_are_written() {
        let short = b"\0\0\0\0\x03\x16\0\x01\0\x04\x11\x40\x15\0\0\0\0\0\0\0\0\0\0\0\x05\x02\x12\x10\x06\x01\x02";
        assert_eq!(read_stream(short), Some(Stream { object_type: 0x40, config: &[0x12, 0x10] }));
        let long = b"\0\0\0\0\x03\x80\x80\x80\x25\0\x01\0\x04\x80\x80\x80\x17\x40\x15\0\0\0\0\0\0\0\0\0\0\0\
            \x05\x80\x80\x80\x02\x12\x10\x06\x80\x80\x80\x01\x02";
        assert_eq!(read_stream(long), Some(Stream { object_type: 0x40, config: &[0x12, 0x10] }));
        for length in 0..short.len() - 5 {
            assert!(read_stream(&short[..length]).is_none_or(|stream| stream.config.len() < 2), "{length}");
        }
    }

    #[test]
    fn the_rate_is_that_which_is_heard() {
        let of = |config: &[u8]| AudioConfig::read(config).map(|config| (config.object_type, config.rate));
        assert_eq!(of(&[0x12, 0x10]), Some((2, Some(44_100))));
        assert_eq!(of(&[0x10, 0x10]), Some((2, Some(96_000))));
        assert_eq!(of(&[0x2b, 0x92, 0x08, 0x00]), Some((5, Some(44_100))), "SBR over 22,050");
        assert_eq!(of(&[0x17, 0x80, 0x5d, 0xc0, 0x10]), Some((2, Some(48_000))), "written out");
        assert_eq!(of(&[0x12]), None);
    }
}
