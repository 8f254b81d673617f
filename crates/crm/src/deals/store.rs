use super::bulk::PastDeal;
use super::model::{AMOUNT_MAX, Deal, DealProduct, NamedRef, StageVisit};
use super::reports::{ExpectedPart, GroupBy, Key, Part};
use crate::custom_fields::{self, Record};
use crate::pipelines::{DealStage, SLOTS, Stage};
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, Value, params};
use platform::actor::{ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::filter::{Context, Tree};
use platform::http::Page;
use platform::ids::{CompanyId, CustomerId, DealId, PipelineId, StageId};
use platform::paging::{self, Count, List};
use platform::text::fold;
use platform::{Scope, text_index};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

pub(super) const COLUMNS: &str = "c.id, c.name, c.customer_id,
    (SELECT k.full_name FROM customers k WHERE k.org_id = c.org_id AND k.id = c.customer_id),
    c.company_id, (SELECT p.name FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id),
    c.owner_id, c.owner_name, c.pipeline_id, c.stage_id, c.stage, c.stage_entered_at, c.rank, c.amount, c.currency,
    c.probability, c.expected_close_date, c.closed_at, c.lost_reason, c.source, c.last_activity_at, c.archived_at,
    c.created_at, c.updated_at, c.version,
    (SELECT s.rot_days FROM pipeline_stages s WHERE s.org_id = c.org_id AND s.pipeline_id = c.pipeline_id
       AND s.id = c.stage_id AND s.rot_days IS NOT NULL AND s.stage IN ('open', 'negotiating')
       AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.org_id = c.org_id AND t.deal_id = c.id AND t.completed_at IS NULL))";

const DAY: i64 = 86_400_000_000;
/// Stages of one deal's history that are shown: the last ones.
pub(super) const VISITS_MAX: i64 = if cfg!(test) { 20 } else { 1_000 };

fn stage_of(text: &str) -> Result<DealStage> {
    DealStage::parse(text).ok_or_else(|| Error::Bug(format!("a deal cannot be {text:?}")))
}

/// All but lines and custom fields, as it is at `now`.
pub(super) fn read(row: &Row<'_>, now: Timestamp) -> Result<Deal> {
    let named = |id: Option<Uuid>, name: Option<String>| id.zip(name).map(|(id, name)| NamedRef { id, name });
    let last_activity_at: Timestamp = row.get(20)?;
    let rot_days: Option<i64> = row.get(25)?;
    let archived_at: Option<Timestamp> = row.get(21)?;
    let is_late = rot_days.is_some_and(|days| last_activity_at.micros() < now.micros() - days * DAY);
    Ok(Deal {
        id: row.get(0)?,
        name: row.get(1)?,
        customer_id: row.get(2)?,
        customer: named(row.get(2)?, row.get(3)?),
        company_id: row.get(4)?,
        company: named(row.get(4)?, row.get(5)?),
        owner_id: row.get(6)?,
        owner_name: row.get(7)?,
        pipeline_id: row.get(8)?,
        stage_id: row.get(9)?,
        stage: stage_of(&row.get::<String>(10)?)?,
        stage_entered_at: row.get(11)?,
        rank: row.get(12)?,
        amount: row.get(13)?,
        currency: row.get(14)?,
        probability: row.get(15)?,
        expected_close_date: row.get(16)?,
        closed_at: row.get(17)?,
        lost_reason: row.get(18)?,
        source: row.get(19)?,
        lines: Vec::new(),
        rotting: is_late && archived_at.is_none(),
        last_activity_at,
        custom: custom_fields::Values::new(),
        archived_at,
        created_at: row.get(22)?,
        updated_at: row.get(23)?,
        version: row.get(24)?,
    })
}

/// Lines and custom fields.
pub(super) fn add_parts<'d>(c: &Conn<'_>, scope: &Scope, deals: impl Iterator<Item = &'d mut Deal>) -> Result<()> {
    let mut deals: Vec<&mut Deal> = deals.collect();
    if deals.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = deals.iter().map(|deal| deal.id.0).collect();
    let statement = |part: &[Uuid]| {
        let mut sql = Sql::new("SELECT deal_id, product_id, quantity, unit_price FROM deal_products WHERE org_id = ");
        sql.bind(scope).push(" AND deal_id IN ").bind_list(part.iter().copied()).push(" ORDER BY deal_id, position");
        sql
    };
    let mut lines: HashMap<DealId, Vec<DealProduct>> = HashMap::new();
    let read = |row: &Row<'_>| {
        Ok((row.get(0)?, DealProduct { product_id: row.get(1)?, quantity: row.get(2)?, unit_price: row.get(3)? }))
    };
    for (id, line) in c.query_parts(&ids, statement, read)? {
        lines.entry(id).or_default().push(line);
    }
    let mut custom = custom_fields::Found::default();
    c.query_parts(&ids, |part: &[Uuid]| custom_fields::of(scope, Record::Deal, part), |row| custom.add(row))?;
    for deal in &mut deals {
        deal.lines = lines.remove(&deal.id).unwrap_or_default();
        deal.custom = custom.take(deal.id.0);
    }
    Ok(())
}

fn select() -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS);
    sql
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: DealId, now: Timestamp) -> Result<Option<Deal>> {
    let mut sql = select();
    sql.push(" FROM deals c WHERE c.org_id = ").bind(scope).push(" AND c.id = ").bind(id);
    let mut found: Vec<Deal> = c.query(&sql, |row| read(row, now))?;
    add_parts(c, scope, found.iter_mut())?;
    Ok(found.pop())
}

pub(super) fn exists(c: &Conn<'_>, scope: &Scope, id: DealId) -> Result<bool> {
    let found = c.query_opt(("SELECT 1 FROM deals WHERE org_id = $1 AND id = $2", params![scope, id]), |_| Ok(()))?;
    Ok(found.is_some())
}

/// ` AND …` for a text search, or nothing.
fn search(engine: Engine, q: Option<&str>) -> Sql {
    let mut sql = Sql::default();
    for word in q.map(fold).unwrap_or_default().split_whitespace() {
        if engine == Engine::Sqlite && word.chars().count() >= text_index::CHARS_MIN {
            sql.push(" AND c.seq IN (SELECT rowid FROM deal_search WHERE deal_search MATCH ");
            sql.bind(text_index::phrase(word)).push(")");
        } else {
            sql.push(" AND c.name_key LIKE ").bind(text_index::like(word)).push(" ESCAPE '\\'");
        }
    }
    sql
}

/// All that match, in no order: what comes after the columns of a statement.
pub(super) fn matching(c: &Conn<'_>, scope: &Scope, tree: &Tree, q: Option<&str>, context: &Context) -> Result<Sql> {
    let mut sql = all(scope);
    sql.push(" AND ").append(&tree.planned_count(c, context)?).append(&search(c.engine(), q));
    Ok(sql)
}

/// All of the organisation, archived ones too: what comes after the columns of a statement.
pub(super) fn all(scope: &Scope) -> Sql {
    let mut sql = Sql::new(" FROM deals c WHERE c.org_id = ");
    sql.bind(scope);
    sql
}

pub(super) fn ids(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Vec<DealId>> {
    let filter = list.tree.planned(c, context, &[])?;
    let search = search(c.engine(), list.q.as_deref());
    list.whole(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT c.id");
            sql.append(&leg.columns()).append(&all(scope)).push(" AND ").append(&filter).append(&search);
            sql.append(&leg.rest());
            sql
        },
        |row| row.get(0),
    )
}

/// Those of these ids that there are, in the order of the list.
pub(super) fn chosen(c: &Conn<'_>, scope: &Scope, list: &List, ids: &[Uuid]) -> Result<Vec<DealId>> {
    list.whole(
        c,
        |leg| {
            let mut sql = Sql::new("SELECT c.id");
            sql.append(&leg.columns()).append(&all(scope));
            sql.push(" AND c.id IN ").bind_list(ids.iter().copied()).append(&leg.rest());
            sql
        },
        |row| row.get(0),
    )
}

pub(super) fn load(c: &Conn<'_>, scope: &Scope, ids: &[DealId], now: Timestamp) -> Result<Vec<Deal>> {
    let statement = |part: &[DealId]| {
        let mut sql = select();
        sql.append(&all(scope)).push(" AND c.id IN ").bind_list(part.iter().copied());
        sql
    };
    let mut found = c.query_parts(ids, statement, |row| read(row, now))?;
    add_parts(c, scope, found.iter_mut())?;
    Ok(found)
}

/// The living deals of these folded names, the oldest first.
pub(super) fn named(c: &Conn<'_>, scope: &Scope, keys: &[&str]) -> Result<Vec<DealId>> {
    let statement = |part: &[&str]| {
        let mut sql = Sql::new("SELECT id FROM deals WHERE org_id = ");
        sql.bind(scope).push(" AND archived_at IS NULL AND name_key IN ").bind_list(part.iter().copied());
        sql
    };
    let mut ids: Vec<DealId> = c.query_parts(keys, statement, |row| row.get(0))?;
    ids.sort_unstable();
    Ok(ids)
}

pub(super) fn page(c: &Conn<'_>, scope: &Scope, list: &List, context: &Context) -> Result<Page<Deal>> {
    let filter = list.tree.planned(c, context, &[])?;
    let search = search(c.engine(), list.q.as_deref());
    let mut page = list.clone().walking().page(
        c,
        |leg| {
            let mut sql = select();
            sql.append(&leg.columns()).append(&leg.from("deals", scope.org_id()));
            sql.push(" AND ").append(&filter).append(&search).append(&leg.rest());
            sql
        },
        |row| read(row, context.now),
    )?;
    add_parts(c, scope, page.items.iter_mut())?;
    Ok(page)
}

pub(super) fn count(
    c: &Conn<'_>,
    scope: &Scope,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    exact: bool,
) -> Result<Count> {
    let mut sql = Sql::new("SELECT 1");
    sql.append(&matching(c, scope, tree, q, context)?);
    paging::count(c, &sql, exact)
}

/// What a deal needs to know of its customer.
pub(super) struct CustomerState {
    pub company_id: Option<CompanyId>,
    pub is_archived: bool,
}

pub(super) fn customer(c: &Conn<'_>, scope: &Scope, id: CustomerId) -> Result<Option<CustomerState>> {
    c.query_opt(
        ("SELECT company_id, archived_at IS NOT NULL FROM customers WHERE org_id = $1 AND id = $2", params![scope, id]),
        |row| Ok(CustomerState { company_id: row.get(0)?, is_archived: row.get(1)? }),
    )
}

// ---- Writing -------------------------------------------------------------------------------------

fn values(scope: &Scope, deal: &Deal) -> Vec<Value> {
    params![
        scope,
        deal.id,
        &deal.name,
        fold(&deal.name),
        deal.customer_id,
        deal.company_id,
        deal.owner_id,
        deal.owner_name.clone(),
        deal.pipeline_id,
        deal.stage_id,
        deal.stage.as_str(),
        deal.stage_entered_at,
        &deal.rank,
        deal.amount,
        deal.currency.clone(),
        deal.probability,
        deal.expected_close_date,
        deal.closed_at,
        deal.lost_reason.clone(),
        deal.lost_reason.as_deref().map(fold),
        &deal.source,
        deal.last_activity_at,
        deal.archived_at,
        deal.created_at,
        deal.updated_at,
        deal.version
    ]
    .to_vec()
}

const INSERT_COLUMNS: [&str; 26] = [
    "org_id",
    "id",
    "name",
    "name_key",
    "customer_id",
    "company_id",
    "owner_id",
    "owner_name",
    "pipeline_id",
    "stage_id",
    "stage",
    "stage_entered_at",
    "rank",
    "amount",
    "currency",
    "probability",
    "expected_close_date",
    "closed_at",
    "lost_reason",
    "lost_reason_key",
    "source",
    "last_activity_at",
    "archived_at",
    "created_at",
    "updated_at",
    "version",
];

const LINE_COLUMNS: [&str; 6] = ["org_id", "deal_id", "position", "product_id", "quantity", "unit_price"];

const VISIT_COLUMNS: [&str; 11] = [
    "org_id",
    "deal_id",
    "position",
    "pipeline_id",
    "stage_id",
    "stage",
    "entered_at",
    "left_at",
    "actor_kind",
    "actor_id",
    "actor_name",
];

/// Many at once, with the stages that they have been in.
pub(super) fn insert_many(tx: &Tx<'_>, scope: &Scope, past: &[PastDeal]) -> Result<()> {
    let rows: Vec<Vec<Value>> = past.iter().map(|past| values(scope, &past.deal)).collect();
    tx.bulk("deals", &INSERT_COLUMNS, &rows)?;
    // Row keys are given in sequence, so the first of them follows from the last.
    if let Some(last) = tx.last_row_key() {
        let first = last + 1 - past.len() as i64;
        let texts: Vec<Vec<Value>> =
            (first..).zip(past).map(|(row_key, past)| params![row_key, fold(&past.deal.name)].to_vec()).collect();
        tx.bulk("deal_search", &["rowid", "text"], &texts)?;
    }
    let (mut lines, mut visits) = (Vec::new(), Vec::new());
    for PastDeal { deal, visits: own } in past {
        for (position, line) in (0_i64..).zip(&deal.lines) {
            let row = params![scope, deal.id, position, line.product_id, line.quantity, line.unit_price];
            lines.push(row.to_vec());
        }
        let left = own.iter().skip(1).map(|next| Some(next.entered_at)).chain([None]);
        for ((position, visit), left_at) in (0_i64..).zip(own).zip(left) {
            let row = params![
                scope,
                deal.id,
                position,
                visit.pipeline_id,
                visit.stage_id,
                visit.stage.as_str(),
                visit.entered_at,
                left_at,
                visit.actor.kind.as_str(),
                visit.actor.id,
                &visit.actor.name
            ];
            visits.push(row.to_vec());
        }
    }
    tx.bulk("deal_products", &LINE_COLUMNS, &lines)?;
    tx.bulk("deal_stage_changes", &VISIT_COLUMNS, &visits)?;
    total(tx, scope, past.iter().map(|past| (&past.deal, 1)))
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, deal: &Deal) -> Result<()> {
    tx.execute((
        "INSERT INTO deals (org_id, id, name, name_key, customer_id, company_id, owner_id, owner_name, pipeline_id,
           stage_id, stage, stage_entered_at, rank, amount, currency, probability, expected_close_date, closed_at,
           lost_reason, lost_reason_key, source, last_activity_at, archived_at, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
           $23, $24, $25, $26)",
        values(scope, deal).as_slice(),
    ))?;
    if let Some(seq) = tx.last_row_key() {
        tx.execute(("INSERT INTO deal_search (rowid, text) VALUES ($1, $2)", params![seq, fold(&deal.name)]))?;
    }
    insert_lines(tx, scope, deal)?;
    total(tx, scope, [(deal, 1)].into_iter())
}

fn insert_lines(tx: &Tx<'_>, scope: &Scope, deal: &Deal) -> Result<()> {
    for (position, line) in (0_i64..).zip(&deal.lines) {
        tx.later(
            "INSERT INTO deal_products (org_id, deal_id, position, product_id, quantity, unit_price)
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![scope, deal.id, position, line.product_id, line.quantity, line.unit_price],
        )?;
    }
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, before: &Deal, deal: &Deal) -> Result<()> {
    tx.later(
        "UPDATE deals SET name = $3, name_key = $4, customer_id = $5, company_id = $6, owner_id = $7, owner_name = $8,
           pipeline_id = $9, stage_id = $10, stage = $11, stage_entered_at = $12, rank = $13, amount = $14,
           currency = $15, probability = $16, expected_close_date = $17, closed_at = $18, lost_reason = $19,
           lost_reason_key = $20, source = $21, last_activity_at = $22, archived_at = $23, created_at = $24,
           updated_at = $25, version = $26
         WHERE org_id = $1 AND id = $2",
        values(scope, deal),
    )?;
    if tx.engine() == Engine::Sqlite && before.name != deal.name {
        let seq: i64 = tx
            .query_one(("SELECT seq FROM deals WHERE org_id = $1 AND id = $2", params![scope, deal.id]), |row| {
                row.get(0)
            })?;
        tx.execute((
            "INSERT OR REPLACE INTO deal_search (rowid, text) VALUES ($1, $2)",
            params![seq, fold(&deal.name)],
        ))?;
    }
    if before.lines != deal.lines {
        tx.execute(("DELETE FROM deal_products WHERE org_id = $1 AND deal_id = $2", params![scope, deal.id]))?;
        insert_lines(tx, scope, deal)?;
    }
    total(tx, scope, [(before, -1), (deal, 1)].into_iter())
}

/// Moves the totals of stages by what deals are, or with -1 by what they were.
fn total<'d>(tx: &Tx<'_>, scope: &Scope, deals: impl Iterator<Item = (&'d Deal, i64)>) -> Result<()> {
    // In one order, so that two writers never wait for each other.
    let mut changes: BTreeMap<(StageId, String, i64), (i64, i64)> = BTreeMap::new();
    for (deal, sign) in deals.filter(|(deal, _)| deal.archived_at.is_none()) {
        let slot = i64::try_from(deal.id.0.as_u128() % SLOTS as u128).unwrap_or_default();
        changes.entry((deal.stage_id, String::new(), slot)).or_default().0 += sign;
        if let Some((amount, currency)) = deal.amount.zip(deal.currency.clone()) {
            let change = changes.entry((deal.stage_id, currency, slot)).or_default();
            change.0 += sign;
            change.1 += sign * amount;
        }
    }
    for ((stage_id, currency, slot), (deals, amount)) in changes.into_iter().filter(|(_, change)| *change != (0, 0)) {
        tx.later(
            "INSERT INTO deal_totals (org_id, stage_id, currency, slot, deals, amount) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, stage_id, currency, slot) DO UPDATE SET deals = deal_totals.deals + excluded.deals,
               amount = deal_totals.amount + excluded.amount",
            params![scope, stage_id, currency, slot, deals, amount],
        )?;
    }
    Ok(())
}

// ---- Stages --------------------------------------------------------------------------------------

/// Writes down that a deal has come into its stage, and has left the one before.
pub(super) fn enter(tx: &Tx<'_>, scope: &Scope, deal: &Deal, actor: &ActorRef) -> Result<()> {
    tx.later(
        "UPDATE deal_stage_changes SET left_at = $3 WHERE org_id = $1 AND deal_id = $2 AND left_at IS NULL",
        params![scope, deal.id, deal.stage_entered_at],
    )?;
    tx.later(
        "INSERT INTO deal_stage_changes (org_id, deal_id, position, pipeline_id, stage_id, stage, entered_at, actor_kind,
           actor_id, actor_name)
         VALUES ($1, $2, (SELECT count(*) FROM deal_stage_changes h WHERE h.org_id = $1 AND h.deal_id = $2), $3, $4, $5, $6,
           $7, $8, $9)",
        params![
            scope,
            deal.id,
            deal.pipeline_id,
            deal.stage_id,
            deal.stage.as_str(),
            deal.stage_entered_at,
            actor.kind.as_str(),
            actor.id,
            &actor.name
        ],
    )
}

pub(super) fn stages(c: &Conn<'_>, scope: &Scope, id: DealId, now: Timestamp) -> Result<Vec<StageVisit>> {
    let mut visits = c.query(
        (
            "SELECT h.stage_id, s.name, h.stage, h.entered_at, h.left_at, h.actor_kind, h.actor_id, h.actor_name
             FROM deal_stage_changes h JOIN pipeline_stages s ON s.org_id = h.org_id AND s.pipeline_id = h.pipeline_id
               AND s.id = h.stage_id
             WHERE h.org_id = $1 AND h.deal_id = $2 ORDER BY h.position DESC LIMIT $3",
            params![scope, id, VISITS_MAX],
        ),
        |row| {
            let entered_at: Timestamp = row.get(3)?;
            let left_at: Option<Timestamp> = row.get(4)?;
            Ok(StageVisit {
                stage_id: row.get(0)?,
                name: row.get(1)?,
                stage: stage_of(&row.get::<String>(2)?)?,
                entered_at,
                left_at,
                seconds: (left_at.unwrap_or(now).micros() - entered_at.micros()) / 1_000_000,
                actor: ActorRef {
                    kind: ActorKind::parse(&row.get::<String>(5)?).unwrap_or(ActorKind::System),
                    id: row.get(6)?,
                    name: row.get(7)?,
                },
            })
        },
    )?;
    visits.reverse();
    Ok(visits)
}

// ---- Ranks ---------------------------------------------------------------------------------------

/// The stage and the rank of a deal, archived or not; nothing when there is no such deal.
pub(super) fn place(c: &Conn<'_>, scope: &Scope, id: DealId) -> Result<Option<(StageId, String)>> {
    c.query_opt(("SELECT stage_id, rank FROM deals WHERE org_id = $1 AND id = $2", params![scope, id]), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// The rank next to `from` among the other living deals of a stage, upwards or downwards; from its end without `from`.
pub(super) fn next_rank(
    c: &Conn<'_>,
    scope: &Scope,
    stage: StageId,
    except: DealId,
    from: Option<&str>,
    upwards: bool,
) -> Result<Option<String>> {
    let mut sql = Sql::new("SELECT rank FROM deals WHERE org_id = ");
    sql.bind(scope).push(" AND stage_id = ").bind(stage).push(" AND archived_at IS NULL AND id <> ").bind(except);
    if let Some(from) = from {
        sql.push(if upwards { " AND rank < " } else { " AND rank > " }).bind(from);
    }
    sql.push(if upwards { " ORDER BY rank DESC LIMIT 1" } else { " ORDER BY rank LIMIT 1" });
    c.query_opt(&sql, |row| row.get(0))
}

// ---- The board -----------------------------------------------------------------------------------

/// Deals and amounts of a stage: the currency, empty for the deals themselves, the number and the sum.
pub(super) type Total = (StageId, String, i64, i64);

fn read_total(row: &Row<'_>) -> Result<Total> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

/// Of all living deals.
pub(super) fn totals(c: &Conn<'_>, scope: &Scope, stages: &[Stage]) -> Result<Vec<Total>> {
    let mut sql = Sql::new(
        "SELECT stage_id, currency, CAST(sum(deals) AS BIGINT), CAST(sum(amount) AS BIGINT) FROM deal_totals
         WHERE org_id = ",
    );
    sql.bind(scope).push(" AND stage_id IN ").bind_list(stages.iter().map(|stage| stage.id));
    sql.push(" GROUP BY stage_id, currency");
    c.query(&sql, read_total)
}

/// Of the living deals that match, counted.
pub(super) fn totals_of(
    c: &Conn<'_>,
    scope: &Scope,
    pipeline: PipelineId,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
) -> Result<Vec<Total>> {
    let mut sql = Sql::new(
        "SELECT c.stage_id, CASE WHEN c.amount IS NULL THEN '' ELSE coalesce(c.currency, '') END, count(*),
           CAST(coalesce(sum(c.amount), 0) AS BIGINT)",
    );
    sql.append(&matching(c, scope, tree, q, context)?);
    sql.push(" AND c.archived_at IS NULL AND c.pipeline_id = ").bind(pipeline).push(" GROUP BY 1, 2");
    let mut totals: Vec<Total> = c.query(&sql, read_total)?;
    // What has an amount counts among the deals too.
    let priced: Vec<(StageId, i64)> =
        totals.iter().filter(|total| !total.1.is_empty()).map(|total| (total.0, total.2)).collect();
    for (stage, deals) in priced {
        match totals.iter_mut().find(|total| total.0 == stage && total.1.is_empty()) {
            Some(total) => total.2 += deals,
            None => totals.push((stage, String::new(), deals, 0)),
        }
    }
    Ok(totals)
}

/// The first cards of each stage after `after`, at most `limit` each, in the order of the stages.
#[allow(clippy::too_many_arguments)]
pub(super) fn cards(
    c: &Conn<'_>,
    scope: &Scope,
    stages: &[StageId],
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    after: Option<(&str, DealId)>,
    limit: usize,
) -> Result<Vec<Deal>> {
    let sql = cards_sql(c, scope, stages, tree, q, context, after, limit)?;
    let mut deals = c.query(&sql, |row| read(row, context.now))?;
    add_parts(c, scope, deals.iter_mut())?;
    Ok(deals)
}

#[allow(clippy::too_many_arguments)]
pub(super) fn cards_sql(
    c: &Conn<'_>,
    scope: &Scope,
    stages: &[StageId],
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    after: Option<(&str, DealId)>,
    limit: usize,
) -> Result<Sql> {
    let mut sql = Sql::default();
    let filter = tree.planned(c, context, &[])?;
    let search = search(c.engine(), q);
    for (index, stage) in stages.iter().enumerate() {
        sql.push(if index == 0 { "SELECT * FROM (SELECT " } else { " UNION ALL SELECT * FROM (SELECT " });
        sql.push(COLUMNS).push(" FROM deals c WHERE c.org_id = ").bind(scope);
        sql.push(" AND c.archived_at IS NULL AND c.stage_id = ").bind(*stage);
        if let Some((rank, id)) = after {
            sql.push(" AND (c.rank, c.id) > (").bind(rank).push(", ").bind(id).push(")");
        }
        sql.push(" AND ").append(&filter).append(&search);
        sql.push(" ORDER BY c.rank, c.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).push(") x");
    }
    Ok(sql)
}

// ---- Reports -------------------------------------------------------------------------------------

/// A quarter of an hour in microseconds: no zone's month begins between two of them.
const QUARTER: i64 = 900_000_000;

/// What matches, summed up by meaning and currency, and by group where one is asked for.
pub(super) fn parts(
    c: &Conn<'_>,
    scope: &Scope,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
    by: Option<GroupBy>,
) -> Result<Vec<Part>> {
    let mut sql = Sql::new("SELECT ");
    match by {
        None => sql.push("CAST(NULL AS UUID), NULL"),
        Some(GroupBy::Owner) => {
            sql.push("c.owner_id, coalesce((SELECT u.full_name FROM users u WHERE u.id = c.owner_id), c.owner_name)")
        }
        Some(GroupBy::Product) => {
            sql.push("c.product_id, (SELECT p.name FROM products p WHERE p.org_id = c.org_id AND p.id = c.product_id)")
        }
        Some(GroupBy::Source) => sql.push("CAST(NULL AS UUID), c.source"),
        Some(GroupBy::LostReason) => sql.push("CAST(NULL AS UUID), c.lost_reason"),
        Some(GroupBy::Month) => sql.push("CAST(NULL AS UUID), c.closed_at / ").bind(QUARTER),
    };
    sql.push(
        ", c.stage, CASE WHEN c.amount IS NULL THEN NULL ELSE c.currency END, count(*),
           CAST(coalesce(sum(c.amount), 0) AS BIGINT),
           CAST(coalesce(sum((c.closed_at - c.created_at) / 1000000), 0) AS BIGINT)",
    );
    let from = matching(c, scope, tree, q, context)?;
    if by == Some(GroupBy::Product) {
        // A row for each product of a deal, however many lines it has. A line that is worth more than a deal can be, as
        // there may be from before that was refused, counts for that much.
        sql.push(" FROM (SELECT c.org_id, c.stage, c.currency, c.closed_at, c.created_at, l.product_id,");
        sql.push(" CAST(sum(CASE WHEN l.unit_price > ").bind(AMOUNT_MAX).push(" / l.quantity THEN ").bind(AMOUNT_MAX);
        sql.push(" ELSE l.quantity * l.unit_price END) AS BIGINT) AS amount FROM (SELECT c.*").append(&from);
        sql.push(") c LEFT JOIN deal_products l ON l.org_id = c.org_id AND l.deal_id = c.id");
        sql.push(" GROUP BY c.id, c.org_id, c.stage, c.currency, c.closed_at, c.created_at, l.product_id) c");
    } else {
        sql.append(&from);
    }
    sql.push(" GROUP BY 1, 2, 3, 4");
    c.query(&sql, |row| {
        let id: Option<Uuid> = row.get(0)?;
        let (key, name) = match by {
            None => (None, None),
            Some(GroupBy::Month) => {
                let quarter: Option<i64> = row.get(1)?;
                let month = quarter.map(|quarter| month_of(Timestamp(quarter * QUARTER), context));
                (month.clone().map(Key::Text), month)
            }
            Some(_) => {
                let name: Option<String> = row.get(1)?;
                (id.map(Key::Id).or_else(|| name.clone().map(Key::Text)), name)
            }
        };
        Ok(Part {
            key,
            name,
            stage: stage_of(&row.get::<String>(2)?)?,
            currency: row.get(3)?,
            deals: row.get(4)?,
            amount: row.get(5)?,
            seconds: row.get(6)?,
        })
    })
}

fn month_of(time: Timestamp, context: &Context) -> String {
    let date = time.date_in(&context.zone);
    format!("{:04}-{:02}", date.year(), date.month())
}

/// What is not closed, by day, owner and currency.
pub(super) fn expected(
    c: &Conn<'_>,
    scope: &Scope,
    tree: &Tree,
    q: Option<&str>,
    context: &Context,
) -> Result<Vec<ExpectedPart>> {
    let mut sql = Sql::new(
        "SELECT c.expected_close_date, c.owner_id, c.owner_name, CASE WHEN c.amount IS NULL THEN NULL ELSE c.currency END,
           count(*), CAST(coalesce(sum(c.amount), 0) AS BIGINT), coalesce(sum(c.amount * c.probability), 0.0)",
    );
    sql.append(&matching(c, scope, tree, q, context)?)
        .push(" AND c.stage IN ('open', 'negotiating') GROUP BY 1, 2, 3, 4");
    c.query(&sql, |row| {
        Ok(ExpectedPart {
            day: row.get(0)?,
            owner_id: row.get(1)?,
            owner_name: row.get(2)?,
            currency: row.get(3)?,
            deals: row.get(4)?,
            amount: row.get(5)?,
            weighted: row.get(6)?,
        })
    })
}
