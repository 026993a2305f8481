//! Each channel of coded surround has the same position as in ffmpeg, whatever the codec's channel order.

use secuencia::media::{ClipReader, Content, Inspector, Speaker};
use secuencia::timeline::SampleRate;

use crate::support::export::{ffmpeg_decode, scratch};
use crate::support::media::{drain, ffmpeg, source};

use Speaker::{
    BackCentre as BC, BackLeft as BL, BackRight as BR, FrontCentre as FC, FrontLeft as FL, FrontLeftOfCentre as FLC,
    FrontRight as FR, FrontRightOfCentre as FRC, Lfe as LFE, SideLeft as SL, SideRight as SR,
};

/// ffmpeg's layouts, and their channels in its order.
const LAYOUTS: [(&str, &[Speaker]); 20] = [
    ("mono", &[FC]),
    ("stereo", &[FL, FR]),
    ("2.1", &[FL, FR, LFE]),
    ("3.0", &[FL, FR, FC]),
    ("3.0(back)", &[FL, FR, BC]),
    ("4.0", &[FL, FR, FC, BC]),
    ("quad", &[FL, FR, BL, BR]),
    ("quad(side)", &[FL, FR, SL, SR]),
    ("3.1", &[FL, FR, FC, LFE]),
    ("5.0", &[FL, FR, FC, BL, BR]),
    ("5.0(side)", &[FL, FR, FC, SL, SR]),
    ("5.1", &[FL, FR, FC, LFE, BL, BR]),
    ("5.1(side)", &[FL, FR, FC, LFE, SL, SR]),
    ("6.1", &[FL, FR, FC, LFE, BC, SL, SR]),
    ("6.1(back)", &[FL, FR, FC, LFE, BL, BR, BC]),
    ("6.1(front)", &[FL, FR, LFE, FLC, FRC, SL, SR]),
    ("7.0(front)", &[FL, FR, FC, FLC, FRC, SL, SR]),
    ("7.1", &[FL, FR, FC, LFE, BL, BR, SL, SR]),
    ("7.1(wide)", &[FL, FR, FC, LFE, BL, BR, FLC, FRC]),
    ("7.1(wide-side)", &[FL, FR, FC, LFE, FLC, FRC, SL, SR]),
];

/// Encodes a different tone in each channel with ffmpeg, and compares our audio at each position with ffmpeg's.
fn assert_heard_as_by_ffmpeg(layout: &str, suffix: &str, options: &[&str]) {
    let speakers = LAYOUTS.iter().find(|(name, _)| *name == layout).unwrap().1;
    let tones: Vec<String> =
        (0..speakers.len()).map(|channel| format!("0.3*sin(2*PI*{}*t)", 200 + 150 * channel)).collect();
    let sound = format!("aevalsrc='{}':s=48000:d=0.3:c={layout}", tones.join("|"));
    let path = scratch("layout").join(format!("{}-{}.{suffix}", layout.replace(['(', ')'], "-"), options.join("")));
    ffmpeg(&[&["-y", "-f", "lavfi", "-i", &sound], options].concat(), &path);
    let (case, content) = (path.display(), Content::new(source(std::fs::read(&path).unwrap()), ""));
    assert_eq!(Inspector::open(content.source.clone(), "").unwrap().finish().unwrap().warning, None, "{case}");
    let mut reader = ClipReader::open(content, 0, SampleRate::HZ_48000).unwrap();
    let (ours, theirs) = (drain(&mut reader), ffmpeg_decode(&path, speakers.len()));
    for (speaker, theirs) in speakers.iter().zip(theirs) {
        let at = reader.layout().speakers().iter().position(|ours| ours == speaker);
        let ours = &ours[at.unwrap_or_else(|| panic!("{case}: no {speaker:?}: {:?}", reader.layout().speakers()))];
        let squares: f64 = ours.iter().zip(&theirs).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        let rms = (squares / ours.len() as f64).sqrt();
        assert!(rms < 1e-4 && ours.len() <= theirs.len(), "{case}, {speaker:?}: {rms}");
    }
}

#[test]
fn alac_is_heard_in_its_own_order_in_every_container() {
    for layout in ["mono", "stereo", "3.0", "4.0", "5.0", "5.1", "6.1(back)", "7.1(wide)"] {
        for suffix in ["m4a", "mov", "caf", "mkv"] {
            assert_heard_as_by_ffmpeg(layout, suffix, &["-c:a", "alac"]);
        }
    }
}

#[test]
fn a_waves_header_in_matroska_names_the_channels() {
    for (layout, _) in LAYOUTS {
        for codec in ["pcm_alaw", "pcm_mulaw"] {
            assert_heard_as_by_ffmpeg(layout, "mkv", &["-c:a", codec]);
        }
    }
}

#[test]
fn opus_is_heard_in_vorbis_order_in_every_container() {
    const FRAGMENTS: &str = "frag_keyframe+empty_moov+default_base_moof";
    for layout in ["mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"] {
        let (surround, rate) = if layout == "mono" || layout == "stereo" { ("0", "128k") } else { ("1", "768k") };
        let options = ["-c:a", "libopus", "-b:a", rate, "-mapping_family", surround];
        for suffix in ["mp4", "opus", "webm", "mkv"] {
            assert_heard_as_by_ffmpeg(layout, suffix, &options);
        }
        let fragments = ["-movflags", FRAGMENTS, "-frag_duration", "100000"];
        assert_heard_as_by_ffmpeg(layout, "mp4", &[&options[..], &fragments].concat());
    }
}
