//! From lists of names to one person's name, and from any name to what fits an address.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::cultures::{CULTURES, Culture, Order};
use super::random::Random;

/// One name in its own script and in Latin letters, each with its form for a woman.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    native: [String; 2],
    latin: [String; 2],
}

impl Name {
    /// Reads `native/feminine=latin/feminine`; `_` is a space.
    pub fn parse(token: &str) -> Name {
        let forms = |side: &str| {
            let (masculine, feminine) = side.split_once('/').unwrap_or((side, side));
            [masculine.replace('_', " "), feminine.replace('_', " ")]
        };
        let (native, latin) = token.split_once('=').unwrap_or((token, token));
        Name { native: forms(native), latin: forms(latin) }
    }

    pub fn native(&self, feminine: bool) -> &str {
        &self.native[usize::from(feminine)]
    }

    pub fn latin(&self, feminine: bool) -> &str {
        &self.latin[usize::from(feminine)]
    }
}

/// All names of a white-space separated list.
pub fn parse_list(list: &str) -> Vec<Name> {
    list.split_whitespace().map(Name::parse).collect()
}

/// A culture with its lists taken apart.
#[derive(Debug)]
pub struct People {
    pub key: &'static str,
    pub language: &'static str,
    order: Order,
    native: u64,
    double: u64,
    female: Vec<Name>,
    male: Vec<Name>,
    pub family: Vec<Name>,
}

/// A person's name as written in the contact book, and what an address is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub first: String,
    pub last: String,
    pub full: String,
    pub feminine: bool,
    /// `a-z` only.
    pub first_address: String,
    /// `a-z` only.
    pub last_address: String,
}

impl People {
    /// Every culture of `cultures.rs`, in that order.
    pub fn all() -> Vec<People> {
        CULTURES.iter().map(People::new).collect()
    }

    fn new(culture: &Culture) -> People {
        People {
            key: culture.key,
            language: culture.language,
            order: culture.order,
            native: culture.native,
            double: culture.double,
            female: parse_list(culture.female),
            male: parse_list(culture.male),
            family: parse_list(culture.family),
        }
    }

    /// Draws one person.
    pub fn person(&self, random: &mut Random) -> Person {
        let feminine = random.chance(50);
        let given = random.pick(if feminine { &self.female } else { &self.male });
        let family = random.pick(&self.family);
        let second = random.pick(&self.family);
        let native = random.chance(self.native);
        let write = |name: &Name| if native { name.native(feminine) } else { name.latin(feminine) }.to_string();

        let first = write(given);
        let mut last = write(family);
        if random.chance(self.double) && second != family {
            last = format!("{last} {}", write(second));
        }
        // Written in Latin letters, Chinese, Japanese and Korean names take the western order.
        let latin_only = family.native == family.latin;
        let full = match self.order {
            Order::FamilyFirst if native || latin_only => format!("{last} {first}"),
            Order::FamilyFirstJoined if native => format!("{last}{first}"),
            _ => format!("{first} {last}"),
        };
        Person {
            first,
            last,
            full,
            feminine,
            first_address: address(given.latin(feminine), self.key),
            last_address: address(family.latin(feminine), self.key),
        }
    }
}

/// The letters `a-z` and digits of a name in the transliteration customary for its language; everything else is dropped.
pub fn address(text: &str, culture: &str) -> String {
    ascii(text, culture).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Words joined by hyphens, lower-case, for domains and profile addresses.
pub fn slug(text: &str, culture: &str) -> String {
    let mut slug = String::new();
    for c in ascii(text, culture).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c != '\'' && c != '.' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_string()
}

fn ascii(text: &str, culture: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let special = match (culture, c) {
            ("de", 'ä') | ("da" | "nb" | "de", 'æ') => "ae",
            ("de", 'ö') | ("da" | "nb", 'ø') => "oe",
            ("de", 'ü') => "ue",
            ("de", 'Ä') | ("da" | "nb", 'Æ') => "Ae",
            ("de", 'Ö') | ("da" | "nb", 'Ø') => "Oe",
            ("de", 'Ü') => "Ue",
            ("da" | "nb", 'å') => "aa",
            ("da" | "nb", 'Å') => "Aa",
            (_, 'ß') => "ss",
            (_, 'æ') => "ae",
            (_, 'Æ') => "Ae",
            (_, 'œ') => "oe",
            (_, 'ø') => "o",
            (_, 'Ø') => "O",
            (_, 'ł') => "l",
            (_, 'Ł') => "L",
            (_, 'đ' | 'ð') => "d",
            (_, 'Đ') => "D",
            (_, 'ı') => "i",
            (_, 'þ') => "th",
            (_, '&') => "and",
            _ => {
                out.extend(std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c) && c.is_ascii()));
                continue;
            }
        };
        out.push_str(special);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses_as_their_languages_do() {
        assert_eq!(address("Müller", "de"), "mueller");
        assert_eq!(address("Müller", "tr"), "muller");
        assert_eq!(address("Sørensen", "da"), "soerensen");
        assert_eq!(address("Göransson", "sv"), "goransson");
        assert_eq!(address("Łukasz", "pl"), "lukasz");
        assert_eq!(address("Đặng", "vi"), "dang");
        assert_eq!(address("Işık", "tr"), "isik");
        assert_eq!(address("İlker", "tr"), "ilker");
        assert_eq!(address("O'Brien", "ga"), "obrien");
        assert_eq!(address("van den Berg", "nl"), "vandenberg");
        assert_eq!(slug("Müller & Söhne GmbH", "de"), "mueller-and-soehne-gmbh");
        assert_eq!(slug("D'Amico S.p.A.", "it"), "damico-spa");
    }

    #[test]
    fn tokens_carry_scripts_and_gender() {
        let name = Name::parse("Волков/Волкова=Volkov/Volkova");
        assert_eq!((name.native(true), name.latin(false)), ("Волкова", "Volkov"));
        assert_eq!(Name::parse("van_Dam").native(true), "van Dam");
    }

    #[test]
    fn every_name_of_every_culture_has_an_address() {
        for people in People::all() {
            for name in people.female.iter().chain(&people.male).chain(&people.family) {
                for feminine in [false, true] {
                    let address = address(name.latin(feminine), people.key);
                    let letters = address.bytes().all(|b| b.is_ascii_lowercase());
                    assert!(letters && !address.is_empty(), "{} {name:?}: {address:?}", people.key);
                }
            }
        }
    }
}
