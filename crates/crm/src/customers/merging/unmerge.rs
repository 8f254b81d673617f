//! Taking a customer out of the one it was merged into.
//!
//! It gets back its addresses and rows as far as they are still there, wherever they are on the [`chain`] of those who
//! took each other in; whoever took it in gets back the values from before. What another loser had of the same, and what
//! it wished, then counts instead.
//!
//! [`chain`]: merging::chain

use super::model::{
    ContactImage, DO_NOT_CONTACT, FIELDS, Image, NotRestored, Person, RISING, Unmerged, ensure_primary, is_blank,
    is_same, rises, status, status_contact, status_name,
};
use super::{REFERENCES, changes, held, store, write};
use crate::activity::{self, Event};
use crate::companies;
use crate::contacts::{self, Contact};
use crate::custom_fields::PREFIX;
use crate::customers::about;
use crate::duplicates;
use crate::fits;
use crate::merging::{self, Cell, Cells, Merge, Record, take_back};
use db::Tx;
use platform::clock::Timestamp;
use platform::http::IfMatch;
use platform::ids::{ContactId, CustomerId};
use platform::policy::{self, Action};
use platform::{Actor, Error, Result, organisations};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Separates a customer from the one it was merged into.
///
/// # Errors
/// [`Error::Conflict`] `not_merged`.
pub fn unmerge(tx: &Tx<'_>, actor: &Actor, id: CustomerId, expected: IfMatch) -> Result<Unmerged> {
    policy::require(actor, Action::MergeRecords)?;
    let scope = actor.scope();
    expected.check(&super::super::get(tx, actor, id)?)?;
    let Some(merge) = merging::of(tx, &scope, Record::Customer, id.0)? else {
        return Err(Error::conflict("not_merged", "this customer is not merged into another one"));
    };
    let mut work = Work::begin(tx, actor, merge)?;
    let not_restored = work.give_back_contacts(tx, actor)?;
    let values = work.give_back_values(tx, actor)?;
    work.give_back_rows(tx, actor)?;
    work.write(tx, actor, &values)?;
    Ok(Unmerged { customer: super::super::get(tx, actor, id)?, not_restored })
}

/// All who take part.
struct Work {
    merge: Merge,
    image: Image,
    loser: Person,
    /// Who was folded into the loser, and leads to it again.
    below: Vec<CustomerId>,
    /// Who took it in, and who took in that one… The last is not merged.
    chain: Vec<Person>,
    /// For each of the chain, the other merges into it, as they are stored and as they become.
    siblings: Vec<Vec<Sibling>>,
}

struct Sibling {
    stored: Merge,
    merge: Merge,
}

impl Work {
    /// Loads everybody, and holds those who are written.
    fn begin(tx: &Tx<'_>, actor: &Actor, merge: Merge) -> Result<Work> {
        let scope = actor.scope();
        let chain = merging::chain(tx, &scope, Record::Customer, &merge)?;
        let below = merging::below(tx, &scope, Record::Customer, merge.loser)?;
        let mut written = vec![CustomerId(merge.loser)];
        written.extend(chain.iter().chain(&below).map(|id| CustomerId(*id)));
        store::hold(tx, &scope, &written, actor.now())?;
        let mut people: BTreeMap<Uuid, Person> =
            store::people(tx, &scope, &written)?.into_iter().map(|person| (person.customer.id.0, person)).collect();
        let mut take = |id: &Uuid| people.remove(id).ok_or(Error::NotFound("customer"));
        let mut siblings = Vec::with_capacity(chain.len());
        for survivor in &chain {
            let into = merging::into(tx, &scope, Record::Customer, *survivor)?;
            let others = into.into_iter().filter(|other| other.loser != merge.loser);
            siblings.push(others.map(|stored| Sibling { merge: stored.clone(), stored }).collect());
        }
        Ok(Work {
            image: image(&merge)?,
            loser: take(&merge.loser)?,
            chain: chain.iter().map(&mut take).collect::<Result<_>>()?,
            below: below.into_iter().map(CustomerId).collect(),
            siblings,
            merge,
        })
    }

    fn is_living(&self, place: usize) -> bool {
        self.chain[place].customer.archived_at.is_none()
    }

    /// The addresses that are still as they went over come back, and what stayed counts again. Answers which ones did
    /// not, because somebody else has them.
    fn give_back_contacts(&mut self, tx: &Tx<'_>, actor: &Actor) -> Result<Vec<NotRestored>> {
        let (scope, loser_id) = (actor.scope(), self.loser.customer.id);
        let lives = self.image.archived_at.is_none();
        let mut not_restored = Vec::new();
        let mut blocked = BTreeSet::new();
        if lives {
            let chain: Vec<CustomerId> = self.chain.iter().map(|person| person.customer.id).collect();
            let own = self.loser.customer.contacts.iter();
            let asked: Vec<Contact> = own.chain(self.going_back().map(|(_, contact, _)| contact)).cloned().collect();
            for (contact, existing) in held(tx, &scope, &asked, &[chain, vec![loser_id]].concat())? {
                blocked.insert(contact.id);
                not_restored.push(NotRestored { channel: contact.channel, value: contact.value.clone(), existing });
            }
        }
        let back: Vec<(usize, ContactId, bool)> = self
            .going_back()
            .filter(|(_, contact, _)| !blocked.contains(&contact.id))
            .map(|(place, contact, is_primary)| (place, contact.id, is_primary))
            .collect();
        // Two customers never exclude each other: addresses leave before others arrive.
        for contact in std::mem::take(&mut self.loser.customer.contacts) {
            if blocked.contains(&contact.id) {
                contacts::delete(tx, actor, &contact)?;
            } else {
                self.loser.customer.contacts.push(contact);
            }
        }
        let mut gone: Vec<(usize, Contact)> = Vec::new();
        for (place, id, is_primary) in back {
            let mine = &mut self.chain[place].customer.contacts;
            let Some(at) = mine.iter().position(|contact| contact.id == id) else { continue };
            let mut contact = mine.remove(at);
            gone.push((place, contact.clone()));
            (contact.customer_id, contact.is_primary) = (loser_id, is_primary);
            self.calm(&mut contact);
            self.loser.customer.contacts.push(contact);
        }
        ensure_primary(&mut self.loser.customer.contacts);
        for contact in &mut self.loser.customer.contacts {
            (contact.updated_at, contact.version) = (actor.now(), contact.version + 1);
            let from =
                gone.iter().find(|(_, left)| left.id == contact.id).map_or(loser_id, |(_, left)| left.customer_id);
            contacts::put(tx, &scope, contact, from, lives)?;
        }
        self.fill_places(tx, actor, &gone)?;
        self.settle_ranks(tx, actor)?;
        Ok(not_restored)
    }

    /// Where on the chain the addresses are that go back, with the rank that they had.
    fn going_back(&self) -> impl Iterator<Item = (usize, &Contact, bool)> {
        self.image.contacts.iter().filter_map(|image| {
            let is_it = |contact: &&Contact| contact.id == image.id && contact.canonical == image.canonical;
            let place = |(place, person): (usize, &'_ Person)| {
                person.customer.contacts.iter().position(|contact| is_it(&contact)).map(|at| (place, at))
            };
            let (place, at) = self.chain.iter().enumerate().find_map(place)?;
            Some((place, &self.chain[place].customer.contacts[at], image.is_primary))
        })
    }

    /// Takes back what other losers have made of the status of an address that leaves.
    fn calm(&mut self, contact: &mut Contact) {
        let name = status_name(contact.id);
        let siblings = self.siblings.iter_mut().flatten();
        let cells: Vec<Cell> = siblings.filter_map(|sibling| sibling.merge.cells.remove(&name)).collect();
        if let (Some(first), Some(last)) = (cells.first(), cells.last())
            && json!(contact.status) == last.after
            && let Some(before) = status(&first.before)
        {
            contact.status = before;
        }
    }

    /// Lets addresses of other losers that stayed with them go over in the place of those which have `gone`.
    fn fill_places(&mut self, tx: &Tx<'_>, actor: &Actor, gone: &[(usize, Contact)]) -> Result<()> {
        if gone.is_empty() {
            return Ok(());
        }
        let scope = actor.scope();
        for place in 0..self.chain.len() {
            let ids: Vec<CustomerId> =
                self.siblings[place].iter().map(|sibling| CustomerId(sibling.merge.loser)).collect();
            let mut left = contacts::by_customer(tx, &scope, &ids)?;
            for (sibling, from) in ids.into_iter().enumerate() {
                for contact in left.remove(&from).unwrap_or_default() {
                    let survivor = &self.chain[place].customer;
                    let is_free = gone.iter().any(|(_, left)| is_same(left, &contact))
                        && !survivor.contacts.iter().any(|own| is_same(own, &contact));
                    if !is_free {
                        continue;
                    }
                    let survivor_id = survivor.id;
                    let mut image = image(&self.siblings[place][sibling].merge)?;
                    image.contacts.push(ContactImage::of(&contact));
                    self.siblings[place][sibling].merge.image = to_json(&image)?;
                    let mut moved = Contact { customer_id: survivor_id, is_primary: false, ..contact };
                    (moved.updated_at, moved.version) = (actor.now(), moved.version + 1);
                    contacts::put(tx, &scope, &moved, from, self.is_living(place))?;
                    if let Some(before) = place.checked_sub(1).map(|before| &mut self.chain[before])
                        && before.customer.id == from
                    {
                        before.customer.contacts.retain(|own| own.id != moved.id);
                    }
                    self.chain[place].customer.contacts.push(moved);
                }
            }
        }
        Ok(())
    }

    /// One primary address of each channel again.
    fn settle_ranks(&mut self, tx: &Tx<'_>, actor: &Actor) -> Result<()> {
        for place in 0..self.chain.len() {
            let is_living = self.is_living(place);
            let customer = &mut self.chain[place].customer;
            for heir in ensure_primary(&mut customer.contacts) {
                let Some(contact) = customer.contacts.iter_mut().find(|contact| contact.id == heir) else { continue };
                (contact.updated_at, contact.version) = (actor.now(), contact.version + 1);
                contacts::put(tx, &actor.scope(), contact, contact.customer_id, is_living)?;
            }
        }
        Ok(())
    }

    /// A value of who took the loser in: of its own, or the status of one of its addresses.
    fn current(&self, name: &str) -> Option<Value> {
        match status_contact(name) {
            Some(id) => self.find_contact(id).map(|(place, at)| json!(self.chain[place].customer.contacts[at].status)),
            None => self.chain[0].value(name),
        }
    }

    fn find_contact(&self, id: ContactId) -> Option<(usize, usize)> {
        self.chain.iter().enumerate().find_map(|(place, person)| {
            person.customer.contacts.iter().position(|contact| contact.id == id).map(|at| (place, at))
        })
    }

    /// Takes back the values that the merge wrote over; what changed.
    fn give_back_values(&mut self, tx: &Tx<'_>, actor: &Actor) -> Result<Cells> {
        let mut others: Vec<Merge> = self.siblings[0].iter().map(|sibling| sibling.merge.clone()).collect();
        let values = take_back(&self.merge, &mut others, |name| self.current(name));
        for (sibling, other) in self.siblings[0].iter_mut().zip(others) {
            sibling.merge = other;
        }
        let ids: Vec<CustomerId> = self.siblings[0].iter().map(|sibling| CustomerId(sibling.merge.loser)).collect();
        let people: BTreeMap<CustomerId, Person> =
            store::people(tx, &actor.scope(), &ids)?.into_iter().map(|person| (person.customer.id, person)).collect();
        let mut changed = Cells::new();
        for (name, mut value) in values {
            let after = self.current(&name).unwrap_or_default();
            for (sibling, id) in self.siblings[0].iter_mut().zip(&ids) {
                let Some(wish) = people.get(id).and_then(|person| wish(person, &self.chain, &name, &value)) else {
                    continue;
                };
                sibling.merge.cells.insert(name.clone(), Cell { before: value, after: wish.clone() });
                value = wish;
            }
            if falls(&name) && is_blank(&name, &value) {
                let others = self.siblings[0].iter_mut().zip(&ids);
                let heir =
                    others.filter(|(sibling, _)| !sibling.merge.cells.contains_key(&name)).find_map(|(sibling, id)| {
                        let own = people.get(id)?.value(&name).filter(|own| !is_blank(&name, own))?;
                        Some((sibling, own))
                    });
                if let Some((sibling, own)) = heir {
                    sibling.merge.cells.insert(name.clone(), Cell { before: value, after: own.clone() });
                    value = own;
                }
            }
            self.set(tx, actor, &name, &value)?;
            let before = self.current(&name).unwrap_or_default();
            if before != after {
                changed.insert(name, Cell { before: after, after: before });
            }
        }
        Ok(changed)
    }

    fn set(&mut self, tx: &Tx<'_>, actor: &Actor, name: &str, value: &Value) -> Result<()> {
        let scope = actor.scope();
        if let Some((place, at)) = status_contact(name).and_then(|id| self.find_contact(id)) {
            let is_living = self.is_living(place);
            let contact = &mut self.chain[place].customer.contacts[at];
            if let Some(status) = status(value) {
                contact.status = status;
                (contact.updated_at, contact.version) = (actor.now(), contact.version + 1);
                contacts::put(tx, &scope, contact, contact.customer_id, is_living)?;
            }
            return Ok(());
        }
        let survivor = &mut self.chain[0];
        survivor.set(name, value);
        let customer = &mut survivor.customer;
        if let Some(owner) = customer.claimed_by_id
            && organisations::member(tx, &scope, owner)?.is_none()
        {
            (customer.claimed_by_id, customer.claimed_at) = (None, None);
        }
        if let Some(company) = customer.company_id {
            customer.company_id = companies::standing(tx, &scope, company)?;
        }
        Ok(())
    }

    fn give_back_rows(&self, tx: &Tx<'_>, actor: &Actor) -> Result<()> {
        let chain: Vec<Uuid> = self.chain.iter().map(|person| person.customer.id.0).collect();
        let siblings: Vec<Vec<Uuid>> =
            self.siblings.iter().map(|siblings| siblings.iter().map(|sibling| sibling.merge.loser).collect()).collect();
        let (scope, record) = (actor.scope(), Record::Customer);
        merging::give_back(tx, &scope, record, REFERENCES, self.merge.loser, &chain, &siblings)
    }

    /// Writes everybody down, and logs it with both.
    fn write(mut self, tx: &Tx<'_>, actor: &Actor, values: &Cells) -> Result<()> {
        let (scope, loser_id) = (actor.scope(), self.loser.customer.id);
        let back: BTreeSet<ContactId> = self.image.contacts.iter().map(|contact| contact.id).collect();
        let passed_on = self.chain.len() - 1;
        let passing: BTreeSet<Uuid> = self.chain[..passed_on].iter().map(|person| person.customer.id.0).collect();
        for Sibling { stored, merge } in self.siblings.iter_mut().flatten() {
            if passing.contains(&merge.loser) {
                // What the loser takes along is no longer theirs to take back.
                let mut own = image(merge)?;
                own.contacts.retain(|contact| !back.contains(&contact.id));
                merge.image = to_json(&own)?;
            }
            if merge != stored {
                merging::update(tx, &scope, Record::Customer, merge)?;
            }
        }
        merging::forget(tx, &scope, Record::Customer, self.merge.loser)?;
        let chain: Vec<CustomerId> = self.chain.iter().map(|person| person.customer.id).collect();
        store::list(tx, &scope, &chain, &self.image.segments, false)?;
        store::lead_to(tx, &scope, &self.below, loser_id)?;
        duplicates::unmerged(tx, actor, Record::Customer, loser_id.0)?;
        fits::unmerged(tx, &scope, &[&chain[..], &[loser_id]].concat())?;
        self.loser.customer.archived_at = self.image.archived_at.map(Timestamp);
        self.loser.customer.merged_into_id = None;
        write(tx, actor, &mut self.loser)?;
        for person in &mut self.chain {
            write(tx, actor, person)?;
        }
        let survivor = &self.chain[passed_on].customer;
        let loser = &self.loser.customer;
        let event = |other: CustomerId, name: &str, values: &Cells| Event::CustomerUnmerged {
            customer_id: other,
            name: name.into(),
            changes: changes(values),
        };
        // The values are those of who took the loser in, who may have been merged since.
        let none = Cells::new();
        let values = if passed_on == 0 { values } else { &none };
        let mut events = vec![event(loser_id, &loser.full_name, values)];
        if values.contains_key(DO_NOT_CONTACT) {
            events.push(Event::ConsentChanged { do_not_contact: survivor.do_not_contact });
        }
        let mut logged: Vec<_> = events.into_iter().map(|event| (about(survivor), event)).collect();
        logged.push((about(loser), event(survivor.id, &survivor.full_name, &none)));
        activity::record_all(tx, actor, &logged)
    }
}

/// Whether a value that leaves nothing behind falls to the first who stays merged and has one, as if the loser had never
/// been there. The parts of a name are of one person.
fn falls(name: &str) -> bool {
    (FIELDS.contains(&name) || name.starts_with(PREFIX)) && !matches!(name, "firstName" | "lastName")
}

/// What a loser who stays merged wants a value to be, if that is stricter or later than `value`.
fn wish(person: &Person, chain: &[Person], name: &str, value: &Value) -> Option<Value> {
    if RISING.contains(&name) {
        return person.value(name).filter(|wish| rises(value, wish));
    }
    let id = status_contact(name)?;
    let contact = chain.iter().flat_map(|person| &person.customer.contacts).find(|contact| contact.id == id)?;
    let twin = person.customer.contacts.iter().find(|own| is_same(own, contact))?;
    let is_stricter = twin.status.strictness() > status(value)?.strictness();
    is_stricter.then(|| json!(twin.status))
}

fn image(merge: &Merge) -> Result<Image> {
    serde_json::from_value(merge.image.clone()).map_err(|error| Error::Bug(format!("image: {error}")))
}

fn to_json(image: &Image) -> Result<Value> {
    serde_json::to_value(image).map_err(|error| Error::Bug(error.to_string()))
}
