//! `docs/formats.md` lists how exactly each format is read. This test measures its table.

use std::fs;
use std::path::Path;

use secuencia::timeline::SampleRate;

use crate::support::media::{BURSTS, Expected, expected, lag_of_burst, read_all};

/// The newly measured table, for copying into the document.
const MEASURED: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/formats-table.md");

#[test]
fn the_documents_table_is_what_is_measured() {
    let rows: String = expected().iter().map(row).collect();
    fs::write(MEASURED, &rows).unwrap();
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")).unwrap();
    assert!(document.contains(&rows), "docs/formats.md is out of date; its table's rows are now in {MEASURED}");
}

/// Returns a row: file, rate, channels, our length, ffmpeg's, and the delay of the first and last burst in samples.
fn row(clip: &Expected) -> String {
    let Expected { file, rate, channels, ffmpeg, .. } = clip;
    let (planes, _) = read_all(file, 0, SampleRate::new(*rate).unwrap());
    let frames = planes[0].len();
    let kept = i64::from(clip.delay);
    let [first, last] = BURSTS.map(|center| {
        let place = center + f64::from(clip.delay) / f64::from(*rate);
        kept + lag_of_burst(&planes[0], *rate, place).0
    });
    format!("| `{file}` | {rate} | {channels} | {frames} | {ffmpeg} | {first} | {last} |\n")
}
