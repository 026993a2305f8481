//! M4A files as other programs read them: ffmpeg, the `mp4` crate and Symphonia.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use secuencia::m4a::{FileLayout, MoovPlace, Piece, Track, priming_for};
use secuencia::timeline::{AudioLayout, Frames, SampleRate, Tags};
use serde_json::Value;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, ReadBytes};
use symphonia_format_isomp4::IsoMp4Reader;

use crate::support::m4a::assembled;

/// The delays of ffmpeg's encoder, of FDK's in two settings, and of Apple's.
const ENCODER_DELAYS: [u32; 4] = [1024, 1600, 2048, 2112];

/// Packets from ffmpeg's encoder, read from `tests/data/adts`.
struct Packets {
    adts: PathBuf,
    sample_rate: SampleRate,
    layout: AudioLayout,
    audio_specific_config: [u8; 2],
    packets: Vec<Vec<u8>>,
}

fn stereo() -> Packets {
    Packets::read("stereo-44100.aac", SampleRate::HZ_44100, AudioLayout::Stereo, [0x12, 0x10])
}

fn mono() -> Packets {
    Packets::read("mono-48000.aac", SampleRate::HZ_48000, AudioLayout::Mono, [0x11, 0x88])
}

impl Packets {
    fn read(name: &str, sample_rate: SampleRate, layout: AudioLayout, audio_specific_config: [u8; 2]) -> Self {
        let adts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/adts").join(name);
        let bytes = fs::read(&adts).unwrap();
        let mut packets = Vec::new();
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            // adts_fixed_header and adts_variable_header (ISO/IEC 13818-7, 6.2) have 7 bytes without a CRC.
            let size = usize::from(rest[3] & 3) << 11 | usize::from(rest[4]) << 3 | usize::from(rest[5]) >> 5;
            packets.push(rest[7..size].to_vec());
            rest = &rest[size..];
        }
        Self { adts, sample_rate, layout, audio_specific_config, packets }
    }

    /// Builds a file of `frames` as an export does.
    fn file(&self, priming: u32, frames: Frames, moov: MoovPlace) -> Vec<u8> {
        let track = Track {
            sample_rate: self.sample_rate,
            layout: self.layout,
            audio_specific_config: self.audio_specific_config.to_vec(),
            priming,
            frames,
            piece: Piece {
                tags: Tags { title: "Escena 1: «¿Quién?»".into(), ..Tags::default() }, ..Piece::default()
            },
        };
        let layout = FileLayout::new(track, moov).unwrap();
        assembled(&layout, &self.packets[..layout.packet_count() as usize], &[])
    }

    /// Decodes all packets to interleaved samples.
    fn decoded(&self) -> Vec<u8> {
        ffmpeg(&self.adts, "error")
    }

    fn bytes_of(&self, frames: u64) -> usize {
        frames as usize * self.layout.channels() * size_of::<i16>()
    }
}

/// A file that is deleted on drop.
struct Saved(PathBuf);

impl Saved {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("m4a_file-{name}.m4a"));
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn succeeded(output: Output) -> Vec<u8> {
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{complaints}");
    output.stdout
}

/// Decodes to interleaved 16-bit samples. Fails if ffmpeg prints anything at `level`.
fn ffmpeg(file: &Path, level: &str) -> Vec<u8> {
    let output = Command::new("ffmpeg").args(["-v", level, "-i"]).arg(file).args(["-f", "s16le", "-"]).output();
    succeeded(output.expect("the test needs ffmpeg"))
}

fn ffprobe(file: &Path) -> Value {
    let arguments = ["-v", "warning", "-show_format", "-show_streams", "-of", "json"];
    let output = Command::new("ffprobe").args(arguments).arg(file).output();
    serde_json::from_slice(&succeeded(output.expect("the test needs ffprobe"))).unwrap()
}

#[test]
fn ffmpeg_decodes_exactly_the_timelines_samples() {
    for (packets, moov) in [(stereo(), MoovPlace::First), (mono(), MoovPlace::Last)] {
        let decoded = packets.decoded();
        for delay in ENCODER_DELAYS {
            for frames in [1, 100, 512, 513, 1023, 1024, 1025, 2000, 10_000, 30_001, 44_100, 48_000] {
                let priming = priming_for(delay, frames);
                let file = Saved::new("ffmpeg", &packets.file(priming, frames, moov));
                let timeline = &decoded[packets.bytes_of(priming.into())..][..packets.bytes_of(frames)];
                assert!(
                    ffmpeg(&file.0, "warning") == timeline,
                    "{frames} frames after {priming} at {}",
                    packets.sample_rate
                );
            }
        }
    }
}

#[test]
fn a_players_facts_are_the_timelines() {
    let frames = 44_100;
    let priming = priming_for(1600, frames);
    let file = Saved::new("ffprobe", &stereo().file(priming, frames, MoovPlace::First));
    let facts = ffprobe(&file.0);
    let stream = &facts["streams"][0];
    assert_eq!(stream["codec_name"], "aac");
    assert_eq!(stream["profile"], "LC");
    assert_eq!(stream["sample_rate"], "44100");
    assert_eq!(stream["channels"], 2);
    assert_eq!(stream["start_pts"], 0);
    assert_eq!(stream["duration_ts"], frames);
    assert_eq!(facts["format"]["duration"], "1.000000");
    let tags = &facts["format"]["tags"];
    assert!(tags["creation_time"].is_null(), "the same input at another time would give another file");
    assert_eq!(tags["major_brand"], "M4A ");
    assert_eq!(tags["title"], "Escena 1: «¿Quién?»");
    assert_eq!(tags["encoder"], concat!("Secuencia ", env!("CARGO_PKG_VERSION")));
    let gapless: Vec<&str> = tags["iTunSMPB"].as_str().unwrap().split(' ').skip(1).collect();
    assert_eq!(gapless[1..4], [format!("{priming:08X}"), "00000000".into(), format!("{frames:016X}")]);
}

#[test]
fn another_reader_finds_every_packet_in_its_place() {
    for (packets, moov) in [(stereo(), MoovPlace::First), (mono(), MoovPlace::Last)] {
        let (priming, frames) = (priming_for(2048, 60_000), 60_000);
        let file = packets.file(priming, frames, moov);
        let mut reader = mp4::Mp4Reader::read_header(Cursor::new(&file), file.len() as u64).unwrap();
        assert_eq!(reader.major_brand().to_string(), "M4A ");
        assert_eq!((reader.timescale(), reader.moov.mvhd.duration), (packets.sample_rate.hz(), frames));

        let track = &reader.tracks()[&1];
        assert_eq!(track.audio_profile().unwrap(), mp4::AudioObjectType::AacLowComplexity);
        assert_eq!(track.sample_freq_index().unwrap().freq(), packets.sample_rate.hz());
        assert_eq!(track.channel_config().unwrap() as usize, packets.layout.channels());
        let edit = &track.trak.edts.as_ref().unwrap().elst.as_ref().unwrap().entries[0];
        assert_eq!((edit.media_time, edit.segment_duration), (priming.into(), frames));

        let count = reader.sample_count(1).unwrap();
        assert_eq!(u64::from(count) * 1024, u64::from(priming) + frames);
        for (index, packet) in (1..=count).zip(&packets.packets) {
            let sample = reader.read_sample(1, index).unwrap().unwrap();
            assert!(sample.bytes == packet[..], "packet {index}");
            assert_eq!((sample.start_time, sample.duration), (u64::from(index - 1) * 1024, 1024));
        }
    }
}

#[test]
fn symphonia_decodes_every_packet() {
    for moov in [MoovPlace::First, MoovPlace::Last] {
        let (priming, frames) = (priming_for(1600, 50_000), 50_000);
        assert_eq!(symphonia_frames(mono().file(priming, frames, moov)), u64::from(priming) + frames);
    }
}

/// Returns the number of frames that Symphonia decodes.
fn symphonia_frames(file: Vec<u8>) -> u64 {
    let mut source = MediaSourceStream::new(Box::new(Cursor::new(file)), Default::default());
    // The reader expects a position after the mark at the fourth byte, where a format probe leaves it.
    source.ignore_bytes(4).unwrap();
    let mut format = IsoMp4Reader::try_new(source, FormatOptions::default()).unwrap();
    let track = format.default_track(TrackType::Audio).unwrap();
    let params = track.codec_params.as_ref().unwrap().audio().unwrap();
    let mut decoder =
        symphonia::default::get_codecs().make_audio_decoder(params, &AudioDecoderOptions::default()).unwrap();
    let mut decoded = 0;
    while let Some(packet) = format.next_packet().unwrap() {
        decoded += decoder.decode(&packet).unwrap().frames() as u64;
    }
    decoded
}
