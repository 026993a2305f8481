//! Reads the channel layout of PCM in MP4 and QuickTime: `chnl` (ISO/IEC 14496-12, 12.2.4) and `chan`.
//!
//! For coded audio, these boxes describe the coded channels, while the decoder has its own order. So the codec
//! decides there, as `alac` does.

use super::boxes::Fields;
use super::movie::in_entry;
use crate::media::layout::short::*;
use crate::media::{ChannelLayout, Speaker, apple_layout};

/// The positions by their numbers (ISO/IEC 23091-3, table 6, "OutputChannelPosition").
const POSITIONS: [Speaker; 27] = [
    L, R, C, Lfe, Ls, Rs, Lc, Rc, Rls, Rrs, Cs, Ls, Rs, Ls, Rs, Lw, Rw, Vhl, Vhr, Vhc, Vbl, Vbr, Vbc, Other, Other, Ts,
    Lfe,
];

/// Reads the layout of `channels` channels from an entry's boxes, if one is declared.
pub(super) fn read_layout(boxes: &[u8], channels: usize) -> Option<ChannelLayout> {
    let layout = in_entry(boxes, b"chnl").and_then(|body| iso(body, channels));
    // A version and flags, then the layout.
    let layout = layout.or_else(|| apple_layout::layout(in_entry(boxes, b"chan")?.get(4..)?, channels));
    layout.filter(|layout| layout.channels() == channels)
}

fn iso(body: &[u8], channels: usize) -> Option<ChannelLayout> {
    let mut fields = Fields(body);
    let version = fields.u8()?;
    fields.take(3)?;
    let structure = fields.u8()?;
    let structure = match version {
        0 => structure,
        _ => {
            fields.u8()?;
            structure >> 4
        }
    };
    if structure & 1 == 0 {
        return None;
    }
    let defined = fields.u8()?;
    if defined == 0 {
        let count = if version == 0 { channels } else { fields.u8()?.into() };
        let positions = (0..count).map(|_| {
            let position = fields.u8()?;
            if position == 126 {
                // A position given by azimuth and elevation.
                fields.take(3)?;
            }
            Some(POSITIONS.get(usize::from(position)).copied().unwrap_or(Other))
        });
        return ChannelLayout::of(&positions.collect::<Option<Vec<_>>>()?);
    }
    let omitted = match version {
        0 => fields.u64()?,
        _ if fields.u8()? & 1 == 1 => fields.u64()?,
        _ => 0,
    };
    let kept = configuration(defined)?.iter().enumerate().filter(|(at, _)| omitted >> at & 1 == 0);
    ChannelLayout::of(&kept.map(|(_, &speaker)| speaker).collect::<Vec<_>>())
}

/// Returns a configuration's channels, in order (ISO/IEC 23091-3, table 1, "ChannelConfiguration").
fn configuration(number: u8) -> Option<&'static [Speaker]> {
    Some(match number {
        1 => &[C],
        2 => &[L, R],
        3 => &[C, L, R],
        4 => &[C, L, R, Cs],
        5 => &[C, L, R, Ls, Rs],
        6 => &[C, L, R, Ls, Rs, Lfe],
        7 => &[C, Lc, Rc, L, R, Ls, Rs, Lfe],
        9 => &[L, R, Cs],
        10 => &[L, R, Ls, Rs],
        11 => &[C, L, R, Ls, Rs, Cs, Lfe],
        12 => &[C, L, R, Ls, Rs, Rls, Rrs, Lfe],
        14 => &[C, L, R, Ls, Rs, Lfe, Vhl, Vhr],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    #[test]
    fn positions_and_configurations_are_read() {
        let of = |body: &[u8], channels| {
            read_layout(&boxed(b"chnl", body), channels).map(|layout| layout.speakers().to_vec())
        };
        assert_eq!(of(&[0, 0, 0, 0, 1, 0, 2, 0, 1], 3), Some(vec![C, L, R]));
        assert_eq!(of(&[0, 0, 0, 0, 1, 0, 126, 0, 90, 0, 0], 2), Some(vec![Other, L]));
        let defined = [0, 0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0b10_0001];
        assert_eq!(of(&defined, 4), Some(vec![L, R, Ls, Rs]));
        assert_eq!(of(&defined, 6), None, "it names four");
        assert_eq!(of(&[1, 0, 0, 0, 0x10, 2, 2, 0], 2), Some(vec![L, R]));
        assert_eq!(of(&[0, 0, 0, 0, 1], 2), None);
    }
}
