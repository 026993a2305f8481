//! A preview has the samples that an export encodes, from any place on, and names what it cannot play.

use secuencia::export::{ExportError, OnUnreadableClip, Preview, PreviewOptions};
use secuencia::timeline::{AudioLayout, RationalTime, SampleRate, TimelineClip};

use crate::support::export::{Library, TestHost, WavFormat, clip, sampled, wav};

const RATE: u32 = 44_100;

fn open(library: &Library, options: &PreviewOptions) -> Result<Preview, ExportError> {
    pollster::block_on(Preview::open(&library.store, "t", options, &TestHost::default()))
}

/// Renders blocks of these lengths from `start` on, one plane for each channel.
fn blocks(preview: &mut Preview, mut start: u64, lengths: &[usize]) -> Vec<Vec<f32>> {
    let mut planes = vec![Vec::new(); preview.planes().len()];
    for &frames in lengths {
        preview.render(start, frames).unwrap();
        start += frames as u64;
        planes.iter_mut().zip(preview.planes()).for_each(|(plane, block)| plane.extend(block));
    }
    planes
}

/// Returns how far the difference is below the signal, in decibels.
fn ratio_db(signal: &[f32], other: &[f32]) -> f64 {
    let power: f64 = signal.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    let noise: f64 = signal.iter().zip(other).map(|(&one, &two)| f64::from(one - two).powi(2)).sum();
    10.0 * (power / noise).log10()
}

/// Returns a tone of 0.7, one second long.
fn tone(hz: f64) -> Vec<u8> {
    wav(RATE, 1, WavFormat::Float, &sampled(RATE, 44_100, |t| 0.7 * (std::f64::consts::TAU * hz * t).cos()))
}

/// Stores a timeline of two overlapping pairs of clips, loud enough for the limiter. Each side has its own tones.
fn four_clips() -> Library {
    let mut library = Library::default();
    let mut clips = Vec::new();
    for (lane, (hz, pan)) in [(1_000.0, -1.0), (1_700.0, 1.0), (1_300.0, -1.0), (2_200.0, 1.0)].into_iter().enumerate()
    {
        let id = format!("{hz}.wav");
        let asset = library.add(&id, tone(hz));
        let offset = RationalTime::new(lane as i64 / 2, 2);
        clips.push(TimelineClip { lane: lane as i32, pan, ..clip(&id, &asset, offset) });
    }
    library.put_timeline(AudioLayout::Stereo, SampleRate::HZ_44100, clips);
    library.options.bit_rate = 320_000;
    library
}

#[test]
fn a_preview_is_the_export_at_its_gain_and_under_its_ceiling() {
    let mut library = four_clips();
    library.options.gain_db = Some(-2.0);
    let exported = library.export_with(&secuencia::export::Alone, &TestHost::default()).unwrap();
    let options = PreviewOptions { gain_db: -2.0, ceiling_db: library.options.ceiling_db, ..PreviewOptions::default() };
    let mut preview = open(&library, &options).unwrap();
    let frames = preview.composition().frames() as usize;
    assert_eq!(frames as u64, exported.report.frames);
    let heard = blocks(&mut preview, 0, &[vec![4_410; frames / 4_410], vec![frames % 4_410]].concat());
    for (channel, decoded) in exported.decoded().iter().enumerate() {
        assert!(ratio_db(decoded, &heard[channel]) > 25.0, "{}", ratio_db(decoded, &heard[channel]));
        assert!(ratio_db(decoded, &heard[1 - channel]) < 5.0);
    }
    let ceiling = 10f32.powf(-1.0 / 20.0);
    assert!(heard.iter().flatten().all(|sample| sample.abs() <= ceiling), "it is limited");
}

#[test]
fn any_order_of_blocks_gives_the_same_samples() {
    let library = four_clips();
    let options = PreviewOptions { ceiling_db: Some(-1.0), ..PreviewOptions::default() };
    let mut preview = open(&library, &options).unwrap();
    let whole = blocks(&mut preview, 0, &[66_150]);
    for (start, lengths) in [(30_000, &[4_410, 4_410, 1][..]), (0, &[4_410, 100]), (65_000, &[1_150]), (7, &[9_000])] {
        let found = blocks(&mut preview, start, lengths);
        let end = start as usize + lengths.iter().sum::<usize>();
        for (plane, of_whole) in found.iter().zip(&whole) {
            assert!(plane[..] == of_whole[start as usize..end], "from {start}");
        }
    }
    assert!(blocks(&mut preview, 70_000, &[500]).iter().flatten().all(|&sample| sample == 0.0), "behind the end");
}

#[test]
fn its_meters_read_what_is_played() {
    let mut library = Library::default();
    let asset = library.add("tone.wav", tone(1_000.0));
    library.put_timeline(AudioLayout::Mono, SampleRate::HZ_44100, vec![clip("c", &asset, RationalTime::ZERO)]);
    let mut preview = open(&library, &PreviewOptions::default()).unwrap();
    let read = |preview: &mut Preview, start: u64| preview.render(start, 4_410).unwrap();
    let readings: Vec<_> = (0..5).map(|block| read(&mut preview, block * 4_410)).collect();
    // A full-scale tone of 1 kHz in one channel reads -3.01 LUFS.
    assert!((readings[4].true_peak_db.unwrap() - 20.0 * 0.7f64.log10()).abs() < 0.2, "{readings:?}");
    assert_eq!(readings[2].momentary_lufs, None, "less than 0.4 s");
    assert!((readings[4].momentary_lufs.unwrap() + 3.01 + 3.1).abs() < 0.2, "{readings:?}");
    assert_eq!(readings[4].short_term_lufs, None);
    assert_eq!(read(&mut preview, 0).momentary_lufs, None, "another place begins anew");
}

#[test]
fn a_clip_that_cannot_be_played_is_named() {
    let mut library = four_clips();
    let good = library.add("good.wav", wav(RATE, 1, WavFormat::Float, &[0.5; 8_820]));
    library.add_unseen("bad.wav", good.clone(), b"no audio".to_vec());
    let at = |id: &str, asset_id: &str, offset| TimelineClip {
        asset_id: asset_id.into(),
        ..clip(id, &good, RationalTime::new(offset, 10))
    };
    let good_first = vec![at("a", "good.wav", 0), at("b", "bad.wav", 2)];
    library.put_timeline(AudioLayout::Mono, SampleRate::HZ_44100, good_first.clone());
    let mut stopping = open(&library, &PreviewOptions::default()).unwrap();
    stopping.render(0, 4_410).unwrap();
    let error = stopping.render(8_820, 4_410).unwrap_err();
    assert_eq!(error.code(), "invalid-audio");
    assert_eq!(error.unreadable().next().unwrap().clip.clip_id, "b");

    let silence = PreviewOptions { on_unreadable_clip: OnUnreadableClip::Silence, ..PreviewOptions::default() };
    let mut silencing = open(&library, &silence).unwrap();
    assert!(silencing.unreadable().is_empty(), "it is not opened before it sounds");
    silencing.render(8_820, 4_410).unwrap();
    assert_eq!(silencing.unreadable()[0].clip.clip_id, "b");
    silencing.render(0, 4_410).unwrap();
    assert_eq!(silencing.planes()[0][100], 0.5, "the others play");
    silencing.render(8_820, 4_410).unwrap();
    assert_eq!(silencing.unreadable().len(), 1, "it is named once");

    library.put_timeline(AudioLayout::Mono, SampleRate::HZ_44100, [good_first, vec![at("c", "gone", 4)]].concat());
    assert_eq!(open(&library, &PreviewOptions::default()).err().map(|error| error.code()), Some("missing-asset"));
    assert_eq!(open(&library, &silence).unwrap().unreadable()[0].clip.clip_id, "c");
}
