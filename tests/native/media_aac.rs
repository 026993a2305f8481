//! AAC of every common kind is read: HE-AAC with any signalling, and surround by its positions. AAC-LC is never
//! mistaken for HE-AAC. The decoded samples are those of ffmpeg.

use std::f32::consts::PI;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError, Speaker};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::aac::{
    ADTS, COMPATIBLE, Encoded, HE, HE_STEREO, HE_V2, HIERARCHICAL, IMPLICIT, Kind, LC, Mp4, RAW, encode, mp4,
};
use crate::support::export::scratch;
use crate::support::media::{drain, ffmpeg, source};
use crate::support::mutate::Dice;

/// The largest difference between our decoding and ffmpeg's, in decibels relative to full scale.
pub const CLOSE: f64 = -60.0;

pub fn inspect(content: &[u8]) -> Result<Inspection, MediaError> {
    Inspector::open(source(content.to_vec()), "")?.finish()
}

pub fn open(bytes: &[u8]) -> ClipReader {
    let found = inspect(bytes).unwrap();
    assert_eq!(found.warning, None);
    let content = Content { seek_index: found.seek_index.into(), ..Content::new(source(bytes.to_vec()), "") };
    ClipReader::open(content, 0, found.sample_rate).unwrap()
}

/// Decodes a whole file with ffmpeg, one plane per channel.
pub fn by_ffmpeg(path: &Path, channels: usize) -> Vec<Vec<f32>> {
    let command =
        Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-i"]).arg(path).args(["-f", "f32le", "-"]).output();
    let output = command.expect("ffmpeg runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let samples: Vec<f32> =
        output.stdout.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

/// Returns the mean square of the difference, in decibels.
pub fn error(ours: &[f32], theirs: &[f32]) -> f64 {
    let sum: f64 = ours.iter().zip(theirs).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    10.0 * (sum / ours.len() as f64).max(1e-20).log10()
}

/// Returns a signal for each channel: its own tones with its own gate, and noise up to the highest frequencies.
pub fn sound(channels: usize, rate: u32, seconds: f32) -> Vec<Vec<f32>> {
    let mut dice = Dice(7);
    let plane = |channel: usize, dice: &mut Dice| {
        let sample = |n: usize, dice: &mut Dice| {
            let (time, channel) = (n as f32 / rate as f32, channel as f32);
            let gate = if (2.0 * time + 0.13 * channel).fract() < 0.5 { 1.0 } else { 0.2 };
            let tone = |hertz: f32| (2.0 * PI * hertz * time).sin();
            let noise = dice.below(1 << 16) as f32 / 65_536.0 - 0.5;
            gate * (0.25 * tone(300.0 + 170.0 * channel)
                + 0.1 * tone(2000.0 + 400.0 * channel + 1500.0 * time)
                + 0.1 * noise)
        };
        (0..(seconds * rate as f32) as usize).map(|n| sample(n, dice)).collect()
    };
    (0..channels).map(|channel| plane(channel, &mut dice)).collect()
}

/// Returns the delay, in frames, at which the decoded audio differs least from the sound.
pub fn lag(decoded: &[f32], sound: &[f32]) -> usize {
    let piece = &sound[8000..20_000];
    let difference =
        |lag: usize| -> f32 { piece.iter().zip(&decoded[8000 + lag..]).map(|(a, b)| (a - b).powi(2)).sum() };
    (0..8000).min_by(|&a, &b| difference(a).total_cmp(&difference(b))).unwrap()
}

pub fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = scratch("aac").join(name);
    fs::write(&path, bytes).unwrap();
    path
}

pub fn he(encoded: &Encoded, kind: Kind, edit: Option<(u32, u32)>) -> Vec<u8> {
    let is_doubled = kind.signalling == HIERARCHICAL;
    let timescale = if is_doubled { kind.rate } else { kind.rate / 2 };
    let ticks = if is_doubled { 2048 } else { 1024 };
    mp4(&Mp4 { config: &encoded.config, timescale, ticks, edit, gapless: None }, &encoded.packets)
}

#[test]
fn he_aac_is_read_however_it_is_signalled() {
    let kinds = [
        HE_STEREO,
        Kind { channels: 1, rate: 32_000, bit_rate: 32_000, ..HE_STEREO },
        Kind { rate: 48_000, ..HE_STEREO },
        Kind { rate: 88_200, ..HE_STEREO },
        Kind { rate: 96_000, ..HE_STEREO },
        Kind { rate: 16_000, bit_rate: 24_000, ..HE_STEREO },
        Kind { object_type: HE_V2, bit_rate: 32_000, ..HE_STEREO },
        Kind { object_type: HE_V2, rate: 48_000, bit_rate: 24_000, ..HE_STEREO },
    ];
    for kind in kinds {
        let planes = sound(kind.channels as usize, kind.rate, 2.0);
        let adts = encode(Kind { framing: ADTS, ..kind }, &planes);
        let mut files = vec![("adts.aac", adts.packets.concat(), adts.delay)];
        for (name, signalling) in [("i.m4a", IMPLICIT), ("c.m4a", COMPATIBLE), ("h.m4a", HIERARCHICAL)] {
            let kind = Kind { framing: RAW, signalling, ..kind };
            let encoded = encode(kind, &planes);
            files.push((name, he(&encoded, kind, None), encoded.delay));
        }
        for (name, bytes, delay) in files {
            let what = format!("{kind:?} as {name}");
            let found = inspect(&bytes).unwrap();
            // Any mono packet may turn out to be parametric stereo, so ffmpeg also returns two channels.
            assert_eq!((found.sample_rate.hz(), found.channels), (kind.rate, 2), "{what}");
            let ours = drain(&mut open(&bytes));
            let theirs = by_ffmpeg(&written(name, &bytes), 2);
            assert_eq!(ours[0].len(), theirs[0].len(), "{what}");
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert!(error(ours, theirs) < CLOSE, "{what}: {} dB", error(ours, theirs));
            }
            if kind.object_type == HE {
                // The encoder halves the rate before it encodes, so its delay is not a whole number of frames.
                assert!(lag(&ours[0], &planes[0]).abs_diff(delay as usize) <= 1, "{what}");
            }
        }
    }
}

#[test]
fn an_edit_list_cuts_he_aac_to_the_sample_in_either_clock() {
    let planes = sound(2, 44_100, 2.0);
    for signalling in [IMPLICIT, COMPATIBLE, HIERARCHICAL] {
        let kind = Kind { signalling, ..HE_STEREO };
        let encoded = encode(kind, &planes);
        let divisor = if signalling == HIERARCHICAL { 1 } else { 2 };
        let edit = (encoded.delay / divisor, 88_200 / divisor);
        let file = he(&encoded, kind, Some(edit));
        let ours = drain(&mut open(&file));
        assert_eq!(ours[0].len(), 88_200, "{signalling}");
        assert_eq!(lag(&ours[0], &planes[0]), 0, "{signalling}");
    }
}

#[test]
fn itunes_note_cuts_he_aac_to_the_sample_however_it_counts() {
    let planes = sound(2, 44_100, 2.0);
    let encoded = encode(HE_STEREO, &planes);
    let ticks = 1024 * encoded.packets.len() as u32;
    // The first counts HE-AAC's samples and includes the decoder's delay, as Fraunhofer's encoders do. The second
    // counts the core's samples without that delay, as Apple's do.
    let own = [encoded.delay, 2 * ticks - encoded.delay - 88_200, 88_200];
    let core_delay = (encoded.delay - 962) / 2;
    let core = [core_delay, ticks - core_delay - 44_100, 44_100];
    for (gapless, edit) in [(own, None), (core, None), (core, Some((core_delay, 44_100)))] {
        let description = Mp4 { config: &encoded.config, timescale: 22_050, ticks: 1024, edit, gapless: Some(gapless) };
        let ours = drain(&mut open(&mp4(&description, &encoded.packets)));
        assert_eq!((ours[0].len(), lag(&ours[0], &planes[0])), (88_200, 0), "{gapless:?}, {edit:?}");
    }
}

#[test]
fn packets_of_960_frames_are_read_as_ffmpeg_reads_them() {
    // If the highest bands are empty, packets of 1,024 frames are also valid packets of 960, with frequencies scaled
    // by 1,024/960.
    for (channels, rate, layout) in
        [(1, 48_000, "mono"), (2, 44_100, "stereo"), (2, 24_000, "stereo"), (6, 48_000, "5.1")]
    {
        let tone = |channel: usize| format!("0.3*sin(2*PI*{}*t)*lt(mod(t+0.1*{channel},0.5),0.3)", 300 + 150 * channel);
        let tones: Vec<String> = (0..channels).map(tone).collect();
        let sound = format!("aevalsrc=exprs='{}':c={layout}:s={rate}:d=3", tones.join("|"));
        let adts = scratch("aac-960").join(format!("{layout}-{rate}.aac"));
        let cutoff = (rate / 3).to_string();
        let _ = fs::remove_file(&adts);
        ffmpeg(&["-f", "lavfi", "-i", &sound, "-c:a", "aac", "-aac_pns", "0", "-cutoff", &cutoff], &adts);
        let bytes = fs::read(&adts).unwrap();
        let mut packets = Vec::new();
        let mut rest = &bytes[..];
        while let [_, _, _, high, middle, low, _, ..] = *rest {
            let length = usize::from(high & 3) << 11 | usize::from(middle) << 3 | usize::from(low >> 5);
            packets.push(rest[7..length].to_vec());
            rest = &rest[length..];
        }
        let index = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000].iter().position(|&hz| hz == rate).unwrap();
        // frameLengthFlag is the third bit from the end.
        let config = ((2 << 11 | index << 7 | channels << 3 | 4) as u16).to_be_bytes();
        let file =
            mp4(&Mp4 { config: &config, timescale: rate as u32, ticks: 960, edit: None, gapless: None }, &packets);
        let path = written(&format!("960-{layout}-{rate}.m4a"), &file);
        let latm = scratch("aac-960").join(format!("{layout}-{rate}.latm"));
        let _ = fs::remove_file(&latm);
        ffmpeg(&["-i", path.to_str().unwrap(), "-c", "copy", "-f", "latm"], &latm);
        for path in [&path, &latm] {
            let bytes = fs::read(path).unwrap();
            let found = inspect(&bytes).unwrap();
            let what = format!("{}", path.display());
            assert_eq!((found.frames as usize, found.warning), (960 * packets.len(), None), "{what}");
            let ours = drain(&mut open(&bytes));
            let theirs = by_ffmpeg(path, channels);
            assert_eq!((ours.len(), ours[0].len()), (channels, theirs[0].len()), "{what}");
            for ours in &ours {
                let closest = theirs.iter().map(|theirs| error(ours, theirs)).min_by(f64::total_cmp).unwrap();
                assert!(closest < CLOSE, "{what}: {closest} dB");
            }
        }
    }
}

#[test]
fn he_aac_is_read_in_other_containers() {
    let adts = fixture("he-aac-44100-stereo.aac");
    let whole = drain(&mut open(&fs::read(&adts).unwrap()));
    let containers = [
        ("plain.mp4", &[][..]),
        ("m.mkv", &[]),
        ("f.mp4", &["-bsf:a", "aac_adtstoasc", "-movflags", "+frag_keyframe+delay_moov", "-frag_duration", "200000"]),
    ];
    for (name, options) in containers {
        let path = scratch("aac-containers").join(name);
        let _ = fs::remove_file(&path);
        ffmpeg(&[&["-i", adts.to_str().unwrap(), "-c", "copy"], options].concat(), &path);
        let bytes = fs::read(&path).unwrap();
        let ours = drain(&mut open(&bytes));
        assert!(ours == whole, "{name}: {} frames of {}", ours[0].len(), whole[0].len());
    }
}

#[test]
fn any_part_of_he_aac_is_that_part_of_the_whole() {
    for kind in [HE_STEREO, Kind { object_type: HE_V2, bit_rate: 32_000, ..HE_STEREO }] {
        // Long enough for the decoder to be renewed twice.
        let encoded = encode(Kind { framing: ADTS, ..kind }, &sound(2, 44_100, 60.0));
        let bytes = encoded.packets.concat();
        let whole = drain(&mut open(&bytes));
        let mut dice = Dice(1);
        for _ in 0..12 {
            let start = dice.below(whole[0].len() - 5000);
            let mut planes = vec![vec![0.0; 5000]; 2];
            let mut parts: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
            open(&bytes).read(start as Frames, &mut parts).unwrap();
            for (part, whole) in planes.iter().zip(&whole) {
                assert!(part[..] == whole[start..start + 5000], "{kind:?} from {start}");
            }
        }
    }
}

#[test]
fn surround_is_heard_where_ffmpeg_hears_it() {
    use Speaker::*;
    // In WAVE's order, which ffmpeg outputs.
    let layouts: [(&str, &[Speaker]); 11] = [
        ("mono", &[FrontCentre]),
        ("stereo", &[FrontLeft, FrontRight]),
        ("3.0", &[FrontLeft, FrontRight, FrontCentre]),
        ("4.0", &[FrontLeft, FrontRight, FrontCentre, BackCentre]),
        ("5.0", &[FrontLeft, FrontRight, FrontCentre, BackLeft, BackRight]),
        ("5.1", &[FrontLeft, FrontRight, FrontCentre, Lfe, BackLeft, BackRight]),
        ("7.1", &[FrontLeft, FrontRight, FrontCentre, Lfe, BackLeft, BackRight, SideLeft, SideRight]),
        // These have a program config element.
        ("2.1", &[FrontLeft, FrontRight, Lfe]),
        ("3.0(back)", &[FrontLeft, FrontRight, BackCentre]),
        ("quad", &[FrontLeft, FrontRight, BackLeft, BackRight]),
        ("quad(side)", &[FrontLeft, FrontRight, SideLeft, SideRight]),
    ];
    for (layout, speakers) in layouts {
        // Noise substitution is off: its noise differs between decoders.
        let tone = |channel: usize| format!("0.3*sin(2*PI*{}*t)*lt(mod(t+0.1*{channel},0.5),0.3)", 300 + 150 * channel);
        let tones: Vec<String> = (0..speakers.len()).map(tone).collect();
        let sound = format!("aevalsrc=exprs='{}':c={layout}:s=48000:d=1", tones.join("|"));
        for name in ["surround.m4a", "surround.aac", "surround.mkv"] {
            let path = scratch("aac-surround").join(name);
            let _ = fs::remove_file(&path);
            let bit_rate = (90_000 * speakers.len()).to_string();
            ffmpeg(&["-f", "lavfi", "-i", &sound, "-c:a", "aac", "-aac_pns", "0", "-b:a", &bit_rate], &path);
            let bytes = fs::read(&path).unwrap();
            let mut reader = open(&bytes);
            let heard = reader.layout();
            let ours = drain(&mut reader);
            let theirs = by_ffmpeg(&path, speakers.len());
            assert_eq!(heard.channels(), speakers.len(), "{layout} in {name}");
            for (plane, speaker) in ours.iter().zip(heard.speakers()) {
                let place = speakers.iter().position(|one| one == speaker);
                let place = place.unwrap_or_else(|| panic!("{layout} in {name}: {:?}", heard.speakers()));
                let difference = error(&plane[..40_000], &theirs[place]);
                assert!(difference < CLOSE, "{layout} in {name}, {speaker:?}: {difference} dB");
            }
        }
    }
}

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/adts", name].iter().collect()
}

#[test]
fn aac_lc_is_not_taken_for_he_aac() {
    let sounds = [
        "anoisesrc=d=4:a=0.3",
        "sine=f=440:d=4",
        "anullsrc,atrim=end=4",
        "aevalsrc='0.4*random(0)*lt(mod(t\\,0.5)\\,0.1)|0.3*sin(2*PI*3000*t)':d=4",
    ];
    for sound in sounds {
        for (rate, bit_rate) in
            [("24000", "24k"), ("24000", "96k"), ("44100", "48k"), ("44100", "160k"), ("96000", "160k")]
        {
            let path = scratch("aac-lc").join("lc.aac");
            let _ = fs::remove_file(&path);
            ffmpeg(&["-f", "lavfi", "-i", sound, "-ar", rate, "-c:a", "aac", "-b:a", bit_rate], &path);
            let found = inspect(&fs::read(&path).unwrap()).unwrap();
            assert_eq!(found.sample_rate.hz().to_string(), rate, "{sound} at {bit_rate}");
        }
    }
}

#[test]
fn what_is_louder_than_full_scale_is_kept_in_aac_lc() {
    // The edges of a square wave ring.
    let square: Vec<f32> = (0..44_100).map(|n| if n / 60 % 2 == 0 { 0.99 } else { -0.99 }).collect();
    let kind = Kind { object_type: LC, framing: ADTS, bit_rate: 64_000, ..HE_STEREO };
    let encoded = encode(kind, &[square.clone(), square]);
    let ours = drain(&mut open(&encoded.packets.concat()));
    let peak = ours[0].iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak > 1.05, "{peak}");
}

#[test]
fn other_kinds_of_mpeg_4_audio_are_refused_by_name() {
    let lc = encode(Kind { object_type: LC, bit_rate: 96_000, ..HE_STEREO }, &sound(2, 44_100, 0.5));
    for (config, name) in [
        (&[0x0a, 0x10][..], "AAC Main"),
        (&[0x1a, 0x10], "AAC SSR"),
        (&[0x22, 0x10], "AAC LTP"),
        (&[0xf9, 0x48, 0x40, 0x00], "xHE-AAC (USAC)"),
    ] {
        let file = mp4(&Mp4 { config, timescale: 44_100, ticks: 1024, edit: None, gapless: None }, &lc.packets);
        assert_eq!(inspect(&file).map(|_| ()), Err(MediaError::Unsupported(name)));
    }
    let mut adts =
        encode(Kind { object_type: LC, framing: ADTS, bit_rate: 96_000, ..HE_STEREO }, &sound(2, 44_100, 0.5));
    adts.packets.iter_mut().for_each(|packet| packet[2] &= 0x3f);
    assert_eq!(inspect(&adts.packets.concat()).map(|_| ()), Err(MediaError::Unsupported("AAC Main")));
}

#[test]
fn the_rate_of_a_clip_is_the_decoders() {
    let mut reader = ClipReader::open(
        Content::new(source(fs::read(fixture("he-aac-v2-44100-stereo.aac")).unwrap()), ""),
        0,
        SampleRate::HZ_48000,
    )
    .unwrap();
    // 61,440 frames at 44.1 kHz.
    assert_eq!(drain(&mut reader)[0].len(), 66_873);
}
