use super::*;
use crate::actor::Role;
use crate::testing::{org_with, person_of};
use db::Db;

fn new(role: Role) -> NewApiKey {
    NewApiKey { name: " Sync ".into(), role, expires_at: None }
}

async fn made(db: &Db, actor: &Actor, new: NewApiKey) -> Result<CreatedApiKey> {
    let actor = actor.clone();
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn actor_of(db: &Db, clock: &Clock, key: &str) -> Result<Actor> {
    let (key, clock) = (key.to_string(), clock.clone());
    db.read(move |c| authenticate(c, &key, &clock).map(|(actor, _)| actor)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_acts_in_its_organisation_until_it_ends() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let end = owner.now().plus_seconds(60);
        let created = made(&db, &owner, NewApiKey { expires_at: Some(end), ..new(Role::Member) }).await.unwrap();
        assert_eq!((created.key.len(), &created.key[..4]), (47, "ent_"));
        assert_eq!(created.record.prefix, created.key[..10]);
        assert_eq!(created.record.name, "Sync");
        let actor = actor_of(&db, &owner.clock, &created.key).await.unwrap();
        assert_eq!((actor.org_id, actor.role, actor.user_id), (owner.org_id, Role::Member, None));
        owner.clock.set(end);
        assert!(matches!(actor_of(&db, &owner.clock, &created.key).await, Err(Error::Unauthenticated(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_at_once() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let created = made(&db, &owner, new(Role::Admin)).await.unwrap();
        let (id, stranger) = (created.record.id, org_with(&db, "Looms").await);
        let refused = db.write(move |tx| revoke(tx, &stranger, id)).await;
        assert_eq!(refused, Err(Error::NotFound("API key")));
        let by = owner.clone();
        db.write(move |tx| revoke(tx, &by, id)).await.unwrap();
        assert!(matches!(actor_of(&db, &owner.clock, &created.key).await, Err(Error::Unauthenticated(_))));
        for key in ["", "ent_", &created.key[..46], &format!("{}x", created.key), "\0", &created.key.to_uppercase()] {
            assert!(matches!(actor_of(&db, &owner.clock, key).await, Err(Error::Unauthenticated(_))), "{key:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_key_above_themselves() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let admin = person_of(&db, &owner, Role::Admin).await;
        let member = person_of(&db, &owner, Role::Member).await;
        assert!(matches!(made(&db, &admin, new(Role::Owner)).await, Err(Error::Forbidden(_))));
        assert!(matches!(made(&db, &member, new(Role::Member)).await, Err(Error::Forbidden(_))));
        assert!(made(&db, &admin, new(Role::Admin)).await.is_ok());
    })
    .await;
}
