//! When two customers may be one person: pure rules.

use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::http::Record;
use platform::ids::{CompanyId, CustomerId, DuplicateId, UserId};
use platform::paging::Count;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::Channel;

/// Names at least this similar are evidence.
const SIMILAR_MIN: f64 = 0.9;
/// What one piece of evidence is worth by itself.
const SAME_EMAIL: f64 = 0.9;
const SAME_PROFILE: f64 = 0.95;
/// People share phones.
const SAME_PHONE: f64 = 0.6;
const SIMILAR_NAME: f64 = 0.5;
const EQUAL_NAME: f64 = 0.8;

/// What has become of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairState {
    /// Nobody has decided.
    Open,
    /// One person, still to be merged.
    Same,
    /// Two people; not asked again.
    Different,
    /// Asked again later.
    Later,
    /// One person, and merged.
    Merged,
}

impl PairState {
    pub fn as_str(self) -> &'static str {
        match self {
            PairState::Open => "open",
            PairState::Same => "same",
            PairState::Different => "different",
            PairState::Later => "later",
            PairState::Merged => "merged",
        }
    }

    pub fn parse(text: &str) -> Option<PairState> {
        [PairState::Open, PairState::Same, PairState::Different, PairState::Later, PairState::Merged]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// How many pairs there are in each state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PairCounts {
    pub open: Count,
    pub same: Count,
    pub later: Count,
    pub different: Count,
    pub merged: Count,
}

/// What a person says about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Same,
    Different,
    Later,
    /// What was said does not hold any more.
    Open,
}

/// The body of `POST /duplicates/{id}/decide`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decide {
    /// `same` leaves the pair to be merged, `different` never asks again, `later` asks again in seven days, `open` takes
    /// back what was said before.
    pub decision: Decision,
}

/// What two customers have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Addresses that reach the same mailbox: `+tag` and the dots that Gmail ignores do not count.
    Email,
    Linkedin,
    Phone,
    Telegram,
    /// Names that are equal or nearly so, in one company or beside a shared address.
    Name,
}

/// One thing that speaks for two customers being one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    pub kind: EvidenceKind,
    /// What the first of the pair has, and the second.
    pub first: String,
    pub second: String,
    /// How much it says by itself, from 0 to 1.
    pub score: f64,
}

/// Two customers that may be one person.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DuplicatePair {
    pub id: DuplicateId,
    /// How likely it is, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    pub score: f64,
    pub evidence: Vec<Evidence>,
    pub state: PairState,
    /// When it is asked again.
    #[schema(required)]
    pub later_until: Option<Timestamp>,
    #[schema(required)]
    pub decided_at: Option<Timestamp>,
    #[schema(required)]
    pub decided_by: Option<ActorRef>,
    /// The two of them.
    #[schema(min_items = 2, max_items = 2)]
    pub customers: Vec<PairedCustomer>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl Record for DuplicatePair {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

/// One of a pair.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PairedCustomer {
    pub id: CustomerId,
    pub full_name: String,
    #[schema(required)]
    pub job_title: Option<String>,
    #[schema(required)]
    pub avatar_url: Option<String>,
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    #[schema(required)]
    pub company_name: Option<String>,
    #[schema(required)]
    pub claimed_by_id: Option<UserId>,
}

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

/// What two customers have in common, and how likely they are one person in thousandths; nothing if they have nothing.
/// Each further piece of evidence takes away a part of the doubt that is left.
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
    if evidence.is_empty() {
        return None;
    }
    let doubt: f64 = evidence.iter().map(|one| 1.0 - one.score).product();
    Some((thousandths(1.0 - doubt), evidence))
}

fn thousandths(part: f64) -> i64 {
    (part * 1_000.0).round().clamp(0.0, 1_000.0) as i64
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
