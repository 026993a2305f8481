//! The mix as it is exported: rendered, brought to its level, and limited.

use serde::{Deserialize, Serialize};

use super::composition::Composition;
use super::limiter::{Allowed, CeilingError, Limiter};
use super::renderer::{MixError, RenderReport, Renderer};
use crate::timeline::Frames;

/// What is done to the mix as a whole. Left at its default, nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mastering {
    /// One gain before the limiter, in decibels.
    pub gain_db: f64,
    /// The limiter's ceiling in dBTP, −40 to 0; `None` is no limiter.
    pub ceiling_db: Option<f64>,
}

/// Renders ranges of a composition at one gain, under a ceiling.
///
/// The limiter looks around the range, so a little more is rendered than is asked for, and kept for the next range:
/// going forward, every frame is rendered once.
pub struct Master<'a> {
    level: Level<'a>,
    limited: Option<Limited>,
}

/// The mix at its gain.
struct Level<'a> {
    renderer: Renderer<'a>,
    gain: f32,
}

struct Limited {
    limiter: Limiter,
    /// The frame at which the window begins, counted from as far before the timeline as the limiter reaches.
    start: Frames,
    /// The mix around the range.
    mix: Vec<Vec<f32>>,
    /// What the limiter allows each frame of the mix but those at its ends, which the true peak takes to see.
    allowed: Allowed,
}

impl<'a> Master<'a> {
    /// A master with nothing rendered.
    pub fn new(composition: &'a Composition, mastering: &Mastering) -> Result<Self, CeilingError> {
        let limiter = mastering.ceiling_db.map(|ceiling| Limiter::new(ceiling, composition.rate())).transpose()?;
        let mix = vec![Vec::new(); composition.layout().channels()];
        let limited = limiter.map(|limiter| Limited { limiter, start: 0, mix, allowed: Allowed::default() });
        let gain = 10f64.powf(mastering.gain_db / 20.0) as f32;
        Ok(Self { level: Level { renderer: Renderer::new(composition), gain }, limited })
    }

    /// Overwrites planar `output` with the mix from frame `start` on, as [`Renderer::render`] does, at its level and
    /// under its ceiling.
    pub fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        match &mut self.limited {
            Some(limited) => limited.render(&mut self.level, start, output),
            None => self.level.render(start, output),
        }
    }

    /// What there is to say of the clips rendered so far.
    pub fn report(self) -> RenderReport {
        self.level.renderer.report()
    }
}

impl Level<'_> {
    fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        self.renderer.render(start, output)?;
        if self.gain != 1.0 {
            output.iter_mut().flat_map(|plane| plane.iter_mut()).for_each(|sample| *sample *= self.gain);
        }
        Ok(())
    }
}

impl Limited {
    fn render(&mut self, level: &mut Level<'_>, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        let frames = output.first().map_or(0, |plane| plane.len());
        let reach = self.limiter.reach();
        // Counted from `reach` frames before the timeline, the window begins where the range does.
        self.forget_before(start);
        self.extend_to(level, frames + 2 * reach)?;
        for (out, plane) in output.iter_mut().zip(&self.mix) {
            out.copy_from_slice(&plane[reach..reach + frames]);
        }
        if let Some(gains) = self.limiter.gains(&self.allowed, frames) {
            for out in output.iter_mut() {
                out.iter_mut().zip(&gains).for_each(|(sample, gain)| *sample *= gain);
            }
        }
        Ok(())
    }

    /// Moves the window's start. What it has of the new range stays.
    fn forget_before(&mut self, start: Frames) {
        let held = self.mix.first().map_or(0, Vec::len);
        let passed = start.checked_sub(self.start).and_then(|passed| usize::try_from(passed).ok()).unwrap_or(held);
        for plane in &mut self.mix {
            plane.drain(..passed.min(held));
        }
        self.allowed.forget(passed);
        self.start = start;
    }

    /// Renders on until the window has at least that many frames.
    fn extend_to(&mut self, level: &mut Level<'_>, frames: usize) -> Result<(), MixError> {
        let held = self.mix.first().map_or(0, Vec::len);
        if held < frames {
            self.mix.iter_mut().for_each(|plane| plane.resize(frames, 0.0));
            let reach = self.limiter.reach() as Frames;
            // Before the timeline there is silence, as the window now has it.
            let first = held.max(reach.saturating_sub(self.start) as usize).min(frames);
            let mut missing: Vec<&mut [f32]> = self.mix.iter_mut().map(|plane| &mut plane[first..]).collect();
            let rendered = level.render((self.start + first as Frames).saturating_sub(reach), &mut missing);
            if rendered.is_err() {
                self.mix.iter_mut().for_each(|plane| plane.truncate(held));
            }
            rendered?;
        }
        let seen: Vec<&[f32]> = self.mix.iter().map(|plane| &plane[self.allowed.len()..]).collect();
        self.limiter.allow(&seen, &mut self.allowed);
        Ok(())
    }
}
