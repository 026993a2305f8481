//! Reads ALAC's magic cookie (Apple, "ALACMagicCookieDescription"), and returns the channel layout.
//!
//! ALAC packets have a channel order of their own, unlike any container's. The decoder's output has yet another order.

use super::apple_layout;
use super::layout::{ChannelLayout, Speaker};

use Speaker::{
    BackCentre as Cs, BackLeft as Ls, BackRight as Rs, FrontCentre as C, FrontLeft as L, FrontLeftOfCentre as Lc,
    FrontRight as R, FrontRightOfCentre as Rc, Lfe, SideLeft, SideRight,
};

/// The size of a cookie without its layout, in bytes.
const CONFIG: usize = 24;

/// For each number of channels: the channels in packet order, and the decoder's index of each.
const ORDERS: [(&[Speaker], &[usize]); 8] = [
    (&[C], &[0]),
    (&[L, R], &[0, 1]),
    (&[C, L, R], &[2, 0, 1]),
    (&[C, L, R, Cs], &[2, 0, 1, 3]),
    (&[C, L, R, Ls, Rs], &[2, 0, 1, 3, 4]),
    (&[C, L, R, Ls, Rs, Lfe], &[2, 0, 1, 4, 5, 3]),
    (&[C, L, R, Ls, Rs, Cs, Lfe], &[2, 0, 1, 5, 6, 4, 3]),
    (&[C, Lc, Rc, L, R, Ls, Rs, Lfe], &[2, 4, 5, 0, 1, 6, 7, 3]),
];

/// Returns a cookie without the atoms that older files have around it.
fn bare(mut cookie: &[u8]) -> &[u8] {
    for atom in [b"frma", b"alac"] {
        if cookie.get(4..8) == Some(atom) {
            cookie = cookie.get(12..).unwrap_or(&[]);
        }
    }
    cookie
}

/// Returns the part of a cookie that a decoder needs.
pub(super) fn config(cookie: &[u8]) -> Option<&[u8]> {
    bare(cookie).get(..CONFIG)
}

/// Returns the layout of the decoder's channels, from the cookie and the layout `told` that the container declares.
///
/// If ALAC has an order for the declared positions, the channels are in that order, whatever the declared order is:
/// some writers declare the order of the source file.
pub(super) fn layout(cookie: &[u8], told: Option<ChannelLayout>) -> Option<ChannelLayout> {
    let cookie = bare(cookie);
    let channels = usize::from(*cookie.get(9)?);
    let (usual, decoded) = ORDERS.get(channels.checked_sub(1)?)?;
    // The layout is an atom: a size, "chan", a version, and a tag.
    let tag = cookie.get(CONFIG + 12..).and_then(|rest| rest.first_chunk()).map(|tag| u32::from_be_bytes(*tag));
    let told = tag.and_then(apple_layout::of_tag).or(told).filter(|told| told.channels() == channels);
    let told = told.as_ref().map(ChannelLayout::speakers).filter(|told| !has_same(told, usual));
    let mut speakers = [Speaker::Other; ORDERS.len()];
    for (&speaker, &at) in told.unwrap_or(usual).iter().zip(*decoded) {
        *speakers.get_mut(at)? = speaker;
    }
    ChannelLayout::of(speakers.get(..channels)?)
}

/// Returns whether a layout has ALAC's positions, in any order. A single pair of surrounds may be named side or back.
fn has_same(told: &[Speaker], usual: &[Speaker]) -> bool {
    let has_back = told.contains(&Ls) || told.contains(&Rs);
    let named = |speaker: &Speaker| match speaker {
        SideLeft if !has_back => Ls,
        SideRight if !has_back => Rs,
        other => *other,
    };
    usual.iter().all(|speaker| told.iter().map(named).any(|told| told == *speaker))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(channels: u8, tag: Option<u32>) -> Vec<u8> {
        let mut cookie = vec![0; CONFIG];
        cookie[9] = channels;
        if let Some(tag) = tag {
            cookie.extend([&24u32.to_be_bytes()[..], b"chan\0\0\0\0", &tag.to_be_bytes(), &[0; 8]].concat());
        }
        cookie
    }

    #[test]
    fn the_usual_positions_are_in_alacs_order_whatever_order_they_are_told_in() {
        let seven = layout(&cookie(7, None), None).unwrap();
        assert_eq!(seven.speakers(), [L, R, C, Lfe, Cs, Ls, Rs]);
        let eight = layout(&cookie(8, Some(127 << 16 | 8)), None).unwrap();
        assert_eq!(eight.speakers(), [L, R, C, Lfe, Lc, Rc, Ls, Rs]);
        for told in [&[L, R, C, Lfe, Ls, Rs][..], &[C, L, R, SideLeft, SideRight, Lfe]] {
            let six = layout(&cookie(6, None), ChannelLayout::of(told)).unwrap();
            assert_eq!(six.speakers(), [L, R, C, Lfe, Ls, Rs]);
        }
        assert_eq!(layout(&cookie(3, Some(113 << 16 | 3)), None).unwrap().speakers(), [L, R, C]);
    }

    #[test]
    fn other_positions_are_those_of_the_packets_channels_in_turn() {
        let quad = ChannelLayout::of(&[L, R, Ls, Rs]);
        assert_eq!(layout(&cookie(4, None), quad).unwrap().speakers(), [R, Ls, L, Rs]);
        assert_eq!(layout(&cookie(4, Some(108 << 16 | 4)), None).unwrap().speakers(), [R, Ls, L, Rs]);
        assert_eq!(layout(&cookie(4, None), ChannelLayout::of(&[L, R])).unwrap().speakers(), [L, R, C, Cs]);
    }

    #[test]
    fn a_cookie_may_have_atoms_around_it_or_be_none() {
        let old =
            [&12u32.to_be_bytes()[..], b"frmaalac", &36u32.to_be_bytes(), b"alac\0\0\0\0", &cookie(7, None)].concat();
        assert_eq!(config(&old), Some(&cookie(7, None)[..]));
        assert_eq!(layout(&old, None), layout(&cookie(7, None), None));
        for length in 0..CONFIG {
            assert_eq!(config(&cookie(7, None)[..length]), None);
        }
        assert_eq!(layout(&cookie(0, None), None), None);
        assert_eq!(layout(&cookie(9, None), None), None);
        assert_eq!(layout(&[], None), None);
    }
}
