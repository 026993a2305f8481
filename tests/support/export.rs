//! Known signals, a library for them, a host, and ffmpeg to decode the results.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use secuencia::export::{
    Alone, ExportError, ExportOptions, ExportReport, Helpers, Host, Journal, MemorySink, Sink, SinkError, export,
};
use secuencia::media::Inspector;
use secuencia::progress::{Phase, Progress};
use secuencia::store::{Bytes, MemoryStore};
use secuencia::timeline::{Asset, LayoutChoice, RationalTime, SampleRate, Timeline, TimelineClip};

/// The length of a chirp, in seconds.
pub const CHIRP_SECONDS: f64 = 0.03;

/// Returns a burst with one sharp correlation peak: a chirp from 500 to 2,900 Hz under a Hann window, which fits every
/// sample rate from 8 kHz up. `t` is in seconds from its onset; the result is 0 outside the burst.
pub fn chirp(t: f64) -> f64 {
    if !(0.0..CHIRP_SECONDS).contains(&t) {
        return 0.0;
    }
    let window = 0.5 - 0.5 * (std::f64::consts::TAU * t / CHIRP_SECONDS).cos();
    0.5 * window * (std::f64::consts::TAU * (500.0 * t + 40_000.0 * t * t)).sin()
}

/// Returns `frames` of a signal at `rate`, as one channel. `signal` takes seconds.
pub fn sampled(rate: u32, frames: usize, signal: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..frames).map(|frame| signal(frame as f64 / f64::from(rate))).collect()
}

/// The sample format of a WAV file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WavFormat {
    Int(u16),
    Float,
}

/// Writes a WAV file with the same samples in every channel.
pub fn wav(rate: u32, channels: u16, format: WavFormat, samples: &[f64]) -> Vec<u8> {
    let (bits_per_sample, sample_format) = match format {
        WavFormat::Int(bits) => (bits, hound::SampleFormat::Int),
        WavFormat::Float => (32, hound::SampleFormat::Float),
    };
    let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample, sample_format };
    let mut file = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    for &sample in samples {
        for _ in 0..channels {
            match format {
                WavFormat::Int(bits) => {
                    let full = f64::from(1u32 << (bits - 1));
                    writer.write_sample((sample * full).round().clamp(-full, full - 1.0) as i32).unwrap();
                }
                WavFormat::Float => writer.write_sample(sample as f32).unwrap(),
            }
        }
    }
    writer.finalize().unwrap();
    file.into_inner()
}

/// Creates a folder for this test run, under `target`.
pub fn scratch(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let unique = format!("{}-{}-{name}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A library in memory that inspects new content, as the page's does.
#[derive(Default)]
pub struct Library {
    pub store: MemoryStore,
    /// The options for its exports.
    pub options: ExportOptions,
}

impl Library {
    /// Inspects and stores `content`.
    pub fn add(&mut self, id: &str, content: Vec<u8>) -> Asset {
        let content: Arc<[u8]> = content.into();
        let inspector = Inspector::open(Arc::new(Bytes(content.clone())), id).unwrap();
        let asset = inspector.finish().unwrap().into_asset(id, id);
        self.store.put_asset(asset.clone(), content);
        asset
    }

    /// Stores content without inspecting it, with the facts of `claim`.
    pub fn add_unseen(&mut self, id: &str, claim: Asset, content: Vec<u8>) {
        self.store.put_asset(Asset { id: id.into(), ..claim }, content);
    }

    /// Exports a timeline of these clips.
    pub fn export(&mut self, layout: impl Into<LayoutChoice>, rate: SampleRate, clips: Vec<TimelineClip>) -> Exported {
        self.try_export(layout, rate, clips, &TestHost::default()).unwrap()
    }

    /// Does the same with a host that may cancel, and returns any error.
    pub fn try_export(
        &mut self,
        audio_layout: impl Into<LayoutChoice>,
        audio_rate: SampleRate,
        clips: Vec<TimelineClip>,
        host: &TestHost,
    ) -> Result<Exported, ExportError> {
        self.put_timeline(audio_layout, audio_rate, clips);
        self.export_with(&Alone, host)
    }

    /// Stores a timeline of these clips.
    pub fn put_timeline(
        &mut self,
        audio_layout: impl Into<LayoutChoice>,
        audio_rate: SampleRate,
        clips: Vec<TimelineClip>,
    ) {
        let (id, name, audio_layout) = ("t".into(), "Test".into(), audio_layout.into());
        let timeline = Timeline { id, name, audio_layout, audio_rate, clips, ..Timeline::default() };
        self.store.put_timeline(timeline);
    }

    /// Exports the stored timeline, with these helpers.
    pub fn export_with(&self, helpers: &impl Helpers, host: &TestHost) -> Result<Exported, ExportError> {
        self.export_into(&mut MemorySink::default(), helpers, host)
    }

    /// Exports the stored timeline into a sink that cannot go back.
    pub fn stream(&self) -> Exported {
        self.export_into(&mut StreamSink::default(), &Alone, &TestHost::default()).unwrap()
    }

    fn export_into(
        &self,
        sink: &mut impl Sink<Output = Vec<u8>>,
        helpers: &impl Helpers,
        host: &TestHost,
    ) -> Result<Exported, ExportError> {
        pollster::block_on(export(&self.store, "t", &self.options, helpers, sink, host))
            .map(|(report, file)| Exported { report, file })
    }
}

/// A file in memory that only grows.
#[derive(Default)]
struct StreamSink(Vec<u8>);

impl Sink for StreamSink {
    type Output = Vec<u8>;

    fn can_rewind(&self) -> bool {
        false
    }

    async fn reserve(&mut self, _: u64) -> Result<(), SinkError> {
        panic!("it cannot go back")
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.0.extend(bytes);
        Ok(())
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        panic!("it cannot go back")
    }

    async fn finish(&mut self) -> Result<Vec<u8>, SinkError> {
        Ok(std::mem::take(&mut self.0))
    }

    async fn abort(&mut self) {
        self.0.clear();
    }
}

/// A finished export.
pub struct Exported {
    pub report: ExportReport,
    pub file: Vec<u8>,
}

impl Exported {
    /// Decodes the file's audio with ffmpeg: a plane for each channel.
    pub fn decoded(&self) -> Vec<Vec<f32>> {
        let path = scratch("decoded").join("export.m4a");
        fs::write(&path, &self.file).unwrap();
        ffmpeg_decode(&path, self.report.layout.channels())
    }
}

/// Decodes a file's first audio track with ffmpeg, at its own sample rate.
pub fn ffmpeg_decode(path: &Path, channels: usize) -> Vec<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:a:0", "-f", "f32le", "-acodec", "pcm_f32le", "-"])
        .output()
        .expect("ffmpeg runs; `make test` installs it");
    assert!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
    let samples: Vec<f32> =
        output.stdout.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

/// Returns how far, in samples, a chirp is from `onset_seconds`: the lag of the best correlation.
pub fn chirp_lag(samples: &[f32], rate: SampleRate, onset_seconds: f64) -> i64 {
    const REACH: i64 = 40;
    let hz = f64::from(rate.hz());
    let first = (onset_seconds * hz).round() as i64;
    let length = (CHIRP_SECONDS * hz).ceil() as i64;
    let template: Vec<f64> = (0..length).map(|frame| chirp((first + frame) as f64 / hz - onset_seconds)).collect();
    let at = |frame: i64| usize::try_from(frame).ok().and_then(|frame| samples.get(frame)).copied().unwrap_or(0.0);
    let correlation = |lag: i64| -> f64 {
        template.iter().enumerate().map(|(frame, value)| value * f64::from(at(first + lag + frame as i64))).sum()
    };
    (-REACH..=REACH).max_by(|&a, &b| correlation(a).total_cmp(&correlation(b))).unwrap()
}

/// Returns a clip that plays the whole asset from `offset` on.
pub fn clip(id: &str, asset: &Asset, offset: RationalTime) -> TimelineClip {
    TimelineClip {
        id: id.into(),
        name: id.into(),
        asset_id: asset.id.clone(),
        offset,
        duration: asset.duration(),
        ..TimelineClip::default()
    }
}

/// A host that records the reports, may cancel on the first report of a phase, and may have a journal.
pub struct TestHost {
    pub reports: RefCell<Vec<Progress>>,
    journal: Journal,
    cancel_in: Option<Phase>,
    cancelled: Cell<bool>,
    started: Instant,
}

impl Default for TestHost {
    fn default() -> Self {
        Self {
            reports: RefCell::default(),
            journal: Journal::default(),
            cancel_in: None,
            cancelled: Cell::new(false),
            started: Instant::now(),
        }
    }
}

impl TestHost {
    /// Returns the host with a journal.
    pub fn with(self, journal: Journal) -> Self {
        Self { journal, ..self }
    }

    /// Returns a host that cancels on the first report of `phase`.
    pub fn cancelling_in(phase: Phase) -> Self {
        Self { cancel_in: Some(phase), ..Self::default() }
    }
}

impl Host for TestHost {
    fn now_seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn report(&self, progress: Progress) {
        if self.cancel_in == Some(progress.phase) {
            self.cancelled.set(true);
        }
        self.reports.borrow_mut().push(progress);
    }

    async fn breathe(&self) {}

    fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    fn journal(&self) -> Journal {
        self.journal.clone()
    }
}
