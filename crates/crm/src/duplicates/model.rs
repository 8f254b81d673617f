//! Pairs of records that may be one, and what people say about them.

use crate::merging::Record;
use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::ids::{CompanyId, CustomerId, DuplicateId, UserId};
use platform::paging::Count;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What has become of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairState {
    /// Nobody has decided.
    Open,
    /// They are one, still to be merged.
    Same,
    /// They are two; not asked again.
    Different,
    /// Asked again later.
    Later,
    /// They were one, and are merged.
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

/// What two records have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Addresses that reach the same mailbox: `+tag` and the dots that Gmail ignores do not count.
    Email,
    /// The profile of a person, the page of a company.
    Linkedin,
    Phone,
    Telegram,
    /// Domains or websites of companies that are registered under one name: `shop.acme.com` and `acme.com`.
    Domain,
    /// Domains or websites of companies that differ in their ending only: `acme.com` and `acme.de`.
    RelatedDomain,
    /// Names that are equal or nearly so: of customers in one company or beside a shared address, of companies without
    /// accents and legal forms.
    Name,
}

/// One thing that speaks for two records being one.
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

/// Two customers that may be one person, or two companies that may be one.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DuplicatePair {
    pub id: DuplicateId,
    /// What the two of them are.
    pub record: Record,
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
    /// The two of them where they are customers, else nobody.
    #[schema(max_items = 2)]
    pub customers: Vec<PairedCustomer>,
    /// The two of them where they are companies, else none.
    #[schema(max_items = 2)]
    pub companies: Vec<PairedCompany>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

impl platform::http::Record for DuplicatePair {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl DuplicatePair {
    /// The two of them, each with whose it is.
    pub(super) fn both(&self) -> [(Uuid, Option<UserId>); 2] {
        let mut both = [(Uuid::nil(), None); 2];
        let customers = self.customers.iter().map(|one| (one.id.0, one.claimed_by_id));
        let companies = self.companies.iter().map(|one| (one.id.0, one.owner_id));
        for (place, one) in both.iter_mut().zip(customers.chain(companies)) {
            *place = one;
        }
        both
    }
}

/// A customer of a pair.
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

/// A company of a pair.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PairedCompany {
    pub id: CompanyId,
    pub name: String,
    /// The first of its domains.
    #[schema(required)]
    pub domain: Option<String>,
    #[schema(required)]
    pub country: Option<String>,
    #[schema(required)]
    pub city: Option<String>,
    /// Living customers.
    pub customer_count: i64,
    #[schema(required)]
    pub owner_id: Option<UserId>,
}

/// A pair as it is stored, the smaller id first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub id: DuplicateId,
    pub first: Uuid,
    pub second: Uuid,
    pub score: i64,
    pub evidence: Vec<Evidence>,
    pub state: PairState,
}

impl Stored {
    /// A pair that was just found, and has no id yet.
    pub(super) fn found(first: Uuid, second: Uuid, (score, evidence): (i64, Vec<Evidence>)) -> Stored {
        Stored { id: DuplicateId(Uuid::nil()), first, second, score, evidence, state: PairState::Open }
    }

    pub(super) fn other(&self, id: Uuid) -> Uuid {
        if self.first == id { self.second } else { self.first }
    }

    /// Whether nobody has decided for good.
    pub(super) fn is_undecided(&self) -> bool {
        matches!(self.state, PairState::Open | PairState::Later)
    }
}

/// How likely two records are one in thousandths, with the evidence; nothing without any. Each further piece of it takes
/// away a part of the doubt that is left.
pub(super) fn together(evidence: Vec<Evidence>) -> Option<(i64, Vec<Evidence>)> {
    if evidence.is_empty() {
        return None;
    }
    let doubt: f64 = evidence.iter().map(|one| 1.0 - one.score).product();
    Some((thousandths(1.0 - doubt), evidence))
}

pub(super) fn thousandths(part: f64) -> i64 {
    (part * 1_000.0).round().clamp(0.0, 1_000.0) as i64
}
