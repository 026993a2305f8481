//! The exported file's name.

/// The longest stem, in bytes: file systems take 255 for the whole name, and some add a suffix while writing.
const MAX_STEM_BYTES: usize = 200;

/// What the file's name ends with. Some players file an `.m4b` with the audiobooks; the bytes are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extension {
    /// `.m4a`
    #[default]
    M4a,
    /// `.m4b`
    M4b,
}

/// `{name}.m4a` or `.m4b`, with what Windows, macOS or Linux would refuse replaced.
pub fn file_name(name: &str, extension: Extension) -> String {
    let safe: String =
        name.chars().map(|char| if char.is_control() || r#"\/:*?"<>|"#.contains(char) { '-' } else { char }).collect();
    let mut stem = safe.trim_matches([' ', '.']);
    while stem.len() > MAX_STEM_BYTES {
        let mut chars = stem.chars();
        chars.next_back();
        stem = chars.as_str().trim_end();
    }
    let stem = if stem.is_empty() { "Untitled" } else { stem };
    let extension = match extension {
        Extension::M4a => "m4a",
        Extension::M4b => "m4b",
    };
    format!("{stem}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m4a(name: &str) -> String {
        file_name(name, Extension::M4a)
    }

    #[test]
    fn a_name_that_is_safe_is_kept() {
        assert_eq!(m4a("Le Café, Act I"), "Le Café, Act I.m4a");
        assert_eq!(file_name("Le Café, Act I", Extension::M4b), "Le Café, Act I.m4b");
    }

    #[test]
    fn what_a_file_system_refuses_is_replaced() {
        assert_eq!(m4a("a/b\\c:d*e?f\"g<h>i|j\u{0}k"), "a-b-c-d-e-f-g-h-i-j-k.m4a");
        assert_eq!(m4a(" ..hidden. "), "hidden.m4a");
        assert_eq!(m4a("  "), "Untitled.m4a");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let name = m4a(&"é".repeat(300));
        assert!(name.len() <= MAX_STEM_BYTES + 4 && name.ends_with("é.m4a"));
    }
}
