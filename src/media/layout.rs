//! Channel layouts: the loudspeaker positions of a content's channels, in the order in which they are decoded.
//!
//! The positions are those of WAVE's channel mask (Microsoft, "WAVEFORMATEXTENSIBLE", `dwChannelMask`), and a few that
//! other containers add. A content that declares no positions gets ffmpeg's for its number of channels.

use std::f32::consts::FRAC_1_SQRT_2 as MINUS_3_DB;

use symphonia::core::audio::{ChannelLabel, Channels, Position};

use super::MAX_CHANNELS;

/// A loudspeaker's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names describe them")]
pub enum Speaker {
    FrontLeft,
    FrontRight,
    FrontCentre,
    Lfe,
    BackLeft,
    BackRight,
    FrontLeftOfCentre,
    FrontRightOfCentre,
    BackCentre,
    SideLeft,
    SideRight,
    TopCentre,
    TopFrontLeft,
    TopFrontCentre,
    TopFrontRight,
    TopBackLeft,
    TopBackCentre,
    TopBackRight,
    WideLeft,
    WideRight,
    /// A channel without a position, or with one that is not in this list.
    Other,
    /// A channel without sound of its own: a difference signal, or another mix of the same sound.
    Unheard,
}

impl Speaker {
    /// Returns the channel's gains in the left and the right of a stereo downmix, by ITU-R BS.775-3, annex 4, without
    /// the low-frequency channel. Positions that the annex does not name are treated as their neighbours: fronts beside
    /// the centre and wide ones go to their side in full, channels overhead as those below them.
    pub fn sides(self) -> [f32; 2] {
        match self {
            L | Lc | Lw => [1.0, 0.0],
            R | Rc | Rw => [0.0, 1.0],
            Rls | Ls | Vhl | Vbl => [MINUS_3_DB, 0.0],
            Rrs | Rs | Vhr | Vbr => [0.0, MINUS_3_DB],
            C | Vhc | Other => [MINUS_3_DB, MINUS_3_DB],
            Cs | Ts | Vbc => [0.5, 0.5],
            Lfe | X => [0.0, 0.0],
        }
    }
}

/// The positions' short names, as Core Audio abbreviates them, for tables of layouts.
pub(super) mod short {
    pub(in crate::media) use super::Speaker::{
        BackCentre as Cs, BackLeft as Rls, BackRight as Rrs, FrontCentre as C, FrontLeft as L, FrontLeftOfCentre as Lc,
        FrontRight as R, FrontRightOfCentre as Rc, Lfe, Other, SideLeft as Ls, SideRight as Rs, TopBackCentre as Vbc,
        TopBackLeft as Vbl, TopBackRight as Vbr, TopCentre as Ts, TopFrontCentre as Vhc, TopFrontLeft as Vhl,
        TopFrontRight as Vhr, Unheard as X, WideLeft as Lw, WideRight as Rw,
    };
}
use short::*;

/// The positions of WAVE's mask, from its lowest bit.
const WAVE: [Speaker; 18] = [L, R, C, Lfe, Rls, Rrs, Lc, Rc, Cs, Ls, Rs, Ts, Vhl, Vhc, Vhr, Vbl, Vbc, Vbr];

/// For each channel count, the positions in Opus, Vorbis and FLAC (RFC 7845, 5.1.1.2; RFC 9639, 9.1.3).
pub(super) const XIPH: [Position; MAX_CHANNELS] = {
    let stereo = Position::FRONT_LEFT.union(Position::FRONT_RIGHT);
    let front = stereo.union(Position::FRONT_CENTER);
    let back = Position::REAR_LEFT.union(Position::REAR_RIGHT);
    let side = Position::SIDE_LEFT.union(Position::SIDE_RIGHT);
    let five = front.union(back);
    [
        Position::FRONT_CENTER,
        stereo,
        front,
        stereo.union(back),
        five,
        five.union(Position::LFE1),
        front.union(Position::REAR_CENTER).union(side).union(Position::LFE1),
        five.union(side).union(Position::LFE1),
    ]
};

/// The positions of a content's channels, in order: 1 to [`MAX_CHANNELS`], or none if they are not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelLayout {
    speakers: [Speaker; MAX_CHANNELS],
    count: usize,
}

impl ChannelLayout {
    /// A layout without channels.
    pub(super) const NONE: Self = Self { speakers: [Other; MAX_CHANNELS], count: 0 };

    /// Returns the layout with these positions, or `None` if there are more than [`MAX_CHANNELS`].
    pub fn of(speakers: &[Speaker]) -> Option<Self> {
        let mut layout = Self { count: speakers.len(), ..Self::NONE };
        layout.speakers.get_mut(..speakers.len())?.copy_from_slice(speakers);
        Some(layout)
    }

    /// Returns the layout that ffmpeg assumes for a number of channels, or `None` for more than [`MAX_CHANNELS`].
    pub fn customary(channels: usize) -> Option<Self> {
        Self::of(match channels {
            0 => &[],
            1 => &[C],
            2 => &[L, R],
            3 => &[L, R, Lfe],
            4 => &[L, R, C, Cs],
            5 => &[L, R, C, Rls, Rrs],
            6 => &[L, R, C, Lfe, Rls, Rrs],
            7 => &[L, R, C, Lfe, Cs, Ls, Rs],
            8 => &[L, R, C, Lfe, Rls, Rrs, Ls, Rs],
            _ => return None,
        })
    }

    /// Returns the layout of a WAVE channel mask, in the order of its bits. As in ffmpeg, a mask with more or fewer
    /// bits than channels is ignored, and the layout is the [customary](Self::customary) one. Returns `None` for more
    /// than [`MAX_CHANNELS`].
    pub fn of_wave_mask(mask: u32, channels: usize) -> Option<Self> {
        let told = WAVE.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
        let speakers: Vec<Speaker> = told.map(|(_, &speaker)| speaker).collect();
        if speakers.len() == channels { Self::of(&speakers) } else { Self::customary(channels) }
    }

    /// Converts Symphonia's channels. Returns `None` if there are more than [`MAX_CHANNELS`].
    pub(super) fn of_symphonia(channels: &Channels) -> Option<Self> {
        match channels {
            Channels::Positioned(positions) => Self::of(&positions.iter().map(position).collect::<Vec<_>>()),
            Channels::Custom(labels) => Self::of(&labels.iter().map(label).collect::<Vec<_>>()),
            _ => Self::customary(channels.count()),
        }
    }

    /// Converts audio from another layout to this one. Channels that both layouts have stay, and the others go to the
    /// sides. Mono goes to both sides, and becomes the mean of both sides.
    pub(super) fn fold(&self, from: Self, input: Vec<Vec<f32>>) -> Vec<Vec<f32>> {
        if *self == from {
            return input;
        }
        let frames = input.first().map_or(0, Vec::len);
        let mut output = vec![vec![0.0; frames]; self.count];
        for (samples, &speaker) in input.iter().zip(from.speakers()) {
            let [left, right] = if from.count == 1 { [1.0, 1.0] } else { speaker.sides() };
            for (plane, &to) in output.iter_mut().zip(self.speakers()) {
                let gain = match to {
                    _ if self.count == 1 => (left + right) / 2.0,
                    _ if from.count > 1 && to == speaker => 1.0,
                    _ if from.count > 1 && self.speakers().contains(&speaker) => 0.0,
                    L => left,
                    R => right,
                    _ => 0.0,
                };
                if gain != 0.0 {
                    plane.iter_mut().zip(samples).for_each(|(out, sample)| *out += gain * sample);
                }
            }
        }
        output
    }

    /// Converts the layout to Symphonia's channels.
    pub(super) fn to_symphonia(self) -> Channels {
        let label = |(index, speaker): (usize, &Speaker)| {
            let bit = WAVE.iter().position(|position| position == speaker);
            let position = bit.and_then(|bit| Position::from_bits(1 << bit));
            position.map_or(ChannelLabel::Discrete(index as u16), ChannelLabel::Positioned)
        };
        Channels::Custom(self.speakers().iter().enumerate().map(label).collect())
    }

    /// Returns the number of channels.
    pub fn channels(&self) -> usize {
        self.count
    }

    /// Returns the positions, in the channels' order.
    pub fn speakers(&self) -> &[Speaker] {
        &self.speakers[..self.count]
    }
}

fn label(label: &ChannelLabel) -> Speaker {
    match label {
        ChannelLabel::Positioned(one) => position(*one),
        _ => Other,
    }
}

/// Returns the position of one bit.
fn position(one: Position) -> Speaker {
    match one {
        Position::FRONT_LEFT_WIDE => Lw,
        Position::FRONT_RIGHT_WIDE => Rw,
        Position::LFE2 => Lfe,
        _ => WAVE.get(one.bits().trailing_zeros() as usize).copied().unwrap_or(Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_names_the_channels_in_the_order_of_its_bits() {
        let layout = ChannelLayout::of_wave_mask(0x60f, 6).unwrap();
        assert_eq!(layout.speakers(), [L, R, C, Lfe, Ls, Rs]);
        let layout = ChannelLayout::of_wave_mask(0xb, 3).unwrap();
        assert_eq!(layout.speakers(), [L, R, Lfe]);
    }

    #[test]
    fn a_mask_that_does_not_name_each_channel_says_nothing() {
        for mask in [0, 0x4, 0x3f] {
            assert_eq!(ChannelLayout::of_wave_mask(mask, 2), ChannelLayout::customary(2));
        }
        assert_eq!(ChannelLayout::of_wave_mask(0x3f, 9), None);
    }
}
