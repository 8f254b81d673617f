//! Rows about companies: which one each row means, what it changes, and writing a chunk of them.
//!
//! A row means the company with one of its domains, else the one of its name; where each row is to make a company of its
//! own, it is made without the domains that others have. Parents are linked in a second pass
//! (see [`link`]), when every company of the file is there: a file may name a parent before its own row.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use platform::clock::Timestamp;
use platform::ids::{CompanyId, UserId};
use platform::organisations::FORMER_MEMBER;
use platform::text::fold;
use platform::{Actor, Result, policy};
use serde_json::Value;
use uuid::Uuid;

use super::decide::{Asked, Before, Decided, Rules, Verdict, only_missing, reads_as, take, take_text};
use super::interpret::{Fault, Firm, Retired};
use super::memory::{Memory, key};
use super::model::OnDuplicate;
use super::people::Origin;
use crate::activity::{Event, changes};
use crate::companies::bulk::{self, Changed, Fresh};
use crate::companies::{Company, CompanyRef, DEPTH_MAX};
use crate::custom_fields::{self, Values};

/// Fields whose changes a row can make; the parent follows in the second pass.
const FIELDS: [&str; 11] = [
    "name",
    "legalName",
    "domains",
    "website",
    "linkedinUrl",
    "industry",
    "sizeBand",
    "employeeCount",
    "annualRevenue",
    "country",
    "city",
];

/// A company while the rows of a chunk are applied to it.
struct Working {
    /// As stored; none when a row of this import makes it.
    before: Option<Company>,
    /// Its `parent` is the one that it will have after the second pass, by name alone where it is new.
    now: Company,
    events: Vec<Event>,
    is_changed: bool,
}

/// A decided chunk.
pub(super) struct Chunk {
    pub decided: Vec<Decided>,
    workings: Vec<Working>,
}

struct Deciding<'a> {
    actor: &'a Actor,
    rules: Rules,
    origin: &'a Origin,
    /// Names of the file that are their own ancestors by the file's own parents.
    circles: &'a HashSet<u64>,
    /// Parents named by rows, with what stands above them.
    parents: HashMap<String, (CompanyRef, Vec<CompanyId>)>,
    workings: Vec<Working>,
    /// Archived companies that rows name by their id.
    archived: HashMap<CompanyId, String>,
    by_id: HashMap<CompanyId, usize>,
    by_domain: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

/// Decides about a chunk of rows. Nothing is written; `memory` is what a plan knows of earlier rows, together with
/// those rows that this chunk meets again (see [`needed`]).
pub(super) fn decide(
    c: &Conn<'_>,
    actor: &Actor,
    rules: Rules,
    origin: &Origin,
    circles: &HashSet<u64>,
    rows: &[Asked<Firm>],
    memory: Option<(&Memory<Company>, &HashMap<i64, Firm>)>,
) -> Result<Chunk> {
    let firms: Vec<&Firm> = rows.iter().filter_map(|row| row.said.as_ref().ok()).collect();
    let mut deciding = Deciding {
        actor,
        rules,
        origin,
        circles,
        parents: HashMap::new(),
        workings: Vec::new(),
        archived: HashMap::new(),
        by_id: HashMap::new(),
        by_domain: HashMap::new(),
        by_name: HashMap::new(),
    };
    let ids = find(c, actor, &firms)?;
    deciding.load(c, &ids)?;
    deciding.find_named(c, &firms)?;
    deciding.find_parents(c, &firms)?;
    if let Some((memory, earlier)) = memory {
        deciding.recall(c, &firms, memory, earlier)?;
    }
    let decided = rows.iter().map(|row| deciding.row(row)).collect();
    Ok(Chunk { decided, workings: deciding.workings })
}

/// The living companies that rows lead to.
pub(super) fn find(c: &Conn<'_>, actor: &Actor, firms: &[&Firm]) -> Result<Vec<CompanyId>> {
    let scope = actor.scope();
    let domains: Vec<&str> = firms.iter().flat_map(|firm| &firm.domains).map(String::as_str).collect();
    let keys: Vec<String> = firms.iter().filter_map(|firm| firm.name.as_deref()).map(fold).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let by_domain = bulk::by_domains(c, &scope, &domains)?;
    let by_name = bulk::by_names(c, &scope, &keys)?;
    let mut ids: Vec<CompanyId> = by_domain.into_values().chain(by_name.into_values()).map(|found| found.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Positions of earlier rows that a plan has to read again to decide about these.
pub(super) fn needed(rows: &[Asked<Firm>], stored: &[CompanyId], memory: &Memory<Company>) -> Vec<i64> {
    let keys = rows.iter().filter_map(|row| row.said.as_ref().ok()).flat_map(keys_of_firm);
    let named = rows.iter().filter_map(|row| row.said.as_ref().ok()?.id);
    let known = memory.find_all(keys, stored.iter().copied().chain(named).map(|id| id.0));
    let mut positions: Vec<i64> = known.iter().flat_map(|known| known.rows).copied().collect();
    positions.sort_unstable();
    positions
}

impl Chunk {
    /// Teaches a plan what these rows would make and change.
    pub(super) fn remember(&self, memory: &mut Memory<Company>) {
        let mut rows: HashMap<Uuid, Vec<i64>> = HashMap::new();
        for decided in &self.decided {
            if let (Verdict::Created | Verdict::Updated, Some(id)) = (decided.verdict, decided.record_id) {
                rows.entry(id).or_default().push(decided.position);
            }
        }
        for working in &self.workings {
            let id = working.now.id.0;
            let Some(rows) = rows.get(&id) else { continue };
            let keys = keys_of_company(&working.now);
            memory.learn(id, working.before.is_some(), rows, keys.into_iter(), &working.now);
        }
    }

    /// Writes the chunk, but for the parents.
    pub(super) fn write(&self, tx: &Tx<'_>, actor: &Actor) -> Result<()> {
        let (mut fresh, mut changed) = (Vec::new(), Vec::new());
        for working in self.workings.iter().filter(|working| working.is_changed) {
            let mut company = working.now.clone();
            (company.parent_id, company.parent) = (None, None);
            match &working.before {
                None => fresh.push(Fresh { company, events: working.events.clone() }),
                Some(before) => {
                    (company.parent_id, company.parent) = (before.parent_id, before.parent.clone());
                    let events = working.events.clone();
                    changed.push(Changed { before: before.clone(), after: company, events });
                }
            }
        }
        bulk::insert(tx, actor, &fresh)?;
        bulk::update(tx, actor, &changed)
    }
}

impl Deciding<'_> {
    fn load(&mut self, c: &Conn<'_>, ids: &[CompanyId]) -> Result<()> {
        let known: HashSet<CompanyId> = self.workings.iter().map(|working| working.now.id).collect();
        let new: Vec<CompanyId> = ids.iter().filter(|id| !known.contains(id)).copied().collect();
        let mut found = bulk::load(c, &self.actor.scope(), &new)?;
        found.sort_by_key(|company| company.id);
        for company in found {
            let place = self.keep(Working {
                before: Some(company.clone()),
                now: company,
                events: Vec::new(),
                is_changed: false,
            });
            self.index(place);
        }
        Ok(())
    }

    /// Loads what rows name by its id.
    fn find_named(&mut self, c: &Conn<'_>, firms: &[&Firm]) -> Result<()> {
        let named: Vec<CompanyId> = firms.iter().filter_map(|firm| firm.id).collect();
        let (archived, living): (Vec<Company>, Vec<Company>) =
            bulk::load(c, &self.actor.scope(), &named)?.into_iter().partition(|company| company.archived_at.is_some());
        self.archived = archived.into_iter().map(|company| (company.id, company.name)).collect();
        self.load(c, &living.iter().map(|company| company.id).collect::<Vec<_>>())?;
        self.by_id = self.workings.iter().enumerate().map(|(place, working)| (working.now.id, place)).collect();
        Ok(())
    }

    /// The place of a further company among the workings.
    fn keep(&mut self, working: Working) -> usize {
        self.workings.push(working);
        self.workings.len() - 1
    }

    /// Looks up the parents that are there already, and what stands above them.
    fn find_parents(&mut self, c: &Conn<'_>, firms: &[&Firm]) -> Result<()> {
        let scope = self.actor.scope();
        let keys: Vec<String> = firms.iter().filter_map(|firm| firm.parent_name.as_deref()).map(fold).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let found = bulk::by_names(c, &scope, &keys)?;
        let ids: Vec<CompanyId> = found.values().map(|parent| parent.id).collect();
        let above = ancestors(&ids, |level| bulk::parents(c, &scope, level))?;
        for (name, parent) in found {
            let chain = chain(parent.id, &above);
            self.parents.insert(name, (parent, chain));
        }
        Ok(())
    }

    /// Makes again what earlier rows of a plan made or changed, as far as these rows meet it.
    fn recall(
        &mut self,
        c: &Conn<'_>,
        firms: &[&Firm],
        memory: &Memory<Company>,
        earlier: &HashMap<i64, Firm>,
    ) -> Result<()> {
        let keys = firms.iter().flat_map(|firm| keys_of_firm(firm));
        let known = memory.find_all(keys, self.workings.iter().map(|working| working.now.id.0));
        let stored: Vec<CompanyId> =
            known.iter().filter(|known| known.is_stored).map(|known| CompanyId(known.id)).collect();
        self.load(c, &stored)?;
        let mut places: HashMap<Uuid, usize> =
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
                (None, Some(image)) => {
                    self.keep(Working { before: None, now: image.clone(), events: Vec::new(), is_changed: false })
                }
                (None, None) => {
                    let Some(first) = rows.next() else { continue };
                    let (own, _) = self.own(first);
                    self.create(&own, 0, Some(CompanyId(known.id)))
                }
            };
            places.insert(known.id, place);
            for firm in rows {
                // They were taken when it was their turn.
                let _ = self.merge(place, firm, 0);
            }
            let working = &mut self.workings[place];
            working.events.clear();
            working.is_changed = false;
            self.index(place);
        }
        Ok(())
    }

    /// Makes all keys of a company lead to it; where several have a name, the first one is meant.
    fn index(&mut self, place: usize) {
        let company = &self.workings[place].now;
        for domain in &company.domains {
            self.by_domain.insert(domain.clone(), place);
        }
        self.by_name.entry(fold(&company.name)).or_insert(place);
    }

    fn row(&mut self, row: &Asked<Firm>) -> Decided {
        let firm = match &row.said {
            Ok(firm) => firm,
            Err(fault) => return Decided::failed(row.position, fault.clone()),
        };
        if let Some(name) = &firm.name
            && firm.parent_name.is_some()
            && self.circles.contains(&key("name", &fold(name)))
        {
            return Decided::failed(row.position, Fault::of_row("the parents in this file run in a circle"));
        }
        if self.rules.always_creates() {
            return self.beside(firm, row);
        }
        if let Some((id, name)) = firm.id.and_then(|id| self.archived.get_key_value(&id)) {
            let reason = format!("{name} is archived; restore it first");
            return Decided::new(row.position, Verdict::Skipped, Some(id.0), Some(reason));
        }
        let (place, by) = match self.meant(firm) {
            Ok(Some(meant)) => meant,
            Ok(None) => {
                return self.created(firm, row, None);
            }
            Err(fault) => return Decided::failed(row.position, fault),
        };
        let id = self.workings[place].now.id.0;
        if !self.rules.changes_known() {
            let reason = format!("{by} belongs to {}", self.workings[place].now.name);
            return Decided::new(row.position, Verdict::Skipped, Some(id), Some(reason));
        }
        match self.merge(place, firm, row.number) {
            Err(fault) => Decided::failed(row.position, fault),
            Ok(before) if before.is_empty() => {
                Decided::new(row.position, Verdict::Unchanged, Some(id), Some(format!("found by {by}")))
            }
            Ok(before) => {
                self.index(place);
                let mut decided =
                    Decided::new(row.position, Verdict::Updated, Some(id), Some(format!("found by {by}")));
                decided.before = Some(before);
                decided
            }
        }
    }

    /// A row that makes a company although there may be one: the domains that others have stay with them.
    fn beside(&mut self, firm: &Firm, row: &Asked<Firm>) -> Decided {
        let (own, taken) = self.own(firm);
        let Some((first, _)) = taken.first() else { return self.created(firm, row, None) };
        let holder = self.workings[*first].now.id.0;
        let taken: Vec<String> = taken
            .iter()
            .map(|(place, domain)| format!("{domain} belongs to {}", self.workings[*place].now.name))
            .collect();
        let taken = taken.join("; ");
        if own.nameless().is_some() {
            let reason = format!("{taken}; without it the row has neither a company name nor a domain");
            return Decided::new(row.position, Verdict::Skipped, Some(holder), Some(reason));
        }
        self.created(&own, row, Some(format!("made without a domain that is taken: {taken}")))
    }

    /// What a new company may have of a row, and the domains that stay with others.
    fn own(&self, firm: &Firm) -> (Firm, Vec<(usize, String)>) {
        let (mut own, mut taken) = (firm.clone(), Vec::new());
        own.domains.retain(|domain| match self.by_domain.get(domain) {
            Some(place) => {
                taken.push((*place, domain.clone()));
                false
            }
            None => true,
        });
        (own, taken)
    }

    /// A row that makes a company.
    fn created(&mut self, firm: &Firm, row: &Asked<Firm>, reason: Option<String>) -> Decided {
        let retired = || Retired::fault(&firm.retired, &Values::new());
        if let Some(fault) = firm.owner_fault.clone().or_else(retired).or_else(|| firm.nameless()) {
            return Decided::failed(row.position, fault);
        }
        let place = self.create(firm, row.number, None);
        self.index(place);
        let id = self.workings[place].now.id;
        Decided::new(row.position, Verdict::Created, Some(id.0), reason)
    }

    /// The company that a row means, and by what it was found.
    fn meant(&self, firm: &Firm) -> Result<Option<(usize, String)>, Fault> {
        let named = firm.id.and_then(|id| self.by_id.get(&id)).copied();
        let mut by_domain: Vec<(usize, &str)> = named.map(|place| (place, "the id")).into_iter().collect();
        for domain in &firm.domains {
            if let Some(place) = self.by_domain.get(domain)
                && !by_domain.iter().any(|(known, _)| known == place)
            {
                by_domain.push((*place, domain.as_str()));
            }
        }
        match &by_domain[..] {
            [] => Ok(firm
                .name
                .as_ref()
                .and_then(|name| Some((*self.by_name.get(&fold(name))?, format!("the name {name}"))))),
            [(place, by)] => Ok(Some((*place, (*by).to_owned()))),
            several => {
                let whom: Vec<String> = several
                    .iter()
                    .map(|(place, domain)| format!("{} ({domain})", self.workings[*place].now.name))
                    .collect();
                let reason =
                    format!("the domains belong to different companies: {}; merge them first", whom.join(", "));
                Err(Fault::of_row(reason))
            }
        }
    }

    /// A new company; its place among the workings.
    fn create(&mut self, firm: &Firm, number: i64, id: Option<CompanyId>) -> usize {
        let now = self.actor.now();
        let id = id.unwrap_or_else(|| CompanyId(self.actor.new_id()));
        let name = firm.name.clone().or_else(|| firm.domains.first().cloned()).unwrap_or_default();
        let mut company = Company::named(id, name, now);
        company.custom.clone_from(&firm.custom);
        company.created_at = firm.created_at.map_or(now, Timestamp);
        company.owner_id = firm.owner;
        company.domains.clone_from(&firm.domains);
        apply(&mut company, firm);
        set_parent(&mut company, firm);
        let events = vec![Event::CompanyCreated { source: "import".into() }, self.imported(number, Verdict::Created)];
        self.keep(Working { before: None, now: company, events, is_changed: true })
    }

    /// Puts the row's values over those of a known company; what was there before, empty when nothing changed.
    fn merge(&mut self, place: usize, firm: &Firm, number: i64) -> Result<Before, Fault> {
        let current = self.workings[place].now.clone();
        if !policy::may_write(self.actor, current.owner_id) {
            return Err(Fault::of_row(format!(
                "{} belongs to {}; ask them or an admin",
                current.name,
                current.owner_id.map(|id| self.member(id)).unwrap_or_default()
            )));
        }
        let firm = match self.rules.on_duplicate {
            OnDuplicate::FillEmpty => Cow::Owned(missing(firm, &current)),
            _ => Cow::Borrowed(firm),
        };
        let firm = &*firm;
        if let Some(fault) = firm.owner_fault.as_ref().filter(|_| current.owner_id != firm.owner) {
            return Err(fault.clone());
        }
        if let Some(fault) = Retired::fault(&firm.retired, &current.custom) {
            return Err(fault);
        }
        self.refuse_circle(&current, firm)?;
        let mut after = current.clone();
        if let Some(name) = firm.name.as_ref().filter(|name| !reads_as(&after.name, name)) {
            after.name.clone_from(name);
        }
        apply(&mut after, firm);
        for domain in &firm.domains {
            if !after.domains.contains(domain) {
                after.domains.push(domain.clone());
            }
        }
        after.custom.extend(firm.custom.clone());
        let mut before = Before { changes: changes(&current, &after, &FIELDS), ..Before::default() };
        before.changes.extend(custom_fields::changes(&current.custom, &after.custom));
        if let Some(owner) = firm.owner
            && after.owner_id != Some(owner)
            && (after.owner_id.is_none() || self.rules.overwrite_owner)
        {
            let id = |id: Option<UserId>| id.map_or(Value::Null, |id| id.to_string().into());
            before.note("ownerId", id(after.owner_id), id(Some(owner)));
            after.owner_id = Some(owner);
        }
        let logged = before.changes.clone();
        if set_parent(&mut after, firm) {
            // What the parent becomes is known after the second pass.
            let old = current.parent_id.map_or(Value::Null, |id| id.to_string().into());
            before.note("parentId", old, Value::Null);
        }
        if before.is_empty() {
            return Ok(before);
        }
        let imported = self.imported(number, Verdict::Updated);
        let working = &mut self.workings[place];
        if working.before.is_some() {
            if !working.is_changed {
                after.version += 1;
            }
            after.updated_at = self.actor.now();
        }
        if !logged.is_empty() {
            working.events.push(Event::CompanyUpdated { changes: logged });
        }
        working.events.push(imported);
        working.is_changed = true;
        working.now = after;
        Ok(before)
    }

    /// A company cannot be put below one that stands below it.
    fn refuse_circle(&self, company: &Company, firm: &Firm) -> Result<(), Fault> {
        let Some(name) = &firm.parent_name else { return Ok(()) };
        match self.parents.get(&fold(name)) {
            Some((parent, above)) if parent.id == company.id || above.contains(&company.id) => {
                Err(Fault::of_row(format!("{name} stands below {} already; it cannot be its parent", company.name)))
            }
            _ => Ok(()),
        }
    }

    fn member(&self, id: UserId) -> String {
        self.origin.names.get(&id).cloned().unwrap_or_else(|| FORMER_MEMBER.to_owned())
    }

    fn imported(&self, row: i64, verdict: Verdict) -> Event {
        Event::CompanyImported {
            import_id: self.origin.import_id,
            file_name: self.origin.file_name.clone(),
            row,
            result: verdict.as_str().into(),
        }
    }
}

/// Takes the given values; name, domains, owner and parent have their own rules.
fn apply(company: &mut Company, firm: &Firm) {
    take_text(&mut company.legal_name, &firm.legal_name);
    take(&mut company.website, &firm.website);
    take(&mut company.linkedin_url, &firm.linkedin_url);
    take_text(&mut company.industry, &firm.industry);
    take(&mut company.size_band, &firm.size_band);
    take(&mut company.employee_count, &firm.employee_count);
    take(&mut company.annual_revenue, &firm.annual_revenue);
    take(&mut company.country, &firm.country);
    take_text(&mut company.city, &firm.city);
}

/// What a row says where the company has nothing; domains add up.
fn missing(firm: &Firm, current: &Company) -> Firm {
    let mut left = firm.clone();
    // A company without a name is called by its domain.
    left.name.take_if(|_| !current.domains.contains(&current.name));
    only_missing(&mut left.legal_name, &current.legal_name);
    only_missing(&mut left.website, &current.website);
    only_missing(&mut left.linkedin_url, &current.linkedin_url);
    only_missing(&mut left.industry, &current.industry);
    only_missing(&mut left.size_band, &current.size_band);
    only_missing(&mut left.employee_count, &current.employee_count);
    only_missing(&mut left.annual_revenue, &current.annual_revenue);
    only_missing(&mut left.country, &current.country);
    only_missing(&mut left.city, &current.city);
    only_missing(&mut left.parent_name, &current.parent);
    only_missing(&mut left.owner, &current.owner_id);
    only_missing(&mut left.owner_fault, &current.owner_id);
    left.custom.retain(|key, _| !current.custom.contains_key(key));
    left.retired.retain(|one| !current.custom.contains_key(one.key()));
    left
}

/// Notes the parent that the row names, by name alone; says whether it is another one.
fn set_parent(company: &mut Company, firm: &Firm) -> bool {
    let Some(name) = &firm.parent_name else { return false };
    if company.parent.as_ref().is_some_and(|parent| fold(&parent.name) == fold(name)) {
        return false;
    }
    company.parent_id = None;
    company.parent = Some(CompanyRef { id: CompanyId(Uuid::nil()), name: name.clone() });
    true
}

fn keys_of_firm(firm: &Firm) -> Vec<u64> {
    let domains = firm.domains.iter().map(|domain| key("domain", domain));
    domains.chain(firm.name.iter().map(|name| key("name", &fold(name)))).collect()
}

fn keys_of_company(company: &Company) -> Vec<u64> {
    let domains = company.domains.iter().map(|domain| key("domain", domain));
    domains.chain(std::iter::once(key("name", &fold(&company.name)))).collect()
}

/// Parents of the companies, of their parents, and so on. Whoever writes a parent asks for those that are held.
pub(super) fn ancestors(
    ids: &[CompanyId],
    parents: impl Fn(&[CompanyId]) -> Result<HashMap<CompanyId, CompanyId>>,
) -> Result<HashMap<CompanyId, CompanyId>> {
    let mut above = HashMap::new();
    let mut level = ids.to_vec();
    for _ in 0..DEPTH_MAX {
        let found = parents(&level)?;
        level = found.values().filter(|parent| !above.contains_key(*parent)).copied().collect();
        above.extend(found);
        if level.is_empty() {
            break;
        }
    }
    Ok(above)
}

fn chain(from: CompanyId, above: &HashMap<CompanyId, CompanyId>) -> Vec<CompanyId> {
    let mut chain = Vec::new();
    let mut at = from;
    while let Some(parent) = above.get(&at).filter(|_| chain.len() <= DEPTH_MAX) {
        chain.push(*parent);
        at = *parent;
    }
    chain
}

/// Whether a company would stand below itself under this parent, or too deep to tell.
pub(super) fn is_circle(company: CompanyId, parent: CompanyId, above: &HashMap<CompanyId, CompanyId>) -> bool {
    let chain = chain(parent, above);
    parent == company || chain.contains(&company) || chain.len() > DEPTH_MAX
}

/// Names of a file that are their own ancestors by the file's own parents: `(name, parent)` as keys, in any order. The
/// last row of a name counts.
pub(super) fn circles(pairs: &HashMap<u64, u64>) -> HashSet<u64> {
    let mut found = HashSet::new();
    // 0: not seen, 1: on the way, 2: done.
    let mut state: HashMap<u64, u8> = HashMap::with_capacity(pairs.len());
    for start in pairs.keys() {
        let (mut path, mut at) = (Vec::new(), *start);
        while state.get(&at).copied().unwrap_or(0) == 0 {
            state.insert(at, 1);
            path.push(at);
            match pairs.get(&at) {
                Some(parent) => at = *parent,
                None => break,
            }
        }
        if state.get(&at) == Some(&1)
            && pairs.contains_key(&at)
            && let Some(from) = path.iter().position(|node| *node == at)
        {
            found.extend(&path[from..]);
        }
        for node in path {
            state.insert(node, 2);
        }
    }
    found
}

/// The pair of a row for [`circles`].
pub(super) fn pair(firm: &Firm) -> Option<(u64, u64)> {
    Some((key("name", &fold(firm.name.as_deref()?)), key("name", &fold(firm.parent_name.as_deref()?))))
}

/// A company and the parent that a row names for it.
pub(super) struct Link {
    pub position: i64,
    pub company_id: CompanyId,
    pub parent_name: String,
}

/// What the second pass did.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// Row, parent before and after: for the way back.
    pub set: Vec<(i64, Option<CompanyId>, CompanyId)>,
    /// Rows whose parent would stand below the company itself.
    pub refused: Vec<i64>,
    /// Parents that nobody knew.
    pub made: Vec<CompanyId>,
}

/// Second pass: links companies to the parents that rows named; unknown ones are made. Where only gaps are filled, a parent
/// that is there by now stays.
pub(super) fn link(tx: &Tx<'_>, actor: &Actor, rules: Rules, links: &[Link]) -> Result<Linked> {
    let scope = actor.scope();
    let mut linked = Linked::default();
    let keys: Vec<String> = links.iter().map(|link| fold(&link.parent_name)).collect();
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut parents = bulk::by_names(tx, &scope, &asked)?;
    let mut fresh: Vec<Fresh> = Vec::new();
    for (link, key) in links.iter().zip(&keys) {
        if !parents.contains_key(key) {
            let company = Company::named(CompanyId(actor.new_id()), link.parent_name.clone(), actor.now());
            parents.insert(key.clone(), CompanyRef { id: company.id, name: company.name.clone() });
            linked.made.push(company.id);
            fresh.push(Fresh { company, events: vec![Event::CompanyCreated { source: "import".into() }] });
        }
    }
    bulk::insert(tx, actor, &fresh)?;

    let children: Vec<CompanyId> = links.iter().map(|link| link.company_id).collect();
    let asked: Vec<CompanyId> = parents.values().map(|parent| parent.id).collect();
    let mut above = ancestors(&asked, |level| bulk::held_parents(tx, &scope, level))?;
    let mut current: HashMap<CompanyId, Company> =
        bulk::load(tx, &scope, &children)?.into_iter().map(|company| (company.id, company)).collect();
    let before = current.clone();
    for (link, key) in links.iter().zip(&keys) {
        let (Some(parent), Some(company)) = (parents.get(key), current.get_mut(&link.company_id)) else { continue };
        let stays = rules.on_duplicate == OnDuplicate::FillEmpty && company.parent_id.is_some();
        if stays || company.parent_id == Some(parent.id) {
            continue;
        }
        if is_circle(company.id, parent.id, &above) {
            linked.refused.push(link.position);
            continue;
        }
        linked.set.push((link.position, company.parent_id, parent.id));
        above.insert(company.id, parent.id);
        company.parent_id = Some(parent.id);
        company.parent = Some(parent.clone());
    }
    let changed: Vec<Changed> = before
        .into_iter()
        .filter_map(|(id, before)| {
            let mut after = current.remove(&id).filter(|after| after.parent_id != before.parent_id)?;
            after.version += 1;
            after.updated_at = actor.now();
            let events = vec![Event::CompanyUpdated { changes: changes(&before, &after, &["parentId"]) }];
            Some(Changed { before, after, events })
        })
        .collect();
    bulk::update(tx, actor, &changed)?;
    Ok(linked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_their_tails_are_not() {
        let pairs: HashMap<u64, u64> = [(1, 2), (2, 3), (3, 1), (4, 1), (5, 6), (7, 7)].into_iter().collect();
        let mut found: Vec<u64> = circles(&pairs).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, [1, 2, 3, 7]);
        assert!(circles(&HashMap::new()).is_empty());
    }

    #[test]
    fn long_chains_are_followed_without_recursion() {
        let pairs: HashMap<u64, u64> = (0..100_000).map(|node| (node, node + 1)).collect();
        assert!(circles(&pairs).is_empty());
    }
}
