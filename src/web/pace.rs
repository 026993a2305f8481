//! Turns of the event loop: long work in short tasks, so that a page stays live and a worker hears its messages.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[cfg(feature = "engine")]
use gloo_timers::callback::Interval;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// How long a task of the page may work before it lets others work, in seconds. Browsers call a task of 50 ms long.
const PAGE_TASK_SECONDS: f64 = 0.01;

/// And one of a worker, which only a cancel waits for.
#[cfg(feature = "engine")]
const WORKER_TASK_SECONDS: f64 = 0.03;

/// A worker's timer, in milliseconds: the least that browsers grant. After a task's work it is overdue, and rings at
/// once.
#[cfg(feature = "engine")]
const TICK_MS: u32 = 4;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Seconds on the thread's clock, which does not go back.
pub fn now_seconds() -> f64 {
    now() / 1000.0
}

/// The end of the event loop's queue, one job's.
pub struct Turns {
    bell: Rc<Bell>,
    ringer: Ringer,
}

/// What rings the bell, behind all that waits already.
enum Ringer {
    /// A message to oneself. Each is a kilobyte for the browser's collector, but it comes at once, and in a page that
    /// is not looked at too, whose timers are held back to one a second.
    Message(Channel),
    /// A standing timer. It leaves next to nothing behind: a long job waits for ten thousand turns, and the collector
    /// seldom comes by in a worker, whose timers nobody holds back.
    #[cfg(feature = "engine")]
    Timer(#[expect(dead_code, reason = "it rings for as long as it lives")] Interval),
    /// Every browser makes a channel; were one to refuse, there would be no turns to wait for.
    Nobody,
}

struct Channel {
    here: MessagePort,
    there: MessagePort,
    /// Lives as long as it may be called.
    _on_message: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct Bell {
    has_rung: Cell<bool>,
    waiting: Cell<Option<Waker>>,
}

impl Turns {
    /// Those of a page's thread.
    fn of_page() -> Self {
        let bell = Rc::<Bell>::default();
        let channel = MessageChannel::new().ok();
        let ringer = channel.map_or(Ringer::Nobody, |channel| Ringer::Message(Channel::ringing(&channel, &bell)));
        Self { bell, ringer }
    }

    /// Those of a worker.
    #[cfg(feature = "engine")]
    pub fn of_worker() -> Self {
        let bell = Rc::<Bell>::default();
        let rung = Rc::clone(&bell);
        let ringer = Ringer::Timer(Interval::new(TICK_MS, move || rung.ring()));
        Self { bell, ringer }
    }

    /// Lets all that waits now have its turn. One waits at a time.
    pub async fn next(&self) {
        self.bell.has_rung.set(false);
        let will_ring = match &self.ringer {
            // A message without content always goes; were it refused, waiting for it would be the end.
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
    fn ring(&self) {
        self.has_rung.set(true);
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        if self.has_rung.get() {
            return Poll::Ready(());
        }
        self.waiting.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

/// Keeps a thread's tasks short.
pub struct Pace {
    turns: Turns,
    task_seconds: f64,
    since: f64,
}

impl Pace {
    /// The page's. Starts with the task it is made in.
    pub fn new() -> Self {
        Self::of(Turns::of_page(), PAGE_TASK_SECONDS)
    }

    /// A worker's. Starts with the task it is made in.
    #[cfg(feature = "engine")]
    pub fn of_worker() -> Self {
        Self::of(Turns::of_worker(), WORKER_TASK_SECONDS)
    }

    fn of(turns: Turns, task_seconds: f64) -> Self {
        Self { turns, task_seconds, since: now_seconds() }
    }

    /// Whether the task has worked long enough.
    pub fn is_due(&self) -> bool {
        now_seconds() - self.since >= self.task_seconds
    }

    /// Ends the task, if it has worked long enough.
    pub async fn keep(&mut self) {
        if self.is_due() {
            self.turns.next().await;
            self.since = now_seconds();
        }
    }
}
