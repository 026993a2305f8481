//! Helpers on this thread, for tests: one answers out of order and fails on request, the other answers late at random.

use std::cell::{Cell, RefCell};

use secuencia::export::{Assignment, Delivery, Helpers, Materials, Pass, Segment, SegmentMaker};
use secuencia::mix::Composition;
use secuencia::store::MemoryStore;

use super::mutate::Dice;

/// The fate of a claimed segment.
#[derive(Clone, Copy, PartialEq)]
pub enum Fate {
    Made,
    /// The helper reports that it could not make the segment.
    Refused,
    /// The segment never comes back.
    Lost,
}

/// Returns a segment's fate, by its number.
pub type Fates = fn(u64) -> Fate;

/// Helpers that compose the mix themselves from the library's IDs, as those in a browser do.
pub struct TestHelpers<'s> {
    store: &'s MemoryStore,
    helpers: u64,
    fate: Fates,
    composition: RefCell<Option<Composition>>,
    claimed: RefCell<Vec<(u64, Pass)>>,
    is_awaited: Cell<bool>,
    /// The number of segments made here, and the number of claims dropped because a new mix began.
    pub made: Cell<u64>,
    pub forgotten: Cell<usize>,
}

impl<'s> TestHelpers<'s> {
    pub fn new(store: &'s MemoryStore, helpers: u64, fate: Fates) -> Self {
        Self {
            store,
            helpers,
            fate,
            composition: RefCell::default(),
            claimed: RefCell::default(),
            is_awaited: Cell::default(),
            made: Cell::default(),
            forgotten: Cell::default(),
        }
    }

    fn make(&self, number: u64, pass: &Pass) -> Option<Segment> {
        let composition = self.composition.borrow();
        let mut maker = SegmentMaker::new(composition.as_ref().unwrap(), pass, number).ok()?;
        maker.work(&|| false).ok()?;
        self.made.set(self.made.get() + 1);
        maker.finish().ok()
    }
}

impl Helpers for TestHelpers<'_> {
    fn size(&self) -> u64 {
        self.helpers
    }

    fn begin(&self, assignment: &Assignment) {
        let materials = pollster::block_on(Materials::load(self.store, "t")).unwrap();
        self.composition.replace(materials.compose(assignment));
        self.forgotten.set(self.claimed.take().len());
    }

    fn claim(&self, number: u64, pass: &Pass, may_wait: bool) -> bool {
        let mut claimed = self.claimed.borrow_mut();
        self.is_awaited.set(false);
        let is_free =
            self.composition.borrow().is_some() && (claimed.len() as u64) < self.helpers * if may_wait { 2 } else { 1 };
        if is_free {
            claimed.push((number, *pass));
        }
        is_free
    }

    /// Returns the last claim first, once all helpers are busy or are awaited.
    fn take(&self) -> Option<Delivery> {
        if !self.is_awaited.get() && (self.claimed.borrow().len() as u64) < self.helpers {
            return None;
        }
        let place = self.claimed.borrow().iter().rposition(|&(number, _)| (self.fate)(number) != Fate::Lost)?;
        let (number, pass) = self.claimed.borrow_mut().remove(place);
        let segment = match (self.fate)(number) {
            Fate::Made => self.make(number, &pass),
            _ => None,
        };
        Some(Delivery { number, pass, segment })
    }

    async fn wait(&self) -> bool {
        self.is_awaited.set(true);
        self.claimed.borrow().iter().any(|&(number, _)| (self.fate)(number) != Fate::Lost)
    }
}

/// Helpers that are late on purpose. Chance decides whether and when a claim comes back, perhaps after its pass has
/// ended. `wait` also gives up at random.
pub struct LateHelpers<'s> {
    store: &'s MemoryStore,
    helpers: usize,
    dice: RefCell<Dice>,
    composition: RefCell<Option<Composition>>,
    /// Deliveries, each with the number of `take` calls until it comes back.
    due: RefCell<Vec<(usize, Delivery)>>,
    /// The pass of the latest claim, and the number of deliveries from an earlier pass.
    pass: Cell<Option<Pass>>,
    pub late: Cell<usize>,
}

impl<'s> LateHelpers<'s> {
    pub fn new(store: &'s MemoryStore, helpers: usize, seed: u64) -> Self {
        Self {
            store,
            helpers,
            dice: RefCell::new(Dice(seed)),
            composition: RefCell::default(),
            due: RefCell::default(),
            pass: Cell::default(),
            late: Cell::default(),
        }
    }

    fn make(&self, number: u64, pass: &Pass) -> Option<Segment> {
        let composition = self.composition.borrow();
        let mut maker = SegmentMaker::new(composition.as_ref()?, pass, number).ok()?;
        maker.work(&|| false).ok()?;
        maker.finish().ok()
    }

    fn below(&self, limit: usize) -> usize {
        self.dice.borrow_mut().below(limit)
    }
}

impl Helpers for LateHelpers<'_> {
    fn size(&self) -> u64 {
        // They come and go.
        self.below(self.helpers + 1) as u64
    }

    fn begin(&self, assignment: &Assignment) {
        let materials = pollster::block_on(Materials::load(self.store, "t")).unwrap();
        self.composition.replace(materials.compose(assignment));
        self.due.take();
    }

    fn claim(&self, number: u64, pass: &Pass, may_wait: bool) -> bool {
        if self.due.borrow().len() >= self.helpers * if may_wait { 2 } else { 1 } || self.below(4) == 0 {
            return false;
        }
        self.pass.set(Some(*pass));
        let segment = if self.below(8) == 0 { None } else { self.make(number, pass) };
        let looks = [0, 3, 12, 40][self.below(4)];
        self.due.borrow_mut().push((looks, Delivery { number, pass: *pass, segment }));
        true
    }

    fn take(&self) -> Option<Delivery> {
        let mut due = self.due.borrow_mut();
        due.iter_mut().for_each(|(looks, _)| *looks = looks.saturating_sub(1));
        let place = due.iter().position(|&(looks, _)| looks == 0)?;
        let (_, delivery) = due.remove(place);
        if self.pass.get() != Some(delivery.pass) {
            self.late.set(self.late.get() + 1);
        }
        Some(delivery)
    }

    async fn wait(&self) -> bool {
        self.below(3) > 0
    }
}
