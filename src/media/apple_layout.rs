//! Reads Apple's channel layouts, from CAF's `chan` chunk, AIFF's `CHAN` chunk and QuickTime's `chan` box. Each holds
//! a tag for a layout with its channel order, a bitmap, or a description per channel.
//!
//! Tags and labels are those of Core Audio ("CoreAudioBaseTypes.h", `AudioChannelLayoutTag`, `AudioChannelLabel`).

use super::layout::short::*;
use super::layout::{ChannelLayout, Speaker};

/// The tag of a layout with a description for each channel.
const USE_DESCRIPTIONS: u32 = 0;

/// The tag of a layout with a bitmap. Its bits are those of WAVE's channel mask.
const USE_BITMAP: u32 = 1 << 16;

/// The size of a channel's description in bytes: a label, flags, and three coordinates.
const DESCRIPTION: usize = 20;

/// The layouts, by the upper half of the tag. The lower half is the number of channels.
///
/// A difference signal is not heard by itself, nor is a second mix of the same sound.
const TAGS: &[(u32, &[Speaker])] = &[
    (100, &[C]),
    (101, &[L, R]),
    (102, &[L, R]),       // for headphones
    (103, &[L, R]),       // matrixed surround
    (104, &[C, X]),       // mid and side
    (105, &[L, R]),       // two microphones
    (106, &[L, R]),       // binaural
    (107, &[C, X, X, X]), // ambisonic B-format: W is all that is heard, X, Y and Z are differences
    (108, &[L, R, Rls, Rrs]),
    (109, &[L, R, Rls, Rrs, C]),
    (110, &[L, R, Rls, Rrs, C, Cs]),
    (111, &[L, R, Rls, Rrs, C, Cs, Ls, Rs]),
    (112, &[L, R, Rls, Rrs, Vhl, Vhr, Vbl, Vbr]),
    (113, &[L, R, C]),
    (114, &[C, L, R]),
    (115, &[L, R, C, Cs]),
    (116, &[C, L, R, Cs]),
    (117, &[L, R, C, Ls, Rs]),
    (118, &[L, R, Ls, Rs, C]),
    (119, &[L, C, R, Ls, Rs]),
    (120, &[C, L, R, Ls, Rs]),
    (121, &[L, R, C, Lfe, Ls, Rs]),
    (122, &[L, R, Ls, Rs, C, Lfe]),
    (123, &[L, C, R, Ls, Rs, Lfe]),
    (124, &[C, L, R, Ls, Rs, Lfe]),
    (125, &[L, R, C, Lfe, Ls, Rs, Cs]),
    (126, &[L, R, C, Lfe, Ls, Rs, Lc, Rc]),
    (127, &[C, Lc, Rc, L, R, Ls, Rs, Lfe]),
    (128, &[L, R, C, Lfe, Ls, Rs, Rls, Rrs]),
    (129, &[L, R, Ls, Rs, C, Lfe, Lc, Rc]),
    (130, &[L, R, C, Lfe, Ls, Rs, X, X]), // and a stereo mix of the same
    (131, &[L, R, Cs]),
    (132, &[L, R, Ls, Rs]),
    (133, &[L, R, Lfe]),
    (134, &[L, R, Lfe, Cs]),
    (135, &[L, R, Lfe, Ls, Rs]),
    (136, &[L, R, C, Lfe]),
    (137, &[L, R, C, Lfe, Cs]),
    (138, &[L, R, Ls, Rs, Lfe]),
    (139, &[L, R, Ls, Rs, C, Cs]),
    (140, &[L, R, Ls, Rs, C, Rls, Rrs]),
    (141, &[C, L, R, Ls, Rs, Cs]),
    (142, &[C, L, R, Ls, Rs, Cs, Lfe]),
    (143, &[C, L, R, Ls, Rs, Rls, Rrs]),
    (144, &[C, L, R, Ls, Rs, Rls, Rrs, Cs]),
    (148, &[L, R, Ls, Rs, C, Lc, Rc]),
    (149, &[C, Lfe]),
    (150, &[L, C, R]),
    (151, &[L, C, R, Cs]),
    (152, &[L, C, R, Lfe]),
    (153, &[L, R, Cs, Lfe]),
    (154, &[L, C, R, Cs, Lfe]),
    (155, &[L, C, R, Ls, Rs, Cs]),
    (156, &[L, C, R, Ls, Rs, Rls, Rrs]),
    (157, &[L, C, R, Ls, Rs, Lfe, Cs]),
    (158, &[L, C, R, Ls, Rs, Lfe, Ts]),
    (159, &[L, C, R, Ls, Rs, Lfe, Vhc]),
    (160, &[L, C, R, Ls, Rs, Lfe, Rls, Rrs]),
    (161, &[L, C, R, Ls, Rs, Lfe, Lc, Rc]),
    (162, &[L, C, R, Ls, Rs, Lfe, Ls, Rs]),
    (163, &[L, C, R, Ls, Rs, Lfe, Lw, Rw]),
    (164, &[L, C, R, Ls, Rs, Lfe, Vhl, Vhr]),
    (165, &[L, C, R, Ls, Rs, Lfe, Cs, Ts]),
    (166, &[L, C, R, Ls, Rs, Lfe, Cs, Vhc]),
    (167, &[L, C, R, Ls, Rs, Lfe, Ts, Vhc]),
    (168, &[C, L, R, Lfe]),
    (169, &[C, L, R, Cs, Lfe]),
    (170, &[Lc, Rc, L, R, Ls, Rs]),
    (171, &[C, L, R, Rls, Rrs, Ts]),
    (172, &[C, Cs, L, R, Rls, Rrs]),
    (173, &[Lc, Rc, L, R, Ls, Rs, Lfe]),
    (174, &[C, L, R, Rls, Rrs, Ts, Lfe]),
    (175, &[C, Cs, L, R, Rls, Rrs, Lfe]),
    (176, &[Lc, C, Rc, L, R, Ls, Rs]),
    (177, &[Lc, C, Rc, L, R, Ls, Rs, Lfe]),
    (178, &[Lc, Rc, L, R, Ls, Rs, Rls, Rrs]),
    (179, &[Lc, C, Rc, L, R, Ls, Cs, Rs]),
    (182, &[C, L, R, Ls, Rs, Lfe, Cs]),
];

/// Reads the layout of `channels` channels. `chan` starts after a chunk's header, or after a box's version and flags.
/// Returns `None` if the layout has another number of channels, or no positions.
pub(super) fn layout(chan: &[u8], channels: usize) -> Option<ChannelLayout> {
    let number = |at: usize| Some(u32::from_be_bytes(*chan.get(at..)?.first_chunk()?));
    let layout = match number(0)? {
        USE_DESCRIPTIONS => {
            let labels = (0..channels).map(|channel| number(12 + DESCRIPTION * channel));
            let is_complete = usize::try_from(number(8)?) == Ok(channels);
            of_labels(&labels.collect::<Option<Vec<_>>>()?).filter(|_| is_complete)
        }
        USE_BITMAP => {
            let mask = number(4)?;
            let is_complete = usize::try_from(mask.count_ones()) == Ok(channels);
            ChannelLayout::of_wave_mask(mask, channels).filter(|_| is_complete)
        }
        tag => of_tag(tag),
    };
    layout.filter(|layout| layout.channels() == channels && channels > 0)
}

/// Returns the layout for a tag. Returns `None` for too many channels, or for no positions, as in "discrete in order".
pub(super) fn of_tag(tag: u32) -> Option<ChannelLayout> {
    let (_, speakers) = TAGS.iter().find(|(kind, speakers)| (kind << 16) as usize + speakers.len() == tag as usize)?;
    ChannelLayout::of(speakers)
}

/// Returns the layout for these labels. Returns `None` if a label has no position.
fn of_labels(labels: &[u32]) -> Option<ChannelLayout> {
    // A surround pair is the back pair. If there is also a rear pair, it is the side pair.
    let has_rear = labels.iter().any(|label| matches!(label, 33 | 34));
    let speaker = |&label: &u32| {
        Some(match label {
            1 | 38 | 206 | 208 | 301 => L,
            2 | 39 | 207 | 209 | 302 => R,
            3 | 42 | 204 => C,
            4 | 37 => Lfe,
            5 if has_rear => Ls,
            6 if has_rear => Rs,
            5 | 33 => Rls,
            6 | 34 => Rrs,
            7 => Lc,
            8 => Rc,
            9 | 44 => Cs,
            10 => Ls,
            11 => Rs,
            12 => Ts,
            13 => Vhl,
            14 => Vhc,
            15 => Vhr,
            16 | 52 => Vbl,
            17 | 53 => Vbc,
            18 | 54 => Vbr,
            35 => Lw,
            36 => Rw,
            _ => return None,
        })
    };
    ChannelLayout::of(&labels.iter().map(speaker).collect::<Option<Vec<_>>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chan(tag: u32, bitmap: u32, labels: &[u32]) -> Vec<u8> {
        let head = [tag, bitmap, labels.len() as u32].map(u32::to_be_bytes).concat();
        let description = |label: &u32| [&label.to_be_bytes()[..], &[0; 16]].concat();
        head.into_iter().chain(labels.iter().flat_map(description)).collect()
    }

    #[test]
    fn a_tag_names_the_channels_in_their_order() {
        let film = chan(124 << 16 | 6, 0, &[]);
        assert_eq!(layout(&film, 6).unwrap().speakers(), [C, L, R, Ls, Rs, Lfe]);
        assert_eq!(layout(&film, 5), None, "it has another number of channels");
        assert_eq!(layout(&chan(147 << 16 | 6, 0, &[]), 6), None, "discrete channels have no place");
        assert_eq!(layout(&chan(124 << 16 | 5, 0, &[]), 5), None, "there is no such tag");
    }

    #[test]
    fn every_tag_is_there_once_and_has_no_more_channels_than_can_be_used() {
        assert!(TAGS.is_sorted_by_key(|(kind, _)| kind));
        for (kind, speakers) in TAGS {
            assert_eq!(of_tag(kind << 16 | speakers.len() as u32).unwrap().speakers(), *speakers);
        }
    }

    #[test]
    fn a_bitmap_names_them_in_the_order_of_its_bits() {
        assert_eq!(layout(&chan(USE_BITMAP, 0xb, &[]), 3).unwrap().speakers(), [L, R, Lfe]);
        assert_eq!(layout(&chan(USE_BITMAP, 0xb, &[]), 2), None);
    }

    #[test]
    fn descriptions_name_each() {
        let named = |labels: &[u32]| layout(&chan(0, 0, labels), labels.len());
        assert_eq!(named(&[1, 3, 2, 5, 6, 4]).unwrap().speakers(), [L, C, R, Rls, Rrs, Lfe]);
        assert_eq!(named(&[1, 2, 5, 6, 33, 34]).unwrap().speakers(), [L, R, Ls, Rs, Rls, Rrs]);
        assert_eq!(named(&[1, u32::MAX]), None, "one is unknown");
        assert_eq!(layout(&chan(0, 0, &[1, 2]), 3), None, "one has no description");
        assert_eq!(layout(&chan(0, 0, &[1, 2])[..34], 2), None, "it is cut off");
    }
}
