//! The package's lists of choices are those that the engine and the page's module take, by the same names.

use std::collections::BTreeSet;

use secuencia::export::OnUnreadableClip;
use secuencia::sidecar::SidecarKind;
use secuencia::timeline::{ChapterSource, LayoutChoice, MediaType};
use serde::de::DeserializeOwned;

const CHOICES: &str = include_str!("../../package/choices.ts");

/// Returns the texts of a list of the package's.
fn listed(list: &str) -> BTreeSet<&'static str> {
    let (_, list) = CHOICES.split_once(&format!("export const {list} = [")).unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).collect()
}

/// Returns the names of an enumeration's variants: the error about an unknown one quotes them all.
fn taken<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(r#""no such choice""#).err().unwrap().to_string();
    error.split('`').skip(1).step_by(2).filter(|name| *name != "no such choice").map(str::to_owned).collect()
}

#[test]
fn every_choice_has_one_name() {
    for (list, taken) in [
        ("AUDIO_LAYOUTS", taken::<LayoutChoice>()),
        ("REACTIONS", taken::<OnUnreadableClip>()),
        ("SIDECAR_KINDS", taken::<SidecarKind>()),
        ("MEDIA_TYPES", taken::<MediaType>()),
    ] {
        assert!(listed(list).into_iter().eq(&taken), "{list}: {:?}, and not {taken:?}", listed(list));
    }
    let mut sources = taken::<ChapterSource>();
    assert!(sources.remove("everySeconds"), "a number is no choice of a list");
    assert!(listed("CHAPTER_SOURCES").into_iter().eq(&sources), "{sources:?}");
}
