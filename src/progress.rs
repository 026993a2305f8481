//! Progress on the one scale that page and worker share.
//!
//! The page's part is the first 30 of 100, the worker's the other 70. A [`Reporter`] promises what a bar needs: it
//! never goes back, never leaves 0 to 100, speaks at most ten times a second, and always says the last word.

use serde::Serialize;

/// What the job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
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
    /// The worker decodes and mixes, to hear how loud it is. Only on the way to a loudness target.
    Measuring,
    /// The worker decodes, mixes, encodes and writes.
    Encoding,
    /// The file is finished.
    Done,
}

impl Phase {
    /// The phase's stretch of the whole scale, in percent: the page's 0, 10, 90, 100 % lie in 0 to 30, the worker's
    /// 0, 5, 10, 40, 100 % in 30 to 100. Where the mix is measured first, encoding gives up a third of its stretch.
    const fn range(self, measures: bool) -> (f64, f64) {
        match self {
            Self::Validating => (0.0, 3.0),
            Self::Converting => (3.0, 27.0),
            Self::Finalizing => (27.0, 30.0),
            Self::Loading => (30.0, 33.5),
            Self::Filtering => (33.5, 37.0),
            Self::Composing => (37.0, 58.0),
            Self::Measuring => (58.0, 72.0),
            Self::Encoding => (if measures { 72.0 } else { 58.0 }, 100.0),
            Self::Done => (100.0, 100.0),
        }
    }
}

/// One report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// How much of the whole is done, 0 to 100.
    pub completed: f64,
    /// What is being done.
    pub phase: Phase,
    /// The same in words.
    pub message: String,
    /// How long the rest should take, once there is something to measure it by.
    pub seconds_left: Option<f64>,
}

/// Seconds between two reports, at the least: as often as a bar has to move, and each leaves the page a kilobyte or two
/// to collect.
const MIN_INTERVAL_SECONDS: f64 = 0.1;

/// And where a bar would not be seen to move, by so many percent: who waits for hours still reads the time left.
const IDLE_INTERVAL_SECONDS: f64 = 0.5;
const SEEN_PERCENT: f64 = 0.1;

/// Turns steps within phases into reports.
#[derive(Debug, Default)]
pub struct Reporter {
    /// Whether there is a measuring phase.
    measures: bool,
    /// What was reported last, and when.
    last: Option<(f64, f64)>,
}

impl Reporter {
    /// A reporter for a job that may measure before it encodes.
    pub fn new(measures: bool) -> Self {
        Self { measures, last: None }
    }

    /// The report to post, if there is one to post now.
    ///
    /// `fraction` is the part of the phase that is done; `now_seconds` is any clock that does not go back. The first
    /// word of a phase may be held back as any other; [`Phase::Done`] never is.
    pub fn report(
        &mut self,
        phase: Phase,
        fraction: f64,
        now_seconds: f64,
        seconds_left: Option<f64>,
        message: impl FnOnce() -> String,
    ) -> Option<Progress> {
        let (start, end) = phase.range(self.measures);
        let mut completed = start + (end - start) * fraction.clamp(0.0, 1.0);
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
    fn the_seeds_marks_lie_where_the_seed_has_them() {
        let marks = [
            (Phase::Validating, 1.0, 3.0),
            (Phase::Converting, 1.0, 27.0),
            (Phase::Finalizing, 1.0, 30.0),
            (Phase::Loading, 1.0, 33.5),
            (Phase::Filtering, 1.0, 37.0),
            (Phase::Composing, 1.0, 58.0),
            (Phase::Encoding, 0.5, 79.0),
            (Phase::Done, 0.0, 100.0),
        ];
        let measured = [(Phase::Measuring, 0.0, 58.0), (Phase::Measuring, 1.0, 72.0), (Phase::Encoding, 0.5, 86.0)];
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
            // A hundred seconds, in which the bar moves by 0.42 %.
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
