//! The library in IndexedDB and in memory, in a real browser's worker.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use secuencia::store::{ClipReader, Store, StoreError};
use secuencia::timeline::{
    ChapterMarker, Image, ImageType, LayoutChoice, MediaType, Part, RationalTime, SampleRate, Tags, Timeline,
};
use secuencia::web::{LibraryStore, StoredAsset};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Patch, asset, blob, content_bytes, fresh_store, fresh_stores, get, run_js};

/// Two clips with every field set, in the store's binary form: see `src/store/clips.rs`.
const CLIPS: &[u8] = include_bytes!("../data/clips-form-1.bin");

fn timeline(id: &str) -> Timeline {
    let chapter = ChapterMarker {
        title: "The post".into(),
        offset: RationalTime::new(1, 7),
        image: Some("picture".into()),
        metadata: String::new(),
    };
    Timeline {
        id: id.into(),
        name: "Scene 1".into(),
        audio_layout: LayoutChoice::Mono,
        audio_rate: SampleRate::HZ_48000,
        clips: ClipReader::new(CLIPS).unwrap().collect::<Result<_, _>>().unwrap(),
        chapters: vec![chapter],
        tags: Tags {
            artist: "Żółw & Søn".into(),
            track: Some(Part { number: 3, total: None }),
            media_type: Some(MediaType::Audiobook),
            covers: vec!["picture".into()],
            ..Tags::default()
        },
        metadata: "{}".into(),
    }
}

#[wasm_bindgen_test]
async fn an_asset_comes_back_as_it_was_put_also_by_another_connection() {
    let (name, store) = fresh_store().await;
    let mut put = asset("a");
    put.peaks = vec![0, 127, 255];
    put.warning = Some("cut short".into());
    store.put_asset(&put, &blob(b"content of a")).await.unwrap();

    let other = LibraryStore::in_database(&name).await.unwrap();
    assert_eq!(other.asset("a").await.unwrap(), Some(put));
    assert_eq!(content_bytes(&other, "a").await.unwrap(), b"content of a");
}

#[wasm_bindgen_test]
async fn assets_are_listed_in_the_order_of_their_adding_and_a_replaced_one_keeps_its_place() {
    for store in fresh_stores().await {
        for id in ["c", "a", "b"] {
            store.put_asset(&asset(id), &blob(id.as_bytes())).await.unwrap();
        }
        let mut newer = asset("a");
        newer.text = "Said again.".into();
        store.put_asset(&newer, &blob(b"new")).await.unwrap();

        let assets = store.list_assets().await.unwrap();
        assert_eq!(assets.iter().map(|stored| stored.asset.id.as_str()).collect::<Vec<_>>(), ["c", "a", "b"]);
        assert_eq!(assets[1], StoredAsset { asset: newer, bytes: 3.0 });
        assert_eq!(content_bytes(&store, "a").await.unwrap(), b"new");
    }
}

#[wasm_bindgen_test]
async fn a_list_longer_than_one_request_is_whole_and_in_order() {
    for store in fresh_stores().await {
        let ids: Vec<String> = (0..300).map(|index| format!("timeline {}", (index * 7) % 300)).collect();
        for id in &ids {
            store.put_timeline(&timeline(id)).await.unwrap();
        }
        let listed: Vec<String> =
            store.list_timelines().await.unwrap().into_iter().map(|timeline| timeline.id).collect();
        assert_eq!(listed, ids);
    }
}

#[wasm_bindgen_test]
async fn a_removed_asset_is_gone_with_its_content() {
    for store in fresh_stores().await {
        store.put_asset(&asset("a"), &blob(b"a")).await.unwrap();
        store.put_asset(&asset("b"), &blob(b"b")).await.unwrap();
        store.remove_asset("a").await.unwrap();
        assert_eq!(store.asset("a").await.unwrap(), None);
        assert!(store.content("a").await.unwrap().is_none());
        assert_eq!(content_bytes(&store, "b").await.unwrap(), b"b");
    }
}

#[wasm_bindgen_test]
async fn what_is_missing_is_none_and_removing_it_is_no_error() {
    for store in fresh_stores().await {
        assert_eq!(store.asset("none").await.unwrap(), None);
        assert!(store.content("none").await.unwrap().is_none());
        assert_eq!(store.timeline("none").await.unwrap(), None);
        store.remove_asset("none").await.unwrap();
        store.remove_timeline("none").await.unwrap();
        assert!(store.list_assets().await.unwrap().is_empty() && store.list_timelines().await.unwrap().is_empty());
    }
}

#[wasm_bindgen_test]
async fn a_timeline_comes_back_exactly_and_is_replaced_and_removed_by_its_id() {
    for store in fresh_stores().await {
        store.put_timeline(&timeline("t")).await.unwrap();
        assert_eq!(store.timeline("t").await.unwrap(), Some(timeline("t")));

        let renamed = Timeline { name: "Scene 2".into(), ..timeline("t") };
        store.put_timeline(&renamed).await.unwrap();
        assert_eq!(store.list_timelines().await.unwrap(), [renamed]);

        store.remove_timeline("t").await.unwrap();
        assert_eq!(store.timeline("t").await.unwrap(), None);
    }
}

#[wasm_bindgen_test]
async fn a_timeline_whose_clips_were_kept_as_objects_comes_back_too_and_damaged_bytes_are_an_error() {
    let (name, store) = fresh_store().await;
    let put = async |id: &str, clips: Option<&[u8]>| {
        let record = timeline(id).serialize(&Serializer::new()).unwrap();
        if let Some(bytes) = clips {
            Reflect::set(&record, &"clips".into(), &Uint8Array::from(bytes)).unwrap();
        }
        in_database(&name, "timelines", "(timelines, record) => timelines.put(record)", &record).await;
    };
    put("objects", None).await;
    assert_eq!(store.timeline("objects").await.unwrap(), Some(timeline("objects")));
    put("damaged", Some(&CLIPS[..CLIPS.len() - 1])).await;
    let error = store.timeline("damaged").await.unwrap_err().to_string();
    assert!(error.contains("a timeline's clips are damaged"), "{error}");
}

#[wasm_bindgen_test]
async fn content_is_read_by_position_and_ends_where_it_ends() {
    for store in fresh_stores().await {
        store.put_asset(&asset("a"), &blob(b"0123456789")).await.unwrap();
        store.put_asset(&asset("empty"), &blob(b"")).await.unwrap();

        let source = store.content("a").await.unwrap().unwrap();
        let mut buffer = [0; 4];
        assert_eq!(source.len(), 10);
        assert_eq!(source.read_at(3, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"3456");
        assert_eq!(source.read_at(8, &mut buffer).unwrap(), 2);
        assert_eq!(&buffer[..2], b"89");
        assert_eq!(source.read_at(10, &mut buffer).unwrap(), 0);
        assert_eq!(source.read_at(u64::MAX, &mut buffer).unwrap(), 0);
        assert_eq!(store.content("empty").await.unwrap().unwrap().len(), 0);
    }
}

#[wasm_bindgen_test]
async fn a_full_disk_is_told_as_such_and_a_failed_put_leaves_what_was_there() {
    let (_, store) = fresh_store().await;
    store.put_asset(&asset("a"), &blob(b"old")).await.unwrap();

    let newer = asset("a");
    let outcome = {
        let _full = Patch::fails("IDBObjectStore", "put", "value instanceof Blob", "QuotaExceededError");
        (store.put_asset(&newer, &blob(b"new")).await, store.put_asset(&asset("b"), &blob(b"b")).await)
    };
    assert_eq!(outcome, (Err(StoreError::QuotaExceeded), Err(StoreError::QuotaExceeded)));
    assert_eq!(content_bytes(&store, "a").await.unwrap(), b"old");
    assert_eq!(store.list_assets().await.unwrap().len(), 1);
}

#[wasm_bindgen_test]
async fn where_blobs_are_refused_content_is_kept_all_the_same() {
    let (_, store) = fresh_store().await;
    // Slightly more than two parts, so that reads cross the boundaries.
    let bytes: Vec<u8> = (0..(65 << 20)).map(|index: u32| (index % 251) as u8).collect();
    let _refusal = Patch::fails("IDBObjectStore", "put", "value instanceof Blob", "DataCloneError");
    for _ in 0..2 {
        store.put_asset(&asset("a"), &blob(&bytes)).await.unwrap();
    }
    store.put_asset(&asset("empty"), &blob(b"")).await.unwrap();
    assert_eq!(content_bytes(&store, "a").await.unwrap(), bytes);
    assert_eq!(content_bytes(&store, "empty").await.unwrap(), b"");
    store.remove_asset("a").await.unwrap();
    assert!(store.content("a").await.unwrap().is_none());
}

#[wasm_bindgen_test]
async fn content_larger_than_any_value_may_be_is_kept() {
    let (_, store) = fresh_store().await;
    let parts = js_sys::Array::new();
    for _ in 0..10 {
        parts.push(&blob(&vec![7; 15 << 20]));
    }
    let big = web_sys::Blob::new_with_blob_sequence(&parts).unwrap();
    store.put_asset(&asset("a"), &big).await.unwrap();
    let source = store.content("a").await.unwrap().unwrap();
    let mut end = [0; 2];
    assert_eq!(source.len(), 150 << 20);
    assert_eq!(source.read_at((150 << 20) - 1, &mut end).unwrap(), 1);
    assert_eq!(end, [7, 0]);
}

fn image(id: &str) -> Image {
    Image { id: id.into(), mime_type: ImageType::Png, width: 2, height: 3, bytes: vec![1, 2, 255] }
}

#[wasm_bindgen_test]
async fn reading_changes_nothing_so_the_second_time_gives_the_same() {
    for store in fresh_stores().await {
        store.put_timeline(&timeline("t")).await.unwrap();
        for _ in 0..2 {
            assert_eq!(store.timeline_name("t").await.unwrap(), Some("Scene 1".into()));
            assert_eq!(store.list_timelines().await.unwrap(), [timeline("t")]);
            assert_eq!(store.timeline("t").await.unwrap(), Some(timeline("t")));
        }
    }
}

#[wasm_bindgen_test]
async fn another_thread_opens_what_a_timeline_needs_by_the_librarys_source() {
    let posted: Function = run_js("structuredClone").unchecked_into();
    for store in fresh_stores().await {
        let timeline = timeline("t");
        let needed = timeline.clips[0].asset_id.as_str();
        store.put_asset(&asset(needed), &blob(b"needed")).await.unwrap();
        store.put_asset(&asset("other"), &blob(b"other")).await.unwrap();
        store.put_image(&image("picture")).await.unwrap();
        store.put_timeline(&timeline).await.unwrap();

        let source = posted.call1(&JsValue::UNDEFINED, &store.source("t", None).await.unwrap()).unwrap();
        let worker = LibraryStore::open(&source).await.unwrap();
        assert_eq!(worker.timeline("t").await.unwrap(), Some(timeline.clone()));
        assert_eq!(worker.asset(needed).await.unwrap(), Some(asset(needed)));
        assert_eq!(content_bytes(&worker, needed).await.unwrap(), b"needed");
        assert_eq!(worker.image("picture").await.unwrap(), Some(image("picture")));
        if get(&source, "database").is_undefined() {
            assert_eq!(worker.list_assets().await.unwrap().len(), 1);
        }
        // A job keeps the timeline as it was.
        store.remove_timeline("t").await.unwrap();
        let later = LibraryStore::open(&source).await.unwrap();
        assert_eq!(later.timeline("t").await.unwrap(), Some(timeline.clone()));
        // A draft is not in the library, and is opened as well.
        let draft = LibraryStore::open(&store.source("t", Some(timeline.clone())).await.unwrap()).await.unwrap();
        assert_eq!(draft.asset(needed).await.unwrap(), Some(asset(needed)));
        assert_eq!(draft.timeline("t").await.unwrap(), Some(timeline));
        let missing = LibraryStore::open(&store.source("none", None).await.unwrap()).await.unwrap();
        assert_eq!(missing.timeline("none").await.unwrap(), None);
    }
    let neither = LibraryStore::open(&run_js("({ assets: new Map() })")).await.err().unwrap().to_string();
    assert!(neither.ends_with("it has no contents"), "{neither}");
}

#[wasm_bindgen_test]
async fn assets_and_pictures_are_copied_between_any_two_libraries() {
    for from in fresh_stores().await {
        from.put_asset(&asset("a"), &blob(b"content")).await.unwrap();
        from.put_image(&image("i")).await.unwrap();
        for to in fresh_stores().await {
            assert!(to.copy_asset(&from, "a").await.unwrap() && to.copy_image(&from, "i").await.unwrap());
            assert!(!to.copy_asset(&from, "none").await.unwrap() && !to.copy_image(&from, "none").await.unwrap());
            assert_eq!(to.asset("a").await.unwrap(), Some(asset("a")));
            assert_eq!(content_bytes(&to, "a").await.unwrap(), b"content");
            assert_eq!(to.image("i").await.unwrap(), Some(image("i")));
        }
    }
}

#[wasm_bindgen_test]
async fn a_cleared_library_has_nothing_and_takes_new_things() {
    for store in fresh_stores().await {
        store.put_asset(&asset("a"), &blob(b"a")).await.unwrap();
        store.put_image(&image("i")).await.unwrap();
        store.put_timeline(&timeline("t")).await.unwrap();
        store.clear().await.unwrap();
        assert!(store.list_assets().await.unwrap().is_empty() && store.content("a").await.unwrap().is_none());
        assert!(store.list_images().await.unwrap().is_empty() && store.list_timelines().await.unwrap().is_empty());
        store.put_asset(&asset("b"), &blob(b"b")).await.unwrap();
        assert_eq!(store.list_assets().await.unwrap(), [StoredAsset { asset: asset("b"), bytes: 1.0 }]);
    }
}

#[wasm_bindgen_test]
async fn a_closed_library_says_so() {
    let store = LibraryStore::in_memory();
    store.put_asset(&asset("a"), &blob(b"a")).await.unwrap();
    store.close();
    let errors = [
        store.asset("a").await.err(),
        store.blob("a").await.err(),
        store.put_asset(&asset("b"), &blob(b"b")).await.err(),
        store.clear().await.err(),
        store.source("t", None).await.err(),
    ];
    for error in errors {
        assert_eq!(error, Some(StoreError::Failed("the library is closed".into())));
    }
}

/// Runs `change` on an object store of a database, in a transaction of its own.
async fn in_database(name: &str, store: &str, change: &str, argument: &JsValue) {
    let run = run_js(
        "(name, storeName, change, argument) => new Promise((resolve, reject) => {
           const opening = indexedDB.open(name);
           opening.onsuccess = () => {
             const transaction = opening.result.transaction(storeName, 'readwrite');
             eval(change)(transaction.objectStore(storeName), argument);
             transaction.oncomplete = () => resolve(opening.result.close());
             transaction.onabort = reject;
           };
         })",
    );
    let run: Function = run.unchecked_into();
    let done = run.call4(&JsValue::UNDEFINED, &name.into(), &store.into(), &change.into(), argument).unwrap();
    JsFuture::from(Promise::from(done)).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_content_whose_record_has_no_size_is_looked_at_once() {
    let (name, store) = fresh_store().await;
    let ids: Vec<String> = (0..70).map(|index| format!("asset {index}")).collect();
    for id in &ids {
        store.put_asset(&asset(id), &blob(id.as_bytes())).await.unwrap();
    }
    let forget = "(records) => {
      records.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        const { bytes, ...older } = cursor.value;
        cursor.update(older);
        cursor.continue();
      };
    }";
    in_database(&name, "assets", forget, &JsValue::UNDEFINED).await;
    let sizes = async || store.list_assets().await.unwrap().into_iter().map(|stored| stored.bytes).collect::<Vec<_>>();
    let expected: Vec<f64> = ids.iter().map(|id| id.len() as f64).collect();
    assert_eq!(sizes().await, expected);

    // Without contents, sizes can come only from the records.
    in_database(&name, "contents", "(contents) => contents.clear()", &JsValue::UNDEFINED).await;
    assert_eq!(sizes().await, expected);
    assert_eq!(
        store.stored_asset("asset 69").await.unwrap(),
        Some(StoredAsset { asset: asset("asset 69"), bytes: 8.0 })
    );
}

#[wasm_bindgen_test]
async fn timelines_take_the_bytes_of_their_clips_and_more() {
    for store in fresh_stores().await {
        assert_eq!(store.timeline_bytes().await.unwrap(), 0.0);
        store.put_timeline(&timeline("t")).await.unwrap();
        assert!(store.timeline_bytes().await.unwrap() > CLIPS.len() as f64);
    }
}

#[wasm_bindgen_test]
async fn a_damaged_record_hides_no_other_and_strays_are_swept() {
    let (name, store) = fresh_store().await;
    for id in ["whole", "damaged", "bare"] {
        store.put_asset(&asset(id), &blob(id.as_bytes())).await.unwrap();
    }
    store.put_image(&image("picture")).await.unwrap();
    store.put_timeline(&timeline("t")).await.unwrap();
    let damage = "(records) => {
      records.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (cursor.value.id === 'damaged') cursor.update({ ...cursor.value, frames: 'many' });
        cursor.continue();
      };
    }";
    in_database(&name, "assets", damage, &JsValue::UNDEFINED).await;
    let damage = "(contents) => {
      contents.put(new Blob(['stray']), ['stray', 0]);
      contents.put({ id: 'damaged' }, [['image', 'damaged']]);
    }";
    in_database(&name, "contents", damage, &JsValue::UNDEFINED).await;
    in_database(&name, "timelines", "(timelines) => timelines.put({ id: 'damaged' })", &JsValue::UNDEFINED).await;

    let listed: Vec<String> = store.list_assets().await.unwrap().into_iter().map(|stored| stored.asset.id).collect();
    assert_eq!(listed, ["whole", "bare"]);
    assert_eq!(store.asset("damaged").await.unwrap(), None);
    assert_eq!(store.image("damaged").await.unwrap(), None);
    assert_eq!(store.list_timelines().await.unwrap(), [timeline("t")]);
    assert!(store.timeline_bytes().await.unwrap() > CLIPS.len() as f64);

    assert_eq!(store.asset_records().await.unwrap().len(), 3);
    store.remove_strays().await.unwrap();
    assert!(store.blob("stray").await.unwrap().is_none());
    for id in ["whole", "damaged", "bare"] {
        assert_eq!(content_bytes(&store, id).await.unwrap(), id.as_bytes(), "its content stays");
    }
    assert_eq!(store.image("picture").await.unwrap(), Some(image("picture")));

    // A record that does not say which content it has might have any.
    let forget = "(records) => records.put({ name: 'nameless' })";
    in_database(&name, "assets", forget, &JsValue::UNDEFINED).await;
    in_database(&name, "contents", "(contents) => contents.put(new Blob(['?']), ['its', 0])", &JsValue::UNDEFINED)
        .await;
    store.remove_strays().await.unwrap();
    assert!(store.blob("its").await.unwrap().is_some());
}

#[wasm_bindgen_test]
async fn a_connection_that_the_browser_closed_without_a_word_is_opened_again_by_the_next_call() {
    let (_, store) = fresh_store().await;
    store.put_asset(&asset("a"), &blob(b"a")).await.unwrap();
    let closed = {
        // As after a crash of WebKit's storage process: every connection is closed, and only using it tells.
        let _closed = Patch::fails("IDBDatabase", "transaction", "!this.isNew", "InvalidStateError");
        store.list_assets().await.err().unwrap().to_string()
    };
    assert_eq!(closed, "The library could not be read or written: the browser closed it meanwhile. Try again.");
    assert_eq!(store.list_assets().await.unwrap().len(), 1);

    store.close();
    let closed = store.list_assets().await.err().unwrap().to_string();
    assert_eq!(closed, "The library could not be read or written: the library is closed");
}
