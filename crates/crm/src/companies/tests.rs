use super::*;
use crate::customers;
use crate::testing::{member, org};
use db::Db;
use db::testing::each_engine;
use platform::actor::Role;
use platform::filter::Me;
use platform::paging::ListQuery;
use serde_json::{Value, json};

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Company> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewCompany>(body).expect("a body"));
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: CompanyId, body: Value) -> Result<Company> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<CompanyPatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn names(db: &Db, actor: &Actor, query: ListQuery) -> Vec<String> {
    let (actor, list) = (actor.clone(), query.read(&FIELDS, "name", Me::Allowed).unwrap());
    let page = db.read(move |c| page(c, &actor, &list)).await.unwrap();
    page.items.into_iter().map(|company| company.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_comes_back_as_it_was_made_and_is_logged() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let body = json!({"name": " Škoda ", "domains": ["https://www.Skoda.example/about", "skoda.example", "s.example"],
            "country": "cz", "sizeBand": "51-200", "employeeCount": 120, "annualRevenue": 500_000_000_i64});
        let made = add(&db, &owner, body).await.unwrap();
        assert_eq!(made.name, "Škoda");
        assert_eq!(made.domains, ["skoda.example", "s.example"]);
        let actor = owner.clone();
        assert_eq!(db.read(move |c| get(c, &actor, made.id)).await.unwrap(), made);
        let changed = patch(&db, &owner, made.id, json!({"city": "Praha", "domains": ["s.example"]})).await.unwrap();
        assert_eq!((changed.version, changed.domains.len()), (2, 1));
        let actor = owner.clone();
        let events = db
            .read(move |c| activity::page(c, &actor, activity::Timeline::Company(made.id), None, 10, None))
            .await
            .unwrap();
        assert_eq!(
            events.items[0].detail,
            json!({"changes": [{"field": "domains", "old": ["skoda.example", "s.example"], "new": ["s.example"]},
                {"field": "city", "old": null, "new": "Praha"}]})
        );
        assert_eq!(names(&db, &owner, ListQuery { q: Some("skod".into()), ..ListQuery::default() }).await, ["Škoda"]);
        assert_eq!(names(&db, &owner, ListQuery { q: Some("xyz".into()), ..ListQuery::default() }).await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_belongs_to_one_living_company() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let first = add(&db, &owner, json!({"name": "A", "domains": ["a.example"]})).await.unwrap();
        match add(&db, &owner, json!({"name": "B", "domains": ["b.example", "A.example"]})).await {
            Err(Error::Conflict(conflict)) => {
                assert_eq!(conflict.path.as_deref(), Some("/domains/1"));
                assert_eq!(conflict.existing.unwrap().id, first.id.to_string());
            }
            other => panic!("{other:?}"),
        }
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, first.id, IfMatch(None))).await.unwrap();
        let second = add(&db, &owner, json!({"name": "B", "domains": ["a.example"]})).await.unwrap();
        let actor = owner.clone();
        match db.write(move |tx| restore(tx, &actor, first.id, IfMatch(None))).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.existing.unwrap().id, second.id.to_string()),
            other => panic!("{other:?}"),
        }
        assert_eq!(names(&db, &owner, ListQuery::default()).await, ["B"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_never_below_itself() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let top = add(&db, &owner, json!({"name": "Top"})).await.unwrap();
        let middle = add(&db, &owner, json!({"name": "Middle", "parentId": top.id})).await.unwrap();
        let low = add(&db, &owner, json!({"name": "Low", "parentId": middle.id})).await.unwrap();
        assert_eq!(low.parent.as_ref().unwrap().name, "Middle");
        for parent in [top.id, middle.id, low.id] {
            match patch(&db, &owner, top.id, json!({"parentId": parent})).await {
                Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "circle"),
                other => panic!("{other:?}"),
            }
        }
        let children = json!({"field": "parentId", "op": "eq", "value": top.id}).to_string();
        let query = ListQuery { filter: Some(children), ..ListQuery::default() };
        assert_eq!(names(&db, &owner, query).await, ["Middle"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_company_finds_and_links_the_people_of_its_domain() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (name, address) in
            [("In", "in@acme.example"), ("Sub", "sub@mail.acme.example"), ("Not", "not@notacme.example")]
        {
            let new = serde_json::from_value::<customers::NewCustomer>(
                json!({"fullName": name, "contacts": [{"channel": "email", "value": address}]}),
            )
            .unwrap()
            .parse()
            .unwrap();
            let actor = owner.clone();
            db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap();
        }
        let actor = owner.clone();
        let found = db.read(move |c| match_domain(c, &actor, "https://www.acme.example/")).await.unwrap();
        let mut people: Vec<&str> = found.unlinked_customers.iter().map(|c| c.full_name.as_str()).collect();
        people.sort_unstable();
        assert_eq!((people, found.company.is_none(), found.free_mail), (vec!["In", "Sub"], true, false));
        let made = add(&db, &owner, json!({"name": "Acme", "domains": ["acme.example"], "linkCustomers": true}))
            .await
            .unwrap();
        assert_eq!(made.customer_count, 2);
        let actor = owner.clone();
        let again = db.read(move |c| match_domain(c, &actor, "acme.example")).await.unwrap();
        assert_eq!((again.company.map(|company| company.id), again.unlinked_customers), (Some(made.id), Vec::new()));
        let actor = owner.clone();
        assert!(db.read(move |c| match_domain(c, &actor, "gmail.com")).await.unwrap().free_mail);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_write_unowned_companies_and_their_own() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let bob = member(&db, &owner, Role::Member).await;
        let made = add(&db, &ann, json!({"name": "X"})).await.unwrap();
        patch(&db, &bob, made.id, json!({"city": "Rom"})).await.expect("unowned");
        patch(&db, &ann, made.id, json!({"ownerId": ann.user_id})).await.expect("taking an unowned company");
        assert!(matches!(patch(&db, &bob, made.id, json!({"city": "Bari"})).await, Err(Error::Forbidden(_))));
        assert!(matches!(patch(&db, &ann, made.id, json!({"ownerId": bob.user_id})).await, Err(Error::Forbidden(_))));
        match patch(&db, &owner, made.id, json!({"ownerId": uuid::Uuid::nil()})).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "unknown_member"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_companies_never_become_parents_of_each_other() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for _ in 0..40 {
            let one = add(&db, &owner, json!({"name": "One"})).await.unwrap().id;
            let two = add(&db, &owner, json!({"name": "Two"})).await.unwrap().id;
            let below = |id: CompanyId, parent: CompanyId| {
                let (db, owner) = (db.clone(), owner.clone());
                tokio::spawn(async move { patch(&db, &owner, id, json!({"parentId": parent})).await })
            };
            let (first, second) = (below(one, two), below(two, one));
            match (first.await.unwrap(), second.await.unwrap()) {
                (Ok(_), Err(Error::Invalid(faults))) | (Err(Error::Invalid(faults)), Ok(_)) => {
                    assert_eq!(faults[0].code, "circle");
                }
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_change_leaves_alone_is_not_asked_for_again() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let top = add(&db, &owner, json!({"name": "Top"})).await.unwrap();
        let low = json!({"name": "Low", "parentId": top.id, "ownerId": ann.user_id});
        let low = add(&db, &owner, low).await.unwrap();
        let (actor, id) = (owner.clone(), ann.user_id.unwrap());
        db.write(move |tx| {
            archive(tx, &actor, top.id, IfMatch(None))?;
            Ok::<_, Error>(tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", db::params![id]))?)
        })
        .await
        .unwrap();
        let changed = patch(&db, &owner, low.id, json!({"city": "Rom"})).await.unwrap();
        assert_eq!(changed.parent.unwrap().name, "Top");
        patch(&db, &owner, low.id, json!({"parentId": top.id, "ownerId": ann.user_id, "city": "Bari"})).await.unwrap();
        let faults = |outcome: Result<Company>| match outcome {
            Err(Error::Invalid(faults)) => faults[0].code.clone(),
            other => panic!("{other:?}"),
        };
        let other = add(&db, &owner, json!({"name": "Other"})).await.unwrap();
        assert_eq!(faults(patch(&db, &owner, other.id, json!({"parentId": top.id})).await), "company_archived");
        assert_eq!(faults(patch(&db, &owner, other.id, json!({"ownerId": ann.user_id})).await), "member_disabled");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_has_a_height() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut towers = Vec::new();
        for _ in 0..2 {
            let mut floors = vec![add(&db, &owner, json!({"name": "0"})).await.unwrap().id];
            for n in 1..=DEPTH_MAX / 2 {
                let floor = json!({"name": n.to_string(), "parentId": floors[n - 1]});
                floors.push(add(&db, &owner, floor).await.unwrap().id);
            }
            towers.push(floors);
        }
        let (first, second) = (&towers[0], &towers[1]);
        // Ten levels on top of ten and the one between them.
        match patch(&db, &owner, second[0], json!({"parentId": first[DEPTH_MAX / 2]})).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "circle"),
            other => panic!("{other:?}"),
        }
        patch(&db, &owner, second[0], json!({"parentId": first[DEPTH_MAX / 2 - 1]})).await.expect("one level less");
        patch(&db, &owner, second[DEPTH_MAX / 2], json!({"city": "Rom"})).await.expect("the lowest can be changed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_links_their_own_and_unclaimed_people_alone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let bob = member(&db, &owner, Role::Member).await;
        for (name, by) in [("Free", None), ("Ann's", Some(&ann)), ("Bob's", Some(&bob))] {
            let body = json!({"fullName": name, "claimedById": by.map(|by| by.user_id), "tags": ["t"],
                "contacts": [{"channel": "email", "value": format!("{}@acme.example", name.replace('\'', ""))},
                    {"channel": "email", "value": format!("{}@mail.acme.example", name.replace('\'', ""))}]});
            let new = serde_json::from_value::<customers::NewCustomer>(body).unwrap().parse().unwrap();
            let actor = by.unwrap_or(&owner).clone();
            db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap();
        }
        let actor = owner.clone();
        let found = db.read(move |c| match_domain(c, &actor, "acme.example")).await.unwrap();
        assert_eq!(found.unlinked_customers.len(), 3, "each once");
        owner.clock.set(platform::clock::Timestamp(1_700_000_100_000_000));
        let made =
            add(&db, &ann, json!({"name": "Acme", "domains": ["acme.example"], "linkCustomers": true})).await.unwrap();
        assert_eq!(made.customer_count, 2);
        let actor = owner.clone();
        let left = db.read(move |c| match_domain(c, &actor, "acme.example")).await.unwrap();
        let left: Vec<&str> = left.unlinked_customers.iter().map(|customer| customer.full_name.as_str()).collect();
        assert_eq!(left, ["Bob's"]);
        assert_eq!(db.read(crate::checks::broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_domains_than_a_statement_has_parameters_are_looked_up() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        add(&db, &owner, json!({"name": "A", "domains": ["d0.example", "d69999.example"]})).await.unwrap();
        let domains: Vec<String> = (0..70_000).map(|n| format!("d{n}.example")).collect();
        let actor = owner.clone();
        let found = db
            .read(move |c| {
                let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
                let exact = bulk::by_domains(c, &actor.scope(), &domains)?;
                let hosts = bulk::by_hosts(c, &actor.scope(), &domains)?;
                let named = bulk::by_names(c, &actor.scope(), &domains, bulk::Namesakes::Oldest)?;
                Ok::<_, Error>((exact.len(), hosts.len(), named.len()))
            })
            .await
            .unwrap();
        assert_eq!(found, (2, 2, 0));
    })
    .await;
}
