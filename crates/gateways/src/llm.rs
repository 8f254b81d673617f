//! Language models behind any endpoint that speaks as OpenAI's does (`POST /chat/completions`). What comes back is read with
//! tolerance for what we do not need, and with none for what we do.

use crate::egress::{Answer, Egress, Fault, Limits};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A whole answer with all that stands around the text.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// What of a refusal is kept, to be shown.
const SAID_CHARS_MAX: usize = 200;

/// A model that can be asked.
#[derive(Clone, Copy)]
pub struct Model<'a> {
    /// With the version: `https://api.openai.com/v1`.
    pub base_url: &'a str,
    pub key: Option<&'a str>,
    pub name: &'a str,
}

/// What is asked, once and without what was said before.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is to be done.
    pub system: String,
    /// What it is to be done with: data.
    pub user: String,
    /// JSON Schema of the answer. A model that does not know such things is asked without.
    pub schema: Value,
    pub tokens_max: u32,
}

impl Question {
    /// Its length as the budget sees it where an endpoint does not count: four characters are about one token.
    pub fn tokens(&self) -> i64 {
        tokens(&self.system) + tokens(&self.user)
    }
}

/// About how many tokens a text is.
pub fn tokens(text: &str) -> i64 {
    i64::try_from(text.chars().count() / 4 + 1).unwrap_or(i64::MAX)
}

/// What a model said.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub text: String,
    pub tokens_in: Option<i64>,
    pub tokens_out: Option<i64>,
}

/// Why a model said nothing that can be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub reason: Reason,
    /// What the endpoint said of it, shortened. It is somebody else's text.
    pub said: Option<String>,
    pub retry_after: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The address cannot be used, or may not be called.
    BadAddress,
    NotAllowed,
    Unreachable,
    TimedOut,
    /// It sends us elsewhere, where we do not go.
    Redirected,
    /// The stored key cannot be opened.
    KeyUnreadable,
    /// 401 and 403.
    KeyRefused,
    /// 404: the address or the model.
    NotFound,
    /// 429.
    TooMany,
    /// 5xx.
    ServerError,
    /// Any other status.
    Refused,
    TooLarge,
    /// It is no answer of a chat.
    NotAChat,
    /// The model did not come to an end.
    CutOff,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::BadAddress => "bad_address",
            Reason::NotAllowed => "not_allowed",
            Reason::Unreachable => "unreachable",
            Reason::TimedOut => "timed_out",
            Reason::Redirected => "redirected",
            Reason::KeyUnreadable => "key_unreadable",
            Reason::KeyRefused => "key_refused",
            Reason::NotFound => "not_found",
            Reason::TooMany => "too_many",
            Reason::ServerError => "server_error",
            Reason::Refused => "refused",
            Reason::TooLarge => "too_large",
            Reason::NotAChat => "not_a_chat",
            Reason::CutOff => "cut_off",
        }
    }

    /// Whether the endpoint as a whole is the matter, not this one question.
    pub fn is_of_endpoint(self) -> bool {
        !matches!(self, Reason::Refused | Reason::TooLarge | Reason::NotAChat | Reason::CutOff)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        let reason = match fault {
            Fault::BadAddress => Reason::BadAddress,
            Fault::Private | Fault::Reserved => Reason::NotAllowed,
            Fault::UnknownHost | Fault::Unreachable | Fault::Broken => Reason::Unreachable,
            Fault::TimedOut => Reason::TimedOut,
            Fault::TooLarge => Reason::TooLarge,
        };
        Failure { reason, said: Some(fault.to_string()), retry_after: None }
    }
}

/// Asks a model. An endpoint that refuses the finer points of the question is asked once more without them.
///
/// # Errors
/// A [`Failure`], within twice `time`.
pub async fn ask(egress: &Egress, model: Model<'_>, question: &Question, time: Duration) -> Result<Reply, Failure> {
    let messages = json!([{"role": "system", "content": question.system}, {"role": "user", "content": question.user}]);
    let plain = json!({"model": model.name, "messages": messages});
    let mut fine = plain.clone();
    fine["temperature"] = json!(0);
    fine["max_tokens"] = json!(question.tokens_max);
    fine["response_format"] =
        json!({"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": question.schema}});
    let answer = send(egress, model, &fine, time).await?;
    let answer = match answer.status {
        400 | 422 => send(egress, model, &plain, time).await?,
        _ => answer,
    };
    read(&answer).map_err(|failure| failure.without(model.key))
}

impl Failure {
    /// Some repeat the key when they refuse it.
    fn without(mut self, key: Option<&str>) -> Failure {
        if let (Some(said), Some(key)) = (&self.said, key) {
            self.said = Some(said.replace(key, "***"));
        }
        self
    }
}

async fn send(egress: &Egress, model: Model<'_>, body: &Value, time: Duration) -> Result<Answer, Failure> {
    let address = format!("{}/chat/completions", model.base_url.trim_end_matches('/'));
    let limits = Limits { time, bytes: ANSWER_BYTES_MAX };
    Ok(egress.post_json(&address, model.key, body.to_string().into_bytes(), limits).await?)
}

#[derive(Deserialize)]
struct Chat {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: Option<i64>,
    #[serde(default)]
    completion_tokens: Option<i64>,
}

fn read(answer: &Answer) -> Result<Reply, Failure> {
    let failure = |reason, said| Failure { reason, said, retry_after: answer.retry_after };
    let reason = match answer.status {
        200..=299 => None,
        300..=399 => Some(Reason::Redirected),
        401 | 403 => Some(Reason::KeyRefused),
        404 => Some(Reason::NotFound),
        429 => Some(Reason::TooMany),
        500..=599 => Some(Reason::ServerError),
        _ => Some(Reason::Refused),
    };
    if let Some(reason) = reason {
        return Err(failure(reason, Some(format!("status {}{}", answer.status, said(&answer.body)))));
    }
    let Ok(mut chat) = serde_json::from_slice::<Chat>(&answer.body) else {
        return Err(failure(Reason::NotAChat, None));
    };
    let Some(choice) = (!chat.choices.is_empty()).then(|| chat.choices.swap_remove(0)) else {
        return Err(failure(Reason::NotAChat, None));
    };
    if choice.finish_reason.as_deref() == Some("length") {
        return Err(failure(Reason::CutOff, None));
    }
    let text = choice.message.content.ok_or_else(|| failure(Reason::NotAChat, None))?;
    let counted = |tokens: Option<i64>| tokens.filter(|tokens| (0..=100_000_000).contains(tokens));
    let usage = chat.usage;
    let tokens_in = usage.as_ref().and_then(|usage| counted(usage.prompt_tokens));
    Ok(Reply { text, tokens_in, tokens_out: usage.and_then(|usage| counted(usage.completion_tokens)) })
}

/// What a refusal says, where it says so in the usual place.
fn said(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = body["error"]["message"].as_str().or_else(|| body["error"].as_str()).unwrap_or_default();
    let message: String = message.chars().filter(|c| !c.is_control()).take(SAID_CHARS_MAX).collect();
    if message.is_empty() { message } else { format!(": {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Result<Reply, Failure> {
        read(&Answer { status, retry_after: None, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn answers_are_read_without_what_is_not_needed() {
        let body = r#"{"id": 7, "new": [], "choices": [{"index": 0, "message": {"role": "x", "content": "hi"}}],
            "usage": {"prompt_tokens": 3, "completion_tokens": -1}}"#;
        let found = reply(200, body).unwrap();
        assert_eq!((found.text.as_str(), found.tokens_in, found.tokens_out), ("hi", Some(3), None));
    }

    #[test]
    fn each_way_of_not_answering_has_a_name() {
        for (status, body, reason) in [
            (200, "<html>", Reason::NotAChat),
            (200, "{}", Reason::NotAChat),
            (200, r#"{"choices": []}"#, Reason::NotAChat),
            (200, r#"{"choices": [{"message": {"content": null}}]}"#, Reason::NotAChat),
            (200, r#"{"choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}"#, Reason::CutOff),
            (302, "", Reason::Redirected),
            (401, "", Reason::KeyRefused),
            (404, "", Reason::NotFound),
            (418, "", Reason::Refused),
            (429, "", Reason::TooMany),
            (503, "", Reason::ServerError),
        ] {
            assert_eq!(reply(status, body).unwrap_err().reason, reason, "{status} {body}");
        }
        let failure = reply(401, r#"{"error": {"message": "wrong\u0007 key"}}"#).unwrap_err();
        assert_eq!(failure.said.as_deref(), Some("status 401: wrong key"));
        assert_eq!(failure.without(Some("key")).said.as_deref(), Some("status 401: wrong ***"));
    }
}
