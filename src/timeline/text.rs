//! Shortens text to a size limit.

/// Returns the start of a text, at most `most_bytes` bytes, cut between two characters.
pub fn cut(text: &str, most_bytes: usize) -> &str {
    let ends = text.char_indices().map(|(start, char)| start + char.len_utf8());
    let end = ends.take_while(|&end| end <= most_bytes).last().unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("chapter", 7), "chapter");
        assert_eq!(cut("chapter", 4), "chap");
        assert_eq!(cut("été", 4), "ét");
        assert_eq!(cut("😀😀", 7), "😀");
        assert_eq!(cut("😀", 3), "");
    }
}
