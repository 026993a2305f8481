//! The job's pulse: between two steps of work it reports progress, runs the event loop and checks for a cancel.

use super::error::ExportError;
use super::host::Host;
use super::journal::Journal;
use crate::progress::{Phase, Reporter};

/// Seconds of work between two runs of the event loop: short enough for a prompt cancel, long enough to cost nothing.
const SLICE_SECONDS: f64 = 0.03;

/// Seconds of encoding before the remaining time is reported: before that it would be a guess.
const MEASURE_SECONDS: f64 = 0.25;

/// The pulse of one job.
pub(super) struct Pulse<'h, H> {
    host: &'h H,
    reporter: Reporter,
    breathed_at: f64,
    seconds_left: Option<f64>,
}

impl<'h, H: Host> Pulse<'h, H> {
    /// Creates the pulse of an export. `measures` means that the job measures the mix before it encodes.
    pub(super) fn new(host: &'h H, measures: bool) -> Self {
        Self::reporting(host, Reporter::new(measures))
    }

    /// Creates the pulse of a plan, which ends with opening the clips.
    pub(super) fn planning(host: &'h H) -> Self {
        Self::reporting(host, Reporter::until(Phase::Composing))
    }

    fn reporting(host: &'h H, reporter: Reporter) -> Self {
        // The first beat breathes at once, so a job that is cancelled before it begins does no work.
        Self { host, reporter, breathed_at: f64::NEG_INFINITY, seconds_left: None }
    }

    pub(super) fn now_seconds(&self) -> f64 {
        self.host.now_seconds()
    }

    /// Returns the job's journal.
    pub(super) fn journal(&self) -> Journal {
        self.host.journal()
    }

    /// Estimates the remaining time from the part of the phase that was made since `started`, and the part that is
    /// left.
    pub(super) fn expect_end(&mut self, started: f64, made: f64, left: f64) {
        let elapsed = self.host.now_seconds() - started;
        self.seconds_left = (elapsed >= MEASURE_SECONDS && made > 0.0).then(|| elapsed / made * left);
    }

    /// Returns whether the slice should end: the job has worked long enough, or its next bytes are on their way.
    pub(super) fn is_due(&self) -> bool {
        self.has_worked() || self.host.awaits_bytes()
    }

    /// Returns whether the job has worked long enough to let the event loop run.
    fn has_worked(&self) -> bool {
        self.host.now_seconds() - self.breathed_at >= SLICE_SECONDS
    }

    /// Reports progress, then breathes: see [`Self::breathe`].
    pub(super) async fn beat(
        &mut self,
        phase: Phase,
        fraction: f64,
        message: impl FnOnce() -> String,
    ) -> Result<bool, ExportError> {
        let now = self.host.now_seconds();
        if let Some(progress) = self.reporter.report(phase, fraction, now, self.seconds_left, message) {
            self.host.report(progress);
        }
        self.breathe().await
    }

    /// Lets the event loop run if the job has worked long enough, and returns whether it ran. Returns an error if the
    /// job is cancelled.
    pub(super) async fn breathe(&mut self) -> Result<bool, ExportError> {
        let has_worked = self.has_worked();
        if has_worked {
            self.host.breathe().await;
            self.breathed_at = self.host.now_seconds();
        }
        self.host.catch_up().await;
        if self.host.is_cancelled() { Err(ExportError::Cancelled) } else { Ok(has_worked) }
    }

    /// Reports the end of the job.
    pub(super) fn done(&mut self, message: &str) {
        let now = self.host.now_seconds();
        if let Some(progress) = self.reporter.report(Phase::Done, 1.0, now, Some(0.0), || message.into()) {
            self.host.report(progress);
        }
    }
}
