//! The mix of a timeline as PCM, for playing it: any range, at once, as an export would encode it.
//!
//! It promises that the samples are the export's own, before the encoder rounds them: the same composition, the same
//! gain and the same limiter. No content is opened before it sounds, so a preview begins as fast for thousands of clips
//! as for one.

use std::sync::Arc;

use serde::Deserialize;

use super::error::{ExportError, UnreadableClip};
use super::host::Host;
use super::plan::{Draft, OnUnreadableClip};
use super::pulse::Pulse;
use crate::mix::{Composition, Levels, Master, Mastering, PlayMeter};
use crate::store::Store;
use crate::timeline::Frames;

/// The options of a preview.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewOptions {
    /// The gain before the limiter in decibels, as an export has found it; 0 for the clips' own levels.
    pub gain_db: f64,
    /// The true-peak limiter's ceiling in dBTP, −40 to 0; `None` for no limiter.
    pub ceiling_db: Option<f64>,
    /// The treatment of clips that cannot be used.
    pub on_unreadable_clip: OnUnreadableClip,
    /// IDs of assets that have crashed a decoder, and are not opened again.
    pub distrusted_assets: Vec<String>,
}

/// Renders a timeline's mix, block by block.
pub struct Preview {
    composition: Arc<Composition>,
    mastering: Mastering,
    master: Master<Arc<Composition>>,
    meter: PlayMeter,
    /// The frame after the last block.
    position: Frames,
    planes: Vec<Vec<f32>>,
    unreadable: Vec<UnreadableClip>,
}

impl Preview {
    /// Opens the timeline with this ID. Clips that are known to be unusable end it, or are silent, as `options` say.
    pub async fn open<S: Store, H: Host>(
        store: &S,
        timeline_id: &str,
        options: &PreviewOptions,
        host: &H,
    ) -> Result<Self, ExportError> {
        let PreviewOptions { gain_db, ceiling_db, on_unreadable_clip: policy, distrusted_assets } = options;
        let mut pulse = Pulse::planning(host);
        let draft = Draft::load(store, timeline_id, None, distrusted_assets, *policy, &mut pulse).await?;
        let plan = draft.unopened().accept(*policy)?;
        let composition = Arc::new(plan.composition);
        let mastering = Mastering { gain_db: *gain_db, ceiling_db: *ceiling_db };
        Ok(Self {
            master: Master::new(Arc::clone(&composition), &mastering)?,
            meter: PlayMeter::new(composition.rate(), composition.layout(), 0),
            planes: vec![Vec::new(); composition.layout().channels()],
            composition,
            mastering,
            position: 0,
            unreadable: plan.unreadable,
        })
    }

    /// Returns the mix: its rate, its layout and its length.
    pub fn composition(&self) -> &Composition {
        &self.composition
    }

    /// Renders `frames` frames from `start` on, and returns the levels at their end. [`Self::planes`] has the samples.
    /// A block that follows on the last one is fastest, and the meters go on; any other begins anew.
    pub fn render(&mut self, start: Frames, frames: usize) -> Result<Levels, ExportError> {
        if start != self.position {
            // Readers of clips that are far from here would stay open.
            self.master = Master::new(Arc::clone(&self.composition), &self.mastering)?;
            self.meter = PlayMeter::new(self.composition.rate(), self.composition.layout(), start);
        }
        self.planes.iter_mut().for_each(|plane| plane.resize(frames, 0.0));
        let mut planes: Vec<&mut [f32]> = self.planes.iter_mut().map(Vec::as_mut_slice).collect();
        self.master.render(start, &mut planes)?;
        self.position = start + frames as Frames;
        for lost in self.master.unreadable() {
            if self.unreadable.iter().all(|known| known.clip != lost.clip) {
                self.unreadable.push(lost.into());
            }
        }
        let planes: Vec<&[f32]> = self.planes.iter().map(Vec::as_slice).collect();
        Ok(self.meter.hear(&planes))
    }

    /// Returns the samples of the last block, one slice for each channel. Full scale is ±1.
    pub fn planes(&self) -> &[Vec<f32>] {
        &self.planes
    }

    /// Returns the clips that are silent because they cannot be used, as far as they are known.
    pub fn unreadable(&self) -> &[UnreadableClip] {
        &self.unreadable
    }
}
