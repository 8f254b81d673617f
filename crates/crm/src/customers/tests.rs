use super::*;
use crate::activity::{Activity, Timeline};
use crate::contacts::{ContactPatch, NewContact};
use crate::testing::{member, org};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::clock::Timestamp;
use platform::filter::Me;
use platform::paging::ListQuery;
use platform::patch::Patch;
use serde_json::{Value, json};

fn parsed(body: Value) -> ParsedCustomer {
    serde_json::from_value::<NewCustomer>(body).expect("a body").parse().expect("a valid customer")
}

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Customer> {
    let (actor, new) = (actor.clone(), parsed(body));
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: CustomerId, body: Value) -> Result<Customer> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<CustomerPatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn timeline(db: &Db, actor: &Actor, id: CustomerId) -> Vec<Activity> {
    let actor = actor.clone();
    db.read(move |c| activity::page(c, &actor, Timeline::Customer(id), None, 200, None)).await.unwrap().items
}

fn kinds(events: &[Activity]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

async fn names(db: &Db, actor: &Actor, query: ListQuery) -> Vec<String> {
    let (actor, list) = (actor.clone(), query.read(&FIELDS, "-lastActivityAt", Me::Allowed).unwrap());
    let page = db.read(move |c| page(c, &actor, &list)).await.unwrap();
    page.items.into_iter().map(|customer| customer.full_name).collect()
}

fn filter(tree: Value) -> ListQuery {
    ListQuery { filter: Some(tree.to_string()), ..ListQuery::default() }
}

fn search(q: &str) -> ListQuery {
    ListQuery { q: Some(q.into()), ..ListQuery::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_comes_back_as_it_was_made_and_is_logged() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(
            &db,
            &owner,
            json!({"firstName": "Zoë", "lastName": "Ünal", "country": "de", "language": "TR",
                "contacts": [{"channel": "email", "value": " Zoe@Example.COM "}, {"channel": "phone", "value": "030 901820"}],
                "tags": ["VIP", "industry:b2b-saas"], "claimedById": owner.user_id}),
        )
        .await
        .unwrap();
        assert_eq!((made.full_name.as_str(), made.country.as_deref()), ("Zoë Ünal", Some("DE")));
        assert_eq!(made.contacts[0].canonical, "zoe@example.com");
        assert_eq!(made.contacts[1].canonical, "+4930901820");
        assert!(made.contacts.iter().all(|contact| contact.is_primary));
        let actor = owner.clone();
        let read = db.read(move |c| get(c, &actor, made.id)).await.unwrap();
        assert_eq!(read, made);
        let events = timeline(&db, &owner, made.id).await;
        assert_eq!(kinds(&events), ["owner.claimed", "tag.added", "tag.added", "customer.created"]);
        assert_eq!(events[3].detail, json!({"source": "manual"}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_one_living_customer() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let body =
            |name: &str, email: &str| json!({"fullName": name, "contacts": [{"channel": "email", "value": email}]});
        let first = add(&db, &owner, body("First", "a@one.example")).await.unwrap();
        match add(&db, &owner, body("Second", "A@One.Example")).await {
            Err(Error::Conflict(conflict)) => {
                assert_eq!(conflict.path.as_deref(), Some("/contacts/0/value"));
                let existing = conflict.existing.unwrap();
                assert_eq!((existing.id, existing.archived), (first.id.to_string(), false));
            }
            other => panic!("{other:?}"),
        }
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, first.id, IfMatch(None))).await.unwrap();
        let second = add(&db, &owner, body("Second", "a@one.example")).await.expect("the archived one does not block");
        assert_eq!(second.archived_duplicates[0].id, first.id.to_string());
        let actor = owner.clone();
        match db.write(move |tx| restore(tx, &actor, first.id, IfMatch(None))).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.existing.unwrap().id, second.id.to_string()),
            other => panic!("{other:?}"),
        }
        // Phones are shared, and another organisation is another world.
        let phone = json!({"fullName": "P", "contacts": [{"channel": "phone", "value": "+49 30 901820"}]});
        add(&db, &owner, phone.clone()).await.unwrap();
        add(&db, &owner, phone).await.unwrap();
        let stranger = org(&db).await;
        add(&db, &stranger, body("Other", "a@one.example")).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_creations_leave_one_holder() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut tasks = Vec::new();
        for n in 0..16 {
            let (db, owner) = (db.clone(), owner.clone());
            tasks.push(tokio::spawn(async move {
                let body =
                    json!({"fullName": format!("n{n}"), "contacts": [{"channel": "telegram", "value": "@Same_Name"}]});
                add(&db, &owner, body).await
            }));
        }
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "contact_taken"),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(made, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_logged_with_old_and_new_and_count_versions() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, json!({"firstName": "Ada", "lastName": "Byron"})).await.unwrap();
        owner.clock.set(Timestamp(1_700_000_100_000_000));
        let changed =
            patch(&db, &owner, made.id, json!({"lastName": "Lovelace", "jobTitle": "Countess"})).await.unwrap();
        assert_eq!((changed.full_name.as_str(), changed.version), ("Ada Lovelace", 2));
        assert_eq!(changed.last_activity_at, owner.now());
        let same = patch(&db, &owner, made.id, json!({"jobTitle": " Countess "})).await.unwrap();
        assert_eq!(same.version, 2, "nothing changed");
        let events = timeline(&db, &owner, made.id).await;
        assert_eq!(kinds(&events), ["customer.updated", "customer.created"]);
        assert_eq!(
            events[0].detail,
            json!({"changes": [
                {"field": "lastName", "old": "Byron", "new": "Lovelace"},
                {"field": "fullName", "old": "Ada Byron", "new": "Ada Lovelace"},
                {"field": "jobTitle", "old": null, "new": "Countess"},
            ]})
        );
        let cleared = patch(&db, &owner, made.id, json!({"jobTitle": null})).await.unwrap();
        assert_eq!(cleared.job_title, None);
        match patch(&db, &owner, made.id, json!({"fullName": null, "firstName": null, "lastName": null})).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].path, "/fullName"),
            other => panic!("{other:?}"),
        }
        let actor = owner.clone();
        let stale = db.write(move |tx| update(tx, &actor, made.id, &CustomerPatch::default(), IfMatch(Some(1)))).await;
        match stale {
            Err(Error::Stale(current)) => assert_eq!(current["version"], 3),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_write_their_own_and_unclaimed_customers_and_nothing_happens_otherwise() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let bob = member(&db, &owner, Role::Member).await;
        let made = add(&db, &ann, json!({"fullName": "X", "claimedById": ann.user_id})).await.unwrap();
        let before = timeline(&db, &owner, made.id).await;
        let id = made.id;
        assert!(matches!(patch(&db, &bob, id, json!({"jobTitle": "x"})).await, Err(Error::Forbidden(_))));
        let actor = bob.clone();
        assert!(matches!(db.write(move |tx| archive(tx, &actor, id, IfMatch(None))).await, Err(Error::Forbidden(_))));
        let actor = bob.clone();
        assert!(matches!(
            db.write(move |tx| add_tag(tx, &actor, id, "new-tag", IfMatch(None))).await,
            Err(Error::Forbidden(_))
        ));
        let actor = bob.clone();
        assert!(matches!(db.write(move |tx| release(tx, &actor, id, IfMatch(None))).await, Err(Error::Forbidden(_))));
        let (actor, to) = (bob.clone(), bob.user_id.unwrap());
        assert!(matches!(
            db.write(move |tx| reassign(tx, &actor, id, to, IfMatch(None))).await,
            Err(Error::Forbidden(_))
        ));
        let new = serde_json::from_value::<NewContact>(json!({"channel": "email", "value": "x@x.example"})).unwrap();
        let actor = bob.clone();
        assert!(matches!(db.write(move |tx| add_contact(tx, &actor, id, &new)).await, Err(Error::Forbidden(_))));
        assert_eq!(timeline(&db, &owner, id).await, before);
        assert!(matches!(
            add(&db, &bob, json!({"fullName": "Y", "claimedById": ann.user_id})).await,
            Err(Error::Forbidden(_))
        ));
        patch(&db, &owner, id, json!({"jobTitle": "x"})).await.expect("admins write everything");
        let stranger = org(&db).await;
        assert!(matches!(patch(&db, &stranger, id, json!({"jobTitle": "x"})).await, Err(Error::NotFound(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_simultaneous_claims_one_wins() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, json!({"fullName": "X"})).await.unwrap();
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let rep = member(&db, &owner, Role::Member).await;
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                let actor = rep.clone();
                (rep, db.write(move |tx| claim(tx, &actor, made.id, IfMatch(None))).await)
            }));
        }
        let (mut winners, mut told) = (Vec::new(), Vec::new());
        for task in tasks {
            match task.await.unwrap() {
                (rep, Ok(_)) => winners.push(rep),
                (_, Err(Error::Conflict(conflict))) => told.push(conflict.existing.unwrap().id),
                (_, Err(other)) => panic!("{other}"),
            }
        }
        assert_eq!((winners.len(), told.len()), (1, 7));
        let winner = winners[0].user_id.unwrap();
        assert!(told.iter().all(|id| *id == winner.to_string()));
        let actor = winners[0].clone();
        db.write(move |tx| claim(tx, &actor, made.id, IfMatch(None))).await.expect("claiming one's own succeeds");
        let events = timeline(&db, &owner, made.id).await;
        assert_eq!(kinds(&events), ["owner.claimed", "customer.created"]);
        let actor = winners[0].clone();
        let free = db.write(move |tx| unclaim(tx, &actor, made.id, IfMatch(None))).await.unwrap();
        assert_eq!((free.claimed_by_id, free.claimed_at), (None, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_keep_one_primary_per_channel() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(
            &db,
            &owner,
            json!({"fullName": "X", "contacts": [{"channel": "email", "value": "a@x.example"},
                {"channel": "email", "value": "b@x.example", "isPrimary": true}]}),
        )
        .await
        .unwrap();
        let primaries = |customer: &Customer| {
            customer.contacts.iter().filter(|c| c.is_primary).map(|c| c.canonical.clone()).collect::<Vec<_>>()
        };
        assert_eq!(primaries(&made), ["b@x.example"]);
        let other = made.contacts.iter().find(|contact| !contact.is_primary).unwrap().clone();
        let promote = ContactPatch { is_primary: Patch::Set(true), ..ContactPatch::default() };
        let actor = owner.clone();
        db.write(move |tx| update_contact(tx, &actor, other.id, &promote, IfMatch(None))).await.unwrap();
        let actor = owner.clone();
        let now = db.read(move |c| get(c, &actor, made.id)).await.unwrap();
        assert_eq!(primaries(&now), ["a@x.example"]);
        let actor = owner.clone();
        db.write(move |tx| remove_contact(tx, &actor, other.id, IfMatch(None))).await.unwrap();
        let actor = owner.clone();
        let now = db.read(move |c| get(c, &actor, made.id)).await.unwrap();
        assert_eq!(primaries(&now), ["b@x.example"]);
        assert_eq!(names(&db, &owner, search("a@x")).await, Vec::<String>::new());
        assert_eq!(names(&db, &owner, search("b@x")).await, ["X"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_finds_its_company_but_never_over_a_person() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let company = |name: &'static str, domain: &'static str| {
            let actor = owner.clone();
            db.write(move |tx| {
                let new = companies::NewCompany {
                    name: name.into(),
                    domains: Some(vec![domain.into()]),
                    ..companies::NewCompany::default()
                };
                companies::create(tx, &actor, &new)
            })
        };
        let acme = company("Acme", "acme.example").await.unwrap();
        let other = company("Other", "other.example").await.unwrap();
        let email = |value: &str| json!({"fullName": value, "contacts": [{"channel": "email", "value": value}]});
        let linked = add(&db, &owner, email("a@mail.acme.example")).await.unwrap();
        assert_eq!(linked.company_id, Some(acme.id));
        let chosen = patch(&db, &owner, linked.id, json!({"companyId": other.id})).await.unwrap();
        assert_eq!(chosen.company.unwrap().name, "Other");
        let add_address = |id: CustomerId, value: &'static str| {
            let actor = owner.clone();
            let new = serde_json::from_value::<NewContact>(json!({"channel": "email", "value": value})).unwrap();
            db.write(move |tx| add_contact(tx, &actor, id, &new))
        };
        add_address(linked.id, "b@acme.example").await.unwrap();
        let actor = owner.clone();
        let kept = db.read(move |c| get(c, &actor, linked.id)).await.unwrap();
        assert_eq!(kept.company_id, Some(other.id));
        assert_eq!(add(&db, &owner, email("x@gmail.com")).await.unwrap().company_id, None);
        let late = add(&db, &owner, json!({"fullName": "Late", "tags": ["t"]})).await.unwrap();
        add_address(late.id, "late@acme.example").await.unwrap();
        assert_eq!(
            names(
                &db,
                &owner,
                filter(json!({"and": [{"field": "tags", "op": "has_any", "value": ["t"]},
                {"field": "company.name", "op": "contains", "value": "ACM"}]}))
            )
            .await,
            ["Late"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_parts_of_names_addresses_and_numbers() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (name, channel, value) in [
            ("Jürgen Großmann", "email", "j.grossmann@firma.example"),
            ("Nguyễn Văn An", "phone", "+84 24 3825 1234"),
            ("O'Neill \"Bo\" 100%", "telegram", "@bo_neill"),
            ("李小龍", "linkedin", "linkedin.com/in/lee-xl"),
            ("Open All Night", "email", "24-7@shop.example"),
        ] {
            add(&db, &owner, json!({"fullName": name, "contacts": [{"channel": channel, "value": value}]}))
                .await
                .unwrap();
        }
        for (q, expected) in [
            ("jurgen", "Jürgen Großmann"),
            ("MANN gros", "Jürgen Großmann"),
            ("@firma", "Jürgen Großmann"),
            ("van an", "Nguyễn Văn An"),
            ("024 38251", "Nguyễn Văn An"),
            ("(0)24-3825", "Nguyễn Văn An"),
            ("\"Bo\"", "O'Neill \"Bo\" 100%"),
            ("100%", "O'Neill \"Bo\" 100%"),
            ("bo_n", "O'Neill \"Bo\" 100%"),
            ("小龍", ""),
            ("李", "李小龍"),
            ("lee-xl", "李小龍"),
            ("24-7", "Open All Night"),
            ("024 7", ""),
            ("ju", "Jürgen Großmann"),
            ("bo%n", ""),
            ("nobody", ""),
        ] {
            let expected: Vec<String> =
                expected.split('\n').filter(|name| !name.is_empty()).map(String::from).collect();
            assert_eq!(names(&db, &owner, search(q)).await, expected, "{q}");
        }
        let stranger = org(&db).await;
        assert_eq!(names(&db, &stranger, search("jurgen")).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_walk_gives_the_same_list() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for n in 0..30 {
            owner.clock.set(Timestamp(1_700_000_000_000_000 + (n * 7 % 11)));
            let tags: Vec<&str> =
                [("even", 2), ("third", 3)].iter().filter(|(_, d)| n % d == 0).map(|(t, _)| *t).collect();
            add(&db, &owner, json!({"fullName": format!("Person {n:02}"), "tags": tags})).await.unwrap();
        }
        let tree = json!({"and": [{"field": "tags", "op": "has_all", "value": ["EVEN", "third"]}]});
        // The tag's own index and the plain walk must agree, page by page.
        let mut by_walk = Vec::new();
        for sort in ["-lastActivityAt", "-lastActivityAt,fullName"] {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let query = ListQuery {
                    sort: Some(sort.into()),
                    limit: Some("2".into()),
                    cursor: cursor.clone(),
                    ..filter(tree.clone())
                };
                let (actor, list) = (owner.clone(), query.read(&FIELDS, "-lastActivityAt", Me::Allowed).unwrap());
                let answer = db.read(move |c| page(c, &actor, &list)).await.unwrap();
                seen.extend(answer.items.into_iter().map(|customer| customer.full_name));
                cursor = answer.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            seen.sort();
            by_walk.push(seen);
        }
        assert_eq!(by_walk[0], ["Person 00", "Person 06", "Person 12", "Person 18", "Person 24"]);
        assert_eq!(by_walk[0], by_walk[1]);
        let actor = owner.clone();
        let parsed = platform::filter::Tree::parse(&tree, &FIELDS, Me::Allowed).unwrap();
        let counted = db.read(move |c| count(c, &actor, &parsed, None, false)).await.unwrap();
        assert_eq!((counted.count, counted.exact), (5, true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_customers_are_left_out_unless_asked_for() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, json!({"fullName": "Gone", "tags": ["t"]})).await.unwrap();
        add(&db, &owner, json!({"fullName": "Here", "tags": ["t"]})).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, made.id, IfMatch(None))).await.unwrap();
        assert_eq!(names(&db, &owner, ListQuery::default()).await, ["Here"]);
        assert_eq!(names(&db, &owner, search("Gone")).await, Vec::<String>::new());
        let tagged = json!({"field": "tags", "op": "has_any", "value": ["t"]});
        assert_eq!(names(&db, &owner, filter(tagged)).await, ["Here"]);
        let archived = json!({"field": "archived", "op": "is", "value": true});
        assert_eq!(names(&db, &owner, filter(archived)).await, ["Gone"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_walk_indexes() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    add(&db, &owner, json!({"fullName": "X", "tags": ["t"]})).await.unwrap();
    let tag = json!({"field": "tags", "op": "has_any", "value": ["t"]});
    let company = json!({"field": "company.name", "op": "contains", "value": "acme"});
    let cases = [
        (ListQuery::default(), "customers_recent"),
        (ListQuery { sort: Some("fullName".into()), ..ListQuery::default() }, "customers_name"),
        (ListQuery { sort: Some("-createdAt".into()), ..ListQuery::default() }, "customers_created"),
        (filter(tag.clone()), "customer_tags_page"),
        (filter(json!({"and": [tag, company]})), "customer_tags_page"),
        (filter(json!({"field": "claimedById", "op": "eq", "value": "me"})), "customers_owner"),
        (search("anna"), "VIRTUAL TABLE INDEX"),
    ];
    for (query, index) in cases {
        let actor = owner.clone();
        let list = query.read(&FIELDS, "-lastActivityAt", Me::Allowed).unwrap();
        let plan = db
            .read(move |c| {
                let context = organisations::filter_context(c, &actor)?;
                let sql = store::first_statement(c, &actor, &list, &context);
                Ok::<_, Error>(c.explain(&sql)?)
            })
            .await
            .unwrap();
        assert!(plan.contains(index), "{query:?} does not walk {index}:\n{plan}");
        let scans = full_scans(&plan, &["c", "g", "customers", "customer_tags"]);
        assert!(scans.is_empty(), "{query:?} scans:\n{plan}");
    }
}

fn asked_for(body: Value) -> Result<facets::Asked> {
    serde_json::from_value::<facets::FacetsBody>(body).expect("a body").read(&FIELDS, Me::Allowed)
}

fn values_of(fields: Value, filter: Value) -> Result<facets::Asked> {
    asked_for(json!({"fields": fields, "filter": filter}))
}

/// Of each field `value count`, a star for records without any.
async fn counted(db: &Db, actor: &Actor, fields: Value, filter: Value) -> Vec<Vec<String>> {
    counted_as(db, actor, json!({"fields": fields, "filter": filter})).await
}

async fn counted_as(db: &Db, actor: &Actor, body: Value) -> Vec<Vec<String>> {
    let (actor, asked) = (actor.clone(), asked_for(body).unwrap());
    let found = db.read(move |c| facets(c, &actor, &asked)).await.unwrap();
    let facets = found.facets.into_iter().inspect(|facet| assert!(facet.exact && !facet.more));
    facets
        .map(|facet| {
            facet.values.iter().map(|v| format!("{} {}", v.value.as_deref().unwrap_or("*"), v.count)).collect()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_counted_without_the_conditions_of_their_own_field() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let me = owner.user_id.unwrap().to_string();
        for (n, (country, tags, mine)) in [
            (Some("DE"), json!(["VIP", "hot"]), true),
            (Some("DE"), json!(["VIP"]), true),
            (Some("FR"), json!([]), false),
            (None, json!(["hot"]), false),
        ]
        .into_iter()
        .enumerate()
        {
            let body = json!({"fullName": format!("P{n}"), "country": country, "tags": tags,
                "claimedById": mine.then_some(&me)});
            add(&db, &owner, body).await.unwrap();
        }
        let gone = add(&db, &owner, json!({"fullName": "Gone", "country": "DE", "tags": ["VIP"]})).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, gone.id, IfMatch(None))).await.unwrap();
        // Another organisation's are nobody's business.
        add(&db, &org(&db).await, json!({"fullName": "Elsewhere", "country": "DE", "tags": ["VIP"]})).await.unwrap();

        let all = counted(&db, &owner, json!(["country", "tags", "claimedById", "source"]), Value::Null).await;
        assert_eq!(all[0], ["* 1", "DE 2", "FR 1"]);
        assert_eq!(all[1][0], "* 1");
        let mut tags = all[1][1..].to_vec();
        tags.sort();
        assert_eq!(tags, ["VIP 2", "hot 2"]);
        assert_eq!(all[2], ["* 2".to_string(), format!("{me} 2")]);
        assert_eq!(all[3], ["manual 4"]);

        let german = json!({"and": [{"field": "country", "op": "in", "value": ["DE"]},
            {"not": {"field": "claimedById", "op": "empty"}}]});
        let found = counted(&db, &owner, json!(["country", "claimedById", "tags"]), german).await;
        assert_eq!(found[0], ["DE 2"], "of those with an owner, whatever the country");
        assert_eq!(found[1], [format!("{me} 2")], "of the Germans, with an owner or not");
        let mut tags = found[2].clone();
        tags.sort();
        assert_eq!(tags, ["VIP 2", "hot 1"]);
        // A condition that is tied to another one stays.
        let either = json!({"or": [{"field": "country", "op": "eq", "value": "FR"},
            {"field": "claimedById", "op": "eq", "value": "me"}]});
        assert_eq!(counted(&db, &owner, json!(["country"]), either).await, [["DE 2", "FR 1"]]);
        let alone = json!({"field": "tags", "op": "has_any", "value": ["hot"]});
        assert_eq!(counted(&db, &owner, json!(["country", "tags"]), alone).await[0], ["* 1", "DE 1"]);
        assert_eq!(counted(&db, &owner, json!(["company.country"]), Value::Null).await, [["* 4"]]);

        // Groups are of what the whole filter finds, the field's own conditions included.
        for (field, filter, expected) in [
            ("country", json!({"field": "country", "op": "in", "value": ["DE"]}), vec!["DE 2"]),
            ("country", json!({"and": [{"field": "country", "op": "empty"}]}), vec!["* 1"]),
            ("country", json!({"field": "country", "op": "not_in", "value": ["DE"]}), vec!["* 1", "FR 1"]),
            ("tags", json!({"and": [{"field": "tags", "op": "has_any", "value": ["hot"]}]}), vec!["hot 2", "VIP 1"]),
        ] {
            let body = json!({"fields": [field], "filter": filter, "keepOwn": true});
            assert_eq!(counted_as(&db, &owner, body).await, [expected], "{filter}");
        }

        let (actor, asked) = (owner.clone(), asked_for(json!({"fields": ["country"], "limit": 1, "q": "P"})).unwrap());
        let found = db.read(move |c| facets(c, &actor, &asked)).await.unwrap();
        assert!(found.facets[0].more && found.facets[0].values.len() == 1 && found.facets[0].values[0].value.is_none());
    })
    .await;
}

#[test]
fn only_fields_of_few_values_are_counted() {
    for (fields, path) in [
        (json!([]), "/fields"),
        (json!(["fullName"]), "/fields/0"),
        (json!(["country", "segments"]), "/fields/1"),
        (json!(["country", "country"]), "/fields/1"),
        (json!(["nope"]), "/fields/0"),
        (json!(["companyId"]), "/fields/0"),
    ] {
        let Error::Malformed(faults) = values_of(fields.clone(), Value::Null).unwrap_err() else { panic!("{fields}") };
        assert_eq!(faults[0].path, path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_many_are_counted_along_the_newest() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    add(&db, &owner, json!({"fullName": "X", "tags": ["t"]})).await.unwrap();
    let french = json!({"field": "source", "op": "eq", "value": "manual"});
    let mine = json!({"field": "claimedById", "op": "eq", "value": "me"});
    let cases = [
        ("country", Value::Null, false, "customers_recent"),
        ("claimedById", Value::Null, false, "customers_recent"),
        ("tags", french.clone(), false, "customers_recent"),
        ("country", french, false, "customers_recent"),
        ("country", mine.clone(), false, "customers_owner"),
        ("claimedById", mine, true, "customers_owner"),
    ];
    for (field, tree, keep_own, index) in cases {
        let body = json!({"fields": [field], "filter": tree, "keepOwn": keep_own});
        let (actor, asked) = (owner.clone(), asked_for(body).unwrap());
        let plan = db.read(move |c| facet_plan(c, &actor, &asked)).await.unwrap();
        assert!(plan.contains(index), "{field} does not walk {index}:\n{plan}");
        let scans = full_scans(&plan, &["c", "x", "customers", "customer_tags"]);
        assert!(scans.is_empty(), "{field} scans:\n{plan}");
    }
}

fn email(name: &str, address: &str) -> Value {
    json!({"fullName": name, "contacts": [{"channel": "email", "value": address}]})
}

async fn read(db: &Db, actor: &Actor, id: CustomerId) -> Customer {
    let actor = actor.clone();
    db.read(move |c| get(c, &actor, id)).await.unwrap()
}

async fn patch_contact(db: &Db, actor: &Actor, contact: &Contact, body: Value) -> Result<Contact> {
    let (actor, id, patch) =
        (actor.clone(), contact.id, serde_json::from_value::<ContactPatch>(body).expect("a patch"));
    db.write(move |tx| update_contact(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn add_address(db: &Db, actor: &Actor, id: CustomerId, address: &str) -> Result<Contact> {
    let actor = actor.clone();
    let new = serde_json::from_value::<NewContact>(json!({"channel": "email", "value": address})).unwrap();
    db.write(move |tx| add_contact(tx, &actor, id, &new)).await
}

async fn hide(db: &Db, actor: &Actor, id: CustomerId) {
    let actor = actor.clone();
    db.write(move |tx| archive(tx, &actor, id, IfMatch(None))).await.unwrap();
}

/// The key of a program.
fn program(of: &Actor) -> Actor {
    Actor { kind: ActorKind::ApiKey, id: Some(uuid::Uuid::now_v7()), user_id: None, ..of.clone() }
}

fn refused_as<T: std::fmt::Debug>(outcome: Result<T>, wanted: &str) {
    match outcome {
        Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, wanted),
        Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, wanted),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_opted_out_does_not_become_another_one() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, email("X", "a@x.example")).await.unwrap();
        let contact = patch_contact(&db, &owner, &made.contacts[0], json!({"status": "opted_out"})).await.unwrap();
        refused_as(patch_contact(&db, &owner, &contact, json!({"value": "b@x.example"})).await, "consent_lowered");
        refused_as(patch_contact(&db, &owner, &contact, json!({"status": "bounced"})).await, "consent_lowered");
        patch_contact(&db, &owner, &contact, json!({"value": "A@x.example"}))
            .await
            .expect("the same, spelled otherwise");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_does_not_revive_an_address_that_bounced() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let key = program(&owner);
        let made = add(&db, &owner, email("X", "a@x.example")).await.unwrap();
        let contact = patch_contact(&db, &key, &made.contacts[0], json!({"status": "bounced"})).await.unwrap();
        refused_as(patch_contact(&db, &key, &contact, json!({"status": "active"})).await, "consent_lowered");
        refused_as(patch_contact(&db, &key, &contact, json!({"value": "b@x.example"})).await, "consent_lowered");
        let (actor, id) = (key.clone(), contact.id);
        refused_as(db.write(move |tx| remove_contact(tx, &actor, id, IfMatch(None))).await, "bounced");
        patch_contact(&db, &key, &contact, json!({"label": "other"})).await.expect("that says nothing about it");
        patch_contact(&db, &owner, &contact, json!({"status": "active"})).await.expect("a person may know better");
        patch_contact(&db, &key, &contact, json!({"status": "opted_out"})).await.expect("stricter");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_archived_customer_wished_goes_with_the_address() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let refusing = add(&db, &owner, email("Refusing", "no@x.example")).await.unwrap();
        patch(&db, &owner, refusing.id, json!({"doNotContact": true})).await.unwrap();
        let leaving = add(&db, &owner, email("Leaving", "out@x.example")).await.unwrap();
        patch_contact(&db, &owner, &leaving.contacts[0], json!({"status": "opted_out"})).await.unwrap();
        let bounced = add(&db, &owner, email("Bounced", "gone@x.example")).await.unwrap();
        patch_contact(&db, &owner, &bounced.contacts[0], json!({"status": "bounced"})).await.unwrap();
        for id in [refusing.id, leaving.id, bounced.id] {
            hide(&db, &owner, id).await;
        }
        let again = add(&db, &owner, email("Again", "no@x.example")).await.unwrap();
        assert!(again.do_not_contact);
        assert_eq!(read(&db, &owner, again.id).await.archived_duplicates, []);
        assert!(read(&db, &owner, again.id).await.do_not_contact);
        let again = add(&db, &owner, email("Again", "out@x.example")).await.unwrap();
        assert_eq!((again.contacts[0].status, again.do_not_contact), (contacts::ContactStatus::OptedOut, false));
        let other = add(&db, &owner, email("Other", "other@x.example")).await.unwrap();
        assert_eq!(other.contacts[0].status, contacts::ContactStatus::Active);
        let added = add_address(&db, &owner, other.id, "gone@x.example").await.unwrap();
        assert_eq!(added.status, contacts::ContactStatus::Bounced);
        hide(&db, &owner, again.id).await;
        let changed = patch_contact(&db, &owner, &other.contacts[0], json!({"value": "out@x.example"})).await.unwrap();
        assert_eq!(changed.status, contacts::ContactStatus::OptedOut);
        hide(&db, &owner, other.id).await;
        // Many at once, as imports make them.
        let (actor, now) = (owner.clone(), owner.now());
        let mut imported = read(&db, &owner, other.id).await;
        imported.id = CustomerId(owner.new_id());
        imported.archived_at = None;
        for contact in &mut imported.contacts {
            (contact.id, contact.customer_id) = (platform::ids::ContactId(owner.new_id()), imported.id);
            contact.status = contacts::ContactStatus::Active;
        }
        let fresh = bulk::Fresh {
            customer: imported.clone(),
            tags: Vec::new(),
            company_by_domain: true,
            events: vec![Event::CustomerCreated { source: "import".into() }],
        };
        db.write(move |tx| bulk::insert(tx, &actor, std::slice::from_ref(&fresh))).await.unwrap();
        let stored = read(&db, &owner, imported.id).await;
        let mut statuses: Vec<_> = stored.contacts.iter().map(|contact| contact.status).collect();
        statuses.sort_by_key(|status| status.as_str());
        assert_eq!(statuses, [contacts::ContactStatus::Bounced, contacts::ContactStatus::OptedOut]);
        assert_eq!(stored.created_at, now);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_addresses_than_a_statement_has_parameters_are_looked_up() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let first = add(&db, &owner, email("First", "n0@x.example")).await.unwrap();
        let last = add(&db, &owner, email("Last", "n39999@x.example")).await.unwrap();
        hide(&db, &owner, first.id).await;
        let asked: Vec<ParsedContact> = (0..40_000)
            .map(|n| {
                let new = json!({"channel": "email", "value": format!("n{n}@x.example")});
                ParsedContact::parse(&serde_json::from_value(new).unwrap(), None, "").unwrap()
            })
            .collect();
        let actor = owner.clone();
        let found = db.read(move |c| contacts::holders(c, &actor.scope(), &asked)).await.unwrap();
        let found: Vec<_> = found.iter().map(|holder| (holder.customer_id, holder.archived)).collect();
        assert_eq!(found, [(last.id, false), (first.id, true)], "the living first");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_customer_keeps_its_addresses() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, email("X", "a@x.example")).await.unwrap();
        add_address(&db, &owner, made.id, "b@x.example").await.unwrap();
        hide(&db, &owner, made.id).await;
        let (actor, id) = (owner.clone(), made.contacts[0].id);
        refused_as(db.write(move |tx| remove_contact(tx, &actor, id, IfMatch(None))).await, "archived");
        let actor = owner.clone();
        db.write(move |tx| restore(tx, &actor, made.id, IfMatch(None))).await.unwrap();
        assert_eq!(db.read(crate::checks::broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_contacts_is_a_change_of_their_customer() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, json!({"fullName": "X"})).await.unwrap();
        let contact = add_address(&db, &owner, made.id, "a@x.example").await.unwrap();
        assert_eq!(read(&db, &owner, made.id).await.version, 2);
        owner.clock.set(Timestamp(1_700_000_100_000_000));
        patch_contact(&db, &owner, &contact, json!({"label": "personal"})).await.unwrap();
        let now = read(&db, &owner, made.id).await;
        assert_eq!((now.version, now.updated_at, now.last_activity_at), (3, owner.now(), owner.now()));
        patch_contact(&db, &owner, &contact, json!({"label": "personal"})).await.unwrap();
        assert_eq!(read(&db, &owner, made.id).await.version, 3, "nothing changed");
        let (actor, id) = (owner.clone(), contact.id);
        db.write(move |tx| remove_contact(tx, &actor, id, IfMatch(None))).await.unwrap();
        assert_eq!(read(&db, &owner, made.id).await.version, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_taken_off_by_a_person_does_not_come_back_by_an_address() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let new = companies::NewCompany {
            name: "Acme".into(),
            domains: Some(vec!["acme.example".into()]),
            ..companies::NewCompany::default()
        };
        let acme = db.write(move |tx| companies::create(tx, &actor, &new)).await.unwrap();
        let freed = add(&db, &owner, email("Freed", "a@acme.example")).await.unwrap();
        assert_eq!(freed.company_id, Some(acme.id));
        patch(&db, &owner, freed.id, json!({"companyId": null})).await.unwrap();
        add_address(&db, &owner, freed.id, "b@acme.example").await.unwrap();
        assert_eq!(read(&db, &owner, freed.id).await.company_id, None);
        // Nobody has said anything about this one.
        let open = add(&db, &owner, email("Open", "open@gmail.com")).await.unwrap();
        patch_contact(&db, &owner, &open.contacts[0], json!({"value": "open@acme.example"})).await.unwrap();
        let linked = read(&db, &owner, open.id).await;
        assert_eq!((linked.company_id, linked.version), (Some(acme.id), 2));
        let events = timeline(&db, &owner, open.id).await;
        assert_eq!(kinds(&events), ["contact.changed", "customer.updated", "customer.created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_found_however_it_is_spaced_and_again_when_there_is_no_room() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let names: Vec<String> = (0..100).map(|n| format!("tag {n:02}")).collect();
        let made = add(&db, &owner, json!({"fullName": "X", "tags": names})).await.unwrap();
        let (actor, id) = (owner.clone(), made.id);
        db.write(move |tx| add_tag(tx, &actor, id, "TAG 07", IfMatch(None))).await.expect("it is there");
        let actor = owner.clone();
        refused_as(db.write(move |tx| add_tag(tx, &actor, id, "one more", IfMatch(None))).await, "too_many");
        let actor = owner.clone();
        let less = db.write(move |tx| remove_tag(tx, &actor, id, " Tag  07 ", IfMatch(None))).await.unwrap();
        assert_eq!(less.tags.len(), 99);
    })
    .await;
}
