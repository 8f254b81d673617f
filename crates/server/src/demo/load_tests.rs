//! A loaded workspace must be what the operations would have made of it.

use crm::companies::{self, NewCompany, SizeBand};
use crm::contacts::{Channel, NewContact};
use crm::customers::{self, NewCustomer};
use crm::tags::TagName;
use crm::tags::model::COLORS;
use db::Db;
use db::testing::each_engine;
use platform::actor::Role;
use platform::clock::{Clock, Timestamp};
use platform::filter::Me;
use platform::ids::{CompanyId, CustomerId, UserId};
use platform::paging::ListQuery;
use platform::{Actor, Error};
use uuid::Uuid;

use super::load::{EMAIL, PASSWORD, prepare};
use super::{Customer, Generator, Loaded, load};

async fn filled(db: &Db, generator: &Generator) -> (Loaded, Actor) {
    let loaded = load(db, generator).await.expect("an empty database is filled");
    let actor = Actor::user(UserId(Uuid::now_v7()), "Reader", loaded.org_id, Role::Owner, Clock::system());
    (loaded, actor)
}

/// Ids of the first 200 customers.
async fn ids(db: &Db, actor: &Actor, filter: Option<String>, q: Option<String>) -> Vec<Uuid> {
    let query = ListQuery {
        filter,
        q,
        sort: Some("-lastActivityAt".into()),
        limit: Some("200".into()),
        ..ListQuery::default()
    };
    let list = query.read(&customers::FIELDS, "-lastActivityAt", Me::Refused).expect("a list");
    let actor = actor.clone();
    let page = db.read(move |c| customers::page(c, &actor, &list)).await.expect("a page");
    page.items.iter().map(|customer| customer.id.0).collect()
}

/// How often something happened to the deal and the task of a customer.
fn selling_events(generator: &Generator, index: u64, person: &Customer) -> usize {
    let deal = generator.deal(index, person).map_or(0, |deal| deal.visits.len());
    deal + generator.task(index, person).map_or(0, |task| 1 + usize::from(task.done_at.is_some()))
}

/// Living customers for which `wanted` holds, most recently active first.
fn expected(people: &[Customer], wanted: impl Fn(&Customer) -> bool) -> Vec<Uuid> {
    let mut found: Vec<&Customer> =
        people.iter().filter(|person| person.archived_at.is_none() && wanted(person)).collect();
    found.sort_by_key(|person| std::cmp::Reverse((person.last_activity_at(), person.id)));
    found.iter().map(|person| person.id).take(200).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_as_generated_and_found_every_way() {
    each_engine(|db| async move {
        let generator = Generator::new(400, 2);
        let (loaded, actor) = filled(&db, &generator).await;
        let people: Vec<Customer> = generator.customers().collect();
        assert_eq!(loaded.customers, 400);
        let events: usize = people.iter().map(|person| person.events.len()).sum();
        let sold: usize = (0..).zip(&people).map(|(index, person)| selling_events(&generator, index, person)).sum();
        assert_eq!(loaded.activities as usize, events + generator.companies().len() + sold);
        assert_eq!(db.read(crm::checks::broken_rules).await.expect("the rules can be asked"), []);

        for person in people.iter().step_by(7) {
            let (id, reader) = (CustomerId(person.id), actor.clone());
            let found = db.read(move |c| customers::get(c, &reader, id)).await.expect("the customer is there");
            assert_eq!((found.full_name.as_str(), found.version), (person.full_name.as_str(), person.version));
            assert_eq!(found.last_activity_at.0, person.last_activity_at());
            assert_eq!(found.contacts.len(), person.contacts.len());
            assert_eq!(found.company_id.map(|id| id.0), person.company.map(|at| generator.companies()[at].id));
            assert_eq!(found.claimed_by_id.is_some(), person.owner.is_some());
            let mut tags: Vec<&str> =
                person.tags.iter().map(|tagging| generator.tags()[tagging.tag].name.as_str()).collect();
            tags.sort_unstable();
            assert_eq!(found.tags, tags);
            for contact in &person.contacts {
                let by_address = ids(&db, &actor, None, Some(contact.canonical.clone())).await;
                assert_eq!(by_address.contains(&person.id), person.archived_at.is_none(), "{contact:?}");
            }
            let (reader, timeline) = (actor.clone(), crm::activity::Timeline::Customer(id));
            let page = db.read(move |c| crm::activity::page(c, &reader, timeline, None, 200, None)).await;
            let items = page.expect("a timeline").items;
            let is_sale = |kind: &str| kind.starts_with("deal.") || kind.starts_with("task.");
            let told: Vec<i64> =
                items.iter().rev().filter(|item| !is_sale(&item.kind)).map(|item| item.occurred_at.0).collect();
            assert_eq!(told, person.events.iter().map(|event| event.at).collect::<Vec<_>>());
        }

        // The copies that order a tag's page, and the index of company names.
        assert_eq!(ids(&db, &actor, None, None).await, expected(&people, |_| true));
        let tag = people.iter().find_map(|person| person.tags.first()).expect("somebody has a tag").tag;
        let name = &generator.tags()[tag].name;
        let tagged = |person: &Customer| person.tags.iter().any(|tagging| tagging.tag == tag);
        let filter = serde_json::json!({"field": "tags", "op": "has_any", "value": [name]}).to_string();
        assert_eq!(ids(&db, &actor, Some(filter), None).await, expected(&people, tagged));
        let part = generator.companies()[0].name.split(' ').next().expect("a word").to_string();
        let named = |person: &Customer| person.company.is_some_and(|at| generator.companies()[at].name.contains(&part));
        let filter = serde_json::json!({"field": "company.name", "op": "contains", "value": part}).to_string();
        assert_eq!(ids(&db, &actor, Some(filter), None).await, expected(&people, named));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_of_a_made_up_workspace_is_full_and_adds_up() {
    each_engine(|db| async move {
        let generator = Generator::new(400, 2);
        let (_, actor) = filled(&db, &generator).await;
        let people: Vec<Customer> = generator.customers().collect();
        let deals: Vec<_> = (0..).zip(&people).filter_map(|(index, person)| generator.deal(index, person)).collect();
        let reader = actor.clone();
        let stats = db
            .read(move |c| {
                let all = platform::filter::Tree::all(&crm::deals::FIELDS);
                crm::deals::stats(c, &reader, &all, None, None)
            })
            .await
            .expect("figures");
        for (place, stage) in ["open", "negotiating", "won", "lost"].into_iter().enumerate() {
            let wanted = deals.iter().filter(|deal| deal.stage() == place).count();
            assert!(wanted > 5, "{stage}");
            assert_eq!(stats.stages[stage] as usize, wanted, "{stage}");
        }
        let won: i64 = deals.iter().filter(|deal| deal.stage() == 2).map(|deal| deal.amount).sum();
        assert_eq!(stats.figures.won_amount.iter().map(|amount| amount.amount).sum::<i64>(), won);
    })
    .await;
}

/// What is put in past the rules has to keep them all the same.
#[test]
fn the_rules_take_what_is_generated_and_make_the_same_of_it() {
    let generator = Generator::new(3_000, 9);
    let now = Timestamp(generator.present());
    for company in generator.companies() {
        let new = NewCompany {
            name: company.name.clone(),
            legal_name: Some(company.legal_name.clone()),
            domains: Some(company.domains.clone()),
            website: company.website.clone(),
            linkedin_url: company.linkedin_url.clone(),
            industry: Some(company.industry.into()),
            size_band: SizeBand::parse(company.size_band),
            employee_count: Some(company.employee_count),
            annual_revenue: company.annual_revenue,
            country: Some(company.country.into()),
            city: Some(company.city.into()),
            ..NewCompany::default()
        };
        let parsed = new.parse(CompanyId(company.id), now).expect("a valid company");
        assert_eq!((&parsed.name, &parsed.domains), (&company.name, &company.domains));
        assert_eq!((&parsed.website, &parsed.linkedin_url), (&company.website, &company.linkedin_url));
        assert_eq!(parsed.size_band, Some(SizeBand::of(company.employee_count)));
    }
    for tag in generator.tags() {
        assert_eq!(TagName::parse(&tag.name, "").expect("a valid name").as_str(), tag.name);
        assert!(COLORS.contains(&tag.color), "{tag:?}");
    }
    for person in generator.customers() {
        let new = NewCustomer {
            first_name: Some(person.first_name.clone()),
            last_name: Some(person.last_name.clone()),
            full_name: Some(person.full_name.clone()),
            job_title: person.job_title.clone(),
            language: Some(person.language.into()),
            timezone: Some(person.timezone.into()),
            country: Some(person.country.into()),
            ..NewCustomer::default()
        };
        let parsed = new.parse().expect("a valid customer").profile;
        assert_eq!(parsed.full_name, person.full_name);
        assert_eq!((parsed.first_name, parsed.last_name), (new.first_name, new.last_name));
        assert_eq!((parsed.language, parsed.timezone, parsed.country), (new.language, new.timezone, new.country));
    }
}

fn with_address(address: &str) -> NewCustomer {
    let contact = NewContact { channel: Channel::Email, value: address.into(), label: None, is_primary: None };
    NewCustomer { full_name: Some("Somebody Else".into()), contacts: vec![contact], ..NewCustomer::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_domains_are_taken_by_the_living_only() {
    each_engine(|db| async move {
        let generator = Generator::new(400, 2);
        let (_, actor) = filled(&db, &generator).await;
        let holder = |archived: bool| {
            generator.customers().find_map(|person| {
                let email =
                    person.contacts.iter().find(|contact| contact.label == "work" && contact.channel == "email");
                email.filter(|_| person.archived_at.is_some() == archived).map(|email| email.canonical.clone())
            })
        };
        let (living, archived) = (holder(false).expect("a living one"), holder(true).expect("an archived one"));
        let (creator, new) = (actor.clone(), with_address(&living).parse().expect("valid"));
        let refused = db.write(move |tx| customers::create(tx, &creator, &new)).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        let (creator, new) = (actor.clone(), with_address(&archived).parse().expect("valid"));
        let made = db.write(move |tx| customers::create(tx, &creator, &new)).await.expect("the address is free");
        assert_eq!(made.archived_duplicates.len(), 1);
        // The company was found by the domain of its address.
        let company = made.company.expect("a company");
        let domain = archived.rsplit('@').next().expect("a domain").to_string();
        let owner = generator.companies().iter().find(|company| company.domains.contains(&domain));
        assert_eq!(Some(company.id.0), owner.map(|company| company.id));
        let (reader, id) = (actor.clone(), company.id);
        let company = db.read(move |c| companies::get(c, &reader, id)).await.expect("the company");
        assert!(company.domains.contains(&domain));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_made_once_and_signs_in() {
    each_engine(|db| async move {
        let now = Clock::system().now();
        let first = prepare(&db, now).await.expect("an empty database is filled");
        assert!(first.contains(EMAIL) && first.contains(PASSWORD), "{first}");
        assert_eq!(prepare(&db, now).await.expect("the workspace is known again"), first);
        let known = db.read(platform::accounts::organisations).await.expect("organisations");
        assert_eq!(known.len(), 1);
        let actor = Actor::system(known[0].0, Clock::system());
        assert_eq!(ids(&db, &actor, None, None).await.len(), 200);
        let besides = db.read(|c| {
            let count = |text: &'static str| c.query_one(text, |row| row.get::<i64>(0));
            Ok::<_, db::Error>((
                count("SELECT count(*) FROM segments WHERE kind = 'dynamic'")?,
                count("SELECT count(*) - count(DISTINCT full_name) FROM customers")?,
                count("SELECT count(*) FROM companies WHERE name LIKE '% Ltd.'")?,
            ))
        });
        let (segments, people, companies) = besides.await.expect("counts");
        assert!(segments == 3 && people >= 3 && companies >= 3, "{segments}, {people}, {companies}");
        // What scores is there, once, and everybody is about to be scored by it.
        let reader = actor.clone();
        let criteria = db.read(move |c| {
            let sold = crm::products::living(c, &reader.scope())?;
            sold.iter()
                .map(|one| Ok(crm::scoring::criteria(c, &reader, one.id)?.items))
                .collect::<platform::Result<Vec<_>>>()
        });
        let criteria = criteria.await.expect("criteria");
        assert!(!criteria.is_empty() && criteria.iter().all(|of_one| of_one.len() == 2));
        assert!(criteria.iter().flatten().all(|one| one.active && one.job_id.is_some()));
        let reader = actor.clone();
        let members = db.read(move |c| platform::accounts::all_members(c, &reader)).await.expect("members");
        assert_eq!(members.iter().filter(|member| member.role == Role::Owner).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_an_organisation_is_left_alone() {
    each_engine(|db| async move {
        filled(&db, &Generator::new(10, 1)).await;
        let refused = load(&db, &Generator::new(10, 2)).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("not empty")));
        // Its owner has the demo's address: it is the demo, of another size.
        assert!(prepare(&db, Clock::system().now()).await.is_ok());
        let actor = Actor::system(
            db.read(platform::accounts::organisations).await.expect("organisations")[0].0,
            Clock::system(),
        );
        assert_eq!(ids(&db, &actor, None, None).await.len(), 10);
    })
    .await;
}
