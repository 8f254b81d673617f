//! Shapes and pure rules of API keys.

use crate::actor::Role;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::filter::catalogue::{Catalogue, column, time};
use crate::http::Record;
use crate::ids::{ApiKeyId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest name, in characters.
pub const NAME_MAX: usize = 100;

/// What keys are paged by.
pub(super) static FIELDS: Catalogue = Catalogue {
    record: "API key",
    id: "k.id",
    activities: None,
    deals: None,
    fields: &[time("createdAt", "apiKey.createdAt", column("k.created_at")).sortable().required()],
};

/// Who made a key.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct KeyMaker {
    /// None for the operator's commands.
    #[schema(required)]
    pub id: Option<UserId>,
    pub name: String,
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub role: Role,
    /// Its first characters, to recognise it by.
    pub prefix: String,
    pub created_at: Timestamp,
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// To within five minutes.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
    pub created_by: KeyMaker,
}

/// A key just made, with its secret, which is shown this once.
#[derive(Clone, Serialize, ToSchema)]
pub struct CreatedApiKey {
    #[serde(flatten)]
    pub record: ApiKey,
    /// Send it as `Authorization: Bearer ent_…`.
    pub key: String,
}

impl Record for CreatedApiKey {
    fn version(&self) -> Option<i64> {
        None
    }
}

/// A key to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is for.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it may do: at most what its maker may.
    pub role: Role,
    /// When it stops working; never, if absent.
    pub expires_at: Option<Timestamp>,
}

impl NewApiKey {
    /// The trimmed name.
    pub(super) fn check(&self, now: Timestamp) -> Result<String> {
        let name = self.name.trim();
        if !crate::text::is_seen(name) {
            return Err(Error::invalid("/name", "required", "say what the key is for"));
        }
        if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Err(Error::invalid("/name", "invalid", "a name is one line of at most 100 characters"));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::invalid("/expiresAt", "in_the_past", "choose a time to come, or leave it out"));
        }
        Ok(name.to_string())
    }
}
