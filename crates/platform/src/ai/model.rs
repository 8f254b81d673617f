//! Shapes and pure rules of AI providers.

use crate::clock::Timestamp;
use crate::error::{Error, FieldError, Result};
use crate::http::Record;
use crate::ids::AiProviderId;
use crate::patch::Patch;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

const NAME_MAX: usize = 100;
const URL_MAX: usize = 500;
const KEY_MAX: usize = 2_000;
const TOKENS_PER_DAY: i64 = 2_000_000;
const TOKENS_PER_DAY_MAX: i64 = 1_000_000_000_000;
/// The wait after a first failure of the endpoint; it doubles with each further one.
const PAUSE_FIRST_S: u64 = 5;
const PAUSE_MAX: Duration = Duration::from_secs(60 * 60);

/// An endpoint with language models that speaks as OpenAI's does. Its key is never shown.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AiProvider {
    pub id: AiProviderId,
    pub name: String,
    /// With the version: it ends in `/v1`, mostly.
    pub base_url: String,
    pub has_key: bool,
    /// The model that reads and writes.
    #[schema(required)]
    pub chat_model: Option<String>,
    /// The model for search by meaning.
    #[schema(required)]
    pub embed_model: Option<String>,
    /// Tokens of a day, by UTC, after which nobody asks until the next.
    pub tokens_per_day: i64,
    /// Those of this day so far.
    pub tokens_today: i64,
    /// Whether its chat model is the one that is asked: the first that has one is.
    pub in_use: bool,
    /// Why the last call failed, if the endpoint did: `unreachable`, `key_refused`…
    #[schema(required)]
    pub reason: Option<String>,
    /// What the endpoint said of it.
    #[schema(required)]
    pub said: Option<String>,
    /// Until when nobody asks, because it failed or the day's tokens are used up.
    #[schema(required)]
    pub paused_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    #[serde(skip)]
    pub(super) key: Option<Vec<u8>>,
    #[serde(skip)]
    pub(super) failures: i64,
}

impl Record for AiProvider {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

/// All providers, the oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiProviders {
    pub items: Vec<AiProvider>,
}

/// The body of `POST /ai/providers`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAiProvider {
    #[schema(max_length = 100)]
    pub name: String,
    /// The address with the version: it ends in `/v1`, mostly. Redirects are not followed.
    pub base_url: String,
    /// Sent as `Authorization: Bearer`. It is never shown again.
    pub api_key: Option<String>,
    pub chat_model: Option<String>,
    pub embed_model: Option<String>,
    /// 2,000,000 unless said.
    pub tokens_per_day: Option<i64>,
}

/// The body of `PATCH /ai/providers/{id}`. Another host or port without a key takes the key away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AiProviderPatch {
    pub name: Option<String>,
    pub base_url: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub api_key: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub chat_model: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub embed_model: Patch<String>,
    pub tokens_per_day: Option<i64>,
}

/// The body of `POST /ai/providers/test`: a provider as it would be saved, or a saved one with what differs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestAiProvider {
    /// What is left out is this one's; its key only where host and port are the same.
    pub id: Option<AiProviderId>,
    pub base_url: Option<String>,
    pub api_key: Option<String>,
    pub chat_model: Option<String>,
}

/// How a test went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestedAiProvider {
    pub ok: bool,
    /// Why not: `unreachable`, `not_allowed`, `timed_out`, `redirected`, `key_refused`, `not_found`, `too_many`,
    /// `server_error`, `refused`, `too_large`, `not_a_chat`, `cut_off`, `bad_address`, `key_unreadable`.
    #[schema(required)]
    pub reason: Option<String>,
    /// What the endpoint said of it.
    #[schema(required)]
    pub said: Option<String>,
    /// How long it took.
    pub milliseconds: i64,
}

/// What was used on a day, by UTC.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AiUsage {
    pub day: String,
    pub provider_id: AiProviderId,
    pub calls: i64,
    pub failed: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
}

/// The last thirty days on which anything was used, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiUsages {
    pub items: Vec<AiUsage>,
}

/// The faults of a body, gathered.
pub(super) struct Checks<'a> {
    pub egress: &'a gateways::Egress,
    pub faults: Vec<FieldError>,
}

impl Checks<'_> {
    fn fault(&mut self, path: &str, code: &str, message: &str) {
        self.faults.push(FieldError::new(path, code, message));
    }

    fn line(&mut self, text: &str, path: &str, most: usize, message: &str) -> String {
        let text = text.trim();
        if !crate::text::is_seen(text) {
            self.fault(path, "required", message);
        } else if text.chars().count() > most || text.chars().any(char::is_control) {
            self.fault(path, "invalid", &format!("use one line of at most {most} characters"));
        }
        text.to_string()
    }

    pub fn name(&mut self, text: &str) -> String {
        self.line(text, "/name", NAME_MAX, "give it a name")
    }

    pub fn base_url(&mut self, text: &str) -> String {
        let text =
            self.line(text, "/baseUrl", URL_MAX, "give the address of the endpoint").trim_end_matches('/').to_string();
        if self.faults.iter().any(|fault| fault.path == "/baseUrl") {
            return text;
        }
        match self.egress.check(&text) {
            Ok(url) if url.query().is_none() => {}
            Ok(_) | Err(gateways::egress::Fault::BadAddress) => {
                let message = "use http or https, a host and a path, such as https://api.openai.com/v1";
                self.fault("/baseUrl", "invalid_url", message);
            }
            Err(gateways::egress::Fault::Private) => {
                let message = "this is of a private network; whoever runs the server may allow that by \
                               --allow-private-networks";
                self.fault("/baseUrl", "private_network", message);
            }
            Err(_) => self.fault("/baseUrl", "not_allowed", "this address is never called; use the endpoint's own"),
        }
        text
    }

    pub fn key(&mut self, text: &str) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.fault("/apiKey", "required", "give the key, or null for none");
        } else if text.len() > KEY_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.fault(
                "/apiKey",
                "invalid",
                "a key has no spaces or letters beyond ASCII, and at most 2,000 characters",
            );
        }
        text.to_string()
    }

    pub fn model(&mut self, text: &str, path: &str) -> String {
        self.line(text, path, NAME_MAX, "name a model of the endpoint")
    }

    pub fn tokens(&mut self, tokens: i64) -> i64 {
        if !(0..=TOKENS_PER_DAY_MAX).contains(&tokens) {
            self.fault("/tokensPerDay", "out_of_range", "use a number from 0 to 1,000,000,000,000");
        }
        tokens
    }

    pub fn end(self) -> Result<()> {
        if self.faults.is_empty() { Ok(()) } else { Err(Error::Invalid(self.faults)) }
    }
}

impl NewAiProvider {
    /// The provider without its key, and the key.
    pub(super) fn check(
        &self,
        egress: &gateways::Egress,
        id: AiProviderId,
        now: Timestamp,
    ) -> Result<(AiProvider, Option<String>)> {
        let mut checks = Checks { egress, faults: Vec::new() };
        let provider = AiProvider {
            id,
            name: checks.name(&self.name),
            base_url: checks.base_url(&self.base_url),
            has_key: self.api_key.is_some(),
            chat_model: self.chat_model.as_deref().map(|text| checks.model(text, "/chatModel")),
            embed_model: self.embed_model.as_deref().map(|text| checks.model(text, "/embedModel")),
            tokens_per_day: checks.tokens(self.tokens_per_day.unwrap_or(TOKENS_PER_DAY)),
            tokens_today: 0,
            in_use: false,
            reason: None,
            said: None,
            paused_until: None,
            created_at: now,
            updated_at: now,
            version: 1,
            key: None,
            failures: 0,
        };
        let key = self.api_key.as_deref().map(|text| checks.key(text));
        checks.end()?;
        Ok((provider, key))
    }
}

impl AiProviderPatch {
    /// Changes the given parts but the key; answers what becomes of that, if anything does.
    pub(super) fn apply(&self, egress: &gateways::Egress, provider: &mut AiProvider) -> Result<Option<Option<String>>> {
        let mut checks = Checks { egress, faults: Vec::new() };
        let mut key = self.api_key.as_change().map(|key| key.map(|text| checks.key(text)));
        if let Some(text) = &self.name {
            provider.name = checks.name(text);
        }
        if let Some(text) = &self.base_url {
            let url = checks.base_url(text);
            if key.is_none() && !same_server(egress, &url, &provider.base_url) {
                key = Some(None);
            }
            provider.base_url = url;
        }
        if let Some(change) = self.chat_model.as_change() {
            provider.chat_model = change.map(|text| checks.model(text, "/chatModel"));
        }
        if let Some(change) = self.embed_model.as_change() {
            provider.embed_model = change.map(|text| checks.model(text, "/embedModel"));
        }
        if let Some(tokens) = self.tokens_per_day {
            provider.tokens_per_day = checks.tokens(tokens);
        }
        checks.end()?;
        Ok(key)
    }
}

/// Whether two addresses are of one scheme, host and port.
pub(super) fn same_server(egress: &gateways::Egress, one: &str, other: &str) -> bool {
    let origin = |text: &str| egress.check(text).ok().map(|url| url.origin());
    matches!((origin(one), origin(other)), (Some(one), Some(other)) if one == other)
}

/// How long nobody asks after so many failures in a row.
pub(super) fn pause(failures: i64, asked: Option<Duration>) -> Duration {
    let doubled = PAUSE_FIRST_S << failures.clamp(1, 20).saturating_sub(1);
    Duration::from_secs(doubled).min(PAUSE_MAX).max(asked.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_obey_what_is_asked() {
        let seconds = |failures, asked| pause(failures, asked).as_secs();
        assert_eq!([1, 2, 3, 40].map(|failures| seconds(failures, None)), [5, 10, 20, 3_600]);
        assert_eq!(seconds(1, Some(Duration::from_secs(90))), 90);
        assert_eq!(seconds(9, Some(Duration::from_secs(90))), 1_280);
    }
}
