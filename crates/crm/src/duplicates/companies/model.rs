//! When two companies may be one: pure rules.

use super::super::model::{Evidence, EvidenceKind, together};
use crate::contacts::model::linkedin_page;
use crate::domains::{host_of, is_free_mail, is_shared_host, registrable_domain};
use platform::text::fold;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What one piece of evidence is worth by itself.
const SAME_PAGE: f64 = 0.95;
const SAME_DOMAIN: f64 = 0.85;
const RELATED_DOMAIN: f64 = 0.6;
const EQUAL_NAME: f64 = 0.8;
/// Subsidiaries in two countries have one name too.
const EQUAL_NAME_ELSEWHERE: f64 = 0.5;
const SIMILAR_NAME: f64 = 0.5;

/// Names of so many letters that differ in one of them are hardly two names.
const LONG_NAME: usize = 8;
/// Beside other evidence, names may be less alike.
const SIMILAR_MIN: f64 = 0.9;
/// A shorter name in front of a domain's ending is anybody's: `abc.com` and `abc.de`.
const LABEL_MIN: usize = 4;

/// A company as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Candidate {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub name: String,
    pub legal_name: Option<String>,
    pub country: Option<String>,
    pub domains: Vec<String>,
    pub website: Option<String>,
    pub linkedin_url: Option<String>,
}

/// By what a company is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyKind {
    /// The registered domain of one of its domains or of its website.
    Domain,
    /// That one without its ending.
    Label,
    /// Its page on LinkedIn.
    Linkedin,
    /// What is left of a name without accents, spaces and legal form.
    Name,
}

impl KeyKind {
    pub(super) const ALL: [KeyKind; 4] = [KeyKind::Domain, KeyKind::Label, KeyKind::Linkedin, KeyKind::Name];

    /// As stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            KeyKind::Domain => "domain",
            KeyKind::Label => "label",
            KeyKind::Linkedin => "linkedin",
            KeyKind::Name => "name",
        }
    }
}

/// By what a company is found, each with what people have written for it.
pub(super) type Keys<'a> = BTreeMap<(KeyKind, String), &'a str>;

pub(super) fn keys(company: &Candidate) -> Keys<'_> {
    let mut keys = Keys::new();
    let mut add = |kind, key, text| {
        keys.entry((kind, key)).or_insert(text);
    };
    for text in company.domains.iter().chain(&company.website) {
        let Some(registered) = host_of(text).and_then(|host| registrable_domain(&host)) else { continue };
        if is_free_mail(&registered) || is_shared_host(&registered) {
            continue;
        }
        let label = registered.split('.').next().unwrap_or_default();
        if label.len() >= LABEL_MIN {
            add(KeyKind::Label, label.to_string(), text);
        }
        add(KeyKind::Domain, registered, text);
    }
    if let Some(text) = &company.linkedin_url
        && let Some(page) = linkedin_page(text)
    {
        add(KeyKind::Linkedin, page, text);
    }
    for text in std::iter::once(&company.name).chain(&company.legal_name) {
        for key in name_keys(text) {
            add(KeyKind::Name, key, text);
        }
    }
    keys
}

/// What two companies have in common, and how likely they are one; nothing if they have nothing, or if one is the other's
/// parent: that they are two has been said. Those below one parent share its domain, which then says nothing.
pub(super) fn compare(first: &Candidate, second: &Candidate) -> Option<(i64, Vec<Evidence>)> {
    if first.parent_id == Some(second.id) || second.parent_id == Some(first.id) {
        return None;
    }
    let are_siblings = first.parent_id.is_some() && first.parent_id == second.parent_id;
    let (own, others) = (keys(first), keys(second));
    let shared = |kind: KeyKind| {
        own.iter().filter(|((of, _), _)| *of == kind).find_map(|(key, text)| Some((*text, *others.get(key)?)))
    };
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut add = |kind, (first, second): (&str, &str), score| {
        evidence.push(Evidence { kind, first: first.into(), second: second.into(), score });
    };
    if let Some(texts) = shared(KeyKind::Linkedin) {
        add(EvidenceKind::Linkedin, texts, SAME_PAGE);
    }
    if let Some(texts) = shared(KeyKind::Domain).filter(|_| !are_siblings) {
        add(EvidenceKind::Domain, texts, SAME_DOMAIN);
    } else if let Some(texts) = shared(KeyKind::Label).filter(|_| !are_siblings) {
        add(EvidenceKind::RelatedDomain, texts, RELATED_DOMAIN);
    }
    let are_elsewhere = first.country.is_some() && second.country.is_some() && first.country != second.country;
    let alike =
        shared(KeyKind::Name).map(|texts| (texts, if are_elsewhere { EQUAL_NAME_ELSEWHERE } else { EQUAL_NAME }));
    let has_other = !evidence.is_empty();
    let similar = || {
        let names = |keys: &Keys<'_>| -> Vec<String> {
            keys.keys().filter(|(kind, _)| *kind == KeyKind::Name).map(|(_, key)| key.clone()).collect()
        };
        let others = names(&others);
        let is_similar = |one: &String| {
            others
                .iter()
                .any(|other| if has_other { is_like(one, other) } else { !are_elsewhere && is_near(one, other) })
        };
        let texts = (first.name.as_str(), second.name.as_str());
        names(&own).iter().any(is_similar).then_some((texts, SIMILAR_NAME))
    };
    if let Some((texts, score)) = alike.or_else(similar) {
        evidence.push(Evidence { kind: EvidenceKind::Name, first: texts.0.into(), second: texts.1.into(), score });
    }
    together(evidence)
}

/// Whether two names of some length differ in one letter, which is no digit: those count what is otherwise alike.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    let is_long = |name: &str| name.chars().count() >= LONG_NAME;
    is_long(one) && is_long(other) && digits(one) == digits(other) && strsim::osa_distance(one, other) <= 1
}

fn is_like(one: &str, other: &str) -> bool {
    digits(one) == digits(other) && strsim::jaro_winkler(one, other) >= SIMILAR_MIN
}

fn digits(name: &str) -> String {
    name.chars().filter(|c| c.is_numeric()).collect()
}

/// The forms in which a name is compared: with `ä` as `a`, and as `ae` where it has such letters.
fn name_keys(name: &str) -> Vec<String> {
    const SPELT: [(char, &str); 8] =
        [('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('ß', "ss"), ('ø', "oe"), ('å', "aa"), ('æ', "ae"), ('œ', "oe")];
    let lower = platform::text::lower(name);
    let mut spelt = String::with_capacity(lower.len());
    for letter in lower.chars() {
        match SPELT.iter().find(|(own, _)| *own == letter) {
            Some((_, letters)) => spelt.push_str(letters),
            None => spelt.push(letter),
        }
    }
    let mut keys = vec![bare(name)];
    if spelt != lower {
        keys.push(bare(&spelt));
    }
    keys.retain(|key| !key.is_empty());
    keys
}

/// A name folded, without legal form, `the`, `and`, spaces and punctuation: `The Müller & Söhne GmbH & Co. KG` is
/// `mullersohne`. What is nothing but a legal form stays.
fn bare(name: &str) -> String {
    let mut text = fold(name);
    for form in FORMS_WITHIN {
        text = text.replace(&fold(form), " ");
    }
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | '\'' | '’' | '`'))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    // `s. r. o.` is `s.r.o.`
    let mut words: Vec<String> = Vec::new();
    let mut was_letter = false;
    for word in plain.split_whitespace() {
        let is_letter = word.chars().count() == 1;
        match words.last_mut() {
            Some(last) if is_letter && was_letter => last.push_str(word),
            _ => words.push(word.to_string()),
        }
        was_letter = is_letter;
    }
    let is = |list: &[&str], word: &String| list.binary_search(&word.as_str()).is_ok();
    while words.len() > 1 {
        let tail = TAILS.iter().find(|tail| words.len() > tail.len() && words[words.len() - tail.len()..] == ***tail);
        let is_form = words.last().is_some_and(|last| is(FORMS, last) || is(JOINTS, last));
        match tail {
            Some(tail) => words.truncate(words.len() - tail.len()),
            None if is_form => words.truncate(words.len() - 1),
            None => break,
        }
    }
    while words.len() > 1 && is(FORMS_BEFORE, &words[0]) {
        words.remove(0);
    }
    if words.len() > 1 {
        words.retain(|word| !is(JOINTS, word));
    }
    words.concat()
}

/// Words that join others.
const JOINTS: &[&str] = &["and", "et", "und"];

/// Legal forms at the end of a name, folded and sorted (a test keeps it so).
const FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bhd",
    "bv",
    "bvba",
    "cio",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "dd",
    "dmcc",
    "doo",
    "eg",
    "ehf",
    "eireli",
    "eirl",
    "eurl",
    "ev",
    "fze",
    "gbr",
    "ggmbh",
    "gk",
    "gmbh",
    "gmbhcokg",
    "hf",
    "inc",
    "incorporated",
    "jsc",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limitada",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "nyrt",
    "oao",
    "ohg",
    "ood",
    "ooo",
    "ou",
    "oy",
    "oyj",
    "pao",
    "plc",
    "pllc",
    "pte",
    "pty",
    "pvt",
    "rt",
    "sa",
    "sae",
    "saoc",
    "sapa",
    "sarl",
    "sas",
    "sasu",
    "sca",
    "scop",
    "scs",
    "sdn",
    "se",
    "sia",
    "sl",
    "slu",
    "snc",
    "sociedad",
    "spa",
    "spj",
    "sprl",
    "srl",
    "sro",
    "uab",
    "ug",
    "vof",
    "vzw",
    "zrt",
    "ао",
    "зао",
    "оао",
    "ооо",
    "пао",
    "тоо",
];

/// Forms of several words.
const TAILS: &[&[&str]] = &[&["sp", "z", "oo"], &["sp", "zoo"], &["de", "cv"], &["haftungsbeschrankt"]];

/// Forms and articles that stand before a name, folded and sorted.
const FORMS_BEFORE: &[&str] =
    &["ao", "oao", "ooo", "pao", "pt", "the", "uab", "zao", "ао", "зао", "ип", "оао", "ооо", "пао", "тоо"];

/// Forms that are written without a space, the longer ones first; [`bare`] folds them.
const FORMS_WITHIN: &[&str] =
    &["股份有限公司", "有限责任公司", "有限公司", "株式会社", "有限会社", "合同会社", "주식회사", "(株)", "(주)"];

#[cfg(test)]
mod tests {
    use super::*;

    fn company(name: &str) -> Candidate {
        Candidate { id: Uuid::from_u128(1), name: name.into(), ..Candidate::default() }
    }

    fn other(name: &str) -> Candidate {
        Candidate { id: Uuid::from_u128(2), ..company(name) }
    }

    fn found(one: &Candidate, two: &Candidate) -> Option<(i64, Vec<EvidenceKind>)> {
        compare(one, two).map(|(score, evidence)| (score, evidence.iter().map(|each| each.kind).collect()))
    }

    #[test]
    fn lists_are_sorted_and_folded() {
        for list in [FORMS, FORMS_BEFORE, JOINTS] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{} must stand before {}", pair[1], pair[0]);
            }
            assert!(list.iter().all(|word| fold(word) == **word));
        }
    }

    #[test]
    fn legal_forms_accents_and_punctuation_do_not_tell_names_apart() {
        for (one, two) in [
            ("Acme GmbH", "ACME, Inc."),
            ("Müller & Söhne GmbH & Co. KG", "Muller und Sohne"),
            ("Müller Straßenbau AG", "Mueller Strassenbau"),
            ("The Walt Disney Company", "Walt Disney"),
            ("Société Générale S.A.", "Societe Generale"),
            ("Allegro Sp. z o.o.", "Allegro sp. z o. o."),
            ("Bimbo S.A. de C.V.", "Bimbo"),
            ("ООО Ромашка", "Ромашка"),
            ("株式会社トヨタ", "トヨタ"),
            ("Hewlett-Packard", "HewlettPackard Ltd"),
            ("O'Reilly Media", "OReilly Media LLC"),
            ("Škoda a.s.", "Skoda"),
            ("Kern UG (haftungsbeschränkt)", "Kern"),
        ] {
            assert_eq!(found(&company(one), &other(two)), Some((800, vec![EvidenceKind::Name])), "{one} / {two}");
        }
        for (one, two) in [
            ("Deutsche Bank", "Deutsche Bahn"),
            ("Acme North", "Acme South"),
            ("Store 17 Berlin", "Store 18 Berlin"),
            ("Rexel", "Rexal"),
            ("GmbH", "AG"),
            ("Acme", "Acme Services"),
        ] {
            assert_eq!(found(&company(one), &other(two)), None, "{one} / {two}");
        }
    }

    #[test]
    fn one_letter_of_a_long_name_is_a_slip() {
        let (one, mut two) = (company("Analytical Engines"), other("Analytcal Engines Ltd"));
        assert_eq!(found(&one, &two), Some((500, vec![EvidenceKind::Name])));
        let mut one = one;
        (one.country, two.country) = (Some("GB".into()), Some("US".into()));
        assert_eq!(found(&one, &two), None, "two countries");
        two.name = "Analytical Engines".into();
        assert_eq!(found(&one, &two), Some((500, vec![EvidenceKind::Name])), "a name alone is less there");
    }

    #[test]
    fn legal_names_count_as_names() {
        let mut one = company("Acme");
        one.legal_name = Some("Acme Industries GmbH".into());
        let (_, evidence) = compare(&one, &other("ACME Industries")).expect("a pair");
        assert_eq!(
            (evidence[0].first.as_str(), evidence[0].second.as_str()),
            ("Acme Industries GmbH", "ACME Industries")
        );
    }

    #[test]
    fn domains_websites_and_pages_speak_for_one_company() {
        let with = |of: Candidate, domain: &str, website: &str, page: &str| Candidate {
            domains: (!domain.is_empty()).then(|| domain.into()).into_iter().collect(),
            website: (!website.is_empty()).then(|| website.into()),
            linkedin_url: (!page.is_empty()).then(|| page.into()),
            ..of
        };
        let one = with(company("One"), "acme.com", "", "https://www.linkedin.com/company/Acme-Inc/about/");
        let two = |domain, website, page| found(&one, &with(other("Two"), domain, website, page));
        let kinds = |kinds: &[EvidenceKind]| kinds.to_vec();
        assert_eq!(two("shop.acme.com", "", ""), Some((850, kinds(&[EvidenceKind::Domain]))));
        assert_eq!(two("", "https://www.acme.com/en", ""), Some((850, kinds(&[EvidenceKind::Domain]))));
        assert_eq!(two("acme.co.uk", "", ""), Some((600, kinds(&[EvidenceKind::RelatedDomain]))));
        assert_eq!(two("", "", "de.linkedin.com/company/acme-inc"), Some((950, kinds(&[EvidenceKind::Linkedin]))));
        let both = kinds(&[EvidenceKind::Linkedin, EvidenceKind::Domain]);
        assert_eq!(two("shop.acme.com", "", "linkedin.com/company/acme-inc?x=1"), Some((992, both)));
        assert_eq!(two("acme-tools.com", "https://facebook.com/acme", "https://linkedin.com/in/acme-inc"), None);
        // What everybody has, and what is too short, says nothing.
        let page = |of| with(of, "gmail.com", "https://www.facebook.com/x", "");
        assert_eq!(found(&page(company("One")), &page(other("Two"))), None);
        assert_eq!(found(&with(company("One"), "abc.com", "", ""), &with(other("Two"), "abc.de", "", "")), None);
    }

    #[test]
    fn the_tree_says_who_is_two() {
        let (mut one, mut two) = (company("Acme"), other("Acme Deutschland"));
        (one.domains, two.domains) = (vec!["acme.com".into()], vec!["de.acme.com".into()]);
        assert!(compare(&one, &two).is_some());
        two.parent_id = Some(one.id);
        assert_eq!(compare(&one, &two), None, "a parent is another one");
        (one.parent_id, two.parent_id) = (Some(Uuid::from_u128(3)), Some(Uuid::from_u128(3)));
        assert_eq!(compare(&one, &two), None, "those below one parent share its domain");
        two.name = "ACME".into();
        assert_eq!(found(&one, &two), Some((800, vec![EvidenceKind::Name])));
    }
}
