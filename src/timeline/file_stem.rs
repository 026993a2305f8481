//! Turns any name into a file name that every file system accepts. `package/file-stem.ts` does the same for the page;
//! `tests/data/file-stems.json` tests both.

use super::text::cut;

/// The longest stem, in bytes: file systems take 255 for the whole name, and some add a suffix while writing.
const MAX_STEM_BYTES: usize = 200;

/// Device names that Windows reserves, in any case and with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Port names that Windows reserves, when followed by a digit or a superscript digit.
const PORTS: [&str; 2] = ["com", "lpt"];

/// Returns `name` as a file name without extension. Characters that Windows, macOS or Linux refuse are replaced.
/// Marks that change the writing's direction are removed: with them a name may seem to have another extension.
pub fn file_stem(name: &str) -> String {
    let visible = name.chars().filter(|&char| !is_mark(char));
    let safe: String = visible.map(|char| if is_refused(char) { '-' } else { char }).collect();
    let mut stem = safe.trim_matches(is_edge).to_owned();
    let base = stem.split('.').next().unwrap_or_default().trim_end();
    if is_device(base) {
        stem.insert(0, '_');
    }
    match cut(&stem, MAX_STEM_BYTES).trim_end_matches(is_edge) {
        "" => "Untitled".into(),
        stem => stem.into(),
    }
}

/// Returns whether a character is an invisible mark of direction or byte order.
fn is_mark(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_refused(char: char) -> bool {
    char.is_control()
        || matches!(char, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns whether a name must not begin or end with the character: Windows drops it there, and a leading full stop
/// hides a file on other systems.
fn is_edge(char: char) -> bool {
    char == '.' || char.is_whitespace()
}

fn is_device(base: &str) -> bool {
    let base = base.to_ascii_lowercase();
    let is_port = |port: &str| {
        let mut number = base.strip_prefix(port).unwrap_or_default().chars();
        matches!((number.next(), number.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&base.as_str()) || PORTS.into_iter().any(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe_as_the_page_does() {
        let cases = include_str!("../../tests/data/file-stems.json");
        let cases: Vec<(String, String)> = serde_json::from_str(cases).unwrap();
        for (name, stem) in cases {
            assert_eq!(file_stem(&name), stem, "{name:?}");
            assert_eq!(file_stem(&stem), stem, "{stem:?} is safe");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        for char in ["e", "é", "日", "🎧"] {
            let stem = file_stem(&char.repeat(300));
            assert!((197..=MAX_STEM_BYTES).contains(&stem.len()) && stem.ends_with(char));
        }
    }
}
