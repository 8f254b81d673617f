//! What a password must be (NIST SP 800-63B-4, section 3.1.1): long, and not easy to guess. There are no
//! rules about kinds of characters.
//!
//! Few common passwords reach 15 characters, so long ones are judged by their parts: what remains after
//! taking out common words, words of the person and the organisation, runs (`aaa`, `123`, `qwerty`) and
//! repetitions must still have [`REMAINDER_MIN`] different characters.

use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization as _;

/// Least length where the password is the only factor, in characters.
pub const LENGTH_MIN: usize = 15;
/// Longer ones are refused rather than cut, in characters.
pub const LENGTH_MAX: usize = 1_000;
/// Different letters and digits that must remain once the guessable parts are gone.
const REMAINDER_MIN: usize = 5;
/// Shorter words of names are too common inside others to be taken out.
const WORD_MIN: usize = 3;
/// Neighbours on common keyboards.
const KEYBOARD_ROWS: [&str; 6] = ["qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"];
/// This many neighbours on a keyboard are a run.
const KEYBOARD_RUN: usize = 4;
/// This many equal or counting characters are a run.
const COUNTING_RUN: usize = 3;

/// Words that common passwords are made of, one a line.
const COMMON_WORDS: &str = include_str!("common.txt");

/// A password, in Unicode normalisation form C so that it is the same from every keyboard. It cannot be
/// printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// A password as somebody types it to sign in.
    pub fn given(text: &str) -> Password {
        Password(text.nfc().collect())
    }

    /// A new password. `about` are names that make it guessable: of the person, the organisation, the
    /// address.
    ///
    /// # Errors
    /// A stable code and a text that says what to do.
    pub fn chosen(text: &str, about: &[&str]) -> Result<Password, (&'static str, String)> {
        let password = Password::given(text);
        let length = password.0.chars().count();
        if length < LENGTH_MIN {
            return Err((
                "too_short",
                format!("use at least {LENGTH_MIN} characters; four unrelated words are easy to remember"),
            ));
        }
        if length > LENGTH_MAX {
            return Err(("too_long", format!("use at most {LENGTH_MAX} characters")));
        }
        if remainder(text, about) < REMAINDER_MIN {
            return Err((
                "too_guessable",
                "this is made of common words, your own names or simple patterns; add unrelated words".to_string(),
            ));
        }
        Ok(password)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// How many different characters remain without the guessable parts.
fn remainder(text: &str, about: &[&str]) -> usize {
    let names = about.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).map(folded));
    let common = COMMON_WORDS.lines().map(str::to_string);
    let mut words: Vec<String> = names.filter(|word| word.chars().count() >= WORD_MIN).chain(common).collect();
    // The longest first: "passwords" before "password".
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    // Taken out as typed and again with look-alikes read as letters: `1234` is a run, `p4ss` a word. A
    // mark that stands for each part keeps what was apart from growing together.
    let mut rest = without_runs(&folded(text));
    rest = without_words(&rest, &words);
    rest = without_words(&look_alikes(&rest), &words);
    rest = without_runs(&rest);
    rest.chars().filter(|c| c.is_alphanumeric()).collect::<HashSet<char>>().len()
}

/// Lower case, compatible forms made equal, marks and punctuation dropped.
fn folded(text: &str) -> String {
    text.nfkd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Digits and signs that people write for letters.
fn look_alikes(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

const GONE: &str = " ";

fn without_words(text: &str, words: &[String]) -> String {
    words.iter().fold(text.to_string(), |text, word| text.replace(word.as_str(), GONE))
}

/// Without equal (`aaa`), counting (`abc`, `321`) and neighbouring (`asdf`) characters.
fn without_runs(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut rest = String::new();
    let mut at = 0;
    while at < chars.len() {
        let run = counting_run(&chars[at..]).max(keyboard_run(&chars[at..]));
        if run > 0 {
            rest.push_str(GONE);
            at += run;
        } else {
            rest.push(chars[at]);
            at += 1;
        }
    }
    rest
}

/// Length of the run of equal or counting characters at the start, or 0.
fn counting_run(chars: &[char]) -> usize {
    let step = |pair: &[char]| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]));
    let Some(first) = chars.windows(2).next().map(step).filter(|first| (-1..=1).contains(first)) else {
        return 0;
    };
    let length = 1 + chars.windows(2).take_while(|pair| step(pair) == first).count();
    if length >= COUNTING_RUN { length } else { 0 }
}

/// Length of the run of keyboard neighbours at the start, in either direction, or 0.
fn keyboard_run(chars: &[char]) -> usize {
    let longest = KEYBOARD_ROWS.iter().map(|row| {
        let forward: Vec<char> = row.chars().collect();
        let backward: Vec<char> = row.chars().rev().collect();
        shared_start(chars, &forward).max(shared_start(chars, &backward))
    });
    longest.max().filter(|&length| length >= KEYBOARD_RUN).unwrap_or(0)
}

/// How far `chars` follows `row` from wherever its first character is in it.
fn shared_start(chars: &[char], row: &[char]) -> usize {
    let Some(start) = chars.first().and_then(|first| row.iter().position(|c| c == first)) else {
        return 0;
    };
    chars.iter().zip(&row[start..]).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> Result<(), &'static str> {
        let about = ["Entente", "Ada Lovelace", "Difference Engines", "ada.l@example.com"];
        Password::chosen(text, &about).map(|_| ()).map_err(|(code, _)| code)
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(code("short and sweet"), Ok(()));
        assert_eq!(code("short 'n sweet"), Err("too_short"));
        assert_eq!(code("žluťoučký kůň ě"), Ok(()));
        assert_eq!(code(&"x9 k2 m4 w7 ".repeat(21)), Ok(()), "252 characters");
        assert_eq!(code(&"long words ".repeat(100)), Err("too_long"));
    }

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        for guessable in [
            "passwordpassword",
            "Password1234567!",
            "P4ssw0rd-P4ssw0rd",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "abcdefghijklmnopqrstuvwxyz",
            "qwertyuiopasdfghjkl",
            "abababababababababab",
            "letmeinletmein2024",
            "ententeentente12",
            "AdaLovelace12345",
            "difference-engines-1",
            "ada.l@example.com",
            "iloveyouiloveyou",
            "111222333444555666",
        ] {
            assert_eq!(code(guessable), Err("too_guessable"), "{guessable}");
        }
    }

    #[test]
    fn no_kind_of_character_is_demanded() {
        for good in [
            "correct horse battery staple",
            "korrektes pferd batterie",
            "this is my password for the crm",
            "zgjqhvnwbxkdpmt",
            "8417 5503 9926 7",
            "ふるいけやかわずとびこむみずのおと",
        ] {
            assert_eq!(code(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn equal_texts_are_equal_passwords_whatever_their_encoding() {
        assert_eq!(Password::given("cafe\u{301} au lait"), Password::given("café au lait"));
        assert_ne!(Password::given("ﬁne"), Password::given("fine"), "compatible forms stay apart");
        assert_eq!(format!("{:?}", Password::given("secret")), "Password(…)");
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>(), name in any::<String>()) {
            let _ = Password::chosen(&text, &[&name]);
        }

        #[test]
        fn random_ones_pass(text in "[a-z0-9]{24}") {
            prop_assert!(Password::chosen(&text, &["Entente"]).is_ok());
        }
    }
}
