//! Turns of the event loop: long work in short tasks, so that a page stays live and a worker hears its messages.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

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
/// A message to oneself goes there at once. A timer would not: browsers hold nested ones back 4 ms.
pub struct Turns(Option<MessageChannel>);

impl Turns {
    /// A channel to oneself. Every browser makes one; were one to refuse, there would be no turns to wait for.
    pub fn new() -> Self {
        Self(MessageChannel::new().ok())
    }

    /// Lets all that waits now have its turn.
    pub async fn next(&self) {
        let Some(channel) = &self.0 else { return };
        let turn = Promise::new(&mut |resolve: Function, _| {
            channel.port1().set_onmessage(Some(&resolve));
            // A message without content always goes; were it refused, waiting for it would be the end.
            if channel.port2().post_message(&JsValue::NULL).is_err() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        let _ = JsFuture::from(turn).await;
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        if let Some(channel) = &self.0 {
            channel.port1().close();
        }
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
