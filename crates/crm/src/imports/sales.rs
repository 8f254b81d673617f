//! Rows about deals: which one each row means, what it changes, and writing a chunk of them.
//!
//! A row means the deal with its id, else the one of its name at its company; where each row is to make a deal of its own,
//! none is looked for. Companies that nobody knows are made beside the rows, as for people.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use jiff::tz::TimeZone;
use platform::clock::Timestamp;
use platform::ids::{CompanyId, CustomerId, DealId, PipelineId, StageId, UserId};
use platform::organisations::{self, FORMER_MEMBER};
use platform::text::fold;
use platform::{Actor, Result, Scope, policy};
use uuid::Uuid;

use super::decide::{Asked, Before, Decided, Rules, Verdict, only_missing, reads_as, take, take_amount, take_text};
use super::houses::Houses;
use super::interpret::{Fault, Retired, Sale};
use super::memory::{Memory, key};
use super::model::OnDuplicate;
use super::people::Origin;
use crate::activity::{Event, changes};
use crate::contacts;
use crate::custom_fields::{self, Values};
use crate::customers;
use crate::deals::bulk::{self, Changed, Fresh};
use crate::deals::model::{LOGGED_FIELDS, NamedRef};
use crate::deals::{Deal, DealProduct, stage_event, updated};
use crate::pipelines::{self, Stage};

/// Fields that a row can change beside those that are logged: the stage is an event of its own.
const PLACED: [&str; 2] = ["stageId", "closedAt"];

/// A deal while the rows of a chunk are applied to it.
struct Working {
    /// As stored; none when a row of this import makes it.
    before: Option<Deal>,
    now: Deal,
    events: Vec<Event>,
    is_changed: bool,
    /// Where rows have found it: a company has more than one way to be named.
    keys: Vec<u64>,
}

/// A decided chunk.
pub(super) struct Chunk {
    pub decided: Vec<Decided>,
    workings: Vec<Working>,
    houses: Houses,
}

/// A customer that a row names by an address.
#[derive(Clone)]
struct Party {
    id: CustomerId,
    name: String,
    company: Option<NamedRef>,
}

struct Deciding<'a> {
    actor: &'a Actor,
    rules: Rules,
    origin: &'a Origin,
    currency: String,
    zone: TimeZone,
    stages: HashMap<StageId, (PipelineId, Stage)>,
    /// Where a deal of a row that names no stage goes.
    first: Option<(PipelineId, Stage)>,
    houses: Houses,
    /// By canonical address.
    parties: HashMap<String, Party>,
    workings: Vec<Working>,
    /// Archived deals that rows name by their id.
    archived: HashMap<DealId, String>,
    by_id: HashMap<DealId, usize>,
    /// By folded name and company.
    by_name: HashMap<(String, Option<CompanyId>), usize>,
}

/// Decides about a chunk of rows. Nothing is written; `memory` is what a plan knows of earlier rows, together with
/// those rows that this chunk meets again (see [`needed`]).
pub(super) fn decide(
    c: &Conn<'_>,
    actor: &Actor,
    rules: Rules,
    origin: &Origin,
    rows: &[Asked<Sale>],
    memory: Option<(&Memory<Deal>, &HashMap<i64, Sale>)>,
) -> Result<Chunk> {
    let scope = actor.scope();
    let sales: Vec<&Sale> = rows.iter().filter_map(|row| row.said.as_ref().ok()).collect();
    let earlier: Vec<&Sale> = memory.map(|(_, earlier)| earlier.values().collect()).unwrap_or_default();
    let all = || sales.iter().chain(&earlier).copied();
    let (stages, first) = stages(c, &scope)?;
    let mut deciding = Deciding {
        actor,
        rules,
        origin,
        currency: organisations::currency(c, &scope)?,
        zone: organisations::zone(c, &scope)?,
        stages,
        first,
        houses: Houses::find(c, &scope, all(), memory.map(|(memory, _)| memory))?,
        parties: parties(c, actor, all())?,
        workings: Vec::new(),
        archived: HashMap::new(),
        by_id: HashMap::new(),
        by_name: HashMap::new(),
    };
    if !rules.always_creates() {
        deciding.load(c, &find(c, actor, &sales)?)?;
        if let Some((memory, earlier)) = memory {
            deciding.recall(c, &sales, memory, earlier)?;
        }
    }
    let decided = rows.iter().map(|row| deciding.row(row)).collect();
    Ok(Chunk { decided, workings: deciding.workings, houses: deciding.houses })
}

type Stages = HashMap<StageId, (PipelineId, Stage)>;

/// All stages of living pipelines, and the first one of the default pipeline.
fn stages(c: &Conn<'_>, scope: &Scope) -> Result<(Stages, Option<(PipelineId, Stage)>)> {
    let (mut stages, mut first) = (HashMap::new(), None);
    for pipeline in pipelines::all(c, scope)?.into_iter().filter(|pipeline| pipeline.archived_at.is_none()) {
        if pipeline.is_default {
            first = pipeline.stages.first().cloned().map(|stage| (pipeline.id, stage));
        }
        for stage in pipeline.stages {
            stages.insert(stage.id, (pipeline.id, stage));
        }
    }
    Ok((stages, first))
}

/// The living customers that rows name, by their addresses.
fn parties<'s>(c: &Conn<'_>, actor: &Actor, sales: impl Iterator<Item = &'s Sale>) -> Result<HashMap<String, Party>> {
    let asked: Vec<_> = sales.filter_map(|sale| sale.customer.clone()).collect();
    let mut holders = contacts::holders(c, &actor.scope(), &asked)?;
    holders.retain(|holder| !holder.archived);
    let mut ids: Vec<CustomerId> = holders.iter().map(|holder| holder.customer_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found: HashMap<CustomerId, Party> = customers::bulk::load(c, &actor.scope(), &ids)?
        .into_iter()
        .map(|customer| {
            let company = customer.company.map(|company| NamedRef { id: company.id.0, name: company.name });
            (customer.id, Party { id: customer.id, name: customer.full_name, company })
        })
        .collect();
    let party = |holder: contacts::Holder| Some((holder.canonical, found.get(&holder.customer_id)?.clone()));
    Ok(holders.into_iter().filter_map(party).collect())
}

/// The living deals that rows lead to, and those that they name by their ids.
pub(super) fn find(c: &Conn<'_>, actor: &Actor, sales: &[&Sale]) -> Result<Vec<DealId>> {
    let keys: HashSet<String> = sales.iter().filter_map(|sale| sale.name.as_deref()).map(fold).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut ids = bulk::named(c, &actor.scope(), &keys)?;
    ids.extend(sales.iter().filter_map(|sale| sale.id));
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Positions of earlier rows that a plan has to read again to decide about these.
pub(super) fn needed(rows: &[Asked<Sale>], stored: &[DealId], memory: &Memory<Deal>) -> Vec<i64> {
    let keys = rows.iter().filter_map(|row| row.said.as_ref().ok()).filter_map(key_of_sale);
    let known = memory.find_all(keys, stored.iter().map(|id| id.0));
    let mut positions: Vec<i64> = known.iter().flat_map(|known| known.rows).copied().collect();
    positions.sort_unstable();
    positions
}

impl Chunk {
    /// Teaches a plan what these rows would make and change.
    pub(super) fn remember(&self, memory: &mut Memory<Deal>) {
        let mut rows: HashMap<Uuid, Vec<i64>> = HashMap::new();
        for decided in &self.decided {
            if let (Verdict::Created | Verdict::Updated, Some(id)) = (decided.verdict, decided.record_id) {
                rows.entry(id).or_default().push(decided.position);
            }
        }
        for working in &self.workings {
            let id = working.now.id.0;
            let Some(rows) = rows.get(&id) else { continue };
            memory.learn(id, working.before.is_some(), rows, working.keys.iter().copied(), || working.now.clone());
        }
        self.houses.remember(memory);
    }

    /// Writes the chunk; answers the companies that were made beside it.
    pub(super) fn write(&self, tx: &Tx<'_>, actor: &Actor) -> Result<Vec<CompanyId>> {
        let made = self.houses.write(tx, actor)?;
        let (mut fresh, mut changed) = (Vec::new(), Vec::new());
        for working in self.workings.iter().filter(|working| working.is_changed) {
            let (deal, events) = (working.now.clone(), working.events.clone());
            match &working.before {
                None => fresh.push(Fresh { deal, events }),
                Some(before) => changed.push(Changed { before: before.clone(), after: deal, events }),
            }
        }
        bulk::insert(tx, actor, &fresh)?;
        bulk::update(tx, actor, &changed)?;
        Ok(made)
    }
}

impl Deciding<'_> {
    fn load(&mut self, c: &Conn<'_>, ids: &[DealId]) -> Result<()> {
        let new: Vec<DealId> = ids.iter().filter(|id| !self.by_id.contains_key(id)).copied().collect();
        let mut found = bulk::load(c, self.actor, &new)?;
        // The oldest is meant where several have a name at a company.
        found.sort_by_key(|deal| deal.id);
        for deal in found {
            if deal.archived_at.is_some() {
                self.archived.insert(deal.id, deal.name);
                continue;
            }
            let before = Some(deal.clone());
            let place =
                self.keep(Working { before, now: deal, events: Vec::new(), is_changed: false, keys: Vec::new() });
            self.index(place);
        }
        Ok(())
    }

    /// The place of a further deal among the workings.
    fn keep(&mut self, working: Working) -> usize {
        self.by_id.insert(working.now.id, self.workings.len());
        self.workings.push(working);
        self.workings.len() - 1
    }

    fn index(&mut self, place: usize) {
        let deal = &self.workings[place].now;
        self.by_name.entry((fold(&deal.name), deal.company_id)).or_insert(place);
    }

    /// Makes again what earlier rows of a plan made or changed, as far as these rows meet it.
    fn recall(
        &mut self,
        c: &Conn<'_>,
        sales: &[&Sale],
        memory: &Memory<Deal>,
        earlier: &HashMap<i64, Sale>,
    ) -> Result<()> {
        let keys = sales.iter().filter_map(|sale| key_of_sale(sale));
        let known = memory.find_all(keys, self.workings.iter().map(|working| working.now.id.0));
        let stored: Vec<DealId> = known.iter().filter(|known| known.is_stored).map(|known| DealId(known.id)).collect();
        self.load(c, &stored)?;
        for known in known {
            let mut rows = known.rows.iter().filter_map(|position| earlier.get(position));
            let place = match (self.by_id.get(&DealId(known.id)).copied(), known.image) {
                (Some(place), image) => {
                    if let Some(image) = image {
                        self.workings[place].now = image.clone();
                    }
                    place
                }
                (None, Some(image)) => self.keep(Working {
                    before: None,
                    now: image.clone(),
                    events: Vec::new(),
                    is_changed: false,
                    keys: Vec::new(),
                }),
                (None, None) => {
                    let Some(first) = rows.next() else { continue };
                    let Ok(place) = self.create(first, Some(DealId(known.id))) else { continue };
                    place
                }
            };
            for sale in rows {
                // They were taken when it was their turn.
                let _ = self.merge(place, sale);
            }
            let working = &mut self.workings[place];
            working.events.clear();
            working.is_changed = false;
            self.index(place);
        }
        Ok(())
    }

    fn row(&mut self, row: &Asked<Sale>) -> Decided {
        let sale = match &row.said {
            Ok(sale) => sale,
            Err(fault) => return Decided::failed(row.position, fault.clone()),
        };
        if let Some((id, name)) = sale.id.and_then(|id| self.archived.get_key_value(&id)) {
            let reason = format!("{name} is archived; restore it first");
            return Decided::new(row.position, Verdict::Skipped, Some(id.0), Some(reason));
        }
        let Some((place, by)) = self.meant(sale) else { return self.created(sale, row.position) };
        let id = self.workings[place].now.id.0;
        if !self.rules.changes_known() {
            let reason = format!("{by} belongs to a deal already");
            return Decided::new(row.position, Verdict::Skipped, Some(id), Some(reason));
        }
        match self.merge(place, sale) {
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

    /// A row that makes a deal.
    fn created(&mut self, sale: &Sale, position: i64) -> Decided {
        let retired = || Retired::fault(&sale.retired, &Values::new());
        if let Some(fault) = sale.owner_fault.clone().or_else(retired).or_else(|| sale.nameless()) {
            return Decided::failed(position, fault);
        }
        match self.create(sale, None) {
            Ok(place) => {
                self.index(place);
                let id = self.workings[place].now.id;
                Decided::new(position, Verdict::Created, Some(id.0), None)
            }
            Err(fault) => Decided::failed(position, fault),
        }
    }

    /// The deal that a row means, and by what it was found; none where each row makes its own.
    fn meant(&self, sale: &Sale) -> Option<(usize, String)> {
        if self.rules.always_creates() {
            return None;
        }
        if let Some(place) = sale.id.and_then(|id| self.by_id.get(&id)) {
            return Some((*place, "the id".into()));
        }
        let name = sale.name.as_ref()?;
        let company = match self.houses.known(sale) {
            Some(company) => Some(company.id),
            // A company that is yet to be made has no deals.
            None if sale.company_name.is_some() || sale.company_domain.is_some() => return None,
            None => {
                self.party(sale).ok().flatten().and_then(|party| party.company).map(|company| CompanyId(company.id))
            }
        };
        let place = self.by_name.get(&(fold(name), company))?;
        Some((*place, format!("the name {name} at this company")))
    }

    /// The customer that a row names.
    fn party(&self, sale: &Sale) -> Result<Option<Party>, Fault> {
        let Some(contact) = &sale.customer else { return Ok(None) };
        match self.parties.get(&contact.canonical) {
            Some(party) => Ok(Some(party.clone())),
            None => Err(Fault::of_row(format!(
                "{} belongs to no customer; import the customers first, or leave the column out",
                contact.value
            ))),
        }
    }

    /// The stage that a row names, as it is now: others change pipelines while an import runs.
    fn stage(&self, sale: &Sale) -> Result<Option<(PipelineId, Stage)>, Fault> {
        let Some((_, named)) = &sale.stage else { return Ok(None) };
        let gone = || Fault::of_row(format!("the stage {} is no more; choose another one", named.name));
        self.stages.get(&named.id).cloned().map(Some).ok_or_else(gone)
    }

    /// A new deal; its place among the workings.
    fn create(&mut self, sale: &Sale, id: Option<DealId>) -> Result<usize, Fault> {
        let party = self.party(sale)?;
        let stage = self.stage(sale)?.or_else(|| self.first.clone());
        let (pipeline_id, stage) =
            stage.ok_or_else(|| Fault::of_row("there is no pipeline yet; open the board first"))?;
        let now = self.actor.now();
        let id = id.unwrap_or_else(|| DealId(self.actor.new_id()));
        // What was closed had begun before, whenever that was.
        let began = Timestamp(sale.created_at.or(sale.closed_at).unwrap_or(now.micros()));
        let closed_at = stage.stage.is_closed().then(|| sale.closed_at.map_or(now, Timestamp));
        let company =
            self.houses.of(sale, self.actor).0.map(|company| NamedRef { id: company.id.0, name: company.name });
        let company = company.or_else(|| party.as_ref().and_then(|party| party.company.clone()));
        let deal = Deal {
            id,
            name: sale.name.clone().unwrap_or_default(),
            customer_id: party.as_ref().map(|party| party.id),
            customer: party.map(|party| NamedRef { id: party.id.0, name: party.name }),
            company_id: company.as_ref().map(|company| CompanyId(company.id)),
            company,
            owner_id: sale.owner,
            owner_name: sale.owner_name.clone().filter(|_| sale.owner.is_none()),
            pipeline_id,
            stage_id: stage.id,
            stage: stage.stage,
            stage_entered_at: closed_at.unwrap_or(began),
            amount: sale.amount,
            currency: sale.currency.clone().or_else(|| Some(self.currency.clone())),
            probability: stage.stage.certain().or(sale.probability).unwrap_or(stage.probability),
            expected_close_date: sale.expected_close_date,
            closed_at,
            lost_reason: sale.lost_reason.clone().filter(|_| stage.stage == pipelines::DealStage::Lost),
            source: sale.source.clone().unwrap_or_else(|| "import".into()),
            lines: line(sale, sale.amount).into_iter().collect(),
            rotting: false,
            last_activity_at: now,
            custom: sale.custom.clone(),
            archived_at: None,
            created_at: began,
            updated_at: now,
            version: 1,
            rank: bulk::rank(began, id),
        };
        let events = vec![Event::DealCreated {
            name: deal.name.clone(),
            stage_id: stage.id,
            stage: stage.name,
            amount: deal.amount,
            currency: deal.currency.clone(),
            source: deal.source.clone(),
        }];
        let keys = key_of_sale(sale).into_iter().collect();
        Ok(self.keep(Working { before: None, now: deal, events, is_changed: true, keys }))
    }

    /// Puts the row's values over those of a known deal; what was there before, empty when nothing changed.
    fn merge(&mut self, place: usize, sale: &Sale) -> Result<Before, Fault> {
        let current = self.workings[place].now.clone();
        self.workings[place].keys.extend(key_of_sale(sale));
        if !policy::may_write(self.actor, current.owner_id) {
            return Err(Fault::of_row(format!(
                "{} belongs to {}; ask them or an admin",
                current.name,
                current.owner_id.map(|id| self.member(id)).unwrap_or_default()
            )));
        }
        let sale = match self.rules.on_duplicate {
            OnDuplicate::FillEmpty => Cow::Owned(missing(sale, &current)),
            _ => Cow::Borrowed(sale),
        };
        let sale = &*sale;
        if let Some(fault) = sale.owner_fault.as_ref().filter(|_| current.owner_id != sale.owner) {
            return Err(fault.clone());
        }
        if let Some(fault) = Retired::fault(&sale.retired, &current.custom) {
            return Err(fault);
        }
        let party = self.party(sale)?;
        let company =
            self.houses.of(sale, self.actor).0.map(|company| NamedRef { id: company.id.0, name: company.name });
        // Several companies may have its name.
        let is_same = |company: &NamedRef| {
            current.company.as_ref().is_some_and(|current| fold(&current.name) == fold(&company.name))
        };
        let names_company = company.is_some();
        let company = company.filter(|company| !is_same(company));
        let mut after = current.clone();
        apply(&mut after, sale)?;
        if let Some(party) = party.filter(|party| after.customer_id != Some(party.id)) {
            after.customer_id = Some(party.id);
            after.customer = Some(NamedRef { id: party.id.0, name: party.name });
            if !names_company && (self.rules.on_duplicate != OnDuplicate::FillEmpty || after.company.is_none()) {
                after.company = party.company;
            }
        }
        if company.is_some() {
            after.company = company;
        }
        after.company_id = after.company.as_ref().map(|company| CompanyId(company.id));
        let moved = self.place(&current, &mut after, sale)?;
        after.custom.extend(sale.custom.clone());
        if let Some(owner) = sale.owner
            && after.owner_id != Some(owner)
            && (after.owner_id.is_none() || self.rules.overwrite_owner)
        {
            (after.owner_id, after.owner_name) = (Some(owner), None);
        } else if after.owner_id.is_none() && sale.owner.is_none() {
            take_text(&mut after.owner_name, &sale.owner_name);
        }
        let mut logged = changes(&current, &after, &LOGGED_FIELDS);
        logged.extend(changes(&current, &after, &["ownerName"]));
        logged.extend(custom_fields::changes(&current.custom, &after.custom));
        let mut before = Before { changes: logged.clone(), ..Before::default() };
        before.changes.extend(changes(&current, &after, &PLACED));
        if before.is_empty() {
            return Ok(before);
        }
        let mut events = Vec::new();
        if moved.is_some() {
            // These follow from the stage.
            logged.retain(|change| change.field != "lostReason" && change.field != "probability");
        }
        if !logged.is_empty() {
            events.push(updated(&after, logged));
        }
        if let Some((from, to)) = moved {
            events.push(stage_event(&current, &from, &after, &to));
        }
        let working = &mut self.workings[place];
        if working.before.is_some() {
            if !working.is_changed {
                after.version += 1;
            }
            (after.updated_at, after.last_activity_at) = (self.actor.now(), self.actor.now());
        }
        working.events.extend(events);
        working.is_changed = true;
        working.now = after;
        Ok(before)
    }

    /// Brings a deal into the stage that a row names, or gives a closed one its time; the stages, if it is another one.
    fn place(&self, current: &Deal, after: &mut Deal, sale: &Sale) -> Result<Option<(Stage, Stage)>, Fault> {
        let other = self.stage(sale)?.filter(|(_, stage)| stage.id != current.stage_id);
        let is_closed = other.as_ref().map_or(current.stage, |(_, stage)| stage.stage).is_closed();
        let closed_at = if is_closed { self.closed_at(current, sale)? } else { None };
        let Some((pipeline_id, stage)) = other else {
            after.closed_at = closed_at.or(after.closed_at);
            after.probability = current.stage.certain().unwrap_or(after.probability);
            if current.stage == pipelines::DealStage::Lost {
                take_text(&mut after.lost_reason, &sale.lost_reason);
            }
            return Ok(None);
        };
        let now = self.actor.now();
        let closed_at = is_closed.then(|| closed_at.unwrap_or(now));
        after.pipeline_id = pipeline_id;
        after.stage_id = stage.id;
        after.stage = stage.stage;
        // A stage is not left before it was entered.
        after.stage_entered_at = closed_at.unwrap_or(now).max(current.stage_entered_at);
        after.closed_at = closed_at;
        after.probability = stage.stage.certain().or(sale.probability).unwrap_or(stage.probability);
        after.lost_reason = sale.lost_reason.clone().filter(|_| stage.stage == pipelines::DealStage::Lost);
        after.rank = bulk::rank(now, after.id);
        let from = self.stages.get(&current.stage_id).map(|(_, stage)| stage.clone());
        Ok(Some((from.unwrap_or_else(|| stage.clone()), stage)))
    }

    /// When a row says that a known deal was closed. A day alone is its first moment: on the day that the deal began, it
    /// was closed as soon as it began.
    fn closed_at(&self, current: &Deal, sale: &Sale) -> Result<Option<Timestamp>, Fault> {
        let Some(closed_at) = sale.closed_at.map(Timestamp) else { return Ok(None) };
        let began = current.created_at;
        if closed_at >= began {
            return Ok(Some(closed_at));
        }
        if closed_at.date_in(&self.zone) == began.date_in(&self.zone) {
            return Ok(Some(began));
        }
        Err(Fault::of_row("the deal was closed before it began"))
    }

    fn member(&self, id: UserId) -> String {
        self.origin.names.get(&id).cloned().unwrap_or_else(|| FORMER_MEMBER.to_owned())
    }
}

/// Takes the given values; customer, company, stage and owner have their own rules.
fn apply(deal: &mut Deal, sale: &Sale) -> Result<(), Fault> {
    if let Some(name) = sale.name.as_ref().filter(|name| !reads_as(&deal.name, name)) {
        deal.name.clone_from(name);
    }
    let amount = deal.amount;
    take_amount((&mut deal.amount, &mut deal.currency), (sale.amount, &sale.currency), sale.currency_said)?;
    let is_worth_the_same = deal.amount == amount;
    take(&mut deal.expected_close_date, &sale.expected_close_date);
    if let Some(source) = &sale.source {
        deal.source.clone_from(source);
    }
    if let Some(probability) = sale.probability {
        deal.probability = probability;
    }
    let Some(line) = line(sale, deal.amount) else { return Ok(()) };
    match &deal.lines[..] {
        // Its price stays as somebody has agreed on it.
        [old] if old.product_id == line.product_id && old.quantity == line.quantity && is_worth_the_same => {}
        [] | [_] => deal.lines = vec![line],
        // Several lines are more than a row can say.
        _ => {}
    }
    Ok(())
}

/// What a row says where the deal has nothing. A currency without an amount counts as nothing; stage, probability and
/// source are always there.
fn missing(sale: &Sale, current: &Deal) -> Sale {
    let mut left = sale.clone();
    (left.name, left.stage, left.closed_at, left.probability, left.source) = (None, None, None, None, None);
    only_missing(&mut left.company_name, &current.company_id);
    only_missing(&mut left.company_domain, &current.company_id);
    only_missing(&mut left.customer, &current.customer_id);
    only_missing(&mut left.amount, &current.amount);
    only_missing(&mut left.currency, &current.amount);
    only_missing(&mut left.product, &current.lines.first());
    only_missing(&mut left.expected_close_date, &current.expected_close_date);
    only_missing(&mut left.lost_reason, &current.lost_reason);
    only_missing(&mut left.owner, &current.owner_id);
    only_missing(&mut left.owner_fault, &current.owner_id);
    only_missing(&mut left.owner_name, &current.owner_name);
    left.custom.retain(|key, _| !current.custom.contains_key(key));
    left.retired.retain(|one| !current.custom.contains_key(one.key()));
    left
}

/// What a row sells: all that the deal comes to is for it. A price that is no whole number is not known.
fn line(sale: &Sale, amount: Option<i64>) -> Option<DealProduct> {
    let quantity = sale.quantity.unwrap_or(1);
    let unit_price = amount.filter(|amount| amount % quantity == 0).map(|amount| amount / quantity);
    sale.product.map(|product_id| DealProduct { product_id, quantity, unit_price })
}

/// The name of a row's deal with whom it is made, as the row says it.
fn key_of_sale(sale: &Sale) -> Option<u64> {
    let name = fold(sale.name.as_deref()?);
    let with = match (&sale.company_name, &sale.company_domain, &sale.customer) {
        (Some(company), ..) => fold(company),
        (None, Some(domain), _) => domain.clone(),
        (None, None, Some(contact)) => format!("@{}", contact.canonical),
        (None, None, None) => String::new(),
    };
    Some(key("deal", &format!("{name}\u{1}{with}")))
}
