//! The job itself, phase by phase.

use super::block::Block;
use super::error::{ExportError, UnreadableClip};
use super::host::Host;
use super::name::file_name;
use super::normalise::gain_for;
use super::packets::Packets;
use super::plan::{OnUnreadableClip, Plan, plan};
use super::pulse::Pulse;
use super::sink::Sink;
use crate::aac::{Encoder, EncoderConfig};
use crate::m4a::{FileLayout, Track, priming_for};
use crate::mix::{ClipWarning, Limiter, Loudness, LoudnessTarget, Master, Mastering, Meter};
use crate::progress::Phase;
use crate::store::Store;
use crate::timeline::{AudioLayout, Frames, SampleRate};

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
    /// Assets that have crashed a decoder. They are not opened again: their clips cannot be used.
    pub distrusted_assets: Vec<String>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            bit_rate: 256_000,
            afterburner: true,
            ceiling_db: Some(-1.0),
            loudness: None,
            on_unreadable_clip: OnUnreadableClip::default(),
            distrusted_assets: Vec::new(),
        }
    }
}

impl ExportOptions {
    /// Whether what is asked for can be done, before any of it is.
    fn check(&self) -> Result<(), ExportError> {
        self.ceiling_db.map_or(Ok(()), Limiter::check)?;
        self.loudness.map_or(Ok(()), LoudnessTarget::check)?;
        Ok(())
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportReport {
    /// The file's name: the timeline's, made safe, with `.m4a`.
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
    /// Clips that were read, but not as their files promised.
    pub warnings: Vec<ClipWarning>,
    /// Clips that could not be used, and are silent.
    pub unreadable: Vec<UnreadableClip>,
}

/// Exports the timeline of that ID into `sink`.
///
/// On an error, and on a cancel, the sink has been told to abort by the time this returns.
pub async fn export<S: Store, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    sink: &mut K,
    host: &H,
) -> Result<(ExportReport, K::Output), ExportError> {
    let mut pulse = Pulse::new(host, options.loudness.is_some());
    let finished = run(store, timeline_id, options, sink, &mut pulse).await;
    if finished.is_err() {
        sink.abort().await;
    }
    finished
}

/// Says what an export of the timeline would do, and does not do it.
pub async fn plan_export<S: Store, H: Host>(store: &S, timeline_id: &str, host: &H) -> Result<Plan, ExportError> {
    plan(store, timeline_id, &[], &mut Pulse::new(host, false)).await
}

async fn run<S: Store, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    options.check()?;
    let plan = plan(store, timeline_id, &options.distrusted_assets, pulse).await?;
    let plan = plan.accept(options.on_unreadable_clip)?;
    let gain_db = match options.loudness {
        Some(target) => gain_for(target, &plan.composition, options.ceiling_db, pulse).await?,
        None => 0.0,
    };
    encode(&plan, &Mastering { gain_db, ceiling_db: options.ceiling_db }, options, sink, pulse).await
}

/// Renders, measures, encodes and writes, block by block.
async fn encode<K: Sink, H: Host>(
    plan: &Plan,
    mastering: &Mastering,
    options: &ExportOptions,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    let composition = &plan.composition;
    let frames = composition.frames();
    let (sample_rate, layout) = (composition.rate(), composition.layout());
    let mut master = Master::new(composition, mastering)?;
    let mut meter = Meter::new(sample_rate, layout)?;
    let mut encoder = Encoder::new(&EncoderConfig {
        sample_rate,
        layout,
        bit_rate: options.bit_rate,
        afterburner: options.afterburner,
    })?;
    // Silence before the timeline, so that it ends where a packet does: some players cut there and nowhere else.
    let priming = priming_for(encoder.delay(), frames);
    let lead = priming.saturating_sub(encoder.delay());
    let track = Track {
        sample_rate,
        layout,
        audio_specific_config: encoder.audio_specific_config().to_vec(),
        priming,
        frames,
        title: plan.timeline.name.clone(),
    };
    let file = FileLayout::new(track)?;
    sink.reserve(file.header_len()).await?;

    let mut packets = Packets::new(file.packet_count());
    let mut block = Block::new(layout);
    encoder.encode(&vec![0; lead as usize * layout.channels()], &mut |packet| packets.push(packet))?;
    let started = pulse.now_seconds();
    let mut position: Frames = 0;
    while position < frames {
        let fraction = position as f64 / frames as f64;
        pulse.expect_end(started, fraction);
        pulse.beat(Phase::Encoding, fraction, || encoding_message(fraction)).await?;
        position += block.render(&mut master, position, frames)?;
        meter.hear(&block.planes())?;
        encoder.encode(block.interleaved(), &mut |packet| packets.push(packet))?;
        packets.flush(sink).await?;
    }
    let tail = file.track().remainder();
    encoder.encode(&vec![0; tail as usize * layout.channels()], &mut |packet| packets.push(packet))?;
    encoder.finish(&mut |packet| packets.push(packet))?;
    packets.flush_all(sink).await?;
    pulse.expect_end(started, 1.0);
    pulse.beat(Phase::Encoding, 1.0, || encoding_message(1.0)).await?;

    let header = file.header(packets.sizes())?;
    let bytes = header.len() as u64 + packets.bytes();
    let output = sink.finish(header).await?;
    pulse.done("Export complete");
    let rendered = master.report();
    let lost = rendered.unreadable.into_iter().map(UnreadableClip::from);
    let report = ExportReport {
        name: file_name(&plan.timeline.name),
        bytes,
        frames,
        sample_rate,
        layout,
        loudness: meter.loudness()?,
        gain_db: mastering.gain_db,
        warnings: rendered.warnings,
        unreadable: plan.unreadable.iter().cloned().chain(lost).collect(),
    };
    Ok((report, output))
}

fn encoding_message(fraction: f64) -> String {
    format!("Encoding M4A audio ({:.0}%)", (fraction * 100.0).floor())
}
