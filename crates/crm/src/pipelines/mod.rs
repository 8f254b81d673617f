//! Pipelines: the stages that deals go through, each of them one of the four [`DealStage`]s, so that reports and rules
//! hold for every pipeline. The default one has exactly those four; it is made when it is first needed.

pub mod api;
pub mod model;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use store::SLOTS;

pub use model::{DealStage, NewPipeline, NewStage, Pipeline, PipelinePatch, Stage};

use db::{Conn, Tx};
use model::DEFAULT_NAME;
use platform::error::{Existing, FieldError, on_unique};
use platform::http::IfMatch;
use platform::ids::{PipelineId, StageId};
use platform::policy::{self, Action};
use platform::text::fold;
use platform::{Actor, Error, Result, Scope, audit};
use serde_json::json;
use std::collections::HashSet;

/// All pipelines in their order, archived ones too; none when the organisation has never needed one.
pub fn all(c: &Conn<'_>, scope: &Scope) -> Result<Vec<Pipeline>> {
    Ok(store::all(c, scope)?)
}

pub fn get(c: &Conn<'_>, scope: &Scope, id: PipelineId) -> Result<Pipeline> {
    store::get(c, scope, id)?.ok_or(Error::NotFound("pipeline"))
}

/// The default pipeline, if it has been made.
pub fn default(c: &Conn<'_>, scope: &Scope) -> Result<Option<Pipeline>> {
    Ok(store::default(c, scope)?)
}

/// The default pipeline, made if it is not there.
pub fn ensure_default(tx: &Tx<'_>, actor: &Actor) -> Result<Pipeline> {
    let scope = actor.scope();
    if let Some(pipeline) = store::default(tx, &scope)? {
        return Ok(pipeline);
    }
    let stages = DealStage::ALL.map(|stage| Stage {
        id: StageId(actor.new_id()),
        name: stage.title().into(),
        stage,
        probability: stage.usual_probability(),
        rot_days: None,
    });
    let pipeline = Pipeline {
        id: PipelineId(actor.new_id()),
        name: DEFAULT_NAME.into(),
        is_default: true,
        position: 0,
        stages: stages.to_vec(),
        archived_at: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
    };
    on_unique(store::insert(tx, &scope, &pipeline), "pipelines_default", || tx.conflict().into())?;
    Ok(pipeline)
}

pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewPipeline) -> Result<Pipeline> {
    policy::require(actor, Action::EditPipelines)?;
    let scope = actor.scope();
    // The default one keeps its place and its name.
    ensure_default(tx, actor)?;
    let others = store::all(tx, &scope)?;
    let name = model::valid_name(&new.name)?;
    refuse_taken_name(&others, &name, None)?;
    model::refuse_many(&others)?;
    let pipeline = Pipeline {
        id: PipelineId(actor.new_id()),
        name,
        is_default: false,
        position: others.last().map_or(0, |last| last.position + 1),
        stages: model::valid_stages(&new.stages, &[], || StageId(actor.new_id()))?,
        archived_at: None,
        created_at: actor.now(),
        updated_at: actor.now(),
        version: 1,
    };
    on_unique(store::insert(tx, &scope, &pipeline), "pipelines_live", || tx.conflict().into())?;
    told(tx, actor, "pipeline.created", &pipeline)?;
    Ok(pipeline)
}

/// Changes the name or the stages: those of the list stay, in its order; others are made or go.
///
/// # Errors
/// [`Error::Conflict`] `stage_in_use` when a stage that has deals would go or mean another [`DealStage`]; archived deals keep
/// it from meaning another one, too.
pub fn update(
    tx: &Tx<'_>,
    actor: &Actor,
    id: PipelineId,
    patch: &PipelinePatch,
    expected: IfMatch,
) -> Result<Pipeline> {
    let before = get_to_write(tx, actor, id, expected)?;
    let scope = actor.scope();
    let mut after = before.clone();
    if let Some(name) = &patch.name {
        after.name = model::valid_name(name)?;
        refuse_taken_name(&store::all(tx, &scope)?, &after.name, Some(id))?;
    }
    if let Some(stages) = &patch.stages {
        after.stages = model::valid_stages(stages, &before.stages, || StageId(actor.new_id()))?;
        if before.is_default {
            model::keep_default_stages(&before.stages, &after.stages)?;
        }
        refuse_losing_deals(tx, &scope, &before.stages, &after.stages)?;
    }
    if after == before {
        return Ok(before);
    }
    after.updated_at = actor.now();
    after.version += 1;
    write(tx, actor, &before, &after)?;
    told(tx, actor, "pipeline.updated", &after)?;
    Ok(after)
}

pub fn archive(tx: &Tx<'_>, actor: &Actor, id: PipelineId, expected: IfMatch) -> Result<Pipeline> {
    let before = get_to_write(tx, actor, id, expected)?;
    if before.archived_at.is_some() {
        return Ok(before);
    }
    if before.is_default {
        return Err(Error::conflict("default_pipeline", "the default pipeline cannot be archived"));
    }
    refuse_losing_deals(tx, &actor.scope(), &before.stages, &[])?;
    let after = Pipeline {
        archived_at: Some(actor.now()),
        updated_at: actor.now(),
        version: before.version + 1,
        ..before.clone()
    };
    write(tx, actor, &before, &after)?;
    told(tx, actor, "pipeline.archived", &after)?;
    Ok(after)
}

pub fn restore(tx: &Tx<'_>, actor: &Actor, id: PipelineId, expected: IfMatch) -> Result<Pipeline> {
    let before = get_to_write(tx, actor, id, expected)?;
    if before.archived_at.is_none() {
        return Ok(before);
    }
    refuse_taken_name(&store::all(tx, &actor.scope())?, &before.name, Some(id))?;
    let after = Pipeline { archived_at: None, updated_at: actor.now(), version: before.version + 1, ..before.clone() };
    write(tx, actor, &before, &after)?;
    told(tx, actor, "pipeline.restored", &after)?;
    Ok(after)
}

fn get_to_write(c: &Conn<'_>, actor: &Actor, id: PipelineId, expected: IfMatch) -> Result<Pipeline> {
    policy::require(actor, Action::EditPipelines)?;
    let pipeline = get(c, &actor.scope(), id)?;
    expected.check(&pipeline)?;
    Ok(pipeline)
}

fn write(tx: &Tx<'_>, actor: &Actor, before: &Pipeline, after: &Pipeline) -> Result<()> {
    let written = store::update(tx, &actor.scope(), before, after, actor.now());
    on_unique(written, "pipelines_live", || tx.conflict().into())
}

fn told(tx: &Tx<'_>, actor: &Actor, action: &'static str, pipeline: &Pipeline) -> Result<()> {
    audit::record(tx, actor, action, json!({"id": pipeline.id, "name": pipeline.name}))
}

fn refuse_taken_name(others: &[Pipeline], name: &str, except: Option<PipelineId>) -> Result<()> {
    let is_same =
        |other: &&Pipeline| other.archived_at.is_none() && Some(other.id) != except && fold(&other.name) == fold(name);
    match others.iter().find(is_same) {
        Some(taken) => Err(Error::conflict_with(
            "name_taken",
            Some("/name".into()),
            format!("there is a pipeline {} already; choose another name", taken.name),
            Existing { record: "pipeline".into(), id: taken.id.to_string(), name: taken.name.clone(), archived: false },
        )),
        None => Ok(()),
    }
}

/// No stage with deals goes or comes to mean something else.
fn refuse_losing_deals(tx: &Tx<'_>, scope: &Scope, before: &[Stage], after: &[Stage]) -> Result<()> {
    for old in before {
        let is_kept = after.iter().any(|new| new.id == old.id && new.stage == old.stage);
        if is_kept {
            continue;
        }
        let deals = store::held_count(tx, scope, old.id)?;
        if deals > 0 {
            let message = format!("{deals} deals are in the stage {}; move them to another one first", old.name);
            return Err(Error::conflict("stage_in_use", message));
        }
        // Of one that goes they stay as they are; in one that is kept they would say something else.
        if after.iter().any(|new| new.id == old.id) && store::has_archived(tx, scope, old.id)? {
            let message =
                format!("archived deals are in the stage {}; make a new stage of the other meaning", old.name);
            return Err(Error::conflict("stage_in_use", message));
        }
    }
    Ok(())
}

/// A stage that something is about to name, and its pipeline.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such stage, or its pipeline is archived.
pub fn require_stage(c: &Conn<'_>, scope: &Scope, id: StageId, path: &str) -> Result<(Pipeline, Stage)> {
    let unknown = || Error::Invalid(vec![FieldError::new(path, "unknown_stage", "there is no such stage")]);
    let pipeline = store::of_stage(c, scope, id)?.ok_or_else(unknown)?;
    if pipeline.archived_at.is_some() {
        let message =
            format!("the pipeline {} is archived; restore it or choose a stage of another one", pipeline.name);
        return Err(Error::invalid(path, "pipeline_archived", message));
    }
    let stage = pipeline.stages.iter().find(|stage| stage.id == id).cloned().ok_or_else(unknown)?;
    Ok((pipeline, stage))
}

/// The stages of all pipelines that are not archived.
pub fn living_stages(c: &Conn<'_>, scope: &Scope) -> Result<HashSet<StageId>> {
    let living = all(c, scope)?.into_iter().filter(|pipeline| pipeline.archived_at.is_none());
    Ok(living.flat_map(|pipeline| pipeline.stages).map(|stage| stage.id).collect())
}

/// A pipeline that something is about to name.
///
/// # Errors
/// [`Error::Invalid`] at `path` when there is no such pipeline, or it is archived.
pub fn require_living(c: &Conn<'_>, scope: &Scope, id: PipelineId, path: &str) -> Result<Pipeline> {
    match store::get(c, scope, id)? {
        Some(pipeline) if pipeline.archived_at.is_none() => Ok(pipeline),
        Some(pipeline) => {
            let message = format!("the pipeline {} is archived; restore it or choose another one", pipeline.name);
            Err(Error::invalid(path, "pipeline_archived", message))
        }
        None => Err(Error::invalid(path, "unknown_pipeline", "there is no such pipeline")),
    }
}

/// A stage that is or was there.
pub fn stage(c: &Conn<'_>, scope: &Scope, id: StageId) -> Result<Stage> {
    store::stage(c, scope, id)?.ok_or_else(|| Error::Bug(format!("the stage {id} is nowhere")))
}
