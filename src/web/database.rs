//! The library's database: its schema, its transactions, and the meaning of its errors.
//!
//! Assets and timelines are *records*: objects with an `id`, kept in the order in which they were first added. Contents
//! are in a separate object store, so that listing records reads no content. Only this file knows the schema.

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionFinishKind};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

use crate::store::StoreError;

/// The schema's version. Raise it with every change to [`open`], and migrate older databases there.
const VERSION: u8 = 1;

/// The object store of asset records.
pub(super) const ASSETS: &str = "assets";
/// The object store of contents. An asset's content is one Blob under `[asset ID, 0]`, or ArrayBuffers under
/// `[asset ID, 0]`, `[asset ID, 1]`, …. A picture is one value under `[["image", image ID]]`, never an asset's key.
pub(super) const CONTENTS: &str = "contents";
/// The object store of timeline records.
pub(super) const TIMELINES: &str = "timelines";

/// The records' primary key: a number from the database, which defines their order.
const ORDER: &str = "order";
/// The index of records by their `id`.
const BY_ID: &str = "id";

/// The number of records per request: few enough that reading them is no long task.
const BATCH: u32 = 128;

/// Opens the database, and creates it if it does not exist.
pub(super) async fn open(name: &str) -> Result<Database, StoreError> {
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
        indexed_db_futures::error::OpenDbError::Base(error) => failed(error),
        error => StoreError::Failed(error.to_string()),
    })
}

/// Saves a record under its ID. A record that replaces another keeps its place in the order.
pub(super) async fn put_record(store: &ObjectStore<'_>, id: &str, record: JsValue) -> Result<(), Error> {
    let replaced: Option<f64> = store.index(BY_ID)?.get_key(id).with_key_type().primitive()?.await?;
    if let Some(order) = replaced {
        Reflect::set(&record, &ORDER.into(), &order.into())?;
    }
    store.put(record).primitive()?.await
}

/// Reads the records with these IDs, one for each. Requests all of them before it awaits the first.
pub(super) async fn records(store: &ObjectStore<'_>, ids: &[&str]) -> Result<Vec<Option<JsValue>>, Error> {
    let index = store.index(BY_ID)?;
    let asked = ids.iter().map(|&id| index.get(id).primitive()).collect::<Result<Vec<_>, _>>()?;
    let mut records = Vec::with_capacity(asked.len());
    for record in asked {
        records.push(record.await?);
    }
    Ok(records)
}

/// Removes the record with this ID, if there is one.
pub(super) async fn delete_record(store: &ObjectStore<'_>, id: &str) -> Result<(), Error> {
    let order: Option<f64> = store.index(BY_ID)?.get_key(id).with_key_type().primitive()?.await?;
    match order {
        Some(order) => store.delete(order).primitive()?.await,
        None => Ok(()),
    }
}

/// Reads every record, in order.
pub(super) async fn all_records(store: &ObjectStore<'_>) -> Result<Vec<JsValue>, Error> {
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

/// Waits until the transaction is committed. Await each request first: its own error is more specific.
pub(super) async fn finish(transaction: Transaction<'_>) -> Result<(), StoreError> {
    match transaction.on_done().map_err(failed)?.await {
        TransactionFinishKind::Ok => Ok(()),
        _ => Err(transaction.error().map_or_else(no_reason, failed)),
    }
}

fn no_reason() -> StoreError {
    StoreError::Failed("the browser gave no reason".into())
}

/// Converts a database error to a store error.
pub(super) fn failed(error: Error) -> StoreError {
    match error {
        Error::DomException(error) => failed_in_js(error.into()),
        error => StoreError::Failed(error.to_string()),
    }
}

/// Converts a JavaScript exception from storage to a store error.
pub(super) fn failed_in_js(error: JsValue) -> StoreError {
    let Some(exception) = error.dyn_ref::<DomException>() else {
        return StoreError::Failed(error.as_string().unwrap_or_else(|| format!("{error:?}")));
    };
    match (exception.name().as_str(), exception.message()) {
        ("QuotaExceededError", _) => StoreError::QuotaExceeded,
        (name, message) if message.is_empty() => StoreError::Failed(name.into()),
        (_, message) => StoreError::Failed(message),
    }
}
