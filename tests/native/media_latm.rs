//! AAC is read from frames that do not have one packet each: LATM in LOAS, whose packets begin at any bit, and ADTS
//! with several blocks per frame. The result equals that of the same packets with one per frame.

use std::fs;

use secuencia::media::MediaError;

use crate::media_aac::{CLOSE, by_ffmpeg, error, he, inspect, lag, open, sound, written};
use crate::support::aac::{
    ADTS, COMPATIBLE, Encoded, HE_STEREO, HE_V2, HIERARCHICAL, IMPLICIT, Kind, LC, LOAS, RAW, encode,
};
use crate::support::export::scratch;
use crate::support::media::{drain, ffmpeg};
use crate::support::mutate::Dice;

/// A bit writer, most significant bit first.
#[derive(Clone, Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, number: u32, count: usize) -> &mut Self {
        self.0.extend((0..count).rev().map(|shift| number >> shift & 1 == 1));
        self
    }

    fn put_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        bytes.iter().for_each(|&byte| {
            self.put(byte.into(), 8);
        });
        self
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.chunks(8).map(|bits| bits.iter().enumerate().map(|(at, &bit)| u8::from(bit) << (7 - at)).sum()).collect()
    }
}

/// The layout of a multiplex.
#[derive(Clone, Copy)]
struct Mux {
    version: u32,
    subframes: usize,
    /// The number of bits of other data after each frame's packets.
    other: Option<u32>,
    is_checked: bool,
    /// The configuration is sent once every `interval` frames, from frame `first` on.
    interval: usize,
    first: usize,
}

const PLAIN: Mux = Mux { version: 0, subframes: 1, other: None, is_checked: false, interval: 20, first: 0 };

/// Writes a `StreamMuxConfig` (ISO/IEC 14496-3, 1.7.3) around an AudioSpecificConfig of `config_bits` bits.
fn stream_mux_config(bits: &mut Bits, mux: Mux, config: &[u8], config_bits: usize, head: [u32; 3]) {
    let [same_timing, programs, layers] = head;
    bits.put(mux.version, 1);
    if mux.version == 1 {
        bits.put(0, 1).put(1, 2).put(0x1234, 16);
    }
    bits.put(same_timing, 1).put(mux.subframes as u32 - 1, 6).put(programs, 4).put(layers, 3);
    if mux.version == 1 {
        bits.put(0, 2).put(config_bits as u32, 8);
    }
    let specific = Bits::default().put_bytes(config).0[..config_bits].to_vec();
    bits.0.extend(specific);
    bits.put(0, 3).put(0xff, 8);
    bits.put(mux.other.is_some().into(), 1);
    match (mux.other, mux.version) {
        (Some(count), 1) => {
            bits.put(1, 2).put(count, 16);
        }
        (Some(count), _) => {
            bits.put(1, 1).put(count >> 8, 8).put(0, 1).put(count & 0xff, 8);
        }
        _ => {}
    }
    bits.put(mux.is_checked.into(), 1);
    if mux.is_checked {
        bits.put(0xa5, 8);
    }
}

fn loas(bits: &Bits) -> Vec<u8> {
    let element = bits.bytes();
    let length = element.len() as u32;
    [Bits::default().put(0x2b7, 11).put(length, 13).bytes(), element].concat()
}

/// Multiplexes packets by hand.
fn multiplexed(mux: Mux, config: &[u8], config_bits: usize, packets: &[Vec<u8>]) -> Vec<u8> {
    let frame = |(index, packets): (usize, &[Vec<u8>])| {
        let mut bits = Bits::default();
        let is_told = index % mux.interval == mux.first;
        bits.put((!is_told).into(), 1);
        if is_told {
            stream_mux_config(&mut bits, mux, config, config_bits, [1, 0, 0]);
        }
        for packet in packets {
            (0..packet.len() / 255).for_each(|_| {
                bits.put(255, 8);
            });
            bits.put((packet.len() % 255) as u32, 8).put_bytes(packet);
        }
        (0..mux.other.unwrap_or(0)).for_each(|at| {
            bits.put(at & 1, 1);
        });
        loas(&bits)
    };
    packets.chunks_exact(mux.subframes).enumerate().flat_map(frame).collect()
}

/// Encodes stereo AAC-LC. Returns the bare packets, and the same in ADTS.
fn lc(seconds: f32) -> (Encoded, Vec<u8>) {
    let kind = Kind { object_type: LC, bit_rate: 96_000, ..HE_STEREO };
    let raw = encode(kind, &sound(2, 44_100, seconds));
    let adts = raw.packets.iter().flat_map(|packet| adts(packet)).collect();
    (raw, adts)
}

/// Wraps a packet of stereo at 44.1 kHz in its own ADTS frame.
fn adts(packet: &[u8]) -> Vec<u8> {
    adts_frame(&[packet], false)
}

/// Wraps packets in an ADTS frame (ISO/IEC 13818-7, 6.2), with or without a CRC; its value is never read.
fn adts_frame(packets: &[&[u8]], is_checked: bool) -> Vec<u8> {
    let (count, check) = (packets.len(), if is_checked { 2 } else { 0 });
    let behind = if count > 1 { check } else { 0 };
    let front = if is_checked { 2 * count } else { 0 };
    let length = 7 + front + packets.iter().map(|packet| packet.len() + behind).sum::<usize>();
    let mut bits = Bits::default();
    bits.put(0xfff, 12).put(0, 3).put((!is_checked).into(), 1).put(1, 2).put(4, 4).put(0, 1).put(2, 3).put(0, 4);
    bits.put(length as u32, 13).put(0x7ff, 11).put(count as u32 - 1, 2);
    let mut position = 0;
    for packet in packets.iter().take(if is_checked { count - 1 } else { 0 }) {
        position += packet.len() + behind;
        bits.put(position as u32, 16);
    }
    bits.put(0, 8 * check);
    for packet in packets {
        bits.put_bytes(packet).put(0, 8 * behind);
    }
    bits.bytes()
}

/// Returns files that ffmpeg does not write, to be damaged.
pub fn samples() -> Vec<(String, Vec<u8>)> {
    let (raw, _) = lc(0.5);
    let packets: Vec<&[u8]> = raw.packets.iter().map(Vec::as_slice).collect();
    let blocks = |is_checked| packets.chunks(3).flat_map(|packets| adts_frame(packets, is_checked)).collect();
    let mux = Mux { version: 1, subframes: 2, other: Some(9), is_checked: true, interval: 3, first: 0 };
    vec![
        ("blocks.aac".to_owned(), blocks(false)),
        ("checked-blocks.aac".to_owned(), blocks(true)),
        ("subframes.latm".to_owned(), multiplexed(mux, &raw.config, 16, &raw.packets)),
    ]
}

#[test]
fn latm_by_ffmpeg_is_read_to_the_bit_as_adts_is() {
    for (layout, rate, interval) in [
        ("mono", 48_000, "1"),
        ("stereo", 44_100, "20"),
        ("stereo", 8_000, "200"),
        ("5.1", 48_000, "20"),
        ("7.1", 48_000, "7"),
        // These have a program config element.
        ("2.1", 44_100, "20"),
        ("quad", 48_000, "20"),
    ] {
        let channels = match layout {
            "mono" => 1,
            "stereo" => 2,
            "2.1" => 3,
            "quad" => 4,
            "5.1" => 6,
            _ => 8,
        };
        let tone = |channel: usize| format!("0.3*sin(2*PI*{}*t)*lt(mod(t+0.1*{channel},0.5),0.3)", 300 + 150 * channel);
        let tones: Vec<String> = (0..channels).map(tone).collect();
        let sound = format!("aevalsrc=exprs='{}':c={layout}:s={rate}:d=2", tones.join("|"));
        let [adts, latm] = ["l.aac", "l.latm"].map(|name| scratch("latm").join(name));
        for path in [&adts, &latm] {
            let _ = fs::remove_file(path);
        }
        ffmpeg(&["-f", "lavfi", "-i", &sound, "-c:a", "aac", "-aac_pns", "0"], &adts);
        ffmpeg(&["-i", adts.to_str().unwrap(), "-c", "copy", "-f", "latm", "-smc-interval", interval], &latm);
        let whole = drain(&mut open(&fs::read(&adts).unwrap()));
        let bytes = fs::read(&latm).unwrap();
        let found = inspect(&bytes).unwrap();
        assert_eq!((found.mime_type.as_str(), usize::from(found.channels)), ("audio/aac", channels), "{layout}");
        let ours = drain(&mut open(&bytes));
        assert!(ours == whole, "{layout}: {} frames of {}", ours[0].len(), whole[0].len());
        let theirs = by_ffmpeg(&latm, channels);
        assert_eq!(ours[0].len(), theirs[0].len(), "{layout}");
        if channels <= 2 {
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert!(error(ours, theirs) < CLOSE, "{layout}: {} dB", error(ours, theirs));
            }
        }
    }
}

#[test]
fn he_aac_in_latm_is_read_however_it_is_signalled() {
    for (kind, mux_version) in [
        (HE_STEREO, 0),
        (Kind { channels: 1, rate: 32_000, bit_rate: 32_000, ..HE_STEREO }, 0),
        (Kind { object_type: HE_V2, bit_rate: 32_000, ..HE_STEREO }, 0),
        (HE_STEREO, 1),
        (Kind { object_type: HE_V2, bit_rate: 32_000, ..HE_STEREO }, 1),
    ] {
        let planes = sound(kind.channels as usize, kind.rate, 2.0);
        // In version 0, the encoder supports no other signalling.
        let compatible = [COMPATIBLE].into_iter().filter(|_| mux_version > 0);
        for signalling in [IMPLICIT, HIERARCHICAL].into_iter().chain(compatible) {
            for subframes in [1, 2] {
                let kind = Kind { framing: LOAS, signalling, mux_version, subframes, ..kind };
                let what = format!("{kind:?}");
                let bytes = encode(kind, &planes).packets.concat();
                let found = inspect(&bytes).unwrap();
                assert_eq!((found.sample_rate.hz(), found.channels, found.warning), (kind.rate, 2, None), "{what}");
                let ours = drain(&mut open(&bytes));
                if subframes > 1 {
                    // ffmpeg does not read this. The encoder distributes its bits differently.
                    let single = drain(&mut open(&encode(Kind { subframes: 1, ..kind }, &planes).packets.concat()));
                    assert_eq!(lag(&ours[0], &planes[0]), lag(&single[0], &planes[0]), "{what}");
                    continue;
                }
                let theirs = by_ffmpeg(&written("he.latm", &bytes), 2);
                assert_eq!(ours[0].len(), theirs[0].len(), "{what}");
                for (ours, theirs) in ours.iter().zip(&theirs) {
                    assert!(error(ours, theirs) < CLOSE, "{what}: {} dB", error(ours, theirs));
                }
            }
        }
    }
}

#[test]
fn latm_of_any_make_gives_the_packets_that_were_put_in() {
    let (raw, adts) = lc(2.0);
    let whole = drain(&mut open(&adts));
    let muxes = [
        PLAIN,
        Mux { version: 1, ..PLAIN },
        Mux { subframes: 3, ..PLAIN },
        Mux { subframes: 16, version: 1, interval: 1, ..PLAIN },
        Mux { other: Some(300), is_checked: true, ..PLAIN },
        Mux { other: Some(1), version: 1, is_checked: true, interval: 3, subframes: 2, ..PLAIN },
    ];
    for mux in muxes {
        let packets = raw.packets.len() / mux.subframes * mux.subframes;
        let ours = drain(&mut open(&multiplexed(mux, &raw.config, 16, &raw.packets)));
        assert_eq!(ours[0].len(), 1024 * packets, "{} subframes", mux.subframes);
        assert!(ours[0][..] == whole[0][..1024 * packets], "{} subframes", mux.subframes);
    }
    // A recording that began midway is heard from its first configuration on.
    let late = Mux { first: 7, ..PLAIN };
    let rest: Vec<u8> = raw.packets.iter().skip(7).flat_map(|packet| adts_frame(&[packet], false)).collect();
    assert!(drain(&mut open(&multiplexed(late, &raw.config, 16, &raw.packets))) == drain(&mut open(&rest)));
}

#[test]
fn latm_that_holds_something_else_is_refused_by_its_name() {
    let (raw, _) = lc(0.5);
    let frames = |head: [u32; 3], config: &[u8], mux: Mux| -> Vec<u8> {
        let frame = |packet: &Vec<u8>| {
            let mut bits = Bits::default();
            bits.put(0, 1);
            stream_mux_config(&mut bits, mux, config, 8 * config.len(), head);
            loas(bits.put((packet.len() % 255) as u32, 8).put_bytes(&packet[..packet.len() % 255]))
        };
        raw.packets.iter().flat_map(frame).collect()
    };
    for (head, config, name) in [
        ([1, 1, 0], &raw.config[..], "LATM of several programs"),
        ([1, 0, 1], &raw.config, "LATM of several layers"),
        ([0, 0, 0], &raw.config, "LATM of streams that have times of their own"),
        ([1, 0, 0], &[0x0a, 0x10], "AAC Main"),
        ([1, 0, 0], &[0xf9, 0x48, 0x40, 0x00], "xHE-AAC (USAC)"),
        ([1, 0, 0], &[0x42, 0x10], "CELP"),
    ] {
        let refused = inspect(&frames(head, config, Mux { version: 1, ..PLAIN })).map(|_| ());
        assert_eq!(refused, Err(MediaError::Unsupported(name)));
    }
    let unconfigured = multiplexed(Mux { first: 99, interval: 100, ..PLAIN }, &raw.config, 16, &raw.packets);
    let refused = inspect(&unconfigured).map(|_| ());
    assert_eq!(refused, Err(MediaError::Unsupported("AAC in LATM without its configuration")));
}

#[test]
fn a_spoilt_configuration_changes_nothing_but_its_own_frame() {
    let (raw, adts) = lc(4.0);
    let whole = drain(&mut open(&adts));
    let mut bytes = multiplexed(PLAIN, &raw.config, 16, &raw.packets);
    let frames: Vec<usize> = (0..bytes.len() - 2).filter(|&at| bytes[at] == 0x56 && bytes[at + 1] >> 5 == 7).collect();
    let second = *frames.iter().filter(|&&at| bytes[at + 3] < 0x80).nth(1).unwrap();
    // Changes its sample rate.
    bytes[second + 6] ^= 0x10;
    let found = inspect(&bytes).unwrap();
    assert_eq!((found.frames, found.sample_rate.hz()), (whole[0].len() as u64, 44_100));
}

#[test]
fn adts_of_several_blocks_a_frame_is_read_to_the_bit_as_that_of_one() {
    let (raw, single) = lc(3.0);
    let whole = drain(&mut open(&single));
    let packets: Vec<&[u8]> = raw.packets.iter().map(Vec::as_slice).collect();
    for is_checked in [false, true] {
        for count in 1..=4 {
            let bytes: Vec<u8> = packets.chunks(count).flat_map(|packets| adts_frame(packets, is_checked)).collect();
            let ours = drain(&mut open(&bytes));
            let first = ours[0].iter().zip(&whole[0]).position(|(a, b)| a != b);
            assert!(
                ours == whole,
                "{count} blocks, checked: {is_checked}; {} of {}, other from {first:?} on",
                ours[0].len(),
                whole[0].len()
            );
        }
        // Random numbers of blocks, from one to four.
        let (mut rest, mut dice, mut bytes) = (&packets[..], Dice(3), Vec::new());
        while !rest.is_empty() {
            let (packets, after) = rest.split_at((1 + dice.below(4)).min(rest.len()));
            bytes.extend(adts_frame(packets, is_checked));
            rest = after;
        }
        assert!(drain(&mut open(&bytes)) == whole, "blocks of all numbers, checked: {is_checked}");
    }
}

#[test]
fn adts_of_several_blocks_is_what_others_write_and_read() {
    for kind in [
        Kind { object_type: LC, bit_rate: 96_000, ..HE_STEREO },
        Kind { object_type: LC, channels: 6, bit_rate: 256_000, rate: 48_000, ..HE_STEREO },
        HE_STEREO,
        Kind { object_type: HE_V2, bit_rate: 32_000, ..HE_STEREO },
    ] {
        let planes = sound(kind.channels as usize, kind.rate, 2.0);
        for (subframes, is_checked) in [(2, false), (4, false), (2, true), (4, true)] {
            let kind = Kind { framing: ADTS, subframes, is_checked, ..kind };
            let bytes = encode(kind, &planes).packets.concat();
            let found = inspect(&bytes).unwrap();
            assert_eq!((found.warning, found.sample_rate.hz()), (None, kind.rate), "{kind:?}");
            let ours = drain(&mut open(&bytes));
            assert!(ours[0].len() as f32 > 1.9 * kind.rate as f32, "{kind:?}: {}", ours[0].len());
            if is_checked {
                // ffmpeg decodes the CRC as audio.
                let plain = encode(Kind { is_checked: false, ..kind }, &planes).packets.concat();
                assert_eq!(ours[0].len(), drain(&mut open(&plain))[0].len(), "{kind:?}");
                continue;
            }
            let theirs = by_ffmpeg(&written("blocks.aac", &bytes), ours.len());
            assert_eq!(ours[0].len(), theirs[0].len(), "{kind:?}");
            // ffmpeg's channels are in WAVE's order.
            for (channel, ours) in ours.iter().enumerate() {
                let closest = theirs.iter().map(|theirs| error(ours, theirs)).min_by(f64::total_cmp).unwrap();
                assert!(closest < CLOSE, "{kind:?}, {channel}: {closest} dB");
            }
        }
    }
}

#[test]
fn any_part_of_frames_of_several_packets_is_that_part_of_the_whole() {
    let (raw, _) = lc(30.0);
    let packets: Vec<&[u8]> = raw.packets.iter().map(Vec::as_slice).collect();
    let files = [
        multiplexed(Mux { subframes: 3, ..PLAIN }, &raw.config, 16, &raw.packets),
        packets.chunks(3).flat_map(|packets| adts_frame(packets, true)).collect(),
        packets.chunks(3).flat_map(|packets| adts_frame(packets, false)).collect::<Vec<u8>>(),
    ];
    for (number, bytes) in files.iter().enumerate() {
        let whole = drain(&mut open(bytes));
        let mut dice = Dice(1);
        for _ in 0..12 {
            let start = dice.below(whole[0].len() - 5000);
            let mut planes = vec![vec![0.0; 5000]; 2];
            let mut parts: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
            open(bytes).read(start as u64, &mut parts).unwrap();
            for (part, whole) in planes.iter().zip(&whole) {
                assert!(part[..] == whole[start..start + 5000], "file {number} from {start}");
            }
        }
    }
}

#[test]
fn he_aac_that_is_copied_from_mp4_to_latm_stays_what_it_is() {
    for signalling in [IMPLICIT, HIERARCHICAL] {
        let kind = Kind { framing: RAW, signalling, ..HE_STEREO };
        let file = he(&encode(kind, &sound(2, 44_100, 2.0)), kind, None);
        let (from, to) = (written("copied.m4a", &file), scratch("latm").join("copied.latm"));
        let _ = fs::remove_file(&to);
        ffmpeg(&["-i", from.to_str().unwrap(), "-c", "copy", "-f", "latm"], &to);
        assert!(drain(&mut open(&fs::read(&to).unwrap())) == drain(&mut open(&file)), "{signalling}");
    }
}
