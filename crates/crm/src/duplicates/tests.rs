use super::*;
use crate::customers::merging::{self, MergeCustomers};
use crate::customers::{self, Customer, CustomerPatch, NewCustomer};
use crate::news::Feed;
use crate::testing::{member, org};
use db::testing::each_engine;
use db::{Db, Engine, full_scans};
use platform::actor::Role;
use platform::clock::Timestamp;
use platform::ids::CustomerId;
use serde_json::{Value, json};

pub(super) async fn write<T: Send + 'static>(
    db: &Db,
    actor: &Actor,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> Result<T> {
    let actor = actor.clone();
    db.write(move |tx| work(tx, &actor)).await
}

async fn add(db: &Db, actor: &Actor, body: Value) -> Customer {
    let new = serde_json::from_value::<NewCustomer>(body).expect("a body").parse().expect("a valid customer");
    write(db, actor, move |tx, actor| customers::create(tx, actor, &new)).await.expect("a customer")
}

async fn with(db: &Db, actor: &Actor, name: &str, channel: &str, value: &str) -> Customer {
    add(db, actor, json!({"fullName": name, "contacts": [{"channel": channel, "value": value}]})).await
}

async fn patch(db: &Db, actor: &Actor, id: CustomerId, body: Value) {
    let patch: CustomerPatch = serde_json::from_value(body).expect("a patch");
    write(db, actor, move |tx, actor| customers::update(tx, actor, id, &patch, IfMatch(None))).await.expect("a change");
}

/// Looks at everybody who has been noted, as the job does.
pub(super) async fn look(db: &Db, actor: &Actor) -> usize {
    let feed = Feed::new(db.clone(), actor.clock.clone(), vec![Box::new(Candidates::new(actor.clock.clone()))]);
    feed.deliver_all().await.expect("news");
    let mut seen = 0;
    loop {
        match jobs::look(db, &actor.clock, |_| Ok(())).await.expect("a look") {
            0 => return seen,
            some => seen += some,
        }
    }
}

async fn pairs(db: &Db, actor: &Actor, state: PairState, of: Option<CustomerId>) -> Vec<DuplicatePair> {
    pairs_of(db, actor, (Record::Customer, of.map(|id| id.0)), state).await
}

pub(super) async fn pairs_of(
    db: &Db,
    actor: &Actor,
    of: (Record, Option<Uuid>),
    state: PairState,
) -> Vec<DuplicatePair> {
    let actor = actor.clone();
    db.read(move |c| page(c, &actor, of, state, 200, None)).await.expect("a page").items
}

fn ids(pair: &DuplicatePair) -> BTreeSet<CustomerId> {
    pair.customers.iter().map(|customer| customer.id).collect()
}

pub(super) async fn say(db: &Db, actor: &Actor, pair: &DuplicatePair, decision: Decision) -> Result<DuplicatePair> {
    let id = pair.id;
    write(db, actor, move |tx, actor| decide(tx, actor, id, decision, IfMatch(None))).await
}

async fn fold_in(db: &Db, actor: &Actor, survivor: &Customer, loser: &Customer) {
    let asked: MergeCustomers =
        serde_json::from_value(json!({"primaryId": survivor.id, "ids": [loser.id]})).expect("a body");
    write(db, actor, move |tx, actor| merging::merge(tx, actor, &asked)).await.expect("a merge");
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_are_found_by_addresses_and_by_names_in_one_company() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stranger = org(&db).await;
        let new = serde_json::from_value(json!({"name": "Acme"})).unwrap();
        let acme = write(&db, &owner, move |tx, actor| crate::companies::create(tx, actor, &new)).await.unwrap();
        let plain = with(&db, &owner, "Ada", "email", "ada.king@gmail.com").await;
        let tagged = with(&db, &owner, "Countess", "email", "adaking+crm@googlemail.com").await;
        let phone = with(&db, &owner, "Bo", "phone", "+4930901820").await;
        let same_phone = with(&db, &owner, "Bo", "phone", "+49 30 901820").await;
        with(&db, &stranger, "Bo", "phone", "+4930901820").await;
        let jose = add(&db, &owner, json!({"fullName": "José Peña", "companyId": acme.id})).await;
        let jose_too = add(&db, &owner, json!({"fullName": "Pena Jose", "companyId": acme.id})).await;
        add(&db, &owner, json!({"fullName": "José Peña"})).await;
        // Eight customers and a company.
        assert_eq!(look(&db, &owner).await, 9);
        assert_eq!(look(&db, &owner).await, 0);
        let found = pairs(&db, &owner, PairState::Open, None).await;
        let expected = [(&plain, &tagged, 0.9), (&phone, &same_phone, 0.92), (&jose, &jose_too, 0.8)];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (one, other, score) in expected {
            let pair = found.iter().find(|pair| ids(pair) == BTreeSet::from([one.id, other.id])).expect("the pair");
            assert_eq!(pair.score, score);
            let own = pairs(&db, &owner, PairState::Open, Some(one.id)).await;
            assert_eq!(own, std::slice::from_ref(pair));
        }
        let scores: Vec<f64> = found.iter().map(|pair| pair.score).collect();
        assert_eq!(scores, [0.92, 0.9, 0.8], "the likeliest first");
        assert_eq!(found[0].evidence[0].kind, EvidenceKind::Phone);

        // Page by page.
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let (actor, after) = (owner.clone(), cursor.clone());
            let read =
                move |c: &Conn<'_>| page(c, &actor, (Record::Customer, None), PairState::Open, 1, after.as_deref());
            let one: Page<DuplicatePair> = db.read(read).await.unwrap();
            seen.extend(one.items);
            cursor = one.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, found);

        // What is no longer so is no longer asked.
        patch(&db, &owner, jose_too.id, json!({"fullName": "Somebody Else"})).await;
        let id = tagged.id;
        write(&db, &owner, move |tx, actor| customers::archive(tx, actor, id, IfMatch(None))).await.unwrap();
        look(&db, &owner).await;
        let left = pairs(&db, &owner, PairState::Open, None).await;
        assert_eq!(left.len(), 1);
        assert_eq!(ids(&left[0]), ids(&found[0]));
        assert_eq!(left[0].version, 1, "nothing has changed about it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_decided_is_remembered() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (one, other) = (
            with(&db, &owner, "One", "phone", "+4930901820").await,
            with(&db, &owner, "Other", "phone", "+4930901820").await,
        );
        look(&db, &owner).await;
        let pair = pairs(&db, &owner, PairState::Open, None).await.pop().expect("a pair");
        // Put off, it comes back after a week.
        let later = say(&db, &owner, &pair, Decision::Later).await.unwrap();
        assert_eq!((later.state, later.version), (PairState::Later, 2));
        assert_eq!(later.decided_by, Some(owner.to_ref()));
        patch(&db, &owner, one.id, json!({"fullName": "Someone"})).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await, []);
        let wake = |at: Timestamp| write(&db, &owner, move |tx, _| Ok(store::wake(tx, Record::Customer, at)?));
        assert_eq!(wake(Timestamp(later.later_until.unwrap().0 - 1)).await.unwrap(), 0);
        assert_eq!(wake(later.later_until.unwrap()).await.unwrap(), 1);
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 1);
        // Different is for good, whatever changes.
        say(&db, &owner, &pair, Decision::Different).await.unwrap();
        patch(&db, &owner, one.id, json!({"fullName": "Other"})).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await, []);
        assert_eq!(pairs(&db, &owner, PairState::Different, Some(other.id)).await.len(), 1);
        // But people may think again.
        let same = say(&db, &owner, &pair, Decision::Same).await.unwrap();
        assert_eq!(same.state, PairState::Same);
        fold_in(&db, &owner, &one, &other).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Merged, None).await.len(), 1);
        match say(&db, &owner, &pair, Decision::Different).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "merged"),
            outcome => panic!("{outcome:?}"),
        }
        let id = other.id;
        write(&db, &owner, move |tx, actor| merging::unmerge(tx, actor, id, IfMatch(None))).await.unwrap();
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_are_counted_by_what_has_become_of_them() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stranger = org(&db).await;
        let mut people = Vec::new();
        for name in ["Ada", "Bea", "Cleo"] {
            people.push(with(&db, &owner, name, "phone", "+4930901820").await.id);
        }
        for name in ["Ada", "Bea"] {
            with(&db, &stranger, name, "phone", "+4930901820").await;
        }
        look(&db, &owner).await;
        let counted = async |of: Option<CustomerId>| {
            let actor = owner.clone();
            let found = db.read(move |c| counts(c, &actor, (Record::Customer, of.map(|id| id.0)))).await.unwrap();
            [found.open, found.same, found.later, found.different, found.merged].map(|count| count.count)
        };
        assert_eq!(counted(None).await, [3, 0, 0, 0, 0]);
        let open = pairs(&db, &owner, PairState::Open, None).await;
        say(&db, &owner, &open[0], Decision::Different).await.unwrap();
        say(&db, &owner, &open[1], Decision::Later).await.unwrap();
        assert_eq!(counted(None).await, [1, 0, 1, 1, 0]);
        let of_first = counted(Some(people[0])).await;
        assert_eq!(of_first.iter().sum::<i64>(), 2);
        let actor = stranger.clone();
        let first = people[0];
        let unseen = db.read(move |c| counts(c, &actor, (Record::Customer, Some(first.0)))).await;
        assert!(matches!(unseen, Err(Error::NotFound("customer"))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_can_be_taken_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = with(&db, &owner, "One", "phone", "+4930901820").await;
        with(&db, &owner, "Other", "phone", "+4930901820").await;
        look(&db, &owner).await;
        let pair = pairs(&db, &owner, PairState::Open, None).await.pop().expect("a pair");
        for decision in [Decision::Same, Decision::Different, Decision::Later] {
            say(&db, &owner, &pair, decision).await.unwrap();
            let open = say(&db, &owner, &pair, Decision::Open).await.unwrap();
            assert_eq!((open.state, open.later_until), (PairState::Open, None));
            assert_eq!((open.decided_at, open.decided_by), (None, None));
        }
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 1);
        // What they had in common has gone since: there is nothing to ask about.
        say(&db, &owner, &pair, Decision::Different).await.unwrap();
        let id = one.contacts[0].id;
        write(&db, &owner, move |tx, actor| customers::remove_contact(tx, actor, id, IfMatch(None))).await.unwrap();
        look(&db, &owner).await;
        say(&db, &owner, &pair, Decision::Open).await.unwrap();
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_the_loser_is_not_the_survivor() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let third = with(&db, &owner, "Third", "email", "ada@x.example").await;
        let lose = with(&db, &owner, "Lose", "email", "ada+lose@x.example").await;
        look(&db, &owner).await;
        let pair = pairs(&db, &owner, PairState::Open, None).await.pop().expect("a pair");
        say(&db, &owner, &pair, Decision::Different).await.unwrap();
        let keep = add(&db, &owner, json!({"fullName": "Keep"})).await;
        fold_in(&db, &owner, &keep, &lose).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await, []);
        let different = pairs(&db, &owner, PairState::Different, Some(keep.id)).await;
        assert_eq!(ids(&different[0]), BTreeSet::from([keep.id, third.id]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_decide_about_what_they_may_write() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (mine, theirs) = (member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await);
        let stranger = org(&db).await;
        let phone = json!([{"channel": "phone", "value": "+4930901820"}]);
        add(&db, &owner, json!({"fullName": "A", "contacts": phone, "claimedById": mine.user_id})).await;
        add(&db, &owner, json!({"fullName": "B", "contacts": phone})).await;
        look(&db, &owner).await;
        let pair = pairs(&db, &owner, PairState::Open, None).await.pop().expect("a pair");
        assert!(matches!(say(&db, &theirs, &pair, Decision::Same).await, Err(Error::Forbidden(_))));
        assert!(matches!(say(&db, &stranger, &pair, Decision::Same).await, Err(Error::NotFound(_))));
        assert_eq!(pairs(&db, &stranger, PairState::Open, None).await, []);
        assert_eq!(say(&db, &mine, &pair, Decision::Same).await.unwrap().state, PairState::Same);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_looked_at_too() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let first = with(&db, &owner, "First", "phone", "+4930901820").await;
        look(&db, &owner).await;
        let mut customer = first.clone();
        customer.id = CustomerId(owner.new_id());
        for contact in &mut customer.contacts {
            (contact.id, contact.customer_id) = (platform::ids::ContactId(owner.new_id()), customer.id);
        }
        let events = vec![crate::activity::Event::CustomerCreated { source: "import".into() }];
        let fresh = customers::bulk::Fresh { customer, tags: Vec::new(), company_by_domain: true, events };
        write(&db, &owner, move |tx, actor| customers::bulk::insert(tx, actor, std::slice::from_ref(&fresh)))
            .await
            .unwrap();
        assert_eq!(look(&db, &owner).await, 1);
        assert_eq!(pairs(&db, &owner, PairState::Open, Some(first.id)).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listing_and_counting_walk_indexes() {
    let fresh = db::testing::sqlite().await;
    let scope = crate::testing::actor(Role::Owner).scope();
    let id = Uuid::max();
    for (record, table) in [(Record::Customer, "duplicate_pairs"), (Record::Company, "company_duplicate_pairs")] {
        let (queue, second) = (format!("{table}_queue"), format!("{table}_second"));
        let after = Some((500, DuplicateId(Uuid::nil())));
        let statements = [
            (store::page_sql(Engine::Sqlite, &scope, record, PairState::Open, None, 50, after), queue.as_str(), true),
            (store::page_sql(Engine::Sqlite, &scope, record, PairState::Merged, None, 50, after), queue.as_str(), true),
            (
                store::page_sql(Engine::Sqlite, &scope, record, PairState::Open, Some(id), 50, None),
                second.as_str(),
                false,
            ),
            (store::of_sql(Engine::Sqlite, &scope, record, id), second.as_str(), false),
            (store::count_sql(Engine::Sqlite, &scope, record, PairState::Open, None), queue.as_str(), true),
            (store::count_sql(Engine::Sqlite, &scope, record, PairState::Same, None), queue.as_str(), true),
            (store::count_sql(Engine::Sqlite, &scope, record, PairState::Same, Some(id)), second.as_str(), false),
        ];
        for (sql, index, is_sorted) in statements {
            let plan =
                fresh.db.read(move |c| c.explain(&sql)).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
            assert!(plan.contains(index), "{plan}");
            assert!(full_scans(&plan, &["k", "a", "b", "o", table]).is_empty(), "{plan}");
            // Of one record nothing but its own pairs is read.
            assert!(index != second || !plan.contains(&queue), "{plan}");
            assert!(!is_sorted || !plan.contains("FOR ORDER BY"), "{plan}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_where_looking_fails_holds_nobody_up() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let broken = with(&db, &owner, "Broken", "email", "broken@x.example").await;
        with(&db, &owner, "Ada", "phone", "+49 30 901820").await;
        with(&db, &owner, "Ada", "phone", "+49 30 901820").await;
        let set = |channel: &'static str| {
            let db = db.clone();
            async move {
                let sql = "UPDATE contacts SET channel = $2 WHERE customer_id = $1";
                let done: db::Result<u64> =
                    db.write(move |tx| tx.execute((sql, db::params![broken.id, channel]))).await;
                assert_eq!(done, Ok(1));
            }
        };
        set("pigeon").await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 1, "the others are looked at");
        let failures = || {
            let db = db.clone();
            async move {
                let sql = "SELECT COALESCE(max(failures), 0) FROM duplicate_checks";
                let found: db::Result<i64> = db.read(move |c| c.query_one(sql, |row| row.get(0))).await;
                found.expect("a count")
            }
        };
        assert_eq!(failures().await, 1);
        // It is tried a few times more, until it is set aside.
        for tries in [2, 3, 4, 5, 5, 5] {
            jobs::look_again(&db, &owner.clock, |_| Ok(())).await.expect("a look");
            assert_eq!(failures().await, tries);
        }
        assert_eq!(look(&db, &owner).await, 0);
        // What is changed is looked at anew.
        set("email").await;
        patch(&db, &owner, broken.id, json!({"fullName": "Whole"})).await;
        assert_eq!(look(&db, &owner).await, 1);
        assert_eq!(failures().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_leaves_the_job_to_its_event() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [one, two] = [
            with(&db, &owner, "Ada", "phone", "+49 30 901820").await,
            add(&db, &owner, json!({"fullName": "Ada"})).await,
        ];
        let jobs = || {
            let db = db.clone();
            async move {
                let sql = "SELECT count(*) FROM jobs WHERE kind = 'duplicates.check'";
                let found: db::Result<i64> = db.read(move |c| c.query_one(sql, |row| row.get(0))).await;
                found.expect("a count")
            }
        };
        fold_in(&db, &owner, &one, &two).await;
        assert_eq!(jobs().await, 0, "all merges of a moment would write one row");
        assert_eq!(look(&db, &owner).await, 2);
        assert_eq!(jobs().await, 1);
    })
    .await;
}
