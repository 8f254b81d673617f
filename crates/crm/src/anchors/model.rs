//! An anchor and the record behind it.

use crate::activity::About;
use platform::ids::{CompanyId, CustomerId, DealId, UserId};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnchorKind {
    Customer,
    Company,
    Deal,
}

impl AnchorKind {
    const ALL: [AnchorKind; 3] = [AnchorKind::Customer, AnchorKind::Company, AnchorKind::Deal];

    pub fn as_str(self) -> &'static str {
        ["customer", "company", "deal"][self as usize]
    }
}

/// The record that a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    pub kind: AnchorKind,
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
}

impl Anchor {
    /// From the three columns, of which at most one is filled.
    pub fn of(customer: Option<CustomerId>, company: Option<CompanyId>, deal: Option<DealId>) -> Option<Anchor> {
        let anchor = |kind, id| Anchor { kind, id };
        customer
            .map(|id| anchor(AnchorKind::Customer, id.0))
            .or_else(|| company.map(|id| anchor(AnchorKind::Company, id.0)))
            .or_else(|| deal.map(|id| anchor(AnchorKind::Deal, id.0)))
    }

    fn only(self, kind: AnchorKind) -> Option<Uuid> {
        (self.kind == kind).then_some(self.id)
    }

    pub fn customer_id(self) -> Option<CustomerId> {
        self.only(AnchorKind::Customer).map(CustomerId)
    }

    pub fn company_id(self) -> Option<CompanyId> {
        self.only(AnchorKind::Company).map(CompanyId)
    }

    pub fn deal_id(self) -> Option<DealId> {
        self.only(AnchorKind::Deal).map(DealId)
    }

    /// From `customer:ID`.
    ///
    /// # Errors
    /// [`Error::Malformed`] at `anchor`.
    pub fn parse(text: &str) -> Result<Anchor> {
        let parsed = text.split_once(':').and_then(|(kind, id)| {
            let kind = AnchorKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
            Some(Anchor { kind, id: id.parse().ok()? })
        });
        parsed.ok_or_else(|| Error::malformed("anchor", "invalid_value", "write customer:ID, company:ID or deal:ID"))
    }
}

/// The record that a task or note is about, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnchorRef {
    pub kind: AnchorKind,
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
}

impl AnchorRef {
    /// Its name is still to be found.
    pub fn unnamed(anchor: Anchor) -> AnchorRef {
        AnchorRef { kind: anchor.kind, id: anchor.id, name: String::new() }
    }

    pub fn anchor(&self) -> Anchor {
        Anchor { kind: self.kind, id: self.id }
    }
}

/// The record behind an anchor.
#[derive(Clone, Debug)]
pub struct Anchored {
    pub anchor: Anchor,
    pub name: String,
    pub owner_id: Option<UserId>,
    /// It was folded into another one, which is to be written instead.
    pub is_merged: bool,
    /// Whom its events are about.
    pub about: About,
}
