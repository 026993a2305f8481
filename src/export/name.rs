//! The exported file's name.

use serde::Deserialize;

use crate::timeline::file_stem;

/// The file name's extension. Some players file an `.m4b` under audiobooks; the bytes are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extension {
    /// `.m4a`
    #[default]
    M4a,
    /// `.m4b`
    M4b,
}

/// Returns `{name}.m4a` or `.m4b`, with the name made safe by [`file_stem`].
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
