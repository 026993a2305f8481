//! A crew on this thread, which answers in an odd order and can be made to fail.

use std::cell::{Cell, RefCell};

use secuencia::export::{Assignment, Crew, Delivery, Materials, Pass, Segment, SegmentMaker};
use secuencia::mix::Composition;
use secuencia::store::MemoryStore;

/// What becomes of a segment that was claimed.
#[derive(Clone, Copy, PartialEq)]
pub enum Fate {
    Made,
    /// The helper says that it could not make it.
    Refused,
    /// Nothing is heard of it again.
    Lost,
}

/// What becomes of each segment, by its number.
pub type Fates = fn(u64) -> Fate;

/// Helpers that compose the mix anew, from the library's IDs, as those in a browser do.
pub struct TestCrew<'s> {
    store: &'s MemoryStore,
    helpers: u64,
    fate: Fates,
    composition: RefCell<Option<Composition>>,
    claimed: RefCell<Vec<(u64, Pass)>>,
    is_awaited: Cell<bool>,
    /// How many segments were made here, and how many were claimed of a mix that was then another one.
    pub made: Cell<u64>,
    pub forgotten: Cell<usize>,
}

impl<'s> TestCrew<'s> {
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

impl Crew for TestCrew<'_> {
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

    /// What was claimed last comes back first, once all are busy or are waited for.
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
        Some(Delivery { number, segment })
    }

    async fn wait(&self) -> bool {
        self.is_awaited.set(true);
        self.claimed.borrow().iter().any(|&(number, _)| (self.fate)(number) != Fate::Lost)
    }
}
