//! No file causes a panic, a hang, or more memory use than a page can spare.
//!
//! Real files, and one file from ffmpeg for each container and codec, are damaged at random. Each damaged file is
//! inspected and played. `FUZZ_CASES` sets the number of seeds, `FUZZ_FIRST` the first one. A failing case is reported
//! with its seed: `FUZZ_FIRST=<seed> FUZZ_CASES=1` repeats it. Test builds also catch integer overflow. A campaign,
//! for a change to a reader, has 100,000 cases:
//!
//!     FUZZ_CASES=100000 cargo test --test native media_fuzz -- --nocapture

use std::env;
use std::panic::catch_unwind;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use secuencia::media::{ClipReader, Content, Inspector, MediaError, Step};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::heap::peak_of;
use crate::support::matrix::SEEDS;
use crate::support::media::source;
use crate::support::mutate::{Dice, mutated, samples};

/// The most memory for one input, without its own bytes.
const MOST_HEAP: usize = 64 << 20;

/// The longest time for a case. Most take milliseconds, but the machine may be busy.
const LONGEST: Duration = Duration::from_secs(20);

/// The largest ratio of any format: FLAC's longest block of one value takes 11 bytes (RFC 9639, 9).
const MOST_FRAMES_PER_BYTE: u64 = 65_535 / 11;

/// The number of frames per read.
const PIECE: usize = 3000;

#[test]
fn no_file_however_spoilt_panics_hangs_or_takes_much_memory() {
    let number = |name, default| env::var(name).map_or(default, |value| value.parse().expect("a number"));
    let (first, count) = (number("FUZZ_FIRST", 0), number("FUZZ_CASES", 1500));
    let (sender, receiver) = channel();
    thread::spawn(move || try_all(first..first + count, &sender));
    let (mut current, mut failures) = (first, Vec::new());
    loop {
        match receiver.recv_timeout(LONGEST) {
            Ok(Report::Begins(seed)) => current = seed,
            Ok(Report::Fails(reason)) => failures.push(format!("seed {current}: {reason}")),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("seed {current} takes longer than {LONGEST:?}; {failures:#?}"),
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    assert_eq!(current + 1, first + count, "all were tried");
}

/// The browser's campaign uses the same seed files.
#[test]
fn the_seeds_are_made_of_every_container_and_codec_that_can_be_read() {
    assert!(SEEDS.len() > 40 && SEEDS.iter().all(|(_, bytes)| !bytes.is_empty()));
}

enum Report {
    Begins(u64),
    Fails(String),
}

fn try_all(seeds: std::ops::Range<u64>, reports: &Sender<Report>) {
    let samples = [samples(), crate::media_latm::samples()].concat();
    let (mut readable, mut greediest) = (0, (0, String::new()));
    for seed in seeds {
        reports.send(Report::Begins(seed)).unwrap();
        let (name, bytes) = mutated(&samples, seed);
        let (tried, peak) = peak_of(|| catch_unwind(|| try_one(name, bytes, seed)));
        if tried.is_err() {
            reports.send(Report::Fails(format!("{name}: panic"))).unwrap();
        }
        if let Ok(Err(reason)) = &tried {
            reports.send(Report::Fails(format!("{name}: {reason}"))).unwrap();
        }
        if peak > MOST_HEAP {
            reports.send(Report::Fails(format!("{name}: {} MiB at once", peak >> 20))).unwrap();
        }
        readable += usize::from(matches!(tried, Ok(Ok(true))));
        greediest = greediest.max((peak, format!("seed {seed}, {name}")));
    }
    println!("{readable} could be read; {} took most memory, {} KiB", greediest.1, greediest.0 >> 10);
}

/// Returns whether the content could be read, or an error if it claims more frames than its bytes can hold.
fn try_one(name: &str, bytes: Vec<u8>, seed: u64) -> Result<bool, String> {
    let mut dice = Dice(!seed);
    let most = bytes.len() as u64 * MOST_FRAMES_PER_BYTE;
    let mut content = Content::new(source(bytes), name);
    let mut frames = 0;
    if let Ok(mut inspector) = Inspector::open(content.source.clone(), name) {
        while matches!(inspector.step(), Ok(Step::More)) {}
        if let Ok(found) = inspector.finish() {
            frames = found.frames;
            content.seek_index = index(found.seek_index, &mut dice).into();
        }
    }
    if frames > most {
        return Err(format!("{frames} frames in so few bytes"));
    }
    let start = dice.below(frames as usize + 1) as Frames;
    let rate = [SampleRate::HZ_44100, SampleRate::HZ_48000][dice.below(2)];
    let Ok(mut reader) = ClipReader::open(content, start, rate) else { return Ok(false) };
    let end = (frames - start) as usize;
    for position in [dice.below(end + 1), dice.below(end + 1), 0, end, PIECE] {
        if read(&mut reader, position as Frames).is_err() {
            break;
        }
    }
    Ok(frames > 0)
}

/// Returns the content's index, damaged in half of the cases.
fn index(mut index: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    if dice.below(2) == 0 && !index.is_empty() {
        let place = dice.below(index.len());
        index[place] = dice.below(256) as u8;
    }
    index
}

fn read(reader: &mut ClipReader, position: Frames) -> Result<usize, MediaError> {
    let mut planes = vec![[0.0; PIECE]; reader.layout().channels()];
    let mut planes: Vec<&mut [f32]> = planes.iter_mut().map(|plane| &mut plane[..]).collect();
    reader.read(position, &mut planes)
}
