//! A pass over all segments of a mix: whoever is free makes the next one, and they are delivered in order.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::crew::{Crew, Delivery};
use super::error::ExportError;
use super::grid::{Grid, WHOLE};
use super::host::Host;
use super::pulse::Pulse;
use super::segment::{Pass, Segment, SegmentMaker};
use crate::mix::Composition;
use crate::progress::Phase;

/// Packets that there may be for each worker between the end of a segment and the one that is delivered next: what
/// waits is in memory. Counted in packets, so that the short segments at the end do not have anybody wait for somebody
/// else's.
const AHEAD: u64 = 3 * WHOLE;

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
pub(super) struct Pending {
    pass: Pass,
    grid: Grid,
    /// How many there are to make them.
    workers: u64,
    /// The first that nobody has taken, and how many were delivered.
    next: u64,
    delivered: u64,
    /// Those that the crew has, and those that it could not make.
    claimed: BTreeSet<u64>,
    returned: BTreeSet<u64>,
    /// Those that are made and not yet delivered. A failure waits for its turn too, so that who is first to fail does
    /// not depend on who made what.
    made: BTreeMap<u64, Result<Segment, ExportError>>,
}

/// Has every segment of a pass made, and delivers them in order. Some may have been handed out.
pub(super) async fn make_all<C: Crew, H: Host>(
    composition: &Composition,
    mut pending: Pending,
    crew: &C,
    stage: &Stage,
    pulse: &mut Pulse<'_, H>,
    mut deliver: impl AsyncFnMut(Segment) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let started = pulse.now_seconds();
    // The one that is made here.
    let mut own: Option<SegmentMaker> = None;
    while !pending.is_over() {
        let done = pending.fraction(own.as_ref());
        if stage.is_last {
            pulse.expect_end(started, done);
        }
        let message = || format!("{} ({:.0}%)", stage.name, (done * 100.0).floor());
        pulse.beat(stage.phase, stage.before + stage.share * done, message).await?;

        pending.hand_out(crew);
        if own.is_none() {
            let number = pending.choose();
            own = number.map(|number| SegmentMaker::new(composition, pending.pass(), number)).transpose()?;
        }
        match own.take() {
            Some(maker) => own = pending.work(maker, &|| pulse.is_due()),
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
    pulse.beat(stage.phase, stage.before + stage.share, || format!("{} (100%)", stage.name)).await?;
    Ok(())
}

impl Pending {
    /// All of a pass over that mix, and nobody has any.
    pub(super) fn new<C: Crew>(pass: Pass, composition: &Composition, crew: &C) -> Self {
        Self {
            pass,
            grid: pass.grid(composition),
            workers: crew.size() + 1,
            next: 0,
            delivered: 0,
            claimed: BTreeSet::new(),
            returned: BTreeSet::new(),
            made: BTreeMap::new(),
        }
    }

    /// The pass.
    pub(super) fn pass(&self) -> &Pass {
        &self.pass
    }

    /// Gives the crew what it takes.
    pub(super) fn hand_out<C: Crew>(&mut self, crew: &C) {
        while self.may_start() && crew.claim(self.next, &self.pass, self.may_wait()) {
            self.claimed.insert(self.next);
            self.next += 1;
        }
    }

    fn is_over(&self) -> bool {
        self.delivered == self.grid.segments()
    }

    /// How much is made, 0 to 1.
    fn fraction(&self, own: Option<&SegmentMaker>) -> f64 {
        let packets = |number: u64| {
            let Range { start, end } = self.grid.segment(number);
            (end - start) as f64
        };
        let delivered = self.grid.segment(self.delivered).start as f64;
        let own = own.map_or(0.0, |own| own.fraction() * packets(own.number()));
        (delivered + self.made.keys().copied().map(packets).sum::<f64>() + own) / self.grid.packets().max(1) as f64
    }

    /// Whether the next segment is there, and not too far ahead.
    fn may_start(&self) -> bool {
        let reach = self.grid.segment(self.delivered).start + AHEAD * self.workers;
        self.next < self.grid.segments() && self.grid.segment(self.next).end <= reach
    }

    /// Whether the next segment may wait for a helper that is busy: behind it there is as much to do for everybody.
    /// Else all would wait for it with that one.
    fn may_wait(&self) -> bool {
        let next = self.grid.segment(self.next);
        (next.end - next.start) * self.workers <= self.grid.packets() - next.end
    }

    /// The segment to start on here, if there is one.
    fn choose(&mut self) -> Option<u64> {
        self.returned.pop_first().or_else(|| {
            let number = self.may_start().then_some(self.next)?;
            self.next += 1;
            Some(number)
        })
    }

    /// Goes on with a segment until it is made or time is up. Gives it back if there is more of it to make.
    fn work<'c>(&mut self, mut maker: SegmentMaker<'c>, is_time: &dyn Fn() -> bool) -> Option<SegmentMaker<'c>> {
        let number = maker.number();
        match maker.work(is_time) {
            Ok(false) => return Some(maker),
            Ok(true) => self.made.insert(number, maker.finish()),
            Err(error) => self.made.insert(number, Err(error)),
        };
        None
    }

    /// Does without the crew for the segment that is wanted first.
    fn take_back(&mut self) {
        self.returned.extend(self.claimed.pop_first());
    }

    /// Takes what the crew gives. What was taken back meanwhile is made here, and is the same. What comes late, of an
    /// earlier pass, is of no use in this one: it is heard at another gain, or has no packets.
    fn accept(&mut self, Delivery { number, pass, segment }: Delivery) {
        if pass != self.pass || !self.claimed.remove(&number) {
            return;
        }
        match segment.filter(|segment| segment.number == number) {
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
