use super::*;
use crate::activity::Activity;
use crate::checks::broken_rules;
use crate::companies::{CompanyPatch, NewCompany, archive, create, get, restore, timeline, update};
use crate::customers::{self, Customer, NewCustomer};
use crate::testing::{columns, member, org};
use db::Db;
use db::testing::{digest, each_engine};
use platform::actor::Role;
use platform::http::IfMatch;
use platform::ids::CustomerId;
use serde_json::{Value, json};

async fn write<T: Send + 'static>(
    db: &Db,
    actor: &Actor,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> Result<T> {
    let actor = actor.clone();
    db.write(move |tx| work(tx, &actor)).await
}

async fn add(db: &Db, actor: &Actor, body: Value) -> Company {
    let new: NewCompany = serde_json::from_value(body).expect("a body");
    write(db, actor, move |tx, actor| create(tx, actor, &new)).await.expect("a company")
}

async fn hire(db: &Db, actor: &Actor, company: &Company, name: &str) -> Customer {
    let body = json!({"fullName": name, "companyId": company.id, "tags": ["t"]});
    let new = serde_json::from_value::<NewCustomer>(body).unwrap().parse().unwrap();
    write(db, actor, move |tx, actor| customers::create(tx, actor, &new)).await.expect("a customer")
}

async fn read(db: &Db, actor: &Actor, id: CompanyId) -> Company {
    let actor = actor.clone();
    db.read(move |c| get(c, &actor, id)).await.expect("a company")
}

async fn customer(db: &Db, actor: &Actor, id: CustomerId) -> Customer {
    let actor = actor.clone();
    db.read(move |c| customers::get(c, &actor, id)).await.expect("a customer")
}

async fn patch(db: &Db, actor: &Actor, id: CompanyId, body: Value) -> Result<Company> {
    let patch: CompanyPatch = serde_json::from_value(body).expect("a patch");
    write(db, actor, move |tx, actor| update(tx, actor, id, &patch, IfMatch(None))).await
}

fn asked(primary: &Company, losers: &[&Company], fields: &[(&str, &Company)]) -> MergeCompanies {
    MergeCompanies {
        primary_id: primary.id,
        ids: losers.iter().map(|loser| loser.id).collect(),
        fields: fields.iter().map(|(name, winner)| ((*name).to_string(), winner.id)).collect(),
    }
}

async fn fold_in(db: &Db, actor: &Actor, asked: MergeCompanies) -> Result<Company> {
    write(db, actor, move |tx, actor| merge(tx, actor, &asked)).await
}

async fn split(db: &Db, actor: &Actor, company: &Company) -> Result<UnmergedCompany> {
    let id = company.id;
    write(db, actor, move |tx, actor| unmerge(tx, actor, id, IfMatch(None))).await
}

async fn kinds(db: &Db, actor: &Actor, id: CompanyId) -> Vec<String> {
    let actor = actor.clone();
    let page = db.read(move |c| timeline(c, &actor, id, &Default::default(), 200)).await.expect("a timeline");
    page.items.into_iter().map(|event: Activity| event.kind).collect()
}

fn refused_as<T: std::fmt::Debug>(outcome: Result<T>, code: &str) {
    let found = match outcome.expect_err("a refusal") {
        Error::Conflict(conflict) => conflict.code.to_string(),
        Error::Invalid(faults) => format!("{} {}", faults[0].path, faults[0].code),
        Error::Forbidden(_) => "forbidden".into(),
        other => panic!("{other}"),
    };
    assert_eq!(found, code);
}

async fn sound(db: &Db) {
    assert_eq!(db.read(broken_rules).await.unwrap(), []);
}

fn essence(company: &Company) -> Value {
    let mut value = serde_json::to_value(company).unwrap();
    for field in ["version", "updatedAt"] {
        value.as_object_mut().unwrap().remove(field);
    }
    value
}

const SHARED: [&str; 7] = ["record_id", "row_id", "anchor_id", "loser_id", "survivor_id", "target_id", "subject_id"];

#[tokio::test(flavor = "multi_thread")]
async fn every_column_that_names_a_company_is_in_the_list() {
    let listed: Vec<String> = REFERENCES.iter().map(|one| format!("{}.{}", one.table, one.column)).collect();
    let seen = std::sync::Mutex::new(BTreeSet::new());
    let (listed, seen) = (&listed, &seen);
    each_engine(|db| async move {
        let columns = db.read(columns).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
        for column in columns {
            let (table, name) = column.split_once('.').unwrap();
            let names_a_company = name.ends_with("company_id")
                || SHARED.contains(&name)
                || (table == "companies" && ["merged_into_id", "parent_id"].contains(&name));
            assert!(
                !names_a_company || listed.contains(&column),
                "{column}: say in REFERENCES how it follows when its company is merged"
            );
            seen.lock().unwrap().insert(column);
        }
    })
    .await;
    for column in listed {
        assert!(seen.lock().unwrap().contains(column), "{column} is listed and not there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_the_losers_is_the_survivors_and_comes_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let keep = add(&db, &owner, json!({"name": "Acme", "domains": ["acme.example"], "city": "Berlin"})).await;
        let lose = add(
            &db,
            &owner,
            json!({"name": "ACME Inc", "domains": ["acme.test", "acme.invalid"], "city": "Bonn", "country": "DE",
                "sizeBand": "11-50", "ownerId": owner.user_id}),
        )
        .await;
        let child = add(&db, &owner, json!({"name": "Child", "parentId": lose.id})).await;
        let ada = hire(&db, &owner, &lose, "Ada").await;
        let bo = hire(&db, &owner, &keep, "Bo").await;
        let (keep, lose) = (read(&db, &owner, keep.id).await, read(&db, &owner, lose.id).await);
        let wanted = asked(&keep, &[&lose], &[("city", &lose)]);
        let (actor, again) = (owner.clone(), wanted.clone());
        let told = db.read(move |c| preview(c, &actor, &again)).await.unwrap();
        let counts = [
            ("activities", 3),
            ("children", 1),
            ("customers", 1),
            ("deals", 0),
            ("domains", 2),
            ("notes", 0),
            ("tasks", 0),
        ];
        let counts: BTreeMap<String, i64> = counts.map(|(name, count)| (name.into(), count)).into();
        assert_eq!(told.counts, counts);
        assert_eq!((told.fields["country"], told.fields["name"]), (lose.id, keep.id));

        let merged = fold_in(&db, &owner, wanted).await.unwrap();
        assert_eq!(essence(&told.result), essence(&merged));
        assert_eq!(merged.domains, ["acme.example", "acme.test", "acme.invalid"]);
        assert_eq!((merged.city.as_deref(), merged.country.as_deref()), (Some("Bonn"), Some("DE")));
        assert_eq!((merged.owner_id, merged.customer_count), (owner.user_id, 2));
        assert_eq!(read(&db, &owner, child.id).await.parent_id, Some(keep.id));
        let moved = customer(&db, &owner, ada.id).await;
        assert_eq!((moved.company_id, moved.version), (Some(keep.id), ada.version + 1));
        let gone = read(&db, &owner, lose.id).await;
        assert_eq!((gone.merged_into_id, gone.archived_at.is_some()), (Some(keep.id), true));
        let log = kinds(&db, &owner, keep.id).await;
        assert_eq!(log[..2], ["company.merged", "customer.updated"]);
        assert_eq!(kinds(&db, &owner, lose.id).await, log);
        sound(&db).await;

        let back = split(&db, &owner, &lose).await.unwrap();
        assert_eq!(back.not_restored, []);
        assert_eq!(essence(&back.company), essence(&lose));
        assert_eq!(essence(&read(&db, &owner, keep.id).await), essence(&keep));
        assert_eq!(read(&db, &owner, child.id).await.parent_id, Some(lose.id));
        assert_eq!(customer(&db, &owner, ada.id).await.company_id, Some(lose.id));
        assert_eq!(customer(&db, &owner, bo.id).await.version, bo.version);
        assert!(kinds(&db, &owner, lose.id).await.contains(&"company.created".to_string()));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_come_back_in_any_order_and_from_inside_each_other() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut all = Vec::new();
        for name in ["keep", "a", "b", "c"] {
            let made = json!({"name": name, "domains": [format!("{name}.example")], "industry": name});
            let made = add(&db, &owner, made).await;
            hire(&db, &owner, &made, name).await;
            all.push(read(&db, &owner, made.id).await);
        }
        let (keep, a, b, c) = (&all[0], &all[1], &all[2], &all[3]);
        for (nested, order) in
            [(false, [a, b, c]), (false, [b, c, a]), (true, [a, c, b]), (true, [c, b, a]), (true, [b, a, c])]
        {
            if nested {
                fold_in(&db, &owner, asked(b, &[a], &[("industry", a)])).await.unwrap();
                fold_in(&db, &owner, asked(keep, &[b, c], &[("industry", b)])).await.unwrap();
            } else {
                fold_in(&db, &owner, asked(keep, &[a], &[("industry", a)])).await.unwrap();
                fold_in(&db, &owner, asked(keep, &[b, c], &[("industry", c)])).await.unwrap();
            }
            let merged = read(&db, &owner, keep.id).await;
            assert_eq!((merged.domains.len(), merged.customer_count), (4, 4));
            sound(&db).await;
            for loser in order {
                assert_eq!(split(&db, &owner, loser).await.unwrap().not_restored, []);
                sound(&db).await;
            }
            for company in &all {
                assert_eq!(essence(&read(&db, &owner, company.id).await), essence(company));
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_stays_a_tree() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let top = add(&db, &owner, json!({"name": "Top"})).await;
        let over = add(&db, &owner, json!({"name": "Over", "parentId": top.id})).await;
        let between = add(&db, &owner, json!({"name": "Between", "parentId": over.id})).await;
        let below = add(&db, &owner, json!({"name": "Below", "parentId": between.id})).await;
        let parent = async |company: &Company| read(&db, &owner, company.id).await.parent_id;
        // What was below the loser takes its place.
        let merged = fold_in(&db, &owner, asked(&below, &[&over], &[])).await.unwrap();
        assert_eq!(merged.parent_id, Some(top.id));
        assert_eq!(parent(&between).await, Some(below.id));
        split(&db, &owner, &over).await.unwrap();
        assert_eq!(parent(&below).await, Some(between.id));
        assert_eq!(parent(&between).await, Some(over.id));
        assert_eq!(parent(&over).await, Some(top.id));
        // And what was above it stays above.
        let merged = fold_in(&db, &owner, asked(&over, &[&below], &[])).await.unwrap();
        assert_eq!(merged.parent_id, Some(top.id));
        split(&db, &owner, &below).await.unwrap();
        assert_eq!(parent(&below).await, Some(between.id));
        // A parent that would be below is not chosen, and not taken over.
        let wanted = asked(&over, &[&below], &[("parentId", &below)]);
        refused_as(fold_in(&db, &owner, wanted).await, "/fields/parentId circle");
        let merged = fold_in(&db, &owner, asked(&top, &[&below], &[])).await.unwrap();
        assert_eq!(merged.parent_id, None);
        split(&db, &owner, &below).await.unwrap();
        // What was above the loser may have come below it meanwhile.
        fold_in(&db, &owner, asked(&top, &[&between], &[])).await.unwrap();
        patch(&db, &owner, over.id, json!({"parentId": null})).await.unwrap();
        patch(&db, &owner, over.id, json!({"parentId": below.id})).await.unwrap();
        let back = split(&db, &owner, &between).await.unwrap().company;
        assert_eq!((back.parent_id, parent(&below).await), (None, Some(between.id)));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_did_since_stays() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let keep = add(&db, &owner, json!({"name": "Keep", "domains": ["keep.example"]})).await;
        let lose =
            json!({"name": "Lose", "domains": ["lose.example", "gone.example"], "city": "Bonn", "country": "DE"});
        let lose = add(&db, &owner, lose).await;
        let ada = hire(&db, &owner, &lose, "Ada").await;
        fold_in(&db, &owner, asked(&keep, &[&lose], &[])).await.unwrap();
        let bo = hire(&db, &owner, &keep, "Bo").await;
        patch(&db, &owner, keep.id, json!({"city": "Kiel", "domains": ["keep.example", "lose.example"]}))
            .await
            .unwrap();
        let third = add(&db, &owner, json!({"name": "Third", "domains": ["gone.example"]})).await;
        let id = ada.id;
        let moved: customers::CustomerPatch = serde_json::from_value(json!({"companyId": third.id})).unwrap();
        write(&db, &owner, move |tx, actor| customers::update(tx, actor, id, &moved, IfMatch(None))).await.unwrap();

        let back = split(&db, &owner, &lose).await.unwrap();
        assert_eq!(back.company.domains, ["lose.example"]);
        assert_eq!((back.not_restored.len(), back.not_restored[0].domain.as_str()), (1, "gone.example"));
        assert_eq!(back.not_restored[0].existing.id, third.id.to_string());
        let keep = read(&db, &owner, keep.id).await;
        assert_eq!((keep.city.as_deref(), keep.country.as_deref()), (Some("Kiel"), None));
        assert_eq!(keep.domains, ["keep.example"]);
        assert_eq!(customer(&db, &owner, ada.id).await.company_id, Some(third.id));
        assert_eq!(customer(&db, &owner, bo.id).await.company_id, Some(keep.id));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_comes_back_finds_where_its_company_went() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let old = add(&db, &owner, json!({"name": "Old"})).await;
        let new = add(&db, &owner, json!({"name": "New"})).await;
        let other = add(&db, &owner, json!({"name": "Other"})).await;
        let (ada, bo) = (hire(&db, &owner, &old, "Ada").await, hire(&db, &owner, &other, "Bo").await);
        let people: customers::merging::MergeCustomers =
            serde_json::from_value(json!({"primaryId": ada.id, "ids": [bo.id], "fields": {"companyId": bo.id}}))
                .unwrap();
        let merged = write(&db, &owner, move |tx, actor| customers::merging::merge(tx, actor, &people)).await.unwrap();
        assert_eq!(merged.company_id, Some(other.id));
        fold_in(&db, &owner, asked(&new, &[&old], &[])).await.unwrap();
        let id = bo.id;
        write(&db, &owner, move |tx, actor| customers::merging::unmerge(tx, actor, id, IfMatch(None))).await.unwrap();
        assert_eq!(customer(&db, &owner, ada.id).await.company_id, Some(new.id));
        assert_eq!(customer(&db, &owner, bo.id).await.company_id, Some(other.id));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_merged_is_told_and_changes_nothing() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let plain = member(&db, &owner, Role::Member).await;
        let stranger = org(&db).await;
        let [a, b, c] = [
            add(&db, &owner, json!({"name": "A"})).await,
            add(&db, &owner, json!({"name": "B"})).await,
            add(&db, &owner, json!({"name": "C"})).await,
        ];
        let theirs = add(&db, &stranger, json!({"name": "Theirs"})).await;
        fold_in(&db, &owner, asked(&a, &[&b], &[])).await.unwrap();
        let id = c.id;
        write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        let before = digest(&db).await;
        for (wanted, code) in [
            (asked(&a, &[], &[]), "/ids required"),
            (asked(&a, &[&a], &[]), "/ids/0 repeated"),
            (asked(&a, &[&theirs], &[]), "/ids/0 unknown_company"),
            (asked(&theirs, &[&a], &[]), "/primaryId unknown_company"),
            (asked(&a, &[&c], &[("domains", &a)]), "/fields/domains unknown_field"),
            (asked(&a, &[&c], &[("city", &b)]), "/fields/city not_merged"),
            (asked(&a, &[&b], &[]), "merged"),
            (asked(&b, &[&a], &[]), "merged"),
            (asked(&c, &[&a], &[]), "archived"),
        ] {
            refused_as(fold_in(&db, &owner, wanted).await, code);
        }
        refused_as(fold_in(&db, &plain, asked(&a, &[&c], &[])).await, "forbidden");
        refused_as(split(&db, &plain, &b).await, "forbidden");
        refused_as(split(&db, &owner, &a).await, "not_merged");
        refused_as(patch(&db, &owner, b.id, json!({"city": "X"})).await, "merged");
        let id = b.id;
        refused_as(write(&db, &owner, move |tx, actor| restore(tx, actor, id, IfMatch(None))).await, "merged");
        assert!(digest(&db).await == before, "something changed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_merges_leave_one_survivor() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut all = Vec::new();
        for n in 0..8 {
            let made = add(&db, &owner, json!({"name": format!("C{n}"), "domains": [format!("c{n}.example")]})).await;
            hire(&db, &owner, &made, &format!("P{n}")).await;
            all.push(made);
        }
        let tasks: Vec<_> = (0..64_usize)
            .map(|n| {
                let (one, other) = (&all[n % 8], &all[(n % 8 + 1 + n / 8 % 7) % 8]);
                let (db, owner, wanted) = (db.clone(), owner.clone(), asked(one, &[other], &[]));
                tokio::spawn(async move { fold_in(&db, &owner, wanted).await })
            })
            .collect();
        for task in tasks {
            if let Err(error) = task.await.unwrap() {
                refused_as(Err::<(), _>(error), "merged");
            }
        }
        let mut living = Vec::new();
        for company in &all {
            living.push(read(&db, &owner, company.id).await);
        }
        living.retain(|company| company.archived_at.is_none());
        assert_eq!(living.len(), 1);
        assert_eq!((living[0].domains.len(), living[0].customer_count), (8, 8));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_loser_leaves_empty_falls_to_the_next_that_stays_merged() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = add(&db, &owner, json!({"name": "One"})).await;
        let two = add(&db, &owner, json!({"name": "Two", "city": "Rome", "industry": "Tools"})).await;
        let three = add(&db, &owner, json!({"name": "Three", "city": "Oslo"})).await;
        let city = |at: Company| (at.city.unwrap_or_default(), at.industry.unwrap_or_default());
        let merged = fold_in(&db, &owner, asked(&one, &[&two, &three], &[])).await.unwrap();
        assert_eq!(city(merged), ("Rome".into(), "Tools".into()));
        split(&db, &owner, &two).await.unwrap();
        assert_eq!(city(read(&db, &owner, one.id).await), ("Oslo".into(), String::new()));
        split(&db, &owner, &three).await.unwrap();
        assert_eq!(city(read(&db, &owner, one.id).await), (String::new(), String::new()));
        assert_eq!(city(read(&db, &owner, two.id).await), ("Rome".into(), "Tools".into()));
    })
    .await;
}
