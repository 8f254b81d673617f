use super::model::{AiProvider, AiUsage};
use crate::actor::Scope;
use crate::clock::Timestamp;
use crate::ids::AiProviderId;
use db::{Conn, Result, Row, Sql, Tx, Value, params};

const PROVIDER: &str = "SELECT p.id, p.name, p.base_url, p.api_key, p.chat_model, p.embed_model, p.tokens_per_day,
    p.failures, p.reason, p.said, p.paused_until, p.created_at, p.updated_at, p.version,
    (SELECT u.tokens_in + u.tokens_out FROM ai_usage u WHERE u.org_id = p.org_id AND u.provider_id = p.id AND u.day = ";

fn read(row: &Row<'_>) -> Result<AiProvider> {
    let key: Option<Vec<u8>> = row.get(3)?;
    Ok(AiProvider {
        id: row.get(0)?,
        name: row.get(1)?,
        base_url: row.get(2)?,
        has_key: key.is_some(),
        key,
        chat_model: row.get(4)?,
        embed_model: row.get(5)?,
        tokens_per_day: row.get(6)?,
        failures: row.get(7)?,
        reason: row.get(8)?,
        said: row.get(9)?,
        paused_until: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        version: row.get(13)?,
        tokens_today: row.get::<Option<i64>>(14)?.unwrap_or(0),
        in_use: false,
    })
}

/// The providers of an organisation, the oldest first, with what this day has used.
pub(super) fn all(c: &Conn<'_>, scope: &Scope, day: i64) -> Result<Vec<AiProvider>> {
    let mut sql = Sql::new(PROVIDER);
    sql.bind(day).push(") FROM ai_providers p WHERE p.org_id = ").bind(scope).push(" ORDER BY p.id");
    c.query(&sql, read)
}

fn values(scope: &Scope, one: &AiProvider) -> [Value; 15] {
    params![
        scope,
        one.id,
        &one.name,
        &one.base_url,
        one.key.clone(),
        one.chat_model.clone(),
        one.embed_model.clone(),
        one.tokens_per_day,
        one.failures,
        one.reason.clone(),
        one.said.clone(),
        one.paused_until,
        one.created_at,
        one.updated_at,
        one.version
    ]
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, one: &AiProvider) -> Result<()> {
    tx.execute((
        "INSERT INTO ai_providers (org_id, id, name, base_url, api_key, chat_model, embed_model, tokens_per_day, failures,
           reason, said, paused_until, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values(scope, one),
    ))?;
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, one: &AiProvider) -> Result<()> {
    tx.execute((
        "UPDATE ai_providers SET name = $3, base_url = $4, api_key = $5, chat_model = $6, embed_model = $7,
           tokens_per_day = $8, failures = $9, reason = $10, said = $11, paused_until = $12, created_at = $13,
           updated_at = $14, version = $15
         WHERE org_id = $1 AND id = $2",
        values(scope, one),
    ))?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, scope: &Scope, id: AiProviderId) -> Result<()> {
    tx.execute(("DELETE FROM ai_providers WHERE org_id = $1 AND id = $2", params![scope, id]))?;
    Ok(())
}

/// How the endpoint does, unless its settings were changed in the meantime.
pub(super) fn set_health(
    tx: &Tx<'_>,
    scope: &Scope,
    id: AiProviderId,
    version: i64,
    failures: i64,
    told: Option<(&str, Option<&str>, Timestamp)>,
) -> Result<()> {
    let (reason, said, paused_until) = match told {
        Some((reason, said, until)) => (Some(reason.to_string()), said.map(str::to_string), Some(until)),
        None => (None, None, None),
    };
    tx.execute((
        "UPDATE ai_providers SET failures = $4, reason = $5, said = $6, paused_until = $7
         WHERE org_id = $1 AND id = $2 AND version = $3",
        params![scope, id, version, failures, reason, said, paused_until],
    ))?;
    Ok(())
}

pub(super) fn add_usage(tx: &Tx<'_>, scope: &Scope, id: AiProviderId, day: i64, used: [i64; 4]) -> Result<()> {
    let [calls, failed, tokens_in, tokens_out] = used;
    tx.execute((
        "INSERT INTO ai_usage (org_id, day, provider_id, calls, failed, tokens_in, tokens_out)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id, day, provider_id) DO UPDATE SET calls = ai_usage.calls + excluded.calls,
           failed = ai_usage.failed + excluded.failed, tokens_in = ai_usage.tokens_in + excluded.tokens_in,
           tokens_out = ai_usage.tokens_out + excluded.tokens_out",
        params![scope, day, id, calls, failed, tokens_in, tokens_out],
    ))?;
    Ok(())
}

pub(super) fn usage(c: &Conn<'_>, scope: &Scope, most: i64) -> Result<Vec<AiUsage>> {
    c.query(
        (
            "SELECT day, provider_id, calls, failed, tokens_in, tokens_out FROM ai_usage WHERE org_id = $1
             ORDER BY day DESC, provider_id LIMIT $2",
            params![scope, most],
        ),
        |row| {
            let day: i64 = row.get(0)?;
            let at = Timestamp(day.saturating_mul(super::DAY_US));
            Ok(AiUsage {
                day: at.to_string().chars().take(10).collect(),
                provider_id: row.get(1)?,
                calls: row.get(2)?,
                failed: row.get(3)?,
                tokens_in: row.get(4)?,
                tokens_out: row.get(5)?,
            })
        },
    )
}
