//! A connection to a database. It gives way to other tabs, and waits for none of them for long.
//!
//! Another tab may delete the database, or open it with a newer version of the page, and then needs every connection
//! closed. This one closes at once, and says why: every later call fails with that sentence. While another tab's
//! connection does not close, opening fails after [`PATIENCE_MS`], and does not wait for ever.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use indexed_db_futures::OpenDbResult;
use indexed_db_futures::database::Database;
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::store::StoreError;

/// The longest wait for a database, in milliseconds. Opening one that no other tab blocks takes a few.
const PATIENCE_MS: i32 = 8_000;

/// The reason after that wait.
const HELD: &str = "another tab holds it and does not close it. Close or reload that tab, then try again.";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: i32) -> JsValue;
}

/// An open database.
pub(super) struct Connection {
    database: Database,
    loss: Rc<Cell<Option<&'static str>>>,
    lost: Promise,
    /// Ends the watch for other tabs.
    end: Option<Function>,
}

impl Connection {
    /// Waits for a database to open. Fails if that takes too long; if it opens after all, it is closed at once.
    pub async fn open(
        opening: impl Future<Output = OpenDbResult<Database>> + 'static,
    ) -> Result<OpenDbResult<Self>, StoreError> {
        let mut opening = Box::pin(opening);
        let mut patience = pin!(JsFuture::from(Promise::new(&mut |resolve, _| {
            set_timeout(&resolve, PATIENCE_MS);
        })));
        let opened = poll_fn(|context| match opening.as_mut().poll(context) {
            Poll::Ready(opened) => Poll::Ready(Some(opened)),
            Poll::Pending => patience.as_mut().poll(context).map(|_| None),
        });
        let Some(opened) = opened.await else {
            spawn_local(async {
                if let Ok(database) = opening.await {
                    database.close();
                }
            });
            return Err(StoreError::Failed(HELD.into()));
        };
        Ok(opened.and_then(|database| Self::watch(database).map_err(Into::into)))
    }

    fn watch(database: Database) -> indexed_db_futures::Result<Self> {
        let mut listener = database.version_changes()?;
        let (ended, end) = promise();
        let (lost, tell) = promise();
        let loss = Rc::new(Cell::new(None));
        let (watched, found) = (database.clone(), loss.clone());
        spawn_local(async move {
            let mut ended = pin!(JsFuture::from(ended));
            let change = poll_fn(|context| match listener.poll_recv(context) {
                Poll::Ready(change) => Poll::Ready(Some(change)),
                Poll::Pending => ended.as_mut().poll(context).map(|_| None),
            });
            let Some(change) = change.await else { return };
            let reason = match change.map(|change| change.new_version()) {
                Some(Some(_)) => "a newer version of this page opened it in another tab. Reload the page.",
                Some(None) => "another tab deleted it. Reload the page.",
                None => "the browser closed it, as when its data is cleared. Reload the page.",
            };
            found.set(Some(reason));
            watched.close();
            resolve(tell.as_ref(), &StoreError::Failed(reason.into()).to_string());
        });
        Ok(Self { database, loss, lost, end })
    }

    /// Fails if the connection was lost to another tab.
    pub fn check(&self) -> Result<(), StoreError> {
        self.loss.get().map_or(Ok(()), |reason| Err(StoreError::Failed(reason.into())))
    }

    /// Returns a promise that resolves with a sentence once the connection is lost to another tab.
    pub fn lost(&self) -> Promise {
        self.lost.clone()
    }

    /// Closes the connection once its transactions are done. Later calls fail.
    pub fn close(&self) {
        resolve(self.end.as_ref(), "");
        self.database.clone().close();
    }
}

impl Deref for Connection {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// Returns a promise, and the function that resolves it, which the browser gives at once.
fn promise() -> (Promise, Option<Function>) {
    let mut resolving = None;
    let promise = Promise::new(&mut |resolve, _| resolving = Some(resolve));
    (promise, resolving)
}

fn resolve(resolving: Option<&Function>, words: &str) {
    if let Some(resolving) = resolving {
        // A function of the browser's own, which does not throw.
        let _ = resolving.call1(&JsValue::UNDEFINED, &words.into());
    }
}
