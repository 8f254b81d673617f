//! `/api/docs`: the OpenAPI document as one readable page, without a script or anything from elsewhere.

use crate::openapi::openapi;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /api/docs`
pub(crate) async fn page() -> Response {
    static PAGE: OnceLock<String> = OnceLock::new();
    let page = PAGE.get_or_init(|| render(&serde_json::to_value(openapi()).unwrap_or_default()));
    ([(header::CACHE_CONTROL, "no-cache")], Html(page.as_str())).into_response()
}

/// `GET /api/docs.css`
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css"), (header::CACHE_CONTROL, "no-cache")], include_str!("docs.css"))
        .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn render(document: &Value) -> String {
    let mut groups: BTreeMap<&str, Vec<(&str, &str, &Value)>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let group = operation["tags"][0].as_str().unwrap_or("other");
                groups.entry(group).or_default().push((method, path, operation));
            }
        }
    }
    let mut out = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Entente API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body><main><h1>Entente API</h1>",
    );
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<p>{}</p><p>For programs: <a href=\"/api/openapi.json\">openapi.json</a>.</p><nav aria-label=\"Groups\"><ul>",
        escape(text(&document["info"], "description"))
    );
    for group in groups.keys() {
        let _ = write!(out, "<li><a href=\"#{0}\">{0}</a></li>", escape(group));
    }
    out.push_str("</ul></nav>");
    for (group, operations) in &groups {
        let _ = write!(out, "<section id=\"{0}\"><h2>{0}</h2>", escape(group));
        for (method, path, operation) in operations {
            render_operation(&mut out, method, path, operation);
        }
        out.push_str("</section>");
    }
    out.push_str("<section id=\"schemas\"><h2>Schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let json = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = write!(
            out,
            "<details id=\"schema-{0}\"><summary><code>{0}</code></summary><pre>{1}</pre></details>",
            escape(name),
            escape(&json)
        );
    }
    out.push_str("</section></main></body></html>");
    out
}

fn render_operation(out: &mut String, method: &str, path: &str, operation: &Value) {
    let _ = write!(
        out,
        "<article><h3 id=\"{}\"><span class=\"method\">{}</span> <code>{}</code></h3><p>{}</p>",
        escape(text(operation, "operationId")),
        method.to_uppercase(),
        escape(path),
        escape([text(operation, "summary"), text(operation, "description")].join(" ").trim())
    );
    let mut rows = String::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let _ = write!(
            rows,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            escape(text(parameter, "name")),
            escape(text(parameter, "in")),
            escape(text(parameter, "description"))
        );
    }
    if !rows.is_empty() {
        let _ = write!(
            out,
            "<table><thead><tr><th>Parameter</th><th>In</th><th></th></tr></thead><tbody>{rows}</tbody></table>"
        );
    }
    for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        let _ = write!(out, "<p>Body: {} <code>{}</code></p>", schema_link(&content["schema"]), escape(kind));
    }
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        if !status.starts_with('2') {
            continue;
        }
        let contents = answer["content"].as_object().into_iter().flatten();
        let bodies: Vec<String> = contents
            .map(|(kind, content)| format!("{} <code>{}</code>", schema_link(&content["schema"]), escape(kind)))
            .collect();
        let _ = write!(
            out,
            "<p>Answer {}: {}</p>",
            escape(status),
            if bodies.is_empty() { "no body".into() } else { bodies.join(", ") }
        );
    }
    out.push_str("</article>");
}

/// A link to a named schema, or the kind of an unnamed one.
fn schema_link(schema: &Value) -> String {
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => format!("<a href=\"#schema-{0}\"><code>{0}</code></a>", escape(name)),
        None => escape(schema["type"].as_str().unwrap_or("any")),
    }
}
