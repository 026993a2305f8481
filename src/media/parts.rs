//! Reads a content whose rate or channels change half way, as one recording with the first part's rate and layout.
//!
//! Such MP3 and ADTS files come from speech that was generated in pieces and joined, or from an advertisement
//! inserted into a programme. Chained Ogg streams are parts too, and so are all joined FLAC files, because each
//! numbers its own frames.
//!
//! Each part is read as a content of its own, from its first byte on. Its channels are folded into the first part's,
//! and its rate is converted by a resampler whose blocks count from the part's start. So a frame sounds the same
//! wherever reading started. The recording's length is the sum of its parts' lengths, each rounded once.
//!
//! The content's seek index holds the parts' positions. Without one, a part is found by walking through the parts
//! before it, and few packets of each are decoded.

use super::codec::{Block, Spec};
use super::converted::Converted;
use super::decoder::{Decoder, Forward};
use super::probe::unwrapped;
use super::seek_index::{self, PartEntry};
use super::source::{behind_tags, from_byte};
use super::{ChannelLayout, Content, Damage, MediaError};
use crate::store::ByteSource;
use crate::timeline::Frames;

/// The number of frames read from a later part at a time.
const BLOCK: usize = 4096;

/// A decoder that reads the whole recording forward, from its start or from the frame it seeks to.
pub(super) struct Parts {
    content: Content,
    first: Decoder,
    /// Sentences for the user about a surrounding container.
    remarks: Vec<String>,
    later: Option<Later>,
    /// The parts that the seek index lists.
    entries: Vec<PartEntry>,
    /// The next frame of the recording.
    position: Frames,
    /// The damage in earlier parts.
    damage: Damage,
    /// While recording an index: the entries of the parts so far.
    notes: Option<Vec<PartEntry>>,
    ended: bool,
}

/// A part after the first.
struct Later {
    reader: Converted<Decoder>,
    /// The position of its first byte.
    place: u64,
    start: Frames,
    /// The first part's layout.
    layout: ChannelLayout,
    /// Audio that was read and not yet returned.
    held: Block,
}

impl Forward for Parts {
    /// Opens the audio. The content's type is a hint: its bytes decide.
    fn open(content: &Content) -> Result<Self, MediaError> {
        let (source, remarks) = unwrapped(behind_tags(content.source.clone()))?;
        let source = behind_tags(source);
        let entries = seek_index::parts(&content.seek_index);
        let seek_index = entries.first().map_or_else(|| content.seek_index.clone(), |first| first.index.clone());
        let content = Content { source, seek_index, ..content.clone() };
        let mut first = Decoder::open(&content)?;
        if let Some(end) = end_of(&entries, 0, content.source.as_ref()) {
            first.bound(end);
        }
        Ok(Self {
            content,
            first,
            remarks,
            later: None,
            entries,
            position: 0,
            damage: Damage::default(),
            notes: None,
            ended: false,
        })
    }

    fn spec(&self) -> Spec {
        self.first.spec()
    }

    fn damage(&self) -> Damage {
        let mut damage = self.first.damage();
        damage.join(&self.damage);
        if let Some(later) = &self.later {
            damage.join(&later.damage());
        }
        damage
    }

    fn seek(&mut self, frame: Frames) -> Result<Option<Frames>, MediaError> {
        let start = self.later.as_ref().map_or(0, |later| later.start);
        let ahead = self.entries.iter().rfind(|entry| entry.frame <= frame && entry.frame > start);
        if let Some(entry) = ahead.cloned() {
            if !entry.is_of(self.content.source.as_ref()) || !self.begin(entry)? {
                return Ok(None);
            }
        } else if self.later.is_none() {
            let position = self.first.seek(frame)?;
            self.position = position.unwrap_or(self.position);
            if position.is_none() || !self.first.has_ended() || !self.begin_next()? {
                return Ok(position);
            }
        }
        // Only reading shows whether the part reaches the frame. The next part starts at its end.
        while let Some(later) = &mut self.later {
            self.position = frame.max(later.start);
            if later.read(self.position)? {
                break;
            }
            self.position = later.end().unwrap_or(self.position);
            if !self.begin_next()? {
                break;
            }
        }
        Ok(Some(self.position))
    }

    fn next(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        if self.later.is_none() && !self.ended {
            if self.first.next(block)? {
                self.position = self.position.saturating_add(block.first().map_or(0, Vec::len) as u64);
                return Ok(true);
            }
            self.begin_next()?;
        }
        while let Some(later) = self.later.as_mut().filter(|_| !self.ended) {
            if later.is_empty() && !later.read(self.position)? {
                self.position = later.end().unwrap_or(self.position);
                self.begin_next()?;
                continue;
            }
            std::mem::swap(block, &mut later.held);
            later.held.clear();
            self.position = self.position.saturating_add(block.first().map_or(0, Vec::len) as u64);
            return Ok(true);
        }
        block.iter_mut().for_each(Vec::clear);
        Ok(false)
    }
}

impl Parts {
    /// Returns the content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        self.first.mime_type()
    }

    /// Returns other notes about the content, as sentences for the user.
    pub(super) fn notes(&self) -> Vec<String> {
        self.remarks.iter().cloned().chain(self.first.notes()).collect()
    }

    /// Returns the demuxer's position in bytes.
    pub(super) fn reached(&self) -> u64 {
        self.later.as_ref().map_or(self.first.reached(), |later| later.place + later.reader.decoder().reached())
    }

    /// Starts to record a seek index.
    pub(super) fn record(&mut self) {
        self.first.record();
        self.notes = Some(Vec::new());
    }

    /// Returns the recorded seek index.
    pub(super) fn recorded(&mut self) -> Vec<u8> {
        self.note();
        seek_index::join(self.notes.take().unwrap_or_default())
    }

    /// Records an entry for the current part.
    fn note(&mut self) {
        let Some(notes) = &mut self.notes else { return };
        let (frame, place, index) = match &mut self.later {
            None => (0, 0, self.first.recorded()),
            Some(later) => (later.start, later.place, later.reader.decoder_mut().recorded()),
        };
        notes.push(PartEntry::new(frame, place, index.into(), self.content.source.as_ref()));
    }

    /// Continues with the next part, after the current one has ended at `position`.
    fn begin_next(&mut self) -> Result<bool, MediaError> {
        let (place, change) = match &self.later {
            None => (0, self.first.changes_at()),
            Some(later) => (later.place, later.reader.decoder().changes_at()),
        };
        let Some(change) = change.filter(|&change| change > 0) else {
            self.ended = true;
            return Ok(false);
        };
        self.note();
        let next = PartEntry::unchecked(self.position, place.saturating_add(change));
        let known = self.entries.iter().find(|entry| entry.place == next.place && entry.frame == next.frame);
        self.begin(known.cloned().unwrap_or(next))
    }

    fn begin(&mut self, entry: PartEntry) -> Result<bool, MediaError> {
        if let Some(later) = &self.later {
            self.damage.join(&later.damage());
        }
        let source = from_byte(self.content.source.clone(), entry.place);
        let content = Content { source, seek_index: entry.index, ..self.content.clone() };
        let mut reader = match Converted::<Decoder>::open(content, 0, self.spec().rate) {
            Ok(reader) => reader,
            Err(MediaError::Read(error)) => return Err(MediaError::Read(error)),
            Err(_) => {
                self.damage.is_short = true;
                self.ended = true;
                return Ok(false);
            }
        };
        if self.notes.is_some() {
            reader.decoder_mut().record();
        }
        if let Some(end) = end_of(&self.entries, entry.place, self.content.source.as_ref()) {
            reader.decoder_mut().bound(end - entry.place);
        }
        self.position = entry.frame;
        self.later = Some(Later {
            reader,
            place: entry.place,
            start: entry.frame,
            held: Block::new(),
            layout: self.spec().layout,
        });
        Ok(true)
    }
}

/// Returns the end of the part that starts at byte `place`: the start of the next part in the index.
fn end_of(entries: &[PartEntry], place: u64, source: &dyn ByteSource) -> Option<u64> {
    let next = entries.iter().find(|entry| entry.place > place)?;
    next.is_of(source).then_some(next.place)
}

impl Later {
    fn is_empty(&self) -> bool {
        self.held.first().is_none_or(Vec::is_empty)
    }

    /// Reads the audio from a frame of the recording on. Returns `false` if the part ends before it.
    fn read(&mut self, position: Frames) -> Result<bool, MediaError> {
        let from = self.reader.spec().layout;
        let mut block = vec![vec![0.0; BLOCK]; from.channels()];
        let mut planes: Vec<&mut [f32]> = block.iter_mut().map(Vec::as_mut_slice).collect();
        let count = self.reader.read(position.saturating_sub(self.start), &mut planes)?;
        block.iter_mut().for_each(|plane| plane.truncate(count));
        self.held = self.layout.fold(from, block);
        Ok(count > 0)
    }

    /// Returns the frame of the recording at which the part ends, once its end was reached.
    fn end(&self) -> Option<Frames> {
        Some(self.start.saturating_add(self.reader.length()?))
    }

    fn damage(&self) -> Damage {
        self.reader.damage().behind(self.start)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::media::codec::packets_decoded;
    use crate::media::{ClipReader, Content};
    use crate::store::Bytes;
    use crate::timeline::SampleRate;

    macro_rules! file {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/data/media/", $name)).as_slice()
        };
    }

    #[test]
    fn a_part_is_come_to_without_an_index_by_decoding_little_of_those_before_it() {
        let mp3 = [file!("lame-untagged-44100-stereo.mp3"), file!("lame-cbr-22050-mono.mp3")];
        let adts = [file!("aac-44100-stereo.aac"), file!("../adts/he-aac-44100-stereo.aac")];
        for pieces in [mp3, adts] {
            // Long parts, and many short ones without room for a renewal.
            let parts = |count: usize| pieces.map(|piece| piece.repeat(count)).concat();
            for bytes in [parts(120), parts(5).repeat(24)] {
                let open = || {
                    let content = Content::new(Arc::new(Bytes(bytes.clone().into())), "");
                    ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap()
                };
                let read = |reader: &mut ClipReader, position: usize| {
                    let (mut left, mut right) = (vec![0.0; 1000], vec![0.0; 1000]);
                    let count = reader.read(position as u64, &mut [&mut left, &mut right]).unwrap();
                    left.truncate(count);
                    left
                };
                let before = packets_decoded();
                let mut whole = Vec::new();
                let mut reader = open();
                while let piece = read(&mut reader, whole.len())
                    && !piece.is_empty()
                {
                    whole.extend(piece);
                }
                let all = packets_decoded() - before;
                let cost = |percent: usize| {
                    let position = whole.len() * percent / 100;
                    let before = packets_decoded();
                    let read = read(&mut open(), position);
                    assert!(read == whole[position..position + 1000], "at {percent} %");
                    packets_decoded() - before
                };
                // The distance from a place to the previous renewal is random.
                let [early, late] = [1..20, 80..99].map(|places| places.map(cost).max().unwrap());
                println!("{early} and {late} of {all} packets");
                assert!(late <= 3 * early, "{early} and {late} of {all} packets");
            }
        }
    }
}
