//! Where MP4 and QuickTime say that PCM's channels are heard: `chnl` (ISO/IEC 14496-12, 12.2.4) and `chan`.
//!
//! Of coded audio they say it of the coded channels, and the decoder has its own order; so that is left to the codec,
//! as to `alac`.

use super::boxes::Fields;
use super::movie::in_entry;
use crate::media::{ChannelLayout, Speaker, apple_layout};

use Speaker::{
    BackCentre, BackLeft, BackRight, FrontCentre, FrontLeft, FrontLeftOfCentre, FrontRight, FrontRightOfCentre, Lfe,
    Other, SideLeft, SideRight, TopBackCentre, TopBackLeft, TopBackRight, TopCentre, TopFrontCentre, TopFrontLeft,
    TopFrontRight, WideLeft, WideRight,
};

/// The positions by their numbers (ISO/IEC 23091-3, table 6, "OutputChannelPosition").
const POSITIONS: [Speaker; 27] = [
    FrontLeft,
    FrontRight,
    FrontCentre,
    Lfe,
    SideLeft,
    SideRight,
    FrontLeftOfCentre,
    FrontRightOfCentre,
    BackLeft,
    BackRight,
    BackCentre,
    SideLeft,
    SideRight,
    SideLeft,
    SideRight,
    WideLeft,
    WideRight,
    TopFrontLeft,
    TopFrontRight,
    TopFrontCentre,
    TopBackLeft,
    TopBackRight,
    TopBackCentre,
    Other,
    Other,
    TopCentre,
    Lfe,
];

/// What an entry's boxes say of so many channels, if they do.
pub(super) fn read_layout(boxes: &[u8], channels: usize) -> Option<ChannelLayout> {
    let layout = in_entry(boxes, b"chnl").and_then(|body| iso(body, channels));
    // A version and flags, and the layout.
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
                // By its azimuth and elevation.
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

/// The channels of a configuration, in order (ISO/IEC 23091-3, table 1, "ChannelConfiguration").
fn configuration(number: u8) -> Option<&'static [Speaker]> {
    Some(match number {
        1 => &[FrontCentre],
        2 => &[FrontLeft, FrontRight],
        3 => &[FrontCentre, FrontLeft, FrontRight],
        4 => &[FrontCentre, FrontLeft, FrontRight, BackCentre],
        5 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight],
        6 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight, Lfe],
        7 => &[FrontCentre, FrontLeftOfCentre, FrontRightOfCentre, FrontLeft, FrontRight, SideLeft, SideRight, Lfe],
        9 => &[FrontLeft, FrontRight, BackCentre],
        10 => &[FrontLeft, FrontRight, SideLeft, SideRight],
        11 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight, BackCentre, Lfe],
        12 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight, BackLeft, BackRight, Lfe],
        14 => &[FrontCentre, FrontLeft, FrontRight, SideLeft, SideRight, Lfe, TopFrontLeft, TopFrontRight],
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
        assert_eq!(of(&[0, 0, 0, 0, 1, 0, 2, 0, 1], 3), Some(vec![FrontCentre, FrontLeft, FrontRight]));
        assert_eq!(of(&[0, 0, 0, 0, 1, 0, 126, 0, 90, 0, 0], 2), Some(vec![Other, FrontLeft]));
        let defined = [0, 0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0b10_0001];
        assert_eq!(of(&defined, 4), Some(vec![FrontLeft, FrontRight, SideLeft, SideRight]));
        assert_eq!(of(&defined, 6), None, "it names four");
        assert_eq!(of(&[1, 0, 0, 0, 0x10, 2, 2, 0], 2), Some(vec![FrontLeft, FrontRight]));
        assert_eq!(of(&[0, 0, 0, 0, 1], 2), None);
    }
}
