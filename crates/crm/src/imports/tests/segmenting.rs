//! Segments that rows name, and what every row gets.

use super::*;
use crate::segments::model::{MembersChange, NewSegment};
use crate::segments::{self, SegmentKind, SegmentPatch, SegmentRef};
use platform::filter::Raw;
use platform::ids::SegmentId;
use platform::patch::Patch;

const JOINED: &str =
    "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'segment.joined' AND actor_kind = 'import'";
const LEFT: &str =
    "SELECT count(*) FROM activities WHERE org_id = $1 AND type = 'segment.left' AND actor_kind = 'import'";
const RICH: &str = r#"{"field": "fullName", "op": "contains", "value": "Rich"}"#;

impl World {
    async fn segment(&self, name: &str, rule: Option<&str>) -> SegmentId {
        let by = self.actor.at_one_moment();
        let kind = if rule.is_some() { SegmentKind::Dynamic } else { SegmentKind::Static };
        let rule = rule.map(|rule| Raw(serde_json::from_str(rule).expect("JSON")));
        let new = NewSegment { name: name.to_owned(), description: None, kind, rule };
        self.db.write(move |tx| segments::create(tx, &by, &new)).await.expect("a segment").id
    }

    /// Puts somebody in by hand, or takes them out.
    async fn move_member(&self, segment: SegmentId, customer: CustomerId, joins: bool) {
        let by = self.actor.at_one_moment();
        let (add, remove) = if joins { (vec![customer], Vec::new()) } else { (Vec::new(), vec![customer]) };
        let change = MembersChange { add, remove };
        let moved = self.db.write(move |tx| segments::change_members(tx, &by, segment, &change)).await;
        assert_eq!(moved.map(|moved| moved.added + moved.removed).expect("a change"), 1);
    }

    async fn living(&self) -> Vec<SegmentRef> {
        let by = self.actor.clone();
        self.db.read(move |c| segments::living(c, &by)).await.expect("segments")
    }

    async fn named(&self, name: &str) -> SegmentId {
        self.living().await.into_iter().find(|segment| segment.name == name).expect("a segment").id
    }

    /// The living segments and who is in each, both by name.
    async fn members(&self) -> Vec<(String, Vec<String>)> {
        let (mut found, people) = (Vec::new(), self.customers().await);
        for segment in self.living().await {
            let (scope, ids) = (self.actor.scope(), people.iter().map(|one| one.id).collect::<Vec<_>>());
            let listed = self
                .db
                .read(move |c| crate::segment_members::listed(c, &scope, segment.id, &ids))
                .await
                .expect("members");
            let names = people.iter().filter(|one| listed.contains(&one.id)).map(|one| one.full_name.clone());
            found.push((segment.name, names.collect()));
        }
        found
    }

    /// As [`World::import`], with what every row gets.
    async fn import_always(&self, text: &str, on_duplicate: OnDuplicate, always: Always) -> Import {
        let import = self.upload(RecordKind::Customer, text).await;
        let body = PlanBody { always, ..guessed(&import, on_duplicate) };
        let planned = self.plan_as(&self.actor, import.id, body).await.expect("a plan");
        assert_eq!(planned.state, State::Planned, "{:?}", planned.error);
        let done = self.run(import.id).await;
        assert_eq!((counts(&planned), &planned.problems), (counts(&done), &done.problems));
        assert_eq!(planned.always, done.always);
        self.check().await;
        done
    }
}

fn always(tags: &[&str], segment: Option<&str>) -> Always {
    Always { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), segment: segment.map(str::to_owned) }
}

fn expected(all: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    all.iter()
        .map(|(name, members)| ((*name).to_owned(), members.iter().map(|one| (*one).to_owned()).collect()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_puts_people_into_segments_and_the_undo_takes_them_out() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let known = world.create(&world.actor, ada()).await;
        let vip = world.segment("VIP", None).await;
        world.segment("Rich", Some(RICH)).await;
        world.move_member(vip, known.id, true).await;
        let text = "Name,Email,Segment\n\
            Ada Lovelace,ada@example.com,vip; Fair\n\
            Anna,anna@x.example,Fair\n\
            Anna,anna@x.example,fair | VIP\n\
            Anna,anna@x.example,VÍP\n\
            Bo,bo@x.example,rich\n\
            Cy,cy@x.example,\"\"\"Berlin, North\"\"\"\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        assert_eq!(counts(&done), [6, 2, 2, 1, 0, 1], "{:?}", world.results(done.id).await);
        let problem = &done.problems[0];
        assert_eq!((problem.column.as_deref(), problem.value.as_deref()), (Some("Segment"), Some("rich")));
        assert!(problem.reason.contains("the rule of the segment Rich decides"), "{}", problem.reason);
        let all: [(&str, &[&str]); 4] = [
            ("Berlin, North", &["Cy"]),
            ("Fair", &["Ada Lovelace", "Anna"]),
            ("Rich", &[]),
            ("VIP", &["Ada Lovelace", "Anna"]),
        ];
        assert_eq!(world.members().await, expected(&all));
        assert_eq!(world.count(JOINED).await, 4, "each joins once");

        let again = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        assert_eq!((again.unchanged, again.failed), (5, 1));
        assert_eq!(world.count(JOINED).await, 4);

        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (2, 1, 0));
        let left: [(&str, &[&str]); 2] = [("Rich", &[]), ("VIP", &["Ada Lovelace"])];
        assert_eq!(world.members().await, expected(&left), "who was there before stays");
        assert_eq!(world.count(LEFT).await, 1);

        // A segment that was put aside does not hold its name.
        let more = world.import(RecordKind::Customer, text, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&more), [6, 2, 2, 1, 0, 1]);
        assert_eq!(world.members().await, expected(&all));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_columns_add_up() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, "Name,Newsletter,Fair\nAnna,News,Fair\nBo,,fair; news\n").await;
        let mut body = guessed(&import, OnDuplicate::Skip);
        for mapped in &mut body.mapping[1..] {
            mapped.field = Some("segment".to_owned());
        }
        world.plan_as(&world.actor, import.id, body).await.expect("a plan");
        assert_eq!(world.run(import.id).await.created, 2);
        assert_eq!(world.members().await, expected(&[("Fair", &["Anna", "Bo"]), ("News", &["Anna", "Bo"])]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_somebody_uses_or_changed_stays() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        let text =
            "Name,Email,Segment\nAda,ada@example.com,used; renamed; named; gone; away\nBo,bo@x.example,kept; gone\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        let other =
            world.create(&world.actor, serde_json::from_value(serde_json::json!({"fullName": "Other"})).unwrap());
        let other = other.await;
        world.move_member(world.named("used").await, other.id, true).await;
        let named = world.named("named").await;
        let rule = format!(r#"{{"field": "segments", "op": "has_any", "value": ["{named}"]}}"#);
        world.segment("Rule", Some(&rule)).await;
        // Bo, whom the import made, is worked on; and Ada is taken out of one by hand.
        let people = world.customers().await;
        let bo = people.iter().find(|one| one.full_name == "Bo").expect("Bo").id;
        let ada = people.iter().find(|one| one.full_name.starts_with("Ada")).expect("Ada").id;
        world.patch(bo, CustomerPatch { job_title: Patch::Set("CEO".to_owned()), ..CustomerPatch::default() }).await;
        world.move_member(world.named("away").await, ada, false).await;
        let (by, renamed) = (world.actor.at_one_moment(), world.named("renamed").await);
        let patch = SegmentPatch { name: Patch::Set("Renamed".to_owned()), ..SegmentPatch::default() };
        world.db.write(move |tx| segments::update(tx, &by, renamed, &patch, IfMatch(None))).await.expect("a new name");

        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (0, 1, 1));
        let left: [(&str, &[&str]); 6] = [
            ("gone", &["Bo"]),
            ("kept", &["Bo"]),
            ("named", &[]),
            ("Renamed", &[]),
            ("Rule", &[]),
            ("used", &["Other"]),
        ];
        assert_eq!(world.members().await, expected(&left));
        assert_eq!(world.count(LEFT).await, 4, "out of the one they had left nobody is taken again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_gets_what_the_plan_says_of_all() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        let mut text = "Name,Email,Tags,Segment\nAda,ada@example.com,,\nAnna,anna@x.example,fair; vip,VIP\n".to_owned();
        // Several chunks, the first person once more at the end.
        for index in 0..1_100 {
            text.push_str(&format!("Person {index},p{index}@x.example,,\n"));
        }
        text.push_str("Anna,anna@x.example,,Late\n");
        let done =
            world.import_always(&text, OnDuplicate::Skip, always(&["Fair", " FAIR ", "2026"], Some("Fair 26"))).await;
        assert_eq!(done.always, always(&["Fair", "2026"], Some("Fair 26")));
        assert_eq!(counts(&done), [1_103, 1_101, 0, 0, 2, 0]);
        let people = world.customers().await;
        assert_eq!(people[0].tags, ["old"], "who is left alone gets nothing");
        assert_eq!(people[1].tags, ["2026", "fair", "vip"]);
        let members = world.members().await;
        assert_eq!((members[0].0.as_str(), members[0].1.len(), members.len()), ("Fair 26", 1_101, 2));

        let done = world.import_always(&text, OnDuplicate::Update, always(&["Fair", "2026"], Some("fair 26"))).await;
        assert_eq!(counts(&done), [1_103, 0, 2, 1_101, 0, 0], "Ada, and Anna who is late");
        let undone = world.undo(done.id).await;
        assert_eq!(undone.undone.restored, 2);
        let (people, members) = (world.customers().await, world.members().await);
        assert_eq!((people[0].tags.len(), members[0].1.len(), members.len()), (1, 1_101, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_given_to_all_is_refused() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.segment("Rich", Some(RICH)).await;
        let people = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        let firms = world.upload(RecordKind::Company, "Company\nAcme\n").await;
        let (long, many) = ("x".repeat(101), (0..101).map(|index| format!("t{index}")).collect::<Vec<_>>());
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for (import, always, path, code) in [
            (&people, always(&["bot:x"], None), "/always/tags/0", "reserved"),
            (&people, always(&many, None), "/always/tags", "too_many"),
            (&people, always(&[], Some(" rich ")), "/always/segment", "dynamic_segment"),
            (&people, always(&[], Some(" ")), "/always/segment", "required"),
            (&people, always(&[], Some(&long)), "/always/segment", "too_long"),
            (&firms, always(&["x"], None), "/always", "unsupported"),
            (&firms, always(&[], Some("x")), "/always", "unsupported"),
        ] {
            let body = PlanBody { always, ..guessed(import, OnDuplicate::Skip) };
            match world.plan_as(&world.actor, import.id, body).await {
                Err(Error::Invalid(faults)) => {
                    assert_eq!((faults[0].path.as_str(), faults[0].code.as_str()), (path, code))
                }
                other => panic!("{path} {code}: {other:?}"),
            }
        }
        let mut body = guessed(&firms, OnDuplicate::Skip);
        body.mapping[0].field = Some("segment".to_owned());
        assert!(matches!(world.plan_as(&world.actor, firms.id, body).await, Err(Error::Invalid(_))));
        // A row with its own hundred has no room for one more.
        let text = format!("Name,Tags,Segment\nAnna,{},\nBo,,{long}\n", many[..100].join(";"));
        let done = world.import_always(&text, OnDuplicate::Skip, always(&["more"], None)).await;
        let reasons: Vec<&str> = done.problems.iter().map(|problem| problem.reason.as_str()).collect();
        assert_eq!(done.failed, 2);
        assert!(reasons[0].contains("too many tags"), "{reasons:?}");
        assert!(reasons[1].contains("holds the segment"), "{reasons:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_became_dynamic_meanwhile_fails_the_rows() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let import = world.upload(RecordKind::Customer, "Name\nAnna\n").await;
        let body = PlanBody { always: always(&[], Some("Rich")), ..guessed(&import, OnDuplicate::Skip) };
        assert_eq!(world.plan_as(&world.actor, import.id, body).await.expect("a plan").created, 1);
        world.segment("Rich", Some(RICH)).await;
        let done = world.run(import.id).await;
        assert_eq!((done.created, done.failed, &done.problems[0].column), (0, 1, &None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_segments_than_there_may_be_fail_their_rows() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let (scope, by) = (world.actor.scope(), world.actor.clone());
        world
            .db
            .write(move |tx| {
                let rows: Vec<Vec<db::Value>> = (0..998)
                    .map(|index| {
                        let name = format!("s{index}");
                        params![&scope, by.new_id(), &name, &name, &name, "static", 0_i64, 0_i64, 1_i64].to_vec()
                    })
                    .collect();
                let columns =
                    ["org_id", "id", "name", "name_key", "live_key", "kind", "created_at", "updated_at", "version"];
                tx.bulk("segments", &columns, &rows)
            })
            .await
            .expect("many segments");
        let mut text = "Name,Email,Segment\nA,a@x.example,new\n".to_owned();
        for index in 0..1_000 {
            text.push_str(&format!("Person {index},p{index}@x.example,\n"));
        }
        text.push_str("B,b@x.example,NEW; other\nC,c@x.example,third\nD,d@x.example,s7\nA,a@x.example,fourth\n");
        let done = world.import(RecordKind::Customer, &text, OnDuplicate::Update).await;
        assert_eq!((done.created, done.failed), (1_003, 2), "{:?}", done.problems);
        assert_eq!(done.problems[0].value.as_deref(), Some("third"));
        assert_eq!(world.living().await.len(), 1_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_puts_in_whom_they_may_write() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let (ann, bob) =
            (member(&world.db, &world.actor, Role::Member).await, member(&world.db, &world.actor, Role::Member).await);
        let (by, known) = (bob.at_one_moment(), world.create(&world.actor, ada()).await);
        world.db.write(move |tx| customers::claim(tx, &by, known.id, IfMatch(None))).await.expect("an owner");
        let text = "Name,Email,Segment\nAda,ada@example.com,Fair\nBo,bo@x.example,Fair\n";
        let done = world.import_as(&ann, RecordKind::Customer, text, OnDuplicate::Update).await;
        assert_eq!((done.created, done.failed), (1, 1), "{:?}", done.problems);
        assert!(done.problems[0].reason.contains("belongs to"), "{:?}", done.problems);
        assert_eq!(world.members().await, expected(&[("Fair", &["Bo"])]));
        let (by, fair) = (world.actor.clone(), world.named("Fair").await);
        let made = world.db.read(move |c| segments::get(c, &by, fair)).await.expect("the segment");
        assert_eq!(made.created_by_id, ann.user_id, "it is theirs");
        world.act(&ann, done.id, undo).await.expect("an undo");
        world.work().await;
        assert!(world.living().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_foretells_where_many_rows_are_about_one() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let known = world.create(&world.actor, ada()).await;
        let there = world.segment("s3", None).await;
        world.move_member(there, known.id, true).await;
        let mut text = "Name,Email,Segment\n".to_owned();
        for index in 0..3_300 {
            let address = ["ada@example.com", "office@x.example"][index % 2];
            text.push_str(&format!("Office,{address},s{}\n", index / 200 % 12));
        }
        let done = world.import(RecordKind::Customer, &text, OnDuplicate::FillEmpty).await;
        assert_eq!((done.created, done.updated), (1, 11 + 11), "{:?}", counts(&done));
        assert_eq!(world.count(JOINED).await, 23);
        let undone = world.undo(done.id).await;
        assert_eq!((undone.undone.archived, undone.undone.restored), (1, 1));
        assert_eq!(world.members().await, expected(&[("s3", &["Ada Lovelace"])]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_segments_of_some_are_found_by_them() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let known = world.create(&world.actor, ada()).await;
        let scope = world.actor.scope();
        let explained = world
            .db
            .read(move |c| c.explain(&crate::segment_members::lists_of_sql(&scope, &[known.id])))
            .await
            .expect("a plan");
        if world.db.engine() == db::Engine::Sqlite {
            assert!(db::full_scans(&explained, &["x"]).is_empty(), "{explained}");
        }
    })
    .await;
}
