//! Converts languages from BCP 47 tags to a file's ISO 639-2 codes.

/// Each language's two-letter code (ISO 639-1), followed by its three-letter code (ISO 639-2/T).
const CODES: &str = "aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bibis \
    bmbam bnben bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe \
    elell eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj gvglv \
    hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher iaina idind ieile igibo iiiii ikipk ioido isisl itita iuiku \
    jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor kykir lalat lbltz \
    lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal mnmon mrmar msmsa mtmlt mymya nanau nbnob \
    ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs papan pipli plpol pspus ptpor \
    quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag sisin skslk slslv smsmo snsna sosom sqsqi srsrp \
    ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl tntsn toton trtur tstso tttat twtwi tytah \
    uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid yoyor zazha zhzho zuzul";

/// The code for an unknown language (ISO 639-2, "undetermined").
const UNDETERMINED: &str = "und";

/// Returns the three-letter code of a BCP 47 tag's primary subtag; `und` if it has none. A primary subtag of three
/// letters already is a code.
pub(super) fn iso_639_2(tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if primary.len() == 3 && primary.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return primary;
    }
    let mut codes = CODES.split_ascii_whitespace().filter_map(|pair| pair.split_at_checked(2));
    codes.find(|(two, _)| *two == primary).map_or(UNDETERMINED, |(_, three)| three).into()
}

/// Returns whether the text has the form of a BCP 47 tag (RFC 5646, 2.1): subtags of at most eight letters and
/// digits.
pub(super) fn is_tag(tag: &str) -> bool {
    let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.split('-').all(is_subtag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tags_primary_subtag_has_a_code() {
        for (tag, code) in [("en", "eng"), ("pt-BR", "por"), ("DE", "deu"), ("zh-Hant-TW", "zho"), ("zu", "zul")] {
            assert_eq!(iso_639_2(tag), code);
        }
        for (tag, code) in [("yue", "yue"), ("GSW-ch", "gsw")] {
            assert_eq!(iso_639_2(tag), code, "a subtag of three letters is a code itself");
        }
    }

    #[test]
    fn what_is_no_language_is_undetermined() {
        for tag in ["", "-", "x-klingon", "English", "e", "3n", "xx", "日本", "\0\0\0"] {
            assert_eq!(iso_639_2(tag), "und", "{tag:?}");
        }
    }

    #[test]
    fn the_table_has_pairs_of_two_letters_and_three_in_order() {
        let pairs: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert_eq!(pairs.len(), 183);
        assert!(pairs.iter().all(|pair| pair.len() == 5) && pairs.is_sorted());
    }

    #[test]
    fn a_tag_is_letters_digits_and_hyphens() {
        for (tag, is) in
            [("en", true), ("zh-Hant-TW", true), ("", false), ("en_US", false), ("en-", false), ("é", false)]
        {
            assert_eq!(is_tag(tag), is, "{tag:?}");
        }
    }
}
