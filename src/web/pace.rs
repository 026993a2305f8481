//! Splits long work into short tasks of the event loop, so that a page stays responsive and a worker receives messages.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[cfg(feature = "engine")]
use gloo_timers::callback::Interval;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// The longest that a task of the page works before it yields, in seconds. Browsers call a task of 50 ms long.
const PAGE_TASK_SECONDS: f64 = 0.01;

/// The longest that a task of a worker works before it yields, in seconds. Only a cancel waits for it.
#[cfg(feature = "engine")]
const WORKER_TASK_SECONDS: f64 = 0.03;

/// The interval of a worker's timer in milliseconds: the shortest that browsers allow. After a task it is overdue,
/// and fires at once.
#[cfg(feature = "engine")]
const TICK_MS: u32 = 4;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Returns the time on the thread's monotonic clock, in seconds.
pub fn now_seconds() -> f64 {
    now() / 1000.0
}

/// A wait for the end of the event loop's queue, for one job.
pub struct Turns {
    bell: Rc<Bell>,
    ringer: Ringer,
}

/// The source of an event after all waiting events.
enum Ringer {
    /// A message to itself. Each leaves a kilobyte for the garbage collector. But it arrives at once, even in a
    /// hidden page, whose timers fire only once a second.
    Message(Channel),
    /// A repeating timer. It leaves almost no garbage: a long job waits for ten thousand turns, and the collector
    /// seldom runs in a worker. Browsers do not slow a worker's timers down.
    #[cfg(feature = "engine")]
    Timer(#[expect(dead_code, reason = "it rings for as long as it lives")] Interval),
    /// No source. Every browser creates channels; if one refused, `Turns::next` would return at once.
    Nobody,
}

struct Channel {
    here: MessagePort,
    there: MessagePort,
    /// The callback, kept alive as long as it may be called.
    _on_message: Closure<dyn FnMut()>,
}

/// A signal that one task at a time waits for.
#[derive(Default)]
pub(super) struct Bell {
    has_rung: Cell<bool>,
    waiting: Cell<Option<Waker>>,
}

impl Turns {
    /// Returns the turns of a page's thread.
    fn of_page() -> Self {
        let bell = Rc::<Bell>::default();
        let channel = MessageChannel::new().ok();
        let ringer = channel.map_or(Ringer::Nobody, |channel| Ringer::Message(Channel::ringing(&channel, &bell)));
        Self { bell, ringer }
    }

    /// Returns the turns of a worker.
    #[cfg(feature = "engine")]
    pub fn of_worker() -> Self {
        let bell = Rc::<Bell>::default();
        let rung = Rc::clone(&bell);
        let ringer = Ringer::Timer(Interval::new(TICK_MS, move || rung.ring()));
        Self { bell, ringer }
    }

    /// Waits until all waiting events have had their turn. Supports one waiter at a time.
    pub async fn next(&self) {
        self.bell.reset();
        let will_ring = match &self.ringer {
            // An empty message is never refused; if it were, waiting for it would never end.
            Ringer::Message(channel) => channel.there.post_message(&JsValue::NULL).is_ok(),
            #[cfg(feature = "engine")]
            Ringer::Timer(_) => true,
            Ringer::Nobody => false,
        };
        if will_ring {
            poll_fn(|context| self.bell.poll(context)).await;
        }
    }
}

impl Channel {
    fn ringing(channel: &MessageChannel, bell: &Rc<Bell>) -> Self {
        let rung = Rc::clone(bell);
        let on_message = Closure::<dyn FnMut()>::new(move || rung.ring());
        let here = channel.port1();
        here.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self { here, there: channel.port2(), _on_message: on_message }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.here.set_onmessage(None);
        self.here.close();
    }
}

impl Bell {
    /// Forgets that it has rung.
    pub(super) fn reset(&self) {
        self.has_rung.set(false);
    }

    pub(super) fn ring(&self) {
        self.has_rung.set(true);
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<()> {
        if self.has_rung.get() {
            return Poll::Ready(());
        }
        self.waiting.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

/// A limit for a thread's tasks, which keeps them short.
pub struct Pace {
    turns: Turns,
    task_seconds: f64,
    since: f64,
}

impl Pace {
    /// Returns a limit for the page. It starts with the current task.
    pub fn new() -> Self {
        Self::of(Turns::of_page(), PAGE_TASK_SECONDS)
    }

    /// Returns a limit for a worker. It starts with the current task.
    #[cfg(feature = "engine")]
    pub fn of_worker() -> Self {
        Self::of(Turns::of_worker(), WORKER_TASK_SECONDS)
    }

    fn of(turns: Turns, task_seconds: f64) -> Self {
        Self { turns, task_seconds, since: now_seconds() }
    }

    /// Returns the turns that it waits for.
    #[cfg(feature = "engine")]
    pub fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Returns whether the task has used up its time.
    pub fn is_due(&self) -> bool {
        now_seconds() - self.since >= self.task_seconds
    }

    /// Ends the task if it has used up its time.
    pub async fn keep(&mut self) {
        if self.is_due() {
            self.turns.next().await;
            self.since = now_seconds();
        }
    }
}
