//! The mix as it is exported: rendered, brought to its level, and limited.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::composition::Composition;
use super::limiter::{Allowed, CeilingError, Limiter};
use super::renderer::{MixError, RenderReport, Renderer};
use crate::timeline::Frames;

/// Processing of the mix as a whole. By default there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mastering {
    /// Gain before the limiter, in decibels.
    pub gain_db: f64,
    /// The limiter's ceiling in dBTP, −40 to 0; `None` for no limiter.
    pub ceiling_db: Option<f64>,
}

/// Renders ranges of a composition, borrowed or shared, at one gain, under a ceiling.
///
/// The limiter looks around the range, so slightly more than the range is rendered. The rest is kept for the next
/// range: going forward, every frame is rendered once.
pub struct Master<C> {
    level: Level<C>,
    limited: Option<Limited>,
}

/// The mix after the gain.
struct Level<C> {
    renderer: Renderer<C>,
    gain: f32,
}

struct Limited {
    limiter: Limiter,
    /// The frame at which the window begins, counted from [`Limiter::reach`] frames before the timeline.
    start: Frames,
    /// The mix in the window: the range, and the limiter's reach at each end.
    mix: Vec<Vec<f32>>,
    /// The allowed gains of the mix, except at its ends, where a true peak cannot be computed.
    allowed: Allowed,
}

impl<C: Borrow<Composition>> Master<C> {
    /// Creates a master that has not rendered anything yet.
    pub fn new(composition: C, mastering: &Mastering) -> Result<Self, CeilingError> {
        let (rate, layout) = (composition.borrow().rate(), composition.borrow().layout());
        let limiter = mastering.ceiling_db.map(|ceiling| Limiter::new(ceiling, rate)).transpose()?;
        let mix = vec![Vec::new(); layout.channels()];
        let limited = limiter.map(|limiter| Limited { limiter, start: 0, mix, allowed: Allowed::default() });
        let gain = 10f64.powf(mastering.gain_db / 20.0) as f32;
        Ok(Self { level: Level { renderer: Renderer::new(composition), gain }, limited })
    }

    /// Overwrites planar `output` with the mix from frame `start` on, at its level and under its ceiling. Otherwise
    /// like [`Renderer::render`].
    pub fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        match &mut self.limited {
            Some(limited) => limited.render(&mut self.level, start, output),
            None => self.level.render(start, output),
        }
    }

    /// Returns the clips that became unreadable so far, and are silent from there on.
    pub fn unreadable(&self) -> Vec<MixError> {
        self.level.renderer.unreadable()
    }

    /// Returns the warnings and errors of the clips rendered so far.
    pub fn report(self) -> RenderReport {
        self.level.renderer.report()
    }
}

impl<C: Borrow<Composition>> Level<C> {
    fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        self.renderer.render(start, output)?;
        if self.gain != 1.0 {
            output.iter_mut().flat_map(|plane| plane.iter_mut()).for_each(|sample| *sample *= self.gain);
        }
        Ok(())
    }
}

impl Limited {
    fn render<C: Borrow<Composition>>(
        &mut self,
        level: &mut Level<C>,
        start: Frames,
        output: &mut [&mut [f32]],
    ) -> Result<(), MixError> {
        let frames = output.first().map_or(0, |plane| plane.len());
        let reach = self.limiter.reach();
        // Window positions count from `reach` frames before the timeline, so the window starts at `start` too.
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

    /// Moves the window's start, and keeps the part of the new range that it already has.
    fn forget_before(&mut self, start: Frames) {
        let held = self.mix.first().map_or(0, Vec::len);
        let passed = start.checked_sub(self.start).and_then(|passed| usize::try_from(passed).ok()).unwrap_or(held);
        for plane in &mut self.mix {
            plane.drain(..passed.min(held));
        }
        self.allowed.forget(passed);
        self.start = start;
    }

    /// Renders on until the window has at least `frames` frames.
    fn extend_to<C: Borrow<Composition>>(&mut self, level: &mut Level<C>, frames: usize) -> Result<(), MixError> {
        let held = self.mix.first().map_or(0, Vec::len);
        if held < frames {
            self.mix.iter_mut().for_each(|plane| plane.resize(frames, 0.0));
            let reach = self.limiter.reach() as Frames;
            // Before the timeline there is silence, and the window already holds zeros.
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
