//! When two customers may be one person: pure rules.

use super::super::model::{Evidence, EvidenceKind, thousandths, together};
use crate::contacts::Channel;
use platform::ids::{CompanyId, CustomerId};

/// Names at least this similar are evidence.
pub(super) const SIMILAR_MIN: f64 = 0.9;
/// What one piece of evidence is worth by itself.
const SAME_EMAIL: f64 = 0.9;
const SAME_PROFILE: f64 = 0.95;
/// People share phones.
const SAME_PHONE: f64 = 0.6;
const SIMILAR_NAME: f64 = 0.5;
const EQUAL_NAME: f64 = 0.8;

/// An address as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub channel: Channel,
    pub value: String,
    pub match_key: String,
}

/// A customer as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub id: CustomerId,
    pub full_name: String,
    /// The folded name.
    pub name_key: String,
    pub company_id: Option<CompanyId>,
    pub addresses: Vec<Address>,
}

/// What two customers have in common, and how likely they are one person; nothing if they have nothing.
pub(super) fn compare(first: &Candidate, second: &Candidate) -> Option<(i64, Vec<Evidence>)> {
    let mut evidence: Vec<Evidence> = Vec::new();
    for own in &first.addresses {
        let same = |other: &&Address| other.channel == own.channel && other.match_key == own.match_key;
        if let Some(other) = second.addresses.iter().find(same) {
            let (kind, score) = match own.channel {
                Channel::Email => (EvidenceKind::Email, SAME_EMAIL),
                Channel::Linkedin => (EvidenceKind::Linkedin, SAME_PROFILE),
                Channel::Phone => (EvidenceKind::Phone, SAME_PHONE),
                Channel::Telegram => (EvidenceKind::Telegram, SAME_PROFILE),
            };
            evidence.push(Evidence { kind, first: own.value.clone(), second: other.value.clone(), score });
        }
    }
    let in_one_company = first.company_id.is_some() && first.company_id == second.company_id;
    let similarity = similarity(&first.name_key, &second.name_key);
    if (in_one_company || !evidence.is_empty()) && similarity >= SIMILAR_MIN {
        let part = (similarity - SIMILAR_MIN) / (1.0 - SIMILAR_MIN);
        let score = thousandths(SIMILAR_NAME + part * (EQUAL_NAME - SIMILAR_NAME)) as f64 / 1_000.0;
        let (first, second) = (first.full_name.clone(), second.full_name.clone());
        evidence.push(Evidence { kind: EvidenceKind::Name, first, second, score });
    }
    together(evidence)
}

/// How similar two folded names are, from 0 to 1. Their words may stand in any order, and all but one may be initials;
/// numbers must be equal, for they count what is otherwise alike.
pub(super) fn similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (words(one), words(other));
    // Who is called by an address is not called by a name.
    if one.is_empty() || other.is_empty() || one.iter().chain(&other).any(|word| word.contains('@')) {
        return 0.0;
    }
    let numbers = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| word.contains(|c: char| c.is_numeric())).cloned().collect()
    };
    if numbers(&one) != numbers(&other) {
        return 0.0;
    }
    if one == other {
        return 1.0;
    }
    if is_abbreviated(&one, &other) {
        return 0.95;
    }
    strsim::jaro_winkler(&one.join(" "), &other.join(" "))
}

/// In alphabetical order, without what stands around them.
fn words(name: &str) -> Vec<String> {
    let tidy = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_string();
    let mut words: Vec<String> = name.split(|c: char| c.is_whitespace() || c == ',').map(tidy).collect();
    words.retain(|word| !word.is_empty());
    words.sort();
    words
}

/// Whether the words are the same but for some that are only the first letter of the other's, not all of them.
fn is_abbreviated(one: &[String], other: &[String]) -> bool {
    if one.len() != other.len() || one.len() < 2 {
        return false;
    }
    let is_initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    let mut is_any_equal = false;
    for (one, other) in one.iter().zip(other) {
        if one == other {
            is_any_equal |= one.chars().count() > 1;
        } else if !is_initial(one, other) && !is_initial(other, one) {
            return false;
        }
    }
    is_any_equal
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::text::fold;

    fn person(name: &str, company: Option<u128>, addresses: &[(Channel, &str)]) -> Candidate {
        let address = |(channel, value): &(Channel, &str)| Address {
            channel: *channel,
            value: (*value).to_string(),
            match_key: crate::contacts::model::match_key(*channel, value),
        };
        Candidate {
            id: CustomerId(uuid::Uuid::nil()),
            full_name: name.into(),
            name_key: fold(name),
            company_id: company.map(|id| CompanyId(uuid::Uuid::from_u128(id))),
            addresses: addresses.iter().map(address).collect(),
        }
    }

    #[test]
    fn names_are_compared_without_accents_order_and_initials() {
        let similar = |one: &str, other: &str| similarity(&fold(one), &fold(other));
        assert_eq!(similar("José Peña", "Pena, Jose"), 1.0);
        assert_eq!(similar("A. Lovelace", "Ada Lovelace"), 0.95);
        assert!(similar("Katherine Johnson", "Katharine Johnson") >= SIMILAR_MIN);
        for (one, other) in [
            ("Ada Lovelace", "Grace Hopper"),
            ("Person 17", "Person 18"),
            ("a@x.example", "a@x.example"),
            ("", ""),
            ("A. L.", "Ada Lovelace"),
        ] {
            assert!(similar(one, other) < SIMILAR_MIN, "{one} {other}");
        }
    }

    #[test]
    fn evidence_adds_up_and_stays_below_one() {
        let tagged = person("Ada", None, &[(Channel::Email, "a.da+news@gmail.com"), (Channel::Phone, "+4930901820")]);
        let plain = person("Ada", None, &[(Channel::Email, "ada@googlemail.com"), (Channel::Phone, "+4930901820")]);
        let (score, evidence) = compare(&tagged, &plain).expect("a pair");
        let kinds: Vec<_> = evidence.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [EvidenceKind::Email, EvidenceKind::Phone, EvidenceKind::Name]);
        assert_eq!(score, 992);
        assert_eq!(
            (evidence[0].first.as_str(), evidence[0].second.as_str()),
            ("a.da+news@gmail.com", "ada@googlemail.com")
        );
        // A name alone says something in one company only.
        let (one, other) = (person("Ada Lovelace", Some(1), &[]), person("Ada Lovelace", Some(2), &[]));
        assert_eq!(compare(&one, &other), None);
        assert_eq!(compare(&one, &one).map(|(score, _)| score), Some(800));
        let (alone, nobody) = (person("Ada", None, &[]), person("Ada", None, &[]));
        assert_eq!(compare(&alone, &nobody), None);
    }
}
