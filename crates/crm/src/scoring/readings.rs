//! Conversation criteria at work: who is to be read, the reading by a language model outside of transactions, and what
//! comes of it in one.

use super::conversation::{self, Item, Refusal, Verdict};
use super::engine::{Sheet, Which, rescore, system};
use super::model::{Assessment, AssessmentSource, Criterion, CriterionType, Reading, ReadingState, Readings};
use super::rules::{ConversationParams, FitEvidence, Rules};
use super::store::{self, ReadingRow, ToRead};
use super::{criterion, jobs};
use crate::{customers, fits};
use db::{Conn, Tx};
use gateways::llm::{Failure, Reply};
use platform::ai::{self, ChatModel, Models};
use platform::clock::Timestamp;
use platform::filter::Schema;
use platform::ids::{AssessmentId, CriterionId, CustomerId};
use platform::{Actor, Error, Result, Scope};
use std::collections::HashMap;

/// After the last word nobody is asked for so long: who writes one note often writes another.
const SETTLES_S: i64 = 5;
/// Attempts with answers that cannot be used. Something new to read begins again.
const ANSWERS_MAX: i64 = 3;
/// Attempts at an endpoint that fails: with its pauses, a day and more.
const ATTEMPTS_MAX: i64 = 30;
/// The wait after an attempt, for each one made.
const AGAIN_S: i64 = 10;

/// What happened that may be read, or may be read no more.
const READ: [&str; 9] = [
    "call.logged",
    "meeting.logged",
    "note.added",
    "note.edited",
    "note.deleted",
    "note.restored",
    "fit.reviewed",
    "customer.merged",
    "customer.unmerged",
];

/// Whether an event of this type gives a model something else to read.
pub(super) fn is_read(kind: &str) -> bool {
    READ.contains(&kind)
}

/// Has those of these customers who have anything to read be read by these criteria. `settles`: not before they have been
/// left alone for a moment.
pub(super) fn ask(
    tx: &Tx<'_>,
    actor: &Actor,
    criteria: &[CriterionId],
    customers: &[CustomerId],
    settles: bool,
) -> Result<()> {
    if criteria.is_empty() || customers.is_empty() {
        return Ok(());
    }
    let scope = actor.scope();
    let speaking = store::with_words(tx, &scope, customers)?;
    let at = actor.now().plus_seconds(if settles { SETTLES_S } else { 0 });
    store::ask(tx, &scope, criteria, &speaking, at, actor.now())?;
    if !speaking.is_empty() {
        jobs::read_later(tx, actor, at)?;
    }
    Ok(())
}

/// What is to be read of a customer for a criterion.
pub(super) struct Task {
    pub asked: ToRead,
    criterion: Criterion,
    params: ConversationParams,
    items: Vec<Item>,
    hash: Vec<u8>,
    model: ChatModel,
}

/// What became of a reading without anybody being asked, or the task.
pub(super) enum Prepared {
    Task(Box<Task>),
    /// Nobody asks for it any more.
    Gone,
    NothingToRead,
    /// The model has read exactly this.
    Known,
}

/// Gathers what is to be read, beside the writers.
pub(super) fn prepare(c: &Conn<'_>, actor: &Actor, model: &ChatModel, asked: &ToRead) -> Result<Prepared> {
    let scope = actor.scope();
    let Some(criterion) = store::active(c, &scope, false)?.into_iter().find(|one| one.id == asked.criterion_id) else {
        return Ok(Prepared::Gone);
    };
    let Ok(Rules::Conversation(params)) =
        Rules::parse(criterion.kind, &criterion.params, &Schema::from(&customers::FIELDS))
    else {
        return Ok(Prepared::Gone);
    };
    if store::living(c, &scope, &[asked.customer_id], false)?.is_empty() {
        return Ok(Prepared::Gone);
    }
    let items = read_of(c, &scope, &criterion, asked.customer_id)?;
    if items.is_empty() {
        return Ok(Prepared::NothingToRead);
    }
    let hash = conversation::hash(&model.identity(), &params, &items);
    if asked.input.as_ref() == Some(&hash) {
        return Ok(Prepared::Known);
    }
    let asked = asked.clone();
    Ok(Prepared::Task(Box::new(Task { asked, criterion, params, items, hash, model: model.clone() })))
}

/// What a model reads of a customer for a criterion: never what is private to somebody.
pub(super) fn read_of(c: &Conn<'_>, scope: &Scope, of: &Criterion, customer: CustomerId) -> Result<Vec<Item>> {
    let mut items = store::talks(c, scope, customer, conversation::ITEMS_MAX)?;
    let reviews = store::reviews(c, scope, &[customer])?;
    let as_notes: Vec<_> = reviews.iter().filter_map(|review| review.note_id).collect();
    let notes = store::notes(c, scope, customer, conversation::ITEMS_MAX)?;
    items.extend(notes.into_iter().filter(|note| !as_notes.iter().any(|id| id.0 == note.id)));
    let of_product = reviews.into_iter().filter(|review| review.product_id == of.product_id);
    let most = usize::try_from(conversation::ITEMS_MAX).unwrap_or(usize::MAX);
    items.extend(of_product.take(most).filter_map(|review| {
        let text = format!("[{}] {}", review.decision.as_str(), review.feedback?);
        Some(Item { kind: "review", id: review.id.0, at: review.created_at, text })
    }));
    Ok(conversation::newest(items))
}

/// What a model made of a task.
pub(super) enum Outcome {
    Verdict(Verdict),
    Refused(Refusal),
    Failed(Failure),
}

/// Asks the model. Nothing is held meanwhile.
pub(super) async fn put(models: &Models, task: &Task) -> Result<Outcome> {
    let answer = models.ask(&task.model, &conversation::question(&task.params, &task.items)).await?;
    Ok(outcome(&task.model, &task.items, answer))
}

/// The same, while somebody waits for the answer.
pub(super) async fn put_now(
    models: &Models,
    model: &ChatModel,
    params: &ConversationParams,
    items: &[Item],
) -> Result<Outcome> {
    let answer = models.ask_now(model, &conversation::question(params, items)).await?;
    Ok(outcome(model, items, answer))
}

fn outcome(model: &ChatModel, items: &[Item], answer: std::result::Result<Reply, Failure>) -> Outcome {
    match answer {
        Err(failure) => Outcome::Failed(failure),
        Ok(reply) => match conversation::verify(&model.name, items, &reply.text) {
            Ok(verdict) => Outcome::Verdict(verdict),
            Err(refusal) => Outcome::Refused(refusal),
        },
    }
}

/// Writes down what became of a reading that needed nobody.
pub(super) fn settle(tx: &Tx<'_>, actor: &Actor, asked: &ToRead, prepared: &Prepared) -> Result<()> {
    let scope = actor.scope();
    let row = |state, reason: Option<&str>, input| ReadingRow {
        state,
        reason: reason.map(str::to_string),
        said: None,
        attempts: 0,
        ask_at: None,
        input,
    };
    let row = match prepared {
        Prepared::Task(_) => return Ok(()),
        Prepared::Gone => return Ok(store::forget_reading(tx, &scope, asked)?),
        Prepared::NothingToRead => row(ReadingState::Nothing, Some("nothing_to_read"), None),
        Prepared::Known if asked.reason.as_deref() == Some("says_nothing") => {
            row(ReadingState::Nothing, Some("says_nothing"), asked.input.clone())
        }
        Prepared::Known => row(ReadingState::Done, None, asked.input.clone()),
    };
    Ok(store::settle(tx, &scope, asked, &row, actor.now())?)
}

/// Writes down what the model made of a task: the score with all that follows from it, or why there is none.
pub(super) fn conclude(tx: &Tx<'_>, actor: &Actor, task: &Task, outcome: &Outcome) -> Result<()> {
    let scope = actor.scope();
    let asked = &task.asked;
    // Somebody may have edited the criterion, or archived the customer, while the model was reading.
    let same = |now: &Criterion| now.active && now.rules_version == task.criterion.rules_version;
    let current = match criterion(tx, actor, asked.criterion_id) {
        Ok(now) => Some(now).filter(same),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let lives = !store::living(tx, &scope, &[asked.customer_id], false)?.is_empty();
    let Some(current) = current.filter(|_| lives) else {
        let again = ReadingRow { ask_at: Some(actor.now()), ..asked.row() };
        return Ok(store::settle(tx, &scope, asked, &again, actor.now())?);
    };
    let attempts = asked.attempts + 1;
    let failed = |reason: &str, said: Option<String>, most: i64, wait: i64| {
        let again = attempts < most;
        ReadingRow {
            state: if again { ReadingState::Scoring } else { ReadingState::Failed },
            reason: Some(reason.to_string()),
            said,
            attempts,
            ask_at: again.then(|| actor.now().plus_seconds(wait)),
            // The same question has to be put again.
            input: None,
        }
    };
    let read = |state, reason: Option<&str>| ReadingRow {
        state,
        reason: reason.map(str::to_string),
        said: None,
        attempts: 0,
        ask_at: None,
        input: Some(task.hash.clone()),
    };
    let row = match outcome {
        Outcome::Verdict(Verdict::Score { score, evidence }) => {
            give(tx, actor, &current, asked.customer_id, *score, evidence)?;
            read(ReadingState::Done, None)
        }
        Outcome::Verdict(Verdict::Nothing) => read(ReadingState::Nothing, Some("says_nothing")),
        Outcome::Refused(refusal) => {
            failed(refusal.reason, Some(refusal.said.clone()), ANSWERS_MAX, attempts * AGAIN_S)
        }
        Outcome::Failed(failure) if failure.reason.is_of_endpoint() => {
            // Its provider pauses; this one stands back behind those who wait longer.
            failed(failure.reason.as_str(), failure.said.clone(), ATTEMPTS_MAX, attempts)
        }
        Outcome::Failed(failure) => {
            failed(failure.reason.as_str(), failure.said.clone(), ANSWERS_MAX, attempts * AGAIN_S)
        }
    };
    Ok(store::settle(tx, &scope, asked, &row, actor.now())?)
}

/// Writes a model's assessment, unless it says what the last one said.
fn give(
    tx: &Tx<'_>,
    actor: &Actor,
    by: &Criterion,
    customer_id: CustomerId,
    score: f64,
    evidence: &FitEvidence,
) -> Result<()> {
    let (actor, scope) = (system(actor), actor.scope());
    store::take(tx, &scope, customer_id)?;
    let assessment = Assessment {
        id: AssessmentId(actor.new_id()),
        customer_id,
        criterion_id: by.id,
        criterion_version: by.rules_version,
        score,
        evidence: evidence.clone(),
        source: AssessmentSource::Llm,
        actor: actor.to_ref(),
        expires_at: None,
        created_at: actor.now(),
    };
    store::insert_assessments(tx, &scope, std::slice::from_ref(&assessment))?;
    fits::ask_history(tx, &scope, customer_id)?;
    rescore(tx, &actor, &Sheet::held(tx, &scope)?, &Which::none(), &[customer_id])?;
    Ok(())
}

/// How the reading of a customer by a criterion goes.
pub(super) type States = HashMap<(CustomerId, CriterionId), Reading>;

/// How the readings of these customers go, as they are shown.
pub(super) fn shown(c: &Conn<'_>, scope: &Scope, now: Timestamp, customers: &[CustomerId]) -> Result<(bool, States)> {
    let has_model = ai::chat_model(c, scope, now)?.is_some();
    let rows = store::readings(c, scope, customers)?;
    Ok((has_model, rows.into_iter().map(|(key, reading)| (key, with_model(has_model, reading))).collect()))
}

/// Where there is no model, that is what has to be said.
pub(super) fn with_model(has_model: bool, reading: Reading) -> Reading {
    match reading.state {
        ReadingState::Scoring | ReadingState::Nothing | ReadingState::Failed if !has_model => {
            Reading { state: ReadingState::NoModel, next_at: None, ..reading }
        }
        _ => reading,
    }
}

/// Of a customer whom nobody has asked to read: there is nothing.
pub(super) fn unread() -> Reading {
    Reading {
        state: ReadingState::Nothing,
        reason: Some("nothing_to_read".into()),
        said: None,
        attempts: 0,
        next_at: None,
        updated_at: None,
    }
}

/// How far the readings by a criterion are.
///
/// # Errors
/// [`Error::Conflict`] for a criterion of another type.
pub fn readings(c: &Conn<'_>, actor: &Actor, id: CriterionId) -> Result<Readings> {
    let by = criterion(c, actor, id)?;
    if by.kind != CriterionType::Conversation {
        return Err(Error::conflict("not_a_conversation", "no model reads for this criterion"));
    }
    let scope = actor.scope();
    let model = ai::chat_model(c, &scope, actor.now())?;
    let counts = store::reading_counts(c, &scope, id)?;
    let count = |state: ReadingState| counts.iter().filter(|(of, _, _)| *of == state).map(|(_, _, count)| count).sum();
    let mut reasons: Vec<_> = counts
        .iter()
        .filter(|(of, _, _)| *of == ReadingState::Failed)
        .map(|(_, reason, count)| super::model::ReadingReason {
            reason: reason.clone().unwrap_or_default(),
            count: *count,
        })
        .collect();
    reasons.sort_by_key(|one| std::cmp::Reverse(one.count));
    let paused = model.as_ref().and_then(|model| model.paused.clone());
    Ok(Readings {
        model: model.map(|model| model.name),
        paused_until: paused.as_ref().map(|(until, _)| *until),
        paused_because: paused.map(|(_, reason)| reason),
        scoring: count(ReadingState::Scoring),
        done: count(ReadingState::Done),
        nothing: count(ReadingState::Nothing),
        failed: count(ReadingState::Failed),
        reasons,
    })
}
