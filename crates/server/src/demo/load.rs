//! Puts a generated workspace into an empty database, in bulk, as the operations would have left it.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use crm::activity::{self, About, Event as Logged, PastEvent};
use crm::companies::{self, CompanyRef, SizeBand};
use crm::contacts::{self, Channel, ContactLabel, ContactStatus};
use crm::customers::{self, PastCustomer, Source};
use crm::tags;
use db::Db;
use platform::accounts::{self, NewMember, OrgChange, Password, PasswordHasher};
use platform::actor::{ActorKind, ActorRef, Role};
use platform::clock::{Clock, Timestamp};
use platform::http::IfMatch;
use platform::ids::{ActivityId, CompanyId, ContactId, CustomerId, OrgId, TagId, UserId};
use platform::{Actor, Error, Scope};
use serde_json::Value;
use uuid::Uuid;

use super::generate::{self, Generator, stream};
use super::history::{Event, What, Who};
use super::load_selling::{Shop, Sold};

/// Customers per transaction.
const CUSTOMERS_AT_ONCE: usize = 5_000;
/// Companies and events per transaction.
const ROWS_AT_ONCE: usize = 20_000;
/// Where people sign in to a made-up workspace.
pub const EMAIL: &str = "demo@entente.example";
/// Its password is public: whoever fills a database for others to reach changes it.
pub const PASSWORD: &str = "quiet-harbour-lantern";
const ORG_NAME: &str = "Brightwater Supplies";
/// Its name until everything is in: whoever finds it knows that filling was broken off.
const ORG_NAME_UNTIL_FILLED: &str = "Brightwater Supplies (being filled)";
/// Size of the workspace that people try the product with.
const DEMO_CUSTOMERS: u64 = 600;
const DEMO_SEED: u64 = 1;

/// Makes sure that the demo workspace is there, filling an empty database, and says how to sign in.
///
/// # Errors
/// A database that holds anything else is refused and left as it is.
pub async fn prepare(db: &Db, now: Timestamp) -> Result<String> {
    let known = db.read(accounts::organisations).await?;
    if known.is_empty() {
        let loaded = load(db, &Generator::at(DEMO_CUSTOMERS, DEMO_SEED, now.micros())).await?;
        super::additions::add(db, loaded.org_id).await?;
        super::load_scoring::score(db, loaded.org_id).await?;
    } else {
        ensure!(
            known.iter().all(|(_, name)| name != ORG_NAME_UNTIL_FILLED),
            "filling the demo workspace was broken off; remove this database and start again with --demo"
        );
        let (mut is_demo, mut is_old) = (false, false);
        for (org_id, _) in known {
            let actor = Actor::system(org_id, Clock::system());
            let members = db.read(move |c| accounts::all_members(c, &actor)).await?;
            if members.iter().any(|member| member.email == EMAIL) {
                is_demo = true;
                let scope = Actor::system(org_id, Clock::system()).scope();
                is_old = db.read(move |c| crm::products::living(c, &scope)).await?.is_empty();
            }
        }
        ensure!(
            is_demo,
            "the database is not empty and has no demo workspace; start without --demo, or name a new database"
        );
        if is_old {
            tracing::warn!(
                "the demo workspace is of an earlier version and lacks what came since; remove it for a new one"
            );
        }
    }
    Ok(format!("Demo workspace: sign in as {EMAIL} with the password {PASSWORD}"))
}

/// A filled workspace and how to sign in to it.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub org_id: OrgId,
    pub email: &'static str,
    pub password: &'static str,
    pub customers: u64,
    pub activities: u64,
}

/// Fills an empty database with what `generator` makes. Everybody has the same password. Ids and times of records come
/// from the generator; those of the organisation and its members are new each time.
///
/// # Errors
/// A database with an organisation in it is refused, whatever the organisation holds.
pub async fn load(db: &Db, generator: &Generator) -> Result<Loaded> {
    let known = db.read(accounts::organisations).await?;
    if let Some((_, name)) = known.first() {
        bail!("the database is not empty: it has the organisation {name:?}; made-up data goes into a new one only");
    }
    let members = make_members(db, generator).await?;
    let scope = members.scope;

    let tags: Arc<Vec<tags::Tag>> = Arc::new(generator.tags().iter().map(tag).collect());
    db.write(move |tx| tags::insert_past(tx, &scope, &tags)).await?;
    let all: Vec<companies::Company> =
        generator.companies().iter().map(|company| finished_company(company, generator, &members)).collect();
    for part in all.chunks(ROWS_AT_ONCE) {
        let part = Arc::new(part.to_vec());
        db.write(move |tx| companies::insert_past(tx, &scope, &part)).await?;
    }
    drop(all);

    let mut log: Vec<Waiting> =
        generator.companies().iter().enumerate().map(|(index, company)| founding(generator, index, company)).collect();
    let shop = Shop::open(db, generator, &members).await?;
    let mut people = generator.customers();
    let (mut made, mut activities) = (0, 0);
    loop {
        let (mut part, mut sold) = (Vec::with_capacity(CUSTOMERS_AT_ONCE), Sold::default());
        for person in people.by_ref().take(CUSTOMERS_AT_ONCE) {
            part.push(finished_customer(&person, generator, &members));
            shop.sell(generator, &members, made, &person, &mut sold)?;
            wait_for_log(generator, made, person, &mut log);
            made += 1;
        }
        if part.is_empty() {
            break;
        }
        let part = Arc::new(part);
        db.write(move |tx| customers::insert_past(tx, &scope, &part)).await?;
        activities += sold.write(db, &members).await?;
    }

    // The log is in order of time, as if it had been written day by day: so its pages lie where they would.
    log.sort_unstable_by_key(|waiting| waiting.id);
    activities += log.len() as u64;
    for part in log.chunks(ROWS_AT_ONCE) {
        let part: Arc<Vec<PastEvent>> =
            Arc::new(part.iter().map(|waiting| past_event(waiting, generator, &members)).collect());
        db.write(move |tx| activity::insert_past(tx, &scope, &part)).await?;
    }
    let owner = members.owner.clone();
    db.write(move |tx| crm::duplicates::mark_all_companies(tx, &owner)).await?;
    db.analyze().await?;
    let owner = members.owner.clone();
    let name = OrgChange { name: Some(ORG_NAME.into()), ..OrgChange::default() };
    db.write(move |tx| accounts::change_organisation(tx, &owner, IfMatch(None), &name)).await?;
    Ok(Loaded { org_id: scope.org_id(), email: EMAIL, password: PASSWORD, customers: made, activities })
}

/// The people of the workspace under the ids they got.
pub(super) struct Members {
    pub scope: Scope,
    pub owner: Actor,
    pub actors: Vec<ActorRef>,
}

impl Members {
    pub(super) fn id(&self, user: usize) -> Option<UserId> {
        self.actors[user].id.map(UserId)
    }
}

async fn make_members(db: &Db, generator: &Generator) -> Result<Members> {
    let users = generator.users().to_vec();
    let hash = PasswordHasher::new(1).hash(Password::given(PASSWORD)).await?;
    let clock = Clock::fixed(Timestamp(users.first().context("a workspace has an owner")?.created_at));
    db.write(move |tx| {
        let mut actors: Vec<ActorRef> = Vec::new();
        let mut owner: Option<Actor> = None;
        for user in &users {
            let new = NewMember {
                full_name: user.full_name.clone(),
                email: if owner.is_none() { EMAIL.into() } else { user.email.clone() },
                role: Role::parse(user.role).unwrap_or(Role::Member),
                password_hash: Some(hash.clone()),
            };
            let id = match &owner {
                None => {
                    let actor = accounts::create_organisation(tx, &clock, ORG_NAME_UNTIL_FILLED, &new, None)?;
                    let change =
                        OrgChange { name: None, timezone: Some("Europe/Berlin".into()), currency: Some("EUR".into()) };
                    accounts::change_organisation(tx, &actor, IfMatch(None), &change)?;
                    owner.insert(actor).id
                }
                Some(owner) => Some(accounts::add_member(tx, owner, &new)?.0),
            };
            actors.push(ActorRef { kind: ActorKind::User, id, name: user.full_name.clone() });
        }
        let owner = owner.ok_or_else(|| Error::Bug("a workspace without an owner".into()))?;
        Ok::<_, Error>(Members { scope: owner.scope(), owner, actors })
    })
    .await
    .map_err(Into::into)
}

fn tag(tag: &generate::Tag) -> tags::Tag {
    tags::Tag {
        id: TagId(tag.id),
        name: tag.name.clone(),
        color: tag.color.into(),
        description: (!tag.description.is_empty()).then(|| tag.description.clone()),
        is_system: false,
        customer_count: 0,
        created_at: Timestamp(tag.created_at),
        updated_at: Timestamp(tag.created_at),
        version: 1,
    }
}

fn finished_company(company: &generate::Company, generator: &Generator, members: &Members) -> companies::Company {
    let parent = company.parent.map(|parent| &generator.companies()[parent]);
    let mut finished =
        companies::Company::named(CompanyId(company.id), company.name.clone(), Timestamp(company.created_at));
    finished.legal_name = Some(company.legal_name.clone());
    finished.domains.clone_from(&company.domains);
    finished.website.clone_from(&company.website);
    finished.linkedin_url.clone_from(&company.linkedin_url);
    finished.industry = Some(company.industry.into());
    finished.size_band = SizeBand::parse(company.size_band);
    finished.employee_count = Some(company.employee_count);
    finished.annual_revenue = company.annual_revenue;
    finished.country = Some(company.country.into());
    finished.city = Some(company.city.into());
    finished.parent_id = parent.map(|parent| CompanyId(parent.id));
    finished.parent = parent.map(|parent| CompanyRef { id: CompanyId(parent.id), name: parent.name.clone() });
    finished.owner_id = company.owner.and_then(|owner| members.id(owner));
    finished
}

fn finished_customer(person: &generate::Customer, generator: &Generator, members: &Members) -> PastCustomer {
    let id = CustomerId(person.id);
    let company = person.company.map(|company| &generator.companies()[company]);
    let contacts = person.contacts.iter().filter_map(|contact| finished_contact(id, contact)).collect();
    let talked = |wanted: bool| {
        let talks = person.events.iter().filter(|event| match event.what {
            What::Called { inbound, .. } => inbound == wanted,
            _ => false,
        });
        talks.map(|event| Timestamp(event.at)).max()
    };
    let customer = customers::Customer {
        id,
        first_name: Some(person.first_name.clone()),
        last_name: Some(person.last_name.clone()),
        full_name: person.full_name.clone(),
        job_title: person.job_title.clone(),
        avatar_url: None,
        language: Some(person.language.into()),
        timezone: Some(person.timezone.into()),
        country: Some(person.country.into()),
        company_id: company.map(|company| CompanyId(company.id)),
        company: company.map(|company| CompanyRef { id: CompanyId(company.id), name: company.name.clone() }),
        claimed_by_id: person.owner.and_then(|owner| members.id(owner)),
        claimed_at: person.claimed_at.map(Timestamp),
        source: Source::parse(person.source).unwrap_or(Source::Manual),
        do_not_contact: person.do_not_contact,
        archived_at: person.archived_at.map(Timestamp),
        merged_into_id: None,
        last_activity_at: Timestamp(person.last_activity_at()),
        last_inbound_at: talked(true),
        last_outbound_at: talked(false),
        contacts,
        tags: person.tags.iter().map(|tagging| generator.tags()[tagging.tag].name.clone()).collect(),
        custom: crm::custom_fields::Values::new(),
        created_at: Timestamp(person.created_at),
        updated_at: Timestamp(person.updated_at),
        version: person.version,
        archived_duplicates: Vec::new(),
    };
    let has_work_address = person.contacts.iter().any(|contact| contact.channel == "email" && contact.label == "work");
    PastCustomer {
        customer,
        company_by_domain: has_work_address || person.company.is_none(),
        tags: person
            .tags
            .iter()
            .map(|tagging| (TagId(generator.tags()[tagging.tag].id), Timestamp(tagging.at)))
            .collect(),
    }
}

fn finished_contact(customer_id: CustomerId, contact: &generate::Contact) -> Option<contacts::Contact> {
    Some(contacts::Contact {
        id: ContactId(contact.id),
        customer_id,
        channel: Channel::parse(contact.channel)?,
        value: contact.value.clone(),
        canonical: contact.canonical.clone(),
        label: ContactLabel::parse(contact.label)?,
        is_primary: contact.primary,
        status: ContactStatus::parse(contact.status)?,
        verified_at: None,
        created_at: Timestamp(contact.created_at),
        updated_at: Timestamp(contact.created_at),
        version: 1,
    })
}

/// An event until its turn comes. Small, since all of them wait together.
struct Waiting {
    id: Uuid,
    customer: Option<Uuid>,
    company: Option<Uuid>,
    source: &'static str,
    event: Event,
    /// Id, channel and value of the contact that `event` adds.
    contact: Option<Box<(Uuid, &'static str, String)>>,
}

fn founding(generator: &Generator, index: usize, company: &generate::Company) -> Waiting {
    let random = &mut generator.random(stream::COMPANY_EVENT, index as u64);
    Waiting {
        id: generate::id(company.created_at, random),
        customer: None,
        company: Some(company.id),
        source: "import",
        event: Event { at: company.created_at, who: Who::Import, what: What::Created },
        contact: None,
    }
}

fn wait_for_log(generator: &Generator, index: u64, person: generate::Customer, log: &mut Vec<Waiting>) {
    let random = &mut generator.random(stream::EVENT, index);
    for event in person.events {
        let contact = match event.what {
            What::ContactAdded { contact } => {
                let contact = &person.contacts[contact];
                Some(Box::new((contact.id, contact.channel, contact.value.clone())))
            }
            _ => None,
        };
        log.push(Waiting {
            id: generate::id(event.at, random),
            customer: Some(person.id),
            company: person.company.map(|company| generator.companies()[company].id),
            source: person.source,
            event,
            contact,
        });
    }
}

fn past_event(waiting: &Waiting, generator: &Generator, members: &Members) -> PastEvent {
    let actor = match waiting.event.who {
        Who::User(user) => members.actors[user].clone(),
        Who::Import => ActorRef { kind: ActorKind::Import, id: None, name: "Address book".into() },
        Who::ApiKey => ActorRef { kind: ActorKind::ApiKey, id: None, name: "Website".into() },
    };
    PastEvent {
        id: ActivityId(waiting.id),
        about: About {
            customer_id: waiting.customer.map(CustomerId),
            company_id: waiting.company.map(CompanyId),
            deal_id: None,
        },
        event: logged(waiting, generator, members),
        actor,
        occurred_at: Timestamp(waiting.event.at),
    }
}

fn logged(waiting: &Waiting, generator: &Generator, members: &Members) -> Logged {
    let tag = |tag: usize| (TagId(generator.tags()[tag].id), generator.tags()[tag].name.clone());
    let user = |user: usize| (UserId(members.actors[user].id.unwrap_or_default()), members.actors[user].name.clone());
    match &waiting.event.what {
        What::Created if waiting.customer.is_none() => Logged::CompanyCreated { source: waiting.source.into() },
        What::Created => Logged::CustomerCreated { source: waiting.source.into() },
        What::Retitled { old, new } => Logged::CustomerUpdated {
            changes: vec![activity::Change {
                field: "jobTitle".into(),
                old: Value::String(old.clone()),
                new: Value::String(new.clone()),
            }],
        },
        What::ContactAdded { .. } => {
            let (id, channel, value) = waiting.contact.as_deref().cloned().unwrap_or_default();
            Logged::ContactAdded { contact_id: ContactId(id), channel: channel.into(), value }
        }
        What::TagAdded { tag: of } => {
            let (tag_id, name) = tag(*of);
            Logged::TagAdded { tag_id, name }
        }
        What::TagRemoved { tag: of } => {
            let (tag_id, name) = tag(*of);
            Logged::TagRemoved { tag_id, name }
        }
        What::Claimed { user: who } => {
            let (user_id, name) = user(*who);
            Logged::OwnerClaimed { user_id, name }
        }
        What::Released { user: who } => {
            let (user_id, name) = user(*who);
            Logged::OwnerReleased { user_id, name }
        }
        What::Reassigned { from, to } => {
            let ((from_id, from_name), (to_user_id, to_name)) = (user(*from), user(*to));
            Logged::OwnerReassigned { from_user_id: Some(from_id), from_name: Some(from_name), to_user_id, to_name }
        }
        What::Called { subject, inbound, minutes } => Logged::CallLogged {
            subject: (*subject).into(),
            notes: None,
            duration_minutes: Some(*minutes),
            direction: Some(if *inbound { "inbound" } else { "outbound" }.into()),
        },
        What::Met { subject, minutes } => Logged::MeetingLogged {
            subject: (*subject).into(),
            notes: None,
            duration_minutes: Some(*minutes),
            direction: None,
        },
        What::Archived => Logged::CustomerArchived {},
        What::Restored => Logged::CustomerRestored {},
    }
}
