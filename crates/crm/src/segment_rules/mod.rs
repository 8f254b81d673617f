//! What segments mean wherever customers are filtered: a dynamic segment is its rule, so the rule takes the place of
//! the segment's name before a filter runs, and who is in it is exact at the moment of reading.
//!
//! A rule may name other segments, whose rules are written out in turn, but never itself. Segments that are gone or
//! archived have no members; a filter that names one is read, and [`problems`] says so.

mod store;

use crate::custom_fields::CustomField;
use crate::{custom_fields, fits, tags};
use db::{Conn, Tx};
use platform::error::FieldError;
use platform::filter::{Catalogue, Condition, Group, Key, Me, Node, Schema, Test, Tree};
use platform::ids::SegmentId;
use platform::text::fold;
use platform::{Error, Result, Scope};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Segments of one organisation.
pub const SEGMENTS_MAX: i64 = 1_000;
/// Segments that name one another, one below the other.
pub const NESTING_MAX: usize = 8;
/// Conditions of a filter with all its segments written out.
pub const CONDITIONS_MAX: usize = 1_000;
/// Values of the same: engines bound the parameters of a statement.
const VALUES_MAX: usize = 20_000;

/// The fields that these trees may name: with those of the organisation and the fits to its products, if one of them is
/// named.
pub fn schema<'a>(
    c: &Conn<'_>,
    scope: &Scope,
    known: impl Into<Schema>,
    trees: impl Iterator<Item = &'a Value>,
) -> Result<Schema> {
    let mut known = known.into();
    let Some(record) = custom_fields::Record::parse(known.catalogue().record) else { return Ok(known) };
    let texts: Vec<String> = trees.map(Value::to_string).collect();
    let names = |text: &str| texts.iter().any(|tree| tree.contains(text));
    if names(custom_fields::PREFIX) {
        known = known.extended(custom_fields::field_refs(c, scope, record)?);
    }
    if record == custom_fields::Record::Customer && !known.has_fits() && fits::are_named(names) {
        known = known.with_fits(fits::fields(c, scope)?);
    }
    Ok(known)
}

/// What a filter needs to know of a segment.
#[derive(Clone, Debug)]
pub struct Definition {
    pub id: SegmentId,
    pub name: String,
    pub archived: bool,
    /// Of a dynamic segment.
    pub rule: Option<Value>,
}

/// The segment, archived or not; nothing when there is none.
pub fn definition(c: &Conn<'_>, scope: &Scope, id: SegmentId) -> Result<Option<Definition>> {
    Ok(store::by_ids(c, scope, &[id.0])?.pop())
}

/// The segments that a filter is about, with those that they name.
#[derive(Debug)]
pub struct Library {
    schema: Schema,
    known: BTreeMap<Uuid, Definition>,
}

impl Library {
    /// What a filter needs.
    pub fn of(c: &Conn<'_>, scope: &Scope, tree: &Tree) -> Result<Library> {
        if tree.asks_every_group() {
            return Library::whole(c, scope, tree.catalogue());
        }
        let mut library = Library { schema: tree.schema().clone(), known: BTreeMap::new() };
        let mut wanted: BTreeSet<Uuid> = tree.groups().into_iter().map(|(_, id)| id).collect();
        // One level below the other; a circle would add nothing new.
        while !wanted.is_empty() {
            let found = store::by_ids(c, scope, &wanted.into_iter().collect::<Vec<_>>())?;
            library.learn(c, scope, &found)?;
            let named: BTreeSet<Uuid> = found
                .iter()
                .filter_map(|found| library.rule(found))
                .flat_map(|tree| tree.groups())
                .map(|(_, id)| id)
                .collect();
            library.known.extend(found.into_iter().map(|definition| (definition.id.0, definition)));
            wanted = named.into_iter().filter(|id| !library.known.contains_key(id)).collect();
        }
        Ok(library)
    }

    /// All segments.
    pub fn whole(c: &Conn<'_>, scope: &Scope, catalogue: &'static Catalogue) -> Result<Library> {
        let all = store::all(c, scope)?;
        let mut library = Library { schema: catalogue.into(), known: BTreeMap::new() };
        library.learn(c, scope, &all)?;
        Ok(Library { known: all.into_iter().map(|definition| (definition.id.0, definition)).collect(), ..library })
    }

    /// Looks custom fields up, if a rule names one.
    fn learn(&mut self, c: &Conn<'_>, scope: &Scope, found: &[Definition]) -> Result<()> {
        let rules = found.iter().filter_map(|definition| definition.rule.as_ref());
        self.schema = schema(c, scope, self.schema.clone(), rules)?;
        Ok(())
    }

    pub fn get(&self, id: Uuid) -> Option<&Definition> {
        self.known.get(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.known.values()
    }

    /// The rule of a dynamic segment, if this version can read it.
    pub fn rule(&self, definition: &Definition) -> Option<Tree> {
        parse(definition.rule.as_ref()?, self.schema.clone()).ok()
    }

    /// The filter with every segment written out.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it becomes too large for a statement.
    pub fn expand(&self, tree: &Tree) -> Result<Tree> {
        let all: Vec<Uuid> =
            self.known.values().filter(|definition| !definition.archived).map(|definition| definition.id.0).collect();
        let mut done = BTreeMap::new();
        for (_, id) in tree.groups() {
            self.resolve(id, &mut done, &mut Vec::new())?;
        }
        if tree.asks_every_group() {
            for id in &all {
                self.resolve(*id, &mut done, &mut Vec::new())?;
            }
        }
        bounded(tree.expanded(&all, &|id| done.get(&id).cloned().unwrap_or(Group::Nobody)))
    }

    /// The rule of a dynamic segment with every segment in it written out; none for others.
    ///
    /// # Errors
    /// As [`Library::expand`].
    pub fn expanded_rule(&self, definition: &Definition) -> Result<Option<Tree>> {
        self.rule(definition).map(|tree| self.expand(&tree)).transpose()
    }

    fn resolve(&self, id: Uuid, done: &mut BTreeMap<Uuid, Group>, path: &mut Vec<Uuid>) -> Result<()> {
        if done.contains_key(&id) {
            return Ok(());
        }
        let group = match self.known.get(&id) {
            None => Group::Nobody,
            Some(definition) if definition.archived => Group::Nobody,
            Some(definition) if definition.rule.is_none() => Group::Listed,
            // What is stored has no circles and is not that deep; a rule that cannot be read selects nobody, and says
            // so where the segment is shown.
            Some(definition) => match self.rule(definition).filter(|_| path.len() < NESTING_MAX && !path.contains(&id))
            {
                None => Group::Nobody,
                Some(rule) => {
                    path.push(id);
                    for (_, below) in rule.groups() {
                        self.resolve(below, done, path)?;
                    }
                    path.pop();
                    Group::Rule(bounded(rule.expanded(&[], &|id| done.get(&id).cloned().unwrap_or(Group::Nobody)))?)
                }
            },
        };
        done.insert(id, group);
        Ok(())
    }

    /// Refuses a rule that leads back to its own segment, or is nested too deeply. A new segment has no id yet: nothing
    /// leads back to it.
    ///
    /// # Errors
    /// [`Error::Invalid`] at the place in the rule, below `at`, with the path through the segments.
    pub fn refuse_circle(&self, own: Option<&Definition>, rule: &Tree, at: &str) -> Result<()> {
        for (path, id) in rule.groups() {
            self.walk(own, id, &mut Vec::new(), &format!("{at}{path}"))?;
        }
        Ok(())
    }

    fn walk(&self, own: Option<&Definition>, id: Uuid, path: &mut Vec<Uuid>, at: &str) -> Result<()> {
        if let Some(own) = own.filter(|own| own.id.0 == id) {
            let names = path.iter().filter_map(|id| self.known.get(id)).map(|definition| definition.name.as_str());
            let through: Vec<&str> = [own.name.as_str()].into_iter().chain(names).chain([own.name.as_str()]).collect();
            let message = format!("a segment cannot depend on itself: {}", through.join(" → "));
            return Err(Error::invalid(at, "circular", message));
        }
        // One more for the segment itself.
        if path.len() + 1 >= NESTING_MAX {
            let message = format!("segments name one another at most {NESTING_MAX} levels deep");
            return Err(Error::invalid(at, "too_deep", message));
        }
        let Some(rule) = self.known.get(&id).and_then(|definition| self.rule(definition)) else { return Ok(()) };
        path.push(id);
        for (_, below) in rule.groups() {
            self.walk(own, below, path, at)?;
        }
        path.pop();
        Ok(())
    }
}

fn bounded(tree: Tree) -> Result<Tree> {
    if tree.conditions() <= CONDITIONS_MAX && count_values(&tree) <= VALUES_MAX {
        return Ok(tree);
    }
    let message = format!(
        "with the rules of its segments this has more than {CONDITIONS_MAX} conditions or {VALUES_MAX} values; \
         name fewer segments"
    );
    Err(Error::invalid("", "too_many", message))
}

/// Reads a rule that is stored for everybody. It names segments that it is about, so that it cannot be about itself,
/// and does not look at joining and leaving, which follow from it.
///
/// # Errors
/// [`Error::Malformed`] with all faults, their paths JSON pointers into the rule.
pub fn parse(rule: &Value, schema: impl Into<Schema>) -> Result<Tree> {
    let tree = Tree::parse(rule, schema, Me::Refused)?;
    let mut faults = Vec::new();
    tree.each_condition(|path, node| match node {
        Node::Activity(activity) => {
            for (index, kind) in activity.types.iter().enumerate().filter(|(_, kind)| kind.starts_with("segment.")) {
                let message =
                    format!("a segment's rule cannot count {kind}, which follows from rules; use ever_any on segments");
                faults.push(FieldError::new(format!("{path}/activity/{index}"), "not_allowed", message));
            }
        }
        Node::Field(Condition { field, test: Test::Present, op }) if field.name == "segments" => {
            let message = format!("a segment's rule cannot ask {} of all segments; name the segments", op.name());
            faults.push(FieldError::new(format!("{path}/op"), "not_allowed", message));
        }
        _ => {}
    });
    if faults.is_empty() { Ok(tree) } else { Err(Error::Malformed(faults)) }
}

/// The filter with every segment written out; for most there is nothing to do and nothing to ask.
///
/// # Errors
/// [`Error::Invalid`] when it becomes too large for a statement.
pub fn expand(c: &Conn<'_>, scope: &Scope, tree: &Tree) -> Result<Tree> {
    if tree.groups().is_empty() && !tree.asks_every_group() {
        return Ok(tree.clone());
    }
    Library::of(c, scope, tree)?.expand(tree)
}

/// Holds the segments that a rule names until the commit: two writers who each name the segment that the other one
/// changes would make a circle.
pub fn hold(tx: &Tx<'_>, scope: &Scope, library: &Library) -> Result<()> {
    let ids: Vec<Uuid> = library.known.keys().copied().collect();
    Ok(store::hold(tx, scope, &ids)?)
}

/// What each of these filters names that is not there any more, with the place: it selects nothing. In the order of
/// `trees`, whatever their number by two statements.
pub fn problems(c: &Conn<'_>, scope: &Scope, trees: &[Tree]) -> Result<Vec<Vec<FieldError>>> {
    let ids: BTreeSet<Uuid> = trees.iter().flat_map(Tree::groups).map(|(_, id)| id).collect();
    let found = store::by_ids(c, scope, &ids.into_iter().collect::<Vec<_>>())?;
    let names: Vec<String> = trees.iter().flat_map(tag_names).map(|(_, name)| name).collect();
    let known = tags::known(c, scope, &names)?;
    let fields = archived_fields(c, scope, trees)?;
    let asked: Vec<Uuid> = trees.iter().flat_map(fits_of).map(|(_, id)| id).collect();
    let archived = fits::archived(c, scope, &asked)?;
    let of_tree = |tree: &Tree| {
        let fields = own_fields(tree).into_iter().filter_map(|(path, id)| {
            let field = fields.iter().find(|field| field.id.0 == id)?;
            let message = format!("the custom field {} is archived: its last values are asked", field.label);
            Some(FieldError::new(path, "archived_field", message))
        });
        let segments = tree.groups().into_iter().filter_map(|(path, id)| {
            match found.iter().find(|definition| definition.id.0 == id) {
                None => Some(FieldError::new(path, "unknown_segment", "there is no such segment: nobody is in it")),
                Some(definition) if definition.archived => {
                    let message = format!("the segment {} is archived: nobody is in it", definition.name);
                    Some(FieldError::new(path, "archived_segment", message))
                }
                Some(_) => None,
            }
        });
        let tags = tag_names(tree).into_iter().filter(|(_, name)| !known.contains(&fold(name))).map(|(path, name)| {
            let short: String = name.chars().take(60).collect();
            FieldError::new(path, "unknown_tag", format!("there is no tag {short:?}: nobody carries it"))
        });
        let products = fits_of(tree).into_iter().filter_map(|(path, id)| {
            let message = format!("the product {} is archived: its last fits are asked", archived.get(&id)?);
            Some(FieldError::new(path, "archived_product", message))
        });
        segments.chain(tags).chain(fields).chain(products).collect()
    };
    Ok(trees.iter().map(of_tree).collect())
}

/// The custom fields that a filter names, each with its place.
fn own_fields(tree: &Tree) -> Vec<(String, Uuid)> {
    let mut found = Vec::new();
    tree.each_condition(|path, node| {
        if let Node::Field(Condition { field, .. }) = node
            && field.fit.is_none()
            && let Some(own) = field.own
        {
            found.push((format!("{path}/field"), own.id));
        }
    });
    found
}

/// The products to which a filter asks for a fit, each with its place.
fn fits_of(tree: &Tree) -> Vec<(String, Uuid)> {
    let mut found = Vec::new();
    tree.each_condition(|path, node| {
        if let Node::Field(Condition { field, .. }) = node
            && field.fit.is_some()
            && let Some(own) = field.own
        {
            found.push((format!("{path}/fit"), own.id));
        }
    });
    found
}

/// The archived ones among the custom fields that may be named.
fn archived_fields(c: &Conn<'_>, scope: &Scope, trees: &[Tree]) -> Result<Vec<CustomField>> {
    if trees.iter().all(|tree| own_fields(tree).is_empty()) {
        return Ok(Vec::new());
    }
    let mut fields = Vec::new();
    for record in custom_fields::Record::ALL {
        fields.extend(custom_fields::of_record(c, scope, record)?);
    }
    fields.retain(|field| field.archived_at.is_some());
    Ok(fields)
}

/// The tags that a filter names, each with its place.
fn tag_names(tree: &Tree) -> Vec<(String, String)> {
    let mut found = Vec::new();
    tree.each_condition(|path, node| {
        if let Node::Field(Condition { field, test: Test::HasAny(keys) | Test::HasAll(keys), .. }) = node
            && field.name == "tags"
        {
            for (index, key) in keys.iter().enumerate() {
                if let Key::Text(name) = key {
                    found.push((format!("{path}/value/{index}"), name.clone()));
                }
            }
        }
    });
    found
}

/// The stored filter with the tags of the folded names `old` called `new`; nothing when it names none of them.
pub fn with_tags_renamed(filter: &Value, old: &BTreeSet<String>, new: &str) -> Option<Value> {
    let mut renamed = filter.clone();
    rename_tags(&mut renamed, old, new).then_some(renamed)
}

fn rename_tags(node: &mut Value, old: &BTreeSet<String>, new: &str) -> bool {
    match node {
        // All of them, not only up to the first.
        Value::Array(nodes) => nodes.iter_mut().map(|node| rename_tags(node, old, new)).max().unwrap_or(false),
        Value::Object(node) if node.get("field").is_some_and(|field| field == "tags") => {
            let Some(Value::Array(names)) = node.get_mut("value") else { return false };
            let is_old = |name: &Value| name.as_str().is_some_and(|name| old.contains(&fold(name)));
            let Some(first) = names.iter().position(is_old) else { return false };
            names[first] = new.into();
            // A tag is named once, where the first of its names stood.
            let key = fold(new);
            let mut index = 0;
            names.retain(|name| {
                index += 1;
                index - 1 == first || !(is_old(name) || name.as_str().is_some_and(|name| fold(name) == key))
            });
            true
        }
        Value::Object(node) => node.values_mut().map(|node| rename_tags(node, old, new)).max().unwrap_or(false),
        _ => false,
    }
}

fn count_values(tree: &Tree) -> usize {
    let mut count = 0;
    tree.each_condition(|_, node| {
        count += match node {
            Node::Field(condition) => match &condition.test {
                Test::TextIn(texts) => texts.len(),
                Test::KeyIn(keys) | Test::HasAny(keys) | Test::HasAll(keys) | Test::EverAny(keys) => keys.len(),
                _ => 2,
            },
            Node::Activity(activity) => activity.types.len() + 2,
            _ => 0,
        };
    });
    count
}
