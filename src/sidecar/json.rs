//! JSON's strings, seconds and lists (RFC 8259), pretty-printed with two spaces for each level, as most tools do.
//!
//! Two files of fixed shape need no more. A library for all shapes would add about 40 KB to the module.

use std::fmt::{self, Display, Formatter, Write};

/// A JSON string. Only the characters that JSON requires are escaped.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.0.chars().try_for_each(|char| match char {
            '"' => f.write_str("\\\""),
            '\\' => f.write_str("\\\\"),
            '\n' => f.write_str("\\n"),
            '\r' => f.write_str("\\r"),
            '\t' => f.write_str("\\t"),
            '\u{8}' => f.write_str("\\b"),
            '\u{c}' => f.write_str("\\f"),
            '\0'..='\u{1f}' => write!(f, "\\u{:04x}", u32::from(char)),
            char => f.write_char(char),
        })?;
        f.write_char('"')
    }
}

/// Milliseconds, written as the shortest number of seconds. It reads back as the nearest `f64`.
pub(super) struct Seconds(pub(super) u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (seconds, milliseconds) = (self.0 / 1_000, self.0 % 1_000);
        write!(f, "{seconds}")?;
        match milliseconds {
            0 => Ok(()),
            whole if whole % 100 == 0 => write!(f, ".{}", whole / 100),
            whole if whole % 10 == 0 => write!(f, ".{:02}", whole / 10),
            whole => write!(f, ".{whole:03}"),
        }
    }
}

/// Writes a list that is a field of the outermost object. `element` writes one element, without indent on its first
/// line.
pub(super) fn list<T, W: Write>(
    out: &mut W,
    elements: &[T],
    element: impl Fn(&T, &mut W) -> fmt::Result,
) -> fmt::Result {
    out.write_char('[')?;
    for (index, one) in elements.iter().enumerate() {
        out.write_str(if index > 0 { ",\n    " } else { "\n    " })?;
        element(one, out)?;
    }
    out.write_str(if elements.is_empty() { "]" } else { "\n  ]" })
}
