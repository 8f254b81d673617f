use super::*;
use crate::activity::{Activity, Timeline};
use crate::companies::{self, NewCompany};
use crate::customers::{self, NewCustomer};
use crate::deals::{self, NewDeal};
use crate::testing::{member, org, sound};
use db::testing::each_engine;
use db::{Db, Engine, full_scans};
use platform::actor::Role;
use platform::clock::Clock;
use platform::ids::{CompanyId, CustomerId};
use platform::paging::ListQuery;
use serde_json::Value;

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Note> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewNote>(body).expect("a body"));
    db.write(move |tx| create(tx, &actor.at_one_moment(), &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: NoteId, body: Value) -> Result<Note> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<NotePatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor.at_one_moment(), id, &patch, IfMatch(None))).await
}

async fn remove(db: &Db, actor: &Actor, id: NoteId) -> Result<()> {
    let actor = actor.clone();
    db.write(move |tx| delete(tx, &actor, id, IfMatch(None))).await
}

async fn one(db: &Db, actor: &Actor, id: NoteId) -> Result<Note> {
    let actor = actor.clone();
    db.read(move |c| get(c, &actor, id)).await
}

async fn listed(db: &Db, actor: &Actor, query: ListQuery, anchor: Option<Anchor>) -> Vec<String> {
    let sort = if anchor.is_some() { "-pinned,-createdAt" } else { "-createdAt" };
    let (actor, list) = (actor.clone(), query.read(&FIELDS, sort, Me::Allowed).expect("a list"));
    let page = db.read(move |c| page(c, &actor, &list, anchor)).await.unwrap();
    page.items.into_iter().map(|note| note.body).collect()
}

fn text(q: &str) -> ListQuery {
    ListQuery { q: Some(q.into()), ..ListQuery::default() }
}

fn filter(tree: Value) -> ListQuery {
    ListQuery { filter: Some(tree.to_string()), ..ListQuery::default() }
}

async fn customer(db: &Db, actor: &Actor, name: &str) -> CustomerId {
    let new = serde_json::from_value::<NewCustomer>(json!({"fullName": name})).unwrap().parse().unwrap();
    let actor = actor.clone();
    db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap().id
}

async fn company(db: &Db, actor: &Actor, name: &str) -> CompanyId {
    let new: NewCompany = serde_json::from_value(json!({"name": name})).unwrap();
    let actor = actor.clone();
    db.write(move |tx| companies::create(tx, &actor, &new)).await.unwrap().id
}

fn on(id: CustomerId, body: &str) -> Value {
    json!({"body": body, "anchor": {"kind": "customer", "id": id}})
}

fn private(id: CustomerId, body: &str) -> Value {
    json!({"body": body, "anchor": {"kind": "customer", "id": id}, "visibility": "private"})
}

fn anchor_of(id: CustomerId) -> Option<Anchor> {
    Some(Anchor { kind: anchors::AnchorKind::Customer, id: id.0 })
}

async fn timeline(db: &Db, actor: &Actor, timeline: Timeline) -> Vec<Activity> {
    let actor = actor.clone();
    db.read(move |c| activity::page(c, &actor, timeline, None, 50, None)).await.unwrap().items
}

async fn kinds(db: &Db, actor: &Actor, of: Timeline) -> Vec<String> {
    let kinds = timeline(db, actor, of).await.into_iter().map(|item| item.kind);
    kinds.filter(|kind| kind.starts_with("note.")).collect()
}

/// The same person so many seconds later.
fn after(actor: &Actor, seconds: i64) -> Actor {
    let mut later = actor.clone();
    later.clock = Clock::fixed(actor.now().plus_seconds(seconds));
    later
}

async fn told(db: &Db, actor: &Actor) -> Vec<String> {
    let actor = actor.clone();
    let page = db.read(move |c| notifications::page(c, &actor, true, None, None)).await.unwrap();
    page.items.into_iter().map(|one| one.note.unwrap().excerpt).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_stays_as_it_was_written_and_every_edit_keeps_the_one_before() {
    let odd = "\u{feff}# Tïtle \r\n\r\n| a | b |\r\n|---|---|\r\n\\* not a list\t\u{202e}abc\u{202c}\u{b}\n\n\n- [ ] x  \n<script>alert(1)</script>\u{200f}\n";
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, "Eva").await;
        let made = add(&db, &owner, on(id, odd)).await.unwrap();
        assert_eq!((made.edited_at, made.version, made.anchor.name.as_str()), (None, 1, "Eva"));
        assert_eq!(one(&db, &owner, made.id).await.unwrap().body.as_bytes(), odd.as_bytes());
        let later = after(&owner, 60);
        let same = patch(&db, &later, made.id, json!({"body": odd})).await.unwrap();
        assert_eq!(same.version, 1, "nothing has changed");
        let second = patch(&db, &later, made.id, json!({"body": "second"})).await.unwrap();
        assert_eq!((second.edited_at, second.edited_by.unwrap().id), (Some(later.now()), owner.id));
        let admin = after(&member(&db, &owner, Role::Admin).await, 120);
        patch(&db, &admin, made.id, json!({"body": "third"})).await.unwrap();
        let actor = owner.clone();
        let kept = db.read(move |c| revisions(c, &actor, made.id, Some("1"), None)).await.unwrap();
        assert_eq!((kept.items[0].body.as_str(), kept.items[0].author.id), ("second", owner.id));
        assert_eq!((kept.items[0].written_at, kept.items[0].replaced_at), (later.now(), admin.now()));
        let (actor, cursor) = (owner.clone(), kept.next_cursor);
        let kept = db.read(move |c| revisions(c, &actor, made.id, None, cursor.as_deref())).await.unwrap();
        assert_eq!((kept.items.len(), kept.items[0].body.as_bytes(), kept.next_cursor), (1, odd.as_bytes(), None));
        assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await, ["note.edited", "note.edited", "note.added"]);
        assert_eq!(listed(&db, &owner, text("THIRD"), None).await, ["third"]);
        assert_eq!(listed(&db, &owner, text("second"), None).await, [""; 0]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_note_leaves_no_trace_for_others() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let id = customer(&db, &owner, "Eva").await;
        let actor = owner.clone();
        let before = db.read(move |c| customers::get(c, &actor, id)).await.unwrap();
        let later = after(&ann, 60);
        let secret = add(&db, &later, private(id, "secret plan @Ada Example")).await.unwrap();
        assert_eq!(listed(&db, &ann, ListQuery::default(), anchor_of(id)).await, ["secret plan @Ada Example"]);
        assert_eq!(listed(&db, &ann, text("plan"), None).await.len(), 1);
        assert_eq!(kinds(&db, &ann, Timeline::Customer(id)).await, ["note.added"]);

        let actor = owner.clone();
        let now = db.read(move |c| customers::get(c, &actor, id)).await.unwrap();
        assert_eq!(now, before, "no version, no time of last activity");
        assert_eq!(one(&db, &owner, secret.id).await, Err(Error::NotFound("note")));
        for refused in
            [patch(&db, &owner, secret.id, json!({"body": "x"})).await.map(drop), remove(&db, &owner, secret.id).await]
        {
            assert_eq!(refused, Err(Error::NotFound("note")));
        }
        let actor = owner.clone();
        let revised = db.read(move |c| revisions(c, &actor, secret.id, None, None)).await;
        assert_eq!(revised.map(drop), Err(Error::NotFound("note")));
        for query in [
            ListQuery::default(),
            text("secret"),
            filter(json!({"field": "body", "op": "contains", "value": "secret"})),
        ] {
            assert_eq!(listed(&db, &owner, query.clone(), None).await, [""; 0], "{query:?}");
            assert_eq!(listed(&db, &ann, query, None).await.len(), 1);
        }
        assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await, [""; 0]);
        let (actor, tree) = (owner.clone(), Tree::all(&FIELDS));
        assert_eq!(db.read(move |c| count(c, &actor, &tree, None, true)).await.unwrap().count, 0);
        let tree = json!({"activity": ["note.added"], "op": "at_least", "count": 1});
        let (actor, tree) = (owner.clone(), Tree::parse(&tree, &customers::FIELDS, Me::Allowed).unwrap());
        let counted = db.read(move |c| customers::count(c, &actor, &tree, None, true)).await.unwrap();
        assert_eq!(counted.count, 0, "no filter tells");
        assert_eq!(told(&db, &owner).await, [""; 0]);

        // Told to all, it is an event of its own, and whom it names is told now.
        patch(&db, &later, secret.id, json!({"visibility": "org"})).await.unwrap();
        assert_eq!(listed(&db, &owner, text("secret"), None).await.len(), 1);
        assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await, ["note.added"]);
        assert_eq!(told(&db, &owner).await, ["secret plan @Ada Example"]);
        let refused = patch(&db, &owner, secret.id, json!({"visibility": "private"})).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "only its author hides a note");
        patch(&db, &later, secret.id, json!({"visibility": "private"})).await.unwrap();
        assert_eq!(told(&db, &owner).await, [""; 0], "nor is it listed any more that they were told");
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_note_said_while_it_was_private_stays_its_authors() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let id = customer(&db, &owner, "Eva").await;
        let made = add(&db, &ann, private(id, "secret")).await.unwrap();
        patch(&db, &ann, made.id, json!({"body": "softened"})).await.unwrap();
        patch(&db, &ann, made.id, json!({"body": "fit for all", "visibility": "org"})).await.unwrap();
        let former = async |actor: &Actor, limit: Option<&'static str>, cursor: Option<String>| {
            let actor = actor.clone();
            let page = db.read(move |c| revisions(c, &actor, made.id, limit, cursor.as_deref())).await.unwrap();
            (page.items.into_iter().map(|one| one.body).collect::<Vec<_>>(), page.next_cursor)
        };
        assert_eq!(former(&owner, None, None).await, (vec![], None));
        assert_eq!(former(&ann, None, None).await.0, ["softened", "secret"]);
        patch(&db, &owner, made.id, json!({"body": "by the owner"})).await.unwrap();
        patch(&db, &ann, made.id, json!({"visibility": "private"})).await.unwrap();
        patch(&db, &ann, made.id, json!({"body": "hidden"})).await.unwrap();
        patch(&db, &ann, made.id, json!({"visibility": "org"})).await.unwrap();
        patch(&db, &ann, made.id, json!({"body": "last"})).await.unwrap();
        // What stood when the note was shown is told, page by page.
        let (texts, cursor) = former(&owner, Some("1"), None).await;
        assert_eq!(texts, ["hidden"], "it was shown before it was replaced");
        assert_eq!(former(&owner, None, cursor).await, (vec!["fit for all".to_string()], None));
        assert_eq!(former(&ann, None, None).await.0.len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_added_once_however_often_it_is_shown() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let (eva, bob) = (customer(&db, &owner, "Eva").await, customer(&db, &owner, "Bob").await);
        let open = add(&db, &ann, on(eva, "open")).await.unwrap();
        let secret = add(&db, &ann, private(bob, "secret")).await.unwrap();
        let other = add(&db, &ann, private(bob, "other")).await.unwrap();
        assert_eq!(kinds(&db, &ann, Timeline::Customer(bob)).await, ["note.added", "note.added"]);
        for (note, visibility) in
            [(&open, "private"), (&open, "org"), (&secret, "org"), (&secret, "private"), (&secret, "org")]
        {
            patch(&db, &ann, note.id, json!({"visibility": visibility})).await.unwrap();
        }
        for id in [eva, bob] {
            assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await, ["note.added"]);
        }
        assert_eq!(kinds(&db, &ann, Timeline::Customer(eva)).await, ["note.added"]);
        let of_bob = timeline(&db, &ann, Timeline::Customer(bob)).await.into_iter();
        let added: Vec<Value> = of_bob.filter(|one| one.kind == "note.added").map(|one| one.detail).collect();
        assert_eq!(added.len(), 2, "once for all, not once more for its author: {added:?}");
        assert!(added.contains(&json!({"noteId": other.id})) && added.contains(&json!({"noteId": secret.id})));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_note_names_is_told_once() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let bo = member(&db, &owner, Role::Member).await;
        let id = customer(&db, &owner, "Eva").await;
        let made = add(&db, &owner, on(id, "ask @Bo Example and me, @Ada Example")).await.unwrap();
        let mut both = vec![owner.user_id.unwrap(), bo.user_id.unwrap()];
        both.sort_unstable();
        assert_eq!(made.mentions, both);
        assert_eq!(told(&db, &bo).await, ["ask @Bo Example and me, @Ada Example"]);
        assert_eq!(told(&db, &owner).await, [""; 0], "nobody is told of what they wrote themselves");
        let nobody = patch(&db, &owner, made.id, json!({"body": "ask nobody"})).await.unwrap();
        assert_eq!(nobody.mentions, []);
        assert_eq!(one(&db, &owner, made.id).await.unwrap().mentions, []);
        let again = patch(&db, &owner, made.id, json!({"body": "ask @bo"})).await.unwrap();
        assert_eq!(again.mentions, [bo.user_id.unwrap()]);
        assert_eq!(told(&db, &bo).await, ["ask @bo"], "one notification, with the text as it is now");
        let named = filter(json!({"field": "mentions", "op": "has_any", "value": [bo.user_id]}));
        assert_eq!(listed(&db, &owner, named, None).await, ["ask @bo"]);
        let actor = bo.clone();
        let unread = db.read(move |c| notifications::unread(c, &actor)).await.unwrap();
        assert_eq!((unread.count, unread.exact), (1, true));
        remove(&db, &owner, made.id).await.unwrap();
        assert_eq!(told(&db, &bo).await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_its_authors_and_the_admins() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let [ann, bob] = [member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await];
        let id = customer(&db, &ann, "Eva").await;
        let actor = ann.clone();
        db.write(move |tx| customers::claim(tx, &actor, id, IfMatch(None))).await.unwrap();
        assert!(
            matches!(add(&db, &bob, on(id, "x")).await, Err(Error::Forbidden(_))),
            "the customer is somebody else's"
        );
        let of_owner = add(&db, &owner, on(id, "by the owner")).await.unwrap();
        assert!(matches!(patch(&db, &ann, of_owner.id, json!({"body": "x"})).await, Err(Error::Forbidden(_))));
        assert!(matches!(remove(&db, &ann, of_owner.id).await, Err(Error::Forbidden(_))));
        // Whose customer it is may put it first.
        let actor = ann.clone();
        let pinned = db.write(move |tx| pin(tx, &actor, of_owner.id, true, IfMatch(None))).await.unwrap();
        assert!(pinned.pinned && pinned.version == 2);
        let actor = bob.clone();
        let refused = db.write(move |tx| pin(tx, &actor, of_owner.id, false, IfMatch(None))).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let of_ann = add(&db, &after(&ann, 9), on(id, "by ann")).await.unwrap();
        assert_eq!(listed(&db, &bob, ListQuery::default(), anchor_of(id)).await, ["by the owner", "by ann"]);
        assert_eq!(listed(&db, &bob, ListQuery::default(), None).await, ["by ann", "by the owner"]);
        let stale = db.write({
            let ann = ann.clone();
            move |tx| update(tx, &ann, of_ann.id, &NotePatch::default(), IfMatch(Some(7)))
        });
        assert!(matches!(stale.await, Err(Error::Stale(_))));
        let mut key = Actor::system(owner.org_id, owner.clock.clone());
        (key.kind, key.id) = (ActorKind::ApiKey, Some(uuid::Uuid::now_v7()));
        assert!(matches!(add(&db, &key, private(id, "x")).await, Err(Error::Forbidden(_))));
        let made = add(&db, &key, on(id, "by a program")).await.unwrap();
        assert_eq!((made.author_id, made.author.kind), (None, ActorKind::ApiKey));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_note_comes_back_until_it_is_gone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, "Eva").await;
        let made = add(&db, &owner, on(id, "keep me @bo")).await.unwrap();
        patch(&db, &owner, made.id, json!({"body": "kept"})).await.unwrap();
        remove(&db, &owner, made.id).await.unwrap();
        assert_eq!(one(&db, &owner, made.id).await, Err(Error::NotFound("note")));
        assert_eq!(listed(&db, &owner, ListQuery::default(), anchor_of(id)).await, [""; 0]);
        assert_eq!(remove(&db, &owner, made.id).await, Err(Error::NotFound("note")));
        let actor = owner.clone();
        let back = db.write(move |tx| restore(tx, &actor, made.id, IfMatch(None))).await.unwrap();
        assert_eq!((back.body.as_str(), back.version), ("kept", 4));
        assert_eq!(listed(&db, &owner, text("kept"), None).await, ["kept"]);
        let expected = ["note.restored", "note.deleted", "note.edited", "note.added"];
        assert_eq!(kinds(&db, &owner, Timeline::Customer(id)).await, expected);
        remove(&db, &owner, made.id).await.unwrap();
        let days = |days: i64| owner.now().plus_seconds(days * 86_400 + 1);
        assert_eq!(jobs::purge(&db, days(KEPT_DAYS - 1)).await.unwrap(), 0);
        assert_eq!(jobs::purge(&db, days(KEPT_DAYS)).await.unwrap(), 1);
        let actor = owner.clone();
        let gone = db.write(move |tx| restore(tx, &actor, made.id, IfMatch(None))).await;
        assert_eq!(gone.map(drop), Err(Error::NotFound("note")));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_go_where_their_customers_and_companies_go() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let [keep, lose] = [customer(&db, &owner, "Keep").await, customer(&db, &owner, "Lose").await];
        add(&db, &owner, on(lose, "seen")).await.unwrap();
        add(&db, &ann, private(lose, "hidden")).await.unwrap();
        let asked = serde_json::from_value(json!({"primaryId": keep, "ids": [lose]})).unwrap();
        let (actor, wanted) = (owner.clone(), customers::merging::MergeCustomers::clone(&asked));
        let told = db.read(move |c| customers::merging::preview(c, &actor, &wanted)).await.unwrap();
        assert_eq!(told.counts["notes"], 1, "a private one is not told of");
        let actor = owner.clone();
        db.write(move |tx| customers::merging::merge(tx, &actor.at_one_moment(), &asked)).await.unwrap();
        assert_eq!(timeline(&db, &owner, Timeline::Customer(keep)).await[0].detail["moved"]["notes"], 1);
        assert_eq!(listed(&db, &ann, ListQuery::default(), anchor_of(keep)).await.len(), 2);
        assert_eq!(kinds(&db, &ann, Timeline::Customer(keep)).await.len(), 2);
        assert_eq!(kinds(&db, &owner, Timeline::Customer(keep)).await.len(), 1);
        match add(&db, &owner, on(lose, "late")).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "record_merged"),
            other => panic!("{other:?}"),
        }
        let actor = owner.clone();
        db.write(move |tx| customers::merging::unmerge(tx, &actor.at_one_moment(), lose, IfMatch(None))).await.unwrap();
        assert_eq!(listed(&db, &ann, ListQuery::default(), anchor_of(keep)).await, [""; 0]);
        assert_eq!(listed(&db, &ann, ListQuery::default(), anchor_of(lose)).await.len(), 2);
        assert_eq!(kinds(&db, &ann, Timeline::Customer(lose)).await.len(), 2);

        let [keep, lose] = [company(&db, &owner, "Keep").await, company(&db, &owner, "Lose").await];
        let of = |id: CompanyId| Some(Anchor { kind: anchors::AnchorKind::Company, id: id.0 });
        add(&db, &ann, json!({"body": "firm", "anchor": of(lose), "visibility": "private"})).await.unwrap();
        let asked: companies::merging::MergeCompanies =
            serde_json::from_value(json!({"primaryId": keep, "ids": [lose]})).unwrap();
        let actor = owner.clone();
        let merged = db.write(move |tx| companies::merging::merge(tx, &actor.at_one_moment(), &asked)).await;
        merged.unwrap();
        assert_eq!(listed(&db, &ann, ListQuery::default(), of(keep)).await, ["firm"]);
        assert_eq!(kinds(&db, &ann, Timeline::Company(keep)).await, ["note.added"]);
        let actor = owner.clone();
        db.write(move |tx| companies::merging::unmerge(tx, &actor.at_one_moment(), lose, IfMatch(None))).await.unwrap();
        assert_eq!(listed(&db, &ann, ListQuery::default(), of(lose)).await, ["firm"]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_a_deal_is_on_the_timelines_of_deal_customer_and_company() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (customer, company) = (customer(&db, &owner, "Eva").await, company(&db, &owner, "Acme").await);
        let new: NewDeal =
            serde_json::from_value(json!({"name": "D", "customerId": customer, "companyId": company})).unwrap();
        let actor = owner.clone();
        let deal = db.write(move |tx| deals::create(tx, &actor, &new)).await.unwrap();
        let anchor = Anchor { kind: anchors::AnchorKind::Deal, id: deal.id.0 };
        let later = after(&owner, 60);
        add(&db, &later, json!({"body": "open", "anchor": anchor})).await.unwrap();
        add(&db, &later, json!({"body": "mine", "anchor": anchor, "visibility": "private"})).await.unwrap();
        let bob = member(&db, &owner, Role::Member).await;
        for of in [Timeline::Deal(deal.id), Timeline::Customer(customer), Timeline::Company(company)] {
            assert_eq!(kinds(&db, &owner, of).await.len(), 2, "{of:?}");
            assert_eq!(kinds(&db, &bob, of).await, ["note.added"], "{of:?}");
        }
        let actor = owner.clone();
        let touched = db.read(move |c| deals::get(c, &actor, deal.id)).await.unwrap();
        assert_eq!(touched.last_activity_at, later.now());
        assert_eq!(listed(&db, &bob, ListQuery::default(), Some(anchor)).await, ["open"]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_of_both_kinds_is_read_page_by_page() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, "Eva").await;
        for number in 0..7 {
            let body = if number % 2 == 0 { on(id, "open") } else { private(id, "mine") };
            add(&db, &after(&owner, number), body).await.unwrap();
        }
        let whole = timeline(&db, &owner, Timeline::Customer(id)).await;
        let mut pieces = Vec::new();
        let mut cursor = None;
        loop {
            let actor = owner.clone();
            let page = db
                .read(move |c| activity::page(c, &actor, Timeline::Customer(id), None, 2, cursor.as_deref()))
                .await
                .unwrap();
            pieces.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((pieces.len(), &pieces), (8, &whole));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_at_one_time_lose_no_text() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, "Eva").await;
        let made = add(&db, &owner, on(id, "first")).await.unwrap();
        let mut racers = Vec::new();
        for number in 0..8 {
            let (db, actor) = (db.clone(), owner.clone());
            racers.push(tokio::spawn(async move {
                patch(&db, &actor, made.id, json!({"body": format!("text {number}")})).await.unwrap();
            }));
        }
        for racer in racers {
            racer.await.unwrap();
        }
        let actor = owner.clone();
        let kept = db.read(move |c| revisions(c, &actor, made.id, None, None)).await.unwrap();
        let mut texts: Vec<String> = kept.items.into_iter().map(|one| one.body).collect();
        texts.push(one(&db, &owner, made.id).await.unwrap().body);
        texts.sort_unstable();
        let mut expected: Vec<String> = (0..8).map(|number| format!("text {number}")).collect();
        expected.insert(0, "first".into());
        assert_eq!(texts, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_searches_walk_indexes() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = customer(&db, &owner, "Eva").await;
        for number in 0..50 {
            add(&db, &after(&owner, number), on(id, &format!("needle number {number}"))).await.unwrap();
        }
        db.analyze().await.unwrap();
        let plans = |query: ListQuery, sort: &'static str| {
            let (actor, list) = (owner.clone(), query.read(&FIELDS, sort, Me::Allowed).unwrap());
            let db = db.clone();
            async move {
                db.read(move |c| {
                    let context = organisations::filter_context(c, &actor)?;
                    let made = store::page_sql(c, &actor, &list, &context)?;
                    let plan = std::cell::RefCell::new(String::new());
                    list.page(
                        c,
                        |leg| {
                            let sql = made(leg);
                            *plan.borrow_mut() += &c.explain(&sql).unwrap();
                            sql
                        },
                        |_| Ok(()),
                    )?;
                    Ok::<_, Error>(plan.into_inner())
                })
                .await
                .unwrap()
            }
        };
        let of_record = filter(json!({"field": "customerId", "op": "eq", "value": id}));
        for (query, sort, index) in [
            (ListQuery::default(), "-createdAt", "notes_created"),
            (of_record, "-pinned,-createdAt", "notes_customer"),
            (filter(json!({"field": "authorId", "op": "eq", "value": "me"})), "-createdAt", "notes_author"),
        ] {
            let plan = plans(query, sort).await;
            if db.engine() == Engine::Sqlite {
                assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{index}: {plan}");
                assert_eq!(full_scans(&plan, &["notes", "c"]), Vec::<&str>::new(), "{plan}");
            }
        }
        let plan = plans(text("needle"), "-createdAt").await;
        assert_eq!(full_scans(&plan, &["c"]).len(), 0, "{plan}");
        let actor = owner.clone();
        let plan = db
            .read(move |c| {
                c.explain(&store::search_sql(c.engine(), &actor, &["needle".into(), "x".into()], 10).unwrap())
            })
            .await
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
        if db.engine() == Engine::Sqlite {
            assert_eq!(full_scans(&plan, &["c"]), Vec::<&str>::new(), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
        let actor = owner.clone();
        let words = ["needle".to_string(), "49".into()];
        let found = db.read(move |c| search(c, &actor, &words, 10)).await.unwrap();
        assert_eq!(
            (found.len(), found[0].snippet.as_str(), found[0].anchor.name.as_str()),
            (1, "needle number 49", "Eva")
        );
    })
    .await;
}

#[test]
fn the_catalogue_is_sound() {
    assert_eq!(FIELDS.faults(), Vec::<String>::new());
}
