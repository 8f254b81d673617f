//! Language models that an organisation may ask: which endpoints, with which keys, how much a day. Keys are sealed and
//! never shown. [`Models`] asks, outside of transactions; an endpoint that fails is left alone for a while.

mod api;
mod model;
mod store;

pub use api::routes;
pub use model::{AiProvider, AiProviderPatch, AiProviders, AiUsage, NewAiProvider, TestAiProvider, TestedAiProvider};

use crate::actor::{Actor, Scope};
use crate::audit;
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::http::{App, IfMatch};
use crate::ids::AiProviderId;
use crate::policy::{self, Action};
use crate::seal::{Place, Seal};
use db::{Conn, Db, Tx};
use gateways::Egress;
use gateways::llm::{self, Failure, Question, Reason, Reply};
use model::{AiUsages, same_server};
use serde_json::json;
use std::time::Duration;

const PROVIDERS_MAX: usize = 10;
/// Days whose use is shown.
const DAYS_SHOWN: i64 = 30;
const DAY_US: i64 = 86_400_000_000;
/// The longest one answer may take. A question may be put twice.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// The same where somebody waits for it.
const TEST_MAX: Duration = Duration::from_secs(10);

fn day(now: Timestamp) -> i64 {
    now.micros().div_euclid(DAY_US)
}

fn all(c: &Conn<'_>, scope: &Scope, now: Timestamp) -> Result<Vec<AiProvider>> {
    let mut found = store::all(c, scope, day(now))?;
    let tomorrow = Timestamp((day(now) + 1).saturating_mul(DAY_US));
    let mut in_use = true;
    for one in &mut found {
        one.in_use = in_use && one.chat_model.is_some();
        in_use &= !one.in_use;
        one.paused_until = one.paused_until.filter(|until| *until > now);
        if one.tokens_today >= one.tokens_per_day {
            one.paused_until = one.paused_until.max(Some(tomorrow));
            one.reason.get_or_insert_with(|| "tokens_used_up".into());
        }
    }
    Ok(found)
}

fn get(c: &Conn<'_>, actor: &Actor, id: AiProviderId) -> Result<AiProvider> {
    let found = all(c, &actor.scope(), actor.now())?;
    found.into_iter().find(|one| one.id == id).ok_or(Error::NotFound("AI provider"))
}

/// The organisation's providers, the oldest first.
pub fn list(c: &Conn<'_>, actor: &Actor) -> Result<AiProviders> {
    policy::require(actor, Action::ManageAiProviders)?;
    Ok(AiProviders { items: all(c, &actor.scope(), actor.now())? })
}

/// What was used on the last days.
pub fn usage(c: &Conn<'_>, actor: &Actor) -> Result<AiUsages> {
    policy::require(actor, Action::ManageAiProviders)?;
    Ok(AiUsages { items: store::usage(c, &actor.scope(), DAYS_SHOWN)? })
}

fn place(scope: &Scope, id: AiProviderId) -> Place {
    Place { org: scope.org_id().0, table: "ai_providers", row: id.0, column: "api_key" }
}

fn told(tx: &Tx<'_>, actor: &Actor, action: &'static str, one: &AiProvider) -> Result<()> {
    let detail = json!({"id": one.id, "name": one.name, "baseUrl": one.base_url, "hasKey": one.has_key,
        "chatModel": one.chat_model, "embedModel": one.embed_model, "tokensPerDay": one.tokens_per_day});
    audit::record(tx, actor, action, detail)
}

/// Adds a provider.
pub fn create(tx: &Tx<'_>, actor: &Actor, app: &App, new: &NewAiProvider) -> Result<AiProvider> {
    policy::require(actor, Action::ManageAiProviders)?;
    let scope = actor.scope();
    let (mut provider, key) = new.check(&app.settings.egress, AiProviderId(actor.new_id()), actor.now())?;
    if store::all(tx, &scope, 0)?.len() >= PROVIDERS_MAX {
        let message = format!("there are {PROVIDERS_MAX} providers; delete one that is not used");
        return Err(Error::conflict("too_many", message));
    }
    let seal = &app.settings.seal;
    provider.key = key.map(|key| seal.close(&actor.clock, &place(&scope, provider.id), &key)).transpose()?;
    store::insert(tx, &scope, &provider)?;
    told(tx, actor, "ai_provider.created", &provider)?;
    get(tx, actor, provider.id)
}

/// Changes the given parts. Whatever went wrong before is forgotten.
pub fn update(
    tx: &Tx<'_>,
    actor: &Actor,
    app: &App,
    id: AiProviderId,
    patch: &AiProviderPatch,
    expected: IfMatch,
) -> Result<AiProvider> {
    policy::require(actor, Action::ManageAiProviders)?;
    let scope = actor.scope();
    let mut provider = get(tx, actor, id)?;
    expected.check(&provider)?;
    if let Some(key) = patch.apply(&app.settings.egress, &mut provider)? {
        let seal = &app.settings.seal;
        provider.key = key.map(|key| seal.close(&actor.clock, &place(&scope, id), &key)).transpose()?;
        provider.has_key = provider.key.is_some();
    }
    (provider.failures, provider.reason, provider.said, provider.paused_until) = (0, None, None, None);
    provider.updated_at = actor.now();
    provider.version += 1;
    store::update(tx, &scope, &provider)?;
    told(tx, actor, "ai_provider.updated", &provider)?;
    get(tx, actor, id)
}

/// Takes a provider away with its key. What was used of it stays on record.
pub fn delete(tx: &Tx<'_>, actor: &Actor, id: AiProviderId) -> Result<()> {
    policy::require(actor, Action::ManageAiProviders)?;
    let provider = get(tx, actor, id)?;
    store::delete(tx, &actor.scope(), id)?;
    told(tx, actor, "ai_provider.deleted", &provider)
}

/// The model that an organisation asks.
#[derive(Clone, Debug)]
pub struct ChatModel {
    provider: AiProvider,
    scope: Scope,
    pub name: String,
    /// Until when it is not asked, and why.
    pub paused: Option<(Timestamp, String)>,
}

impl ChatModel {
    /// What answers depend on.
    pub fn identity(&self) -> String {
        format!("{} {}", self.provider.base_url, self.name)
    }
}

/// The chat model of the first provider that has one; none where none is set up.
pub fn chat_model(c: &Conn<'_>, scope: &Scope, now: Timestamp) -> Result<Option<ChatModel>> {
    let found = all(c, scope, now)?.into_iter().find(|one| one.in_use);
    Ok(found.and_then(|provider| {
        let name = provider.chat_model.clone()?;
        let paused = provider.paused_until.map(|until| (until, provider.reason.clone().unwrap_or_default()));
        Some(ChatModel { provider, scope: *scope, name, paused })
    }))
}

/// Asks models. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    db: Db,
    clock: Clock,
    seal: Seal,
    egress: Egress,
}

impl Models {
    pub fn of(app: &App) -> Models {
        let (seal, egress) = (app.settings.seal.clone(), app.settings.egress.clone());
        Models::new(app.db.clone(), app.clock.clone(), seal, egress)
    }

    pub fn new(db: Db, clock: Clock, seal: Seal, egress: Egress) -> Models {
        Models { db, clock, seal, egress }
    }

    /// Puts a question; notes what it cost, and how the endpoint does.
    ///
    /// # Errors
    /// When that cannot be noted. What goes wrong outside is in the answer.
    pub async fn ask(&self, model: &ChatModel, question: &Question) -> Result<Result<Reply, Failure>> {
        self.within(model, question, ANSWER_MAX).await
    }

    /// The same, while somebody waits for the answer: not for long.
    ///
    /// # Errors
    /// As [`ask`](Models::ask).
    pub async fn ask_now(&self, model: &ChatModel, question: &Question) -> Result<Result<Reply, Failure>> {
        self.within(model, question, TEST_MAX).await
    }

    async fn within(&self, model: &ChatModel, question: &Question, time: Duration) -> Result<Result<Reply, Failure>> {
        let answer = self.put(model, question, time).await;
        self.note(model, question, &answer).await?;
        Ok(answer)
    }

    async fn put(&self, model: &ChatModel, question: &Question, time: Duration) -> Result<Reply, Failure> {
        let key = match &model.provider.key {
            None => None,
            Some(closed) => Some(self.seal.open(&place(&model.scope, model.provider.id), closed).map_err(|error| {
                tracing::error!(%error, "the key of an AI provider cannot be opened");
                Failure { reason: Reason::KeyUnreadable, said: None, retry_after: None }
            })?),
        };
        let asked = llm::Model { base_url: &model.provider.base_url, key: key.as_deref(), name: &model.name };
        llm::ask(&self.egress, asked, question, time).await
    }

    async fn note(&self, model: &ChatModel, question: &Question, answer: &Result<Reply, Failure>) -> Result<()> {
        let (scope, id, version) = (model.scope, model.provider.id, model.provider.version);
        let used = match answer {
            Ok(reply) => {
                let asked = reply.tokens_in.unwrap_or_else(|| question.tokens());
                [1, 0, asked, reply.tokens_out.unwrap_or_else(|| llm::tokens(&reply.text))]
            }
            Err(failure) if failure.reason.is_of_endpoint() => [1, 1, 0, 0],
            // It may have read and written before it failed.
            Err(_) => [1, 1, question.tokens(), i64::from(question.tokens_max)],
        };
        let failure = answer.as_ref().err().filter(|failure| failure.reason.is_of_endpoint()).cloned();
        let now = self.clock.now();
        let note = move |tx: &Tx<'_>| {
            store::add_usage(tx, &scope, id, day(now), used)?;
            let Some(known) = store::all(tx, &scope, day(now))?.into_iter().find(|one| one.id == id) else {
                return Ok(());
            };
            match &failure {
                None if known.failures > 0 => store::set_health(tx, &scope, id, version, 0, None)?,
                None => {}
                Some(failure) => {
                    // Of several that failed together only one counts.
                    let failures = known.failures + i64::from(known.paused_until.is_none_or(|until| until <= now));
                    let wait = model::pause(failures, failure.retry_after);
                    let until = now.plus_seconds(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX));
                    let until = known.paused_until.map_or(until, |known| known.max(until));
                    let told = (failure.reason.as_str(), failure.said.as_deref(), until);
                    store::set_health(tx, &scope, id, version, failures, Some(told))?;
                }
            }
            Ok::<_, Error>(())
        };
        self.db.write(note).await
    }

    /// Asks a small thing of a model as it would be saved. A saved one that passes as it is, is asked again at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what could not be saved either.
    pub async fn test(&self, actor: &Actor, asked: TestAiProvider) -> Result<TestedAiProvider> {
        policy::require(actor, Action::ManageAiProviders)?;
        let saved = match asked.id {
            None => None,
            Some(id) => {
                let reader = actor.clone();
                Some(self.db.read(move |c| get(c, &reader, id)).await?)
            }
        };
        let as_saved =
            saved.is_some() && asked.base_url.is_none() && asked.api_key.is_none() && asked.chat_model.is_none();
        let base_url = asked.base_url.or_else(|| saved.as_ref().map(|one| one.base_url.clone())).unwrap_or_default();
        let chat_model = asked.chat_model.or_else(|| saved.as_ref().and_then(|one| one.chat_model.clone()));
        let new = NewAiProvider {
            name: "test".into(),
            base_url,
            api_key: asked.api_key,
            chat_model: Some(chat_model.unwrap_or_default()),
            embed_model: None,
            tokens_per_day: None,
        };
        let (provider, key) = new.check(&self.egress, AiProviderId(actor.new_id()), actor.now())?;
        let kept = saved.as_ref().filter(|saved| same_server(&self.egress, &saved.base_url, &provider.base_url));
        let key = match (key, kept.and_then(|saved| Some((saved.id, saved.key.as_ref()?)))) {
            (Some(key), _) => Some(key),
            (None, Some((id, closed))) => match self.seal.open(&place(&actor.scope(), id), closed) {
                Ok(key) => Some(key),
                Err(_) => return Ok(tested(Err((Reason::KeyUnreadable, None)), Duration::ZERO)),
            },
            (None, None) => None,
        };
        let question = Question {
            system: "Answer with a JSON object.".into(),
            user: r#"Answer {"ok": true}."#.into(),
            schema: json!({"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"],
                "additionalProperties": false}),
            tokens_max: 200,
        };
        let name = provider.chat_model.as_deref().unwrap_or_default();
        let model = llm::Model { base_url: &provider.base_url, key: key.as_deref(), name };
        let begun = std::time::Instant::now();
        let answer = llm::ask(&self.egress, model, &question, TEST_MAX).await;
        let took = begun.elapsed();
        if let (Ok(_), true, Some(saved)) = (&answer, as_saved, &saved) {
            let (scope, id, version) = (actor.scope(), saved.id, saved.version);
            self.db.write(move |tx| store::set_health(tx, &scope, id, version, 0, None)).await?;
        }
        Ok(tested(answer.map(drop).map_err(|failure| (failure.reason, failure.said)), took))
    }
}

fn tested(outcome: Result<(), (Reason, Option<String>)>, took: Duration) -> TestedAiProvider {
    let (ok, reason, said) = match outcome {
        Ok(()) => (true, None, None),
        Err((reason, said)) => (false, Some(reason.as_str().to_string()), said),
    };
    TestedAiProvider { ok, reason, said, milliseconds: i64::try_from(took.as_millis()).unwrap_or(i64::MAX) }
}
