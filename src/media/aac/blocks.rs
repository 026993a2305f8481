//! Splits ADTS frames of several raw data blocks into packets (ISO/IEC 13818-7, 6.2).
//!
//! Frames with check words contain the position of each block. Other frames do not: a block ends only where its
//! decoding ends. FDK decodes those frames, and reports how many bytes it consumed.

use fdk_aac_sys as fdk;

use super::{Library, MAX_CHANNELS, MAX_FRAMES};

/// The header's size in bytes, before check words and positions.
const HEADER: usize = 7;

/// A splitter, with the decoder that measures blocks.
#[derive(Default)]
pub(crate) struct Blocks {
    measure: Option<(Library, Vec<i16>)>,
}

impl Blocks {
    /// Splits a frame into `count` blocks. A block that cannot be extracted is empty.
    pub(crate) fn split(&mut self, frame: &[u8], count: usize) -> Vec<Box<[u8]>> {
        let is_checked = frame.get(1).is_some_and(|version| version & 1 == 0);
        let blocks = if is_checked { checked(frame, count) } else { self.measured(frame, count) };
        let blocks = blocks.into_iter().map(|block| block.unwrap_or_default().into());
        blocks.chain(std::iter::repeat_with(Box::default)).take(count).collect()
    }

    fn measured<'a>(&mut self, frame: &'a [u8], count: usize) -> Vec<Option<&'a [u8]>> {
        // Opens a new decoder if the last one was left in the middle of a frame.
        let opened = self.measure.take().or_else(|| {
            let library = Library::of_packets(fdk::TRANSPORT_TYPE_TT_MP4_ADTS)?;
            Some((library, vec![0; MAX_FRAMES * MAX_CHANNELS]))
        });
        let Some((mut library, mut pcm)) = opened else { return Vec::new() };
        let mut blocks = Vec::new();
        // Before each block, FDK waits for a whole frame's bytes, plus those that the buffer fullness declares.
        let mut filled = [frame, &vec![0; frame.len()]].concat();
        for (byte, fullness) in filled.iter_mut().skip(5).zip([0x1f, 0xfc]) {
            *byte |= fullness;
        }
        let room = library.fill(&filled).and_then(|()| library.room());
        let Some(room) = room else { return blocks };
        let mut start = HEADER;
        for index in 0..count {
            let is_sound = library.decode_filled(&mut pcm).is_some();
            let end = match library.room().and_then(|more| more.checked_sub(room)) {
                // The last block ends with the frame, even if it is damaged.
                _ if index + 1 == count => frame.len(),
                Some(end) if is_sound => end,
                _ => return blocks,
            };
            blocks.push(frame.get(start..end));
            start = end;
        }
        self.measure = Some((library, pcm));
        blocks
    }
}

/// Splits a frame with check words: one follows the header, and one follows each block.
fn checked(frame: &[u8], count: usize) -> Vec<Option<&[u8]>> {
    const CHECK: usize = 2;
    let first = HEADER + 2 * (count - 1) + CHECK;
    let start = |index: usize| match index {
        0 => Some(first),
        _ if index == count => Some(frame.len()),
        _ => {
            let position = frame.get(HEADER + 2 * (index - 1)..)?.first_chunk()?;
            Some(first + usize::from(u16::from_be_bytes(*position)))
        }
    };
    let block = |index| frame.get(start(index)?..start(index + 1)?.checked_sub(CHECK)?);
    (0..count).map(block).collect()
}
