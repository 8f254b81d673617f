//! Rows about products: a row means the living product of its name. There is never a second one of a name, so that a row
//! that would make one is skipped.

use std::borrow::Cow;
use std::collections::HashMap;

use db::{Conn, Tx};
use platform::ids::ProductId;
use platform::organisations;
use platform::text::fold;
use platform::{Actor, Result, policy};

use super::decide::{Asked, Before, Decided, Rules, Verdict, only_missing, reads_as, take_amount, take_text};
use super::interpret::{Fault, Ware};
use super::model::OnDuplicate;
use crate::activity::changes;
use crate::products::{self, Product, ProductStatus};

/// Products that one file may be about: a plan remembers all of them.
pub(super) const ROWS_MAX: i64 = 20_000;

pub(super) const FIELDS: [&str; 5] = ["name", "description", "price", "currency", "ownerId"];

/// A product while the rows of a chunk are applied to it.
#[derive(Clone)]
struct Working {
    /// As stored; none when a row of this import makes it.
    before: Option<Product>,
    now: Product,
    is_changed: bool,
}

/// A decided chunk.
pub(super) struct Chunk {
    pub decided: Vec<Decided>,
    workings: HashMap<String, Working>,
}

/// What a plan knows of earlier rows: the products that they made or changed, by their folded names.
#[derive(Default)]
pub(super) struct Known(HashMap<String, Working>);

/// Decides about a chunk of rows. Nothing is written.
pub(super) fn decide(
    c: &Conn<'_>,
    actor: &Actor,
    rules: Rules,
    rows: &[Asked<Ware>],
    known: Option<&Known>,
) -> Result<Chunk> {
    let scope = actor.scope();
    let keys: Vec<String> = rows.iter().filter_map(|row| row.said.as_ref().ok()).map(|ware| fold(&ware.name)).collect();
    let stored = products::by_names(c, &scope, &keys.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut workings: HashMap<String, Working> = stored
        .into_iter()
        .map(|product| {
            (fold(&product.name), Working { before: Some(product.clone()), now: product, is_changed: false })
        })
        .collect();
    if let Some(Known(known)) = known {
        for key in keys {
            if let Some(working) = known.get(&key) {
                workings.insert(key, working.clone());
            }
        }
    }
    let currency = organisations::currency(c, &scope)?;
    let decided = rows.iter().map(|row| decide_row(actor, rules, &currency, row, &mut workings)).collect();
    Ok(Chunk { decided, workings })
}

fn decide_row(
    actor: &Actor,
    rules: Rules,
    currency: &str,
    row: &Asked<Ware>,
    workings: &mut HashMap<String, Working>,
) -> Decided {
    let ware = match &row.said {
        Ok(ware) => ware,
        Err(fault) => return Decided::failed(row.position, fault.clone()),
    };
    let key = fold(&ware.name);
    let Some(working) = workings.get_mut(&key) else {
        if let Some(fault) = ware.owner_fault.clone() {
            return Decided::failed(row.position, fault);
        }
        let product = fresh(actor, ware, currency);
        let id = product.id.0;
        workings.insert(key, Working { before: None, now: product, is_changed: true });
        return Decided::new(row.position, Verdict::Created, Some(id), None);
    };
    let id = working.now.id.0;
    if !rules.changes_known() {
        let reason = format!("there is a product {} already", working.now.name);
        return Decided::new(row.position, Verdict::Skipped, Some(id), Some(reason));
    }
    match merge(actor, rules, ware, working) {
        Err(fault) => Decided::failed(row.position, fault),
        Ok(before) if before.is_empty() => {
            Decided::new(row.position, Verdict::Unchanged, Some(id), Some("found by the name".into()))
        }
        Ok(before) => {
            let mut decided = Decided::new(row.position, Verdict::Updated, Some(id), Some("found by the name".into()));
            decided.before = Some(before);
            decided
        }
    }
}

fn fresh(actor: &Actor, ware: &Ware, currency: &str) -> Product {
    let now = actor.now();
    Product {
        id: ProductId(actor.new_id()),
        name: ware.name.clone(),
        description: ware.description.clone(),
        status: ProductStatus::Active,
        owner_id: ware.owner,
        price: ware.price,
        currency: ware.currency.clone().or_else(|| Some(currency.to_owned())),
        hot_at: products::model::HOT_AT,
        warm_at: products::model::WARM_AT,
        deal_count: 0,
        archived_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Puts the row's values over those of a known product; what was there before, empty when nothing changed.
fn merge(actor: &Actor, rules: Rules, ware: &Ware, working: &mut Working) -> Result<Before, Fault> {
    let current = working.now.clone();
    if !policy::may_write(actor, current.owner_id) {
        return Err(Fault::of_row(format!("{} belongs to somebody else; ask them or an admin", current.name)));
    }
    let ware = match rules.on_duplicate {
        OnDuplicate::FillEmpty => Cow::Owned(missing(ware, &current)),
        _ => Cow::Borrowed(ware),
    };
    let ware = &*ware;
    if let Some(fault) = ware.owner_fault.as_ref().filter(|_| current.owner_id != ware.owner) {
        return Err(fault.clone());
    }
    let mut after = current.clone();
    if !reads_as(&after.name, &ware.name) {
        after.name.clone_from(&ware.name);
    }
    take_text(&mut after.description, &ware.description);
    take_amount((&mut after.price, &mut after.currency), (ware.price, &ware.currency), ware.currency_said)?;
    if ware.owner.is_some() && (after.owner_id.is_none() || rules.overwrite_owner) {
        after.owner_id = ware.owner;
    }
    let before = Before { changes: changes(&current, &after, &FIELDS), ..Before::default() };
    if before.is_empty() {
        return Ok(before);
    }
    // Each row of a product is a version, so that an undo sees whether there are others.
    after.version += 1;
    after.updated_at = actor.now();
    working.now = after;
    working.is_changed = true;
    Ok(before)
}

/// What a row says where the product has nothing. A currency without a price counts as nothing.
fn missing(ware: &Ware, current: &Product) -> Ware {
    let mut left = ware.clone();
    left.name.clone_from(&current.name);
    only_missing(&mut left.description, &current.description);
    only_missing(&mut left.price, &current.price);
    only_missing(&mut left.currency, &current.price);
    only_missing(&mut left.owner, &current.owner_id);
    only_missing(&mut left.owner_fault, &current.owner_id);
    left
}

impl Chunk {
    /// Teaches a plan what these rows would make and change.
    pub(super) fn remember(&self, known: &mut Known) {
        let changed = self.workings.iter().filter(|(_, working)| working.is_changed);
        known.0.extend(changed.map(|(key, working)| (key.clone(), working.clone())));
    }

    /// Writes the chunk.
    pub(super) fn write(&self, tx: &Tx<'_>, actor: &Actor) -> Result<()> {
        let mut changed: Vec<&Working> = self.workings.values().filter(|working| working.is_changed).collect();
        changed.sort_by_key(|working| working.now.id);
        for working in changed {
            products::put(tx, actor, working.before.is_some(), &working.now)?;
        }
        Ok(())
    }
}
