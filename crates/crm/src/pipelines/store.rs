use super::{DealStage, Pipeline, Stage};
use db::{Conn, Error, Result, Row, Sql, Tx, Value, params};
use platform::Scope;
use platform::clock::Timestamp;
use platform::ids::{PipelineId, StageId};
use platform::text::fold;
use std::collections::HashMap;

/// In how many rows the deals of a stage are counted.
pub(crate) const SLOTS: i64 = 16;

const SELECT: &str =
    "SELECT p.id, p.name, p.is_default, p.position, p.archived_at, p.created_at, p.updated_at, p.version
    FROM pipelines p WHERE p.org_id = ";

/// All but the stages.
fn read(row: &Row<'_>) -> Result<Pipeline> {
    Ok(Pipeline {
        id: row.get(0)?,
        name: row.get(1)?,
        is_default: row.get(2)?,
        position: row.get(3)?,
        stages: Vec::new(),
        archived_at: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
        version: row.get(7)?,
    })
}

/// From the second column on.
fn read_stage(row: &Row<'_>) -> Result<Stage> {
    let stage: String = row.get(3)?;
    Ok(Stage {
        id: row.get(1)?,
        name: row.get(2)?,
        stage: DealStage::parse(&stage).ok_or_else(|| Error::Bug(format!("a stage cannot be {stage:?}")))?,
        probability: row.get(4)?,
        rot_days: row.get(5)?,
    })
}

/// Also one that was taken out of its pipeline.
pub(super) fn stage(c: &Conn<'_>, scope: &Scope, id: StageId) -> Result<Option<Stage>> {
    c.query_opt(
        (
            "SELECT pipeline_id, id, name, stage, probability, rot_days FROM pipeline_stages WHERE org_id = $1 AND id = $2",
            params![scope, id],
        ),
        read_stage,
    )
}

fn with_stages(c: &Conn<'_>, scope: &Scope, sql: &Sql) -> Result<Vec<Pipeline>> {
    let mut pipelines = c.query(sql, read)?;
    if pipelines.is_empty() {
        return Ok(pipelines);
    }
    let mut sql =
        Sql::new("SELECT pipeline_id, id, name, stage, probability, rot_days FROM pipeline_stages WHERE org_id = ");
    sql.bind(scope).push(" AND pipeline_id IN ").bind_list(pipelines.iter().map(|pipeline| pipeline.id));
    sql.push(" AND removed_at IS NULL ORDER BY pipeline_id, position");
    let mut stages: HashMap<PipelineId, Vec<Stage>> = HashMap::new();
    c.for_each(&sql, |row| {
        stages.entry(row.get(0)?).or_default().push(read_stage(row)?);
        Ok(())
    })?;
    for pipeline in &mut pipelines {
        pipeline.stages = stages.remove(&pipeline.id).unwrap_or_default();
    }
    Ok(pipelines)
}

pub(super) fn all(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Pipeline>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" ORDER BY p.position, p.id");
    with_stages(c, scope, &sql)
}

pub(super) fn get(c: &Conn<'_>, scope: &Scope, id: PipelineId) -> Result<Option<Pipeline>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" AND p.id = ").bind(id);
    Ok(with_stages(c, scope, &sql)?.pop())
}

pub(super) fn default(c: &Conn<'_>, scope: &Scope) -> Result<Option<Pipeline>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope).push(" AND p.default_of = ").bind(scope);
    Ok(with_stages(c, scope, &sql)?.pop())
}

/// The pipeline that has, or has had, the stage.
pub(super) fn of_stage(c: &Conn<'_>, scope: &Scope, id: StageId) -> Result<Option<Pipeline>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(scope)
        .push(" AND p.id = (SELECT s.pipeline_id FROM pipeline_stages s WHERE s.org_id = p.org_id AND s.id = ");
    sql.bind(id).push(")");
    Ok(with_stages(c, scope, &sql)?.pop())
}

/// How many living deals are in a stage; until the commit nobody else adds one or takes one away.
pub(super) fn held_count(tx: &Tx<'_>, scope: &Scope, id: StageId) -> Result<i64> {
    // Whoever adds a deal at the same time writes one of these rows, so one of the two runs again.
    tx.execute((
        "UPDATE deal_totals SET deals = deals WHERE org_id = $1 AND stage_id = $2 AND currency = ''",
        params![scope, id],
    ))?;
    tx.query_one(
        (
            "SELECT CAST(coalesce(sum(deals), 0) AS BIGINT) FROM deal_totals
             WHERE org_id = $1 AND stage_id = $2 AND currency = ''",
            params![scope, id],
        ),
        |row| row.get(0),
    )
}

/// Whether archived deals are in a stage.
pub(super) fn has_archived(c: &Conn<'_>, scope: &Scope, id: StageId) -> Result<bool> {
    let sql = "SELECT 1 FROM deals WHERE org_id = $1 AND stage_id = $2 AND archived_at IS NOT NULL LIMIT 1";
    Ok(c.query_opt((sql, params![scope, id]), |_| Ok(()))?.is_some())
}

pub(super) fn insert(tx: &Tx<'_>, scope: &Scope, pipeline: &Pipeline) -> Result<()> {
    tx.execute((
        "INSERT INTO pipelines (org_id, id, name, live_key, is_default, default_of, position, archived_at, created_at,
           updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            scope,
            pipeline.id,
            &pipeline.name,
            live_key(pipeline),
            pipeline.is_default,
            pipeline.is_default.then(|| scope.org_id()),
            pipeline.position,
            pipeline.archived_at,
            pipeline.created_at,
            pipeline.updated_at,
            pipeline.version
        ],
    ))?;
    insert_stages(tx, scope, pipeline, &pipeline.stages)
}

fn live_key(pipeline: &Pipeline) -> Option<String> {
    pipeline.archived_at.is_none().then(|| fold(&pipeline.name))
}

fn insert_stages(tx: &Tx<'_>, scope: &Scope, pipeline: &Pipeline, stages: &[Stage]) -> Result<()> {
    let rows: Vec<Vec<Value>> = stages
        .iter()
        .map(|stage| {
            params![
                scope,
                pipeline.id,
                stage.id,
                &stage.name,
                stage.stage.as_str(),
                stage.probability,
                stage.rot_days,
                position(pipeline, stage)
            ]
            .to_vec()
        })
        .collect();
    tx.execute_many(
        "INSERT INTO pipeline_stages (org_id, pipeline_id, id, name, stage, probability, rot_days, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &rows,
    )?;
    let slots = stages
        .iter()
        .flat_map(|stage| (0..SLOTS).map(|slot| params![scope, stage.id, "", slot, 0_i64, 0_i64].to_vec()));
    tx.execute_many(
        "INSERT INTO deal_totals (org_id, stage_id, currency, slot, deals, amount) VALUES ($1, $2, $3, $4, $5, $6)",
        &slots.collect::<Vec<_>>(),
    )?;
    Ok(())
}

fn position(pipeline: &Pipeline, stage: &Stage) -> i64 {
    let index = pipeline.stages.iter().position(|one| one.id == stage.id).unwrap_or_default();
    i64::try_from(index).unwrap_or_default()
}

pub(super) fn update(tx: &Tx<'_>, scope: &Scope, before: &Pipeline, after: &Pipeline, now: Timestamp) -> Result<()> {
    tx.execute((
        "UPDATE pipelines SET name = $3, live_key = $4, archived_at = $5, updated_at = $6, version = $7
         WHERE org_id = $1 AND id = $2",
        params![scope, after.id, &after.name, live_key(after), after.archived_at, after.updated_at, after.version],
    ))?;
    let is_in = |stages: &[Stage], stage: &Stage| stages.iter().any(|one| one.id == stage.id);
    for gone in before.stages.iter().filter(|stage| !is_in(&after.stages, stage)) {
        tx.execute((
            "UPDATE pipeline_stages SET removed_at = $4 WHERE org_id = $1 AND pipeline_id = $2 AND id = $3",
            params![scope, after.id, gone.id, now],
        ))?;
    }
    let (kept, new): (Vec<&Stage>, Vec<&Stage>) = after.stages.iter().partition(|stage| is_in(&before.stages, stage));
    for stage in kept {
        tx.execute((
            "UPDATE pipeline_stages SET name = $4, stage = $5, probability = $6, rot_days = $7, position = $8
             WHERE org_id = $1 AND pipeline_id = $2 AND id = $3",
            params![
                scope,
                after.id,
                stage.id,
                &stage.name,
                stage.stage.as_str(),
                stage.probability,
                stage.rot_days,
                position(after, stage)
            ],
        ))?;
    }
    insert_stages(tx, scope, after, &new.into_iter().cloned().collect::<Vec<_>>())
}
