//! The journal: an export's finished segments, kept outside the worker that leads it.
//!
//! The job asks it for a segment before it makes one, and gives it each segment that is finished, of every pass. So a
//! job that begins again, after a crash or in a later visit, makes only the segments that are missing. The gain and the
//! report follow from the segments, so nothing else is kept.
//!
//! A journal is one file that only grows: for each segment a header, and the segment as
//! [Postcard](https://postcard.jamesmunns.com/wire-format). It promises:
//!
//! - A segment serves only what it was made for: its key is a hash of the engine's build, the mix, the contents and the
//!   pass.
//! - Only whole records count: the header and the segment each have a checksum. A torn end is overwritten.
//! - A journal that cannot be read or written costs time, and never the export.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::segment::{Pass, Segment};

/// The size of a record's header: five numbers of eight bytes.
const HEADER_BYTES: usize = 40;

/// The file of a journal.
pub trait JournalFile {
    /// Returns the file's length in bytes.
    fn size(&self) -> u64;
    /// Fills `buffer` from `position` on. Returns `false` if it cannot.
    fn read(&self, position: u64, buffer: &mut [u8]) -> bool;
    /// Writes bytes at `position`. Returns `false` if it cannot. They need not survive a loss of power.
    fn write(&self, position: u64, bytes: &[u8]) -> bool;
}

/// The journal of one export. The default one keeps nothing.
#[derive(Clone, Default)]
pub struct Journal {
    records: Option<Rc<Records>>,
    /// A hash of the mix and its contents.
    mix: u64,
}

struct Records {
    file: Box<dyn JournalFile>,
    build: String,
    /// The place of each segment, by its key and number.
    places: RefCell<HashMap<(u64, u64), Place>>,
    /// The end of the last whole record; `None` once a record could not be written.
    end: Cell<Option<u64>>,
}

/// The place of a segment's bytes in the file.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    bytes: u64,
    checksum: u64,
}

impl Journal {
    /// Opens a journal, and finds its whole records. `build` is the name of this build of the engine: another one may
    /// make other segments.
    pub fn open(file: impl JournalFile + 'static, build: &str) -> Self {
        let size = file.size();
        let mut places = HashMap::new();
        let mut end = 0;
        while let Some((key, number, place)) = record_at(&file, end, size) {
            places.insert((key, number), place);
            end = place.start + place.bytes;
        }
        let (places, end) = (RefCell::new(places), Cell::new(Some(end)));
        Self { records: Some(Rc::new(Records { file: Box::new(file), build: build.into(), places, end })), mix: 0 }
    }

    /// Returns the journal for a mix. `mix` is a hash of the mix and its contents.
    pub(super) fn over(&self, mix: u64) -> Self {
        Self { mix, ..self.clone() }
    }

    /// Returns the part for one pass over the mix.
    pub(super) fn of(&self, pass: &Pass) -> PassJournal {
        let key = |records: &Rc<Records>| {
            let mut hasher = DefaultHasher::new();
            (&records.build, self.mix).hash(&mut hasher);
            // A pass is numbers alone, which are always written.
            postcard::to_extend(pass, Vec::<u8>::new()).unwrap_or_default().hash(&mut hasher);
            (Rc::clone(records), hasher.finish())
        };
        PassJournal(self.records.as_ref().map(key))
    }
}

/// The segments of one pass.
pub(super) struct PassJournal(Option<(Rc<Records>, u64)>);

impl PassJournal {
    /// Returns the numbers of the segments that are kept.
    pub(super) fn numbers(&self) -> BTreeSet<u64> {
        let Some((records, key)) = &self.0 else { return BTreeSet::new() };
        records.places.borrow().keys().filter(|(of, _)| of == key).map(|&(_, number)| number).collect()
    }

    /// Returns a kept segment; `None` if its bytes are not those that were written.
    pub(super) fn read(&self, number: u64) -> Option<Segment> {
        let (records, key) = self.0.as_ref()?;
        let place = records.places.borrow().get(&(*key, number)).copied()?;
        let mut bytes = vec![0; usize::try_from(place.bytes).ok()?];
        let is_whole = records.file.read(place.start, &mut bytes) && checksum(&bytes) == place.checksum;
        let segment: Segment = is_whole.then(|| postcard::from_bytes(&bytes).ok()).flatten()?;
        (segment.number == number).then_some(segment)
    }

    /// Keeps a segment. After a write that failed, nothing more is kept.
    pub(super) fn keep(&self, segment: &Segment) {
        let Some((records, key)) = &self.0 else { return };
        let Some(end) = records.end.get() else { return };
        let Ok(mut record) = postcard::to_extend(segment, vec![0_u8; HEADER_BYTES]) else { return };
        let (header, bytes) = record.split_at_mut(HEADER_BYTES);
        let place = Place { start: end + HEADER_BYTES as u64, bytes: bytes.len() as u64, checksum: checksum(bytes) };
        let numbers = [*key, segment.number, place.bytes, place.checksum];
        let fields = numbers.into_iter().chain([checksum_of(&numbers)]);
        header.chunks_exact_mut(8).zip(fields).for_each(|(to, field)| to.copy_from_slice(&field.to_le_bytes()));
        let is_written = records.file.write(end, &record);
        records.end.set(is_written.then_some(place.start + place.bytes));
        if is_written {
            records.places.borrow_mut().insert((*key, segment.number), place);
        }
    }
}

/// Returns the key, the number and the place of the segment whose record is at `position`, if there is a whole one.
fn record_at(file: &impl JournalFile, position: u64, size: u64) -> Option<(u64, u64, Place)> {
    let start = position.checked_add(HEADER_BYTES as u64).filter(|&start| start <= size)?;
    let mut header = [0; HEADER_BYTES];
    if !file.read(position, &mut header) {
        return None;
    }
    let mut fields = header.as_chunks().0.iter().map(|field| u64::from_le_bytes(*field));
    let numbers @ [key, number, bytes, checksum] = [fields.next()?, fields.next()?, fields.next()?, fields.next()?];
    let is_whole = fields.next()? == checksum_of(&numbers) && bytes <= size - start;
    is_whole.then_some((key, number, Place { start, bytes, checksum }))
}

/// Returns a checksum of bytes that were perhaps not written. It takes less than a millisecond for a segment.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, &from)| *to = from);
    words.iter().chain([&last]).fold(bytes.len() as u64, |sum, word| mixed(sum, u64::from_le_bytes(*word)))
}

fn checksum_of(numbers: &[u64; 4]) -> u64 {
    numbers.iter().fold(numbers.len() as u64, |sum, &number| mixed(sum, number))
}

fn mixed(sum: u64, word: u64) -> u64 {
    // An odd factor with bits in every byte, as in FxHash.
    (sum.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}
