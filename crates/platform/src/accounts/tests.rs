use super::*;
use crate::testing::{org_with, person_of};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_one_account() {
    db::testing::each_engine(|db| async move {
        let clock = Clock::fixed(Timestamp(1_700_000_000_000_000));
        let owner = || NewMember {
            full_name: "Ada".into(),
            email: "ada@example.com".into(),
            role: Role::Owner,
            password_hash: None,
        };
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (db, clock, owner) = (db.clone(), clock.clone(), owner());
            tasks.push(tokio::spawn(async move {
                db.write(move |tx| create_organisation(tx, &clock, "Engines", &owner, None).map(|actor| actor.org_id))
                    .await
            }));
        }
        let mut made = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => made += 1,
                Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "email_taken"),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(db.read(organisations).await.unwrap().len(), 1, "a refused sign-up leaves nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_keeps_an_owner_however_they_leave() {
    db::testing::each_engine(|db| async move {
        let first = org_with(&db, "Engines").await;
        let second = person_of(&db, &first, Role::Owner).await;
        let step_down = |actor: &Actor| {
            let (actor, id) = (actor.clone(), person(actor).unwrap());
            let patch = MemberChange { role: Some(Role::Member), disabled: None };
            let db = db.clone();
            tokio::spawn(async move { db.write(move |tx| change_member(tx, &actor, id, IfMatch(None), patch)).await })
        };
        let (one, other) = (step_down(&first), step_down(&second));
        let outcomes = [one.await.unwrap(), other.await.unwrap()];
        let refused: Vec<&Error> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        assert!(
            matches!(refused.as_slice(), [Error::Conflict(conflict)] if conflict.code == "last_owner"),
            "{outcomes:?}"
        );
        let scope = first.scope();
        assert_eq!(db.read(move |c| store::count_owners(c, &scope)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_do_not_undo_each_other() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let admin = person_of(&db, &owner, Role::Admin).await;
        for _ in 0..12 {
            let id = person(&person_of(&db, &owner, Role::Member).await).unwrap();
            let change = |by: &Actor, patch: MemberChange| {
                let (by, db) = (by.clone(), db.clone());
                tokio::spawn(async move { db.write(move |tx| change_member(tx, &by, id, IfMatch(None), patch)).await })
            };
            let promoted = change(&owner, MemberChange { role: Some(Role::Admin), disabled: None });
            let shut_out = change(&admin, MemberChange { role: None, disabled: Some(true) });
            promoted.await.unwrap().unwrap();
            shut_out.await.unwrap().unwrap();
            let scope = owner.scope();
            let now = db.read(move |c| store::member(c, &scope, id)).await.unwrap().unwrap();
            assert_eq!((now.role, now.disabled), (Role::Admin, true));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_members_above_themselves() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let admin = person_of(&db, &owner, Role::Admin).await;
        let member = person_of(&db, &owner, Role::Member).await;
        let change = |by: &Actor, of: &Actor, role: Option<Role>, disabled: Option<bool>| {
            let (by, id, db) = (by.clone(), person(of).unwrap(), db.clone());
            async move {
                db.write(move |tx| change_member(tx, &by, id, IfMatch(None), MemberChange { role, disabled })).await
            }
        };
        assert!(matches!(change(&admin, &owner, None, Some(true)).await, Err(Error::Forbidden(_))));
        assert!(matches!(change(&admin, &member, Some(Role::Owner), None).await, Err(Error::Forbidden(_))));
        assert!(matches!(change(&member, &member, Some(Role::Admin), None).await, Err(Error::Forbidden(_))));
        assert!(matches!(change(&admin, &admin, None, Some(true)).await, Err(Error::Invalid(_))));
        assert_eq!(change(&admin, &member, Some(Role::Admin), None).await.unwrap().role, Role::Admin);
        let other = org_with(&db, "Looms").await;
        assert_eq!(change(&other, &member, None, Some(true)).await, Err(Error::NotFound("member")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_forgotten() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let user_id = person(&owner).unwrap();
        let session = || NewSession { org_id: owner.org_id, user_id, user_agent: None, ip_address: None };
        let (clock, new, attempt) = (owner.clock.clone(), session(), Attempt::new("ada@example.com", None));
        db.write(move |tx| {
            throttle::failed(tx, &attempt, clock.now())?;
            sessions::open(tx, &clock, &new)
        })
        .await
        .unwrap();
        let now = owner.clock.now();
        assert_eq!(forget_old(&db, now).await.unwrap(), 0);
        // The session was idle for too long, and three counts of failures are forgiven.
        let later = now.plus_seconds((SESSION_IDLE_DAYS_MAX + 1) * 86_400);
        assert_eq!(forget_old(&db, later).await.unwrap(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_sessions_are_kept() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let user_id = person(&owner).unwrap();
        let new = NewSession { org_id: owner.org_id, user_id, user_agent: None, ip_address: None };
        let (clock, actor) = (owner.clock.clone(), owner.clone());
        let (first, left) = db
            .write(move |tx| {
                let first = sessions::open(tx, &clock, &new)?;
                for minute in 1..=60 {
                    clock.set(Timestamp(1_700_000_000_000_000).plus_seconds(minute * 60));
                    sessions::open(tx, &clock, &new)?;
                }
                Ok::<_, Error>((first, sessions::list(tx, &actor, user_id, None)?.len()))
            })
            .await
            .unwrap();
        assert_eq!(left, 50);
        let clock = owner.clock.clone();
        let outcome = db.read(move |c| authenticate(c, first.as_str(), &clock).map(|_| ())).await;
        assert!(matches!(outcome, Err(Error::Unauthenticated(_))), "{outcome:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_under_way_does_not_survive_a_reset() {
    db::testing::each_engine(|db| async move {
        let owner = org_with(&db, "Engines").await;
        let (by, user_id) = (owner.clone(), person(&owner).unwrap());
        let verify = |login: &Login| {
            let (login, clock) = (login.clone(), owner.clock.clone());
            db.write(move |tx| verified(tx, &clock, &login, None).map(|actor| actor.user_id))
        };
        let email = db.read(move |c| me(c, &by)).await.unwrap().email;
        let (clock, address) = (owner.clock.clone(), email.clone());
        db.write(move |tx| reset_password(tx, &clock, &address, "old hash")).await.unwrap();
        let address = email.clone();
        let login = db.read(move |c| store::login(c, &address)).await.unwrap().unwrap();
        assert_eq!(verify(&login).await, Ok(Some(user_id)));
        let clock = owner.clock.clone();
        db.write(move |tx| reset_password(tx, &clock, &email, "new hash")).await.unwrap();
        assert_eq!(verify(&login).await, Err(WRONG_LOGIN));
    })
    .await;
}
