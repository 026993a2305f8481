//! The assets of a timeline, loaded from the store in batches.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::error::ExportError;
use crate::media::Content;
use crate::store::Store;
use crate::timeline::{Asset, Timeline, TimelineClip};

/// Number of assets in one request: each request has a fixed cost, and none should take long.
const BATCH: usize = 128;

/// The assets that a timeline's clips play, each held once, with its content if the library has it.
pub(super) struct Assets {
    held: HashMap<String, Held>,
    identity: u64,
}

#[derive(Default)]
struct Held {
    asset: Option<Asset>,
    content: Option<Content>,
}

impl Assets {
    /// Loads the assets of all clips. Calls `on_batch` before each batch with the progress, 0 to 1.
    pub(super) async fn load<S: Store>(
        store: &S,
        timeline: &Timeline,
        mut on_batch: impl AsyncFnMut(f64) -> Result<(), ExportError>,
    ) -> Result<Self, ExportError> {
        let mut seen = HashSet::new();
        let ids = timeline.clips.iter().map(|clip| clip.asset_id.as_str()).filter(|&id| seen.insert(id));
        let ids: Vec<&str> = ids.collect();
        let mut held = HashMap::with_capacity(ids.len());
        let mut hasher = DefaultHasher::new();
        for batch in ids.chunks(BATCH) {
            on_batch(held.len() as f64 / ids.len() as f64).await?;
            let assets = store.assets(batch).await?;
            let contents = store.contents(batch).await?;
            let batch_held = assets.into_iter().zip(contents).map(|(asset, source)| {
                if let Some((asset, source)) = asset.as_ref().zip(source.as_ref()) {
                    let Asset { id, mime_type, frames, sample_rate, channels, peaks, seek_index, .. } = asset;
                    (id, mime_type, frames, sample_rate.hz(), channels, peaks, seek_index, source.len())
                        .hash(&mut hasher);
                }
                let content = asset.as_ref().zip(source).map(|(asset, source)| Content::of(asset, source));
                Held { asset, content }
            });
            held.extend(batch.iter().map(|&id| id.to_owned()).zip(batch_held));
        }
        Ok(Self { held, identity: hasher.finish() })
    }

    /// Returns a hash of what is known of the contents: their lengths, waveforms and indices. Reading all of them would
    /// take as long as the export.
    pub(super) fn identity(&self) -> u64 {
        self.identity
    }

    /// Returns the asset that a clip plays.
    pub(super) fn asset(&self, clip: &TimelineClip) -> Option<&Asset> {
        self.held.get(&clip.asset_id)?.asset.as_ref()
    }

    /// Returns the asset that a clip plays and its content, if the library has both.
    pub(super) fn held(&self, clip: &TimelineClip) -> Option<(&Asset, &Content)> {
        let Held { asset, content } = self.held.get(&clip.asset_id)?;
        asset.as_ref().zip(content.as_ref())
    }
}
