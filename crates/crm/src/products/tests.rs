use super::*;
use crate::testing::{member, org};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::filter::Me;
use platform::paging::ListQuery;
use serde_json::{Value, json};

async fn add(db: &Db, actor: &Actor, body: Value) -> Result<Product> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewProduct>(body).expect("a body"));
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn patch(db: &Db, actor: &Actor, id: ProductId, body: Value) -> Result<Product> {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<ProductPatch>(body).expect("a patch"));
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

async fn names(db: &Db, actor: &Actor) -> Vec<String> {
    let (actor, list) = (actor.clone(), ListQuery::default().read(&FIELDS, "name", Me::Allowed).unwrap());
    let page = db.read(move |c| page(c, &actor, &list)).await.unwrap();
    page.items.into_iter().map(|product| product.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_comes_back_as_it_was_made() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = add(&db, &owner, json!({"name": " Engine ", "price": 12_500})).await.unwrap();
        assert_eq!((made.name.as_str(), made.price, made.currency.as_deref()), ("Engine", Some(12_500), Some("EUR")));
        assert_eq!((made.status, made.owner_id, made.hot_at), (ProductStatus::Active, owner.user_id, 0.6));
        let changed = patch(&db, &owner, made.id, json!({"hotAt": 0.5, "description": "a\n\n- b"})).await.unwrap();
        assert_eq!((changed.version, changed.hot_at), (2, 0.5));
        let actor = owner.clone();
        assert_eq!(db.read(move |c| get(c, &actor, made.id)).await.unwrap(), changed);
        match patch(&db, &owner, made.id, json!({"hotAt": 0.1, "price": -1, "currency": "XXX"})).await {
            Err(Error::Invalid(faults)) => {
                let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
                assert_eq!(paths, ["/price", "/currency"]);
            }
            other => panic!("{other:?}"),
        }
        match patch(&db, &owner, made.id, json!({"hotAt": 0.1})).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].path, "/warmAt"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_living_product_is_its_own() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let first = add(&db, &owner, json!({"name": "Engine"})).await.unwrap();
        match add(&db, &owner, json!({"name": "ENGINE"})).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.existing.unwrap().id, first.id.to_string()),
            other => panic!("{other:?}"),
        }
        let actor = owner.clone();
        let archived = db.write(move |tx| archive(tx, &actor, first.id, IfMatch(None))).await.unwrap();
        assert!(archived.archived_at.is_some());
        assert_eq!(names(&db, &owner).await, [""; 0]);
        add(&db, &owner, json!({"name": "engine"})).await.unwrap();
        let actor = owner.clone();
        match db.write(move |tx| restore(tx, &actor, first.id, IfMatch(None))).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "name_taken"),
            other => panic!("{other:?}"),
        }
        assert_eq!(names(&db, &owner).await, ["engine"]);
        let colleague = member(&db, &owner, Role::Member).await;
        match patch(&db, &colleague, first.id, json!({"name": "Mine"})).await {
            Err(Error::Forbidden(_)) => {}
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_products_of_lines_are_found_without_their_deals() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let id = add(&db, &owner, json!({"name": "Engine"})).await.unwrap().id;
        let scope = owner.scope();
        let plans = db.read(move |c| c.explain(&store::offered_sql(&scope, &[id]))).await;
        let plans = plans.unwrap_or_else(|error: db::Error| panic!("{error}"));
        assert_eq!(full_scans(&plans, &["products", "c"]), Vec::<&str>::new(), "{plans}");
        assert!(!plans.contains("deal_products"), "{plans}");
    })
    .await;
}

#[test]
fn the_catalogue_is_sound() {
    assert_eq!(FIELDS.faults(), Vec::<String>::new());
}
