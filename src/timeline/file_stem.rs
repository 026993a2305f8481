//! A name as a file's, for every file system.

/// The longest stem, in bytes: file systems take 255 for the whole name, and some add a suffix while writing.
const MAX_STEM_BYTES: usize = 200;

/// The name without an extension, with what Windows, macOS or Linux would refuse replaced.
pub fn file_stem(name: &str) -> String {
    let is_refused =
        |char: char| char.is_control() || matches!(char, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let safe: String = name.chars().map(|char| if is_refused(char) { '-' } else { char }).collect();
    let mut stem = safe.trim_matches(|char| matches!(char, ' ' | '.'));
    while stem.len() > MAX_STEM_BYTES {
        let mut chars = stem.chars();
        chars.next_back();
        stem = chars.as_str().trim_end();
    }
    if stem.is_empty() { "Untitled".into() } else { stem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_safe_is_kept() {
        assert_eq!(file_stem("Le Café, Act I"), "Le Café, Act I");
    }

    #[test]
    fn what_a_file_system_refuses_is_replaced() {
        assert_eq!(file_stem("a/b\\c:d*e?f\"g<h>i|j\u{0}k"), "a-b-c-d-e-f-g-h-i-j-k");
        assert_eq!(file_stem(" ..hidden. "), "hidden");
        assert_eq!(file_stem("  "), "Untitled");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let stem = file_stem(&"é".repeat(300));
        assert!(stem.len() <= MAX_STEM_BYTES && stem.ends_with('é'));
    }
}
