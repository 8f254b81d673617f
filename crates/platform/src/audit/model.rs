//! Rows, and the pure rules of the chain.

use crate::actor::ActorRef;
use crate::clock::Timestamp;
use crate::filter::catalogue::{Catalogue, column, integer};
use crate::ids::{AuditId, OrgId};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// What the log is paged by.
pub(super) static FIELDS: Catalogue = Catalogue {
    record: "audit entry",
    id: "a.id",
    activities: None,
    deals: None,
    fields: &[integer("position", "audit.position", column("a.position")).sortable().required()],
};

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    pub id: AuditId,
    /// What was done: `org.created`, `api_key.revoked`…
    pub action: String,
    /// What it was done to; its shape depends on the action.
    #[schema(value_type = Object)]
    pub detail: Value,
    pub actor: ActorRef,
    #[schema(required)]
    pub ip_address: Option<String>,
    pub occurred_at: Timestamp,
}

/// A row's place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link {
    pub position: i64,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// What stands before the first row.
pub(super) const GENESIS: [u8; 32] = [0; 32];

/// The hash of a row: SHA-256 over its fields, each with its length, so that no two rows share a text.
pub(super) fn hash(org_id: OrgId, position: i64, entry: &AuditEntry, previous_hash: &[u8]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| {
        hasher.update([u8::from(bytes.is_some())]);
        let bytes = bytes.unwrap_or_default();
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    field(Some(previous_hash));
    field(Some(org_id.0.as_bytes()));
    field(Some(&position.to_be_bytes()));
    field(Some(entry.id.0.as_bytes()));
    field(Some(entry.action.as_bytes()));
    field(Some(canonical(&entry.detail).as_bytes()));
    field(Some(entry.actor.kind.as_str().as_bytes()));
    field(entry.actor.id.as_ref().map(|id| id.as_bytes().as_slice()));
    field(Some(entry.actor.name.as_bytes()));
    field(entry.ip_address.as_deref().map(str::as_bytes));
    field(Some(&entry.occurred_at.0.to_be_bytes()));
    hasher.finalize().to_vec()
}

/// JSON with sorted keys and no spaces: the same from every engine.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let fields: Vec<String> =
                keys.into_iter().map(|key| format!("{}:{}", Value::from(key.as_str()), canonical(&map[key]))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// The first row of a chain that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub position: i64,
    /// None where a row is missing.
    pub id: Option<AuditId>,
    pub why: &'static str,
}

/// What a walk over a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub rows: i64,
    /// The hash of the last row, to be kept elsewhere.
    pub head: Vec<u8>,
    pub fault: Option<Fault>,
}

/// A walk along a chain, from its first row.
pub(super) struct Walk {
    org_id: OrgId,
    rows: i64,
    last_hash: Vec<u8>,
    fault: Option<Fault>,
}

impl Walk {
    pub(super) fn new(org_id: OrgId) -> Walk {
        Walk { org_id, rows: 0, last_hash: GENESIS.to_vec(), fault: None }
    }

    /// The next row; none where it is not even readable.
    pub(super) fn step(&mut self, position: i64, row: Option<(AuditEntry, Link)>) {
        self.rows += 1;
        let fault = |id, why| Some(Fault { position: self.rows, id, why });
        let found = match &row {
            _ if position != self.rows => fault(None, "the row is missing"),
            None => fault(None, "the row cannot be read"),
            Some((entry, link)) if link.previous_hash != self.last_hash => {
                fault(Some(entry.id), "the row does not follow the one before it")
            }
            Some((entry, link)) if link.hash != hash(self.org_id, position, entry, &link.previous_hash) => {
                fault(Some(entry.id), "the row was changed")
            }
            Some(_) => None,
        };
        self.fault = self.fault.take().or(found);
        if let Some((_, link)) = row {
            self.last_hash = link.hash;
        }
    }

    pub(super) fn finish(self, head: Option<(i64, Vec<u8>)>) -> Verdict {
        let Walk { rows, last_hash, mut fault, .. } = self;
        let (head_position, head_hash) = head.unwrap_or((0, GENESIS.to_vec()));
        if fault.is_none() && (head_position, &head_hash) != (rows, &last_hash) {
            let position = rows.min(head_position) + 1;
            fault = Some(Fault { position, id: None, why: "the log does not end where it should" });
        }
        Verdict { rows, head: last_hash, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use serde_json::json;

    #[test]
    fn key_order_does_not_change_the_text() {
        let text = canonical(&json!({"b": [1, {"z": null, "a": "\"x\""}], "a": true}));
        assert_eq!(text, r#"{"a":true,"b":[1,{"a":"\"x\"","z":null}]}"#);
    }
}
