use super::*;
use crate::customers::{self, NewCustomer};
use crate::testing::{member, org};
use crate::{tag_names, tags};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use serde_json::{Value, json};

async fn save(db: &Db, actor: &Actor, body: Value) -> Result<Dashboard> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewDashboard>(body).unwrap());
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn change(db: &Db, actor: &Actor, id: DashboardId, body: Value, version: Option<i64>) -> Result<Dashboard> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<DashboardPatch>(body).unwrap());
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(version))).await
}

async fn seen(db: &Db, actor: &Actor) -> Vec<Dashboard> {
    let actor = actor.clone();
    db.read(move |c| all(c, &actor)).await.unwrap()
}

async fn names(db: &Db, actor: &Actor) -> Vec<String> {
    seen(db, actor).await.into_iter().map(|one| one.name).collect()
}

async fn open(db: &Db, actor: &Actor, id: Option<DashboardId>) -> Result<Dashboard> {
    let (actor, choice) = (actor.clone(), DashboardChoice { dashboard_id: id });
    db.write(move |tx| choose(tx, &actor, &choice)).await
}

fn faults(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Malformed(faults) | Error::Invalid(faults) => {
            faults.into_iter().map(|fault| (fault.path, fault.code)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn counts(id: &str, query: Value) -> Value {
    json!({"id": id, "kind": "counts", "width": 3, "height": 1, "query": query})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_organisation_has_one_until_it_is_changed() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mia = member(&db, &owner, Role::Member).await;
        let found = seen(&db, &mia).await.remove(0);
        assert_eq!((found.id.0, found.version, found.is_standard, found.is_default), (owner.org_id.0, 0, true, true));
        assert_eq!(found.widgets.len(), 9);
        for query in found.widgets.iter().filter_map(|widget| widget.query.clone()) {
            let actor = mia.clone();
            db.read(move |c| reports::run(c, &actor, &query)).await.expect("a report");
        }
        let mut as_it_is = found.widgets.clone();
        model::check_widgets(&mut as_it_is).expect("its own rules");
        let id = found.id;
        let refused = change(&db, &mia, id, json!({"name": "X"}), None).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let refused = change(&db, &owner, id, json!({"visibility": "private"}), None).await.unwrap_err();
        assert_eq!(faults(refused), [("/visibility".to_string(), "not_allowed".to_string())]);
        let stored = change(&db, &owner, id, json!({"widgets": [counts("a", json!({"source": "deal"}))]}), Some(0))
            .await
            .unwrap();
        assert_eq!((stored.version, stored.widgets.len(), stored.is_standard), (1, 1, true));
        let late = change(&db, &owner, id, json!({"name": "Late"}), Some(0)).await;
        assert!(matches!(late, Err(Error::Stale(_))));
        assert_eq!(seen(&db, &mia).await[0], stored);
        let actor = owner.clone();
        db.write(move |tx| delete(tx, &actor, id, IfMatch(Some(1)))).await.unwrap();
        assert_eq!(seen(&db, &mia).await, [found]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_dashboards_are_their_authors_alone() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (mia, max) = (member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await);
        let own = save(&db, &mia, json!({"name": " My  day ", "visibility": "private"})).await.unwrap();
        let shared = save(&db, &mia, json!({"name": "Ours", "visibility": "org"})).await.unwrap();
        assert_eq!(names(&db, &mia).await, ["Overview", "My day", "Ours"]);
        for other in [&owner, &max] {
            assert_eq!(names(&db, other).await, ["Overview", "Ours"]);
            assert_eq!(change(&db, other, own.id, json!({"name": "X"}), None).await, Err(Error::NotFound("dashboard")));
            assert_eq!(
                faults(open(&db, other, Some(own.id)).await.unwrap_err()),
                [("/dashboardId".to_string(), "not_found".to_string())]
            );
        }
        assert!(matches!(change(&db, &max, shared.id, json!({"name": "X"}), None).await, Err(Error::Forbidden(_))));
        assert!(matches!(
            change(&db, &owner, shared.id, json!({"visibility": "private"}), None).await,
            Err(Error::Forbidden(_))
        ));
        assert_eq!(change(&db, &owner, shared.id, json!({"name": "All"}), None).await.unwrap().name, "All");
        // What one's home opens with, as long as one sees it.
        assert!(open(&db, &mia, Some(own.id)).await.unwrap().is_default);
        assert!(open(&db, &max, Some(shared.id)).await.unwrap().is_default);
        let defaults = async |actor: &Actor| -> Vec<String> {
            seen(&db, actor).await.into_iter().filter(|one| one.is_default).map(|one| one.name).collect()
        };
        assert_eq!((defaults(&mia).await, defaults(&max).await), (vec!["My day".into()], vec!["All".into()]));
        change(&db, &mia, shared.id, json!({"visibility": "private"}), None).await.unwrap();
        assert_eq!(defaults(&max).await, ["Overview"]);
        assert!(open(&db, &mia, None).await.unwrap().is_standard);
        let stranger = org(&db).await;
        assert_eq!(names(&db, &stranger).await, ["Overview"]);
        let program = Actor { user_id: None, ..owner.clone() };
        assert_eq!(names(&db, &program).await, ["Overview"]);
        let refused = save(&db, &program, json!({"name": "P", "visibility": "private"})).await.unwrap_err();
        assert_eq!(faults(refused), [("/visibility".to_string(), "not_allowed".to_string())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_with_their_place() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mine = json!({"field": "ownerId", "op": "eq", "value": "me"});
        let with = |widget: Value| json!({"name": "D", "visibility": "org", "widgets": [widget]});
        let kind = |kind: &str, query: Value| json!({"id": "a", "kind": kind, "width": 4, "height": 2, "query": query});
        for (body, path, code) in [
            (with(counts("a b", json!({"source": "deal"}))), "/widgets/0/id", "invalid"),
            (with(json!({"id": "a", "kind": "feed", "width": 13, "height": 1})), "/widgets/0/width", "invalid_value"),
            (with(json!({"id": "a", "kind": "feed", "width": 12, "height": 5})), "/widgets/0/height", "invalid_value"),
            (with(json!({"id": "a", "kind": "series", "width": 6, "height": 2})), "/widgets/0/query", "required"),
            (with(kind("feed", json!({"source": "deal"}))), "/widgets/0/query", "not_allowed"),
            (with(kind("counts", json!({"source": "deal", "by": "source"}))), "/widgets/0/query/by", "not_allowed"),
            (with(kind("series", json!({"source": "deal", "by": "source"}))), "/widgets/0/query/by", "invalid_value"),
            (with(kind("series", json!({"source": "deal", "by": "day"}))), "/widgets/0/query/range", "required"),
            (with(kind("breakdown", json!({"source": "deal"}))), "/widgets/0/query/by", "invalid_value"),
            (with(kind("funnel", json!({"source": "deal", "by": "source"}))), "/widgets/0/query/by", "invalid_value"),
            (with(counts("a", json!({"source": "deal", "filter": mine}))), "/widgets/0/query/filter/value", "not_allowed"),
            (with(counts("a", json!({"source": "deal", "filter": {"field": "x", "op": "is", "value": 1}}))), "/widgets/0/query/filter/field", "unknown_field"),
            (json!({"name": " ", "visibility": "org"}), "/name", "required"),
            (json!({"name": "D", "visibility": "org", "widgets": vec![counts("a", json!({"source": "deal"})); 25]}), "/widgets", "too_many"),
            (json!({"name": "D", "visibility": "org", "widgets": vec![counts("a", json!({"source": "deal"})); 2]}), "/widgets/1/id", "invalid_value"),
        ] {
            let found = faults(save(&db, &owner, body.clone()).await.expect_err("a refusal"));
            assert_eq!(found, [(path.to_string(), code.to_string())], "{body}");
        }
        assert_eq!(names(&db, &owner).await, ["Overview"]);
        let own = json!({"name": "D", "visibility": "private", "widgets": [counts("a", json!({"source": "deal", "filter": mine}))]});
        let own = save(&db, &owner, own).await.unwrap();
        let refused = change(&db, &owner, own.id, json!({"visibility": "org"}), None).await.unwrap_err();
        assert_eq!(faults(refused)[0].0, "/widgets/0/query/filter/value");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_tag_is_renamed_in_filters() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let new = serde_json::from_value(json!({"name": "hot"})).unwrap();
        let tag = db.write(move |tx| tags::create(tx, &actor, &new)).await.unwrap();
        let filter = json!({"field": "tags", "op": "has_any", "value": ["Hot"]});
        let body = json!({"name": "D", "visibility": "private",
            "widgets": [counts("a", json!({"source": "customer", "filter": filter}))]});
        let made = save(&db, &owner, body).await.unwrap();
        let actor = owner.clone();
        let patch = serde_json::from_value(json!({"name": "warm"})).unwrap();
        db.write(move |tx| tag_names::update(tx, &actor, tag.id, &patch, IfMatch(None))).await.unwrap();
        let actor = owner.clone();
        let found = db.read(move |c| get(c, &actor, made.id)).await.unwrap();
        let query = found.widgets[0].query.clone().unwrap();
        assert_eq!((query.filter.unwrap().0["value"][0].as_str(), found.version), (Some("warm"), 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_what_happened_last() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mia = member(&db, &owner, Role::Member).await;
        let add = async |actor: &Actor, name: &str| {
            let new = serde_json::from_value::<NewCustomer>(json!({"fullName": name})).unwrap().parse().unwrap();
            let actor = actor.clone();
            db.write(move |tx| customers::create(tx, &actor.at_one_moment(), &new)).await.unwrap();
        };
        for name in ["A", "B", "C", "D", "E"] {
            add(&owner, name).await;
        }
        add(&mia, "Last").await;
        let told = async |actor: &Actor, by: Option<UserId>| -> Vec<(String, i64)> {
            let actor = actor.clone();
            let items = db.read(move |c| feed(c, &actor, by, 20)).await.unwrap();
            items.into_iter().map(|item| (item.about.map(|about| about.name).unwrap_or_default(), item.more)).collect()
        };
        assert_eq!(told(&owner, None).await, [("Last".to_string(), 0), ("E".to_string(), 4)]);
        assert_eq!(told(&owner, mia.user_id).await, [("Last".to_string(), 0)]);
        assert_eq!(told(&org(&db).await, None).await, []);
        let actor = owner.clone();
        let plan = db.read(move |c| c.explain(&store::all_sql(&actor))).await.unwrap();
        assert!(db.engine() == db::Engine::Postgres || full_scans(&plan, &["dashboards"]).is_empty(), "{plan}");
    })
    .await;
}
