//! Exports audio files in a row without a browser: the engine's native speed on one thread.
//!
//! `cargo run --release --example export_files -- OUT.m4a BIT_RATE FILE...` writes the file. It prints as JSON the
//! file's length and the export's time, which excludes reading and inspecting the files.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::Instant;

use secuencia::export::{Alone, ExportOptions, Host, MemorySink, export};
use secuencia::media::Inspector;
use secuencia::progress::Progress;
use secuencia::store::{Bytes, MemoryStore};
use secuencia::timeline::{ClipSpec, Conversion, convert};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(out), Some(bit_rate)) = (arguments.next(), arguments.next()) else {
        return Err("tell it OUT.m4a BIT_RATE FILE...".into());
    };
    let options = ExportOptions { bit_rate: bit_rate.parse()?, ..ExportOptions::default() };

    let mut store = MemoryStore::default();
    let mut assets = HashMap::new();
    let mut clips = Vec::new();
    for path in arguments {
        let content: Arc<[u8]> = fs::read(&path)?.into();
        let inspector = Inspector::open(Arc::new(Bytes(content.clone())), &path)?;
        let asset = inspector.finish()?.into_asset(&path, &path);
        store.put_asset(asset.clone(), content);
        assets.insert(path.clone(), asset);
        clips.push(ClipSpec { asset_id: path, ..ClipSpec::default() });
    }
    let conversion = Conversion { id: "timeline".into(), name: "Files".into(), clips, ..Conversion::default() };
    store.put_timeline(convert(conversion, &assets, |_, _| {})?);

    let mut sink = MemorySink::default();
    let clock = Clock(Instant::now());
    let (report, file) = pollster::block_on(export(&store, "timeline", &options, &Alone, &mut sink, &clock))?;
    let wall_seconds = clock.now_seconds();
    fs::write(out, file)?;
    let made = serde_json::json!({
        "durationSeconds": report.sample_rate.duration_of(report.frames).to_seconds(),
        "bytes": report.bytes,
        "wallSeconds": wall_seconds,
    });
    println!("{made}");
    Ok(())
}

/// A host that ignores the reports.
struct Clock(Instant);

impl Host for Clock {
    fn now_seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    fn report(&self, _: Progress) {}

    async fn breathe(&self) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}
