//! The way back: whose records it may touch, what it counts, what it cannot restore.

use super::*;
use crate::companies::CompanyPatch;
use crate::tags;
use platform::patch::Patch;

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_leaves_what_somebody_else_owns_by_now() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let (ann, bob) =
            (member(&world.db, &world.actor, Role::Member).await, member(&world.db, &world.actor, Role::Member).await);
        let ada = world.create(&world.actor, ada()).await;
        let people = "Name,Email,Title\nAda,ada@example.com,Programmer\n";
        let people = world.import_as(&ann, RecordKind::Customer, people, OnDuplicate::Update).await;
        world.import(RecordKind::Company, "Company,Domain\nAcme,acme.example\n", OnDuplicate::Skip).await;
        let firms = "Company,Domain,City\nAcme,acme.example,Bonn\n";
        let firms = world.import_as(&ann, RecordKind::Company, firms, OnDuplicate::Update).await;
        let made = world.import_as(&ann, RecordKind::Company, "Company\nBeta\n", OnDuplicate::Skip).await;
        assert_eq!((people.updated, firms.updated, made.created), (1, 1, 1));

        let (by, acme) = (bob.at_one_moment(), world.companies().await["Acme"].id);
        world
            .db
            .write(move |tx| {
                customers::claim(tx, &by, ada.id, IfMatch(None))?;
                let own =
                    CompanyPatch { owner_id: Patch::Set(by.user_id.expect("a person")), ..CompanyPatch::default() };
                companies::update(tx, &by, acme, &own, IfMatch(None))
            })
            .await
            .expect("Bob takes both");
        // As if the owner had been set without a word in the log.
        let (scope, owner) = (world.actor.scope(), bob.user_id);
        world
            .db
            .write(move |tx| {
                tx.execute((
                    "UPDATE companies SET owner_id = $2 WHERE org_id = $1 AND name = 'Beta'",
                    params![scope, owner],
                ))
            })
            .await
            .expect("an owner");

        for (import, row) in [(&people, 2), (&firms, 2), (&made, 2)] {
            world.act(&ann, import.id, undo).await.expect("an undo");
            world.work().await;
            let undone = world.get(import.id).await.expect("the import");
            let counted = (undone.undone.archived, undone.undone.restored, undone.undone.kept);
            assert_eq!((undone.state, counted), (State::Undone, (0, 0, 1)));
            let (_, reason) = &world.results(import.id).await[&row];
            assert!(reason.contains("belongs to Bo Example"), "{reason}");
        }
        assert_eq!(world.customers().await[0].job_title.as_deref(), Some("Programmer"));
        let companies = world.companies().await;
        assert_eq!(companies["Acme"].city.as_deref(), Some("Bonn"));
        assert!(companies.contains_key("Beta"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_undoes_the_import_of_somebody_who_left() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let bo = member(&world.db, &world.actor, Role::Member).await;
        let done = world.import_as(&bo, RecordKind::Customer, "Name\nAnna\n", OnDuplicate::Skip).await;
        assert_eq!(done.created, 1);
        let user = bo.user_id;
        world
            .db
            .write(move |tx| tx.execute(("UPDATE memberships SET disabled_at = 1 WHERE user_id = $1", params![user])))
            .await
            .expect("a disabled member");
        let undone = world.undo(done.id).await;
        assert_eq!((undone.state, undone.error, undone.undone.archived), (State::Undone, None, 1));
        assert!(world.customers().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_takes_off_tags_whatever_they_are_called_by_now() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        // The library writes it its own way.
        let by = world.actor.clone();
        let new = tags::NewTag { name: "VIP".to_owned(), color: None, description: None };
        world.db.write(move |tx| tags::create(tx, &by, &new)).await.expect("a tag");
        let text = "Name,Email,Tags\nAda Lovelace,ada@example.com,vip; math\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        assert_eq!(world.customers().await[0].tags, ["VIP", "math", "old"]);
        let by = world.actor.clone();
        world
            .db
            .write(move |tx| {
                let (id, _) = tags::find(tx, &by, "math")?.expect("the tag");
                let patch = tags::TagPatch { name: Patch::Set("maths".to_owned()), ..tags::TagPatch::default() };
                tags::update(tx, &by, id, &patch, IfMatch(None))
            })
            .await
            .expect("another name");
        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.restored, undone.undone.kept), (1, 0));
        assert_eq!(world.customers().await[0].tags, ["old"]);
        let removed = "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'tag.removed'";
        assert_eq!(world.count(removed).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_removes_the_tags_that_the_import_made() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        let text = "Name,Email,Tags\nAda,ada@example.com,used; recoloured; fresh\n\
            Anna,anna@x.example,fresh; lonely; old\nBo,bo@x.example,moved\nCy,cy@x.example,kept\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        let library = || {
            let (db, by) = (world.db.clone(), world.actor.clone());
            async move {
                let tags = db.read(move |c| tags::list(c, &by)).await.expect("the library");
                tags.into_iter().map(|tag| tag.name).collect::<Vec<_>>()
            }
        };
        let all = ["fresh", "kept", "lonely", "moved", "old", "recoloured", "used"];
        assert_eq!(library().await, all);
        // Somebody puts one on another customer, colours one, and works on one who was made.
        let by = world.actor.clone();
        let other = world.create(&by, serde_json::from_value(serde_json::json!({"fullName": "Other"})).unwrap()).await;
        let made = world.customers().await.into_iter().find(|one| one.full_name == "Cy").expect("Cy").id;
        let changed: platform::Result<()> = world
            .db
            .write(move |tx| {
                customers::add_tag(tx, &by, other.id, "used", IfMatch(None))?;
                let rival = Actor { id: Some(by.new_id()), name: "Rival".into(), ..by.clone() };
                customers::add_tag(tx, &rival, made, "old", IfMatch(None))?;
                let (id, _) = tags::find(tx, &by, "recoloured")?.expect("the tag");
                let patch = tags::TagPatch { color: Patch::Set("red".to_owned()), ..tags::TagPatch::default() };
                tags::update(tx, &by, id, &patch, IfMatch(None)).map(drop)
            })
            .await;
        changed.expect("changes");
        world.undo(done.id).await;
        assert_eq!(library().await, ["kept", "old", "recoloured", "used"]);
        world.check().await;
    })
    .await;
}

/// A tag of more customers than one step takes, among them one who got it from somebody else.
#[tokio::test(flavor = "multi_thread")]
async fn an_undo_removes_a_tag_of_many() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let mut text = "Name,Email,Tags\n".to_owned();
        for index in 0..1_100 {
            text.push_str(&format!("Person {index:04},p{index}@crowd.example,crowd; shared\n"));
        }
        let done = world.import(RecordKind::Customer, &text, OnDuplicate::Skip).await;
        let by = world.actor.clone();
        let other = world.create(&by, serde_json::from_value(serde_json::json!({"fullName": "Other"})).unwrap()).await;
        let tagged: platform::Result<()> =
            world.db.write(move |tx| customers::add_tag(tx, &by, other.id, "shared", IfMatch(None)).map(drop)).await;
        tagged.expect("a tag");
        let undone = world.undo(done.id).await;
        assert_eq!((undone.state, undone.undone.archived), (State::Undone, 1_100));
        let by = world.actor.clone();
        let tags = world.db.read(move |c| tags::list(c, &by)).await.expect("the library");
        assert_eq!(tags.iter().map(|tag| (tag.name.as_str(), tag.customer_count)).collect::<Vec<_>>(), [("shared", 1)]);
        // Who has it from somebody else keeps it, and so do those beside them.
        assert_eq!(world.count("SELECT count(*) FROM customer_tags WHERE org_id = $1").await, 1_101);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_a_person_never_make_a_circle_of_parents() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let names: String = (0..40).map(|round| format!("One {round}\nTwo {round}\n")).collect();
        world.import(RecordKind::Company, &format!("Company\n{names}"), OnDuplicate::Skip).await;
        let companies = world.companies().await;
        for round in 0..40 {
            let (one, two) = (companies[&format!("One {round}")].id, companies[&format!("Two {round}")].id);
            let link = firms::Link { position: 1, company_id: one, parent_name: format!("Two {round}") };
            let (db, by) = (world.db.clone(), world.actor.clone());
            let linking = tokio::spawn(async move {
                db.write(move |tx| firms::link(tx, &by, UPDATE, std::slice::from_ref(&link))).await
            });
            let (db, by) = (world.db.clone(), world.actor.clone());
            let below = CompanyPatch { parent_id: Patch::Set(one), ..CompanyPatch::default() };
            let patching = tokio::spawn(async move {
                db.write(move |tx| companies::update(tx, &by, two, &below, IfMatch(None))).await
            });
            let linked = linking.await.expect("a task").expect("a link");
            let patched = patching.await.expect("a task");
            assert_eq!(linked.refused.len() + usize::from(patched.is_err()), 1, "{patched:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_puts_no_company_below_itself() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let first = "Company,Parent company\nTop,\nLow,Top\nOther,\n";
        world.import(RecordKind::Company, first, OnDuplicate::Skip).await;
        let done = world.import(RecordKind::Company, "Company,Parent company\nLow,Other\n", OnDuplicate::Update).await;
        assert_eq!(done.updated, 1);
        // Meanwhile what was above comes below.
        let (by, companies) = (world.actor.at_one_moment(), world.companies().await);
        let (top, low) = (companies["Top"].id, companies["Low"].id);
        let below = CompanyPatch { parent_id: Patch::Set(low), ..CompanyPatch::default() };
        world.db.write(move |tx| companies::update(tx, &by, top, &below, IfMatch(None))).await.expect("a new parent");

        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.restored, undone.undone.kept), (0, 1));
        assert!(world.results(done.id).await[&2].1.contains("parentId"));
        let companies = world.companies().await;
        let parent = |name: &str| companies[name].parent.as_ref().map(|parent| parent.name.clone());
        assert_eq!((parent("Low").as_deref(), parent("Top").as_deref()), (Some("Other"), Some("Low")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_was_left_out_is_nothing_to_undo() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let first = "Company,Parent company\nRoot,\nTop,Root\nMiddle,Top\n";
        world.import(RecordKind::Company, first, OnDuplicate::Skip).await;
        // Only the second row closes the circle, and only once the first is in.
        let text = "Company,Parent company\nNewco,Middle\nTop,Newco\n";
        let done = world.import(RecordKind::Company, text, OnDuplicate::Update).await;
        assert_eq!((done.created, done.updated), (1, 1));
        assert!(world.results(done.id).await[&3].1.contains("left out"));

        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (1, 1, 0));
        let companies = world.companies().await;
        assert_eq!(companies["Top"].parent.as_ref().map(|parent| parent.name.as_str()), Some("Root"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_counts_each_record_once_however_far_apart_its_rows_are() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        // More rows between them than an undo takes at once.
        let mut text = "Name,Email,Title\nAda,ada@example.com,First\nAnna,anna@x.example,First\n".to_owned();
        for index in 0..600 {
            text.push_str(&format!("Person {index},p{index}@x.example,\n"));
        }
        text.push_str("Ada,ada@example.com,Last\nAnna,anna@x.example,Last\n");
        let done = world.import(RecordKind::Customer, &text, OnDuplicate::Update).await;
        assert_eq!((done.created, done.updated), (601, 3));
        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (601, 1, 0));
    })
    .await;
}
