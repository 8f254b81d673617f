//! Text as comparisons see it.
//!
//! The program folds text itself and stores the folded form beside the original, so that both
//! engines and the in-memory evaluator agree on every script, whatever the database's locale.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which names are compared, sorted and searched: Unicode NFKD without combining marks,
/// lower-case. `"Škoda ＡＧ"` becomes `"skoda ag"`.
///
/// Folding what is folded changes nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(lower_char)
        // A few characters gain a mark, or a new decomposition, only by being lower-cased.
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .collect()
}

/// Lower-case, for names whose accents matter (tags). Unlike `str::to_lowercase` it does not look at
/// the neighbours of a letter, so a part of a text folds like the same part of the whole.
pub fn lower(text: &str) -> String {
    text.chars().flat_map(lower_char).collect()
}

/// Whether a person sees anything of `text`.
pub fn is_seen(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(c))
}

/// What a person sees of `text`. Joiners inside emoji and Persian words vanish too, so this is for comparing alone.
pub fn seen(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Whether `text` turns the direction of what stands around it: so `gpj.exe` can show as `exe.jpg`. Embeddings,
/// overrides and isolates do; the marks for single letters (U+200E, U+200F) do not.
pub fn turns_direction(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// Unicode's `Default_Ignorable_Code_Point`, and what shows as nothing though it is not among them: the empty Braille
/// pattern, the marks around annotations, the empty note head.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn lower_char(c: char) -> impl Iterator<Item = char> {
    // A sigma at the end of a word is the same letter as inside one.
    (if c == 'ς' { 'σ' } else { c }).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{fold, lower};
    use proptest::prelude::*;

    #[test]
    fn folds_case_marks_and_forms() {
        for (text, folded) in [
            ("Škoda ＡＧ", "skoda ag"),
            ("Nguyễn Thị Ánh", "nguyen thi anh"),
            ("e\u{301}", "e"),
            ("İstanbul", "istanbul"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
            ("Οδυσσεύς", "οδυσσευσ"),
            ("ﬁne №5 ½", "fine no5 1⁄2"),
            ("Straße", "straße"),
            ("👩‍👩‍👧 100%_\\", "👩‍👩‍👧 100%_\\"),
            ("", ""),
            ("\u{301}", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn every_character_folds_once() {
        for c in '\0'..=char::MAX {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
            let once = lower(&c.to_string());
            assert_eq!(lower(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn lower_keeps_accents() {
        assert_eq!(lower("Größe-ÉTÉ"), "größe-été");
    }

    proptest! {
        #[test]
        fn a_part_is_found_in_the_whole(a in "\\PC{0,12}", b in "\\PC{0,12}", c in "\\PC{0,12}") {
            let whole = fold(&format!("{a}{b}{c}"));
            prop_assert!(whole.contains(&fold(&b)), "{whole:?} {b:?}");
        }

        #[test]
        fn folding_is_idempotent(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
