use super::conversation::Item;
use super::model::{
    Assessment, AssessmentSource, Criterion, CriterionType, LeadDecision, Reading, ReadingState, Review, Signal,
};
use super::rules::{FitEvidence, Living};
use db::{Conn, Engine, Error, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::actor::{ActorKind, ActorRef};
use platform::clock::Timestamp;
use platform::filter::{Context, Tree};
use platform::ids::{AssessmentId, CompanyId, CriterionId, CustomerId, OrgId, ProductId};
use platform::text::fold;

// ---- Criteria ------------------------------------------------------------------------------------

const CRITERION: &str = "SELECT k.id, k.product_id, k.name, k.type, k.weight, k.params, k.position, k.active,
    k.rules_version, k.job_id, k.archived_at, k.created_at, k.updated_at, k.version FROM fit_criteria k WHERE k.org_id = ";

fn read_criterion(row: &Row<'_>) -> Result<Criterion> {
    let kind: String = row.get(3)?;
    Ok(Criterion {
        id: row.get(0)?,
        product_id: row.get(1)?,
        name: row.get(2)?,
        kind: CriterionType::parse(&kind).ok_or_else(|| Error::Bug(format!("unknown criterion {kind:?}")))?,
        weight: row.get(4)?,
        share: None,
        params: row.get(5)?,
        position: row.get(6)?,
        active: row.get(7)?,
        rules_version: row.get(8)?,
        job_id: row.get(9)?,
        archived_at: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        version: row.get(13)?,
    })
}

pub(super) fn criterion(c: &Conn<'_>, scope: &Scope, id: CriterionId) -> Result<Option<Criterion>> {
    let mut sql = Sql::new(CRITERION);
    c.query_opt(sql.bind(scope).push(" AND k.id = ").bind(id).push(" AND k.archived_at IS NULL"), read_criterion)
}

/// The living criteria of a product in their order.
pub(super) fn criteria(c: &Conn<'_>, scope: &Scope, product: ProductId) -> Result<Vec<Criterion>> {
    let mut sql = Sql::new(CRITERION);
    sql.bind(scope).push(" AND k.product_id = ").bind(product);
    c.query(sql.push(" AND k.archived_at IS NULL ORDER BY k.position, k.id"), read_criterion)
}

/// The living and active criteria of all products that are not archived, or of some of them.
pub(super) fn active(c: &Conn<'_>, scope: &Scope, held: bool) -> Result<Vec<Criterion>> {
    let mut sql = Sql::new(CRITERION);
    sql.bind(scope).push(" AND k.archived_at IS NULL AND k.active");
    sql.push(" AND EXISTS (SELECT 1 FROM products p WHERE p.org_id = k.org_id AND p.id = k.product_id");
    sql.push(" AND p.archived_at IS NULL) ORDER BY k.product_id, k.position, k.id");
    if held && c.engine() == Engine::Postgres {
        sql.push(" FOR SHARE OF k");
    }
    c.query(&sql, read_criterion)
}

/// All living criteria with rules over fields.
pub(super) fn profiles(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Criterion>> {
    let mut sql = Sql::new(CRITERION);
    sql.bind(scope).push(" AND k.archived_at IS NULL AND k.type = ").bind(CriterionType::Profile.as_str());
    c.query(sql.push(" ORDER BY k.id"), read_criterion)
}

/// The organisations that score.
pub(super) fn scoring(c: &Conn<'_>) -> Result<Vec<OrgId>> {
    c.query("SELECT DISTINCT org_id FROM fit_criteria WHERE archived_at IS NULL AND active ORDER BY org_id", |row| {
        row.get(0)
    })
}

fn values(scope: &Scope, criterion: &Criterion) -> [Value; 15] {
    params![
        scope,
        criterion.id,
        criterion.product_id,
        &criterion.name,
        criterion.kind.as_str(),
        criterion.weight,
        criterion.params.clone(),
        criterion.position,
        criterion.active,
        criterion.rules_version,
        criterion.job_id,
        criterion.archived_at,
        criterion.created_at,
        criterion.updated_at,
        criterion.version
    ]
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, criterion: &Criterion) -> Result<()> {
    tx.execute((
        "INSERT INTO fit_criteria (org_id, id, product_id, name, type, weight, params, position, active, rules_version,
           job_id, archived_at, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values(scope, criterion),
    ))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, criterion: &Criterion) -> Result<()> {
    tx.execute((
        "UPDATE fit_criteria SET product_id = $3, name = $4, type = $5, weight = $6, params = $7, position = $8,
           active = $9, rules_version = $10, job_id = $11, archived_at = $12, created_at = $13, updated_at = $14,
           version = $15
         WHERE org_id = $1 AND id = $2",
        values(scope, criterion),
    ))?;
    Ok(())
}

// ---- Customers -----------------------------------------------------------------------------------

/// Those of these customers that live, with their companies. `held`: they stay as they are until the commit.
pub(super) fn living(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
    held: bool,
) -> Result<Vec<(CustomerId, Option<CompanyId>)>> {
    let held = held && c.engine() == Engine::Postgres;
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT id, company_id FROM customers WHERE org_id = ");
        sql.bind(scope).push(" AND id IN ").bind_list(part.iter().copied());
        sql.push(" AND archived_at IS NULL ORDER BY id").push(if held { " FOR SHARE" } else { "" });
        sql
    };
    c.query_parts(customers, statement, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Takes a customer who is about to be written. Two who only held it would wait for each other.
pub(super) fn take(tx: &Tx<'_>, scope: &Scope, customer: CustomerId) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        let mut sql = Sql::new("SELECT id FROM customers WHERE org_id = ");
        tx.for_each(sql.bind(scope).push(" AND id = ").bind(customer).push(" FOR NO KEY UPDATE"), |_| Ok(()))?;
    }
    Ok(())
}

/// Living customers by id, after one of them.
pub(super) fn after(c: &Conn<'_>, scope: &Scope, after: Option<CustomerId>, most: i64) -> Result<Vec<CustomerId>> {
    let mut sql = Sql::new("SELECT id FROM customers WHERE org_id = ");
    sql.bind(scope);
    if let Some(after) = after {
        sql.push(" AND id > ").bind(after);
    }
    c.query(sql.push(" AND archived_at IS NULL ORDER BY id LIMIT ").bind(most), |row| row.get(0))
}

/// How many customers live.
pub(super) fn count(c: &Conn<'_>, scope: &Scope) -> Result<i64> {
    c.query_one(("SELECT count(*) FROM customers WHERE org_id = $1 AND archived_at IS NULL", params![scope]), |row| {
        row.get(0)
    })
}

/// Customers of a company by id, after one of them.
pub(super) fn of_company(
    c: &Conn<'_>,
    scope: &Scope,
    company: CompanyId,
    after: Option<CustomerId>,
    most: i64,
) -> Result<Vec<CustomerId>> {
    let mut sql = Sql::new("SELECT id FROM customers WHERE org_id = ");
    sql.bind(scope).push(" AND company_id = ").bind(company);
    if let Some(after) = after {
        sql.push(" AND id > ").bind(after);
    }
    c.query(sql.push(" ORDER BY id LIMIT ").bind(most), |row| row.get(0))
}

/// Those of these customers whom a rule selects.
pub(super) fn selected(
    c: &Conn<'_>,
    context: &Context,
    rule: &Tree,
    customers: &[CustomerId],
) -> Result<Vec<CustomerId>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT c.id FROM customers c WHERE c.org_id = ");
        sql.bind(context.org).push(" AND c.id IN ").bind_list(part.iter().copied());
        sql.push(" AND ").append(&rule.sql_of_few(context));
        sql
    };
    c.query_parts(customers, statement, |row| row.get(0))
}

/// What happened to these customers: who, the type, when.
pub(super) fn events<'t>(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
    types: impl Iterator<Item = &'t str> + Clone,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<(CustomerId, String, Timestamp)>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT customer_id, type, occurred_at FROM activities WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql.push(" AND occurred_at >= ").bind(since).push(" AND occurred_at <= ").bind(until);
        sql.push(" AND type IN ").bind_list(types.clone());
        sql
    };
    c.query_parts(customers, statement, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The living signals of these customers, the oldest first.
pub(super) fn signals(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
    now: Timestamp,
) -> Result<Vec<(CustomerId, Living)>> {
    let statement = |part: &[CustomerId]| {
        let mut sql =
            Sql::new("SELECT customer_id, name_key, strength, expires_at FROM intent_signals WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql.push(" AND expires_at > ").bind(now).push(" ORDER BY id");
        sql
    };
    c.query_parts(customers, statement, |row| {
        Ok((row.get(0)?, Living { key: row.get(1)?, strength: row.get(2)?, expires_at: row.get(3)? }))
    })
}

pub(super) fn insert_signal(tx: &Tx<'_>, scope: &Scope, signal: &Signal) -> Result<()> {
    tx.execute((
        "INSERT INTO intent_signals (org_id, customer_id, id, name, name_key, strength, expires_at, actor_kind, actor_id,
           actor_name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            scope,
            signal.customer_id,
            signal.id,
            &signal.name,
            fold(&signal.name),
            signal.strength,
            signal.expires_at,
            signal.actor.kind.as_str(),
            signal.actor.id,
            &signal.actor.name,
            signal.created_at
        ],
    ))?;
    Ok(())
}

// ---- What is kept --------------------------------------------------------------------------------

/// Where a customer stands with a criterion.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub customer_id: CustomerId,
    pub criterion_id: CriterionId,
    /// The assessment that counts.
    pub counts: Option<Counting>,
    /// The last computed one.
    pub rule: Option<AssessmentId>,
    pub by_hand: bool,
    pub due_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Counting {
    pub id: AssessmentId,
    pub score: f64,
    pub expires_at: Option<Timestamp>,
}

/// What was computed last.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub counting: Counting,
    pub version: i64,
    pub evidence: FitEvidence,
}

fn evidence(json: serde_json::Value) -> Result<FitEvidence> {
    serde_json::from_value(json).map_err(|error| Error::Bug(format!("evidence: {error}")))
}

/// Where these customers stand, with what was computed last.
pub(super) fn standings(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
) -> Result<Vec<(Standing, Option<Last>)>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new(
            "SELECT s.customer_id, s.criterion_id, s.assessment_id, s.score, s.expires_at, s.rule_id, s.by_hand, s.due_at,
               a.score, a.expires_at, a.criterion_version, a.evidence
             FROM fit_scores s LEFT JOIN fit_assessments a ON a.org_id = s.org_id AND a.customer_id = s.customer_id
               AND a.criterion_id = s.criterion_id AND a.id = s.rule_id
             WHERE s.org_id = ",
        );
        sql.bind(scope).push(" AND s.customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(customers, statement, |row| {
        let (counts, score): (Option<AssessmentId>, Option<f64>) = (row.get(2)?, row.get(3)?);
        let expires_at = row.get(4)?;
        let standing = Standing {
            customer_id: row.get(0)?,
            criterion_id: row.get(1)?,
            counts: counts.zip(score).map(|(id, score)| Counting { id, score, expires_at }),
            rule: row.get(5)?,
            by_hand: row.get(6)?,
            due_at: row.get(7)?,
        };
        let last = match (standing.rule, row.get::<Option<f64>>(8)?) {
            (Some(id), Some(score)) => Some(Last {
                counting: Counting { id, score, expires_at: row.get(9)? },
                version: row.get(10)?,
                evidence: evidence(row.get(11)?)?,
            }),
            _ => None,
        };
        Ok((standing, last))
    })
}

/// An assessment that was not computed.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByHand {
    pub customer_id: CustomerId,
    pub criterion_id: CriterionId,
    pub counting: Counting,
    pub is_manual: bool,
}

/// What people and automations have said of these customers, the oldest first.
pub(super) fn by_hand(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<ByHand>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new(
            "SELECT customer_id, criterion_id, id, score, expires_at, source FROM fit_assessments WHERE org_id = ",
        );
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql.push(" AND source <> 'rule' ORDER BY id");
        sql
    };
    c.query_parts(customers, statement, |row| {
        Ok(ByHand {
            customer_id: row.get(0)?,
            criterion_id: row.get(1)?,
            counting: Counting { id: row.get(2)?, score: row.get(3)?, expires_at: row.get(4)? },
            is_manual: row.get::<String>(5)? == AssessmentSource::Manual.as_str(),
        })
    })
}

const ASSESSMENT: [&str; 13] = [
    "org_id",
    "customer_id",
    "criterion_id",
    "id",
    "criterion_version",
    "score",
    "evidence",
    "source",
    "actor_kind",
    "actor_id",
    "actor_name",
    "expires_at",
    "created_at",
];

pub(super) fn insert_assessments(tx: &Tx<'_>, scope: &Scope, assessments: &[Assessment]) -> platform::Result<()> {
    let mut rows = Vec::with_capacity(assessments.len());
    for one in assessments {
        let evidence = serde_json::to_value(&one.evidence).map_err(|error| platform::Error::Bug(error.to_string()))?;
        rows.push(
            params![
                scope,
                one.customer_id,
                one.criterion_id,
                one.id,
                one.criterion_version,
                one.score,
                evidence,
                one.source.as_str(),
                one.actor.kind.as_str(),
                one.actor.id,
                &one.actor.name,
                one.expires_at,
                one.created_at
            ]
            .to_vec(),
        );
    }
    tx.bulk("fit_assessments", &ASSESSMENT, &rows)?;
    Ok(())
}

pub(super) fn put_standings(tx: &Tx<'_>, scope: &Scope, standings: &[Standing]) -> Result<()> {
    let rows: Vec<Vec<Value>> = standings
        .iter()
        .map(|one| {
            params![
                scope,
                one.customer_id,
                one.criterion_id,
                one.counts.map(|counts| counts.id),
                one.counts.map(|counts| counts.score),
                one.counts.and_then(|counts| counts.expires_at),
                one.rule,
                one.by_hand,
                one.due_at
            ]
            .to_vec()
        })
        .collect();
    tx.execute_many(
        "INSERT INTO fit_scores (org_id, customer_id, criterion_id, assessment_id, score, expires_at, rule_id, by_hand,
           due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, customer_id, criterion_id) DO UPDATE
         SET assessment_id = excluded.assessment_id, score = excluded.score, expires_at = excluded.expires_at,
           rule_id = excluded.rule_id, by_hand = excluded.by_hand, due_at = excluded.due_at",
        &rows,
    )?;
    Ok(())
}

/// The next customers for whom the clock alone changes something.
pub(super) fn due(c: &Conn<'_>, org: OrgId, now: Timestamp, most: i64) -> Result<Vec<CustomerId>> {
    c.query(&due_sql(org, now, most), |row| row.get(0))
}

pub(super) fn due_sql(org: OrgId, now: Timestamp, most: i64) -> Sql {
    let mut sql = Sql::new("SELECT DISTINCT customer_id FROM (SELECT customer_id FROM fit_scores WHERE org_id = ");
    sql.bind(org).push(" AND due_at <= ").bind(now).push(" ORDER BY due_at LIMIT ").bind(most).push(") AS due");
    sql
}

/// What is still due of these customers has nobody to wait for: they are archived, or the criterion is.
pub(super) fn nothing_due(tx: &Tx<'_>, scope: &Scope, customers: &[CustomerId], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE fit_scores SET due_at = NULL WHERE org_id = ");
    sql.bind(scope).push(" AND customer_id IN ").bind_list(customers.iter().copied());
    tx.execute(sql.push(" AND due_at <= ").bind(now))?;
    Ok(())
}

// ---- Reading -------------------------------------------------------------------------------------

const READ: &str =
    "a.id, a.customer_id, a.criterion_id, a.criterion_version, a.score, a.evidence, a.source, a.actor_kind,
    a.actor_id, a.actor_name, a.expires_at, a.created_at";

fn read_assessment(row: &Row<'_>) -> Result<Assessment> {
    let source: String = row.get(6)?;
    Ok(Assessment {
        id: row.get(0)?,
        customer_id: row.get(1)?,
        criterion_id: row.get(2)?,
        criterion_version: row.get(3)?,
        score: row.get(4)?,
        evidence: evidence(row.get(5)?)?,
        source: AssessmentSource::parse(&source).ok_or_else(|| Error::Bug(format!("unknown source {source:?}")))?,
        actor: ActorRef {
            kind: ActorKind::parse(&row.get::<String>(7)?).unwrap_or(ActorKind::System),
            id: row.get(8)?,
            name: row.get(9)?,
        },
        expires_at: row.get(10)?,
        created_at: row.get(11)?,
    })
}

/// The assessments of these customers that count.
pub(super) fn counting(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<Assessment>> {
    c.query_parts(customers, |part| counting_sql(scope, part), read_assessment)
}

pub(super) fn counting_sql(scope: &Scope, customers: &[CustomerId]) -> Sql {
    let mut sql = Sql::new("SELECT ");
    // SQLite joins in this order: from the few of the customers to each one's assessment.
    sql.push(READ).push(" FROM fit_scores s CROSS JOIN fit_assessments a WHERE s.org_id = ").bind(scope);
    sql.push(" AND s.customer_id IN ").bind_list(customers.iter().copied());
    sql.push(" AND a.org_id = s.org_id AND a.customer_id = s.customer_id AND a.criterion_id = s.criterion_id");
    sql.push(" AND a.id = s.assessment_id");
    sql
}

/// A customer's assessments by some criteria, the newest first.
pub(super) fn history(
    c: &Conn<'_>,
    scope: &Scope,
    customer: CustomerId,
    criteria: Option<&[CriterionId]>,
    before: Option<AssessmentId>,
    most: usize,
) -> Result<Vec<Assessment>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(READ).push(" FROM fit_assessments a WHERE a.org_id = ").bind(scope);
    sql.push(" AND a.customer_id = ").bind(customer);
    if let Some(criteria) = criteria {
        sql.push(" AND a.criterion_id IN ").bind_list(criteria.iter().copied());
    }
    if let Some(before) = before {
        sql.push(" AND a.id < ").bind(before);
    }
    sql.push(" ORDER BY a.id DESC LIMIT ").bind(i64::try_from(most).unwrap_or(i64::MAX));
    c.query(&sql, read_assessment)
}

/// The criteria of a product, archived ones too.
pub(super) fn ever_of(c: &Conn<'_>, scope: &Scope, product: ProductId) -> Result<Vec<CriterionId>> {
    c.query(("SELECT id FROM fit_criteria WHERE org_id = $1 AND product_id = $2", params![scope, product]), |row| {
        row.get(0)
    })
}

// ---- Reviews -------------------------------------------------------------------------------------

pub(super) fn insert_review(tx: &Tx<'_>, scope: &Scope, review: &Review) -> Result<()> {
    tx.execute((
        "INSERT INTO fit_reviews (org_id, customer_id, id, product_id, decision, feedback, reviewer_id, reviewer_name,
           deal_id, note_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            scope,
            review.customer_id,
            review.id,
            review.product_id,
            review.decision.as_str(),
            review.feedback.clone(),
            review.reviewer_id,
            &review.reviewer_name,
            review.deal_id,
            review.note_id,
            review.created_at
        ],
    ))?;
    Ok(())
}

/// The reviews of these customers, the newest first.
pub(super) fn reviews(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<Review>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new(
            "SELECT id, customer_id, product_id, decision, feedback, reviewer_id, reviewer_name, deal_id, note_id,
               created_at
             FROM fit_reviews WHERE org_id = ",
        );
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied()).push(" ORDER BY id DESC");
        sql
    };
    c.query_parts(customers, statement, |row| {
        let decision: String = row.get(3)?;
        Ok(Review {
            id: row.get(0)?,
            customer_id: row.get(1)?,
            product_id: row.get(2)?,
            decision: LeadDecision::parse(&decision)
                .ok_or_else(|| Error::Bug(format!("unknown decision {decision:?}")))?,
            feedback: row.get(4)?,
            reviewer_id: row.get(5)?,
            reviewer_name: row.get(6)?,
            deal_id: row.get(7)?,
            note_id: row.get(8)?,
            created_at: row.get(9)?,
        })
    })
}

// ---- Leads ---------------------------------------------------------------------------------------

/// What a page of leads is read by.
pub(super) struct Asked {
    pub product: ProductId,
    /// What a fit is at least, and below; one of them must hold.
    pub ranges: Vec<(Option<f64>, Option<f64>)>,
    /// After the customer of this fit.
    pub after: Option<(f64, CustomerId)>,
    pub most: i64,
}

fn ranked(sql: &mut Sql, asked: &Asked) {
    for (index, (from, below)) in asked.ranges.iter().enumerate() {
        sql.push(if index == 0 { " AND (" } else { " OR " });
        match (from, below) {
            (Some(from), Some(below)) => {
                sql.push("(f.overall >= ").bind(*from).push(" AND f.overall < ").bind(*below).push(")");
            }
            (Some(from), None) => {
                sql.push("f.overall >= ").bind(*from);
            }
            (None, Some(below)) => {
                sql.push("f.overall < ").bind(*below);
            }
            (None, None) => {
                sql.push("TRUE");
            }
        }
    }
    sql.push(if asked.ranges.is_empty() { "" } else { ")" });
    if let Some((overall, customer)) = asked.after {
        sql.push(" AND (f.overall, f.customer_id) < (").bind(overall).push(", ").bind(customer).push(")");
    }
    sql.push(" ORDER BY f.overall DESC, f.customer_id DESC LIMIT ").bind(asked.most);
}

/// Along the ranking, and of each whether they live and whose they are.
pub(super) fn along_ranking(scope: &Scope, asked: &Asked, condition: &Sql) -> Sql {
    let mut sql = Sql::new("SELECT f.customer_id, f.overall FROM fits f CROSS JOIN customers c WHERE f.org_id = ");
    sql.bind(scope).push(" AND f.product_id = ").bind(asked.product);
    sql.push(" AND c.org_id = f.org_id AND c.id = f.customer_id AND ").append(condition);
    ranked(&mut sql, asked);
    sql
}

/// From the customers, whom `selected` names: what comes after the columns of a statement over `customers c`.
pub(super) fn from_customers(scope: &Scope, asked: &Asked, selected: &Sql) -> Sql {
    let mut sql = Sql::new("SELECT f.customer_id, f.overall FROM (SELECT c.id AS customer_id");
    sql.append(selected).push(") m CROSS JOIN fits f WHERE f.org_id = ").bind(scope);
    sql.push(" AND f.customer_id = m.customer_id AND f.product_id = ").bind(asked.product);
    ranked(&mut sql, asked);
    sql
}

pub(super) fn leads(c: &Conn<'_>, sql: &Sql) -> Result<Vec<(CustomerId, f64)>> {
    c.query(sql, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Whether a selection has more than `most` customers.
pub(super) fn has_more(c: &Conn<'_>, selected: &Sql, most: i64) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one");
    sql.append(selected).push(" LIMIT ").bind(most + 1).push(") AS counted");
    Ok(c.query_one(&sql, |row| row.get::<i64>(0))? > most)
}

// ---- Readings ------------------------------------------------------------------------------------

/// Types of activity whose words are read.
const TALKS: [&str; 2] = ["call.logged", "meeting.logged"];

/// Those of these customers about whom anything was said or written that is not private to somebody.
pub(super) fn with_words(c: &Conn<'_>, scope: &Scope, customers: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT customer_id FROM notes WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql.push(
            " AND visibility = 'org' AND deleted_at IS NULL UNION SELECT customer_id FROM activities WHERE org_id = ",
        );
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql.push(" AND type IN ").bind_list(TALKS);
        sql.push(" UNION SELECT customer_id FROM fit_reviews WHERE org_id = ");
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql.push(" AND feedback IS NOT NULL UNION SELECT customer_id FROM fit_readings WHERE org_id = ");
        // What was read once may be gone.
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(customers, statement, |row| row.get(0))
}

/// The latest calls and meetings of a customer.
pub(super) fn talks(c: &Conn<'_>, scope: &Scope, customer: CustomerId, most: i64) -> Result<Vec<Item>> {
    let mut sql = Sql::new("SELECT id, type, occurred_at, detail FROM activities WHERE org_id = ");
    sql.bind(scope).push(" AND customer_id = ").bind(customer).push(" AND type IN ").bind_list(TALKS);
    sql.push(" ORDER BY occurred_at DESC, id DESC LIMIT ").bind(most);
    c.query(&sql, |row| {
        let (kind, detail): (String, serde_json::Value) = (row.get(1)?, row.get(3)?);
        let part = |name: &str| detail[name].as_str().unwrap_or_default();
        let text = format!("{}\n{}", part("subject"), part("notes"));
        let kind = if kind == TALKS[0] { "call" } else { "meeting" };
        Ok(Item { kind, id: row.get(0)?, at: row.get(2)?, text })
    })
}

/// The latest notes on a customer that everybody may read.
pub(super) fn notes(c: &Conn<'_>, scope: &Scope, customer: CustomerId, most: i64) -> Result<Vec<Item>> {
    let mut sql = Sql::new("SELECT id, created_at, body FROM notes WHERE org_id = ");
    sql.bind(scope).push(" AND customer_id = ").bind(customer);
    sql.push(" AND visibility = 'org' AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ").bind(most);
    c.query(&sql, |row| Ok(Item { kind: "note", id: row.get(0)?, at: row.get(1)?, text: row.get(2)? }))
}

/// Has customers be read at `at`.
pub(super) fn ask(
    tx: &Tx<'_>,
    scope: &Scope,
    criteria: &[CriterionId],
    customers: &[CustomerId],
    at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let mut rows = Vec::with_capacity(criteria.len() * customers.len());
    for criterion in criteria {
        let row = |customer: &CustomerId| {
            params![scope, *customer, *criterion, ReadingState::Scoring.as_str(), at, 0_i64, now].to_vec()
        };
        rows.extend(customers.iter().map(row));
    }
    tx.execute_many(
        "INSERT INTO fit_readings (org_id, customer_id, criterion_id, state, ask_at, attempts, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id, customer_id, criterion_id) DO UPDATE SET state = excluded.state,
           ask_at = excluded.ask_at, attempts = excluded.attempts, updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

/// A customer who is to be read by a criterion, as that was asked for.
#[derive(Clone, Debug)]
pub(super) struct ToRead {
    pub customer_id: CustomerId,
    pub criterion_id: CriterionId,
    pub ask_at: Timestamp,
    pub attempts: i64,
    pub input: Option<Vec<u8>>,
    pub reason: Option<String>,
    pub said: Option<String>,
}

impl ToRead {
    /// The row as it is.
    pub fn row(&self) -> ReadingRow {
        ReadingRow {
            state: ReadingState::Scoring,
            reason: self.reason.clone(),
            said: self.said.clone(),
            attempts: self.attempts,
            ask_at: Some(self.ask_at),
            input: self.input.clone(),
        }
    }
}

/// What a reading came to.
#[derive(Clone, Debug)]
pub(super) struct ReadingRow {
    pub state: ReadingState,
    pub reason: Option<String>,
    pub said: Option<String>,
    pub attempts: i64,
    pub ask_at: Option<Timestamp>,
    pub input: Option<Vec<u8>>,
}

pub(super) fn to_read_sql(scope: &Scope, until: Timestamp, most: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT customer_id, criterion_id, ask_at, attempts, input, reason, said FROM fit_readings WHERE org_id = ",
    );
    sql.bind(scope).push(" AND ask_at <= ").bind(until).push(" ORDER BY ask_at, customer_id LIMIT ").bind(most);
    sql
}

/// Who is to be read by then, the longest waiting first.
pub(super) fn to_read(c: &Conn<'_>, scope: &Scope, until: Timestamp, most: i64) -> Result<Vec<ToRead>> {
    c.query(&to_read_sql(scope, until, most), |row| {
        Ok(ToRead {
            customer_id: row.get(0)?,
            criterion_id: row.get(1)?,
            ask_at: row.get(2)?,
            attempts: row.get(3)?,
            input: row.get(4)?,
            reason: row.get(5)?,
            said: row.get(6)?,
        })
    })
}

/// The organisations where somebody is to be read.
pub(super) fn reading(c: &Conn<'_>, until: Timestamp) -> Result<Vec<OrgId>> {
    let mut sql = Sql::new("SELECT DISTINCT org_id FROM fit_readings WHERE ask_at <= ");
    c.query(sql.bind(until).push(" ORDER BY org_id"), |row| row.get(0))
}

/// Writes down what a reading came to. One that was asked for again meanwhile keeps waiting, with what is known now.
pub(super) fn settle(tx: &Tx<'_>, scope: &Scope, asked: &ToRead, row: &ReadingRow, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE fit_readings SET input = $5, reason = $6, said = $7, updated_at = $8,
           state = CASE WHEN ask_at = $4 THEN $9 ELSE state END,
           attempts = CASE WHEN ask_at = $4 THEN $10 ELSE attempts END,
           ask_at = CASE WHEN ask_at = $4 THEN $11 ELSE ask_at END
         WHERE org_id = $1 AND customer_id = $2 AND criterion_id = $3",
        params![
            scope,
            asked.customer_id,
            asked.criterion_id,
            asked.ask_at,
            row.input.clone(),
            row.reason.clone(),
            row.said.clone(),
            now,
            row.state.as_str(),
            row.attempts,
            row.ask_at
        ],
    ))?;
    Ok(())
}

/// Forgets a reading that nobody asks for any more.
pub(super) fn forget_reading(tx: &Tx<'_>, scope: &Scope, asked: &ToRead) -> Result<()> {
    tx.execute((
        "DELETE FROM fit_readings WHERE org_id = $1 AND customer_id = $2 AND criterion_id = $3",
        params![scope, asked.customer_id, asked.criterion_id],
    ))?;
    Ok(())
}

fn reading_state(text: &str) -> Result<ReadingState> {
    ReadingState::parse(text).ok_or_else(|| Error::Bug(format!("unknown state of a reading {text:?}")))
}

/// How the readings of these customers go.
pub(super) fn readings(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
) -> Result<Vec<((CustomerId, CriterionId), Reading)>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new(
            "SELECT customer_id, criterion_id, state, reason, said, attempts, ask_at, updated_at FROM fit_readings
             WHERE org_id = ",
        );
        sql.bind(scope).push(" AND customer_id IN ").bind_list(part.iter().copied());
        sql
    };
    c.query_parts(customers, statement, |row| {
        let reading = Reading {
            state: reading_state(&row.get::<String>(2)?)?,
            reason: row.get(3)?,
            said: row.get(4)?,
            attempts: row.get(5)?,
            next_at: row.get(6)?,
            updated_at: row.get(7)?,
        };
        Ok(((row.get(0)?, row.get(1)?), reading))
    })
}

pub(super) fn reading_counts_sql(scope: &Scope, criterion: CriterionId) -> Sql {
    let mut sql = Sql::new("SELECT state, reason, count(*) FROM fit_readings WHERE org_id = ");
    sql.bind(scope).push(" AND criterion_id = ").bind(criterion).push(" GROUP BY state, reason");
    sql
}

/// How many readings by a criterion are how far, and why.
pub(super) fn reading_counts(
    c: &Conn<'_>,
    scope: &Scope,
    criterion: CriterionId,
) -> Result<Vec<(ReadingState, Option<String>, i64)>> {
    c.query(&reading_counts_sql(scope, criterion), |row| {
        Ok((reading_state(&row.get::<String>(0)?)?, row.get(1)?, row.get(2)?))
    })
}

// ---- What was decided ----------------------------------------------------------------------------

/// A deal about a product that was won or lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided {
    pub customer_id: CustomerId,
    pub won: bool,
    pub at: Timestamp,
}

/// The deals about a product that were decided last.
pub(super) fn decided(c: &Conn<'_>, scope: &Scope, product: ProductId, most: i64) -> Result<Vec<Decided>> {
    let mut sql = Sql::new("SELECT d.customer_id, d.stage, d.closed_at FROM deals d WHERE d.org_id = ");
    sql.bind(scope).push(" AND d.closed_at IS NOT NULL AND d.archived_at IS NULL AND d.customer_id IS NOT NULL");
    sql.push(" AND d.id IN (SELECT l.deal_id FROM deal_products l WHERE l.org_id = ").bind(scope);
    sql.push(" AND l.product_id = ").bind(product).push(") ORDER BY d.closed_at DESC, d.id DESC LIMIT ").bind(most);
    c.query(&sql, |row| Ok(Decided { customer_id: row.get(0)?, won: row.get::<String>(1)? == "won", at: row.get(2)? }))
}

/// All assessments of these customers by these criteria.
pub(super) fn past(
    c: &Conn<'_>,
    scope: &Scope,
    customers: &[CustomerId],
    criteria: &[CriterionId],
) -> Result<Vec<Assessment>> {
    let statement = |part: &[CustomerId]| {
        let mut sql = Sql::new("SELECT ");
        sql.push(READ).push(" FROM fit_assessments a WHERE a.org_id = ").bind(scope);
        sql.push(" AND a.customer_id IN ").bind_list(part.iter().copied());
        sql.push(" AND a.criterion_id IN ").bind_list(criteria.iter().copied());
        sql
    };
    c.query_parts(customers, statement, read_assessment)
}

/// Every `stride`-th living customer, by id.
pub(super) fn every_nth(c: &Conn<'_>, scope: &Scope, stride: i64) -> Result<Vec<CustomerId>> {
    let mut sql = Sql::new("SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM customers");
    sql.push(" WHERE org_id = ").bind(scope).push(" AND archived_at IS NULL) AS numbered WHERE place % ");
    sql.bind(stride).push(" = 0 ORDER BY id");
    c.query(&sql, |row| row.get(0))
}
