//! Progress of one call: adding an asset, building a timeline, or exporting it. Each has a scale of its own.
//!
//! A [`Reporter`] promises what a progress bar needs: the value never decreases and never leaves 0 to 100, there are at
//! most ten reports a second, and the last report always comes.

use serde::Serialize;

/// The current activity of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The worker decodes a content to describe it.
    Reading,
    /// The page looks up the assets.
    Validating,
    /// The page places the clips.
    Converting,
    /// The page saves the timeline.
    Finalizing,
    /// The worker reads the timeline.
    Loading,
    /// The worker keeps the audio clips.
    Filtering,
    /// The worker opens each clip.
    Composing,
    /// The worker decodes and mixes, to measure the loudness. Only if there is a loudness target.
    Measuring,
    /// The worker decodes, mixes, encodes and writes.
    Encoding,
    /// The file is finished.
    Done,
}

impl Phase {
    /// Returns the phase's range on its call's scale, in percent. Measuring takes a third of the range of encoding.
    const fn range(self, measures: bool) -> (f64, f64) {
        match self {
            Self::Reading => (0.0, 100.0),
            Self::Validating => (0.0, 10.0),
            Self::Converting => (10.0, 90.0),
            Self::Finalizing => (90.0, 100.0),
            Self::Loading => (0.0, 5.0),
            Self::Filtering => (5.0, 10.0),
            Self::Composing => (10.0, 40.0),
            Self::Measuring => (40.0, 60.0),
            Self::Encoding => (if measures { 60.0 } else { 40.0 }, 100.0),
            Self::Done => (100.0, 100.0),
        }
    }
}

/// A progress report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The completed part of the whole job, 0 to 100.
    pub completed: f64,
    /// The current phase.
    pub phase: Phase,
    /// The phase in words.
    pub message: String,
    /// The estimated remaining time in seconds; `None` until there is a basis for it.
    pub seconds_left: Option<f64>,
}

/// The minimum time between two reports: often enough for a bar to move smoothly. Each report leaves the page a
/// kilobyte or two of garbage.
const MIN_INTERVAL_SECONDS: f64 = 0.1;

/// The minimum time if the bar would not move visibly, by [`SEEN_PERCENT`]. During a long job the remaining time
/// still updates.
const IDLE_INTERVAL_SECONDS: f64 = 0.5;
const SEEN_PERCENT: f64 = 0.1;

/// Turns steps within phases into progress reports.
#[derive(Debug)]
pub struct Reporter {
    /// Whether there is a measuring phase.
    measures: bool,
    /// The last phase.
    last_phase: Phase,
    /// The last report's percentage and time.
    last: Option<(f64, f64)>,
}

impl Reporter {
    /// Creates a reporter. `measures` means that the job measures the mix before it encodes.
    pub fn new(measures: bool) -> Self {
        Self { measures, last_phase: Phase::Done, last: None }
    }

    /// Creates a reporter of a job that ends with this phase.
    pub fn until(last_phase: Phase) -> Self {
        Self { measures: false, last_phase, last: None }
    }

    /// Returns the report to post, or `None` if none is due.
    ///
    /// `fraction` is the completed part of the phase; `now_seconds` is any clock that does not go back. Any report
    /// may be withheld, even the first of a phase, except [`Phase::Done`].
    pub fn report(
        &mut self,
        phase: Phase,
        fraction: f64,
        now_seconds: f64,
        seconds_left: Option<f64>,
        message: impl FnOnce() -> String,
    ) -> Option<Progress> {
        let (start, end) = phase.range(self.measures);
        let (_, whole) = self.last_phase.range(self.measures);
        let mut completed = (start + (end - start) * fraction.clamp(0.0, 1.0)) / whole * 100.0;
        if let Some((reached, spoke_at)) = self.last {
            let is_seen = completed - reached >= SEEN_PERCENT;
            let interval = if is_seen { MIN_INTERVAL_SECONDS } else { IDLE_INTERVAL_SECONDS };
            if phase != Phase::Done && now_seconds - spoke_at < interval {
                return None;
            }
            completed = completed.max(reached);
        }
        self.last = Some((completed, now_seconds));
        Some(Progress { completed, phase, message: message(), seconds_left })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_call_has_the_whole_scale() {
        let marks = [
            (Phase::Reading, 0.5, 50.0),
            (Phase::Validating, 1.0, 10.0),
            (Phase::Converting, 1.0, 90.0),
            (Phase::Finalizing, 1.0, 100.0),
            (Phase::Loading, 1.0, 5.0),
            (Phase::Filtering, 1.0, 10.0),
            (Phase::Composing, 1.0, 40.0),
            (Phase::Encoding, 0.5, 70.0),
            (Phase::Done, 0.0, 100.0),
        ];
        let plan = Reporter::until(Phase::Composing).report(Phase::Composing, 0.5, 0.0, None, String::new).unwrap();
        assert!((plan.completed - 62.5).abs() < 1e-9);
        let measured = [(Phase::Measuring, 0.0, 40.0), (Phase::Measuring, 1.0, 60.0), (Phase::Encoding, 0.5, 80.0)];
        for (marks, measures) in [(&marks[..], false), (&measured[..], true)] {
            for &(phase, fraction, completed) in marks {
                let report = Reporter::new(measures).report(phase, fraction, 0.0, None, String::new).unwrap();
                assert!((report.completed - completed).abs() < 1e-9, "{phase:?}");
            }
        }
    }

    #[test]
    fn where_no_bar_would_be_seen_to_move_it_speaks_twice_a_second() {
        let mut reporter = Reporter::new(false);
        let mut spoken = 0;
        for tick in 0..=1000 {
            // A hundred seconds, in which the bar moves by 0.6 %.
            let (now, fraction) = (f64::from(tick) / 10.0, f64::from(tick) / 100_000.0);
            spoken += usize::from(reporter.report(Phase::Encoding, fraction, now, None, String::new).is_some());
        }
        assert_eq!(spoken, 201);
    }

    proptest! {
        #[test]
        fn it_never_goes_back_leaves_the_scale_or_speaks_too_often(
            measures in any::<bool>(),
            steps in prop::collection::vec((0usize..8, -1.0f64..2.0, 0.0f64..0.1), 1..200),
        ) {
            let phases = [
                Phase::Validating, Phase::Converting, Phase::Finalizing, Phase::Loading,
                Phase::Filtering, Phase::Composing, Phase::Measuring, Phase::Encoding,
            ];
            let (mut reporter, mut now, mut reached, mut spoke_at) = (Reporter::new(measures), 0.0, 0.0, f64::NEG_INFINITY);
            for (phase, fraction, wait) in steps {
                now += wait;
                if let Some(report) = reporter.report(phases[phase], fraction, now, None, String::new) {
                    prop_assert!(report.completed >= reached && report.completed <= 100.0);
                    prop_assert!(now - spoke_at >= MIN_INTERVAL_SECONDS);
                    (reached, spoke_at) = (report.completed, now);
                }
            }
            prop_assert_eq!(reporter.report(Phase::Done, 1.0, now, None, String::new).map(|r| r.completed), Some(100.0));
        }
    }
}
