//! The job's pulse: between two steps of work it reports, lets the thread breathe, and hears a cancel.

use super::error::ExportError;
use super::host::Host;
use crate::progress::{Phase, Reporter};

/// Work between two breaths, in seconds. Short enough that a cancel feels like one, long enough to cost nothing.
const SLICE_SECONDS: f64 = 0.03;

/// Encoding seconds before the time left is told: before that it would be a guess.
const MEASURE_SECONDS: f64 = 0.25;

/// One job's pulse.
pub(super) struct Pulse<'h, H> {
    host: &'h H,
    reporter: Reporter,
    breathed_at: f64,
    seconds_left: Option<f64>,
}

impl<'h, H: Host> Pulse<'h, H> {
    /// The pulse of a job that may measure before it encodes.
    pub(super) fn new(host: &'h H, measures: bool) -> Self {
        // The first beat breathes at once, so a job that was cancelled before it began does no work.
        Self { host, reporter: Reporter::new(measures), breathed_at: f64::NEG_INFINITY, seconds_left: None }
    }

    pub(super) fn now_seconds(&self) -> f64 {
        self.host.now_seconds()
    }

    /// Measures the time left by the part of the phase done since `started`.
    pub(super) fn expect_end(&mut self, started: f64, fraction: f64) {
        let elapsed = self.host.now_seconds() - started;
        self.seconds_left =
            (elapsed >= MEASURE_SECONDS && fraction > 0.0).then(|| elapsed / fraction * (1.0 - fraction));
    }

    /// Whether the job has worked long enough, and others shall have their turn.
    pub(super) fn is_due(&self) -> bool {
        self.host.now_seconds() - self.breathed_at >= SLICE_SECONDS
    }

    /// Says where the job is, and stops it if it was cancelled. `true` if others had their turn meanwhile.
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

    /// Lets others work if the job has worked long enough, and stops it if it was cancelled. `true` if they had their
    /// turn.
    pub(super) async fn breathe(&mut self) -> Result<bool, ExportError> {
        let is_due = self.is_due();
        if is_due {
            self.host.breathe().await;
            self.breathed_at = self.host.now_seconds();
        }
        if self.host.is_cancelled() { Err(ExportError::Cancelled) } else { Ok(is_due) }
    }

    /// Says the last word.
    pub(super) fn done(&mut self, message: &str) {
        let now = self.host.now_seconds();
        if let Some(progress) = self.reporter.report(Phase::Done, 1.0, now, Some(0.0), || message.into()) {
            self.host.report(progress);
        }
    }
}
