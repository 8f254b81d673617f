use super::*;
use crate::activity::Activity;
use crate::checks::broken_rules;
use crate::contacts::{Channel, ContactPatch, ContactStatus};
use crate::customers::{
    CustomerPatch, NewCustomer, add_tag, archive, create, get, remove_tag, restore, timeline, update, update_contact,
};
use crate::testing::{columns, member, org};
use db::Db;
use db::testing::{digest, each_engine};
use platform::actor::Role;
use platform::clock::Timestamp;
use platform::http::IfMatch;
use serde_json::{Value, json};

async fn add(db: &Db, actor: &Actor, body: Value) -> Customer {
    let new = serde_json::from_value::<NewCustomer>(body).expect("a body").parse().expect("a valid customer");
    write(db, actor, move |tx, actor| {
        let id = create(tx, actor, &new)?.id;
        get(tx, actor, id)
    })
    .await
    .expect("a customer")
}

async fn write<T: Send + 'static>(
    db: &Db,
    actor: &Actor,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> Result<T> {
    let actor = actor.clone();
    db.write(move |tx| work(tx, &actor)).await
}

async fn read(db: &Db, actor: &Actor, id: CustomerId) -> Customer {
    let actor = actor.clone();
    db.read(move |c| get(c, &actor, id)).await.expect("a customer")
}

fn asked(primary: &Customer, losers: &[&Customer], fields: &[(&str, &Customer)]) -> MergeCustomers {
    MergeCustomers {
        primary_id: primary.id,
        ids: losers.iter().map(|loser| loser.id).collect(),
        fields: fields.iter().map(|(name, winner)| ((*name).to_string(), winner.id)).collect(),
    }
}

async fn fold_in(db: &Db, actor: &Actor, asked: MergeCustomers) -> Result<Customer> {
    write(db, actor, move |tx, actor| merge(tx, actor, &asked)).await
}

async fn split(db: &Db, actor: &Actor, customer: &Customer) -> Result<Unmerged> {
    let id = customer.id;
    write(db, actor, move |tx, actor| unmerge(tx, actor, id, IfMatch(None))).await
}

async fn patch(db: &Db, actor: &Actor, id: CustomerId, body: Value) -> Customer {
    let patch: CustomerPatch = serde_json::from_value(body).expect("a patch");
    write(db, actor, move |tx, actor| update(tx, actor, id, &patch, IfMatch(None))).await.expect("a change")
}

async fn set_status(db: &Db, actor: &Actor, contact: &Contact, status: ContactStatus) {
    let (id, patch) = (contact.id, serde_json::from_value::<ContactPatch>(json!({"status": status})).expect("a patch"));
    write(db, actor, move |tx, actor| update_contact(tx, actor, id, &patch, IfMatch(None))).await.expect("a status");
}

async fn events(db: &Db, actor: &Actor, id: CustomerId) -> Vec<Activity> {
    let actor = actor.clone();
    db.read(move |c| timeline(c, &actor, id, &Default::default(), 200)).await.expect("a timeline").items
}

fn kinds(events: &[Activity]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

fn refused_as<T: std::fmt::Debug>(outcome: Result<T>, code: &str) -> Error {
    let error = outcome.expect_err("a refusal");
    let found = match &error {
        Error::Conflict(conflict) => conflict.code.to_string(),
        Error::Invalid(faults) => format!("{} {}", faults[0].path, faults[0].code),
        Error::Forbidden(_) => "forbidden".into(),
        other => panic!("{other}"),
    };
    assert_eq!(found, code);
    error
}

async fn sound(db: &Db) {
    assert_eq!(db.read(broken_rules).await.unwrap(), []);
}

/// What a merge and an un-merge may change for good: versions, times, and the rank of a timeline.
fn essence(customer: &Customer) -> Value {
    let mut value = serde_json::to_value(customer).unwrap();
    let forget = |value: &mut Value| {
        for field in ["version", "updatedAt", "lastActivityAt"] {
            value.as_object_mut().unwrap().remove(field);
        }
    };
    forget(&mut value);
    value["contacts"].as_array_mut().unwrap().iter_mut().for_each(forget);
    value
}

fn statuses(customer: &Customer) -> Vec<(String, ContactStatus)> {
    let mut statuses: Vec<_> = customer.contacts.iter().map(|c| (c.canonical.clone(), c.status)).collect();
    statuses.sort_by(|one, other| one.0.cmp(&other.0));
    statuses
}

/// Columns that hold ids of several kinds of records.
const SHARED: [&str; 7] = ["record_id", "row_id", "anchor_id", "loser_id", "survivor_id", "target_id", "subject_id"];

#[tokio::test(flavor = "multi_thread")]
async fn every_column_that_names_a_customer_is_in_the_list() {
    let listed: Vec<String> = REFERENCES.iter().map(|one| format!("{}.{}", one.table, one.column)).collect();
    let seen = std::sync::Mutex::new(BTreeSet::new());
    let (listed, seen) = (&listed, &seen);
    each_engine(|db| async move {
        let columns = db.read(columns).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
        assert!(columns.len() > 100, "{columns:?}");
        for column in columns {
            let name = column.split('.').nth(1).unwrap_or_default();
            let names_a_customer =
                name.ends_with("customer_id") || SHARED.contains(&name) || column == "customers.merged_into_id";
            assert!(
                !names_a_customer || listed.contains(&column),
                "{column}: say in REFERENCES how it follows when its customer is merged"
            );
            seen.lock().unwrap().insert(column);
        }
    })
    .await;
    for column in listed {
        let only_postgres = column == "customer_search.customer_id" && db::testing::engines().len() == 1;
        assert!(seen.lock().unwrap().contains(column) || only_postgres, "{column} is listed and not there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_the_losers_is_the_survivors() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let bo = member(&db, &owner, Role::Member).await;
        let keep = add(
            &db,
            &owner,
            json!({"fullName": "Ada Lovelace", "tags": ["vip", "both"], "country": "GB",
                "contacts": [{"channel": "email", "value": "ada@one.example"}, {"channel": "phone", "value": "+4930901820"}]}),
        )
        .await;
        owner.clock.set(Timestamp(1_700_000_100_000_000));
        let lose = add(
            &db,
            &owner,
            json!({"firstName": "Ada", "lastName": "King", "jobTitle": "Countess", "country": "FR",
                "claimedById": bo.user_id, "tags": ["both", "math"],
                "contacts": [{"channel": "email", "value": "ada@two.example"}, {"channel": "telegram", "value": "@adaking"},
                    {"channel": "phone", "value": "+4930901820"}]}),
        )
        .await;
        let wanted = asked(&keep, &[&lose], &[("country", &lose)]);
        let (actor, again) = (owner.clone(), wanted.clone());
        let told = db.read(move |c| preview(c, &actor, &again)).await.unwrap();
        let expected: BTreeMap<String, i64> =
            [("activities", 4), ("contacts", 2), ("deals", 0), ("notes", 0), ("tags", 1), ("tasks", 0)].map(|(name, count)| (name.into(), count)).into();
        assert_eq!(told.counts, expected);
        assert_eq!((told.fields["jobTitle"], told.fields["fullName"]), (lose.id, keep.id));

        let merged = fold_in(&db, &owner, wanted).await.unwrap();
        assert_eq!(merged.id, keep.id);
        assert_eq!(merged.version, keep.version + 1);
        assert_eq!(essence(&told.result), essence(&merged));
        assert_eq!((merged.full_name.as_str(), merged.first_name.as_deref()), ("Ada Lovelace", Some("Ada")));
        assert_eq!((merged.job_title.as_deref(), merged.country.as_deref()), (Some("Countess"), Some("FR")));
        assert_eq!((merged.claimed_by_id, merged.tags.join(" ")), (bo.user_id, "both math vip".into()));
        let addresses: Vec<_> = merged.contacts.iter().map(|c| (c.canonical.as_str(), c.is_primary)).collect();
        assert_eq!(
            addresses,
            [("ada@one.example", true), ("ada@two.example", false), ("+4930901820", true), ("@adaking", true)]
        );
        let log = events(&db, &owner, keep.id).await;
        assert_eq!(
            kinds(&log),
            [
                "customer.merged", "owner.claimed", "tag.added", "tag.added", "customer.created", "tag.added",
                "tag.added", "customer.created"
            ]
        );
        assert_eq!(log[0].detail["customerId"], json!(lose.id));
        assert_eq!(log[0].detail["name"], "Ada King");
        assert_eq!(log[0].detail["moved"], json!({"activities": 4, "contacts": 2, "deals": 0, "notes": 0, "tags": 1, "tasks": 0}));
        let changed: Vec<_> = log[0].detail["changes"].as_array().unwrap().iter().map(|c| c["field"].clone()).collect();
        assert_eq!(changed, ["firstName", "lastName", "jobTitle", "country", "claimedById"]);

        // The old link leads on.
        let gone = read(&db, &owner, lose.id).await;
        assert_eq!((gone.merged_into_id, gone.archived_at.is_some()), (Some(keep.id), true));
        assert_eq!(gone.job_title.as_deref(), Some("Countess"));
        assert_eq!(kinds(&events(&db, &owner, lose.id).await), kinds(&log));
        sound(&db).await;

        let back = split(&db, &owner, &lose).await.unwrap();
        assert_eq!(back.not_restored, []);
        assert_eq!(essence(&back.customer), essence(&lose));
        assert_eq!(essence(&read(&db, &owner, keep.id).await), essence(&keep));
        assert_eq!(
            kinds(&events(&db, &owner, lose.id).await),
            ["customer.unmerged", "owner.claimed", "tag.added", "tag.added", "customer.created"]
        );
        assert_eq!(
            kinds(&events(&db, &owner, keep.id).await),
            ["customer.unmerged", "customer.merged", "tag.added", "tag.added", "customer.created"]
        );
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_the_strictest_of_the_same_address_and_comes_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let shared = json!({"channel": "phone", "value": "+4930901820"});
        let mail = |who: &str| json!({"channel": "email", "value": format!("{who}@x.example")});
        let keep = add(&db, &owner, json!({"fullName": "K", "contacts": [shared, mail("keep")]})).await;
        let one = add(&db, &owner, json!({"fullName": "One", "contacts": [shared, mail("one")]})).await;
        let two = add(&db, &owner, json!({"fullName": "Two", "doNotContact": true, "contacts": [shared]})).await;
        let phone = |customer: &Customer| {
            customer.contacts.iter().find(|c| c.channel == Channel::Phone).cloned().expect("a phone")
        };
        set_status(&db, &owner, &phone(&one), ContactStatus::OptedOut).await;
        set_status(&db, &owner, &one.contacts[0], ContactStatus::Bounced).await;
        set_status(&db, &owner, &phone(&two), ContactStatus::Bounced).await;
        let (one, two) = (read(&db, &owner, one.id).await, read(&db, &owner, two.id).await);

        let merged = fold_in(&db, &owner, asked(&keep, &[&one, &two], &[])).await.unwrap();
        assert!(merged.do_not_contact);
        let after = [
            ("+4930901820", ContactStatus::OptedOut),
            ("keep@x.example", ContactStatus::Active),
            ("one@x.example", ContactStatus::Bounced),
        ]
        .map(|(address, status)| (address.to_string(), status));
        assert_eq!(statuses(&merged), after, "the winner's other address keeps its own consent");
        sound(&db).await;

        // What the one who stays merged wishes still holds.
        split(&db, &owner, &one).await.unwrap();
        let now = read(&db, &owner, keep.id).await;
        assert!(now.do_not_contact);
        assert_eq!(phone(&now).status, ContactStatus::Bounced);
        assert_eq!(essence(&read(&db, &owner, one.id).await), essence(&one));
        split(&db, &owner, &two).await.unwrap();
        assert_eq!(essence(&read(&db, &owner, keep.id).await), essence(&keep));
        assert_eq!(essence(&read(&db, &owner, two.id).await), essence(&two));
        sound(&db).await;

        // The other way round.
        fold_in(&db, &owner, asked(&keep, &[&one, &two], &[])).await.unwrap();
        split(&db, &owner, &two).await.unwrap();
        let now = read(&db, &owner, keep.id).await;
        assert_eq!((phone(&now).status, now.do_not_contact), (ContactStatus::OptedOut, false));
        split(&db, &owner, &one).await.unwrap();
        assert_eq!(essence(&read(&db, &owner, keep.id).await), essence(&keep));
        sound(&db).await;
    })
    .await;
}

/// All orders of a few things.
fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    (0..items.len())
        .flat_map(|first| {
            let rest: Vec<T> = items[..first].iter().chain(&items[first + 1..]).cloned().collect();
            orders(&rest).into_iter().map(move |order| [vec![items[first].clone()], order].concat())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn losers_come_back_in_any_order() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let shared = json!({"channel": "phone", "value": "+4930901821"});
        let keep = add(&db, &owner, json!({"fullName": "Keep", "tags": ["own"]})).await;
        let mut losers = Vec::new();
        for (name, status) in
            [("a", ContactStatus::Active), ("b", ContactStatus::OptedOut), ("c", ContactStatus::Bounced)]
        {
            let made = add(
                &db,
                &owner,
                json!({"fullName": name, "jobTitle": name, "tags": ["shared", name, "own"], "doNotContact": name == "b",
                    "contacts": [shared, {"channel": "email", "value": format!("{name}@x.example")}]}),
            )
            .await;
            let phone = made.contacts.iter().find(|c| c.channel == Channel::Phone).unwrap();
            set_status(&db, &owner, phone, status).await;
            losers.push(read(&db, &owner, made.id).await);
        }
        let (a, b, c) = (&losers[0], &losers[1], &losers[2]);
        for (number, order) in orders(&[0, 1, 2]).into_iter().enumerate() {
            // Side by side, one after the other, and one inside the other.
            match number % 3 {
                0 => drop(fold_in(&db, &owner, asked(&keep, &[a, b, c], &[("jobTitle", c)])).await.unwrap()),
                1 => {
                    fold_in(&db, &owner, asked(&keep, &[a], &[("jobTitle", a)])).await.unwrap();
                    fold_in(&db, &owner, asked(&keep, &[b], &[("jobTitle", b)])).await.unwrap();
                    fold_in(&db, &owner, asked(&keep, &[c], &[("jobTitle", c)])).await.unwrap();
                }
                _ => {
                    fold_in(&db, &owner, asked(b, &[a], &[("jobTitle", a)])).await.unwrap();
                    fold_in(&db, &owner, asked(c, &[b], &[("jobTitle", b)])).await.unwrap();
                    fold_in(&db, &owner, asked(&keep, &[c], &[("jobTitle", c)])).await.unwrap();
                }
            }
            let merged = read(&db, &owner, keep.id).await;
            assert_eq!(merged.tags, ["a", "b", "c", "own", "shared"]);
            assert_eq!(merged.contacts.len(), 4);
            assert!(merged.do_not_contact);
            for loser in &losers {
                assert_eq!(read(&db, &owner, loser.id).await.merged_into_id, Some(keep.id));
            }
            sound(&db).await;
            for (done, index) in order.iter().enumerate() {
                split(&db, &owner, &losers[*index]).await.unwrap();
                sound(&db).await;
                // One who had another one inside it has what that one brought, until it is out too.
                if number % 3 != 2 {
                    assert_eq!(
                        essence(&read(&db, &owner, losers[*index].id).await),
                        essence(&losers[*index]),
                        "{order:?}"
                    );
                }
                let shared_by_others = done < 2;
                let holders = read(&db, &owner, keep.id).await;
                assert_eq!(
                    holders.tags.contains(&"shared".to_string()),
                    shared_by_others && read(&db, &owner, losers[order[2]].id).await.merged_into_id == Some(keep.id),
                    "{number} {order:?}"
                );
            }
            for loser in &losers {
                assert_eq!(essence(&read(&db, &owner, loser.id).await), essence(loser), "{number} {order:?}");
            }
            assert_eq!(essence(&read(&db, &owner, keep.id).await), essence(&keep), "{number} {order:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_survivor_gained_since_stays_and_what_it_lost_is_gone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mail = |who: &str| json!([{"channel": "email", "value": format!("{who}@x.example")}]);
        let keep = add(&db, &owner, json!({"fullName": "Keep", "contacts": mail("keep")})).await;
        let lose = add(
            &db,
            &owner,
            json!({"fullName": "Lose", "jobTitle": "Old", "country": "DE", "tags": ["t", "u"], "contacts":
                [{"channel": "email", "value": "lose@x.example"}, {"channel": "email", "value": "moved@x.example"}]}),
        )
        .await;
        let merged = fold_in(&db, &owner, asked(&keep, &[&lose], &[])).await.unwrap();
        owner.clock.set(Timestamp(1_700_000_200_000_000));
        patch(&db, &owner, keep.id, json!({"jobTitle": "New"})).await;
        let id = keep.id;
        write(&db, &owner, move |tx, actor| add_tag(tx, actor, id, "since", IfMatch(None))).await.unwrap();
        write(&db, &owner, move |tx, actor| remove_tag(tx, actor, id, "u", IfMatch(None))).await.unwrap();
        let moved = merged.contacts.iter().find(|c| c.canonical == "moved@x.example").unwrap().clone();
        let changed: ContactPatch = serde_json::from_value(json!({"value": "other@x.example"})).unwrap();
        let contact_id = moved.id;
        write(&db, &owner, move |tx, actor| update_contact(tx, actor, contact_id, &changed, IfMatch(None)))
            .await
            .unwrap();

        let back = split(&db, &owner, &lose).await.unwrap().customer;
        assert_eq!(back.tags, ["t"]);
        assert_eq!(statuses(&back), [("lose@x.example".to_string(), ContactStatus::Active)]);
        assert_eq!((back.job_title.as_deref(), back.archived_at), (Some("Old"), None));
        let keep = read(&db, &owner, keep.id).await;
        assert_eq!((keep.job_title.as_deref(), keep.country.as_deref()), (Some("New"), None));
        assert_eq!(keep.tags, ["since"]);
        let addresses: Vec<_> = statuses(&keep).into_iter().map(|(address, _)| address).collect();
        assert_eq!(addresses, ["keep@x.example", "other@x.example"]);
        assert!(kinds(&events(&db, &owner, keep.id).await).contains(&"contact.changed"));
        sound(&db).await;
        refused_as(split(&db, &owner, &back).await, "not_merged");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_somebody_else_has_meanwhile_do_not_stand_in_the_way() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mail = |who: &str| json!([{"channel": "email", "value": format!("{who}@x.example")}]);
        let keep = add(&db, &owner, json!({"fullName": "Keep"})).await;
        let lose = add(&db, &owner, json!({"fullName": "Lose", "contacts": mail("lose")})).await;
        fold_in(&db, &owner, asked(&keep, &[&lose], &[])).await.unwrap();
        let id = keep.id;
        write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        let third = add(&db, &owner, json!({"fullName": "Third", "contacts": mail("lose")})).await;
        let back = split(&db, &owner, &lose).await.unwrap();
        assert_eq!((back.customer.archived_at, back.customer.contacts.len()), (None, 0));
        assert_eq!(back.not_restored.len(), 1);
        assert_eq!(back.not_restored[0].value, "lose@x.example");
        assert_eq!(back.not_restored[0].existing.id, third.id.to_string());
        sound(&db).await;

        // An archived customer comes back archived, and leaves what a third one has with itself.
        let lose = add(&db, &owner, json!({"fullName": "Hidden", "contacts": mail("hidden")})).await;
        let (id, survivor) = (lose.id, third.clone());
        write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        add(&db, &owner, json!({"fullName": "Fourth", "contacts": mail("hidden")})).await;
        let merged = fold_in(&db, &owner, asked(&survivor, &[&lose], &[])).await.unwrap();
        assert_eq!(merged.contacts.len(), 1);
        sound(&db).await;
        let back = split(&db, &owner, &lose).await.unwrap().customer;
        assert!(back.archived_at.is_some());
        assert_eq!(back.contacts.len(), 1);
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
        let [a, b, c, theirs] = [
            add(&db, &owner, json!({"fullName": "A"})).await,
            add(&db, &owner, json!({"fullName": "B"})).await,
            add(&db, &owner, json!({"fullName": "C"})).await,
            add(&db, &stranger, json!({"fullName": "Theirs"})).await,
        ];
        fold_in(&db, &owner, asked(&a, &[&b], &[])).await.unwrap();
        let id = c.id;
        write(&db, &owner, move |tx, actor| archive(tx, actor, id, IfMatch(None))).await.unwrap();
        let before = digest(&db).await;
        for (wanted, code) in [
            (asked(&a, &[], &[]), "/ids required"),
            (asked(&a, &[&a], &[]), "/ids/0 repeated"),
            (asked(&a, &[&c, &c], &[]), "/ids/1 repeated"),
            (asked(&a, &[&theirs], &[]), "/ids/0 unknown_customer"),
            (asked(&theirs, &[&a], &[]), "/primaryId unknown_customer"),
            (asked(&a, &[&c], &[("shoe/size", &a)]), "/fields/shoe~1size unknown_field"),
            (asked(&a, &[&c], &[("jobTitle", &b)]), "/fields/jobTitle not_merged"),
            (asked(&a, &[&b], &[]), "merged"),
            (asked(&b, &[&a], &[]), "merged"),
            (asked(&c, &[&a], &[]), "archived"),
        ] {
            refused_as(fold_in(&db, &owner, wanted.clone()).await, code);
            let actor = owner.clone();
            refused_as(db.read(move |c| preview(c, &actor, &wanted)).await, code);
        }
        refused_as(fold_in(&db, &plain, asked(&a, &[&c], &[])).await, "forbidden");
        refused_as(split(&db, &plain, &b).await, "forbidden");
        refused_as(split(&db, &owner, &a).await, "not_merged");
        // Whoever was merged is not written.
        let id = b.id;
        let rename: CustomerPatch = serde_json::from_value(json!({"fullName": "X"})).unwrap();
        let outcome = write(&db, &owner, move |tx, actor| update(tx, actor, id, &rename, IfMatch(None))).await;
        match refused_as(outcome, "merged") {
            Error::Conflict(conflict) => assert_eq!(conflict.existing.unwrap().id, a.id.to_string()),
            other => panic!("{other}"),
        }
        refused_as(write(&db, &owner, move |tx, actor| restore(tx, actor, id, IfMatch(None))).await, "merged");
        let claimed = write(&db, &owner, move |tx, actor| super::super::claim(tx, actor, id, IfMatch(None))).await;
        refused_as(claimed, "merged");
        assert!(digest(&db).await == before, "something changed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_merges_leave_one_survivor_and_no_address_is_lost() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut people = Vec::new();
        for n in 0..65 {
            let contacts = json!([{"channel": "email", "value": format!("p{n}@x.example")}]);
            people.push(add(&db, &owner, json!({"fullName": format!("P{n}"), "contacts": contacts})).await);
        }
        // All into one at once.
        let tasks: Vec<_> = people[1..]
            .iter()
            .map(|loser| {
                let (db, owner, wanted) = (db.clone(), owner.clone(), asked(&people[0], &[loser], &[]));
                tokio::spawn(async move { fold_in(&db, &owner, wanted).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let all = read(&db, &owner, people[0].id).await;
        assert_eq!(all.contacts.len(), 65);
        sound(&db).await;
        for loser in &people[1..] {
            split(&db, &owner, loser).await.unwrap();
        }
        sound(&db).await;
        // Everybody into everybody: whoever is merged already is refused.
        let tasks: Vec<_> = (0..64_usize)
            .map(|n| {
                let (one, other) = (&people[n % 8], &people[(n % 8 + 1 + n / 8 % 7) % 8]);
                let (db, owner, wanted) = (db.clone(), owner.clone(), asked(one, &[other], &[]));
                tokio::spawn(async move { fold_in(&db, &owner, wanted).await })
            })
            .collect();
        let mut merged = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => merged += 1,
                Err(error) => drop(refused_as(Err::<(), _>(error), "merged")),
            }
        }
        assert_eq!(merged, 7);
        let mut living = Vec::new();
        for person in &people[..8] {
            living.push(read(&db, &owner, person.id).await);
        }
        living.retain(|person| person.archived_at.is_none());
        assert_eq!(living.len(), 1);
        assert_eq!(living[0].contacts.len(), 8);
        sound(&db).await;
        for person in people[..8].iter().filter(|person| person.id != living[0].id) {
            split(&db, &owner, person).await.unwrap();
        }
        for person in &people[..8] {
            assert_eq!(essence(&read(&db, &owner, person.id).await), essence(person));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_loser_leaves_empty_falls_to_the_next_who_stays_merged() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = add(&db, &owner, json!({"fullName": "One", "language": "de"})).await;
        let two = add(&db, &owner, json!({"fullName": "Two", "jobTitle": "CTO", "language": "fr"})).await;
        let three = add(&db, &owner, json!({"fullName": "Three", "jobTitle": "CEO", "language": "en"})).await;
        let four = add(&db, &owner, json!({"fullName": "Four", "country": "DE"})).await;
        let seen = |at: Customer| (at.job_title, at.language, at.country);
        let expected = |title: Option<&str>, language: &str, country: Option<&str>| {
            (title.map(str::to_owned), Some(language.to_owned()), country.map(str::to_owned))
        };
        // Its values were chosen, or were the first there was.
        let merge = asked(&one, &[&two, &three, &four], &[("jobTitle", &three), ("language", &two)]);
        let merged = fold_in(&db, &owner, merge).await.unwrap();
        assert_eq!(seen(merged), expected(Some("CEO"), "fr", Some("DE")));
        split(&db, &owner, &three).await.unwrap();
        assert_eq!(seen(read(&db, &owner, one.id).await), expected(Some("CTO"), "fr", Some("DE")));
        // The survivor's own value comes back before that of anybody else.
        split(&db, &owner, &two).await.unwrap();
        assert_eq!(seen(read(&db, &owner, one.id).await), expected(None, "de", Some("DE")));
        split(&db, &owner, &four).await.unwrap();
        assert_eq!(seen(read(&db, &owner, one.id).await), expected(None, "de", None));
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}
