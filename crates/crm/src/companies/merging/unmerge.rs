//! Taking a company out of the one that it was merged into: its rows come back as far as they are still there, its
//! domains unless somebody else has them, and the one that took it in gets back the values from before. Where that is
//! none, the value of another one that stays merged counts instead.

use super::model::{self, LostDomain, PARENT, UnmergedCompany, domain_name};
use super::{REFERENCES, about, changes, existing, leads_to, store, write};
use crate::activity::{self, Event};
use crate::companies::Company;
use crate::custom_fields;
use crate::duplicates;
use crate::merging::{self, Cell, Cells, Merge, Record, take_back};
use db::Tx;
use platform::clock::Timestamp;
use platform::http::IfMatch;
use platform::ids::CompanyId;
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Separates a company from the one that it was merged into.
///
/// # Errors
/// [`Error::Conflict`] `not_merged`.
pub fn unmerge(tx: &Tx<'_>, actor: &Actor, id: CompanyId, expected: IfMatch) -> Result<UnmergedCompany> {
    policy::require(actor, Action::MergeRecords)?;
    let scope = actor.scope();
    expected.check(&super::super::get(tx, actor, id)?)?;
    let Some(merge) = merging::of(tx, &scope, Record::Company, id.0)? else {
        return Err(Error::conflict("not_merged", "this company is not merged into another one"));
    };
    let mut work = Work::begin(tx, actor, merge)?;
    work.give_back_rows(tx, actor)?;
    let values = work.give_back_values(tx, actor)?;
    let not_restored = work.write(tx, actor, &values)?;
    Ok(UnmergedCompany { company: super::super::get(tx, actor, id)?, not_restored })
}

/// All that take part.
struct Work {
    merge: Merge,
    loser: Company,
    /// What was folded into the loser, and leads to it again.
    below: Vec<CompanyId>,
    /// Which one took it in, and which took in that one… The last is not merged.
    chain: Vec<Company>,
    /// For each of the chain, the other merges into it, as they are stored and as they become.
    siblings: Vec<Vec<(Merge, Merge)>>,
}

/// Whether a value that leaves nothing behind falls to the first that stays merged and has one, as if the loser had never
/// been there. The parent has rules of its own.
fn falls(name: &str) -> bool {
    (model::FIELDS.contains(&name) || name.starts_with(custom_fields::PREFIX)) && name != PARENT
}

impl Work {
    /// Loads everybody, and holds those that are written.
    fn begin(tx: &Tx<'_>, actor: &Actor, merge: Merge) -> Result<Work> {
        let scope = actor.scope();
        let chain = merging::chain(tx, &scope, Record::Company, &merge)?;
        let below: Vec<CompanyId> =
            merging::below(tx, &scope, Record::Company, merge.loser)?.into_iter().map(CompanyId).collect();
        let mut written = vec![CompanyId(merge.loser)];
        written.extend(chain.iter().map(|id| CompanyId(*id)));
        written.extend(&below);
        store::hold(tx, &scope, &written, actor.now())?;
        let mut siblings = Vec::with_capacity(chain.len());
        for survivor in &chain {
            let into = merging::into(tx, &scope, Record::Company, *survivor)?;
            let others = into.into_iter().filter(|other| other.loser != merge.loser);
            siblings.push(others.map(|other| (other.clone(), other)).collect());
        }
        let get = |id: &Uuid| {
            let mut company = super::super::get(tx, actor, CompanyId(*id))?;
            company.custom = custom_fields::all_values(tx, &scope, custom_fields::Record::Company, *id)?;
            Ok(company)
        };
        let chain = chain.iter().map(get).collect::<Result<_>>()?;
        Ok(Work { loser: get(&merge.loser)?, below, chain, siblings, merge })
    }

    fn give_back_rows(&self, tx: &Tx<'_>, actor: &Actor) -> Result<()> {
        let scope = actor.scope();
        let chain: Vec<Uuid> = self.chain.iter().map(|company| company.id.0).collect();
        let siblings: Vec<Vec<Uuid>> =
            self.siblings.iter().map(|others| others.iter().map(|(_, other)| other.loser).collect()).collect();
        merging::give_back(tx, &scope, Record::Company, REFERENCES, self.merge.loser, &chain, &siblings)?;
        let customers = store::customers(tx, &scope, self.loser.id)?;
        let from = self.chain.last().map_or(self.loser.id, |company| company.id);
        store::customers_came(tx, actor, from, self.loser.id, &customers)?;
        let children = store::touch_children(tx, &scope, self.loser.id, actor.now())?;
        duplicates::mark(tx, actor, Record::Company, &children)
    }

    /// Takes back the values that the merge wrote over; what changed.
    fn give_back_values(&mut self, tx: &Tx<'_>, actor: &Actor) -> Result<Cells> {
        let scope = actor.scope();
        let mut others: Vec<Merge> = self.siblings[0].iter().map(|(_, other)| other.clone()).collect();
        let values = take_back(&self.merge, &mut others, |name| model::value(&self.chain[0], name));
        for (sibling, other) in self.siblings[0].iter_mut().zip(others) {
            sibling.1 = other;
        }
        self.give_up_domains();
        let mut others: Vec<Company> = Vec::new();
        if values.iter().any(|(name, value)| falls(name) && value.is_null()) {
            let ids = self.siblings[0].iter().map(|(_, other)| CompanyId(other.loser));
            others = ids.map(|id| super::super::get(tx, actor, id)).collect::<Result<_>>()?;
        }
        let survivor = &mut self.chain[0];
        let mut changed = Cells::new();
        for (name, mut value) in values {
            if falls(&name) && value.is_null() {
                let others = self.siblings[0].iter_mut().zip(&others);
                let heir = others.filter(|((_, merge), _)| !merge.cells.contains_key(&name)).find_map(
                    |((_, merge), other)| Some((merge, model::value(other, &name).filter(|own| !own.is_null())?)),
                );
                if let Some((merge, own)) = heir {
                    merge.cells.insert(name.clone(), Cell { before: value, after: own.clone() });
                    value = own;
                }
            }
            let value = match (name.as_str(), value.as_str().and_then(|id| id.parse::<Uuid>().ok())) {
                (PARENT, Some(id)) => {
                    let parent = super::super::store::standing(tx, &scope, CompanyId(id))?;
                    if leads_to(tx, &scope, parent, &BTreeSet::from([survivor.id]))? {
                        continue;
                    }
                    json!(parent)
                }
                ("ownerId", Some(id)) => {
                    json!(organisations::member(tx, &scope, platform::ids::UserId(id))?.map(|member| member.id))
                }
                _ => value,
            };
            let before = model::value(survivor, &name).unwrap_or_default();
            model::set(survivor, &name, &value);
            changed.insert(name, Cell { before, after: value });
        }
        Ok(changed)
    }

    /// The loser's domains leave those further up the chain too.
    fn give_up_domains(&mut self) {
        for place in 1..self.chain.len() {
            let passed_on = self.chain[place - 1].id.0;
            for domain in &self.loser.domains {
                let name = domain_name(domain);
                let cells = self.siblings[place].iter_mut().find(|(_, other)| other.loser == passed_on);
                if cells.is_some_and(|(_, other)| other.cells.remove(&name).is_some()) {
                    model::set(&mut self.chain[place], &name, &Value::Bool(false));
                }
            }
        }
    }

    /// Writes everybody down, and logs it with both; the domains that somebody else has now.
    fn write(mut self, tx: &Tx<'_>, actor: &Actor, values: &Cells) -> Result<Vec<LostDomain>> {
        let scope = actor.scope();
        for (stored, other) in self.siblings.iter().flatten().filter(|(stored, other)| stored != other) {
            debug_assert_eq!(stored.loser, other.loser);
            merging::update(tx, &scope, Record::Company, other)?;
        }
        merging::forget(tx, &scope, Record::Company, self.merge.loser)?;
        store::lead_to(tx, &scope, &self.below, self.loser.id)?;
        duplicates::unmerged(tx, actor, Record::Company, self.merge.loser)?;
        for company in &mut self.chain {
            write(tx, actor, company)?;
        }
        let loser = &mut self.loser;
        loser.archived_at = self.merge.image["archivedAt"].as_i64().map(Timestamp);
        loser.merged_into_id = None;
        // What was once above it may be below it by now.
        if leads_to(tx, &scope, loser.parent_id, &BTreeSet::from([loser.id]))? {
            loser.parent_id = None;
        }
        let mut not_restored = Vec::new();
        for domain in std::mem::take(&mut loser.domains) {
            let holder = super::super::store::holder(tx, &scope, &domain)?;
            match holder.filter(|(id, _)| loser.archived_at.is_none() && *id != loser.id) {
                Some((id, _)) => {
                    let existing = existing(&super::super::get(tx, actor, id)?);
                    not_restored.push(LostDomain { domain, existing });
                }
                None => loser.domains.push(domain),
            }
        }
        write(tx, actor, loser)?;
        let survivor = &self.chain[self.chain.len() - 1];
        let event = |other: &Company, changes| Event::CompanyUnmerged {
            company_id: other.id,
            name: other.name.clone(),
            changes,
        };
        // The values are those of the one that took the loser in, which may have been merged since.
        let values = if self.chain.len() == 1 { changes(values) } else { Vec::new() };
        activity::record(tx, actor, about(survivor.id), &[event(loser, values)])?;
        activity::record(tx, actor, about(loser.id), &[event(survivor, Vec::new())])?;
        Ok(not_restored)
    }
}
