//! Turns of the event loop: long work in short tasks, so that a page stays live and a worker hears its messages.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// How long a task of the page may work before it lets others work, in seconds. Browsers call a task of 50 ms long.
const PAGE_TASK_SECONDS: f64 = 0.01;

/// And one of a worker, which only a cancel waits for: each turn leaves a kilobyte to the browser's collector.
#[cfg(feature = "engine")]
const WORKER_TASK_SECONDS: f64 = 0.03;

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
///
/// A message to oneself goes there at once. A timer would not: browsers hold nested ones back 4 ms. A long job waits for
/// ten thousand turns, so each makes as little as can be for the browser's collector: there is one listener for all.
pub struct Turns(Option<Bell>);

struct Bell {
    here: MessagePort,
    there: MessagePort,
    state: Rc<BellState>,
    /// Lives as long as it may be called.
    _on_ring: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct BellState {
    has_rung: Cell<bool>,
    waiting: Cell<Option<Waker>>,
}

impl Turns {
    /// A channel to oneself. Every browser makes one; were one to refuse, there would be no turns to wait for.
    pub fn new() -> Self {
        Self(MessageChannel::new().ok().map(|channel| Bell::new(&channel)))
    }

    /// Lets all that waits now have its turn. One waits at a time.
    pub async fn next(&self) {
        let Some(bell) = &self.0 else { return };
        bell.state.has_rung.set(false);
        // A message without content always goes; were it refused, waiting for it would be the end.
        if bell.there.post_message(&JsValue::NULL).is_ok() {
            poll_fn(|context| bell.state.poll(context)).await;
        }
    }
}

impl Bell {
    fn new(channel: &MessageChannel) -> Self {
        let state = Rc::new(BellState::default());
        let on_ring = {
            let state = Rc::clone(&state);
            Closure::<dyn FnMut()>::new(move || state.ring())
        };
        let here = channel.port1();
        here.set_onmessage(Some(on_ring.as_ref().unchecked_ref()));
        Self { here, there: channel.port2(), state, _on_ring: on_ring }
    }
}

impl BellState {
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

impl Drop for Bell {
    fn drop(&mut self) {
        self.here.set_onmessage(None);
        self.here.close();
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
        Self::of(PAGE_TASK_SECONDS)
    }

    /// A worker's. Starts with the task it is made in.
    #[cfg(feature = "engine")]
    pub fn of_worker() -> Self {
        Self::of(WORKER_TASK_SECONDS)
    }

    fn of(task_seconds: f64) -> Self {
        Self { turns: Turns::new(), task_seconds, since: now_seconds() }
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
