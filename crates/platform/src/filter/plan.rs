//! Choosing how to run a tree, by a few quick questions to the database.
//!
//! A page of customers with a tag is best read by walking the customers in order when the tag is
//! common, and by looking its customers up when it is rare; the wrong way costs a hundred times more.
//! Which it is decides itself by counting, up to a bound, what each condition selects in the table it
//! asks. PostgreSQL knows from its statistics; it only wants ids instead of names. SQLite has to be told.

use super::Context;
use super::catalogue::Source;
use super::compile::{Compiler, Ids, Keys, Renames, Way, count_of, limited, select_names};
use super::model::{Node, Test, Tree, normal_key};
use db::{Conn, Engine, Sql};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Up to here keys are looked up first, above it rows are walked. Looking a key up and sorting costs
/// about as much as walking a row, so the worst case is a walk of `page * records / KEYS_MAX` rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Keys that are the records' own ids.
    pub own: usize,
    /// Keys that select several records each, such as a company's.
    pub shared: usize,
    /// Up to here the keys themselves become parameters.
    pub known: usize,
    /// The same for keys that the list query carries along in the index it walks.
    pub carried: usize,
}

const PAGE: Bounds = Bounds { own: 4_000, shared: 400, known: 200, carried: 2_000 };
/// A count looks at many more rows than a page.
const COUNT: Bounds = Bounds { own: 40_000, shared: 4_000, known: 200, carried: 2_000 };

/// No more conditions than this are counted; the others are asked of each row.
const COUNTED_MAX: usize = 8;

impl Tree {
    /// A condition of the same meaning as [`Tree::sql`], made for a page of the list on this database as
    /// it is now; use it in the same closure. Column names are replaced by `renames`.
    ///
    /// # Errors
    /// What the database fails with.
    pub fn planned(&self, c: &Conn<'_>, context: &Context, renames: Renames<'_>) -> db::Result<Sql> {
        self.planned_within(c, context, renames, PAGE)
    }

    /// As [`Tree::planned`], for counting up to a bound.
    ///
    /// # Errors
    /// What the database fails with.
    pub fn planned_count(&self, c: &Conn<'_>, context: &Context) -> db::Result<Sql> {
        self.planned_within(c, context, &[], COUNT)
    }

    pub(super) fn planned_within(
        &self,
        c: &Conn<'_>,
        context: &Context,
        renames: Renames<'_>,
        bounds: Bounds,
    ) -> db::Result<Sql> {
        let ids = self.look_up_names(c, context)?;
        let mut compiler = Compiler::new(context, renames);
        compiler.ids = Some(&ids);
        let sql = compiler.run(self);
        let mut ways: Vec<Way> = Vec::new();
        let (mut counted, mut known, mut spared) = (0, 0, false);
        for keys in &compiler.keys {
            let way = if spared || counted == COUNTED_MAX { None } else { choose(c, context, keys, bounds)? };
            counted += usize::from(!spared && counted < COUNTED_MAX);
            known += usize::from(way.is_some());
            spared = way.is_some() && matches!(keys, Keys::Search { then_select: true, .. });
            // As it would be without a plan.
            ways.push(way.unwrap_or(Way::Unknown));
        }
        if known == 0 {
            return Ok(sql);
        }
        let mut compiler = Compiler::new(context, renames);
        compiler.ids = Some(&ids);
        compiler.ways = Some(&ways);
        Ok(compiler.run(self))
    }

    fn look_up_names(&self, c: &Conn<'_>, context: &Context) -> db::Result<Ids> {
        let mut wanted: BTreeMap<(&'static str, &'static str), BTreeSet<String>> = BTreeMap::new();
        names(&self.root, &mut wanted);
        let mut ids = Ids::new();
        for ((table, column), names) in wanted {
            c.for_each(&select_names(table, column, context.org, names), |row| {
                ids.insert((table, row.get(0)?), row.get(1)?);
                Ok(())
            })?;
        }
        Ok(ids)
    }
}

/// The names in the tree, by table and column.
fn names(node: &Node, found: &mut BTreeMap<(&'static str, &'static str), BTreeSet<String>>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| names(node, found)),
        Node::Not(node) => names(node, found),
        Node::Activity(_) => {}
        Node::Deals(deals) => names(&deals.tree.root, found),
        Node::Field(condition) => {
            if let Source::Members(members) = condition.field.source
                && let Some(named) = members.named
                && let Test::HasAny(keys) | Test::HasAll(keys) = &condition.test
            {
                let keys = keys.iter().map(|key| normal_key(&condition.field, key));
                found.entry((named.table, named.name)).or_default().extend(keys);
            }
        }
    }
}

/// The best way to meet a condition; none when the database is to choose.
fn choose(c: &Conn<'_>, context: &Context, keys: &Keys, bounds: Bounds) -> db::Result<Option<Way>> {
    let known_max = |carried: bool| if carried { bounds.carried } else { bounds.known };
    let (select, own, scans, carried) = match keys {
        Keys::Spared => return Ok(None),
        Keys::Search { search, text, carried, .. } => {
            return Ok(search(c, context.org, text, known_max(*carried))?.map(Way::Known));
        }
        Keys::Select { carried: false, .. } if c.engine() == Engine::Postgres => return Ok(None),
        Keys::Select { sql, own, scans, carried } => (sql, *own, *scans, *carried),
    };
    let known_max = known_max(carried);
    // In one statement: what is known must be all.
    let known: Vec<Uuid> = c.query(&limited(select, known_max + 1), |row| row.get(0))?;
    if known.len() <= known_max {
        return Ok(Some(Way::Known(known)));
    }
    let most = if own { bounds.own } else { bounds.shared };
    if carried || (own && scans) {
        return Ok(Some(Way::Rows));
    }
    let count: i64 = c.query_one(&count_of(&limited(select, most + 1)), |row| row.get(0))?;
    Ok(Some(if usize::try_from(count).is_ok_and(|count| count <= most) { Way::Keys } else { Way::Rows }))
}
