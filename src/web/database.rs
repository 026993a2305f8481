//! A library in IndexedDB: its schema, its transactions, and the meaning of its errors.
//!
//! A write is one transaction, so it succeeds completely or changes nothing. Contents are in a separate object store,
//! so that listing records reads no content. Only this file knows the schema.
//!
//! Content is a Blob, which the browser keeps as a file and returns without reading it. Some engines refuse Blobs
//! (WebKit in private and automated windows, with an error that has no reason). There, content is stored as
//! ArrayBuffers, and returned as a Blob made from them.

use std::cell::Cell;
use std::collections::HashSet;
use std::pin::Pin;

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{Error, OpenDbError};
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionFinishKind, TransactionMode};
use js_sys::{Array, Promise, Reflect};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DomException};

use super::blob::reading_in_words;
use super::connection::{Connection, Told};
use super::js::in_words;
use super::kind::Kind;
use crate::reason::Reason;
use crate::store::StoreError;

/// The schema's version. Raise it with every change to [`open`], and migrate older databases there.
const VERSION: u8 = 1;

/// The object store of asset records.
const ASSETS: &str = "assets";
/// The object store of contents. An asset's content is one Blob under `[asset ID, 0]`, or ArrayBuffers under
/// `[asset ID, 0]`, `[asset ID, 1]`, …. A picture is one value under `[["image", image ID]]`, never an asset's key.
const CONTENTS: &str = "contents";
/// The object store of timeline records.
const TIMELINES: &str = "timelines";

/// The records' primary key: a number from the database, which defines their order.
const ORDER: &str = "order";
/// The index of records by their `id`.
const BY_ID: &str = "id";

/// The size of a content's ArrayBuffer in bytes: well below every engine's limit for one value.
const PART_BYTES: f64 = (32 << 20) as f64;

/// The number of records per request: few enough that reading them is no long task.
const BATCH: u32 = 128;

/// A library in one IndexedDB database. Dropping it closes the connection.
pub struct LibraryDatabase {
    connection: Connection,
    name: String,
    emptied: Told,
    keeps_blobs: Cell<bool>,
}

impl LibraryDatabase {
    /// Opens the database with this name, and creates it if it does not exist.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let name = name.to_owned();
        let opened = name.clone();
        let connection = Connection::open(move || Box::pin(open(opened.clone()))).await?;
        Ok(Self { connection, name, emptied: Told::default(), keeps_blobs: Cell::new(true) })
    }

    /// Returns the database's name, once it is open. Fails if the connection was lost to another tab.
    pub async fn name(&self) -> Result<&str, StoreError> {
        // Otherwise a worker would open it first, and find out in this one's place that it is empty.
        self.database().await?;
        Ok(&self.name)
    }

    /// Returns a promise that resolves with a sentence once the connection is lost to another tab.
    pub fn lost(&self) -> Promise {
        self.connection.lost()
    }

    /// Returns a promise that resolves with a sentence if the browser closed the database, and it came back empty.
    pub fn emptied(&self) -> Promise {
        self.emptied.promise.clone()
    }

    /// Closes the connection once its transactions are done. Later calls fail.
    pub fn close(&self) {
        self.connection.close();
    }

    /// Saves an asset's record with its content. Replaces an asset with the same ID.
    pub async fn put_asset(&self, id: &str, record: &JsValue, content: &Blob) -> Result<(), StoreError> {
        if self.keeps_blobs.get() {
            match self.write_asset(id, record, vec![content.into()]).await {
                Err(StoreError::Failed(_)) => {}
                outcome => return outcome,
            }
            // Without a connection, reading the content is in vain. One that the browser has closed comes back.
            if self.connection.current()?.is_none() {
                return self.write_asset(id, record, vec![content.into()]).await;
            }
        }
        self.write_asset(id, record, read_parts(content).await?).await?;
        self.keeps_blobs.set(false);
        Ok(())
    }

    async fn write_asset(&self, id: &str, record: &JsValue, parts: Vec<JsValue>) -> Result<(), StoreError> {
        self.write(&[ASSETS, CONTENTS], async |transaction| {
            put_record(&transaction.object_store(ASSETS)?, id, record).await?;
            let contents = transaction.object_store(CONTENTS)?;
            contents.delete::<Array, _>(all_parts(id)).primitive()?.await?;
            for (index, part) in parts.into_iter().enumerate() {
                contents.put(part).with_key(part_key(id, index)).primitive()?.await?;
            }
            Ok(())
        })
        .await
    }

    /// Sets a field of an asset's record, if it is there and lacks it.
    pub async fn complete_asset(&self, id: &str, field: &str, value: f64) -> Result<(), StoreError> {
        self.write(&[ASSETS], async |transaction| {
            let store = transaction.object_store(ASSETS)?;
            match records(&store, &[id]).await?.pop().flatten() {
                Some(record) if !Reflect::has(&record, &field.into())? => {
                    Reflect::set(&record, &field.into(), &value.into())?;
                    put_record(&store, id, &record).await
                }
                _ => Ok(()),
            }
        })
        .await
    }

    /// Saves a record. A record that replaces another keeps its place in the order.
    pub async fn put(&self, kind: Kind, id: &str, record: &JsValue) -> Result<(), StoreError> {
        self.write(&[store_of(kind)], async |transaction| {
            let store = transaction.object_store(store_of(kind))?;
            match kind {
                Kind::Image => store.put(record.clone()).with_key(image_key(id)).primitive()?.await.map(|_: Array| ()),
                Kind::Asset | Kind::Timeline => put_record(&store, id, record).await,
            }
        })
        .await
    }

    /// Returns the records with these IDs, one for each.
    pub async fn get(&self, kind: Kind, ids: &[&str]) -> Result<Vec<Option<JsValue>>, StoreError> {
        self.read(store_of(kind), async |transaction| {
            let store = transaction.object_store(store_of(kind))?;
            match kind {
                Kind::Image => images(&store, ids).await,
                Kind::Asset | Kind::Timeline => records(&store, ids).await,
            }
        })
        .await
    }

    /// Returns every asset's or timeline's record, in order.
    pub async fn list(&self, kind: Kind) -> Result<Vec<JsValue>, StoreError> {
        self.read(store_of(kind), async |transaction| all_records(&transaction.object_store(store_of(kind))?).await)
            .await
    }

    /// Returns the ID of every picture, without reading any.
    pub async fn image_ids(&self) -> Result<Vec<String>, StoreError> {
        let keys =
            self.read(CONTENTS, async |transaction| keys_in(&transaction.object_store(CONTENTS)?, all_images()).await);
        let keys = keys.await?;
        Ok(keys.iter().filter_map(|key| key.get(0).dyn_into::<Array>().ok()?.get(1).as_string()).collect())
    }

    /// Removes a record, and an asset's content with it, if it exists.
    pub async fn remove(&self, kind: Kind, id: &str) -> Result<(), StoreError> {
        self.write(&[store_of(kind), CONTENTS], async |transaction| {
            let contents = transaction.object_store(CONTENTS)?;
            match kind {
                Kind::Image => return contents.delete(image_key(id)).primitive()?.await,
                Kind::Asset => contents.delete::<Array, _>(all_parts(id)).primitive()?.await?,
                Kind::Timeline => {}
            }
            delete_record(&transaction.object_store(store_of(kind))?, id).await
        })
        .await
    }

    /// Removes the contents that no asset has. Removes none if some record does not say which one it has.
    pub async fn remove_strays(&self) -> Result<(), StoreError> {
        self.write(&[ASSETS, CONTENTS], async |transaction| {
            let mut owners = HashSet::new();
            for record in all_records(&transaction.object_store(ASSETS)?).await? {
                let Some(id) = Reflect::get(&record, &BY_ID.into())?.as_string() else { return Ok(()) };
                owners.insert(id);
            }
            let contents = transaction.object_store(CONTENTS)?;
            // In IndexedDB's order, texts are between numbers and arrays: a picture's key begins with an array.
            let all = KeyRange::Bound(Array::of1(&"".into()), false, Array::of1(&Array::new()), true);
            for key in keys_in(&contents, all).await? {
                if key.get(0).as_string().is_some_and(|id| !owners.contains(&id)) {
                    contents.delete(key).primitive()?.await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Returns the assets' contents, one for each ID. Reads none of them, unless the engine refuses to store Blobs.
    ///
    /// Requests all of them before it awaits the first. One by one, each would take a turn of the event loop.
    pub async fn blobs(&self, ids: &[&str]) -> Result<Vec<Option<Blob>>, StoreError> {
        self.read(CONTENTS, async |transaction| {
            let contents = transaction.object_store(CONTENTS)?;
            let get = |id: &str, index: usize| contents.get::<JsValue, _, _>(part_key(id, index)).primitive();
            let first_parts = ids.iter().map(|id| get(id, 0)).collect::<Result<Vec<_>, _>>()?;
            let mut blobs = Vec::with_capacity(ids.len());
            for (id, first_part) in ids.iter().zip(first_parts) {
                let parts = Array::new();
                let mut part = first_part.await?;
                while let Some(value) = part {
                    parts.push(&value);
                    if value.is_instance_of::<Blob>() {
                        break;
                    }
                    part = get(id, parts.length() as usize)?.await?;
                }
                blobs.push(match (parts.length(), parts.get(0).dyn_into::<Blob>()) {
                    (0, _) => None,
                    (1, Ok(blob)) => Some(blob),
                    _ => Some(Blob::new_with_buffer_source_sequence(&parts)?),
                });
            }
            Ok(blobs)
        })
        .await
    }

    /// Removes everything.
    pub async fn clear(&self) -> Result<(), StoreError> {
        let all = [ASSETS, CONTENTS, TIMELINES];
        self.write(&all, async |transaction| {
            for store in all {
                transaction.object_store(store)?.clear()?.await?;
            }
            Ok(())
        })
        .await
    }

    /// Runs a transaction that reads.
    async fn read<T>(
        &self,
        store: &str,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        let database = self.database().await?;
        let transaction = begin(&database, &[store], TransactionMode::Readonly)?;
        work(&transaction).await.map_err(failed)
    }

    /// Runs a transaction that writes, and waits until everything is there.
    async fn write(
        &self,
        stores: &[&str],
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<(), StoreError> {
        let database = self.database().await?;
        let transaction = begin(&database, stores, TransactionMode::Readwrite)?;
        work(&transaction).await.map_err(failed)?;
        finish(transaction).await
    }

    /// Returns the open database. If the browser had closed it and it is empty now, this says so. In a box, because
    /// every transaction waits for it, and would else be larger by all of it.
    fn database(&self) -> Pin<Box<dyn Future<Output = Result<Database, StoreError>> + '_>> {
        Box::pin(async {
            if let Some(database) = self.connection.current()? {
                // WebKit may close a connection without an event. Only using it tells.
                if begin(&database, &[CONTENTS], TransactionMode::Readonly).is_ok() {
                    return Ok(database);
                }
                self.connection.drop_it();
            }
            let database = self.connection.database().await?;
            let transaction = begin(&database, &[CONTENTS], TransactionMode::Readonly)?;
            let contents = transaction.object_store(CONTENTS).map_err(failed)?;
            if contents.count().await.map_err(failed)? == 0 {
                self.emptied.tell(EMPTIED);
            }
            drop(transaction);
            Ok(database)
        })
    }
}

/// The sentence for a database that the browser closed and that came back empty.
const EMPTIED: &str = "The browser closed the library, as when its data is cleared. It is open again, and empty.";

fn begin<'a>(database: &'a Database, stores: &[&str], mode: TransactionMode) -> Result<Transaction<'a>, StoreError> {
    database.transaction(stores).with_mode(mode).build().map_err(failed)
}

/// Returns the object store of a kind of records.
const fn store_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Asset => ASSETS,
        Kind::Timeline => TIMELINES,
        Kind::Image => CONTENTS,
    }
}

/// Opens the database, and creates it if it does not exist.
async fn open(name: String) -> Result<Database, StoreError> {
    let opening = Database::open(name).with_version(VERSION).with_on_upgrade_needed(|_, database| {
        for records in [ASSETS, TIMELINES] {
            let store =
                database.create_object_store(records).with_auto_increment(true).with_key_path(ORDER.into()).build()?;
            store.create_index(BY_ID, BY_ID.into()).with_unique(true).build()?;
        }
        database.create_object_store(CONTENTS).build()?;
        Ok(())
    });
    opening.await.map_err(|error| match error {
        OpenDbError::Base(error) => failed(error),
        error => StoreError::Failed(error.to_string().into()),
    })
}

/// Saves a record under its ID. A record that replaces another keeps its place in the order.
async fn put_record(store: &ObjectStore<'_>, id: &str, record: &JsValue) -> Result<(), Error> {
    let replaced: Option<f64> = store.index(BY_ID)?.get_key(id).with_key_type().primitive()?.await?;
    if let Some(order) = replaced {
        Reflect::set(record, &ORDER.into(), &order.into())?;
    }
    store.put(record.clone()).primitive()?.await
}

/// Reads the records with these IDs, one for each. Requests all of them before it awaits the first.
async fn records(store: &ObjectStore<'_>, ids: &[&str]) -> Result<Vec<Option<JsValue>>, Error> {
    let index = store.index(BY_ID)?;
    let asked = ids.iter().map(|&id| index.get(id).primitive()).collect::<Result<Vec<_>, _>>()?;
    let mut records = Vec::with_capacity(asked.len());
    for record in asked {
        records.push(record.await?);
    }
    Ok(records)
}

/// Removes the record with this ID, if there is one.
async fn delete_record(store: &ObjectStore<'_>, id: &str) -> Result<(), Error> {
    let order: Option<f64> = store.index(BY_ID)?.get_key(id).with_key_type().primitive()?.await?;
    match order {
        Some(order) => store.delete(order).primitive()?.await,
        None => Ok(()),
    }
}

/// Reads every record, in order.
async fn all_records(store: &ObjectStore<'_>) -> Result<Vec<JsValue>, Error> {
    let mut records = Vec::new();
    let mut seen = 0.0;
    loop {
        let batch = next_batch(store, seen).await?;
        let Some(last) = batch.last() else { return Ok(records) };
        seen = Reflect::get(last, &ORDER.into())?.as_f64().unwrap_or(f64::INFINITY);
        records.extend(batch);
    }
}

async fn next_batch(store: &ObjectStore<'_>, seen: f64) -> Result<Vec<JsValue>, Error> {
    let after = KeyRange::LowerBound(seen, true);
    store.get_all::<JsValue>().with_query::<f64, _>(after).with_limit(BATCH).primitive()?.await?.collect()
}

/// Returns the keys in a range, which are arrays.
async fn keys_in(contents: &ObjectStore<'_>, range: KeyRange<Array>) -> Result<Vec<Array>, Error> {
    contents.get_all_keys::<Array>().with_query::<Array, _>(range).primitive()?.await?.collect()
}

/// Reads the pictures with these IDs, one for each.
async fn images(contents: &ObjectStore<'_>, ids: &[&str]) -> Result<Vec<Option<JsValue>>, Error> {
    let mut images = Vec::with_capacity(ids.len());
    for id in ids {
        images.push(contents.get(image_key(id)).primitive()?.await?);
    }
    Ok(images)
}

fn part_key(id: &str, index: usize) -> Array {
    Array::of2(&id.into(), &(index as f64).into())
}

fn image_key(id: &str) -> Array {
    Array::of1(&Array::of2(&"image".into(), &id.into()))
}

/// Returns the key range of all pictures, in the same order as [`all_parts`].
fn all_images() -> KeyRange<Array> {
    let image = JsValue::from("image");
    KeyRange::Bound(Array::of1(&Array::of1(&image)), false, Array::of1(&Array::of2(&image, &Array::new())), true)
}

/// Returns the key range of an asset's content. In IndexedDB's order, an array comes after every number.
fn all_parts(id: &str) -> KeyRange<Array> {
    KeyRange::Bound(Array::of1(&id.into()), false, Array::of2(&id.into(), &Array::new()), true)
}

async fn read_parts(content: &Blob) -> Result<Vec<JsValue>, StoreError> {
    let mut parts = Vec::new();
    let mut start = 0.0;
    // Empty content is one empty part; without a part, it would count as missing.
    while parts.is_empty() || start < content.size() {
        let end = (start + PART_BYTES).min(content.size());
        let slice = content.slice_with_f64_and_f64(start, end).map_err(failed_in_js)?;
        parts.push(JsFuture::from(slice.array_buffer()).await.map_err(unreadable)?);
        start = end;
    }
    Ok(parts)
}

/// Converts the exception for a content that cannot be read.
fn unreadable(error: JsValue) -> StoreError {
    let words = format!("the content could not be read: {}", reading_in_words(&error));
    StoreError::Failed(Reason::caused_by(words, SendWrapper::new(error)))
}

/// Waits until the transaction is committed. Await each request first: its own error is more specific.
async fn finish(transaction: Transaction<'_>) -> Result<(), StoreError> {
    match transaction.on_done().map_err(failed)?.await {
        TransactionFinishKind::Ok => Ok(()),
        _ => Err(transaction.error().map_or_else(no_reason, failed)),
    }
}

fn no_reason() -> StoreError {
    StoreError::Failed("the browser gave no reason".into())
}

/// Converts a database error to a store error.
fn failed(error: Error) -> StoreError {
    match error {
        Error::DomException(error) => failed_in_js(error.into()),
        error => StoreError::Failed(error.to_string().into()),
    }
}

/// Converts a JavaScript exception from storage to a store error, which keeps it as the cause. Its words are ours: the
/// browsers' sentences differ, and are for programmers.
pub(super) fn failed_in_js(error: JsValue) -> StoreError {
    let words = match error.dyn_ref::<DomException>().map(|exception| exception.name()).as_deref() {
        Some("QuotaExceededError") => return StoreError::QuotaExceeded,
        Some("VersionError") => "a newer version of this page saved it. Reload the page.".into(),
        Some("InvalidStateError" | "TransactionInactiveError" | "AbortError") => {
            "the browser closed it meanwhile. Try again.".into()
        }
        Some("SecurityError") => "the browser does not allow this page to store anything.".into(),
        Some("NotFoundError") => "other code made a database of this name. Use another name.".into(),
        Some("UnknownError") => "the browser’s storage fails. Try again, or restart the browser.".into(),
        Some("TimeoutError") => "the browser took too long. Try again.".into(),
        Some("DataError" | "DataCloneError") => "the browser refuses to store this.".into(),
        Some(name) => format!("the browser reports {name}"),
        None => in_words(&error),
    };
    StoreError::Failed(Reason::caused_by(words, SendWrapper::new(error)))
}
