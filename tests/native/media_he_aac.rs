//! HE-AAC is refused by name, also where only its packets tell that it is none of AAC-LC; and AAC-LC never is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use secuencia::media::{Inspector, MediaError};

use crate::support::export::scratch;
use crate::support::media::source;

fn inspect(path: &Path) -> Result<u32, MediaError> {
    let content = fs::read(path).unwrap();
    let found = Inspector::open(source(content), "")?.finish()?;
    Ok(found.sample_rate.hz())
}

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/adts", name].iter().collect()
}

fn ffmpeg(arguments: &[&str], out: &Path) {
    let command = Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(arguments).arg(out).output();
    let output = command.expect("ffmpeg runs");
    assert!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn he_aac_is_refused_where_only_its_packets_tell() {
    for name in ["he-aac-44100-stereo.aac", "he-aac-v2-44100-stereo.aac"] {
        let adts = fixture(name);
        assert_eq!(inspect(&adts), Err(MediaError::Unsupported("HE-AAC")), "{name}");
        let mp4 = scratch("he-aac").join("plain.mp4");
        ffmpeg(&["-i", adts.to_str().unwrap(), "-c", "copy"], &mp4);
        assert_eq!(inspect(&mp4), Err(MediaError::Unsupported("HE-AAC")), "{name} in MP4");
    }
}

#[test]
fn aac_lc_is_not_taken_for_it() {
    for name in ["stereo-44100.aac", "mono-48000.aac"] {
        assert!(inspect(&fixture(name)).is_ok(), "{name}");
    }
    let sounds = [
        "anoisesrc=d=4:a=0.3",
        "sine=f=440:d=4",
        "anullsrc,atrim=end=4",
        "aevalsrc='0.4*sin(2*PI*(150+900*t)*t)|0':d=4",
        "aevalsrc='0.4*random(0)*lt(mod(t\\,0.5)\\,0.1)|0.3*sin(2*PI*3000*t)':d=4",
    ];
    for sound in sounds {
        for bit_rate in ["24k", "48k", "96k", "160k"] {
            for rate in ["24000", "44100"] {
                let adts = scratch("he-aac").join("lc.aac");
                ffmpeg(&["-f", "lavfi", "-i", sound, "-ar", rate, "-c:a", "aac", "-b:a", bit_rate], &adts);
                assert_eq!(inspect(&adts).map(|hz| hz.to_string()), Ok(rate.to_owned()), "{sound} at {bit_rate}");
            }
        }
    }
}
