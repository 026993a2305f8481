//! The mix as it is exported: rendered, and limited.

use super::composition::Composition;
use super::limiter::{CeilingError, Limiter};
use super::renderer::{ClipWarning, MixError, Renderer};
use crate::timeline::Frames;

/// Renders ranges of a composition under a ceiling.
///
/// The limiter looks around the range, so a little more is rendered than is asked for, and kept for the next range:
/// going forward, every frame is rendered once.
pub struct Master<'a> {
    renderer: Renderer<'a>,
    limited: Option<Limited>,
}

struct Limited {
    limiter: Limiter,
    /// The frame at which the window begins, counted from as far before the timeline as the limiter reaches.
    start: Frames,
    /// The mix around the range.
    mix: Vec<Vec<f32>>,
    /// What the limiter allows each frame of the mix but those at its ends, which the true peak takes to see.
    allowed: Vec<u32>,
}

impl<'a> Master<'a> {
    /// A master with nothing rendered. The ceiling is in dBTP; `None` is no limiter.
    pub fn new(composition: &'a Composition, ceiling_db: Option<f64>) -> Result<Self, CeilingError> {
        let limiter = ceiling_db.map(|ceiling| Limiter::new(ceiling, composition.rate())).transpose()?;
        let mix = vec![Vec::new(); composition.layout().channels()];
        let limited = limiter.map(|limiter| Limited { limiter, start: 0, mix, allowed: Vec::new() });
        Ok(Self { renderer: Renderer::new(composition), limited })
    }

    /// Overwrites planar `output` with the mix from frame `start` on, as [`Renderer::render`] does, and limits it.
    pub fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        match &mut self.limited {
            Some(limited) => limited.render(&mut self.renderer, start, output),
            None => self.renderer.render(start, output),
        }
    }

    /// What was amiss with the clips rendered so far, in the composition's order.
    pub fn warnings(self) -> Vec<ClipWarning> {
        self.renderer.warnings()
    }
}

impl Limited {
    fn render(
        &mut self,
        renderer: &mut Renderer<'_>,
        start: Frames,
        output: &mut [&mut [f32]],
    ) -> Result<(), MixError> {
        let frames = output.first().map_or(0, |plane| plane.len());
        let reach = self.limiter.reach();
        // Counted from `reach` frames before the timeline, the window begins where the range does.
        self.forget_before(start);
        self.extend_to(renderer, frames + 2 * reach)?;
        for (out, plane) in output.iter_mut().zip(&self.mix) {
            out.copy_from_slice(&plane[reach..reach + frames]);
        }
        let allowed = frames + 2 * (reach - Limiter::peak_reach());
        if let Some(gains) = self.limiter.gains(&self.allowed[..allowed]) {
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
        self.allowed.drain(..passed.min(self.allowed.len()));
        self.start = start;
    }

    /// Renders on until the window has at least that many frames.
    fn extend_to(&mut self, renderer: &mut Renderer<'_>, frames: usize) -> Result<(), MixError> {
        let held = self.mix.first().map_or(0, Vec::len);
        if held < frames {
            self.mix.iter_mut().for_each(|plane| plane.resize(frames, 0.0));
            let reach = self.limiter.reach() as Frames;
            // Before the timeline there is silence, as the window now has it.
            let first = held.max(reach.saturating_sub(self.start) as usize).min(frames);
            let mut missing: Vec<&mut [f32]> = self.mix.iter_mut().map(|plane| &mut plane[first..]).collect();
            let rendered = renderer.render((self.start + first as Frames).saturating_sub(reach), &mut missing);
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
