//! Rows about people: whom each row means, what it changes, and writing a chunk of them.
//!
//! A row means the customer that has one of its addresses. Phones are shared, so a row that gives nothing but a phone
//! means the customer with that number *and* that name. A row whose addresses lead to two customers fails. Where each
//! row is to make a customer of its own, it is made without the addresses that others have. All look-ups of a chunk are
//! a fixed number of statements.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use platform::ids::{CompanyId, ContactId, CustomerId, ImportId, TagId, UserId};
use platform::organisations::FORMER_MEMBER;
use platform::text::fold;
use platform::{Actor, Result, Scope, policy};
use serde_json::Value;

use super::decide::{Asked, Before, Decided, Rules, Verdict, only_missing, reads_as, take, take_text};
use super::houses::Houses;
use super::interpret::{Fault, Person, Retired, choose_primaries};
use super::memory::{Memory, key};
use super::model::OnDuplicate;
use crate::activity::{Change, Event, changes};
use crate::contacts::{self, CONTACTS_MAX, Channel, Contact, ContactStatus, Holder, ParsedContact};
use crate::custom_fields::{self, Values};
use crate::customers::bulk::{self, Changed, Fresh};
use crate::customers::model::{LOGGED_FIELDS, TAGS_MAX, compose_name};
use crate::customers::{Customer, Source};
use crate::tags::{self, TagName};

/// Customers whose rows, contacts and events are made up at once: what is written needs several times the memory of
/// what was decided.
const WRITTEN_AT_ONCE: usize = 500;

/// The import that rows belong to.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub import_id: ImportId,
    pub file_name: String,
    /// Names of members, for the log.
    pub names: HashMap<UserId, String>,
}

/// A customer while the rows of a chunk are applied to it.
struct Working {
    /// As stored; none when a row of this import makes it.
    before: Option<Customer>,
    now: Customer,
    /// Whether an address told the company; none while the company stays.
    by_domain: Option<bool>,
    contacts_added: Vec<Contact>,
    tags_added: Vec<TagName>,
    events: Vec<Event>,
    is_changed: bool,
}

impl Working {
    fn new(before: Option<Customer>, now: Customer) -> Working {
        Working {
            before,
            now,
            by_domain: None,
            contacts_added: Vec::new(),
            tags_added: Vec::new(),
            events: Vec::new(),
            is_changed: false,
        }
    }
}

/// Where a key leads.
#[derive(Clone, PartialEq)]
enum Slot {
    Working(usize),
    /// A customer that is only known to be there: enough to leave it alone.
    Held {
        id: CustomerId,
        name: String,
    },
}

/// A decided chunk.
pub(super) struct Chunk {
    pub decided: Vec<Decided>,
    workings: Vec<Working>,
    houses: Houses,
}

struct Deciding<'a> {
    actor: &'a Actor,
    rules: Rules,
    origin: &'a Origin,
    houses: Houses,
    workings: Vec<Working>,
    /// Those that rows name by their id, with archived ones by their names.
    by_id: HashMap<CustomerId, Slot>,
    archived: HashMap<CustomerId, String>,
    /// By channel and canonical value.
    by_address: HashMap<(Channel, String), Slot>,
    /// By number and folded name.
    by_phone: HashMap<(String, String), Slot>,
}

/// Decides about a chunk of rows. Nothing is written; `memory` is what a plan knows of earlier rows, together with
/// those rows that this chunk meets again (see [`needed`]).
pub(super) fn decide(
    c: &Conn<'_>,
    actor: &Actor,
    rules: Rules,
    origin: &Origin,
    rows: &[Asked<Person>],
    memory: Option<(&Memory<Customer>, &HashMap<i64, Person>)>,
) -> Result<Chunk> {
    let scope = actor.scope();
    let people: Vec<&Person> = rows.iter().filter_map(|row| row.said.as_ref().ok()).collect();
    let earlier = memory.map(|(_, earlier)| earlier.values().collect::<Vec<_>>()).unwrap_or_default();
    let houses = Houses::find(c, &scope, people.iter().chain(&earlier).copied(), memory.map(|(memory, _)| memory))?;
    let mut deciding = Deciding {
        actor,
        rules,
        origin,
        houses,
        workings: Vec::new(),
        by_id: HashMap::new(),
        archived: HashMap::new(),
        by_address: HashMap::new(),
        by_phone: HashMap::new(),
    };
    deciding.find_stored(c, &people)?;
    if let Some((memory, earlier)) = memory {
        deciding.recall(c, &people, memory, earlier)?;
    }
    let decided = rows.iter().map(|row| deciding.row(row)).collect();
    Ok(Chunk { decided, workings: deciding.workings, houses: deciding.houses })
}

/// Positions of earlier rows that a plan has to read again to decide about these.
pub(super) fn needed(
    rules: Rules,
    rows: &[Asked<Person>],
    stored: &[CustomerId],
    memory: &Memory<Customer>,
) -> Vec<i64> {
    if !rules.changes_known() {
        return Vec::new();
    }
    let keys = rows.iter().filter_map(|row| row.said.as_ref().ok()).flat_map(keys_of_person);
    let known = memory.find_all(keys, stored.iter().map(|id| id.0));
    let mut positions: Vec<i64> = known.iter().flat_map(|known| known.rows).copied().collect();
    positions.sort_unstable();
    positions
}

/// The living customers that rows lead to.
pub(super) fn stored_ids(c: &Conn<'_>, actor: &Actor, rows: &[Asked<Person>]) -> Result<Vec<CustomerId>> {
    let people: Vec<&Person> = rows.iter().filter_map(|row| row.said.as_ref().ok()).collect();
    let mut ids: Vec<CustomerId> =
        living_holders(c, &actor.scope(), &people)?.into_iter().map(|holder| holder.customer_id).collect();
    ids.extend(people.iter().filter_map(|person| person.id));
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The living customers that have the addresses of these people.
fn living_holders(c: &Conn<'_>, scope: &Scope, people: &[&Person]) -> Result<Vec<Holder>> {
    let asked: Vec<ParsedContact> = people.iter().flat_map(|person| person.contacts.iter().cloned()).collect();
    let mut holders = contacts::holders(c, scope, &asked)?;
    holders.retain(|holder| !holder.archived);
    Ok(holders)
}

impl Chunk {
    /// Teaches a plan what these rows would make and change.
    pub(super) fn remember(&self, memory: &mut Memory<Customer>) {
        let mut rows: HashMap<uuid::Uuid, Vec<i64>> = HashMap::new();
        for decided in &self.decided {
            if let (Verdict::Created | Verdict::Updated, Some(id)) = (decided.verdict, decided.record_id) {
                rows.entry(id).or_default().push(decided.position);
            }
        }
        for working in &self.workings {
            let id = working.now.id.0;
            let Some(rows) = rows.get(&id) else { continue };
            let keys = keys_of_customer(&working.now);
            memory.learn(id, working.before.is_some(), rows, keys.into_iter(), &working.now);
        }
        self.houses.remember(memory);
    }

    /// Writes the chunk; answers the companies and tags that were made beside it.
    pub(super) fn write(&mut self, tx: &Tx<'_>, actor: &Actor) -> Result<(Vec<CompanyId>, Vec<TagId>)> {
        let made = self.houses.write(tx, actor)?;
        let mut seen: HashSet<String> = HashSet::new();
        let tags = self.workings.iter().flat_map(|working| &working.tags_added);
        let names: Vec<TagName> = tags.filter(|tag| seen.insert(tag.key())).cloned().collect();
        let known = tags::known(tx, &actor.scope(), &names.iter().map(TagName::key).collect::<Vec<_>>())?;
        let ids = tags::resolve(tx, actor, &names)?;
        let by_key: HashMap<String, (TagId, String)> = names.iter().map(TagName::key).zip(ids).collect();
        let fresh_tags = by_key.iter().filter(|(key, _)| !known.contains(*key)).map(|(_, (id, _))| *id).collect();
        // By id, for the library may write them otherwise, and call them otherwise later.
        for before in self.decided.iter_mut().filter_map(|row| row.before.as_mut()) {
            before.tags_added = before.tag_names.iter().filter_map(|tag| Some(by_key.get(&tag.key())?.0)).collect();
        }
        for part in self.workings.chunks(WRITTEN_AT_ONCE) {
            let (mut fresh, mut changed) = (Vec::new(), Vec::new());
            for working in part.iter().filter(|working| working.is_changed) {
                let mut events = working.events.clone();
                let mut tag_ids = Vec::new();
                for (tag_id, name) in working.tags_added.iter().filter_map(|tag| by_key.get(&tag.key())) {
                    tag_ids.push(*tag_id);
                    events.push(Event::TagAdded { tag_id: *tag_id, name: name.clone() });
                }
                match &working.before {
                    None => fresh.push(Fresh {
                        customer: working.now.clone(),
                        tags: tag_ids,
                        company_by_domain: working.by_domain.unwrap_or(true),
                        events,
                    }),
                    Some(before) => changed.push(Changed {
                        before: before.clone(),
                        after: working.now.clone(),
                        company_by_domain: working.by_domain,
                        contacts_added: working.contacts_added.clone(),
                        contacts_removed: Vec::new(),
                        tags_added: tag_ids,
                        tags_removed: Vec::new(),
                        events,
                    }),
                }
            }
            bulk::insert(tx, actor, &fresh)?;
            bulk::update(tx, actor, &changed)?;
        }
        Ok((made, fresh_tags))
    }
}

impl Deciding<'_> {
    /// Looks up everybody that the rows may mean.
    fn find_stored(&mut self, c: &Conn<'_>, people: &[&Person]) -> Result<()> {
        let scope = self.actor.scope();
        let living = living_holders(c, &scope, people)?;
        let mut phones: Vec<&str> = people
            .iter()
            .filter(|person| !person.contacts.iter().any(|contact| contact.channel.is_unique()))
            .flat_map(|person| &person.contacts)
            .map(|contact| contact.canonical.as_str())
            .collect();
        phones.sort_unstable();
        phones.dedup();
        let by_phone = bulk::by_phone(c, &scope, &phones)?;
        let named: Vec<CustomerId> = people.iter().filter_map(|person| person.id).collect();
        let mut known: Vec<CustomerId> = Vec::new();
        for customer in bulk::load(c, &scope, &named)? {
            if customer.archived_at.is_some() {
                self.archived.insert(customer.id, customer.full_name);
            } else {
                known.push(customer.id);
                self.by_id.insert(customer.id, Slot::Held { id: customer.id, name: customer.full_name });
            }
        }
        if !self.rules.changes_known() {
            for holder in living {
                let slot = Slot::Held { id: holder.customer_id, name: holder.name };
                self.by_address.entry((holder.channel, holder.canonical)).or_insert(slot);
            }
            for (number, id, name) in by_phone {
                let slot = Slot::Held { id, name: name.clone() };
                self.by_phone.entry((number, fold(&name))).or_insert(slot);
            }
            return Ok(());
        }
        let mut ids: Vec<CustomerId> = living.iter().map(|holder| holder.customer_id).collect();
        ids.extend(by_phone.iter().map(|(_, id, _)| *id));
        ids.extend(&known);
        self.load(c, &ids)?;
        for (place, working) in self.workings.iter().enumerate() {
            if let Some(slot) = self.by_id.get_mut(&working.now.id) {
                *slot = Slot::Working(place);
            }
        }
        Ok(())
    }

    /// Loads customers and everything that leads to them.
    fn load(&mut self, c: &Conn<'_>, ids: &[CustomerId]) -> Result<()> {
        let mut ids: Vec<CustomerId> = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let known: HashSet<CustomerId> = self.workings.iter().map(|working| working.now.id).collect();
        ids.retain(|id| !known.contains(id));
        let mut found = bulk::load(c, &self.actor.scope(), &ids)?;
        found.sort_by_key(|customer| customer.id);
        for customer in found {
            let place = self.keep(Working::new(Some(customer.clone()), customer));
            self.index(place);
        }
        Ok(())
    }

    /// Makes again what earlier rows of a plan made or changed, as far as these rows meet it.
    fn recall(
        &mut self,
        c: &Conn<'_>,
        people: &[&Person],
        memory: &Memory<Customer>,
        earlier: &HashMap<i64, Person>,
    ) -> Result<()> {
        if !self.rules.changes_known() {
            for (place, key) in people.iter().flat_map(|person| pairs_of_person(person)) {
                if let Some(known) = memory.find(key) {
                    let slot = Slot::Held { id: CustomerId(known.id), name: String::new() };
                    match place {
                        Place::Address(channel, canonical) => {
                            self.by_address.entry((channel, canonical)).or_insert(slot);
                        }
                        Place::Phone(number, name) => {
                            self.by_phone.entry((number, name)).or_insert(slot);
                        }
                    }
                }
            }
            return Ok(());
        }
        let keys = people.iter().flat_map(|person| keys_of_person(person));
        let known = memory.find_all(keys, self.workings.iter().map(|working| working.now.id.0));
        let stored: Vec<CustomerId> =
            known.iter().filter(|known| known.is_stored).map(|known| CustomerId(known.id)).collect();
        self.load(c, &stored)?;
        let mut places: HashMap<uuid::Uuid, usize> =
            self.workings.iter().enumerate().map(|(place, working)| (working.now.id.0, place)).collect();
        for known in known {
            let mut rows = known.rows.iter().filter_map(|position| earlier.get(position));
            let place = match (places.get(&known.id), known.image) {
                (Some(place), image) => {
                    if let Some(image) = image {
                        self.workings[*place].now = image.clone();
                    }
                    *place
                }
                (None, Some(image)) => self.keep(Working::new(None, image.clone())),
                (None, None) => {
                    let Some(first) = rows.next() else { continue };
                    self.create(first, first, 0, Some(CustomerId(known.id)))
                }
            };
            places.insert(known.id, place);
            for person in rows {
                // They were taken when it was their turn.
                let _ = self.merge(place, person, 0);
            }
            let working = &mut self.workings[place];
            working.events.clear();
            working.is_changed = false;
            self.index(place);
        }
        Ok(())
    }

    /// The place of a further customer among the workings.
    fn keep(&mut self, working: Working) -> usize {
        self.workings.push(working);
        self.workings.len() - 1
    }

    /// Makes all keys of a customer lead to it.
    fn index(&mut self, place: usize) {
        let customer = &self.workings[place].now;
        let name = fold(&customer.full_name);
        for contact in &customer.contacts {
            if contact.channel.is_unique() {
                self.by_address.insert((contact.channel, contact.canonical.clone()), Slot::Working(place));
            } else {
                self.by_phone.entry((contact.canonical.clone(), name.clone())).or_insert(Slot::Working(place));
            }
        }
    }

    fn row(&mut self, row: &Asked<Person>) -> Decided {
        let person = match &row.said {
            Ok(person) => person,
            Err(fault) => return Decided::failed(row.position, fault.clone()),
        };
        if self.rules.always_creates() {
            return self.beside(person, row);
        }
        if let Some((id, name)) = person.id.and_then(|id| self.archived.get_key_value(&id)) {
            let reason = format!("{name} is archived; restore them first");
            return Decided::new(row.position, Verdict::Skipped, Some(id.0), Some(reason));
        }
        let mut meant: Vec<(Slot, String)> = Vec::new();
        if let Some(slot) = person.id.and_then(|id| self.by_id.get(&id)) {
            meant.push((slot.clone(), "the id".to_owned()));
        }
        for contact in person.contacts.iter().filter(|contact| contact.channel.is_unique()) {
            let slot = self.by_address.get(&(contact.channel, contact.canonical.clone()));
            if let Some(slot) = slot.filter(|slot| !meant.iter().any(|(known, _)| self.id(known) == self.id(slot))) {
                meant.push((slot.clone(), contact.value.clone()));
            }
        }
        if meant.is_empty() && !person.contacts.iter().any(|contact| contact.channel.is_unique()) {
            let name = fold(&name_of(person));
            let found = person
                .contacts
                .iter()
                .find_map(|contact| Some((self.by_phone.get(&(contact.canonical.clone(), name.clone()))?, contact)));
            if let Some((slot, contact)) = found {
                meant.push((slot.clone(), contact.value.clone()));
            }
        }
        match &meant[..] {
            [] => self.created(person, person, row, None),
            [(slot, by)] if !self.rules.changes_known() => {
                let reason = self.whose(by, slot);
                Decided::new(row.position, Verdict::Skipped, Some(self.id(slot).0), Some(reason))
            }
            [(Slot::Working(place), by)] => self.update(*place, person, row, by),
            [(Slot::Held { .. }, _)] => {
                Decided::failed(row.position, Fault::of_row("the record could not be loaded; run the import again"))
            }
            several => {
                let whom: Vec<String> =
                    several.iter().map(|(slot, by)| format!("{} ({by})", self.name(slot))).collect();
                let reason =
                    format!("the addresses belong to different customers: {}; merge them first", whom.join(", "));
                Decided::failed(row.position, Fault::of_row(reason))
            }
        }
    }

    /// A row that makes a customer although there may be one: the addresses that others have stay with them.
    fn beside(&mut self, person: &Person, row: &Asked<Person>) -> Decided {
        let (mut own, mut holder, mut taken) = (person.clone(), None, Vec::new());
        own.contacts.retain(|contact| {
            let slot = self.by_address.get(&(contact.channel, contact.canonical.clone()));
            let Some(slot) = slot.filter(|_| contact.channel.is_unique()) else { return true };
            holder.get_or_insert(self.id(slot).0);
            taken.push(self.whose(&contact.value, slot));
            false
        });
        if taken.is_empty() {
            return self.created(person, person, row, None);
        }
        let taken = taken.join("; ");
        if own.nameless().is_some() {
            let reason = format!("{taken}; without it the row has neither a name nor an address");
            return Decided::new(row.position, Verdict::Skipped, holder, Some(reason));
        }
        choose_primaries(&mut own.contacts);
        self.created(&own, person, row, Some(format!("made without an address that is taken: {taken}")))
    }

    /// A row that makes a customer of `person`; `whole` is all that it says.
    fn created(&mut self, person: &Person, whole: &Person, row: &Asked<Person>, reason: Option<String>) -> Decided {
        let retired = || Retired::fault(&person.retired, &Values::new());
        if let Some(fault) = person.owner_fault.clone().or_else(retired).or_else(|| person.nameless()) {
            return Decided::failed(row.position, fault);
        }
        let place = self.create(person, whole, row.number, None);
        self.index(place);
        let id = self.workings[place].now.id;
        Decided::new(row.position, Verdict::Created, Some(id.0), reason)
    }

    /// To whom an address leads, in words.
    fn whose(&self, by: &str, slot: &Slot) -> String {
        let name = self.name(slot);
        if name.is_empty() { format!("{by} is in an earlier row") } else { format!("{by} belongs to {name}") }
    }

    fn id(&self, slot: &Slot) -> CustomerId {
        match slot {
            Slot::Working(place) => self.workings[*place].now.id,
            Slot::Held { id, .. } => *id,
        }
    }

    fn name(&self, slot: &Slot) -> String {
        match slot {
            Slot::Working(place) => self.workings[*place].now.full_name.clone(),
            Slot::Held { name, .. } => name.clone(),
        }
    }

    fn update(&mut self, place: usize, person: &Person, row: &Asked<Person>, by: &str) -> Decided {
        let id = self.workings[place].now.id;
        match self.merge(place, person, row.number) {
            Err(fault) => Decided::failed(row.position, fault),
            Ok(before) if before.is_empty() => {
                Decided::new(row.position, Verdict::Unchanged, Some(id.0), Some(format!("found by {by}")))
            }
            Ok(before) => {
                self.index(place);
                let mut decided =
                    Decided::new(row.position, Verdict::Updated, Some(id.0), Some(format!("found by {by}")));
                decided.before = Some(before);
                decided
            }
        }
    }

    /// A new customer; its place among the workings. An address that the row has and the customer may not get tells
    /// the company all the same.
    fn create(&mut self, person: &Person, whole: &Person, number: i64, id: Option<CustomerId>) -> usize {
        let now = self.actor.now();
        let (company, by_domain) = self.houses.of(whole, self.actor);
        let id = id.unwrap_or_else(|| CustomerId(self.actor.new_id()));
        let contacts: Vec<Contact> = person.contacts.iter().map(|contact| self.contact(id, contact)).collect();
        let mut tags: Vec<String> = person.tags.iter().map(|tag| tag.as_str().to_owned()).collect();
        tags.sort();
        let customer = Customer {
            id,
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            full_name: name_of(person),
            job_title: person.job_title.clone(),
            avatar_url: None,
            language: person.language.clone(),
            timezone: person.timezone.clone(),
            country: person.country.clone(),
            company_id: company.as_ref().map(|company| company.id),
            company,
            claimed_by_id: person.owner,
            claimed_at: person.owner.map(|_| now),
            source: Source::Import,
            do_not_contact: false,
            archived_at: None,
            merged_into_id: None,
            last_activity_at: now,
            last_inbound_at: None,
            last_outbound_at: None,
            contacts,
            tags,
            custom: person.custom.clone(),
            created_at: person.created_at.map_or(now, platform::clock::Timestamp),
            updated_at: now,
            version: 1,
            archived_duplicates: Vec::new(),
        };
        let mut events = vec![Event::CustomerCreated { source: Source::Import.as_str().into() }];
        if let Some(user_id) = person.owner {
            events.push(Event::OwnerClaimed { user_id, name: self.member(user_id) });
        }
        events.push(self.imported(number, Verdict::Created));
        self.keep(Working {
            by_domain: Some(by_domain),
            tags_added: person.tags.clone(),
            events,
            is_changed: true,
            ..Working::new(None, customer)
        })
    }

    /// Puts the row's values over those of a known customer; what was there before, empty when nothing changed.
    fn merge(&mut self, place: usize, person: &Person, number: i64) -> Result<Before, Fault> {
        let now = self.actor.now();
        let mut current = self.workings[place].now.clone();
        if !policy::may_write(self.actor, current.claimed_by_id) {
            return Err(Fault::of_row(format!(
                "{} belongs to {}; ask them or an admin",
                current.full_name,
                current.claimed_by_id.map(|id| self.member(id)).unwrap_or_default()
            )));
        }
        let person = match self.rules.on_duplicate {
            OnDuplicate::FillEmpty => Cow::Owned(missing(person, &current)),
            _ => Cow::Borrowed(person),
        };
        let person = &*person;
        if let Some(fault) = person.owner_fault.as_ref().filter(|_| current.claimed_by_id != person.owner) {
            return Err(fault.clone());
        }
        if let Some(fault) = Retired::fault(&person.retired, &current.custom) {
            return Err(fault);
        }
        let mut after = current.clone();
        apply_names(&mut after, person);
        take_text(&mut after.job_title, &person.job_title);
        take(&mut after.language, &person.language);
        take(&mut after.timezone, &person.timezone);
        take(&mut after.country, &person.country);
        after.custom.extend(person.custom.clone());
        let added = self.new_contacts(&mut after, person)?;
        let tags = new_tags(&mut after, person)?;
        let by_domain = self.move_company(&mut after, person, &added);

        let mut before = Before { changes: changed_fields(&mut current, &mut after), ..Before::default() };
        let mut events = Vec::new();
        if !before.changes.is_empty() {
            events.push(Event::CustomerUpdated { changes: before.changes.clone() });
        }
        for contact in &added {
            events.push(Event::ContactAdded {
                contact_id: contact.id,
                channel: contact.channel.as_str().into(),
                value: contact.value.clone(),
            });
        }
        if let Some(event) = self.move_owner(&mut after, person) {
            let id = |id: Option<UserId>| id.map_or(Value::Null, |id| id.to_string().into());
            before.note("claimedById", id(current.claimed_by_id), id(after.claimed_by_id));
            events.push(event);
        }
        before.contacts_added = added.iter().map(|contact| contact.id.0).collect();
        before.tag_names.clone_from(&tags);
        if before.is_empty() {
            return Ok(before);
        }
        events.push(self.imported(number, Verdict::Updated));
        let working = &mut self.workings[place];
        if working.before.is_some() {
            if !working.is_changed {
                after.version += 1;
            }
            after.updated_at = now;
            after.last_activity_at = now.max(after.last_activity_at);
            working.contacts_added.extend(added);
        }
        if by_domain.is_some() {
            working.by_domain = by_domain;
        }
        working.tags_added.extend(tags);
        working.events.extend(events);
        working.is_changed = true;
        working.now = after;
        Ok(before)
    }

    /// Adds the addresses that the customer does not have yet.
    fn new_contacts(&self, after: &mut Customer, person: &Person) -> Result<Vec<Contact>, Fault> {
        let mut added = Vec::new();
        for parsed in &person.contacts {
            let is_known = after
                .contacts
                .iter()
                .any(|known| known.channel == parsed.channel && known.canonical == parsed.canonical);
            if is_known {
                continue;
            }
            if after.contacts.len() >= CONTACTS_MAX {
                return Err(Fault::of_row(format!("{} has {CONTACTS_MAX} addresses already", after.full_name)));
            }
            let mut contact = self.contact(after.id, parsed);
            contact.is_primary = !after.contacts.iter().any(|known| known.channel == parsed.channel);
            after.contacts.push(contact.clone());
            added.push(contact);
        }
        Ok(added)
    }

    /// The company that the row names, or for a customer without one the company of a new address.
    fn move_company(&mut self, after: &mut Customer, person: &Person, added: &[Contact]) -> Option<bool> {
        // Several companies may have a name; one that the customer is in already is the one that is meant.
        if let (Some(name), None, Some(current)) = (&person.company_name, &person.company_domain, &after.company)
            && fold(name) == fold(&current.name)
        {
            return None;
        }
        let (company, by_domain) = self.houses.of(person, self.actor);
        let company = company?;
        let is_moved = if by_domain {
            after.company_id.is_none() && added.iter().any(|contact| contact.channel == Channel::Email)
        } else {
            after.company_id != Some(company.id)
        };
        if !is_moved {
            return None;
        }
        after.company_id = Some(company.id);
        after.company = Some(company);
        Some(by_domain)
    }

    /// An owner who is there stays, unless the import may overwrite owners.
    fn move_owner(&self, after: &mut Customer, person: &Person) -> Option<Event> {
        let to = person.owner.filter(|owner| after.claimed_by_id != Some(*owner))?;
        let from = after.claimed_by_id;
        if from.is_some() && !self.rules.overwrite_owner {
            return None;
        }
        after.claimed_by_id = Some(to);
        after.claimed_at = Some(self.actor.now());
        Some(match from {
            None => Event::OwnerClaimed { user_id: to, name: self.member(to) },
            Some(from) => Event::OwnerReassigned {
                from_user_id: Some(from),
                from_name: Some(self.member(from)),
                to_user_id: to,
                to_name: self.member(to),
            },
        })
    }

    fn contact(&self, customer_id: CustomerId, parsed: &ParsedContact) -> Contact {
        let now = self.actor.now();
        Contact {
            id: ContactId(self.actor.new_id()),
            customer_id,
            channel: parsed.channel,
            value: parsed.value.clone(),
            canonical: parsed.canonical.clone(),
            label: parsed.label,
            is_primary: parsed.is_primary,
            status: ContactStatus::Active,
            verified_at: None,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    fn member(&self, id: UserId) -> String {
        self.origin.names.get(&id).cloned().unwrap_or_else(|| FORMER_MEMBER.to_owned())
    }

    fn imported(&self, row: i64, verdict: Verdict) -> Event {
        Event::CustomerImported {
            import_id: self.origin.import_id,
            file_name: self.origin.file_name.clone(),
            row,
            result: verdict.as_str().into(),
        }
    }
}

/// The logged fields that differ. Contacts and tags are set aside meanwhile: to compare is to write out all of both.
fn changed_fields(before: &mut Customer, after: &mut Customer) -> Vec<Change> {
    let set_aside =
        [&mut *before, &mut *after].map(|one| (std::mem::take(&mut one.contacts), std::mem::take(&mut one.tags)));
    let mut changes = changes(before, after, &LOGGED_FIELDS);
    changes.extend(custom_fields::changes(&before.custom, &after.custom));
    for (one, (contacts, tags)) in [before, after].into_iter().zip(set_aside) {
        (one.contacts, one.tags) = (contacts, tags);
    }
    changes
}

/// What a row says where the customer has nothing; addresses and tags add up.
fn missing(person: &Person, current: &Customer) -> Person {
    let mut left = person.clone();
    // Somebody without a name is called by an address.
    let is_nameless = current.contacts.iter().any(|contact| contact.value == current.full_name);
    left.full_name = left.full_name.or_else(|| {
        let composed = compose_name(person.first_name.as_deref(), person.last_name.as_deref());
        Some(composed).filter(|name| !name.is_empty())
    });
    left.full_name.take_if(|_| !is_nameless);
    only_missing(&mut left.first_name, &current.first_name);
    only_missing(&mut left.last_name, &current.last_name);
    only_missing(&mut left.job_title, &current.job_title);
    only_missing(&mut left.language, &current.language);
    only_missing(&mut left.timezone, &current.timezone);
    only_missing(&mut left.country, &current.country);
    only_missing(&mut left.company_name, &current.company_id);
    only_missing(&mut left.company_domain, &current.company_id);
    only_missing(&mut left.owner, &current.claimed_by_id);
    only_missing(&mut left.owner_fault, &current.claimed_by_id);
    left.custom.retain(|key, _| !current.custom.contains_key(key));
    left.retired.retain(|one| !current.custom.contains_key(one.key()));
    left
}

/// The name of a row: as given, composed, or the first address.
fn name_of(person: &Person) -> String {
    match &person.full_name {
        Some(name) => name.clone(),
        None => {
            let composed = compose_name(person.first_name.as_deref(), person.last_name.as_deref());
            match person.contacts.first() {
                Some(contact) if composed.is_empty() => contact.value.clone(),
                _ => composed,
            }
        }
    }
}

/// The full name follows its parts where it did before, as it does when a person edits them.
fn apply_names(after: &mut Customer, person: &Person) {
    let composed = |customer: &Customer| compose_name(customer.first_name.as_deref(), customer.last_name.as_deref());
    let follows = after.full_name == composed(after);
    take_text(&mut after.first_name, &person.first_name);
    take_text(&mut after.last_name, &person.last_name);
    match &person.full_name {
        Some(name) if reads_as(&after.full_name, name) => {}
        Some(name) => after.full_name.clone_from(name),
        None if follows => after.full_name = composed(after),
        None => {}
    }
}

/// Adds the tags that the customer does not carry yet.
fn new_tags(after: &mut Customer, person: &Person) -> Result<Vec<TagName>, Fault> {
    let known: Vec<String> = after.tags.iter().map(|tag| fold(tag)).collect();
    let added: Vec<TagName> = person.tags.iter().filter(|tag| !known.contains(&tag.key())).cloned().collect();
    if after.tags.len() + added.len() > TAGS_MAX {
        return Err(Fault::of_row(format!("{} would have more than {TAGS_MAX} tags", after.full_name)));
    }
    after.tags.extend(added.iter().map(|tag| tag.as_str().to_owned()));
    after.tags.sort();
    Ok(added)
}

/// What leads to a person.
enum Place {
    Address(Channel, String),
    /// Number and folded name.
    Phone(String, String),
}

impl Place {
    fn key(&self) -> u64 {
        match self {
            Place::Address(channel, canonical) => key(channel.as_str(), canonical),
            Place::Phone(number, name) => key("phone", &format!("{number}\n{name}")),
        }
    }
}

fn pairs_of_person(person: &Person) -> Vec<(Place, u64)> {
    let name = fold(&name_of(person));
    let has_unique = person.contacts.iter().any(|contact| contact.channel.is_unique());
    person
        .contacts
        .iter()
        .filter(|contact| contact.channel.is_unique() || !has_unique)
        .map(|contact| {
            let place = if contact.channel.is_unique() {
                Place::Address(contact.channel, contact.canonical.clone())
            } else {
                Place::Phone(contact.canonical.clone(), name.clone())
            };
            let key = place.key();
            (place, key)
        })
        .collect()
}

fn keys_of_person(person: &Person) -> Vec<u64> {
    pairs_of_person(person).into_iter().map(|(_, key)| key).collect()
}

fn keys_of_customer(customer: &Customer) -> Vec<u64> {
    let name = fold(&customer.full_name);
    customer
        .contacts
        .iter()
        .map(|contact| {
            if contact.channel.is_unique() {
                Place::Address(contact.channel, contact.canonical.clone()).key()
            } else {
                Place::Phone(contact.canonical.clone(), name.clone()).key()
            }
        })
        .collect()
}
