use super::model::{Anchor, AnchorKind, Anchored};
use crate::activity::About;
use db::{Conn, Result, Row, Sql, Tx, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{CompanyId, CustomerId, DealId};
use std::collections::HashMap;
use uuid::Uuid;

pub(super) fn find(c: &Conn<'_>, scope: &Scope, anchors: &[Anchor]) -> Result<HashMap<Anchor, Anchored>> {
    let mut found = HashMap::new();
    for kind in [AnchorKind::Customer, AnchorKind::Company, AnchorKind::Deal] {
        let ids: Vec<Uuid> = anchors.iter().filter(|anchor| anchor.kind == kind).map(|anchor| anchor.id).collect();
        let select = match kind {
            AnchorKind::Customer => {
                "SELECT r.id, r.full_name, r.claimed_by_id, r.company_id, r.merged_into_id IS NOT NULL
                 FROM customers r WHERE r.org_id = "
            }
            AnchorKind::Company => {
                "SELECT r.id, r.name, r.owner_id, r.id, r.merged_into_id IS NOT NULL
                 FROM companies r WHERE r.org_id = "
            }
            AnchorKind::Deal => {
                "SELECT r.id, r.name, r.owner_id, r.company_id, FALSE, r.customer_id FROM deals r WHERE r.org_id = "
            }
        };
        let statement = |part: &[Uuid]| {
            let mut sql = Sql::new(select);
            sql.bind(scope).push(" AND r.id IN ").bind_list(part.iter().copied());
            sql
        };
        let read = |row: &Row<'_>| {
            let anchor = Anchor { kind, id: row.get(0)? };
            let company_id: Option<CompanyId> = row.get(3)?;
            let customer_id: Option<CustomerId> = match kind {
                AnchorKind::Deal => row.get(5)?,
                AnchorKind::Customer | AnchorKind::Company => anchor.customer_id(),
            };
            let about = About { customer_id, company_id, deal_id: anchor.deal_id() };
            Ok(Anchored { anchor, name: row.get(1)?, owner_id: row.get(2)?, is_merged: row.get(4)?, about })
        };
        for anchored in c.query_parts(&ids, statement, read)? {
            found.insert(anchored.anchor, anchored);
        }
    }
    Ok(found)
}

pub(super) fn hold(tx: &Tx<'_>, scope: &Scope, anchor: Anchor) -> Result<()> {
    let text = match anchor.kind {
        AnchorKind::Customer => "UPDATE customers SET updated_at = updated_at WHERE org_id = $1 AND id = $2",
        AnchorKind::Company => "UPDATE companies SET updated_at = updated_at WHERE org_id = $1 AND id = $2",
        AnchorKind::Deal => "UPDATE deals SET updated_at = updated_at WHERE org_id = $1 AND id = $2",
    };
    tx.later(text, params![scope, anchor.id])
}

pub(super) fn touch_deal(tx: &Tx<'_>, scope: &Scope, id: DealId, now: Timestamp) -> Result<()> {
    tx.later(
        "UPDATE deals SET last_activity_at = $3 WHERE org_id = $1 AND id = $2 AND last_activity_at < $3",
        params![scope, id, now],
    )
}
