//! The export job, phase by phase: prepare, assemble the packets, complete the file.

use std::pin::Pin;

use super::error::{ExportError, UnreadableClip};
use super::file_metadata::FileMetadata;
use super::helpers::Helpers;
use super::host::Host;
use super::normalise::gain_for;
use super::options::ExportOptions;
use super::packets::Packets;
use super::passes::{Pending, Stage, make_all};
use super::plan::{Draft, OnUnreadableClip, Plan};
use super::pulse::Pulse;
use super::recipe::Recipe;
use super::report::ExportReport;
use super::seam::Splicer;
use super::segment::{Pass, Segment};
use super::sidecars::{Finished, Sidecars};
use super::sink::{Sink, SinkError};
use super::stretch::TimeRange;
use crate::m4a::{FileLayout, MoovPlace, Track};
use crate::mix::{ClipWarning, Mastering, Measurement};
use crate::progress::Phase;
use crate::store::Store;
use crate::timeline::{PlacedChapter, SampleRate};

/// The size of the parts in which the sink gets the header. Each part writes all boxes again.
const HEADER_PART_BYTES: usize = 256 * 1024;

/// Exports the timeline with this ID into `sink`, with its helpers.
///
/// On an error or a cancel, the sink has aborted by the time this returns.
pub async fn export<S: Store, W: Helpers, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    helpers: &W,
    sink: &mut K,
    host: &H,
) -> Result<(ExportReport, K::Output), ExportError> {
    let mut pulse = Pulse::new(host, options.loudness.is_some());
    let finished = run(store, timeline_id, options, helpers, sink, &mut pulse).await;
    if finished.is_err() {
        sink.abort().await;
    }
    finished
}

/// Plans an export of a timeline, or of a part of it, without doing it.
pub async fn plan_export<S: Store, H: Host>(
    store: &S,
    timeline_id: &str,
    range: Option<TimeRange>,
    host: &H,
) -> Result<Plan, ExportError> {
    let mut pulse = Pulse::planning(host);
    let draft = Draft::load(store, timeline_id, range, &[], OnUnreadableClip::default(), &mut pulse).await?;
    draft.open(&mut pulse, || ()).await
}

/// The facts that the files of a timeline's chapters share.
pub struct Survey {
    /// The timeline's chapters.
    pub chapters: Vec<PlacedChapter>,
    /// The timeline's sample rate, at which the chapters' frames count.
    pub sample_rate: SampleRate,
    /// The gain in decibels that brings the whole timeline to its loudness.
    pub gain_db: f64,
}

/// Finds the chapters of a timeline, and its gain: the steps of an export that come before the first packet.
pub async fn survey<S: Store, W: Helpers, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    helpers: &W,
    host: &H,
) -> Result<Survey, ExportError> {
    options.check()?;
    let mut pulse = Pulse::new(host, options.loudness.is_some());
    let prepared = prepare(store, timeline_id, options, MoovPlace::First, helpers, &mut pulse);
    let Prepared { plan, metadata, pending } = apart(prepared).await?;
    let sample_rate = plan.composition.rate();
    Ok(Survey { chapters: metadata.chapters, sample_rate, gain_db: pending.pass().mastering.gain_db })
}

async fn run<S: Store, W: Helpers, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    helpers: &W,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    options.check()?;
    let moov = if sink.can_rewind() { MoovPlace::First } else { MoovPlace::Last };
    let prepared = prepare(store, timeline_id, options, moov, helpers, pulse);
    let Prepared { plan, metadata, pending } = apart(prepared).await?;
    let gain_db = pending.pass().mastering.gain_db;
    let assembly = apart(assemble(&plan, &metadata.file, pending, helpers, sink, pulse)).await?;
    apart(complete(&plan, metadata, assembly, gain_db, options, sink, pulse)).await
}

/// Everything that exists before the first packet.
struct Prepared<'s, S> {
    plan: Plan,
    metadata: FileMetadata<'s, S>,
    /// The pass that encodes.
    pending: Pending,
}

/// Makes the plan, and finds the gain if there is a loudness target.
async fn prepare<'s, S: Store, W: Helpers, H: Host>(
    store: &'s S,
    timeline_id: &str,
    options: &ExportOptions,
    moov: MoovPlace,
    helpers: &W,
    pulse: &mut Pulse<'_, H>,
) -> Result<Prepared<'s, S>, ExportError> {
    let policy = options.on_unreadable_clip;
    let distrusted = &options.distrusted_assets;
    let draft = Draft::load(store, timeline_id, options.range, distrusted, policy, pulse).await?;
    let stretch = draft.stretch();
    let recipe = Recipe::new(draft.composition(), stretch, options)?;

    // The helpers start on the first pass while the contents are opened. They start again if a clip turns out to be
    // unusable.
    let assignment = draft.assignment();
    helpers.begin(&assignment);
    let mut mastering = Mastering { gain_db: options.gain_db.unwrap_or(0.0), ceiling_db: options.ceiling_db };
    let first = match options.loudness {
        Some(_) => Pass::hearing(Mastering::default(), stretch),
        None => recipe.pass(mastering),
    };
    let journal = pulse.journal().over(draft.identity());
    let mut pending = Pending::new(first, &journal, helpers);
    pending.hand_out(helpers);
    let plan = draft.open(pulse, || pending.hand_out(helpers)).await?.accept(policy)?;
    let planned = plan.assignment();
    let journal = journal.over(plan.identity());
    if planned != assignment {
        helpers.begin(&planned);
        pending = Pending::new(first, &journal, helpers);
    }

    let metadata = FileMetadata::prepare(store, &plan, &recipe, options, moov, pulse).await?;
    if let Some(target) = options.loudness_of(&plan) {
        let gain_db = gain_for(target, &plan.composition, options.ceiling_db, pending, &journal, helpers, pulse);
        mastering.gain_db = apart(gain_db).await?;
        pending = Pending::new(recipe.pass(mastering), &journal, helpers);
    }
    Ok(Prepared { plan, metadata, pending })
}

/// Renders, measures, encodes and writes, segment by segment.
async fn assemble<W: Helpers, K: Sink, H: Host>(
    plan: &Plan,
    file: &FileLayout,
    pending: Pending,
    helpers: &W,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<Assembly, ExportError> {
    if file.moov() == MoovPlace::First {
        sink.reserve(file.reserved_len()).await?;
    }
    let lead = file.lead();
    if !lead.is_empty() {
        sink.append(&lead).await?;
    }
    let name = "Encoding M4A audio";
    let stage = Stage { phase: Phase::Encoding, before: 0.0, share: 1.0, is_last: true, name };
    let mut assembly = Assembly::new(file);
    let add = async |segment| Ok(assembly.add(segment, file, sink).await?);
    make_all(&plan.composition, pending, helpers, &stage, pulse, add).await?;
    Ok(assembly.finish(file, sink).await?)
}

/// Writes the pictures and the header, makes the text files, and returns the report.
async fn complete<S: Store, K: Sink, H: Host>(
    plan: &Plan,
    mut metadata: FileMetadata<'_, S>,
    assembly: Assembly,
    gain_db: f64,
    options: &ExportOptions,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    let Assembly { packets, measurement, warnings, unreadable, .. } = assembly;
    metadata.write_pictures(sink, pulse).await?;

    let file = &metadata.file;
    let &Track { sample_rate, layout, frames, .. } = file.track();
    let title = &file.track().piece.tags.title;
    let finished = Finished { name: &options.file_name, title, chapters: &metadata.chapters };
    let sidecars = Sidecars::make(&options.sidecars, plan, &finished, &unreadable, pulse).await?;

    if file.moov() == MoovPlace::First {
        sink.rewind().await?;
    }
    for part in file.header_parts(packets.sizes(), HEADER_PART_BYTES)? {
        sink.append(&part?).await?;
        pulse.breathe().await?;
    }
    let bytes = file.file_len(packets.bytes());
    let output = sink.finish().await?;
    pulse.done("Export complete");
    let loudness = measurement.loudness();
    let report = ExportReport {
        bytes,
        moov: file.moov(),
        frames,
        sample_rate,
        layout,
        loudness,
        gain_db,
        is_target_reached: options.loudness_of(plan).map(|target| target.is_reached_by(&loudness)),
        warnings,
        unreadable: plan.unreadable.iter().cloned().chain(unreadable).collect(),
        chapters: metadata.chapters,
        remarks: metadata.remarks,
        sidecars: sidecars.made,
        missing_sidecars: sidecars.missing,
    };
    Ok((report, output))
}

/// Boxes a phase, so that it is a separate function. Awaiting re-enters the whole future, and V8 then optimises all
/// of it. For one future of all phases, most of which run once, that takes a core a tenth of a second.
#[inline(never)]
fn apart<'p, T>(phase: impl Future<Output = T> + 'p) -> Pin<Box<dyn Future<Output = T> + 'p>> {
    Box::pin(phase)
}

/// Takes segments in order: sends their packets to the sink, and collects the rest for the report.
struct Assembly {
    splicer: Splicer,
    packets: Packets,
    measurement: Measurement,
    warnings: Vec<ClipWarning>,
    unreadable: Vec<UnreadableClip>,
}

impl Assembly {
    fn new(file: &FileLayout) -> Self {
        Self {
            splicer: Splicer::new(file.track().layout),
            packets: Packets::new(file.packet_count()),
            measurement: Measurement::new(),
            warnings: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    async fn add<K: Sink>(&mut self, mut segment: Segment, file: &FileLayout, sink: &mut K) -> Result<(), SinkError> {
        self.measurement.add(&segment.reading);
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
        self.packets.flush(file, sink).await
    }

    async fn finish<K: Sink>(mut self, file: &FileLayout, sink: &mut K) -> Result<Self, SinkError> {
        self.splicer.finish(&mut self.packets);
        self.packets.flush_all(file, sink).await?;
        Ok(self)
    }
}
