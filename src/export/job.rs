//! The job itself, phase by phase.

use std::pin::Pin;

use super::chapters::{ChapterSource, PlacedChapter};
use super::crew::Crew;
use super::error::{ExportError, UnreadableClip};
use super::finish::Finish;
use super::host::Host;
use super::name::{Extension, file_name};
use super::normalise::gain_for;
use super::packets::Packets;
use super::passes::{Pending, Stage, make_all};
use super::plan::{Draft, OnUnreadableClip, Plan};
use super::pulse::Pulse;
use super::recipe::Recipe;
use super::seam::Splicer;
use super::segment::{Pass, Segment};
use super::sidecars::{Finished, Sidecars};
use super::sink::{Sink, SinkError};
use crate::m4a::{FileLayout, Track};
use crate::mix::{ClipWarning, Limiter, Loudness, LoudnessTarget, Mastering, Measurement};
use crate::progress::Phase;
use crate::sidecar::{Sidecar, SidecarError, SidecarKind};
use crate::store::Store;
use crate::timeline::{AudioLayout, Frames, RationalTime, SampleRate};

/// The header is handed to the sink in parts of this size: with each, its boxes are written anew.
const HEADER_PART_BYTES: usize = 256 * 1024;

/// The least that chapters may lie apart, where they are made every so often: a list of more helps nobody.
const LEAST_PERIOD: RationalTime = RationalTime::ONE_SECOND;

/// How to export.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportOptions {
    /// Bits a second, 32,000 to 320,000.
    pub bit_rate: u32,
    /// The encoder's better and slower search.
    pub afterburner: bool,
    /// The true-peak limiter's ceiling in dBTP, −40 to 0; `None` is no limiter.
    pub ceiling_db: Option<f64>,
    /// How loud the mix shall be; `None` leaves it as it is.
    pub loudness: Option<LoudnessTarget>,
    /// What to do about clips that cannot be used.
    pub on_unreadable_clip: OnUnreadableClip,
    /// What the file's chapters are made of.
    pub chapters: ChapterSource,
    /// What the file's name ends with.
    pub extension: Extension,
    /// Assets that have crashed a decoder. They are not opened again: their clips cannot be used.
    pub distrusted_assets: Vec<String>,
    /// The text files that are to go with the audio.
    pub sidecars: Vec<SidecarKind>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            bit_rate: 256_000,
            afterburner: true,
            ceiling_db: Some(-1.0),
            loudness: None,
            on_unreadable_clip: OnUnreadableClip::default(),
            chapters: ChapterSource::default(),
            extension: Extension::default(),
            distrusted_assets: Vec::new(),
            sidecars: Vec::new(),
        }
    }
}

impl ExportOptions {
    /// Whether what is asked for can be done, before any of it is.
    fn check(&self) -> Result<(), ExportError> {
        self.ceiling_db.map_or(Ok(()), Limiter::check)?;
        self.loudness.map_or(Ok(()), LoudnessTarget::check)?;
        match self.chapters {
            ChapterSource::Every(period) if period < LEAST_PERIOD => Err(ExportError::ChapterPeriod),
            _ => Ok(()),
        }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportReport {
    /// The file's name: what its sink calls it, or the timeline's name, made safe, with its extension.
    pub name: String,
    /// The file's size.
    pub bytes: u64,
    /// The decoded length.
    pub frames: Frames,
    /// The file's rate.
    pub sample_rate: SampleRate,
    /// The file's channels.
    pub layout: AudioLayout,
    /// How loud the mix is, as it was encoded.
    pub loudness: Loudness,
    /// The gain in decibels that brought it there, before the limiter.
    pub gain_db: f64,
    /// Whether it is as loud as was asked for; `None` if nothing was.
    pub is_target_reached: Option<bool>,
    /// Clips that were read, but not as their files promised.
    pub warnings: Vec<ClipWarning>,
    /// Clips that could not be used, and are silent.
    pub unreadable: Vec<UnreadableClip>,
    /// The file's chapters.
    pub chapters: Vec<PlacedChapter>,
    /// What else is not as it was asked for, each in a sentence.
    pub remarks: Vec<String>,
    /// The text files that go with it, in the order in which they were asked for.
    pub sidecars: Vec<Sidecar>,
    /// Those that could not be made.
    pub missing_sidecars: Vec<SidecarError>,
}

/// Exports the timeline of that ID into `sink`, with the help of a crew.
///
/// On an error, and on a cancel, the sink has been told to abort by the time this returns.
pub async fn export<S: Store, C: Crew, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    crew: &C,
    sink: &mut K,
    host: &H,
) -> Result<(ExportReport, K::Output), ExportError> {
    let mut pulse = Pulse::new(host, options.loudness.is_some());
    let finished = run(store, timeline_id, options, crew, sink, &mut pulse).await;
    if finished.is_err() {
        sink.abort().await;
    }
    finished
}

/// Says what an export of the timeline would do, and does not do it.
pub async fn plan_export<S: Store, H: Host>(store: &S, timeline_id: &str, host: &H) -> Result<Plan, ExportError> {
    let mut pulse = Pulse::new(host, false);
    let draft = Draft::load(store, timeline_id, &[], OnUnreadableClip::default(), &mut pulse).await?;
    draft.open(&mut pulse, || ()).await
}

async fn run<S: Store, C: Crew, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    crew: &C,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    options.check()?;
    let Prepared { plan, finish, pending } = apart(prepare(store, timeline_id, options, crew, pulse)).await?;
    let gain_db = pending.pass().mastering.gain_db;
    let assembly = apart(assemble(&plan, &finish.file, pending, crew, sink, pulse)).await?;
    apart(complete(&plan, finish, assembly, gain_db, options, sink, pulse)).await
}

/// What there is before the first packet.
struct Prepared<'s, S> {
    plan: Plan,
    finish: Finish<'s, S>,
    /// The pass that encodes.
    pending: Pending,
}

/// Plans, and finds the gain where the mix shall have a loudness.
async fn prepare<'s, S: Store, C: Crew, H: Host>(
    store: &'s S,
    timeline_id: &str,
    options: &ExportOptions,
    crew: &C,
    pulse: &mut Pulse<'_, H>,
) -> Result<Prepared<'s, S>, ExportError> {
    let (distrusted, policy) = (&options.distrusted_assets, options.on_unreadable_clip);
    let draft = Draft::load(store, timeline_id, distrusted, policy, pulse).await?;
    let recipe = Recipe::new(draft.composition(), options)?;

    // The crew begins with the first pass's first segments while the contents are opened, and anew if that shows that
    // some clip cannot be used.
    let assignment = draft.assignment();
    crew.begin(&assignment);
    let mut mastering = Mastering { gain_db: 0.0, ceiling_db: options.ceiling_db };
    let first = if options.loudness.is_some() { Pass::hearing(Mastering::default()) } else { recipe.pass(mastering) };
    let mut pending = Pending::new(first, draft.composition(), crew);
    pending.hand_out(crew);
    let plan = draft.open(pulse, || pending.hand_out(crew)).await?.accept(policy)?;
    let planned = plan.assignment();
    if planned != assignment {
        crew.begin(&planned);
        pending = Pending::new(first, &plan.composition, crew);
    }

    let finish = Finish::prepare(store, &plan, &recipe, options, pulse).await?;
    if let Some(target) = options.loudness {
        let gain_db = gain_for(target, &plan.composition, options.ceiling_db, pending, crew, pulse);
        mastering.gain_db = apart(gain_db).await?;
        pending = Pending::new(recipe.pass(mastering), &plan.composition, crew);
    }
    Ok(Prepared { plan, finish, pending })
}

/// Renders, measures, encodes and writes, segment by segment.
async fn assemble<C: Crew, K: Sink, H: Host>(
    plan: &Plan,
    file: &FileLayout,
    pending: Pending,
    crew: &C,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<Assembly, ExportError> {
    sink.reserve(file.header_len()).await?;
    let lead = file.lead();
    if !lead.is_empty() {
        sink.append(&lead).await?;
    }
    let name = "Encoding M4A audio";
    let stage = Stage { phase: Phase::Encoding, before: 0.0, share: 1.0, is_last: true, name };
    let mut assembly = Assembly::new(file.track().layout, file.packet_count());
    let add = async |segment| Ok(assembly.add(segment, sink).await?);
    make_all(&plan.composition, pending, crew, &stage, pulse, add).await?;
    Ok(assembly.finish(sink).await?)
}

/// Writes what goes around the packets, makes the text files, and reports.
async fn complete<S: Store, K: Sink, H: Host>(
    plan: &Plan,
    mut finish: Finish<'_, S>,
    assembly: Assembly,
    gain_db: f64,
    options: &ExportOptions,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    let Assembly { packets, measurement, warnings, unreadable, .. } = assembly;
    finish.write_pictures(sink, pulse).await?;

    let file = &finish.file;
    let &Track { sample_rate, layout, frames, .. } = file.track();
    let name = sink.name().unwrap_or_else(|| file_name(&plan.timeline.name, options.extension));
    let finished = Finished { name: &name, title: &file.track().piece.tags.title, chapters: &finish.chapters };
    let sidecars = Sidecars::make(&options.sidecars, plan, &finished, &unreadable, pulse).await?;

    sink.rewind().await?;
    for part in file.header_parts(packets.sizes(), HEADER_PART_BYTES)? {
        sink.append(&part?).await?;
        pulse.breathe().await?;
    }
    let bytes = file.file_len(packets.bytes());
    let output = sink.finish().await?;
    pulse.done("Export complete");
    let loudness = measurement.loudness();
    let report = ExportReport {
        name,
        bytes,
        frames,
        sample_rate,
        layout,
        loudness,
        gain_db,
        is_target_reached: options.loudness.map(|target| target.is_reached_by(&loudness)),
        warnings,
        unreadable: plan.unreadable.iter().cloned().chain(unreadable).collect(),
        chapters: finish.chapters,
        remarks: finish.remarks,
        sidecars: sidecars.made,
        missing_sidecars: sidecars.missing,
    };
    Ok((report, output))
}

/// A phase, in code apart from the job's own. All that waits for a turn of the event loop is entered anew at each, and
/// what is entered often V8 optimises whole: a tenth of a second of a core for a function of all phases, most of them
/// run once.
#[inline(never)]
fn apart<'p, T>(phase: impl Future<Output = T> + 'p) -> Pin<Box<dyn Future<Output = T> + 'p>> {
    Box::pin(phase)
}

/// What becomes of the segments: packets in the sink, and what there is to report.
struct Assembly {
    splicer: Splicer,
    packets: Packets,
    measurement: Measurement,
    warnings: Vec<ClipWarning>,
    unreadable: Vec<UnreadableClip>,
}

impl Assembly {
    fn new(layout: AudioLayout, packets: u64) -> Self {
        Self {
            splicer: Splicer::new(layout),
            packets: Packets::new(packets),
            measurement: Measurement::new(),
            warnings: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    async fn add<K: Sink>(&mut self, mut segment: Segment, sink: &mut K) -> Result<(), SinkError> {
        self.measurement.add(&segment.heard);
        for warning in segment.warnings.drain(..) {
            match self.warnings.iter_mut().find(|known| known.clip == warning.clip) {
                Some(known) => known.damage.join(&warning.damage),
                None => self.warnings.push(warning),
            }
        }
        for lost in segment.unreadable.drain(..) {
            if self.unreadable.iter().all(|known| known.clip != lost.clip) {
                self.unreadable.push(lost);
            }
        }
        self.splicer.push(segment, &mut self.packets);
        self.packets.flush(sink).await
    }

    async fn finish<K: Sink>(mut self, sink: &mut K) -> Result<Self, SinkError> {
        self.splicer.finish(&mut self.packets);
        self.packets.flush_all(sink).await?;
        Ok(self)
    }
}
