//! A pass over all segments of a mix: whoever is free makes the next one, and they are delivered in order.

use std::collections::{BTreeMap, BTreeSet};

use super::crew::{Crew, Delivery};
use super::error::ExportError;
use super::host::Host;
use super::pulse::Pulse;
use super::segment::{Pass, Segment, SegmentMaker};
use crate::mix::Composition;
use crate::progress::Phase;

/// Segments that each worker may be ahead of the one that is delivered next: what waits is in memory.
const AHEAD: u64 = 2;

/// Where a pass lies on the scale of progress, and what it is called.
pub(super) struct Stage {
    pub(super) phase: Phase,
    /// The part of the phase that comes before it, and its own.
    pub(super) before: f64,
    pub(super) share: f64,
    /// Whether the job is done behind it. Only then can it tell how long that takes.
    pub(super) is_last: bool,
    pub(super) name: &'static str,
}

/// Where the segments of a pass are.
struct Pending<'c> {
    /// The first that nobody has taken, how many there are, and how many were delivered.
    next: u64,
    count: u64,
    delivered: u64,
    /// Those that the crew has, and those that it could not make.
    claimed: BTreeSet<u64>,
    returned: BTreeSet<u64>,
    /// The one that is made here.
    own: Option<SegmentMaker<'c>>,
    /// Those that are made and not yet delivered. A failure waits for its turn too, so that who is first to fail does
    /// not depend on who made what.
    made: BTreeMap<u64, Result<Segment, ExportError>>,
}

/// Has every segment made, and delivers them in order.
pub(super) async fn make_all<C: Crew, H: Host>(
    composition: &Composition,
    pass: &Pass,
    crew: &C,
    stage: &Stage,
    pulse: &mut Pulse<'_, H>,
    mut deliver: impl AsyncFnMut(Segment) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let started = pulse.now_seconds();
    let mut pending = Pending::new(pass.segments(composition));
    while !pending.is_over() {
        let done = pending.fraction();
        if stage.is_last {
            pulse.expect_end(started, done);
        }
        let message = || format!("{} ({:.0}%)", stage.name, (done * 100.0).floor());
        pulse.beat(stage.phase, stage.before + stage.share * done, message).await?;

        let ahead = AHEAD * (crew.size() + 1);
        while pending.may_start(ahead) && crew.claim(pending.next, pass, pending.may_wait(ahead)) {
            pending.claim();
        }
        match pending.choose(ahead) {
            Some(number) => pending.own = Some(SegmentMaker::new(composition, pass, number)?),
            None if pending.own.is_some() => pending.step(),
            // All that is left is with the crew. What takes it too long is made here.
            None => {
                if !crew.wait().await {
                    pending.take_back();
                }
            }
        }
        while let Some(delivery) = crew.take() {
            pending.accept(delivery);
        }
        while let Some(segment) = pending.pop() {
            deliver(segment?).await?;
        }
    }
    pulse.beat(stage.phase, stage.before + stage.share, || format!("{} (100%)", stage.name)).await
}

impl<'c> Pending<'c> {
    fn new(count: u64) -> Self {
        Self {
            next: 0,
            count,
            delivered: 0,
            claimed: BTreeSet::new(),
            returned: BTreeSet::new(),
            own: None,
            made: BTreeMap::new(),
        }
    }

    fn is_over(&self) -> bool {
        self.delivered == self.count
    }

    /// How much is made, 0 to 1.
    fn fraction(&self) -> f64 {
        let own = self.own.as_ref().map_or(0.0, SegmentMaker::fraction);
        (self.delivered as f64 + self.made.len() as f64 + own) / self.count.max(1) as f64
    }

    /// Whether the next segment is there, and not too far ahead.
    fn may_start(&self, ahead: u64) -> bool {
        self.next < self.count.min(self.delivered + ahead)
    }

    /// Whether the next segment may wait for a helper that is busy. Towards the end all would wait for it with that one.
    fn may_wait(&self, ahead: u64) -> bool {
        self.next + ahead < self.count
    }

    /// The next segment is with the crew.
    fn claim(&mut self) {
        self.claimed.insert(self.next);
        self.next += 1;
    }

    /// The segment to start on here, if there is one and nothing is under way.
    fn choose(&mut self, ahead: u64) -> Option<u64> {
        if self.own.is_some() {
            return None;
        }
        self.returned.pop_first().or_else(|| {
            let number = self.may_start(ahead).then_some(self.next)?;
            self.next += 1;
            Some(number)
        })
    }

    /// Goes on with the segment that is made here.
    fn step(&mut self) {
        let Some(mut maker) = self.own.take() else { return };
        let number = maker.number();
        match maker.step() {
            Ok(false) => self.own = Some(maker),
            Ok(true) => drop(self.made.insert(number, maker.finish())),
            Err(error) => drop(self.made.insert(number, Err(error))),
        }
    }

    /// Does without the crew for the segment that is wanted first.
    fn take_back(&mut self) {
        self.returned.extend(self.claimed.pop_first());
    }

    /// Takes what the crew gives. What was taken back meanwhile is made here, and is the same.
    fn accept(&mut self, Delivery { number, segment }: Delivery) {
        if !self.claimed.remove(&number) {
            return;
        }
        match segment {
            Some(segment) => drop(self.made.insert(number, Ok(segment))),
            None => drop(self.returned.insert(number)),
        }
    }

    /// The segment that is to be delivered next, if it is made.
    fn pop(&mut self) -> Option<Result<Segment, ExportError>> {
        let segment = self.made.remove(&self.delivered)?;
        self.delivered += 1;
        Some(segment)
    }
}
