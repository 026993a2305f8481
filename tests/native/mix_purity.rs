//! Rendering is a pure function: any range, rendered alone, has the same bits as that part of the whole.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use secuencia::media::Content;
use secuencia::mix::{Composition, Master, Mastering, PlacedClip, Renderer};
use secuencia::store::{ByteSource, Bytes};
use secuencia::timeline::{Asset, AudioLayout, RationalTime, SampleRate, TimelineClip};

use crate::support::export::{Library, WavFormat, clip, wav};

/// Adds a source of seeded noise, in which no two samples are alike.
fn source(library: &mut Library, rate: u32, channels: u16, format: WavFormat) -> (Asset, Arc<[u8]>) {
    let mut state = u64::from(rate);
    let samples: Vec<f64> = (0..rate as usize / 2)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
        })
        .collect();
    let content = wav(rate, channels, format, &samples);
    (library.add(&format!("{rate}-{channels}.wav"), content.clone()), content.into())
}

fn sources() -> Vec<(Asset, Arc<[u8]>)> {
    let mut library = Library::default();
    vec![
        source(&mut library, 44_100, 2, WavFormat::Int(16)),
        source(&mut library, 48_000, 1, WavFormat::Int(24)),
        source(&mut library, 22_050, 1, WavFormat::Float),
        source(&mut library, 8_000, 2, WavFormat::Int(8)),
    ]
}

/// Generates random clips, each with the index of its source.
fn choices() -> impl Strategy<Value = Vec<(usize, TimelineClip)>> {
    let milliseconds = |value| RationalTime::new(value, 1_000);
    // Offset, source start and duration in milliseconds, and fades in hundredths of the duration.
    let times = (0i64..1_500, 0i64..450, 1i64..700, 0i64..=50, 0i64..=50);
    let choice = (0usize..4, times, -2i32..3, -20.0f64..6.0, prop::bool::weighted(0.1), -1.0f64..=1.0);
    let choice = choice.prop_map(move |(source, times, lane, volume_db, is_muted, pan)| {
        let (offset, source_start, duration, fade_in, fade_out) = times;
        let clip = TimelineClip {
            id: "c".into(),
            name: "c".into(),
            asset_id: source.to_string(),
            offset: milliseconds(offset),
            duration: milliseconds(duration),
            source_start: milliseconds(source_start),
            lane,
            volume_db,
            is_muted,
            fade_in: RationalTime::new(duration * fade_in, 100_000),
            fade_out: RationalTime::new(duration * fade_out, 100_000),
            pan,
            ..TimelineClip::default()
        };
        (source, clip)
    });
    prop::collection::vec(choice, 1..6)
}

fn compose(
    sources: &[(Asset, Arc<[u8]>)],
    choices: &[(usize, TimelineClip)],
    layout: AudioLayout,
    rate: SampleRate,
) -> Composition {
    let placed = choices.iter().map(|(source, clip)| {
        let (asset, content) = &sources[*source];
        PlacedClip::new(clip, asset, Content::of(asset, Arc::new(Bytes(content.clone()))), rate)
    });
    Composition::new(rate, layout, placed.collect())
}

fn render(master: &mut Master<&Composition>, layout: AudioLayout, start: u64, frames: usize) -> Vec<Vec<u32>> {
    let mut planes = vec![vec![f32::NAN; frames]; layout.channels()];
    let mut output: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
    master.render(start, &mut output).unwrap();
    planes.into_iter().map(|plane| plane.into_iter().map(f32::to_bits).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_range_alone_equals_that_part_of_the_whole(
        choices in choices(),
        ranges in prop::collection::vec((0.0f64..1.1, 1usize..9_000), 1..8),
        stereo in any::<bool>(),
        at_48k in any::<bool>(),
        gain_db in prop_oneof![Just(0.0), -20.0f64..20.0],
        ceiling_db in prop::option::of(-20.0f64..=0.0),
    ) {
        let sources = sources();
        let layout = if stereo { AudioLayout::Stereo } else { AudioLayout::Mono };
        let rate = if at_48k { SampleRate::HZ_48000 } else { SampleRate::HZ_44100 };
        let composition = compose(&sources, &choices, layout, rate);
        let fresh = || Master::new(&composition, &Mastering { gain_db, ceiling_db }).unwrap();
        let whole = render(&mut fresh(), layout, 0, composition.frames() as usize + 10_000);
        let mut used = fresh();
        for (place, frames) in ranges {
            let start = (place * composition.frames() as f64) as usize;
            let frames = frames.min(composition.frames() as usize + 10_000 - start);
            let part: Vec<_> = whole.iter().map(|plane| plane[start..start + frames].to_vec()).collect();
            prop_assert!(render(&mut fresh(), layout, start as u64, frames) == part, "fresh, at {}", start);
            prop_assert!(render(&mut used, layout, start as u64, frames) == part, "used, at {}", start);
        }
    }
}

#[test]
fn lanes_and_overlaps_are_summed_and_gaps_are_silent() {
    let mut library = Library::default();
    let content = wav(44_100, 1, WavFormat::Float, &[0.25; 4_410]);
    let asset = library.add("dc.wav", content.clone());
    let content: Arc<[u8]> = content.into();
    let place = |offset: i64, lane: i32, volume_db: f64, is_muted: bool| {
        let clip = TimelineClip { lane, volume_db, is_muted, ..clip("c", &asset, RationalTime::new(offset, 44_100)) };
        PlacedClip::new(&clip, &asset, Content::of(&asset, Arc::new(Bytes(content.clone()))), SampleRate::HZ_44100)
    };
    let halved = 20.0 * 0.5f64.log10();
    let clips = vec![place(100, 0, 0.0, false), place(2_000, 1, halved, false), place(9_000, -3, 0.0, true)];
    let composition = Composition::new(SampleRate::HZ_44100, AudioLayout::Mono, clips);
    assert_eq!(composition.frames(), 9_000 + 4_410, "a muted clip keeps its place");
    let mut plane = vec![f32::NAN; composition.frames() as usize];
    Renderer::new(&composition).render(0, &mut [&mut plane]).unwrap();
    let expect = |range: std::ops::Range<usize>, value: f32| {
        assert!(plane[range.clone()].iter().all(|sample| (sample - value).abs() < 1e-6), "{range:?} is not {value}");
    };
    expect(0..100, 0.0);
    expect(100..2_000, 0.25);
    expect(2_000..4_510, 0.375);
    expect(4_510..6_410, 0.125);
    expect(6_410..13_410, 0.0);
}

/// A content that knows whether it was foreseen.
struct Foreseeable(Bytes, AtomicBool);

impl ByteSource for Foreseeable {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(position, buffer)
    }

    fn foresee(&self) {
        self.1.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_content_is_foreseen_some_seconds_before_its_clip() {
    let (asset, bytes) = sources().remove(0);
    let content = Arc::new(Foreseeable(Bytes(bytes), AtomicBool::default()));
    let clip =
        TimelineClip { offset: RationalTime::new(8, 1), duration: RationalTime::new(1, 4), ..TimelineClip::default() };
    let placed = PlacedClip::new(&clip, &asset, Content::of(&asset, content.clone()), SampleRate::HZ_44100);
    let composition = Composition::new(SampleRate::HZ_44100, AudioLayout::Mono, vec![placed]);
    let mut renderer = Renderer::new(&composition);
    let mut is_foreseen_at = |second: u64| {
        renderer.render(second * 44_100, &mut [&mut [0.0; 4_096]]).unwrap();
        content.1.load(Ordering::Relaxed)
    };
    assert_eq!([0, 2, 4, 6].map(&mut is_foreseen_at), [false, false, true, true]);
}
