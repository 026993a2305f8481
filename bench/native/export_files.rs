//! Exports audio files in a row without a browser: the engine's native speed on one thread.
//!
//! `cargo run --release --example export_files -- OUT.m4a BIT_RATE FILE...` writes the file. It prints as JSON the
//! file's length and the export's time, which excludes reading and inspecting the files, and the times of its parts: of
//! what comes before the first segment, of each segment, and of what comes after the last one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use secuencia::export::{Alone, ExportOptions, Host, Journal, JournalFile, MemorySink, export};
use secuencia::media::Inspector;
use secuencia::progress::{Phase, Progress};
use secuencia::store::{Bytes, MemoryStore};
use secuencia::timeline::{ClipSpec, Conversion, convert};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(out), Some(bit_rate)) = (arguments.next(), arguments.next()) else {
        return Err("tell it OUT.m4a BIT_RATE FILE...".into());
    };
    let options = ExportOptions { bit_rate: bit_rate.parse()?, ..ExportOptions::default() };

    let mut store = MemoryStore::default();
    let mut assets = HashMap::new();
    let mut clips = Vec::new();
    for path in arguments {
        let content: Arc<[u8]> = fs::read(&path)?.into();
        let inspector = Inspector::open(Arc::new(Bytes(content.clone())), &path)?;
        let asset = inspector.finish()?.into_asset(&path, &path);
        store.put_asset(asset.clone(), content);
        assets.insert(path.clone(), asset);
        clips.push(ClipSpec { asset_id: path, ..ClipSpec::default() });
    }
    let conversion = Conversion { id: "timeline".into(), name: "Files".into(), clips, ..Conversion::default() };
    store.put_timeline(convert(conversion, &assets, |_, _| {})?);

    let mut sink = MemorySink::default();
    let clock = Clock::default();
    let (report, file) = pollster::block_on(export(&store, "timeline", &options, &Alone, &mut sink, &clock))?;
    let wall_seconds = clock.now_seconds();
    fs::write(out, file)?;
    let made = serde_json::json!({
        "durationSeconds": report.sample_rate.duration_of(report.frames).to_seconds(),
        "bytes": report.bytes,
        "wallSeconds": wall_seconds,
        "parts": clock.parts(wall_seconds),
    });
    println!("{made}");
    Ok(())
}

/// A host that notes the time when the first segment begins, and when each is made.
#[derive(Clone)]
struct Clock {
    start: Instant,
    marks: Rc<RefCell<Vec<f64>>>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { start: Instant::now(), marks: Rc::default() }
    }
}

impl Clock {
    /// Returns the seconds of the parts.
    fn parts(&self, end: f64) -> serde_json::Value {
        let marks = self.marks.borrow();
        let segments: Vec<f64> = marks.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let (before, last) = (marks.first().copied().unwrap_or(end), marks.last().copied().unwrap_or(end));
        serde_json::json!({ "before": before, "segments": segments, "after": end - last })
    }

    fn mark(&self) {
        self.marks.borrow_mut().push(self.now_seconds());
    }
}

impl Host for Clock {
    fn now_seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn report(&self, progress: Progress) {
        if progress.phase == Phase::Encoding && self.marks.borrow().is_empty() {
            self.mark();
        }
    }

    async fn breathe(&self) {}

    fn is_cancelled(&self) -> bool {
        false
    }

    fn journal(&self) -> Journal {
        Journal::open(self.clone(), "")
    }
}

/// The journal's file. It gets each segment when it is made, and keeps none.
impl JournalFile for Clock {
    fn size(&self) -> u64 {
        0
    }

    fn read(&self, _: u64, _: &mut [u8]) -> bool {
        false
    }

    fn write(&self, _: u64, _: &[u8]) -> bool {
        self.mark();
        true
    }
}
