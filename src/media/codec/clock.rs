//! Counts decoded frames: where the next packet belongs, and what was lost before it.

use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;

use crate::media::MAX_PACKET_FRAMES;
use crate::timeline::Frames;

/// The relation between timestamps and frames.
#[derive(Clone, Copy)]
enum Anchor {
    /// Unknown until a block is decoded.
    None,
    /// The content's first frame has this timestamp. Each block follows the one before it.
    Fixed(i64),
    /// The same after a seek by time. The next block's timestamp decides where it belongs.
    Sought(i64),
}

/// The position in the decoded audio, and the silence that replaces lost audio before it.
pub(super) struct Clock {
    /// The frames of the packets so far, counted from the content's start.
    pub(super) taken: Frames,
    /// The length of the latest intact packet.
    pub(super) packet_frames: Frames,
    /// The silence before the next block, in frames.
    pub(super) silence: Frames,
    /// Whether something was bad or lost since the last intact packet. At the content's end, it was only data after
    /// the audio, such as tags.
    is_unsettled: bool,
    anchor: Anchor,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { taken: 0, packet_frames: 0, silence: 0, is_unsettled: false, anchor: Anchor::None }
    }

    /// Returns the timestamp of the content's first frame, once a block was decoded.
    pub(super) fn origin(&self) -> Option<i64> {
        match self.anchor {
            Anchor::None => None,
            Anchor::Fixed(origin) | Anchor::Sought(origin) => Some(origin),
        }
    }

    /// Returns the frame at which a packet's audio begins.
    pub(super) fn time_of(&self, packet: &Packet) -> Option<Frames> {
        u64::try_from(packet.pts.get().checked_sub(self.origin()?)?).ok()?.checked_add(packet.trim_start.get())
    }

    /// Returns the timestamp of a frame.
    pub(super) fn timestamp_of(&self, frame: Frames) -> Option<Timestamp> {
        i64::try_from(frame).ok()?.checked_add(self.origin()?).map(Timestamp::from)
    }

    /// Returns the number of frames missing before a packet, by its timestamp.
    pub(super) fn gap_before(&self, packet: &Packet) -> Option<Frames> {
        if let Anchor::Sought(_) = self.anchor {
            return None;
        }
        let gap = self.time_of(packet)?.checked_sub(self.taken)?;
        (gap > 0 && self.taken.checked_add(gap).is_some()).then_some(gap)
    }

    /// Counts lost frames, which silence replaces.
    pub(super) fn lose(&mut self, frames: Frames) {
        self.is_unsettled = true;
        self.silence = self.silence.saturating_add(frames);
        self.pass(frames);
    }

    /// Counts frames that are not decoded.
    pub(super) fn pass(&mut self, frames: Frames) {
        self.taken = self.taken.saturating_add(frames);
    }

    /// Counts the block of a packet. Returns its first frame if a bad stretch ended there.
    pub(super) fn place(&mut self, packet: &Packet, frames: Frames) -> Option<Frames> {
        self.packet_frames = frames;
        let start = packet.pts.get().saturating_add_unsigned(packet.trim_start.get());
        match self.anchor {
            Anchor::None => self.anchor = Anchor::Fixed(start.saturating_sub_unsigned(self.taken)),
            Anchor::Fixed(_) => {}
            Anchor::Sought(origin) => {
                self.taken = self.time_of(packet).unwrap_or(Frames::MAX);
                self.silence = 0;
                self.anchor = Anchor::Fixed(origin);
            }
        }
        self.pass(frames);
        std::mem::take(&mut self.is_unsettled).then(|| self.taken.saturating_sub(frames))
    }

    /// Forgets losses, as before or during a seek.
    pub(super) fn settle(&mut self) {
        (self.silence, self.is_unsettled) = (0, false);
    }

    /// Prepares for a seek by time, if the relation between timestamps and frames is known.
    pub(super) fn seek(&mut self) {
        self.anchor = self.origin().map_or(Anchor::None, Anchor::Sought);
    }

    /// Continues with the packet that begins at this frame.
    pub(super) fn restart(&mut self, frame: Frames) {
        self.taken = frame;
        self.anchor = self.origin().map_or(Anchor::None, Anchor::Fixed);
    }

    /// Forgets the relation between timestamps and frames, where a demuxer counts time anew.
    pub(super) fn forget_origin(&mut self) {
        self.anchor = Anchor::None;
    }

    /// Takes silence of at most a packet's length; `None` if there is none.
    pub(super) fn take_silence(&mut self) -> Option<usize> {
        let count = self.silence.min(MAX_PACKET_FRAMES);
        self.silence -= count;
        (count > 0).then_some(count as usize)
    }
}
