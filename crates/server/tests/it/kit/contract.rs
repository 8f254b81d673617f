//! Holds every answer against the OpenAPI document: the status is documented, the body fits its schema and has
//! no field that the schema does not name, and what is on every answer is on this one.

use super::answer::Answer;
use axum::http::Method;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

/// A route of the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    pub method: String,
    /// Below `/api/v1`.
    pub path: String,
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(server::openapi()).expect("a document");
    close(&mut document["components"]["schemas"]);
    document
});

static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// All routes of the document.
pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in DOCUMENT["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("a path").keys() {
            let path = path.strip_prefix("/api/v1").expect("a path below /api/v1").to_string();
            all.push(Operation { method: method.to_uppercase(), path });
        }
    }
    all.sort();
    all
}

/// The document says what an answer has; here it also says that there is nothing else.
fn close(schemas: &mut Value) {
    let mut parts = BTreeSet::new();
    collect_parts(schemas, &mut parts);
    for (name, schema) in schemas.as_object_mut().expect("schemas") {
        let is_part = parts.contains(name);
        close_one(schema, is_part);
    }
}

/// Names of schemas that are only parts of others (`allOf`) and therefore stay open.
fn collect_parts(value: &Value, names: &mut BTreeSet<String>) {
    if let Some(parts) = value.get("allOf").and_then(Value::as_array) {
        let references = parts.iter().filter_map(|part| part["$ref"].as_str());
        names.extend(references.filter_map(|reference| reference.rsplit('/').next()).map(str::to_string));
    }
    match value {
        Value::Object(map) => map.values().for_each(|value| collect_parts(value, names)),
        Value::Array(items) => items.iter().for_each(|value| collect_parts(value, names)),
        _ => {}
    }
}

fn close_one(schema: &mut Value, stays_open: bool) {
    let Some(map) = schema.as_object_mut() else { return };
    let has_shape = map.contains_key("properties") || map.contains_key("allOf");
    if has_shape && !stays_open && !map.contains_key("additionalProperties") {
        map.insert("unevaluatedProperties".into(), Value::Bool(false));
    }
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("allOf", Value::Array(items)) => items.iter_mut().for_each(|item| close_one(item, true)),
            ("oneOf" | "anyOf", Value::Array(items)) => items.iter_mut().for_each(|item| close_one(item, stays_open)),
            ("properties", Value::Object(fields)) => fields.values_mut().for_each(|field| close_one(field, false)),
            ("items" | "additionalProperties", value) => close_one(value, false),
            _ => {}
        }
    }
}

/// The document's path that `path` is an instance of.
fn template(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == parts.len()
            && wanted.iter().zip(&parts).all(|(want, part)| want == part || (want.starts_with('{') && !part.is_empty()))
    };
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    // A fixed part goes before a parameter: `/customers/count` is no customer.
    let mut found: Vec<&str> = paths.keys().map(String::as_str).filter(|template| fits(template)).collect();
    found.sort_by_key(|template| template.matches('{').count());
    found.first().copied()
}

fn validator(key: String, schema: &Value) -> Arc<Validator> {
    let mut kept = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let made = kept.entry(key).or_insert_with_key(|key| {
        let mut root = schema.clone();
        close_one(&mut root, false);
        root["components"] = json!({"schemas": DOCUMENT["components"]["schemas"]});
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        Arc::new(options.build(&root).unwrap_or_else(|error| panic!("the schema of {key}: {error}")))
    });
    Arc::clone(made)
}

fn check_body(what: &str, key: String, schema: &Value, body: &Value) {
    let validator = validator(key, schema);
    let faults: Vec<String> =
        validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{what} does not fit the document:\n{}\nin {body:#}", faults.join("\n"));
}

/// Fails the test when the answer is not one that the document knows.
pub(super) fn check(method: &Method, path: &str, sent: &[u8], answer: &Answer) {
    let what = &answer.what;
    assert!(!answer.header("x-request-id").is_empty(), "{what}: no request id");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{what}");
    assert!(!answer.text().contains("$argon2"), "{what}: a password hash in an answer");
    let status = answer.status.as_u16();
    assert_ne!(status, 500, "{what}: {}", answer.text());
    if !path.starts_with("/api/v1/") {
        return;
    }
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    let operation = template(path).and_then(|found| DOCUMENT["paths"][found].get(method.as_str().to_lowercase()));
    let Some(operation) = operation else {
        assert!([404, 405].contains(&status), "{what}: {status} from a route that the document does not have");
        check_problem(answer);
        return;
    };
    let id = operation["operationId"].as_str().expect("an operation id");
    let documented = operation["responses"].get(status.to_string());
    let documented = documented.unwrap_or_else(|| panic!("{what}: {status} is not documented: {}", answer.text()));
    let kind = answer.header("content-type").split(';').next().unwrap_or_default().to_string();
    match documented["content"].get(&kind) {
        Some(content) if kind.ends_with("json") => {
            check_body(what, format!("{id} {status}"), &content["schema"], &answer.json());
        }
        Some(_) => {}
        None => assert!(answer.body.is_empty(), "{what}: {status} {kind:?} is not documented: {}", answer.text()),
    }
    if status >= 400 {
        check_problem(answer);
    } else if let Some(content) = operation["requestBody"]["content"].get("application/json")
        && let Ok(body) = serde_json::from_slice::<Value>(sent)
    {
        check_body(&format!("{what} (the body sent)"), format!("{id} body"), &content["schema"], &body);
    }
}

fn check_problem(answer: &Answer) {
    let what = &answer.what;
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status.as_u16(), "{what}: {problem:#}");
    assert_eq!(problem["requestId"], answer.header("x-request-id"), "{what}: {problem:#}");
}
