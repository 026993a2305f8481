//! An export that was interrupted anywhere goes on from its journal, and the file is the same.

use std::cell::RefCell;
use std::rc::Rc;

use secuencia::export::{Alone, ExportError, ExportOptions, Journal, JournalFile, OnUnreadableClip};
use secuencia::mix::LoudnessTarget;
use secuencia::progress::Phase;
use secuencia::timeline::{AudioLayout, RationalTime, SampleRate};

use crate::support::export::{Exported, Library, TestHost, WavFormat, clip, sampled, wav};
use crate::support::helpers::{Fate, TestHelpers};
use crate::support::mutate::Dice;

/// A journal's file in memory. Clones share the bytes.
#[derive(Clone, Default)]
struct File {
    bytes: Rc<RefCell<Vec<u8>>>,
    /// Number of records written and segments read, and the most bytes that fit.
    written: Rc<RefCell<usize>>,
    read: Rc<RefCell<usize>>,
    most: Option<usize>,
}

impl JournalFile for File {
    fn size(&self) -> u64 {
        self.bytes.borrow().len() as u64
    }

    fn read(&self, position: u64, buffer: &mut [u8]) -> bool {
        *self.read.borrow_mut() += 1;
        let bytes = self.bytes.borrow();
        let Some(part) = bytes.get(position as usize..position as usize + buffer.len()) else { return false };
        buffer.copy_from_slice(part);
        true
    }

    fn write(&self, position: u64, record: &[u8]) -> bool {
        let mut bytes = self.bytes.borrow_mut();
        if self.most.is_some_and(|most| position as usize + record.len() > most) {
            return false;
        }
        bytes.truncate(position as usize);
        bytes.extend(record);
        *self.written.borrow_mut() += 1;
        true
    }
}

impl File {
    /// Returns the file as it is after a crash: with only its first bytes.
    fn torn(&self, bytes: usize) -> Self {
        Self { bytes: Rc::new(RefCell::new(self.bytes.borrow()[..bytes].to_vec())), ..Self::default() }
    }

    fn writes(&self) -> usize {
        *self.written.borrow()
    }
}

/// Returns a library with six segments of a swelling tone, which the limiter works on.
fn library() -> Library {
    let mut library = Library::default();
    let swell = |t: f64| 0.9 * (std::f64::consts::TAU * 220.0 * t).sin() * (0.4 * t).sin();
    let asset = library.add("tone.wav", wav(44_100, 1, WavFormat::Int(16), &sampled(44_100, 44_100 * 40, swell)));
    library.put_timeline(AudioLayout::Mono, SampleRate::HZ_44100, vec![clip("a", &asset, RationalTime::ZERO)]);
    let loudness = Some(LoudnessTarget::Integrated(-9.0));
    library.options = ExportOptions { loudness, bit_rate: 64_000, afterburner: false, ..ExportOptions::default() };
    library
}

/// Exports with a journal in this file.
fn journalled(library: &Library, file: &File, build: &str) -> Result<Exported, ExportError> {
    let host = TestHost::default().with(Journal::open(file.clone(), build));
    let exported = library.export_with(&Alone, &host);
    let reports = host.reports.borrow();
    assert!(reports.is_sorted_by_key(|report| report.completed), "the progress falls");
    exported
}

fn assert_same(one: &Exported, other: &Exported, case: &str) {
    assert_eq!(one.report, other.report, "{case}");
    assert!(one.file == other.file, "{case}: another file");
}

#[test]
fn an_export_goes_on_wherever_its_journal_ends_and_makes_only_what_is_missing() {
    let library = library();
    let undisturbed = library.export_with(&Alone, &TestHost::default()).unwrap();
    let whole = File::default();
    assert_same(&journalled(&library, &whole, "1").unwrap(), &undisturbed, "with a journal");
    let (bytes, records) = (whole.bytes.borrow().len(), whole.writes());
    assert!(records > 12, "{records} records: several passes over six segments");
    let again = whole.torn(bytes);
    assert_same(&journalled(&library, &again, "1").unwrap(), &undisturbed, "from a complete journal");
    assert_eq!(again.writes(), 0, "nothing is made again");

    let mut dice = Dice(7);
    for case in 0..8 {
        let torn = whole.torn(dice.below(bytes));
        assert_same(&journalled(&library, &torn, "1").unwrap(), &undisturbed, &format!("torn, {case}"));
        assert!(torn.writes() <= records && torn.size() == bytes as u64, "case {case}");
    }
}

#[test]
fn what_is_damaged_in_a_journal_is_made_again() {
    let library = library();
    let undisturbed = library.export_with(&Alone, &TestHost::default()).unwrap();
    let whole = File::default();
    journalled(&library, &whole, "1").unwrap();
    let bytes = whole.bytes.borrow().len();
    let mut dice = Dice(11);
    for case in 0..12 {
        let damaged = whole.torn(bytes);
        for _ in 0..=dice.below(4) {
            let (place, bit) = (dice.below(bytes), dice.below(8));
            damaged.bytes.borrow_mut()[place] ^= 1 << bit;
        }
        assert_same(&journalled(&library, &damaged, "1").unwrap(), &undisturbed, &format!("damaged, {case}"));
    }
    let noise = File::default();
    noise.bytes.borrow_mut().extend((0..100_000).map(|_| dice.roll() as u8));
    assert_same(&journalled(&library, &noise, "1").unwrap(), &undisturbed, "noise");
}

#[test]
fn a_segment_serves_only_the_build_the_mix_the_contents_and_the_pass_that_it_was_made_for() {
    let mut library = library();
    let whole = File::default();
    journalled(&library, &whole, "1").unwrap();
    let bytes = whole.bytes.borrow().len();
    let remade = |library: &Library, build: &str| {
        let undisturbed = library.export_with(&Alone, &TestHost::default()).unwrap();
        let file = whole.torn(bytes);
        assert_same(&journalled(library, &file, build).unwrap(), &undisturbed, build);
        file.writes()
    };
    assert_eq!(remade(&library, "1"), 0);
    assert!(remade(&library, "another build") > 12);

    let options = library.options.clone();
    library.options.bit_rate = 96_000;
    let encoded = remade(&library, "1");
    assert!((1..12).contains(&encoded), "{encoded}: the measured passes are the same");
    library.options = ExportOptions { on_unreadable_clip: OnUnreadableClip::Silence, ..options.clone() };
    assert!(remade(&library, "1") > 12);
    library.options = options;

    // Other audio of the same length, under the same ID.
    let other = |t: f64| 0.5 * (std::f64::consts::TAU * 330.0 * t).sin();
    let asset = library.add("tone.wav", wav(44_100, 1, WavFormat::Int(16), &sampled(44_100, 44_100 * 40, other)));
    assert!(remade(&library, "1") > 6);
    library.put_timeline(AudioLayout::Mono, SampleRate::HZ_44100, vec![clip("a", &asset, RationalTime::new(1, 2))]);
    assert!(remade(&library, "1") > 6);
}

#[test]
fn a_journal_that_cannot_be_written_costs_nothing_but_the_way_back() {
    let library = library();
    let undisturbed = library.export_with(&Alone, &TestHost::default()).unwrap();
    for most in [0, 1, 30_000] {
        let full = File { most: Some(most), ..File::default() };
        assert_same(&journalled(&library, &full, "1").unwrap(), &undisturbed, &format!("room for {most} bytes"));
        assert!(full.size() <= most as u64);
    }
}

#[test]
fn helpers_are_asked_only_for_what_the_journal_lacks() {
    let library = library();
    let undisturbed = library.export_with(&Alone, &TestHost::default()).unwrap();
    let whole = File::default();
    journalled(&library, &whole, "1").unwrap();
    let bytes = whole.bytes.borrow().len();
    for part in [bytes / 4, bytes / 2, bytes] {
        let file = whole.torn(part);
        let host = TestHost::default().with(Journal::open(file.clone(), "1"));
        let helpers = TestHelpers::new(&library.store, 2, |_| Fate::Made);
        assert_same(&library.export_with(&helpers, &host).unwrap(), &undisturbed, &format!("{part} of {bytes}"));
        assert!(helpers.made.get() as usize <= file.writes(), "what helpers make is kept");
        assert!(part < bytes || helpers.made.get() == 0, "nothing is made again");
    }
}

#[test]
fn a_cancelled_export_leaves_a_journal_from_which_another_goes_on() {
    let library = library();
    let undisturbed = library.export_with(&Alone, &TestHost::default()).unwrap();
    let file = File::default();
    let host = TestHost::cancelling_in(Phase::Encoding).with(Journal::open(file.clone(), "1"));
    assert!(matches!(library.export_with(&Alone, &host), Err(ExportError::Cancelled)));
    let before = file.writes();
    assert!(before > 0);
    assert_same(&journalled(&library, &file, "1").unwrap(), &undisturbed, "after a cancel");
}
