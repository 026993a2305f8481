//! Records a seek index while a content is decoded from start to end.

use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;
use symphonia::core::packet::Packet;

use super::clock::Clock;
use super::renewal::Renewal;
use super::track_reader::TrackReader;
use crate::media::seek_index::Recorder;
use crate::timeline::{Frames, SampleRate};

/// The seconds between two index entries, in a content whose decoders are not renewed.
const SPACING: u64 = 5;

/// The recorder of a seek index, if one is wanted.
#[derive(Default)]
pub(super) struct Recording(Option<Recorder>);

impl Recording {
    pub(super) fn start(&mut self) {
        self.0 = Some(Recorder::default());
    }

    /// Returns the index; empty if none was recorded.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        self.0.take().map(Recorder::finish).unwrap_or_default()
    }

    /// Records a packet's place, and whether decoding may start with it: with a new decoder, or, in Vorbis, several
    /// seconds after the last entry, with the packet before it as its overlap.
    pub(super) fn note(
        &mut self,
        packet: &Packet,
        reader: &TrackReader,
        clock: &Clock,
        renewal: &Renewal,
        rate: SampleRate,
    ) {
        let Some(recorder) = self.0.as_mut().filter(|_| !reader.is_chained) else { return };
        let index = renewal.index();
        let place = reader.demuxer.place();
        if renewal.is_needed() {
            let first = index.saturating_sub(renewal.kept());
            if let Some(place) = place {
                recorder.note(place, index, clock.taken, &packet.data);
            }
            if renewal.is_due() && index > 0 {
                recorder.enter(first, index, clock.taken);
            } else {
                recorder.forget_before(first);
            }
        } else if let Some(place) = place.filter(|_| clock.origin().is_some()) {
            let next = clock.taken.saturating_add(packet.dur.get());
            if next > recorder.last().saturating_add(SPACING * Frames::from(rate.hz())) {
                // Vorbis's first packet decodes to nothing: it is only the overlap for the next one.
                let start = if reader.audio.codec == CODEC_ID_VORBIS { next } else { clock.taken };
                recorder.note(place, index, start, &packet.data);
                recorder.enter(index, index + 1, next);
            }
        }
    }
}
