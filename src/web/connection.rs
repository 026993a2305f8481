//! A connection to a database. It comes back after the browser closed it, gives way to other tabs, and waits for none
//! of them for long.
//!
//! - The browser may close a connection by itself: when the site's data is cleared, or in WebKit at any time. The next
//!   call opens it again, once.
//! - Another tab may delete the database, or open it with a newer version of the page, and then needs every connection
//!   closed. This one closes at once and for good: every later call fails with that sentence.
//! - While another tab's connection does not close, opening fails after [`PATIENCE_MS`], and does not wait for ever.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;
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

/// A database that is being opened.
pub(super) type Opening = Pin<Box<dyn Future<Output = Result<Database, StoreError>>>>;

/// A connection to one database. Dropping it closes it.
pub(super) struct Connection {
    begin: Box<dyn Fn() -> Opening>,
    state: Rc<RefCell<State>>,
    lost: Told,
}

enum State {
    /// It is open. `end` ends the watch for events.
    Open { database: Database, end: Told },
    /// It is not open yet, or the browser has closed it.
    Dropped,
    /// It is closed for good, for this reason.
    Closed(&'static str),
}

impl Connection {
    /// Opens a database. `begin` begins to open it.
    pub async fn open(begin: impl Fn() -> Opening + 'static) -> Result<Self, StoreError> {
        let state = Rc::new(RefCell::new(State::Dropped));
        let connection = Self { begin: Box::new(begin), state, lost: Told::default() };
        connection.database().await?;
        Ok(connection)
    }

    /// Returns the open database. Opens it again if the browser has closed it.
    pub async fn database(&self) -> Result<Database, StoreError> {
        if let Some(database) = self.current()? {
            return Ok(database);
        }
        let database = patiently((self.begin)()).await?;
        // Meanwhile another call may have opened it, or `close` may have ended it.
        match self.current() {
            Ok(None) => {
                self.watch(&database).map_err(|error| StoreError::Failed(error.to_string().into()))?;
                Ok(database)
            }
            Ok(Some(other)) => {
                database.close();
                Ok(other)
            }
            Err(error) => {
                database.close();
                Err(error)
            }
        }
    }

    /// Returns the database if it is open, and nothing if the browser has closed it. Fails if it is closed for good.
    pub fn current(&self) -> Result<Option<Database>, StoreError> {
        match &*self.state.borrow() {
            State::Open { database, .. } => Ok(Some(database.clone())),
            State::Dropped => Ok(None),
            State::Closed(reason) => Err(StoreError::Failed((*reason).into())),
        }
    }

    /// Notes that the browser has closed the database, and has not said so.
    pub fn drop_it(&self) {
        self.leave(State::Dropped);
    }

    /// Returns a promise that resolves with a sentence once the connection is lost to another tab.
    pub fn lost(&self) -> Promise {
        self.lost.promise.clone()
    }

    /// Closes the connection once its transactions are done. Later calls fail.
    pub fn close(&self) {
        self.leave(State::Closed("the library is closed"));
    }

    fn leave(&self, next: State) {
        if let State::Open { database, end } = self.state.replace(next) {
            end.tell("");
            database.close();
        }
    }

    fn watch(&self, database: &Database) -> Result<(), Error> {
        let mut listener = database.version_changes()?;
        let end = Told::default();
        let ended = end.promise.clone();
        self.state.replace(State::Open { database: database.clone(), end });
        let (watched, state, lost) = (database.clone(), self.state.clone(), self.lost.clone());
        spawn_local(async move {
            let mut ended = pin!(JsFuture::from(ended));
            let change = poll_fn(|context| match listener.poll_recv(context) {
                Poll::Ready(change) => Poll::Ready(Some(change)),
                Poll::Pending => ended.as_mut().poll(context).map(|_| None),
            });
            let Some(change) = change.await else { return };
            watched.close();
            // `close` may have been quicker.
            if !matches!(*state.borrow(), State::Open { .. }) {
                return;
            }
            let reason = match change.map(|change| change.new_version()) {
                Some(Some(_)) => "a newer version of this page opened it in another tab. Reload the page.",
                Some(None) => "another tab deleted it. Reload the page.",
                None => {
                    state.replace(State::Dropped);
                    return;
                }
            };
            state.replace(State::Closed(reason));
            lost.tell(&StoreError::Failed(reason.into()).to_string());
        });
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// Waits for a database to open. Fails if that takes too long; if it opens after all, it is closed at once.
async fn patiently(mut opening: Opening) -> Result<Database, StoreError> {
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
    opened
}

/// A sentence that is said once, to whoever waits for the promise.
#[derive(Clone)]
pub(super) struct Told {
    /// Resolves with the sentence.
    pub promise: Promise,
    resolve: Option<Function>,
}

impl Told {
    /// Says it. Has no effect the second time.
    pub fn tell(&self, words: &str) {
        if let Some(resolve) = &self.resolve {
            // A function of the browser's own, which does not throw.
            let _ = resolve.call1(&JsValue::UNDEFINED, &words.into());
        }
    }
}

impl Default for Told {
    fn default() -> Self {
        // The browser calls the function at once.
        let mut resolving = None;
        let promise = Promise::new(&mut |resolve, _| resolving = Some(resolve));
        Self { promise, resolve: resolving }
    }
}
