//! A timeline that leaves its channels open becomes one channel exactly where that loses nothing.

use secuencia::mix::LoudnessTarget;
use secuencia::timeline::{Asset, AudioLayout, LayoutChoice, RationalTime, SampleRate, TimelineClip};

use crate::support::export::{Library, clip, scratch};
use crate::support::media;
use crate::support::mutate::Dice;

const RATE: SampleRate = SampleRate::HZ_44100;
const FRAMES: usize = 3_000;

/// A WAV file of 16 bits with these channels.
fn wav(planes: &[Vec<i16>]) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: planes.len() as u16,
        sample_rate: RATE.hz(),
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    for frame in 0..planes[0].len() {
        planes.iter().for_each(|plane| writer.write_sample(plane[frame]).unwrap());
    }
    writer.finalize().unwrap();
    file.into_inner()
}

fn noise(seed: u64) -> Vec<i16> {
    let mut dice = Dice(seed);
    (0..FRAMES).map(|_| (dice.below(20_000) as i16) - 10_000).collect()
}

/// Assets, and whether each sounds the same on both sides.
fn assets(library: &mut Library) -> Vec<(Asset, bool)> {
    let (one, two) = (noise(1), noise(2));
    let mut nearly = one.clone();
    nearly[FRAMES - 1] += 1;
    let silent = vec![0; FRAMES];
    // Of 5.1: left, right, centre, low frequencies, and the two at the back.
    let around = [one.clone(), one.clone(), two.clone(), noise(3), two.clone(), two.clone()];
    let mut lopsided = around.clone();
    lopsided[5] = noise(4);
    let files: [(&str, Vec<Vec<i16>>, bool); 7] = [
        ("mono", vec![one.clone()], true),
        ("equal", vec![one.clone(), one.clone()], true),
        ("silent", vec![silent.clone(), silent.clone()], true),
        ("around", around.to_vec(), true),
        ("stereo", vec![one.clone(), two], false),
        ("nearly", vec![one.clone(), nearly], false),
        ("lopsided", lopsided.to_vec(), false),
    ];
    files.into_iter().map(|(id, planes, is_equal)| (library.add(id, wav(&planes)), is_equal)).collect()
}

/// Exports with open channels, and holds the file to that of the channels that were expected.
fn becomes(library: &mut Library, clips: Vec<TimelineClip>, expected: AudioLayout, case: &str) {
    let open = library.export(LayoutChoice::Auto, RATE, clips.clone());
    assert_eq!(open.report.layout, expected, "{case}");
    assert!(open.file == library.export(expected, RATE, clips).file, "{case}: the file is another");
}

#[test]
fn random_timelines_become_mono_exactly_where_every_clip_sounds_the_same_on_both_sides() {
    let mut library = Library::default();
    let assets = assets(&mut library);
    let mut seen = [0; 2];
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let mut is_mono = true;
        let clips = (0..1 + dice.below(4)).map(|index| {
            // Those with equal sides more often: else hardly any timeline would become mono.
            let (asset, is_equal) = &assets[if dice.below(4) == 0 { dice.below(7) } else { dice.below(4) }];
            let mut clip = clip(&format!("c{index}"), asset, RationalTime::new(dice.below(50) as i64, 1_000));
            clip.is_muted = dice.below(4) == 0;
            clip.pan = if dice.below(8) == 0 { 0.5 } else { 0.0 };
            is_mono &= clip.is_muted || (*is_equal && clip.pan == 0.0);
            clip
        });
        let clips: Vec<_> = clips.collect();
        if clips.iter().all(|clip| clip.is_muted) {
            continue;
        }
        seen[usize::from(is_mono)] += 1;
        let expected = if is_mono { AudioLayout::Mono } else { AudioLayout::Stereo };
        becomes(&mut library, clips, expected, &format!("seed {seed}"));
    }
    assert!(seen.iter().all(|&count| count > 30), "{seen:?}");
}

#[test]
fn equal_channels_are_known_through_codecs_that_join_them() {
    let source = scratch("equal").join("equal.wav");
    let second: Vec<i16> = (1..15).flat_map(noise).collect();
    std::fs::write(&source, wav(&[second.clone(), second])).unwrap();
    let source = source.to_str().unwrap();
    // Not Opus: its decoder fills collapsed bands with noise of its own for each channel (RFC 6716, 4.3.5).
    for (name, options) in [
        ("equal.flac", &[][..]),
        ("equal.mp3", &["-b:a", "128k"]),
        // Its noise substitution makes other noise for each channel: with it, the sides do differ.
        ("equal.m4a", &["-c:a", "aac", "-aac_pns", "0"]),
        ("alac.m4a", &["-c:a", "alac"]),
        ("equal.ogg", &["-c:a", "libvorbis"]),
    ] {
        let out = scratch("equal").join(name);
        media::ffmpeg(&[&["-i", source], options].concat(), &out);
        let mut library = Library::default();
        let asset = library.add(name, std::fs::read(&out).unwrap());
        assert_eq!(asset.channels, 2, "{name}");
        becomes(&mut library, vec![clip("c", &asset, RationalTime::ZERO)], AudioLayout::Mono, name);
    }
}

#[test]
fn a_stereo_export_of_one_voice_is_mono_when_it_is_added_again() {
    let mut library = Library::default();
    let voice = library.add("mono", wav(&[noise(1)]));
    let exported = library.export(AudioLayout::Stereo, RATE, vec![clip("c", &voice, RationalTime::ZERO)]);
    let asset = library.add("export", exported.file);
    assert_eq!(asset.channels, 2);
    becomes(&mut library, vec![clip("c", &asset, RationalTime::ZERO)], AudioLayout::Mono, "an export");
}

#[test]
fn the_loudness_of_one_channel_is_for_timelines_that_became_one() {
    for (second, layout, expected) in [
        (1, LayoutChoice::Auto, -29.0),
        (2, LayoutChoice::Auto, -26.0),
        (1, LayoutChoice::Mono, -26.0),
        (1, LayoutChoice::Stereo, -26.0),
    ] {
        let mut library = Library::default();
        library.options.loudness = Some(LoudnessTarget::Integrated(-26.0));
        library.options.auto_mono_loudness = Some(LoudnessTarget::Integrated(-29.0));
        let [left, right] = [1, second].map(|seed| (0..15).flat_map(|part| noise(seed + 2 * part)).collect());
        let asset = library.add("long", wav(&[left, right]));
        let report = library.export(layout, RATE, vec![clip("c", &asset, RationalTime::ZERO)]).report;
        let loudness = report.loudness.integrated_lufs.unwrap();
        assert!((loudness - expected).abs() <= 0.1, "{layout:?} of seeds 1 and {second}: {loudness} LUFS");
        assert_eq!(report.is_target_reached, Some(true));
    }
}

#[test]
fn an_asset_that_nobody_compared_is_mono_only_with_one_channel() {
    for (channels, expected) in [(1, AudioLayout::Mono), (2, AudioLayout::Stereo)] {
        let mut library = Library::default();
        let planes = vec![noise(1); channels];
        let asset = Asset { has_equal_sides: false, ..library.add("old", wav(&planes)) };
        library.add_unseen("old", asset.clone(), wav(&planes));
        becomes(&mut library, vec![clip("c", &asset, RationalTime::ZERO)], expected, &format!("{channels}"));
    }
}
