//! The job itself, phase by phase.

use super::error::ExportError;
use super::host::Host;
use super::name::file_name;
use super::pulse::Pulse;
use super::quantise::to_i16;
use super::sink::Sink;
use crate::aac::{Encoder, EncoderConfig, FRAME_LENGTH};
use crate::m4a::{FileLayout, Track, priming_for};
use crate::mix::{ClipWarning, Composition, Master, PlacedClip};
use crate::progress::Phase;
use crate::store::Store;
use crate::timeline::{Asset, AudioLayout, Frames, SampleRate, Timeline, TimelineClip};

/// Frames rendered and encoded at a time: a few milliseconds of work, and small enough to stay in the cache.
const BLOCK_FRAMES: usize = 4 * FRAME_LENGTH;

/// Packets are handed to the sink in parts of about this size.
const PART_BYTES: usize = 256 * 1024;

/// How to export.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportOptions {
    /// Bits a second, 32,000 to 320,000.
    pub bit_rate: u32,
    /// The encoder's better and slower search.
    pub afterburner: bool,
    /// The true-peak limiter's ceiling in dBTP, −40 to 0; `None` is no limiter.
    pub ceiling_db: Option<f64>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { bit_rate: 256_000, afterburner: true, ceiling_db: Some(-1.0) }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Clips that were read, but not as their files promised.
    pub warnings: Vec<ClipWarning>,
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
    let finished = run(store, timeline_id, options, sink, &mut Pulse::new(host)).await;
    if finished.is_err() {
        sink.abort().await;
    }
    finished
}

async fn run<S: Store, K: Sink, H: Host>(
    store: &S,
    timeline_id: &str,
    options: &ExportOptions,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    pulse.beat(Phase::Loading, 0.0, || "Loading timeline".into()).await?;
    let timeline = store.timeline(timeline_id).await?.ok_or(ExportError::TimelineNotFound)?;
    let audio = filter(store, &timeline, pulse).await?;
    let composition = compose(store, &timeline, audio, pulse).await?;
    encode(&timeline, &composition, options, sink, pulse).await
}

/// Keeps the clips that are audio, each with its asset, and refuses those that cannot be played.
async fn filter<'t, S: Store, H: Host>(
    store: &S,
    timeline: &'t Timeline,
    pulse: &mut Pulse<'_, H>,
) -> Result<Vec<(&'t TimelineClip, Asset)>, ExportError> {
    let total = timeline.clips.len();
    let mut audio = Vec::with_capacity(total);
    for (index, clip) in timeline.clips.iter().enumerate() {
        pulse.beat(Phase::Filtering, index as f64 / total as f64, || "Filtering audio clips".into()).await?;
        let asset = store
            .asset(&clip.asset_id)
            .await?
            .ok_or_else(|| ExportError::MissingAsset { asset_id: clip.asset_id.clone(), clip_id: clip.id.clone() })?;
        if !asset.is_audio() {
            continue;
        }
        clip.check(&asset).map_err(|reason| ExportError::InvalidAudio {
            asset_id: clip.asset_id.clone(),
            clip_id: clip.id.clone(),
            reason,
        })?;
        audio.push((clip, asset));
    }
    Ok(audio)
}

/// Opens each clip's content and puts the clip in its place.
async fn compose<S: Store, H: Host>(
    store: &S,
    timeline: &Timeline,
    audio: Vec<(&TimelineClip, Asset)>,
    pulse: &mut Pulse<'_, H>,
) -> Result<Composition, ExportError> {
    let total = audio.len();
    let mut placed = Vec::with_capacity(total);
    for (index, (clip, asset)) in audio.into_iter().enumerate() {
        let message = || format!("Adding clip {} of {total} to composition", index + 1);
        pulse.beat(Phase::Composing, index as f64 / total as f64, message).await?;
        let content = store
            .content(&asset.id)
            .await?
            .ok_or_else(|| ExportError::MissingAsset { asset_id: asset.id.clone(), clip_id: clip.id.clone() })?;
        placed.push(PlacedClip::new(clip, &asset, content, timeline.audio_rate));
    }
    Ok(Composition::new(timeline.audio_rate, timeline.audio_layout, placed))
}

/// Renders, encodes and writes, block by block.
async fn encode<K: Sink, H: Host>(
    timeline: &Timeline,
    composition: &Composition,
    options: &ExportOptions,
    sink: &mut K,
    pulse: &mut Pulse<'_, H>,
) -> Result<(ExportReport, K::Output), ExportError> {
    let frames = composition.frames();
    if frames == 0 {
        return Err(ExportError::EmptyTimeline);
    }
    let (sample_rate, layout) = (composition.rate(), composition.layout());
    let mut master = Master::new(composition, options.ceiling_db)?;
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
        title: timeline.name.clone(),
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
        let count = (frames - position).min(BLOCK_FRAMES as Frames) as usize;
        let samples = block.render(&mut master, position, count)?;
        encoder.encode(samples, &mut |packet| packets.push(packet))?;
        packets.flush(PART_BYTES, sink).await?;
        position += count as Frames;
    }
    let tail = file.track().remainder();
    encoder.encode(&vec![0; tail as usize * layout.channels()], &mut |packet| packets.push(packet))?;
    encoder.finish(&mut |packet| packets.push(packet))?;
    packets.flush(1, sink).await?;
    pulse.expect_end(started, 1.0);
    pulse.beat(Phase::Encoding, 1.0, || encoding_message(1.0)).await?;

    let header = file.header(&packets.sizes)?;
    let bytes = header.len() as u64 + packets.bytes;
    let output = sink.finish(header).await?;
    pulse.done("Export complete");
    let warnings = master.warnings();
    let name = file_name(&timeline.name);
    Ok((ExportReport { name, bytes, frames, sample_rate, layout, warnings }, output))
}

fn encoding_message(fraction: f64) -> String {
    format!("Encoding M4A audio ({:.0}%)", (fraction * 100.0).floor())
}

/// Packets on their way to the sink, and their sizes for the header.
struct Packets {
    sizes: Vec<u16>,
    /// The encoder's flush may give a packet more than the timeline needs.
    wanted: usize,
    waiting: Vec<u8>,
    bytes: u64,
}

impl Packets {
    fn new(wanted: u64) -> Self {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        Self { sizes: Vec::new(), wanted, waiting: Vec::with_capacity(PART_BYTES * 2), bytes: 0 }
    }

    fn push(&mut self, packet: &[u8]) {
        if self.sizes.len() < self.wanted {
            // A packet of AAC-LC has at most 6,144 bits a channel (ISO/IEC 14496-3, 4.5.3.2).
            self.sizes.push(packet.len() as u16);
            self.waiting.extend_from_slice(packet);
            self.bytes += packet.len() as u64;
        }
    }

    async fn flush<K: Sink>(&mut self, at_least: usize, sink: &mut K) -> Result<(), ExportError> {
        if self.waiting.len() >= at_least {
            sink.append(&self.waiting).await?;
            self.waiting.clear();
        }
        Ok(())
    }
}

/// One block of the mix, planar as it is rendered and interleaved as it is encoded.
struct Block {
    planes: Vec<Vec<f32>>,
    interleaved: Vec<i16>,
}

impl Block {
    fn new(layout: AudioLayout) -> Self {
        Self {
            planes: vec![vec![0.0; BLOCK_FRAMES]; layout.channels()],
            interleaved: Vec::with_capacity(BLOCK_FRAMES * layout.channels()),
        }
    }

    fn render(&mut self, master: &mut Master<'_>, start: Frames, count: usize) -> Result<&[i16], ExportError> {
        let mut planes: Vec<&mut [f32]> = self.planes.iter_mut().map(|plane| &mut plane[..count]).collect();
        master.render(start, &mut planes)?;
        self.interleaved.resize(count * planes.len(), 0);
        let channels = planes.len();
        for (channel, plane) in planes.iter().enumerate() {
            let indices = (start * channels as Frames + channel as Frames..).step_by(channels);
            let samples = plane.iter().zip(indices).map(|(&sample, index)| to_i16(sample, index));
            for (out, sample) in self.interleaved[channel..].iter_mut().step_by(channels).zip(samples) {
                *out = sample;
            }
        }
        Ok(&self.interleaved)
    }
}
