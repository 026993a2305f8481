//! A pass over all segments of a mix: any free worker makes the next segment, and they are delivered in order. Segments
//! that the journal has are not made again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::error::ExportError;
use super::grid::{Grid, WHOLE};
use super::helpers::{Delivery, Helpers};
use super::host::Host;
use super::journal::{Journal, PassJournal};
use super::pulse::Pulse;
use super::segment::{Pass, Segment, SegmentMaker};
use crate::mix::Composition;
use crate::progress::Phase;

/// Packets for each worker that may be ahead of the segment to be delivered next: waiting segments are in memory. The
/// limit counts packets, so that the short segments at the end do not make workers wait for each other.
const AHEAD: u64 = 3 * WHOLE;

/// A pass's range on the scale of progress, and its name.
pub(super) struct Stage {
    pub(super) phase: Phase,
    /// The part of the phase before the pass, and the pass's own part.
    pub(super) before: f64,
    pub(super) share: f64,
    /// Whether the job ends after this pass. Only then is the remaining time known.
    pub(super) is_last: bool,
    pub(super) name: &'static str,
}

/// The state of a pass's segments.
pub(super) struct Pending {
    pass: Pass,
    grid: Grid,
    /// Number of workers, including this one. Helpers come and go.
    workers: u64,
    /// The first segment that nobody has taken, and the number of delivered segments.
    next: u64,
    delivered: u64,
    /// Segments that helpers have, and segments that they could not make.
    claimed: BTreeSet<u64>,
    returned: BTreeSet<u64>,
    journal: PassJournal,
    /// Segments that the journal has, and which are not delivered yet.
    kept: BTreeSet<u64>,
    /// Segments that are made and not yet delivered. A failure also waits for its turn, so that the first failure
    /// does not depend on who made which segment.
    made: BTreeMap<u64, Result<Segment, ExportError>>,
}

/// Makes every segment of a pass, here or by helpers, and delivers them in order. Helpers may already have some.
pub(super) async fn make_all<W: Helpers, H: Host>(
    composition: &Composition,
    mut pending: Pending,
    helpers: &W,
    stage: &Stage,
    pulse: &mut Pulse<'_, H>,
    mut deliver: impl AsyncFnMut(Segment) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let started = pulse.now_seconds();
    let kept = pending.fraction(None);
    // The segment that is being made here.
    let mut own: Option<SegmentMaker> = None;
    while !pending.is_over() {
        let done = pending.fraction(own.as_ref());
        if stage.is_last {
            pulse.expect_end(started, done - kept, 1.0 - done);
        }
        let message = || format!("{} ({:.0}%)", stage.name, (done * 100.0).floor());
        pulse.beat(stage.phase, stage.before + stage.share * done, message).await?;

        pending.hand_out(helpers);
        if own.is_none() {
            let number = pending.choose();
            own = number.map(|number| SegmentMaker::new(composition, pending.pass(), number)).transpose()?;
        }
        match own.take() {
            Some(maker) => own = pending.work(maker, &|| pulse.is_due()),
            None if pending.is_ready() => {}
            // All remaining segments are with the helpers. If one takes too long, it is made here.
            None => {
                if !helpers.wait().await {
                    pending.take_back();
                }
            }
        }
        while let Some(delivery) = helpers.take() {
            pending.accept(delivery);
        }
        while let Some(segment) = pending.pop() {
            deliver(segment?).await?;
            // A journal can have hundreds of them.
            pulse.breathe().await?;
        }
    }
    pulse.beat(stage.phase, stage.before + stage.share, || format!("{} (100%)", stage.name)).await?;
    Ok(())
}

impl Pending {
    /// Creates the state of a pass, with no segment taken. The journal is the mix's.
    pub(super) fn new<W: Helpers>(pass: Pass, journal: &Journal, helpers: &W) -> Self {
        let journal = journal.of(&pass);
        let mut pending = Self {
            pass,
            grid: pass.grid(),
            workers: helpers.size() + 1,
            next: 0,
            delivered: 0,
            claimed: BTreeSet::new(),
            returned: BTreeSet::new(),
            kept: journal.numbers(),
            journal,
            made: BTreeMap::new(),
        };
        pending.skip_kept();
        pending
    }

    /// Returns the pass.
    pub(super) fn pass(&self) -> &Pass {
        &self.pass
    }

    /// Gives the helpers as many segments as they take.
    pub(super) fn hand_out<W: Helpers>(&mut self, helpers: &W) {
        self.workers = helpers.size() + 1;
        while self.may_start() && helpers.claim(self.next, &self.pass, self.may_wait()) {
            self.claimed.insert(self.next);
            self.next += 1;
            self.skip_kept();
        }
    }

    fn is_over(&self) -> bool {
        self.delivered == self.grid.segments()
    }

    /// Returns the part of the pass that is made, 0 to 1.
    fn fraction(&self, own: Option<&SegmentMaker>) -> f64 {
        let packets = |number: u64| {
            let Range { start, end } = self.grid.segment(number);
            (end - start) as f64
        };
        let delivered = self.grid.segment(self.delivered).start as f64;
        let own = own.map_or(0.0, |own| own.fraction() * packets(own.number()));
        (delivered + self.made.keys().chain(&self.kept).copied().map(packets).sum::<f64>() + own)
            / self.grid.packets().max(1) as f64
    }

    /// Leaves out the next segments if the journal has them.
    fn skip_kept(&mut self) {
        while self.kept.contains(&self.next) {
            self.next += 1;
        }
    }

    /// Returns whether the segment to be delivered next is there.
    fn is_ready(&self) -> bool {
        self.made.contains_key(&self.delivered) || self.kept.contains(&self.delivered)
    }

    /// Returns whether there is a next segment that is not too far ahead.
    fn may_start(&self) -> bool {
        let reach = self.grid.segment(self.delivered).start + AHEAD * self.workers;
        self.next < self.grid.segments() && self.grid.segment(self.next).end <= reach
    }

    /// Returns whether the next segment may wait for a busy helper: only if enough work follows for every worker.
    /// Otherwise all would wait for that helper.
    fn may_wait(&self) -> bool {
        let next = self.grid.segment(self.next);
        (next.end - next.start) * self.workers <= self.grid.packets() - next.end
    }

    /// Returns the segment to start here, if there is one.
    fn choose(&mut self) -> Option<u64> {
        self.returned.pop_first().or_else(|| {
            let number = self.may_start().then_some(self.next)?;
            self.next += 1;
            self.skip_kept();
            Some(number)
        })
    }

    /// Continues a segment until it is made or time is up. Returns the maker if the segment is not complete.
    fn work<'c>(&mut self, mut maker: SegmentMaker<'c>, is_time: &dyn Fn() -> bool) -> Option<SegmentMaker<'c>> {
        let number = maker.number();
        let made = match maker.work(is_time) {
            Ok(false) => return Some(maker),
            Ok(true) => maker.finish(),
            Err(error) => Err(error),
        };
        self.put(number, made);
        None
    }

    /// Keeps a segment until its turn, and in the journal.
    fn put(&mut self, number: u64, made: Result<Segment, ExportError>) {
        if let Ok(segment) = &made {
            self.journal.keep(segment);
        }
        self.made.insert(number, made);
    }

    /// Takes the next segment to be delivered back from the helpers.
    fn take_back(&mut self) {
        self.returned.extend(self.claimed.pop_first());
    }

    /// Takes a delivery from the helpers. A segment that was taken back is made here, with the same result. A late
    /// delivery from an earlier pass is useless: it has another gain, or no packets.
    fn accept(&mut self, Delivery { number, pass, segment }: Delivery) {
        if pass != self.pass || !self.claimed.remove(&number) {
            return;
        }
        match segment.filter(|segment| segment.number == number) {
            Some(segment) => self.put(number, Ok(segment)),
            None => drop(self.returned.insert(number)),
        }
    }

    /// Returns the segment to be delivered next, if it is made. One that the journal has lost is made again.
    fn pop(&mut self) -> Option<Result<Segment, ExportError>> {
        let segment = if self.kept.remove(&self.delivered) {
            let Some(segment) = self.journal.read(self.delivered) else {
                self.returned.insert(self.delivered);
                return None;
            };
            Ok(segment)
        } else {
            self.made.remove(&self.delivered)?
        };
        self.delivered += 1;
        Some(segment)
    }
}
