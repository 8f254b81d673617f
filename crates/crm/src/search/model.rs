//! What was asked, what is found, and in which order: pure rules, no I/O.

use crate::anchors::AnchorRef;
use crate::companies::domain::host_of;
use crate::contacts::Channel;
use crate::contacts::model::{canonical, dialled_digits};
use platform::text::fold;
use platform::text_index::CHARS_MIN;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// As much of a text as is searched for; the rest is not looked at.
pub const CHARS_MAX: usize = 200;
const WORDS_MAX: usize = 8;
const WORD_CHARS_MAX: usize = 64;
/// As much of a word as the substring index is asked for: each further character costs as much as the first, and what it
/// finds is compared with the whole word.
const INDEXED_CHARS_MAX: usize = 10;
/// A shorter word with a mistake in it could be nearly any other.
const NEAR_CHARS_MIN: usize = 4;

/// What canonical addresses of a channel begin with before the name that people know.
const MARKS: [(Channel, &str); 2] = [(Channel::Linkedin, "in/"), (Channel::Telegram, "@")];

/// The kind of record that was found; there will be more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    Customer,
    Company,
    Deal,
    /// One that the caller may see, found by its text.
    Note,
}

/// Why a record was found, the best reason first: this is the order of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchRank {
    /// The name is what was typed.
    WholeName,
    /// The name begins with it.
    NameBegins,
    /// Each typed word begins a word of the name, in any order.
    WordBegins,
    /// An address or domain is what was typed.
    WholeAddress,
    /// An address or domain begins with it.
    AddressBegins,
    /// It stands somewhere in the name or an address.
    Part,
    /// Nothing says so, but with a letter or two mistyped the name would: a guess, to be shown as one.
    Near,
}

/// What holds what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchField {
    Name,
    Email,
    Phone,
    Linkedin,
    Telegram,
    Domain,
    /// The text of a note.
    Body,
}

impl SearchField {
    /// The address of a channel; without one it is a domain.
    pub fn of(channel: Option<Channel>) -> SearchField {
        match channel {
            Some(Channel::Email) => SearchField::Email,
            Some(Channel::Phone) => SearchField::Phone,
            Some(Channel::Linkedin) => SearchField::Linkedin,
            Some(Channel::Telegram) => SearchField::Telegram,
            None => SearchField::Domain,
        }
    }
}

/// Where a record holds what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchMatch {
    pub field: SearchField,
    /// The whole value of that field, a phone number as E.164; of a note's text the part around what was typed.
    pub value: String,
}

/// A record that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    pub kind: SearchKind,
    pub id: Uuid,
    /// The name; of a note how it begins.
    pub title: String,
    /// What tells two of the same name apart: job title and company, or an address; domain and city; company and customer;
    /// what a note is about.
    #[schema(required)]
    pub subtitle: Option<String>,
    pub rank: SearchRank,
    #[serde(rename = "match")]
    pub matched: SearchMatch,
    /// The record that a note is about; on notes alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<AnchorRef>,
}

/// What was asked for, in the folded form that the indexes hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// All of it, with single spaces.
    pub text: String,
    pub words: Vec<String>,
    /// The digits of a phone number in any notation: each reading is part of the E.164 form.
    pub digits: Vec<String>,
}

impl Question {
    /// Nothing for a text that is empty or cannot be seen.
    pub fn of(typed: &str) -> Option<Question> {
        let typed: String = typed.chars().take(CHARS_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let folded = fold(pasted_address(typed.trim()).as_deref().unwrap_or(&typed));
        let words: Vec<String> = folded
            .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            .filter(|word| platform::text::is_seen(word))
            .take(WORDS_MAX)
            .map(|word| word.chars().take(WORD_CHARS_MAX).collect())
            .collect();
        let digits = dialled_digits(&folded).map(|digits| {
            // 8 is what is dialled before a long-distance number in Russia and Kazakhstan.
            let trunk = (digits.len() == 11).then(|| digits.strip_prefix('8').map(str::to_string)).flatten();
            std::iter::once(digits).chain(trunk).collect()
        });
        (!words.is_empty()).then(|| Question { text: words.join(" "), words, digits: digits.unwrap_or_default() })
    }

    /// Texts that the substring index must hold, each group one of its alternatives; empty when all words are too short
    /// for it. What it finds is to be [held](Question::is_held) against the question.
    pub fn parts(&self) -> Vec<Vec<String>> {
        if !self.digits.is_empty() {
            let text = Some(&self.text).filter(|text| indexed(text));
            return vec![self.digits.iter().chain(text).map(|text| cut(text)).collect()];
        }
        self.words.iter().filter(|word| indexed(word)).map(|word| vec![cut(word)]).collect()
    }

    /// Whether the index was asked for less than the question.
    pub fn is_cut(&self) -> bool {
        self.words
            .iter()
            .chain(&self.digits)
            .chain(Some(&self.text).filter(|_| !self.digits.is_empty()))
            .any(|text| text.chars().count() > INDEXED_CHARS_MAX)
    }

    /// Whether name and addresses hold all that was typed.
    pub fn is_held(&self, name: &str, addresses: &[(Option<Channel>, String)]) -> bool {
        let in_address = |text: &str| addresses.iter().any(|(_, address)| fold(address).contains(text));
        if self.digits.iter().any(|digits| in_address(digits)) {
            return true;
        }
        self.words.iter().all(|word| name.contains(word.as_str()) || in_address(word))
    }

    /// Whether an address was typed, so that whoever has it is the answer.
    pub fn is_address(&self) -> bool {
        !self.digits.is_empty() || self.text.contains(['@', '/'])
    }

    /// The words that the substring index cannot find; names must have a word that begins with each.
    pub fn short_words(&self) -> impl Iterator<Item = &String> {
        self.words.iter().filter(|word| self.digits.is_empty() && !indexed(word))
    }

    /// How the substring index sees a name whose second or later word begins with the only word; as for `parts`.
    pub fn word_begins(&self) -> Option<String> {
        match self.words.as_slice() {
            [word] if !self.is_address() => Some(format!(" {}", cut(word))).filter(|text| indexed(text)),
            _ => None,
        }
    }

    /// How addresses begin that begin with what was typed, each on its channel.
    pub fn address_begins(&self) -> Vec<(Channel, String)> {
        let mut begins: Vec<(Channel, String)> =
            self.digits.iter().map(|digits| (Channel::Phone, format!("+{digits}"))).collect();
        if self.digits.is_empty() && self.words.len() == 1 {
            begins.push((Channel::Email, self.text.clone()));
            for (channel, mark) in MARKS {
                let typed = self.text.strip_prefix(mark).unwrap_or(&self.text);
                begins.push((channel, format!("{mark}{typed}")));
            }
        }
        begins
    }

    /// The beginning of a domain, also from a web address.
    pub fn host(&self) -> Option<String> {
        match self.words.as_slice() {
            [word] => Some(host_of(word).unwrap_or_else(|| word.clone())),
            _ => None,
        }
    }

    /// Where a name stands in the order of answers, when it is the name that answers.
    pub fn rank_of_name(&self, name: &str) -> Option<SearchRank> {
        if name == self.text {
            return Some(SearchRank::WholeName);
        }
        if name.starts_with(&self.text) {
            return Some(SearchRank::NameBegins);
        }
        if self.words.iter().all(|word| begins_word(name, word)) {
            return Some(SearchRank::WordBegins);
        }
        let found = |word: &String| if indexed(word) { name.contains(word.as_str()) } else { begins_word(name, word) };
        self.words.iter().all(found).then_some(SearchRank::Part)
    }

    /// Where an address stands in the order of answers, when it has at least one of the words.
    pub fn rank_of_address(&self, channel: Channel, canonical: &str) -> Option<SearchRank> {
        if channel == Channel::Phone {
            let number = canonical.trim_start_matches('+');
            let of = |digits: &String| whole_begins_or_part(number, digits);
            return self.digits.iter().filter_map(of).min();
        }
        let address = fold(canonical);
        // What a profile is called begins after the mark of its channel.
        let mark = MARKS.iter().find(|(of, _)| *of == channel).map_or("", |(_, mark)| mark);
        let begins = |text: &str, address: &str| {
            whole_begins_or_part(address.strip_prefix(mark).unwrap_or(address), text.strip_prefix(mark).unwrap_or(text))
        };
        begins(&self.text, &address).or_else(|| {
            self.words.iter().any(|word| indexed(word) && address.contains(word.as_str())).then_some(SearchRank::Part)
        })
    }

    /// The same for the domain of a company.
    pub fn rank_of_domain(&self, domain: &str) -> Option<SearchRank> {
        whole_begins_or_part(domain, &self.host()?)
    }

    /// Whether a mistyped letter may be looked for: in names, which are words of letters.
    pub fn may_be_mistyped(&self) -> bool {
        let letters = |word: &String| {
            word.strip_suffix('.').unwrap_or(word).chars().all(|c| c.is_alphabetic() || "-'’".contains(c))
        };
        self.words.iter().all(letters) && self.words.iter().any(|word| word.chars().count() >= NEAR_CHARS_MIN)
    }

    /// Texts of which a name that is nearly what was typed holds at least one from each group, save for mistakes in the
    /// middle of a short word: parts that as many mistakes as are forgiven cannot all touch.
    pub fn near_parts(&self) -> Vec<Vec<String>> {
        self.words.iter().filter(|word| indexed(word)).map(|word| near_parts(word)).collect()
    }

    /// How far a name is from what was typed: letters changed, left out, added or swapped, twice that for each, and one
    /// more for each word that is only begun. Nothing when it is too far to be meant.
    pub fn distance(&self, name: &str) -> Option<usize> {
        let names: Vec<&str> = words_of(name).collect();
        self.words.iter().map(|word| names.iter().filter_map(|of| distance(word, of)).min()).sum()
    }
}

fn cut(text: &str) -> String {
    text.chars().take(INDEXED_CHARS_MAX).collect()
}

fn indexed(text: &str) -> bool {
    text.chars().count() >= CHARS_MIN
}

/// What an address that was pasted whole is stored as: a profile's address on the web is not what is indexed of it.
fn pasted_address(typed: &str) -> Option<String> {
    let lower = typed.to_ascii_lowercase();
    let channel = if lower.contains("linkedin.com/") {
        Channel::Linkedin
    } else if lower.contains("t.me/") {
        Channel::Telegram
    } else if typed.contains('@') {
        Channel::Email
    } else {
        return None;
    };
    canonical(channel, typed, None).ok()
}

fn whole_begins_or_part(value: &str, text: &str) -> Option<SearchRank> {
    match value.find(text)? {
        0 if value.len() == text.len() => Some(SearchRank::WholeAddress),
        0 => Some(SearchRank::AddressBegins),
        _ => Some(SearchRank::Part),
    }
}

fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether `word` stands in `name` where no letter or digit is before it.
fn begins_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| !name[..at].ends_with(char::is_alphanumeric))
}

/// Mistakes that are forgiven in a word of so many characters.
fn mistakes_max(chars: usize) -> usize {
    match chars {
        0..NEAR_CHARS_MIN => 0,
        NEAR_CHARS_MIN..8 => 1,
        _ => 2,
    }
}

fn distance(word: &str, of: &str) -> Option<usize> {
    if of.starts_with(word) {
        return Some(usize::from(of.len() > word.len()));
    }
    let (chars, length) = (word.chars().count(), of.chars().count());
    let most = mistakes_max(chars);
    if most == 0 || length + most < chars {
        return None;
    }
    let whole = strsim::osa_distance(word, of);
    if whole <= most {
        return Some(2 * whole);
    }
    // People search before they have typed all of a name: the word may be its beginning.
    let begun = (chars.saturating_sub(most)..=chars + most)
        .filter(|size| *size < length && *size >= NEAR_CHARS_MIN)
        .map(|size| strsim::osa_distance(word, of.char_indices().nth(size).map_or(of, |(at, _)| &of[..at])))
        .min()?;
    (begun <= most).then_some(2 * begun + 1)
}

fn near_parts(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let text = |part: &[char]| part.iter().collect::<String>();
    let swapped = |at: usize| {
        let mut swapped = chars.clone();
        swapped.swap(at - 1, at);
        text(&swapped)
    };
    let count = chars.len();
    match count {
        0..NEAR_CHARS_MIN => vec![word.to_string()],
        // Halves would be too short for the index.
        NEAR_CHARS_MIN..6 => {
            let mut parts = vec![text(&chars[..CHARS_MIN]), text(&chars[count - CHARS_MIN..])];
            parts.extend((1..count).map(swapped));
            parts
        }
        6..9 => {
            let half = count / 2;
            // A swap across the middle touches both halves. Of eight letters two may be wrong: one in either half is
            // not found.
            vec![text(&chars[..half]), text(&chars[half..]), swapped(half)]
        }
        _ => {
            let (one, two) = (count / 3, count - count / 3);
            vec![text(&chars[..one]), text(&chars[one..two]), text(&chars[two..])]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(text: &str) -> Question {
        Question::of(text).expect("a question")
    }

    #[test]
    fn names_are_ranked_by_where_the_words_stand() {
        use SearchRank::{NameBegins, Part, WholeName, WordBegins};
        for (text, name, rank) in [
            ("Änna", "anna", Some(WholeName)),
            ("anna", "anna meyer", Some(NameBegins)),
            ("meyer", "anna meyer", Some(WordBegins)),
            ("Meyer, Anna", "anna meyer", Some(WordBegins)),
            ("luc", "jean-luc picard", Some(WordBegins)),
            ("eye", "anna meyer", Some(Part)),
            ("li", "anna li", Some(WordBegins)),
            ("li", "ali", None),
            ("anna x", "anna meyer", None),
            ("zoe", "anna meyer", None),
        ] {
            assert_eq!(asked(text).rank_of_name(name), rank, "{text} {name}");
        }
    }

    #[test]
    fn numbers_are_found_in_any_notation() {
        use SearchRank::{AddressBegins, Part, WholeAddress};
        assert_eq!(asked("zoe-u").rank_of_address(Channel::Linkedin, "in/zoe-u"), Some(WholeAddress));
        assert_eq!(asked("@anna").rank_of_address(Channel::Telegram, "@anna_m"), Some(AddressBegins));
        for (text, rank) in [
            ("+49 (0)30 / 90-18.20", WholeAddress),
            ("0049 30 901820", WholeAddress),
            ("tel:+4930901820", WholeAddress),
            ("+49 30", AddressBegins),
            ("(030) 90 18 20", Part),
            ("1820", Part),
        ] {
            let question = asked(text);
            assert_eq!(question.rank_of_address(Channel::Phone, "+4930901820"), Some(rank), "{text}");
        }
        assert_eq!(asked("8 (495) 123-45-67").rank_of_address(Channel::Phone, "+74951234567"), Some(Part));
        assert_eq!(asked("12").digits, [""; 0]);
    }

    #[test]
    fn pasted_addresses_become_what_is_stored() {
        for (text, stored) in [
            ("https://www.linkedin.com/in/Anna-Meyer/?x=1", "in/anna-meyer"),
            ("https://t.me/Anna_M", "@anna_m"),
            (" Anna@MÜLLER.de ", "anna@xn--mller-kva.de"),
            ("anna@mue", "anna@mue"),
        ] {
            assert_eq!(asked(text).text, stored);
        }
        assert_eq!(asked("https://www.Acme.example/about").host().as_deref(), Some("acme.example"));
    }

    #[test]
    fn what_cannot_be_seen_is_no_question() {
        for text in ["", "  ", "\0\0", "\u{200b}", ", ;"] {
            assert_eq!(Question::of(text), None, "{text:?}");
        }
        let long = asked(&"word ".repeat(2_000));
        assert_eq!(long.words.len(), WORDS_MAX);
    }

    #[test]
    fn a_mistake_or_two_are_forgiven_by_the_length_of_the_word() {
        for (text, name, far) in [
            ("meyr", "anna meyer", Some(2)),
            ("meier", "anna meyer", Some(2)),
            ("anan meyer", "anna meyer", Some(2)),
            ("shcmidt", "schmidt", Some(2)),
            ("schmitd", "schmidtke", Some(3)),
            ("scmidtberger", "schmidberger", Some(4)),
            ("mia", "max", None),
            ("anna meyer", "anna schmidt", None),
            ("lovelase", "ada lovelace", Some(2)),
        ] {
            assert_eq!(asked(text).distance(name), far, "{text} {name}");
        }
        assert!(!asked("a@b.example").may_be_mistyped());
        assert!(!asked("abc").may_be_mistyped());
        assert!(!asked("+49 30 1234").may_be_mistyped());
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_rule(typed in any::<String>(), name in any::<String>()) {
            if let Some(question) = Question::of(&typed) {
                let name = fold(&name);
                question.rank_of_name(&name);
                question.distance(&name);
                question.rank_of_address(Channel::Email, &name);
                question.rank_of_address(Channel::Phone, &name);
                question.rank_of_domain(&name);
                for part in question.parts().into_iter().chain(question.near_parts()).flatten() {
                    prop_assert!(part.chars().count() >= CHARS_MIN && !part.contains('\0'));
                }
            }
        }

        #[test]
        fn one_mistake_leaves_a_part_whole(word in "[a-z]{6,12}", at in 0_usize..6, letter in "[a-z]", kind in 0..4) {
            let mut typed: Vec<char> = word.chars().collect();
            let letter = letter.chars().next().unwrap_or('x');
            match kind {
                0 => typed[at] = letter,
                1 => typed.insert(at, letter),
                2 if typed.len() > 6 => drop(typed.remove(at)),
                _ => typed.swap(at, at.max(1) - 1),
            }
            let typed: String = typed.into_iter().collect();
            let question = asked(&typed);
            prop_assert!(question.distance(&word).is_some());
            prop_assert!(question.near_parts()[0].iter().any(|part| word.contains(part.as_str())), "{typed} {word}");
        }
    }
}
