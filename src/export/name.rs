//! The exported file's name.

use crate::timeline::file_stem;

/// What the file's name ends with. Some players file an `.m4b` with the audiobooks; the bytes are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extension {
    /// `.m4a`
    #[default]
    M4a,
    /// `.m4b`
    M4b,
}

/// `{name}.m4a` or `.m4b`, as [`file_stem`] has it.
pub fn file_name(name: &str, extension: Extension) -> String {
    let extension = match extension {
        Extension::M4a => "m4a",
        Extension::M4b => "m4b",
    };
    format!("{}.{extension}", file_stem(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_timeline_is() {
        assert_eq!(file_name("Act I/II", Extension::M4a), "Act I-II.m4a");
        assert_eq!(file_name("Act I/II", Extension::M4b), "Act I-II.m4b");
    }
}
