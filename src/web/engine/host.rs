//! The worker as the job's host: its clock, its event loop, its messages.

use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use crate::export::{Host, Journal};
use crate::progress::Progress;
use crate::web::js::to_js;
use crate::web::pace::{Turns, now_seconds};
use crate::web::read_ahead::ReadAhead;

/// One job's view of a worker's thread.
pub struct WorkerHost {
    turns: Turns,
    on_progress: Option<Function>,
    signal: AbortSignal,
    journal: Journal,
    ahead: ReadAhead,
}

impl WorkerHost {
    /// Returns a host for a job whose contents are read by `ahead`. `on_progress` must only post a message, because the
    /// job waits until it returns.
    pub fn new(ahead: ReadAhead, on_progress: Function, signal: AbortSignal) -> Self {
        Self { on_progress: Some(on_progress), ..Self::quiet(ahead, signal) }
    }

    /// Returns a host that reports no progress.
    pub fn quiet(ahead: ReadAhead, signal: AbortSignal) -> Self {
        Self { turns: Turns::of_worker(), on_progress: None, signal, journal: Journal::default(), ahead }
    }

    /// Returns the host with a journal.
    pub fn with(self, journal: Journal) -> Self {
        Self { journal, ..self }
    }
}

impl Host for WorkerHost {
    fn now_seconds(&self) -> f64 {
        now_seconds()
    }

    fn report(&self, progress: Progress) {
        // A report that cannot be posted does not end the job.
        let Some(on_progress) = &self.on_progress else { return };
        if let Ok(progress) = to_js(&progress) {
            let _ = on_progress.call1(&JsValue::UNDEFINED, &progress);
        }
    }

    async fn breathe(&self) {
        self.turns.next().await;
    }

    fn awaits_bytes(&self) -> bool {
        self.ahead.is_short()
    }

    async fn catch_up(&self) {
        self.ahead.catch_up(&self.turns, || self.signal.aborted()).await;
    }

    fn is_cancelled(&self) -> bool {
        self.signal.aborted()
    }

    fn journal(&self) -> Journal {
        self.journal.clone()
    }
}
