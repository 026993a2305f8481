//! Everything that ffmpeg can write and users may add: each container with each codec, in every sample format, channel
//! layout and sample rate, with the expected outcome.

use self::Layouts::{Alac, All, Few, Vorbis};
use self::Outcome::{Bits, Float, Lossy, Refused, Same};

/// An ffmpeg command, and the expected outcome.
#[derive(Clone, Copy)]
pub struct Recipe {
    pub container: &'static str,
    pub codec: &'static str,
    /// The sample format, if the codec has several.
    pub format: &'static str,
    pub extension: &'static str,
    /// ffmpeg's options, separated by spaces. `{rate}` is replaced by 64 kb/s per channel.
    pub options: &'static str,
    pub layouts: Layouts,
    pub rates: [u32; 3],
    pub outcome: Outcome,
}

/// The layouts that an encoder supports. ffmpeg would mix others into one of these.
#[derive(Clone, Copy, PartialEq)]
pub enum Layouts {
    /// All layouts that ffmpeg names with up to eight channels.
    All,
    /// The layouts of Vorbis I, 4.3.9, and RFC 7845, 5.1.1.2.
    Vorbis,
    /// The layouts of ALAC.
    Alac,
    /// Mono and stereo.
    Few,
    One(&'static str),
}

/// The expected outcome of reading a file.
#[derive(Clone, Copy, PartialEq)]
pub enum Outcome {
    /// The source's samples, cut to this many bits.
    Bits(u32),
    /// The source's samples.
    Float,
    /// Exactly ffmpeg's decoded samples.
    Same(Edges),
    /// ffmpeg's decoded samples with an error of at most this many decibels, in a recording with these edges.
    Lossy(i32, Edges),
    /// Refused for this reason.
    Refused(&'static str),
}

/// The start and the end of a recording, by the rules of `docs/formats.md`.
#[derive(Clone, Copy, PartialEq)]
pub struct Edges {
    /// Frames of encoder delay that stay at the start, because the file does not declare them.
    pub delay: i64,
    /// Frames that ffmpeg keeps before our first one.
    pub lead: i64,
    pub end: End,
}

#[derive(Clone, Copy, PartialEq)]
pub enum End {
    /// At the source's end.
    Exact,
    /// At the end of the last packet; packets have this many frames.
    Packet(i64),
    /// At the end of ffmpeg's decoded audio.
    Same,
}

/// A recording with exactly the source's edges.
pub const EXACT: Edges = Edges { delay: 0, lead: 0, end: End::Exact };

/// Every layout of ffmpeg 5.1 with up to eight channels, and its positions. `downmix` is missing: no WAVE mask has it.
pub const LAYOUTS: [(&str, &str); 26] = [
    ("mono", "FC"),
    ("stereo", "FL FR"),
    ("2.1", "FL FR LFE"),
    ("3.0", "FL FR FC"),
    ("3.0(back)", "FL FR BC"),
    ("4.0", "FL FR FC BC"),
    ("quad", "FL FR BL BR"),
    ("quad(side)", "FL FR SL SR"),
    ("3.1", "FL FR FC LFE"),
    ("5.0", "FL FR FC BL BR"),
    ("5.0(side)", "FL FR FC SL SR"),
    ("4.1", "FL FR FC LFE BC"),
    ("5.1", "FL FR FC LFE BL BR"),
    ("5.1(side)", "FL FR FC LFE SL SR"),
    ("6.0", "FL FR FC BC SL SR"),
    ("6.0(front)", "FL FR FLC FRC SL SR"),
    ("hexagonal", "FL FR FC BL BR BC"),
    ("6.1", "FL FR FC LFE BC SL SR"),
    ("6.1(back)", "FL FR FC LFE BL BR BC"),
    ("6.1(front)", "FL FR LFE FLC FRC SL SR"),
    ("7.0", "FL FR FC BL BR SL SR"),
    ("7.0(front)", "FL FR FC FLC FRC SL SR"),
    ("7.1", "FL FR FC LFE BL BR SL SR"),
    ("7.1(wide)", "FL FR FC LFE BL BR FLC FRC"),
    ("7.1(wide-side)", "FL FR FC LFE FLC FRC SL SR"),
    ("octagonal", "FL FR FC BL BR BC SL SR"),
];

impl Layouts {
    /// Returns the layouts' names.
    pub fn names(self) -> Vec<&'static str> {
        match self {
            All => LAYOUTS.iter().map(|&(name, _)| name).collect(),
            Vorbis => vec!["mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"],
            Alac => vec!["mono", "stereo", "3.0", "4.0", "5.0", "5.1", "6.1(back)", "7.1(wide)"],
            Few => vec!["mono", "stereo"],
            Layouts::One(name) => vec![name],
        }
    }
}

impl Recipe {
    /// Returns whether we can read the file.
    pub fn is_readable(&self) -> bool {
        !matches!(self.outcome, Refused(_))
    }
}

/// Rates for codecs without a limit.
const WIDE: [u32; 3] = [8000, 44_100, 96_000];
const AAC: [u32; 3] = [22_050, 48_000, 96_000];
const MP3: [u32; 3] = [8000, 24_000, 44_100];
const MP2: [u32; 3] = [24_000, 44_100, 48_000];
const OPUS: [u32; 3] = [16_000, 24_000, 48_000];
const AC3: [u32; 3] = [32_000, 44_100, 48_000];
const SPEEX: [u32; 3] = [8000, 16_000, 32_000];
/// The sample rate of telephony.
const NARROW: [u32; 3] = [8000, 8000, 8000];

/// Returns all recipes.
pub fn recipes() -> Vec<Recipe> {
    let mut all = Vec::new();
    let mut add = |container, extension, muxer: &'static str, codecs: &[Codec]| {
        for &Codec { codec, format, options, layouts, rates, outcome } in codecs {
            let options = format!("{options} {muxer}").leak();
            all.push(Recipe { container, codec, format, extension, options, layouts, rates, outcome });
        }
    };
    let lossless = |names: &[&'static str]| -> Vec<Codec> { names.iter().map(|name| pcm(name)).collect() };
    let little = lossless(&["s16le", "s24le", "s32le", "f32le", "f64le"]);
    let big = lossless(&["s8", "s16be", "s24be", "s32be", "f32be", "f64be"]);
    let wave = [
        &lossless(&["u8", "s64le"])[..],
        &little,
        &LOGARITHMIC,
        &ADPCM_WAVE,
        &[
            MP3_INSIDE,
            refused("MPEG layer II", "mp2", MP2),
            refused("AC-3", "ac3", AC3),
            refused("DTS", "dca -strict -2", AC3),
        ],
    ]
    .concat();
    add("WAV", "wav", "-f wav", &wave);
    add("RF64", "wav", "-f wav -rf64 always", &wave);
    add("Wave64", "w64", "-f w64", &wave);
    let aiff = lossless(&["s8", "s16be", "s24be", "s32be", "f32be", "f64be", "s16le", "u8"]);
    add("AIFF", "aiff", "-f aiff", &[&aiff[..], &LOGARITHMIC, &[IMA_QT]].concat());
    let caf = [&little[..], &big, &LOGARITHMIC, &ALAC_CODECS, &[IMA_QT, MP3_INSIDE, OPUS_CAF]].concat();
    add("CAF", "caf", "-f caf", &caf);
    add("MP3", "mp3", "-f mp3", &[MP3_ALONE]);
    add("ADTS", "aac", "-f adts", &[aac(AAC_WHOLE)]);
    add("LATM", "latm", "-f latm", &[aac(AAC_WHOLE)]);
    let mp4 =
        [&ALAC_CODECS[..], &FLAC_CODECS, &[aac(EXACT), OPUS_EXACT, MP3_MP4, refused("AC-3", "ac3", AC3)]].concat();
    add("M4A", "m4a", "-f ipod", &[&ALAC_CODECS[..], &[aac(EXACT)]].concat());
    add("MP4", "mp4", "-f mp4 -strict -2", &mp4);
    let fragments = "-f mp4 -strict -2 -movflags frag_keyframe+delay_moov -frag_duration 50000";
    let fragmented =
        [&ALAC_CODECS[..], &FLAC_CODECS, &[aac(AAC_FRAGMENTED), OPUS_FRAGMENTED, refused("AC-3", "ac3", AC3)]].concat();
    add("MP4, fragmented", "mp4", fragments, &fragmented);
    add("Smooth Streaming", "ismv", "-f ismv", &[&ALAC_CODECS[..], &[aac(AAC_SMOOTH)]].concat());
    add("3GP", "3gp", "-f 3gp", &[aac(EXACT)]);
    let mov = lossless(&[
        "u8", "s8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "f64le", "f64be",
    ]);
    let quicktime = [
        &mov[..],
        &LOGARITHMIC,
        &ALAC_CODECS,
        &[aac(EXACT), IMA_QT, MP3_MP4, refused("AC-3", "ac3", AC3), refused("MPEG layer II", "mp2", MP2)],
    ]
    .concat();
    add("MOV", "mov", "-f mov", &quicktime);
    add("FLAC", "flac", "-f flac", &FLAC_CODECS);
    let ogg = [&FLAC_CODECS[..], &[VORBIS, OPUS_EXACT, refused("Speex", "libspeex", SPEEX)]].concat();
    add("Ogg", "ogg", "-f ogg", &ogg);
    add("WebM", "webm", "-f webm", &[VORBIS_MKV, OPUS_EXACT]);
    let matroska = [
        &lossless(&["u8", "s16be", "s24be", "s32be"])[..],
        &little,
        &LOGARITHMIC,
        &FLAC_CODECS,
        &ALAC_CODECS,
        &[VORBIS_MKV, OPUS_EXACT, aac(AAC_WHOLE), MP3_MKV],
        &[refused("AC-3", "ac3", AC3), refused("E-AC-3", "eac3", AC3), refused("MPEG layer II", "mp2", MP2)],
        &[refused("DTS", "dca -strict -2", AC3), refused("True Audio", "tta", AC3), refused("WavPack", "wavpack", AC3)],
        &[refused("Windows Media Audio", "wmav2", AC3)],
    ]
    .concat();
    add("Matroska", "mka", "-f matroska", &matroska);
    for (container, extension, muxer, name, codecs) in FOREIGN {
        let whole: &str = match *name {
            "" => "this is not a supported audio file",
            name => format!("this is {name}, which is not supported").leak(),
        };
        let foreign: Vec<Codec> =
            codecs.iter().map(|&(codec, encoder, rates)| foreign(codec, encoder, rates, whole)).collect();
        add(container, extension, muxer, &foreign);
    }
    all
}

#[derive(Clone, Copy)]
struct Codec {
    codec: &'static str,
    format: &'static str,
    options: &'static str,
    layouts: Layouts,
    rates: [u32; 3],
    outcome: Outcome,
}

const fn codec(
    codec: &'static str,
    options: &'static str,
    layouts: Layouts,
    rates: [u32; 3],
    outcome: Outcome,
) -> Codec {
    Codec { codec, format: "", options, layouts, rates, outcome }
}

fn pcm(format: &'static str) -> Codec {
    let outcome = match &format[1..] {
        "8" => Bits(8),
        "16le" | "16be" => Bits(16),
        "24le" | "24be" => Bits(24),
        _ => Float,
    };
    Codec { format, ..codec("PCM", format!("-c:a pcm_{format}").leak(), All, WIDE, outcome) }
}

fn refused(codec: &'static str, encoder: &'static str, rates: [u32; 3]) -> Codec {
    let reason = format!("its audio is coded as {codec}, which is not supported").leak();
    foreign(codec, encoder, rates, reason)
}

fn foreign(name: &'static str, encoder: &'static str, rates: [u32; 3], reason: &'static str) -> Codec {
    codec(
        name,
        format!("-c:a {encoder}").leak(),
        if rates == NARROW { Layouts::One("mono") } else { Few },
        rates,
        Refused(reason),
    )
}

fn aac(edges: Edges) -> Codec {
    codec("AAC", "-c:a aac -aac_pns 0 -b:a {rate}", All, AAC, Lossy(-60, edges))
}

const LOGARITHMIC: [Codec; 2] = [
    codec("A-law", "-c:a pcm_alaw", All, WIDE, Same(EXACT)),
    codec("mu-law", "-c:a pcm_mulaw", All, WIDE, Same(EXACT)),
];
const SAME_END: Edges = Edges { delay: 0, lead: 0, end: End::Same };
const ADPCM_WAVE: [Codec; 2] = [
    codec("ADPCM, Microsoft", "-c:a adpcm_ms", Few, WIDE, Same(SAME_END)),
    codec("ADPCM, IMA", "-c:a adpcm_ima_wav", Few, WIDE, Same(SAME_END)),
];
const IMA_QT: Codec = Codec {
    outcome: Refused("its audio is coded as IMA ADPCM, which is not supported"),
    ..codec("ADPCM, IMA 4:1", "-c:a adpcm_ima_qt", Few, WIDE, Same(SAME_END))
};
const ALAC_CODECS: [Codec; 2] = [
    Codec { format: "s16", ..codec("ALAC", "-c:a alac -sample_fmt s16p", Alac, WIDE, Bits(16)) },
    Codec { format: "s24", ..codec("ALAC", "-c:a alac -sample_fmt s32p", Alac, WIDE, Bits(24)) },
];
const FLAC_CODECS: [Codec; 2] = [
    Codec { format: "s16", ..codec("FLAC", "-c:a flac -sample_fmt s16", All, WIDE, Bits(16)) },
    Codec { format: "s24", ..codec("FLAC", "-c:a flac -sample_fmt s32", All, WIDE, Bits(24)) },
];
const LAME: &str = "-c:a libmp3lame -b:a {rate}";
const MP3_ALONE: Codec = codec("MP3", LAME, Few, MP3, Lossy(-60, EXACT));
const MP3_INSIDE: Codec = codec("MP3", LAME, Few, MP3, Lossy(-60, Edges { delay: 1105, lead: 0, end: End::Same }));
const MP3_MP4: Codec = codec("MP3", LAME, Few, MP3, Lossy(-60, EXACT));
const MP3_MKV: Codec = codec("MP3", LAME, Few, MP3, Lossy(-60, Edges { delay: 1105, lead: 0, end: End::Same }));
const AAC_WHOLE: Edges = Edges { delay: 1024, lead: 0, end: End::Packet(1024) };
const AAC_FRAGMENTED: Edges = Edges { delay: 0, lead: 1024, end: End::Packet(1024) };
const AAC_SMOOTH: Edges = Edges { delay: 1024, lead: 0, end: End::Packet(1024) };
const VORBIS: Codec = codec("Vorbis", "-c:a libvorbis -q:a 6", Vorbis, [22_050, 44_100, 96_000], Lossy(-60, EXACT));
const VORBIS_MKV: Codec =
    codec("Vorbis", "-c:a libvorbis -q:a 6", Vorbis, [22_050, 44_100, 96_000], Lossy(-60, SAME_END));
const OPUS_CODEC: &str = "-c:a libopus -b:a {rate}";
const OPUS_EXACT: Codec = codec("Opus", OPUS_CODEC, Vorbis, OPUS, Lossy(-60, EXACT));
const OPUS_FRAGMENTED: Codec = codec("Opus", OPUS_CODEC, Vorbis, OPUS, Lossy(-60, SAME_END));
const OPUS_CAF: Codec = codec("Opus", OPUS_CODEC, Few, OPUS, Lossy(-60, Edges { delay: 312, lead: 0, end: End::Same }));

/// A container that we refuse: its name, extension, ffmpeg's muxer, its name in the error, and codecs with their
/// encoders and rates.
type Foreign =
    (&'static str, &'static str, &'static str, &'static str, &'static [(&'static str, &'static str, [u32; 3])]);
const FOREIGN: &[Foreign] = &[
    (
        "Sun AU",
        "au",
        "-f au",
        "Sun audio (AU)",
        &[("PCM", "pcm_s16be", WIDE), ("mu-law", "pcm_mulaw", WIDE), ("A-law", "pcm_alaw", WIDE)],
    ),
    (
        "AVI",
        "avi",
        "-f avi",
        "AVI",
        &[("PCM", "pcm_s16le", WIDE), ("MP3", "libmp3lame", MP3), ("AC-3", "ac3", AC3), ("AAC", "aac", AAC)],
    ),
    (
        "MPEG-TS",
        "ts",
        "-f mpegts",
        "MPEG-TS",
        &[
            ("AAC", "aac", AAC),
            ("MP3", "libmp3lame", MP2),
            ("MPEG layer II", "mp2", MP2),
            ("AC-3", "ac3", AC3),
            ("Opus", "libopus", OPUS),
        ],
    ),
    ("MPEG-PS", "mpg", "-f mpeg", "MPEG-PS", &[("MPEG layer II", "mp2", MP2), ("AC-3", "ac3", AC3)]),
    ("DVD VOB", "vob", "-f vob", "MPEG-PS", &[("MPEG layer II", "mp2", MP2), ("AC-3", "ac3", AC3)]),
    (
        "Flash video",
        "flv",
        "-f flv",
        "Flash Video (FLV)",
        &[("MP3", "libmp3lame", [11_025, 22_050, 44_100]), ("AAC", "aac", [22_050, 44_100, 48_000])],
    ),
    (
        "ASF",
        "wma",
        "-f asf",
        "Windows Media (ASF, WMA)",
        &[("Windows Media Audio", "wmav2", AC3), ("MP3", "libmp3lame", MP3)],
    ),
    ("AC-3", "ac3", "-f ac3", "AC-3", &[("AC-3", "ac3", AC3)]),
    ("E-AC-3", "eac3", "-f eac3", "E-AC-3", &[("E-AC-3", "eac3", AC3)]),
    ("DTS", "dts", "-f dts", "DTS", &[("DTS", "dca -strict -2", AC3)]),
    ("MPEG layer II", "mp2", "-f mp2", "MPEG layer II (MP2)", &[("MPEG layer II", "mp2", MP2)]),
    ("True Audio", "tta", "-f tta", "True Audio (TTA)", &[("True Audio", "tta", WIDE)]),
    ("WavPack", "wv", "-f wv", "WavPack", &[("WavPack", "wavpack", WIDE)]),
    (
        "VOC",
        "voc",
        "-f voc",
        "Creative Voice (VOC)",
        &[("PCM, 8 bits", "pcm_u8", WIDE), ("PCM, 16 bits", "pcm_s16le", WIDE)],
    ),
    ("NUT", "nut", "-f nut", "NUT", &[("PCM", "pcm_s16le", WIDE)]),
    ("RealMedia", "rm", "-f rm", "RealMedia", &[("AC-3", "ac3", AC3)]),
    ("GSM", "gsm", "-f gsm", "", &[("GSM", "libgsm", NARROW)]),
    ("aptX", "aptx", "-f aptx", "", &[("aptX", "aptx", AC3)]),
    ("TrueHD", "thd", "-f truehd", "TrueHD", &[("TrueHD", "truehd -strict -2", [44_100, 48_000, 96_000])]),
];
