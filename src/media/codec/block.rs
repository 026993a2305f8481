//! The unit of decoded audio, and its format.

use crate::media::ChannelLayout;
use crate::timeline::SampleRate;

/// The audio of a packet: a vector of samples per channel, all of equal length.
pub(in crate::media) type Block = Vec<Vec<f32>>;

/// The format of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Spec {
    pub(in crate::media) rate: SampleRate,
    pub(in crate::media) layout: ChannelLayout,
}

impl Spec {
    pub(in crate::media) fn channels(&self) -> usize {
        self.layout.channels()
    }
}
