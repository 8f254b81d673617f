use super::*;
use crate::testing::{member, org};
use db::Db;
use db::testing::each_engine;
use platform::actor::Role;
use platform::filter::Me;
use platform::paging::ListQuery;
use serde_json::{Value, json};

async fn save(db: &Db, actor: &Actor, body: Value) -> Result<SavedView> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewView>(body).unwrap());
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn change(db: &Db, actor: &Actor, id: ViewId, body: Value) -> Result<SavedView> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<ViewPatch>(body).unwrap());
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn names(db: &Db, actor: &Actor) -> Vec<String> {
    let list = ListQuery::default().read(&FIELDS, "name", Me::Allowed).unwrap();
    let reader = actor.clone();
    let page = db.read(move |c| page(c, &reader, &list)).await.unwrap();
    let reader = actor.clone();
    let counted = db.read(move |c| count(c, &reader, &Tree::all(&FIELDS), None)).await.unwrap();
    assert_eq!(counted.count, i64::try_from(page.items.len()).unwrap());
    page.items.into_iter().map(|view| view.name).collect()
}

fn fault(error: &Error) -> (&str, &str) {
    match error {
        Error::Invalid(faults) | Error::Malformed(faults) => (&faults[0].path, &faults[0].code),
        other => panic!("{other:?}"),
    }
}

fn mine() -> Value {
    json!({"and": [{"field": "claimedById", "op": "eq", "value": "me"}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_comes_back_as_it_was_saved() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let body = json!({"record": "customer", "name": " Hot  leads ", "visibility": "private",
            "columns": [{"field": "fullName", "width": 240}, {"field": "owner.name"}], "filter": mine(),
            "sort": "-lastActivityAt,fullName", "groupBy": "country", "layout": "board"});
        let made = save(&db, &owner, body).await.unwrap();
        assert_eq!((made.name.as_str(), made.version, made.author_id), ("Hot leads", 1, owner.user_id));
        let actor = owner.clone();
        assert_eq!(db.read(move |c| get(c, &actor, made.id)).await.unwrap(), made);
        let changed = change(&db, &owner, made.id, json!({"filter": null, "sort": null, "columns": []})).await.unwrap();
        assert_eq!((changed.filter, changed.sort, changed.columns.len(), changed.version), (None, None, 0, 2));
        assert_eq!(changed.group_by.as_deref(), Some("country"));
        assert_eq!(
            change(&db, &owner, made.id, json!({"layout": "board"})).await.unwrap().version,
            2,
            "nothing changed"
        );
        let actor = owner.clone();
        let stale = db.write(move |tx| delete(tx, &actor, made.id, IfMatch(Some(1)))).await;
        assert!(matches!(stale, Err(Error::Stale(_))));
        let actor = owner.clone();
        db.write(move |tx| delete(tx, &actor, made.id, IfMatch(Some(2)))).await.unwrap();
        assert_eq!(names(&db, &owner).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_views_are_their_authors_alone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (mia, max) = (member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await);
        let own =
            save(&db, &mia, json!({"record": "customer", "name": "Mine", "visibility": "private"})).await.unwrap();
        let shared = save(&db, &mia, json!({"record": "company", "name": "Ours", "visibility": "org"})).await.unwrap();
        assert_eq!(names(&db, &mia).await, ["Mine", "Ours"]);
        for other in [&max, &owner] {
            assert_eq!(names(&db, other).await, ["Ours"]);
            assert_eq!(change(&db, other, own.id, json!({"name": "X"})).await.unwrap_err(), Error::NotFound("view"));
            let (actor, id) = (other.clone(), own.id);
            let refused = db.write(move |tx| delete(tx, &actor, id, IfMatch(None))).await.unwrap_err();
            assert_eq!(refused, Error::NotFound("view"));
        }
        assert!(matches!(change(&db, &max, shared.id, json!({"name": "X"})).await, Err(Error::Forbidden(_))));
        assert_eq!(change(&db, &owner, shared.id, json!({"name": "All"})).await.unwrap().name, "All");
        assert!(matches!(
            change(&db, &owner, shared.id, json!({"visibility": "private"})).await,
            Err(Error::Forbidden(_))
        ));
        assert_eq!(
            change(&db, &mia, shared.id, json!({"visibility": "private"})).await.unwrap().visibility,
            Visibility::Private
        );
        assert_eq!(names(&db, &owner).await, Vec::<String>::new());
        let program = Actor { user_id: None, ..owner.clone() };
        assert_eq!(names(&db, &program).await, Vec::<String>::new());
        let refused =
            save(&db, &program, json!({"record": "customer", "name": "P", "visibility": "private"})).await.unwrap_err();
        assert_eq!(fault(&refused), ("/visibility", "not_allowed"));
        let stranger = org(&db).await;
        save(&db, &owner, json!({"record": "customer", "name": "Ours", "visibility": "org"})).await.unwrap();
        assert_eq!(names(&db, &stranger).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_with_their_place() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let with = |key: &str, value: Value| {
            let mut body = json!({"record": "customer", "name": "V", "visibility": "org"});
            body[key] = value;
            body
        };
        for (body, place) in [
            (with("filter", mine()), ("/filter/and/0/value", "not_allowed")),
            (with("filter", json!({"field": "nope"})), ("/filter/field", "unknown_field")),
            (with("sort", json!("-nope")), ("/sort", "unknown_field")),
            (with("sort", json!("tags")), ("/sort", "unknown_field")),
            (with("groupBy", json!("nope")), ("/groupBy", "unknown_field")),
            (with("columns", json!([{"field": "tags"}, {"field": "tags"}])), ("/columns/1/field", "invalid_value")),
            (with("columns", json!([{"field": "tags"}, {"field": "shoe"}])), ("/columns/1/field", "unknown_column")),
            (with("columns", json!([{"field": "custom.shoe"}])), ("/columns/0/field", "unknown_column")),
            (with("columns", json!([{"field": "domains"}])), ("/columns/0/field", "unknown_column")),
            (with("columns", json!([{"field": "<b>"}])), ("/columns/0/field", "invalid")),
            (with("columns", json!([{"field": "tags", "width": 5}])), ("/columns/0/width", "invalid_value")),
            (with("columns", (0..101).map(|n| json!({"field": format!("f{n}")})).collect()), ("/columns", "too_many")),
            (with("name", json!("\u{200b}")), ("/name", "required")),
        ] {
            let refused = save(&db, &owner, body.clone()).await.unwrap_err();
            assert_eq!(fault(&refused), place, "{body}");
        }
        let own =
            save(&db, &owner, json!({"record": "customer", "name": "V", "visibility": "private", "filter": mine()}))
                .await
                .unwrap();
        let refused = change(&db, &owner, own.id, json!({"visibility": "org"})).await.unwrap_err();
        assert_eq!(fault(&refused), ("/filter/and/0/value", "not_allowed"));
        assert_eq!(names(&db, &owner).await, ["V"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_knows_who_uses_it_and_a_view_what_is_gone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mia = member(&db, &owner, Role::Member).await;
        let actor = owner.clone();
        let hand = db.write(move |tx| segments::by_names(tx, &actor, &["Hand".to_string()])).await.unwrap().remove(0);
        let filter = json!({"not": {"field": "segments", "op": "ever_any", "value": [hand.id]}});
        let (actor, rule) = (owner.clone(), json!({"name": "R", "kind": "dynamic", "rule": filter}));
        let rule = serde_json::from_value::<segments::NewSegment>(rule).unwrap();
        let rule = db.write(move |tx| segments::create(tx, &actor, &rule)).await.unwrap();
        let view = |name: &str, visibility: &str| json!({"record": "customer", "name": name, "visibility": visibility, "filter": filter});
        let own = save(&db, &mia, view("Mia's", "private")).await.unwrap();
        let shared = save(&db, &mia, view("Ours", "org")).await.unwrap();
        let uses = |actor: &Actor| {
            let actor = actor.clone();
            db.read(move |c| uses_of_segment(c, &actor, hand.id))
        };
        let ids = |uses: Vec<SegmentUse>| uses.into_iter().map(|one| (one.record, one.id)).collect::<Vec<_>>();
        assert_eq!(ids(uses(&owner).await.unwrap()), [("segment", rule.id.0), ("view", shared.id.0)]);
        assert_eq!(ids(uses(&mia).await.unwrap()).len(), 3);
        let actor = owner.clone();
        db.write(move |tx| segments::archive(tx, &actor, hand.id, IfMatch(None))).await.unwrap();
        let actor = mia.clone();
        let seen = db.read(move |c| get(c, &actor, own.id)).await.unwrap();
        assert_eq!((seen.problems[0].path.as_str(), seen.problems[0].code.as_str()), ("/not/value/0", "archived_segment"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_opens_without_the_columns_that_are_gone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let new = json!({"record": "customer", "label": "Shoe", "kind": "number"});
        let new: custom_fields::NewCustomField = serde_json::from_value(new).unwrap();
        let shoe = db.write(move |tx| custom_fields::create(tx, &actor, &new)).await.unwrap().id;
        let body = json!({"record": "customer", "name": "V", "visibility": "org",
            "columns": [{"field": "fullName"}, {"field": "email"}, {"field": "owner.name"}, {"field": "custom.shoe"}]});
        let view = save(&db, &owner, body).await.unwrap();
        let columns = |view: SavedView| view.columns.into_iter().map(|one| one.field).collect::<Vec<_>>();
        let stored: db::Result<u64> = db
            .write(move |tx| {
                // As a version before this one might have saved it.
                let sql = "UPDATE saved_views SET columns = $2 WHERE id = $1";
                let old = json!([{"field": "fullName"}, {"field": "faxNumber"}, {"field": "custom.shoe"}]);
                tx.execute((sql, db::params![view.id, old]))
            })
            .await;
        assert_eq!(stored, Ok(1));
        let read = || {
            let (db, actor) = (db.clone(), owner.clone());
            async move { db.read(move |c| get(c, &actor, view.id)).await.unwrap() }
        };
        assert_eq!(columns(read().await), ["fullName", "custom.shoe"]);
        // An archived field comes back with its column, also when the view was renamed meanwhile.
        let actor = owner.clone();
        db.write(move |tx| custom_fields::archive(tx, &actor, shoe, IfMatch(None))).await.unwrap();
        assert_eq!(columns(read().await), ["fullName"]);
        let changed = change(&db, &owner, view.id, json!({"name": "W"})).await.unwrap();
        assert_eq!(columns(changed), ["fullName"]);
        let refused = change(&db, &owner, view.id, json!({"columns": [{"field": "custom.shoe"}]})).await.unwrap_err();
        assert_eq!(fault(&refused), ("/columns/0/field", "unknown_column"));
        let actor = owner.clone();
        db.write(move |tx| custom_fields::restore(tx, &actor, shoe, IfMatch(None))).await.unwrap();
        assert_eq!(columns(read().await), ["fullName", "custom.shoe"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_keeps_the_views_in_an_order_of_their_own() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ann = member(&db, &owner, Role::Member).await;
        let view = |name: &str, record: &str, visibility: &str| {
            json!({"record": record, "name": name, "visibility": visibility})
        };
        let first = save(&db, &owner, view("A", "customer", "org")).await.unwrap().id;
        let second = save(&db, &owner, view("B", "customer", "org")).await.unwrap().id;
        let firm = save(&db, &owner, view("C", "company", "org")).await.unwrap().id;
        let hers = save(&db, &ann, view("D", "customer", "private")).await.unwrap().id;
        let keep = async |actor: &Actor, body: Value| {
            let (actor, new) = (actor.clone(), serde_json::from_value::<NewViewChoice>(body).unwrap());
            db.write(move |tx| choose(tx, &actor, ViewRecord::Customer, &new)).await
        };
        let kept = async |actor: &Actor| {
            let actor = actor.clone();
            db.read(move |c| choices(c, &actor)).await.unwrap()
        };
        assert_eq!(kept(&owner).await, []);
        keep(&owner, json!({"order": [first, second]})).await.unwrap();
        let made = keep(&owner, json!({"defaultViewId": second, "order": [second, first]})).await.unwrap();
        assert_eq!(kept(&owner).await, std::slice::from_ref(&made));
        assert_eq!((made.default_view_id, made.order), (Some(second), vec![second, first]));
        assert_eq!(kept(&ann).await, [], "one's own alone");
        // What is gone, or is somebody else's now, means nothing.
        keep(&ann, json!({"defaultViewId": first, "order": [hers, first]})).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| delete(tx, &actor, first, IfMatch(None))).await.unwrap();
        assert_eq!((kept(&ann).await[0].default_view_id, kept(&ann).await[0].order.clone()), (None, vec![hers]));
        for (body, path) in [
            (json!({"defaultViewId": hers}), "/defaultViewId"),
            (json!({"defaultViewId": firm}), "/defaultViewId"),
            (json!({"order": [second, second]}), "/order/1"),
            (json!({"order": vec![second; 701]}), "/order"),
        ] {
            assert_eq!(fault(&keep(&owner, body).await.unwrap_err()).0, path);
        }
    })
    .await;
}
