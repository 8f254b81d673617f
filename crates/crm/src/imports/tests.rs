//! Imports against a real database of each engine, from the file to the way back.

mod deals_since;
mod keeping;
mod limits;
mod policies;
mod segmenting;
mod selling;
mod undoing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ::jobs::{Options, Registry, Runner};
use db::testing::each_engine;
use db::{Db, params};
use platform::actor::Role;
use platform::clock::Timestamp;
use platform::http::IfMatch;
use platform::ids::{CompanyId, CustomerId, ImportId};
use platform::{Actor, Error};

use super::decide::Rules;
use super::field::RecordKind;
use super::model::{Always, ColumnMapping, Import, OnDuplicate, PlanBody, State};
use super::reader::Choice;
use super::upload::{self, Receiving};
use super::{cancel, firms, get, jobs, page, plan, run, undo};
use crate::companies::{self, Company};
use crate::contacts::{Channel, NewContact};
use crate::customers::{self, Customer, CustomerPatch, NewCustomer};
use crate::testing::{member, org};

/// What a run does with rows that are known, where nothing else is asked for.
const UPDATE: Rules = Rules { on_duplicate: OnDuplicate::Update, overwrite_owner: false };

/// Time that only a test moves, for jobs and records alike.
struct World {
    db: Db,
    actor: Actor,
    jobs_now: Arc<AtomicI64>,
}

impl World {
    async fn new(db: Db) -> World {
        let actor = org(&db).await;
        let now = actor.now().micros();
        World { db, actor, jobs_now: Arc::new(AtomicI64::new(now)) }
    }

    fn runner(&self) -> Runner {
        let mut registry = Registry::new();
        jobs::register(&mut registry, &self.actor.clock, std::env::temp_dir().join("no-uploads-here"));
        let now = Arc::clone(&self.jobs_now);
        let clock = ::jobs::Clock::new(move || now.load(Ordering::SeqCst));
        Runner::new(self.db.clone(), registry, clock, Options::default()).expect("a sound registry")
    }

    async fn work(&self) {
        self.runner().run_until_idle().await.expect("the jobs are done");
    }

    /// Does the work that a dead runner left. What it had sent to the database before it died may still be written,
    /// and keeps its lease alive until that runs out.
    async fn take_over(&self, id: ImportId) -> Import {
        for _ in 0..100 {
            self.jobs_now.fetch_add(120_000_000, Ordering::SeqCst);
            self.work().await;
            let import = self.get(id).await.expect("the import");
            if !import.state.is_busy() {
                return import;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("nobody takes the import over");
    }

    async fn upload_as(&self, actor: &Actor, record: RecordKind, name: &str, bytes: &[u8]) -> Result<Import, Error> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut receiving = Receiving::begin(folder.path().to_path_buf()).await?;
        for piece in bytes.chunks(100_000) {
            receiving.take(piece).await?;
        }
        let received = receiving.end().await?;
        let id = ImportId(actor.new_id());
        let (db, by, name) = (self.db.clone(), actor.clone(), name.to_owned());
        let found = upload::stage(db, by, id, record, name, received, Choice::default()).await?;
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "the file is gone at once");
        let by = actor.clone();
        self.db.write(move |tx| upload::publish(tx, &by, id, record, &found)).await
    }

    async fn upload(&self, record: RecordKind, text: &str) -> Import {
        self.upload_as(&self.actor, record, "file.csv", text.as_bytes()).await.expect("an upload")
    }

    async fn act(
        &self,
        actor: &Actor,
        id: ImportId,
        act: fn(&db::Tx<'_>, &Actor, ImportId) -> platform::Result<Import>,
    ) -> Result<Import, Error> {
        let by = actor.clone();
        self.db.write(move |tx| act(tx, &by, id)).await
    }

    async fn plan_as(&self, actor: &Actor, id: ImportId, body: PlanBody) -> Result<Import, Error> {
        let by = actor.clone();
        self.db.write(move |tx| plan(tx, &by, id, &body)).await?;
        self.work().await;
        self.get(id).await
    }

    /// Plans with the guessed mapping.
    async fn plan(&self, import: &Import, on_duplicate: OnDuplicate) -> Import {
        let body = guessed(import, on_duplicate);
        self.plan_as(&self.actor, import.id, body).await.expect("a plan")
    }

    async fn run(&self, id: ImportId) -> Import {
        self.act(&self.actor, id, run).await.expect("a run");
        self.work().await;
        self.get(id).await.expect("the import")
    }

    /// Uploads, plans and runs; the plan must foretell the run.
    async fn import(&self, record: RecordKind, text: &str, on_duplicate: OnDuplicate) -> Import {
        let import = self.upload(record, text).await;
        let planned = self.plan(&import, on_duplicate).await;
        assert_eq!(planned.state, State::Planned, "{:?}", planned.error);
        let done = self.run(import.id).await;
        assert_eq!(done.state, State::Completed, "{:?}", done.error);
        assert_eq!(counts(&planned), counts(&done), "the plan foretells the run: {:?}", done.problems);
        assert_eq!(planned.problems, done.problems);
        self.check().await;
        done
    }

    /// The same for somebody else, who must be able to do it.
    async fn import_as(&self, actor: &Actor, record: RecordKind, text: &str, on_duplicate: OnDuplicate) -> Import {
        let import = self.upload_as(actor, record, "file.csv", text.as_bytes()).await.expect("an upload");
        self.plan_as(actor, import.id, guessed(&import, on_duplicate)).await.expect("a plan");
        self.act(actor, import.id, run).await.expect("a run");
        self.work().await;
        self.get(import.id).await.expect("the import")
    }

    async fn get(&self, id: ImportId) -> Result<Import, Error> {
        let by = self.actor.clone();
        self.db.read(move |c| get(c, &by, id)).await
    }

    async fn undo(&self, id: ImportId) -> Import {
        self.act(&self.actor, id, undo).await.expect("an undo");
        self.work().await;
        self.check().await;
        self.get(id).await.expect("the import")
    }

    /// No rule between rows is broken.
    async fn check(&self) {
        // Without statistics the rules are asked by poor plans.
        self.db.analyze().await.expect("statistics");
        let broken = self.db.read(crate::checks::broken_rules).await.expect("the rules can be asked");
        assert!(broken.is_empty(), "{broken:?}");
    }

    async fn customers(&self) -> Vec<Customer> {
        let scope = self.actor.scope();
        self.db
            .read(move |c| {
                let ids: Vec<CustomerId> = c.query(
                    (
                        "SELECT id FROM customers WHERE org_id = $1 AND archived_at IS NULL ORDER BY full_name",
                        params![scope],
                    ),
                    |row| row.get(0),
                )?;
                let mut found = Vec::new();
                for part in ids.chunks(500) {
                    found.extend(customers::bulk::load(c, &scope, part)?);
                }
                found.sort_by(|left, right| left.full_name.cmp(&right.full_name));
                Ok::<_, Error>(found)
            })
            .await
            .expect("customers")
    }

    async fn companies(&self) -> BTreeMap<String, Company> {
        let scope = self.actor.scope();
        self.db
            .read(move |c| {
                let ids: Vec<CompanyId> = c.query(
                    ("SELECT id FROM companies WHERE org_id = $1 AND archived_at IS NULL", params![scope]),
                    |row| row.get(0),
                )?;
                let found = companies::bulk::load(c, &scope, &ids)?;
                Ok::<_, Error>(found.into_iter().map(|company| (company.name.clone(), company)).collect())
            })
            .await
            .expect("companies")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let scope = self.actor.scope();
        self.db.read(move |c| c.query_one((sql, params![scope]), |row| row.get::<i64>(0))).await.expect("a count")
    }

    /// Result and reason of each row, by its number in the file.
    async fn results(&self, id: ImportId) -> BTreeMap<i64, (String, String)> {
        let scope = self.actor.scope();
        self.db
            .read(move |c| {
                let rows = super::store::export_after(c, &scope, id, super::store::Phase::Run, None, 0, 10_000)?;
                Ok::<_, Error>(
                    rows.into_iter()
                        .map(|row| {
                            let reason = row.undone.or(row.reason).unwrap_or_default();
                            (row.number, (row.result.unwrap_or_default(), reason))
                        })
                        .collect(),
                )
            })
            .await
            .expect("results")
    }

    async fn create(&self, actor: &Actor, new: NewCustomer) -> Customer {
        let (by, parsed) = (actor.at_one_moment(), new.parse().expect("a sound body"));
        self.db.write(move |tx| customers::create(tx, &by, &parsed)).await.expect("a customer")
    }

    async fn patch(&self, id: CustomerId, patch: CustomerPatch) {
        let by = self.actor.at_one_moment();
        self.db
            .write(move |tx| customers::update(tx, &by, id, &patch, IfMatch(None)))
            .await
            .expect("a changed customer");
    }
}

fn guessed(import: &Import, on_duplicate: OnDuplicate) -> PlanBody {
    PlanBody {
        mapping: import.mapping.iter().map(super::model::ImportMapped::to_mapping).collect(),
        on_duplicate,
        overwrite_owner: false,
        always: Always::default(),
    }
}

fn counts(import: &Import) -> [i64; 6] {
    [import.processed, import.created, import.updated, import.unchanged, import.skipped, import.failed]
}

/// The address that a stored member has in tests.
fn address(member: &Actor) -> String {
    format!("{}@test.example", member.user_id.expect("a person"))
}

fn email(value: &str) -> NewContact {
    NewContact { channel: Channel::Email, value: value.to_owned(), label: None, is_primary: None }
}

fn ada() -> NewCustomer {
    NewCustomer {
        full_name: Some("Ada Lovelace".to_owned()),
        job_title: Some("Countess".to_owned()),
        contacts: vec![email("ada@example.com")],
        tags: vec!["old".to_owned()],
        ..NewCustomer::default()
    }
}

const ACCOUNTS: &str = include_str!("../../testdata/accounts.csv");

#[tokio::test(flavor = "multi_thread")]
async fn a_real_file_of_companies_comes_in_whole() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Company, ACCOUNTS).await;
        assert_eq!((import.state, import.rows, import.columns.len()), (State::Uploaded, 85, 7));
        assert_eq!((import.encoding.as_deref(), import.delimiter.as_deref()), (Some("UTF-8"), Some(",")));
        let planned = world.plan(&import, OnDuplicate::Skip).await;
        assert_eq!(counts(&planned), [85, 85, 0, 0, 0, 0], "{:?}", planned.problems);
        assert!(world.companies().await.is_empty(), "a plan writes no record");
        let offer = &planned.offers[0];
        assert_eq!((offer.value.as_str(), offer.meaning.as_str(), offer.rows), ("Philipines", "PH", 1));

        let done = world.run(import.id).await;
        assert_eq!((done.state, counts(&done)), (State::Completed, counts(&planned)));
        let companies = world.companies().await;
        assert_eq!(companies.len(), 85);
        assert_eq!(companies.values().filter(|company| company.parent_id.is_some()).count(), 15);
        // A parent may come after its subsidiary in the file.
        let faxquote = &companies["Faxquote"];
        assert_eq!(faxquote.parent.as_ref().map(|parent| parent.name.as_str()), Some("Sonron"));
        let acme = &companies["Acme Corporation"];
        assert_eq!((acme.annual_revenue, acme.employee_count), (Some(110_004), Some(2_822)));
        assert_eq!((acme.country.as_deref(), acme.industry.as_deref()), (Some("US"), Some("technolgy")));
        assert_eq!(companies["Bioholding"].country.as_deref(), Some("PH"));
        assert_eq!(companies["Hottechi"].country.as_deref(), Some("KR"));
        assert_eq!(companies["Dontechi"].annual_revenue, Some(461_800));
        world.check().await;

        // Once more: all are known.
        let again = world.import(RecordKind::Company, ACCOUNTS, OnDuplicate::Skip).await;
        assert_eq!(counts(&again), [85, 0, 0, 0, 85, 0]);
        let again = world.import(RecordKind::Company, ACCOUNTS, OnDuplicate::Update).await;
        assert_eq!(counts(&again), [85, 0, 0, 85, 0, 0]);
        assert_eq!(world.companies().await.len(), 85);

        let undone = world.undo(import.id).await;
        assert_eq!((undone.state, undone.undone.archived), (State::Undone, 85));
        assert!(world.companies().await.is_empty());
    })
    .await;
}

const PEOPLE: &str = "\
Name,E-Mail,Private email,Phone,Title,Company,Country,Tags,Notes
Anna Meyer,ANNA@acme.example,a.meyer@gmail.com,030 901820,CEO,Acme,Germany,vip; new,x
Bob Stone,bob@other.example,,+1 202 555 0143,,,USA,,
Ada L.,ada@example.com,,,Mathematician,Engines,,new,
Anna again,anna@ACME.example,,,Founder,,,,
Carl,not an address,,,,,,,
Dora,dora@acme.example,,,,,,bot:disabled,

Eve,eve@new.example,eve@home.example,,,,,,
Fay,,,+1 202 555 0199,,,,,
Fay,,,+1 202 555 0199,Boss,,,,
Gil,\"gil@x.example,,,,,,,
,,,,,,,,only a note
";

#[tokio::test(flavor = "multi_thread")]
async fn people_are_created_skipped_and_refused_one_by_one() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        let done = world.import(RecordKind::Customer, PEOPLE, OnDuplicate::Skip).await;
        assert_eq!(counts(&done), [11, 4, 0, 0, 3, 4], "{:?}", done.problems);

        let results = world.results(done.id).await;
        let result = |row: i64| results[&row].0.as_str();
        let reason = |row: i64| results[&row].1.as_str();
        assert_eq!([2, 3, 4, 5].map(result), ["created", "created", "skipped", "skipped"]);
        assert!(reason(4).contains("ada@example.com belongs to Ada Lovelace"), "{}", reason(4));
        assert_eq!(
            [6, 7, 9, 10, 11, 12, 13].map(result),
            ["failed", "failed", "created", "created", "skipped", "failed", "failed"]
        );
        assert!(reason(6).contains("not an email address"));
        assert!(reason(7).contains("bot:disabled") && reason(7).contains("reserved"));
        assert!(reason(12).contains("quote"), "{}", reason(12));
        assert!(reason(13).contains("neither a name nor an address"));
        assert!(!results.contains_key(&8), "the blank line does not count");
        let problem = &done.problems[0];
        assert_eq!(
            (problem.row, problem.column.as_deref(), problem.value.as_deref()),
            (6, Some("E-Mail"), Some("not an address"))
        );

        let customers = world.customers().await;
        let names: Vec<&str> = customers.iter().map(|customer| customer.full_name.as_str()).collect();
        assert_eq!(names, ["Ada Lovelace", "Anna Meyer", "Bob Stone", "Eve", "Fay"]);
        let anna = &customers[1];
        assert_eq!(anna.company.as_ref().map(|company| company.name.as_str()), Some("Acme"));
        assert_eq!((anna.country.as_deref(), anna.job_title.as_deref()), (Some("DE"), Some("CEO")));
        assert_eq!(anna.tags, ["new", "vip"]);
        let contacts: Vec<(&str, &str)> =
            anna.contacts.iter().map(|contact| (contact.canonical.as_str(), contact.label.as_str())).collect();
        assert_eq!(
            contacts,
            [("anna@acme.example", "work"), ("a.meyer@gmail.com", "personal"), ("+4930901820", "work")]
        );
        assert_eq!(anna.source.as_str(), "import");
        let ada = &customers[0];
        assert_eq!((ada.job_title.as_deref(), ada.tags.len()), (Some("Countess"), 1), "skipped means untouched");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_two_customers_fail_a_row() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let text = "Name,Email,Email 2\nBob,bob@x.example,\nEve,eve@x.example,bob@x.example\nAl,al@x.example,\nMix,al@x.example,bob@x.example\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [4, 2, 1, 0, 0, 1]);
        let results = world.results(done.id).await;
        assert!(results[&5].1.contains("different customers"), "{:?}", results[&5]);
        let customers = world.customers().await;
        assert_eq!(customers.len(), 2);
        assert_eq!(customers[1].full_name, "Eve");
        assert_eq!(customers[1].contacts.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_take_given_values_and_clear_nothing() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let before = world.create(&world.actor, ada()).await;
        let done = world.import(RecordKind::Customer, PEOPLE, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [11, 4, 3, 0, 0, 4], "{:?}", world.results(done.id).await);

        let customers = world.customers().await;
        let ada = customers.iter().find(|customer| customer.id == before.id).expect("Ada");
        assert_eq!((ada.full_name.as_str(), ada.job_title.as_deref()), ("Ada L.", Some("Mathematician")));
        assert_eq!(ada.tags, ["new", "old"]);
        assert_eq!(ada.company.as_ref().map(|company| company.name.as_str()), Some("Engines"));
        assert_eq!(ada.version, before.version + 1);
        assert_eq!(ada.source, before.source);
        let anna = customers.iter().find(|customer| customer.full_name == "Anna again").expect("Anna");
        // Empty cells of the second row cleared nothing of the first.
        assert_eq!((anna.job_title.as_deref(), anna.country.as_deref(), anna.tags.len()), (Some("Founder"), Some("DE"), 2));
        let fay = customers.iter().find(|customer| customer.full_name == "Fay").expect("Fay");
        assert_eq!(fay.job_title.as_deref(), Some("Boss"), "the same number and name are the same person");

        // The same file again changes nothing, but for the two rows about Anna, which disagree.
        let again = world.import(RecordKind::Customer, PEOPLE, OnDuplicate::Update).await;
        assert_eq!((again.created, again.failed, again.updated + again.unchanged), (0, 4, 7));
        let results = world.results(again.id).await;
        assert_eq!(results[&3].0, "unchanged", "{:?}", results[&3]);
        assert_eq!(results[&5].0, "updated");

        let events = world
            .count("SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'customer.imported' AND actor_kind = 'import'")
            .await;
        assert_eq!(events, done.created + done.updated + again.updated);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_foretells_a_run_over_many_chunks() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        for on_duplicate in [OnDuplicate::Skip, OnDuplicate::Update, OnDuplicate::FillEmpty, OnDuplicate::Create] {
            let stored = world.customers().await.len();
            // Rows meet each other across chunks: the same person, a new address of hers, a company named twice.
            let mut text = "Full name,Email,Email 2,Company,Domain,Title,Tags,Country\n".to_owned();
            let mark = on_duplicate.as_str().replace('_', "");
            for index in 0..2_600_u32 {
                let person = index % 1_700;
                text.push_str(&format!(
                    "Person {mark} {person},p{person}@{mark}{}.example,{},House {mark} {},{},{},{},{}\n",
                    person % 7,
                    if index % 5 == 0 { format!("x{mark}{person}@mail.example") } else { String::new() },
                    person % 40,
                    if person % 3 == 0 { format!("house{}.{mark}.example", person % 40) } else { String::new() },
                    if index > 2_000 { "Boss" } else { "Clerk" },
                    if index % 2 == 0 { "even" } else { "" },
                    if index < 2_000 { "" } else { "Germany" },
                ));
            }
            let done = world.import(RecordKind::Customer, &text, on_duplicate).await;
            let made = if on_duplicate == OnDuplicate::Create { 2_600 } else { 1_700 };
            assert_eq!((done.processed, done.created, done.failed), (2_600, made, 0), "{:?}", done.problems);
            match on_duplicate {
                OnDuplicate::Skip => assert_eq!(done.skipped, 900),
                OnDuplicate::Update => assert!(done.updated > 500 && done.updated + done.unchanged == 900),
                // The title stays, the country was empty.
                OnDuplicate::FillEmpty => assert_eq!((done.updated, done.unchanged), (600, 300)),
                OnDuplicate::Create => {}
            }
            assert_eq!(world.customers().await.len() as i64, stored as i64 + made);
        }
        let named =
            world.count("SELECT count(*) FROM companies WHERE org_id = $1 AND name_key LIKE 'house skip %'").await;
        assert_eq!(named, 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_restores_what_nobody_touched_since() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let colleague = member(&world.db, &world.actor, Role::Member).await;
        let ada = world.create(&world.actor, ada()).await;
        let grace = NewCustomer {
            full_name: Some("Grace".to_owned()),
            job_title: Some("Admiral".to_owned()),
            country: Some("US".to_owned()),
            contacts: vec![email("grace@navy.example")],
            ..NewCustomer::default()
        };
        let grace = world.create(&world.actor, grace).await;
        let text = format!(
            "Name,Email,Phone,Title,Company,Country,Tags,Owner\n\
             Ada B.,ada@example.com,+1 202 555 0143,Programmer,Engines,GB,math,{owner}\n\
             Grace H.,grace@navy.example,,Rear Admiral,,GB,,\n\
             New One,one@new.example,,,Engines,,math,\n\
             New Two,two@new.example,,,Engines,,,\n",
            owner = colleague.name
        );
        let done = world.import(RecordKind::Customer, &text, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [4, 2, 2, 0, 0, 0]);
        let customers = world.customers().await;
        let changed = customers.iter().find(|customer| customer.id == ada.id).expect("Ada");
        assert_eq!(changed.claimed_by_id, colleague.user_id);
        assert_eq!((changed.contacts.len(), changed.tags.len()), (2, 2));
        // Somebody corrects Grace's title and works on the second new customer.
        let title = |text: &str| CustomerPatch {
            job_title: platform::patch::Patch::Set(text.to_owned()),
            ..CustomerPatch::default()
        };
        world.patch(grace.id, title("Commodore")).await;
        let two = customers.iter().find(|customer| customer.full_name == "New Two").expect("Two").id;
        world.patch(two, title("Buyer")).await;

        let undone = world.undo(done.id).await;
        assert_eq!(undone.state, State::Undone);
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (1, 1, 2));
        let customers = world.customers().await;
        let names: Vec<&str> = customers.iter().map(|customer| customer.full_name.as_str()).collect();
        assert_eq!(names, ["Ada Lovelace", "Grace", "New Two"]);
        let back = &customers[0];
        assert_eq!(
            (&back.job_title, &back.country, back.company_id, back.claimed_by_id, &back.tags, back.contacts.len()),
            (&ada.job_title, &ada.country, None, None, &ada.tags, 1)
        );
        // What was corrected since stays, the rest goes back.
        assert_eq!(
            (customers[1].job_title.as_deref(), customers[1].country.as_deref()),
            (Some("Commodore"), Some("US"))
        );
        let results = world.results(done.id).await;
        assert!(results[&3].1.contains("jobTitle"), "{:?}", results[&3]);
        assert!(results[&5].1.contains("worked on it since"), "{:?}", results[&5]);
        // The company that the rows named stays with the customer that stays.
        assert!(world.companies().await.contains_key("Engines"));

        let twice = world.act(&world.actor, done.id, undo).await;
        assert!(matches!(twice, Err(Error::Conflict(conflict)) if conflict.code == "import_state"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_updated_linked_and_restored() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let first = "Company,Domain,Sector,Employees,Parent company\n\
                     Top,top.example,Steel,10,\n\
                     Middle,middle.example,Steel,20,Top\n\
                     Low,low.example,Coal,30,Middle\n";
        world.import(RecordKind::Company, first, OnDuplicate::Skip).await;
        let second = "Company,Domain,Sector,Employees,Parent company\n\
                      Top Inc,www.top.example,Iron,,Low\n\
                      MIDDLE,,Iron,,Other\n\
                      Low,low.example,Coal,30,Middle\n\
                      A,,,,B\n\
                      B,,,,A\n\
                      C,,,,B\n\
                      Self,,,,self\n\
                      D,d.example,,,Unknown Holding\n";
        let done = world.import(RecordKind::Company, second, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [8, 2, 1, 1, 0, 4], "{:?}", done.problems);
        let results = world.results(done.id).await;
        assert!(results[&2].1.contains("stands below"), "{:?}", results[&2]);
        assert!(
            results[&5].1.contains("circle")
                && results[&6].1.contains("circle")
                && results[&8].1.contains("own parent")
        );
        let companies = world.companies().await;
        let parent = |name: &str| companies[name].parent.as_ref().map(|parent| parent.name.clone());
        assert_eq!(parent("MIDDLE").as_deref(), Some("Other"));
        assert_eq!(companies["MIDDLE"].industry.as_deref(), Some("Iron"));
        assert_eq!(parent("D").as_deref(), Some("Unknown Holding"));
        assert_eq!(parent("C").as_deref(), Some("B"), "a parent that failed as a row is made by its name");

        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.restored, undone.undone.kept), (1, 0));
        let companies = world.companies().await;
        let names: Vec<&str> = companies.keys().map(String::as_str).collect();
        assert_eq!(names, ["Low", "Middle", "Top"]);
        assert_eq!(companies["Middle"].parent.as_ref().map(|parent| parent.name.as_str()), Some("Top"));
        assert_eq!(companies["Middle"].industry.as_deref(), Some("Steel"));
    })
    .await;
}

/// A file of `rows` new people.
fn crowd(rows: usize) -> String {
    let mut text = "Name,Email,Company,Tags\n".to_owned();
    for index in 0..rows {
        text.push_str(&format!("Person {index:05},p{index}@crowd.example,House {},tag {}\n", index % 50, index % 20));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_resumes_without_a_lost_or_doubled_row() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, &crowd(6_500)).await;
        world.plan(&import, OnDuplicate::Skip).await;
        world.act(&world.actor, import.id, run).await.expect("a run");
        let mut kills = 0;
        for round in 1..=3_i64 {
            let handle = world.runner().start();
            // Die as soon as another chunk is in, wherever the next one is.
            for _ in 0..2_000 {
                let seen = world.get(import.id).await.expect("the import");
                if seen.processed >= round * 1_000 || seen.state != State::Running {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            drop(handle);
            kills += i64::from(world.get(import.id).await.expect("the import").state == State::Running);
            // The lease of the dead runs out.
            world.jobs_now.fetch_add(120_000_000, Ordering::SeqCst);
        }
        assert!(kills >= 1, "the run was never interrupted");
        let done = world.take_over(import.id).await;
        assert_eq!((done.state, counts(&done)), (State::Completed, [6_500, 6_500, 0, 0, 0, 0]));
        assert_eq!(world.count("SELECT count(*) FROM customers WHERE org_id = $1").await, 6_500);
        let events = "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'customer.imported'";
        assert_eq!(world.count(events).await, 6_500);
        assert_eq!(world.count("SELECT count(*) FROM import_results WHERE org_id = $1 AND phase = 'run'").await, 6_500);
        assert_eq!(world.count("SELECT count(*) FROM import_results WHERE org_id = $1 AND phase = 'plan'").await, 0);
        assert_eq!(world.count("SELECT count(*) FROM companies WHERE org_id = $1").await, 50);
        world.check().await;

        // The way back dies, too.
        world.act(&world.actor, import.id, undo).await.expect("an undo");
        let handle = world.runner().start();
        for _ in 0..2_000 {
            let seen = world.get(import.id).await.expect("the import");
            if seen.processed >= 1_000 || seen.state != State::Undoing {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(handle);
        let undone = world.take_over(import.id).await;
        assert_eq!((undone.state, undone.undone.archived, undone.undone.kept), (State::Undone, 6_550, 0));
        assert!(world.customers().await.is_empty() && world.companies().await.is_empty());
        world.check().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_stopped_and_undone() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, &crowd(6_000)).await;
        world.plan(&import, OnDuplicate::Skip).await;
        world.act(&world.actor, import.id, run).await.expect("a run");
        let handle = world.runner().start();
        for _ in 0..2_000 {
            if world.get(import.id).await.expect("the import").processed > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.act(&world.actor, import.id, cancel).await.expect("a wish to stop");
        for _ in 0..2_000 {
            if world.get(import.id).await.expect("the import").state != State::Running {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        handle.shutdown(Duration::from_secs(5)).await;
        let stopped = world.get(import.id).await.expect("the import");
        assert_eq!(stopped.state, State::Canceled);
        assert!((1_000..6_000).contains(&stopped.created), "{}", stopped.created);
        assert_eq!(world.count("SELECT count(*) FROM customers WHERE org_id = $1").await, stopped.created);
        let undone = world.undo(import.id).await;
        assert_eq!(undone.state, State::Undone);
        assert!(world.customers().await.is_empty());

        // A plan that waits for its job is stopped at once, and may be made again.
        let other = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        let (by, id, body) = (world.actor.clone(), other.id, guessed(&other, OnDuplicate::Skip));
        let plan_body = body.clone();
        world.db.write(move |tx| plan(tx, &by, id, &plan_body)).await.expect("a plan");
        let stopped = world.act(&world.actor, other.id, cancel).await.expect("a stop");
        assert_eq!(stopped.state, State::Canceled);
        assert_eq!(world.plan_as(&world.actor, other.id, body).await.expect("a plan").state, State::Planned);
        assert_eq!(world.run(other.id).await.created, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_and_owners_are_kept() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let bo = member(&world.db, &world.actor, Role::Member).await;
        let mut owned = ada();
        owned.claimed_by_id = world.actor.user_id;
        let ada = world.create(&world.actor, owned).await;
        let text = format!(
            "Name,Email,Title,Owner\nAda,ada@example.com,X,\nMine,mine@x.example,,{}\nTheirs,theirs@x.example,,{}\n",
            address(&bo),
            address(&world.actor)
        );
        let import = world.upload_as(&bo, RecordKind::Customer, "bo.csv", text.as_bytes()).await.expect("an upload");
        // Others do not see it, admins do; nobody of another organisation.
        let cy = member(&world.db, &world.actor, Role::Member).await;
        let (id, by) = (import.id, cy.clone());
        assert!(matches!(world.db.read(move |c| get(c, &by, id)).await, Err(Error::NotFound(_))));
        let stranger = org(&world.db).await;
        assert!(matches!(world.db.read(move |c| get(c, &stranger, id)).await, Err(Error::NotFound(_))));
        let lists = |actor: Actor| {
            let db = world.db.clone();
            async move { db.read(move |c| page(c, &actor, None, None)).await.expect("a list").items.len() }
        };
        assert_eq!((lists(bo.clone()).await, lists(cy).await, lists(world.actor.clone()).await), (1, 0, 1));

        let mut body = guessed(&import, OnDuplicate::Update);
        body.overwrite_owner = true;
        assert!(matches!(world.plan_as(&bo, import.id, body.clone()).await, Err(Error::Forbidden(_))));
        body.overwrite_owner = false;
        let planned = world.plan_as(&bo, import.id, body).await.expect("a plan");
        assert_eq!(counts(&planned), [3, 1, 0, 0, 0, 2]);
        assert!(planned.problems[0].reason.contains("belongs to Ada Example"), "{:?}", planned.problems);
        assert!(planned.problems[1].reason.contains("only admins"), "{:?}", planned.problems);
        world.act(&bo, import.id, run).await.expect("a run");
        world.work().await;
        let customers = world.customers().await;
        assert_eq!(customers.iter().find(|one| one.full_name == "Mine").and_then(|one| one.claimed_by_id), bo.user_id);

        // An admin keeps owners, unless told to overwrite them.
        let text = format!("Name,Email,Owner\nAda,ada@example.com,{}\n", address(&bo));
        let kept = world.import(RecordKind::Customer, &text, OnDuplicate::Update).await;
        assert_eq!(kept.updated, 1);
        let owner =
            |customers: &[Customer]| customers.iter().find(|one| one.id == ada.id).and_then(|one| one.claimed_by_id);
        assert_eq!(owner(&world.customers().await), world.actor.user_id);
        let forced = world.upload(RecordKind::Customer, &text).await;
        let mut body = guessed(&forced, OnDuplicate::Update);
        body.overwrite_owner = true;
        world.plan_as(&world.actor, forced.id, body).await.expect("a plan");
        assert_eq!(world.run(forced.id).await.updated, 1);
        assert_eq!(owner(&world.customers().await), bo.user_id);
        world.check().await;
        let undone = world.undo(forced.id).await;
        assert_eq!(undone.undone.restored, 1);
        assert_eq!(owner(&world.customers().await), world.actor.user_id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_imports_nothing_more() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let bo = member(&world.db, &world.actor, Role::Member).await;
        let import = world.upload_as(&bo, RecordKind::Customer, "bo.csv", b"Name\nAnna\n").await.expect("an upload");
        world.plan_as(&bo, import.id, guessed(&import, OnDuplicate::Skip)).await.expect("a plan");
        world.act(&bo, import.id, run).await.expect("a run");
        let user = bo.user_id;
        world
            .db
            .write(move |tx| tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", params![user])))
            .await
            .expect("a disabled member");
        world.work().await;
        let failed = world.get(import.id).await.expect("the import");
        assert_eq!(failed.state, State::Failed);
        assert!(failed.error.is_some_and(|why| why.contains("no longer a member")));
        assert!(world.customers().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_remembered_for_the_same_columns() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let text = "Who,Where,Foo\nAnna,Home,anna@x.example\n";
        let import = world.upload(RecordKind::Customer, text).await;
        let values: BTreeMap<String, String> = [("Home".to_owned(), "DE".to_owned())].into_iter().collect();
        let mapped = |column: &str, field: Option<&str>, values: BTreeMap<String, String>| ColumnMapping {
            column: column.to_owned(),
            field: field.map(str::to_owned),
            values,
        };
        let body = PlanBody {
            mapping: vec![mapped("Who", Some("fullName"), BTreeMap::new()), mapped("Where", Some("country"), values)],
            on_duplicate: OnDuplicate::Skip,
            overwrite_owner: false,
            always: Always::default(),
        };
        world.plan_as(&world.actor, import.id, body).await.expect("a plan");
        let done = world.run(import.id).await;
        assert_eq!((done.created, done.mapping[2].field.as_deref()), (1, None), "unnamed columns are left out");
        assert_eq!(world.customers().await[0].country.as_deref(), Some("DE"));

        let again = world.upload(RecordKind::Customer, "where,FOO,who\nHome,b@x.example,Bob\n").await;
        let fields: Vec<Option<&str>> = again.mapping.iter().map(|mapped| mapped.field.as_deref()).collect();
        assert_eq!(fields, [Some("country"), None, Some("fullName")]);
        assert_eq!(again.mapping[0].values["Home"], "DE");
        // Not for companies, and not for other columns.
        let other = world.upload(RecordKind::Company, "where,FOO,who\nHome,b@x.example,Bob\n").await;
        assert!(other.mapping.iter().all(|mapped| mapped.confidence < 1.0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_out_of_turn_and_useless_files_are_refused() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let state = |outcome: Result<Import, Error>| match outcome {
            Err(Error::Conflict(conflict)) => conflict.code,
            other => panic!("{other:?}"),
        };
        let import = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        for act in [run, cancel, undo] {
            assert_eq!(state(world.act(&world.actor, import.id, act).await), "import_state");
        }
        let nothing = PlanBody {
            mapping: Vec::new(),
            on_duplicate: OnDuplicate::Skip,
            overwrite_owner: false,
            always: Always::default(),
        };
        assert!(matches!(world.plan_as(&world.actor, import.id, nothing).await, Err(Error::Invalid(_))));
        world.plan(&import, OnDuplicate::Skip).await;
        world.plan(&import, OnDuplicate::Update).await;
        world.run(import.id).await;
        let body = guessed(&import, OnDuplicate::Skip);
        assert_eq!(state(world.plan_as(&world.actor, import.id, body).await), "import_state");

        for (bytes, code) in [
            (b"".as_slice(), "file_empty"),
            (b"name,email\n", "file_without_rows"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_table"),
            (b"a,\"b\nc,d\n", "header_broken"),
        ] {
            match world.upload_as(&world.actor, RecordKind::Customer, "x.csv", bytes).await {
                Err(Error::Invalid(faults)) => {
                    assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), ("/file", code))
                }
                other => panic!("{other:?}"),
            }
        }
        // What was refused leaves nothing behind.
        let mut wide: Vec<String> = (0..3_000).map(|index| format!("row {index}")).collect();
        wide.insert(0, "name".to_owned());
        wide.push("\"".repeat(3));
        let good = world.upload(RecordKind::Customer, &wide.join("\n")).await;
        assert_eq!(good.rows, 3_001);
        let rows = world.count("SELECT count(DISTINCT import_id) FROM import_rows WHERE org_id = $1").await;
        assert_eq!((rows, world.count("SELECT count(*) FROM imports WHERE org_id = $1").await), (2, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn housekeeping_removes_what_is_too_old() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let done = world.import(RecordKind::Customer, "Name\nAnna\n", OnDuplicate::Skip).await;
        let staging = ImportId(world.actor.new_id());
        let by = world.actor.clone();
        world
            .db
            .write(move |tx| {
                super::store::insert(tx, &by, staging, RecordKind::Customer, "half.csv")?;
                let row = super::store::Staged { position: 1, number: 2, cells: "[]".to_owned(), broken: None };
                super::store::insert_rows(tx, &by.scope(), staging, &[row])
            })
            .await
            .expect("half an upload");
        assert_eq!(world.count("SELECT count(*) FROM imports WHERE org_id = $1").await, 2);
        let by = world.actor.clone();
        assert!(matches!(world.db.read(move |c| get(c, &by, staging)).await, Err(Error::NotFound(_))));

        let days = |days: i64| Timestamp(1_700_000_000_000_000 + days * 86_400_000_000);
        for (age, imports, rows) in [(2, 1, 1), (100, 1, 0)] {
            world.actor.clock.set(days(age));
            world.jobs_now.store(days(age).0, Ordering::SeqCst);
            world.work().await;
            // Schedules begin one period after they are first seen.
            world.jobs_now.fetch_add(3_700_000_000, Ordering::SeqCst);
            world.work().await;
            assert_eq!(world.count("SELECT count(*) FROM imports WHERE org_id = $1").await, imports);
            assert_eq!(world.count("SELECT count(*) FROM import_rows WHERE org_id = $1").await, rows);
        }
        let old = world.get(done.id).await.expect("what it did stays told");
        assert_eq!((old.state, old.created), (State::Completed, 1));
        let refused = world.act(&world.actor, done.id, undo).await;
        assert!(matches!(refused, Err(Error::Conflict(conflict)) if conflict.code == "import_too_old"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_over_a_file_use_its_keys() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, &crowd(300)).await;
        world.plan(&import, OnDuplicate::Skip).await;
        world.run(import.id).await;
        let engine = world.db.engine();
        for analyzed in [false, true] {
            if analyzed {
                world.db.analyze().await.expect("statistics");
            } else if engine == db::Engine::Postgres {
                continue;
            }
            // Of an import among others.
            for sql in super::store::statements(engine, &world.actor.scope(), ImportId(uuid::Uuid::nil())) {
                let text = sql.text().to_owned();
                let explained = world.db.read(move |c| c.explain(&sql)).await.expect("a plan");
                let scans = db::full_scans(&explained, &["import_rows", "import_results", "w", "r", "u", "f"]);
                assert!(scans.is_empty(), "{text}: {scans:?}");
                // The rows about one record are found by it, not by looking through all rows.
                let is_of_record =
                    text.contains("f.record_id") || (text.contains("o.record_id") && engine == db::Engine::Sqlite);
                assert!(!is_of_record || explained.contains("import_results_record"), "{explained}");
            }
        }
    })
    .await;
}
