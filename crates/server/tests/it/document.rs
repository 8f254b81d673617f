//! The OpenAPI document itself.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn document() -> Value {
    serde_json::to_value(server::openapi()).expect("a document")
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().cloned().expect("a path");
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(std::fs::read_to_string(&path).expect("a source file"));
        }
    }
}

/// The names of the schemas in `source`: of the types that derive one, or what those say instead.
fn schema_names(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in source.split("#[derive(").skip(1) {
        let Some((derives, rest)) = part.split_once(")]") else { continue };
        if !derives.split([',', ' ', '\n']).any(|name| name.trim().trim_start_matches("utoipa::") == "ToSchema") {
            continue;
        }
        let mut words = rest.split_whitespace().skip_while(|word| !matches!(*word, "struct" | "enum"));
        let name = words.nth(1).unwrap_or_default();
        let attributes = rest.split_once(&format!(" {name}")).map_or("", |(attributes, _)| attributes);
        let name = attributes.split_once("#[schema(as = ").map_or(name, |(_, said)| said);
        let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        // Inside a macro the name is a variable.
        if !name.is_empty() {
            names.push(name.to_string());
        }
    }
    names
}

#[test]
fn every_schema_has_a_name_of_its_own() {
    // Of two types with one name the document keeps one, silently, and describes the other wrongly.
    let mut files = Vec::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in std::fs::read_dir(crates).expect("the crates") {
        let sources = folder.expect("a crate").path().join("src");
        if sources.is_dir() {
            rust_files(&sources, &mut files);
        }
    }
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for name in files.iter().flat_map(|file| schema_names(file)) {
        *count.entry(name).or_default() += 1;
    }
    assert!(count.len() > 30, "the search has lost its way: {count:?}");
    count.retain(|_, times| *times > 1);
    assert!(count.is_empty(), "schema names that several types have: {count:?}");
}

#[test]
fn the_search_for_schema_names_sees_clashes() {
    let source = "#[derive(Debug, ToSchema)]\n#[serde(x)]\n/// A struct of old.\npub struct Tag {\n}\n\
        #[derive(Clone)]\nstruct Other;\n#[derive(\n    utoipa::ToSchema,\n)]\npub enum Tag<T> { A(T) }";
    // The doc comment's own word is skipped over by what follows it.
    assert_eq!(schema_names(source).len(), 2);
    assert_eq!(schema_names(source)[1], "Tag");
    let said =
        "#[derive(ToSchema)]\n#[schema(as = MergeTag)]\npub enum Tag {\n}\n#[derive(ToSchema)]\npub struct Tag {}";
    assert_eq!(schema_names(said), ["MergeTag", "Tag"]);
}

#[test]
fn every_operation_is_named_once_described_and_grouped() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (what, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_string();
        assert!(
            id.chars().next().is_some_and(char::is_lowercase) && !id.contains('_'),
            "{what}: {id:?} is not camelCase"
        );
        assert!(ids.insert(id), "{what}: its operation id is taken");
        assert!(operation["tags"][0].is_string(), "{what} is in no group");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{what} has no doc comment");
        let statuses = operation["responses"].as_object().expect("answers");
        assert!(statuses.contains_key("401") && statuses.contains_key("500"), "{what} does not document its problems");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
                    found.insert(reference.to_string());
                }
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let lost: Vec<&String> =
        found.iter().filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}
