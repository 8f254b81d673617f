use super::membership::Membership;
use super::model::*;
use super::*;
use crate::activity::{Activity, SegmentCause, Timeline};
use crate::checks::broken_rules;
use crate::customers::{CustomerPatch, NewCustomer};
use crate::news::{Feed, Follower, News};
use crate::testing::{member, org};
use crate::{companies, tags};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::{ActorKind, Role};
use platform::filter::Me;
use platform::ids::{ActivityId, CompanyId};
use platform::paging::ListQuery;
use platform::patch::Patch;
use serde_json::json;

async fn person(db: &Db, actor: &Actor, body: Value) -> Customer {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewCustomer>(body).unwrap().parse().unwrap());
    db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap()
}

async fn patch(db: &Db, actor: &Actor, id: CustomerId, body: Value) {
    let (actor, patch) = (actor.clone(), serde_json::from_value::<CustomerPatch>(body).unwrap());
    db.write(move |tx| customers::update(tx, &actor, id, &patch, IfMatch(None))).await.unwrap();
}

async fn make(db: &Db, actor: &Actor, body: Value) -> Result<Segment> {
    let (actor, new) = (actor.clone(), serde_json::from_value::<NewSegment>(body).unwrap());
    db.write(move |tx| create(tx, &actor, &new)).await
}

async fn dynamic(db: &Db, actor: &Actor, name: &str, rule: Value) -> Segment {
    make(db, actor, json!({"name": name, "kind": "dynamic", "rule": rule})).await.unwrap()
}

async fn listed(db: &Db, actor: &Actor, name: &str) -> Segment {
    make(db, actor, json!({"name": name, "kind": "static"})).await.unwrap()
}

async fn change(
    db: &Db,
    actor: &Actor,
    id: SegmentId,
    add: &[CustomerId],
    remove: &[CustomerId],
) -> Result<MembersChanged> {
    let (actor, change) = (actor.clone(), MembersChange { add: add.to_vec(), remove: remove.to_vec() });
    db.write(move |tx| change_members(tx, &actor, id, &change)).await
}

async fn edit(db: &Db, actor: &Actor, id: SegmentId, rule: Value) -> Result<Segment> {
    let actor = actor.clone();
    let patch = SegmentPatch { rule: Patch::Set(Raw(rule)), ..SegmentPatch::default() };
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await
}

/// Everything that follows: news, jobs, and the news of jobs.
async fn follow(db: &Db, actor: &Actor) {
    let (runner, feed) = background(db, actor);
    loop {
        feed.deliver_all().await.unwrap();
        if runner.run_until_idle().await.unwrap() == 0 {
            return;
        }
    }
}

/// The names of those in a segment, sorted.
async fn inside(db: &Db, actor: &Actor, id: SegmentId) -> Vec<String> {
    let list = ListQuery::default().read(&customers::FIELDS, "fullName", Me::Allowed).unwrap();
    let actor = actor.clone();
    let page = db.read(move |c| members(c, &actor, id, &list)).await.unwrap();
    page.items.into_iter().map(|customer| customer.full_name).collect()
}

async fn matching(db: &Db, actor: &Actor, filter: Value) -> Vec<String> {
    let query = ListQuery { filter: Some(filter.to_string()), ..ListQuery::default() };
    let list = query.read(&customers::FIELDS, "fullName", Me::Allowed).unwrap();
    let reader = actor.clone();
    let page = db.read(move |c| customers::page(c, &reader, &list)).await.unwrap();
    let tree = Tree::parse(&filter, &customers::FIELDS, Me::Allowed).unwrap();
    let actor = actor.clone();
    let count = db.read(move |c| customers::count(c, &actor, &tree, None, false)).await.unwrap();
    assert_eq!(count.count, i64::try_from(page.items.len()).unwrap());
    page.items.into_iter().map(|customer| customer.full_name).collect()
}

/// What was told to a customer about segments, oldest first: type, segment, cause.
async fn told(db: &Db, actor: &Actor, id: CustomerId) -> Vec<String> {
    let events = timeline(db, actor, id).await;
    let segments = events.iter().rev().filter(|event| event.kind.starts_with("segment."));
    segments
        .map(|event| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
            let cause = &event.detail["cause"];
            let mut line = format!("{} {} {}", &event.kind[8..], text(&event.detail["name"]), text(&cause["kind"]));
            if cause["activityType"].is_string() {
                line.push_str(&format!(" {}", text(&cause["activityType"])));
            }
            line
        })
        .collect()
}

async fn timeline(db: &Db, actor: &Actor, id: CustomerId) -> Vec<Activity> {
    let actor = actor.clone();
    db.read(move |c| activity::page(c, &actor, Timeline::Customer(id), None, 200, None)).await.unwrap().items
}

fn later(actor: &Actor, seconds: i64) {
    actor.clock.set(actor.now().plus_seconds(seconds));
}

fn is(field: &str, op: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "op": op, "value": value.into()})
}

fn in_any(ids: &[SegmentId]) -> Value {
    json!({"field": "segments", "op": "has_any", "value": ids})
}

fn fault(error: &Error) -> (String, String, String) {
    match error {
        Error::Invalid(faults) | Error::Malformed(faults) => {
            (faults[0].path.clone(), faults[0].code.clone(), faults[0].message.clone())
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_and_leaving_are_told_once_with_their_cause() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let vips = dynamic(
            &db,
            &owner,
            "German VIPs",
            json!({"and": [
                is("tags", "has_any", json!(["vip"])), is("country", "eq", "DE")
            ]}),
        )
        .await;
        follow(&db, &owner).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "tags": ["vip"]})).await;
        let bob = person(&db, &owner, json!({"fullName": "Bob", "country": "DE"})).await;
        assert_eq!(inside(&db, &owner, vips.id).await, Vec::<String>::new());
        patch(&db, &owner, ada.id, json!({"country": "DE"})).await;
        // Exact before anything was told.
        assert_eq!(inside(&db, &owner, vips.id).await, ["Ada"]);
        assert_eq!(told(&db, &owner, ada.id).await, Vec::<String>::new());
        follow(&db, &owner).await;
        follow(&db, &owner).await;
        assert_eq!(told(&db, &owner, ada.id).await, ["joined German VIPs event customer.updated"]);
        let actor = owner.clone();
        db.write(move |tx| customers::add_tag(tx, &actor, bob.id, "VIP", IfMatch(None))).await.unwrap();
        patch(&db, &owner, ada.id, json!({"country": "FR"})).await;
        follow(&db, &owner).await;
        assert_eq!(inside(&db, &owner, vips.id).await, ["Bob"]);
        assert_eq!(told(&db, &owner, bob.id).await, ["joined German VIPs event tag.added"]);
        assert_eq!(
            told(&db, &owner, ada.id).await,
            ["joined German VIPs event customer.updated", "left German VIPs event customer.updated"]
        );
        let events = timeline(&db, &owner, ada.id).await;
        let joined = events.iter().find(|event| event.kind == "segment.joined").unwrap();
        assert_eq!(joined.actor.kind, ActorKind::System);
        assert_eq!(joined.detail["segmentId"], json!(vips.id));
        let cause = joined.detail["cause"]["activityId"].as_str().unwrap();
        assert!(events.iter().any(|event| event.id.to_string() == cause && event.kind == "customer.updated"));
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}

/// A rule about the time of last activity would go round for ever, if joining were activity.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_causes_nothing() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada"})).await;
        follow(&db, &owner).await;
        let quiet = dynamic(&db, &owner, "Quiet", is("lastActivityAt", "older_than", "1d")).await;
        let busy = dynamic(&db, &owner, "Busy", json!({"not": in_any(&[quiet.id])})).await;
        follow(&db, &owner).await;
        assert_eq!(told(&db, &owner, ada.id).await, ["joined Busy created"]);
        later(&owner, 2 * 86_400);
        assert_eq!(inside(&db, &owner, quiet.id).await, ["Ada"]);
        follow(&db, &owner).await;
        follow(&db, &owner).await;
        assert_eq!(told(&db, &owner, ada.id).await, ["joined Busy created", "joined Quiet clock", "left Busy clock"]);
        assert_eq!(inside(&db, &owner, busy.id).await, Vec::<String>::new());
        let actor = owner.clone();
        let now = db.read(move |c| customers::get(c, &actor, ada.id)).await.unwrap();
        assert_eq!((now.last_activity_at, now.version), (ada.last_activity_at, 1));
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
        // Neither may rules ask for it.
        let rule = json!({"not": {"activity": ["call.logged", "segment.joined"], "op": "at_least", "count": 1}});
        let refused = make(&db, &owner, json!({"name": "X", "kind": "dynamic", "rule": rule})).await.unwrap_err();
        assert_eq!(fault(&refused).0, "/rule/not/activity/1");
        let rule = json!({"field": "segments", "op": "empty"});
        let refused = make(&db, &owner, json!({"name": "X", "kind": "dynamic", "rule": rule})).await.unwrap_err();
        assert_eq!((fault(&refused).0.as_str(), fault(&refused).1.as_str()), ("/rule/op", "not_allowed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn archive_restore_and_edit_tell_who_left_and_joined() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "DE"})).await;
        let bob = person(&db, &owner, json!({"fullName": "Bob", "country": "FR"})).await;
        follow(&db, &owner).await;
        let hand = listed(&db, &owner, "Hand").await;
        let rule = dynamic(&db, &owner, "Rule", is("country", "eq", "DE")).await;
        let both = dynamic(&db, &owner, "Both", json!({"or": [in_any(&[hand.id]), in_any(&[rule.id])]})).await;
        assert_eq!(
            change(&db, &owner, hand.id, &[bob.id], &[]).await.unwrap(),
            MembersChanged { added: 1, removed: 0 }
        );
        follow(&db, &owner).await;
        assert_eq!(inside(&db, &owner, both.id).await, ["Ada", "Bob"]);
        later(&owner, 1);
        for id in [hand.id, rule.id] {
            let actor = owner.clone();
            db.write(move |tx| archive(tx, &actor, id, IfMatch(None))).await.unwrap();
            assert_eq!(inside(&db, &owner, id).await, Vec::<String>::new());
        }
        assert_eq!(inside(&db, &owner, both.id).await, Vec::<String>::new());
        follow(&db, &owner).await;
        later(&owner, 1);
        for id in [hand.id, rule.id] {
            let actor = owner.clone();
            db.write(move |tx| restore(tx, &actor, id, IfMatch(None))).await.unwrap();
        }
        follow(&db, &owner).await;
        assert_eq!(inside(&db, &owner, hand.id).await, ["Bob"]);
        later(&owner, 1);
        edit(&db, &owner, rule.id, is("country", "eq", "FR")).await.unwrap();
        assert_eq!(inside(&db, &owner, rule.id).await, ["Bob"]);
        follow(&db, &owner).await;
        let mut of_ada = told(&db, &owner, ada.id).await;
        of_ada.sort();
        let mut expected = vec![
            "joined Rule created",
            "joined Both created",
            "left Rule archived",
            "left Both archived",
            "joined Rule restored",
            "joined Both restored",
            "left Rule rule_edited",
            "left Both rule_edited",
        ];
        expected.sort_unstable();
        assert_eq!(of_ada, expected);
        let of_bob = told(&db, &owner, bob.id).await;
        let own: Vec<&String> = of_bob.iter().filter(|line| line.contains("Hand")).collect();
        assert_eq!(own, ["joined Hand by_hand", "left Hand archived", "joined Hand restored"]);
        assert!(of_bob.contains(&"joined Rule rule_edited".to_string()), "{of_bob:?}");
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_put_in_by_those_who_may_write_them() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (mia, max) = (member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await);
        let free = person(&db, &owner, json!({"fullName": "Free"})).await;
        let taken = person(&db, &owner, json!({"fullName": "Taken", "claimedById": max.user_id})).await;
        let hand = listed(&db, &mia, "Hand").await;
        let refused = change(&db, &mia, hand.id, &[free.id, taken.id], &[]).await.unwrap_err();
        assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
        assert_eq!(inside(&db, &owner, hand.id).await, Vec::<String>::new());
        let changed = change(&db, &mia, hand.id, &[free.id, free.id], &[]).await.unwrap();
        assert_eq!(changed, MembersChanged { added: 1, removed: 0 });
        assert_eq!(change(&db, &mia, hand.id, &[free.id], &[]).await.unwrap().added, 0);
        assert_eq!(
            change(&db, &max, hand.id, &[taken.id], &[free.id]).await.unwrap(),
            MembersChanged { added: 1, removed: 1 }
        );
        assert_eq!(inside(&db, &owner, hand.id).await, ["Taken"]);
        assert_eq!(told(&db, &owner, free.id).await, ["joined Hand by_hand", "left Hand by_hand"]);
        let actor = owner.clone();
        assert_eq!(db.read(move |c| customers::get(c, &actor, free.id)).await.unwrap().version, 3);
        let nobody = CustomerId(owner.new_id());
        let refused = change(&db, &owner, hand.id, &[], &[nobody]).await.unwrap_err();
        assert_eq!((fault(&refused).0.as_str(), fault(&refused).1.as_str()), ("/remove/0", "unknown_customer"));
        let refused = change(&db, &owner, hand.id, &[free.id], &[free.id]).await.unwrap_err();
        assert_eq!(fault(&refused).0, "/remove/0");
        let rule = dynamic(&db, &owner, "Rule", is("country", "eq", "DE")).await;
        let Err(Error::Conflict(conflict)) = change(&db, &owner, rule.id, &[free.id], &[]).await else { panic!() };
        assert_eq!(conflict.code, "dynamic_segment");
        let actor = owner.clone();
        let Err(Error::Conflict(conflict)) = db.write(move |tx| recompute(tx, &actor, hand.id)).await else { panic!() };
        assert_eq!(conflict.code, "static_segment");
        // Others do not change what Mia made.
        let actor = max.clone();
        let refused = db.write(move |tx| archive(tx, &actor, hand.id, IfMatch(None))).await.unwrap_err();
        assert!(matches!(refused, Error::Forbidden(_)));
        let actor = mia.clone();
        db.write(move |tx| archive(tx, &actor, hand.id, IfMatch(None))).await.unwrap();
        let Err(Error::Conflict(conflict)) = change(&db, &owner, hand.id, &[free.id], &[]).await else { panic!() };
        assert_eq!(conflict.code, "archived");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_see_segments_as_they_are() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "DE", "tags": ["vip"]})).await;
        let bob = person(&db, &owner, json!({"fullName": "Bob", "country": "FR"})).await;
        person(&db, &owner, json!({"fullName": "Cyd", "country": "US"})).await;
        let gone = person(&db, &owner, json!({"fullName": "Gone", "country": "DE"})).await;
        let actor = owner.clone();
        db.write(move |tx| customers::archive(tx, &actor, gone.id, IfMatch(None))).await.unwrap();
        let germans = dynamic(&db, &owner, "Germans", is("country", "eq", "DE")).await.id;
        let hand = listed(&db, &owner, "Hand").await.id;
        let neither = dynamic(&db, &owner, "Neither", json!({"not": in_any(&[germans, hand])})).await.id;
        change(&db, &owner, hand, &[ada.id, bob.id], &[]).await.unwrap();
        let set = |op: &str, ids: &[SegmentId]| json!({"field": "segments", "op": op, "value": ids});
        let unknown = SegmentId(owner.new_id());
        for (filter, names) in [
            (set("has_any", &[germans]), "Ada"),
            (set("has_any", &[hand]), "Ada Bob"),
            (set("has_any", &[neither]), "Cyd"),
            (set("has_any", &[neither, hand, unknown]), "Ada Bob Cyd"),
            (set("has_any", &[unknown]), ""),
            (set("has_any", &[]), ""),
            (set("has_all", &[germans, hand]), "Ada"),
            (set("has_all", &[hand, unknown]), ""),
            (set("has_all", &[]), "Ada Bob Cyd"),
            (set("has_none", &[germans]), "Bob Cyd"),
            (set("has_none", &[unknown]), "Ada Bob Cyd"),
            (json!({"field": "segments", "op": "not_empty"}), "Ada Bob Cyd"),
            (json!({"field": "segments", "op": "empty"}), ""),
            (json!({"not": set("has_none", &[germans])}), "Ada"),
            (json!({"and": [set("has_any", &[hand]), is("tags", "has_any", json!(["vip"]))]}), "Ada"),
            (json!({"and": [is("archived", "is", true), set("has_any", &[germans])]}), ""),
            (json!({"and": [is("archived", "is", true), set("has_none", &[germans])]}), "Gone"),
        ] {
            assert_eq!(matching(&db, &owner, filter.clone()).await.join(" "), names, "{filter}");
        }
        // Whoever has left was there.
        follow(&db, &owner).await;
        change(&db, &owner, hand, &[], &[bob.id]).await.unwrap();
        patch(&db, &owner, ada.id, json!({"country": "FR"})).await;
        patch(&db, &owner, bob.id, json!({"country": "DE"})).await;
        for (filter, names) in [
            (set("ever_any", &[hand]), "Ada Bob"),
            (set("has_any", &[hand]), "Ada"),
            (set("ever_any", &[germans]), "Ada Bob"),
            (set("never_any", &[germans]), "Cyd"),
            (set("has_any", &[germans]), "Bob"),
            (set("never_any", &[]), "Ada Bob Cyd"),
        ] {
            assert_eq!(matching(&db, &owner, filter.clone()).await.join(" "), names, "{filter}");
        }
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_are_refused_with_their_path() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let a = dynamic(&db, &owner, "A", is("country", "eq", "DE")).await.id;
        let b = dynamic(&db, &owner, "B", in_any(&[a])).await.id;
        let c = dynamic(&db, &owner, "C", json!({"not": in_any(&[b])})).await.id;
        let refused =
            edit(&db, &owner, a, json!({"and": [is("country", "eq", "FR"), in_any(&[c])]})).await.unwrap_err();
        let (path, code, message) = fault(&refused);
        assert_eq!((path.as_str(), code.as_str()), ("/rule/and/1/value/0", "circular"));
        assert!(message.ends_with("A → C → B → A"), "{message}");
        let refused = edit(&db, &owner, a, in_any(&[a])).await.unwrap_err();
        assert!(fault(&refused).2.ends_with("A → A"), "{refused:?}");
        let actor = owner.clone();
        let previewed =
            db.read(move |conn| preview(conn, &actor, &Raw(in_any(&[c])), Some(a), false)).await.unwrap_err();
        assert_eq!(fault(&previewed).1, "circular");
        let mut last = c;
        for n in 0..5 {
            last = dynamic(&db, &owner, &format!("D{n}"), in_any(&[last])).await.id;
        }
        let body = json!({"name": "Deep", "kind": "dynamic", "rule": in_any(&[last])});
        assert_eq!(fault(&make(&db, &owner, body).await.unwrap_err()).1, "too_deep");
    })
    .await;
}

/// Two writers, each of whom names the segment that the other changes.
#[tokio::test(flavor = "multi_thread")]
async fn no_race_makes_a_circle() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for n in 0..15 {
            let rule = is("country", "eq", "DE");
            let a = dynamic(&db, &owner, &format!("A{n}"), rule.clone()).await.id;
            let b = dynamic(&db, &owner, &format!("B{n}"), rule).await.id;
            let (one, other) = tokio::join!(edit(&db, &owner, a, in_any(&[b])), edit(&db, &owner, b, in_any(&[a])));
            let refused: Vec<&Error> =
                [&one, &other].into_iter().filter_map(|outcome| outcome.as_ref().err()).collect();
            assert_eq!(refused.len(), 1, "{refused:?}");
            assert_eq!(fault(refused[0]).1, "circular");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_name_what_is_gone_say_so_and_select_nobody() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        person(&db, &owner, json!({"fullName": "Ada", "tags": ["Été"]})).await;
        let hand = listed(&db, &owner, "Hand").await.id;
        let unknown = owner.new_id();
        let made = dynamic(
            &db,
            &owner,
            "R",
            json!({"or": [
                is("tags", "has_any", json!(["ete", "gone"])),
                {"not": {"field": "segments", "op": "has_none", "value": [hand, unknown]}},
            ]}),
        )
        .await;
        let told = |segment: &Segment| -> Vec<String> {
            segment.problems.iter().map(|one| format!("{} {}", one.path, one.code)).collect()
        };
        assert_eq!(told(&made), ["/or/1/not/value/1 unknown_segment", "/or/0/value/1 unknown_tag"]);
        let (actor, id) = (owner.clone(), hand);
        db.write(move |tx| archive(tx, &actor, id, IfMatch(None))).await.unwrap();
        let actor = owner.clone();
        let tag = db.read(move |c| tags::list(c, &actor)).await.unwrap().remove(0);
        let actor = owner.clone();
        db.write(move |tx| tags::delete(tx, &actor, tag.id, IfMatch(None))).await.unwrap();
        let list = ListQuery::default().read(&FIELDS, "name", Me::Allowed).unwrap();
        let actor = owner.clone();
        let seen = db.read(move |c| page(c, &actor, &list)).await.unwrap().items;
        assert_eq!(seen.len(), 1, "the archived one is left out");
        assert_eq!(
            told(&seen[0]),
            [
                "/or/1/not/value/0 archived_segment",
                "/or/1/not/value/1 unknown_segment",
                "/or/0/value/0 unknown_tag",
                "/or/0/value/1 unknown_tag"
            ]
        );
        assert_eq!(inside(&db, &owner, made.id).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_counts_who_would_join_and_leave() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        for (name, country) in [("Ada", "DE"), ("Bob", "FR"), ("Cyd", "US"), ("Dan", "US")] {
            person(&db, &owner, json!({"fullName": name, "country": country})).await;
        }
        let segment = dynamic(&db, &owner, "R", is("country", "in", json!(["DE", "US"]))).await;
        let ask = |rule: Value, id: Option<SegmentId>| {
            let actor = owner.clone();
            db.read(move |c| preview(c, &actor, &Raw(rule.clone()), id, false))
        };
        let told = |count, joins, leaves| Preview { count, joins, leaves, sample: None };
        let rule = is("country", "in", json!(["DE", "FR"]));
        assert_eq!(ask(rule.clone(), None).await.unwrap(), told(2, 2, 0));
        assert_eq!(ask(rule, Some(segment.id)).await.unwrap(), told(2, 1, 2));
        assert_eq!(fault(&ask(is("county", "eq", "DE"), None).await.unwrap_err()).0, "/rule/field");
        assert_eq!(fault(&ask(is("claimedById", "eq", "me"), None).await.unwrap_err()).1, "not_allowed");
    })
    .await;
}

/// Of the whole rule or of a part of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_ten_of_the_people() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let company = serde_json::from_value::<companies::NewCompany>(json!({"name": "Acme"})).unwrap();
        let company = db.write(move |tx| companies::create(tx, &actor, &company)).await.unwrap();
        for n in 0..12 {
            later(&owner, 1);
            let body =
                json!({"fullName": format!("P{n}"), "country": "DE", "jobTitle": "Buyer", "companyId": company.id});
            person(&db, &owner, body).await;
        }
        let gone = person(&db, &owner, json!({"fullName": "Gone", "country": "DE"})).await;
        let actor = owner.clone();
        db.write(move |tx| customers::archive(tx, &actor, gone.id, IfMatch(None))).await.unwrap();
        person(&db, &owner, json!({"fullName": "Bob", "country": "FR"})).await;
        let actor = owner.clone();
        let part = Raw(is("country", "eq", "DE"));
        let shown = db.read(move |c| preview(c, &actor, &part, None, true)).await.unwrap();
        assert_eq!(shown.count, 12);
        let sample = shown.sample.unwrap();
        let names: Vec<&str> = sample.iter().map(|person| person.full_name.as_str()).collect();
        assert_eq!(names, ["P11", "P10", "P9", "P8", "P7", "P6", "P5", "P4", "P3", "P2"]);
        let first = &sample[0];
        assert_eq!((first.job_title.as_deref(), first.company_name.as_deref()), (Some("Buyer"), Some("Acme")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_asked_for_all_their_segments_at_once() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "DE"})).await.id;
        let germans = dynamic(&db, &owner, "Germans", is("country", "eq", "DE")).await.id;
        dynamic(&db, &owner, "French", is("country", "eq", "FR")).await;
        let upper = dynamic(&db, &owner, "Apex", in_any(&[germans])).await.id;
        let (hand, other) = (listed(&db, &owner, "Hand").await.id, listed(&db, &owner, "Other").await.id);
        let put = owner.now();
        change(&db, &owner, hand, &[ada], &[]).await.unwrap();
        change(&db, &owner, other, &[ada], &[]).await.unwrap();
        change(&db, &owner, other, &[], &[ada]).await.unwrap();
        let away = listed(&db, &owner, "Away").await.id;
        change(&db, &owner, away, &[ada], &[]).await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, away, IfMatch(None))).await.unwrap();
        let ask = || {
            let actor = owner.clone();
            db.read(move |c| of_customer(c, &actor, ada))
        };
        let found = ask().await.unwrap();
        let lines: Vec<_> = found.iter().map(|of| (of.name.as_str(), of.kind, of.since)).collect();
        // Exact at once, whatever has been told.
        let (by_rule, by_hand) = (SegmentKind::Dynamic, SegmentKind::Static);
        assert_eq!(lines, [("Apex", by_rule, None), ("Germans", by_rule, None), ("Hand", by_hand, Some(put))]);
        follow(&db, &owner).await;
        let found = ask().await.unwrap();
        assert!(found.iter().all(|of| of.since.is_some()), "{found:?}");
        for one in &found {
            let (actor, id) = (owner.clone(), one.id);
            assert!(db.read(move |c| explain(c, &actor, id, ada)).await.unwrap().member);
        }
        patch(&db, &owner, ada, json!({"country": "FR"})).await;
        let names: Vec<String> = ask().await.unwrap().into_iter().map(|of| of.name).collect();
        assert_eq!(names, ["French", "Hand"]);
        assert_ne!(upper, germans);
        let (actor, nobody) = (owner.clone(), CustomerId(owner.new_id()));
        let refused = db.read(move |c| of_customer(c, &actor, nobody)).await.unwrap_err();
        assert!(matches!(refused, Error::NotFound("customer")), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dynamic_segment_says_when_everybody_was_compared() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let made = dynamic(&db, &owner, "Germans", is("country", "eq", "DE")).await;
        let hand = listed(&db, &owner, "Hand").await;
        assert_eq!(made.computed_at, None);
        follow(&db, &owner).await;
        let ask = |id: SegmentId| {
            let (db, actor) = (db.clone(), owner.clone());
            async move { db.read(move |c| get(c, &actor, id)).await.unwrap() }
        };
        let first = ask(made.id).await;
        assert!(first.computed_at.is_some());
        assert_eq!(first.version, made.version, "no write of anybody");
        later(&owner, 60);
        let actor = owner.clone();
        db.write(move |tx| recompute(tx, &actor, made.id)).await.unwrap();
        follow(&db, &owner).await;
        assert!(ask(made.id).await.computed_at > first.computed_at);
        assert_eq!(ask(hand.id).await.computed_at, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_shows_every_condition() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let company = serde_json::from_value::<companies::NewCompany>(json!({"name": "Acme", "employeeCount": 70})).unwrap();
        let company = db.write(move |tx| companies::create(tx, &actor, &company)).await.unwrap();
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "DE", "companyId": company.id,
            "contacts": [{"channel": "email", "value": "ada@x.example"}], "tags": ["vip"]})).await;
        let hand = listed(&db, &owner, "Hand").await;
        let all = dynamic(&db, &owner, "All", json!({"and": []})).await;
        let rule = json!({"and": [
            is("country", "in", json!(["DE"])),
            {"not": is("company.employeeCount", "gt", 100)},
            {"or": [is("email", "contains", "nobody"), {"activity": ["customer.created"], "op": "at_least", "count": 1, "since": "-1d"}]},
            in_any(&[hand.id, all.id]),
            is("jobTitle", "ne", "Admiral"),
        ]});
        let made = dynamic(&db, &owner, "R", rule).await;
        let ask = |id: SegmentId| {
            let actor = owner.clone();
            db.read(move |c| explain(c, &actor, id, ada.id))
        };
        let told = ask(made.id).await.unwrap();
        let lines: Vec<_> = told.conditions.iter().map(|one| (one.path.as_str(), one.value.clone(), one.holds)).collect();
        assert_eq!(
            lines,
            [
                ("/and/0", json!("DE"), true),
                ("/and/1/not", json!(70), false),
                ("/and/2/or/0", json!(["ada@x.example"]), false),
                ("/and/2/or/1", json!(1), true),
                ("/and/3", json!([all.id]), true),
                ("/and/4", json!(null), true),
            ]
        );
        assert!(told.member);
        assert_eq!(inside(&db, &owner, made.id).await, ["Ada"]);
        assert!(!ask(hand.id).await.unwrap().member);
        change(&db, &owner, hand.id, &[ada.id], &[]).await.unwrap();
        assert!(ask(hand.id).await.unwrap().member);
    })
    .await;
}

/// For every field that a rule can ask, the explanation has a value: what a new field forgets here shows.
#[tokio::test(flavor = "multi_thread")]
async fn explanations_agree_with_lists_for_every_field() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let company = json!({"name": "Acme", "employeeCount": 70, "industry": "Steel", "country": "DE", "sizeBand": "51-200", "domains": ["acme.example"]});
        let company = serde_json::from_value::<companies::NewCompany>(company).unwrap();
        let company: CompanyId = db.write(move |tx| companies::create(tx, &actor, &company)).await.unwrap().id;
        let full = person(&db, &owner, json!({"firstName": "Ada", "lastName": "Lovelace", "jobTitle": "Countess", "language": "en",
            "timezone": "Europe/London", "country": "GB", "companyId": company, "claimedById": owner.user_id, "tags": ["vip"],
            "contacts": [{"channel": "email", "value": "a@x.example"}, {"channel": "phone", "value": "+4930901820"},
                {"channel": "linkedin", "value": "linkedin.com/in/ada"}, {"channel": "telegram", "value": "@ada_lovelace"}]})).await;
        let hand = listed(&db, &owner, "Hand").await;
        change(&db, &owner, hand.id, &[full.id], &[]).await.unwrap();
        let bare = person(&db, &owner, json!({"fullName": "Bare"})).await;
        let mut asked = 0;
        for field in customers::FIELDS.fields {
            let rule = match field.name {
                "archived" | "doNotContact" => is(field.name, "is", false),
                "segments" => in_any(&[hand.id]),
                name => json!({"field": name, "op": "not_empty"}),
            };
            let segment = dynamic(&db, &owner, &format!("S {}", field.name), rule).await;
            let members = inside(&db, &owner, segment.id).await;
            for (name, id) in [("Ada Lovelace", full.id), ("Bare", bare.id)] {
                let (actor, segment) = (owner.clone(), segment.id);
                let told = db.read(move |c| explain(c, &actor, segment, id)).await.unwrap();
                assert_eq!(told.member, members.iter().any(|member| member == name), "{} of {name}", field.name);
            }
            let never = ["lastInboundAt", "lastOutboundAt"].contains(&field.name);
            assert_eq!(members.contains(&"Ada Lovelace".to_string()), !never, "{}", field.name);
            asked += 1;
        }
        assert!(asked > 25);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_moves_its_customers() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let actor = owner.clone();
        let company = serde_json::from_value::<companies::NewCompany>(json!({"name": "Acme"})).unwrap();
        let company = db.write(move |tx| companies::create(tx, &actor, &company)).await.unwrap();
        let ada = person(&db, &owner, json!({"fullName": "Ada", "companyId": company.id})).await;
        let steel = dynamic(&db, &owner, "Steel", is("company.industry", "eq", "steel")).await;
        follow(&db, &owner).await;
        let (actor, id) = (owner.clone(), company.id);
        let change = serde_json::from_value(json!({"industry": "Steel"})).unwrap();
        db.write(move |tx| companies::update(tx, &actor, id, &change, IfMatch(None))).await.unwrap();
        assert_eq!(inside(&db, &owner, steel.id).await, ["Ada"]);
        follow(&db, &owner).await;
        assert_eq!(told(&db, &owner, ada.id).await, ["joined Steel company company.updated"]);
    })
    .await;
}

/// A runner for the jobs of segments, and the feed.
fn background(db: &Db, actor: &Actor) -> (::jobs::Runner, Feed) {
    let mut registry = ::jobs::Registry::new();
    jobs::register(&mut registry, &actor.clock);
    let clock = actor.clock.clone();
    let clock = ::jobs::Clock::new(move || clock.now().micros());
    let runner = ::jobs::Runner::new(db.clone(), registry, clock, ::jobs::Options::default()).unwrap();
    (runner, Feed::new(db.clone(), actor.clock.clone(), vec![Box::new(Membership::new(actor.clock.clone()))]))
}

/// Customers who move in and out, rules that are edited, two feeds and the jobs, all at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn races_tell_each_joining_and_leaving_once() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let mut people = Vec::new();
        for n in 0..6 {
            people.push(person(&db, &owner, json!({"fullName": format!("P{n}"), "country": "DE"})).await.id);
        }
        let germans = dynamic(&db, &owner, "Germans", is("country", "eq", "DE")).await.id;
        let others = dynamic(&db, &owner, "Others", json!({"not": in_any(&[germans])})).await.id;
        follow(&db, &owner).await;
        let mut writers = Vec::new();
        for (at, id) in people.iter().copied().enumerate() {
            let (db, actor) = (db.clone(), owner.clone());
            writers.push(tokio::spawn(async move {
                for n in 0..25 {
                    let country = if (n + at) % 3 == 0 { "FR" } else { "DE" };
                    patch(&db, &actor, id, json!({"country": country, "jobTitle": format!("{n}")})).await;
                }
            }));
        }
        let (editor, actor) = (db.clone(), owner.clone());
        writers.push(tokio::spawn(async move {
            for n in 0..10 {
                let country = if n % 2 == 0 { "FR" } else { "DE" };
                edit(&editor, &actor, germans, is("country", "eq", country)).await.unwrap();
                let actor = actor.clone();
                editor.write(move |tx| recompute(tx, &actor, others)).await.unwrap();
            }
        }));
        let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mut followers = Vec::new();
        for _ in 0..2 {
            let (runner, feed) = background(&db, &owner);
            let done = done.clone();
            followers.push(tokio::spawn(async move {
                while !done.load(std::sync::atomic::Ordering::SeqCst) {
                    feed.deliver().await.unwrap();
                    runner.run_until_idle().await.unwrap();
                }
            }));
        }
        for one in writers {
            one.await.unwrap();
        }
        // Nothing is left to the jobs that look at everybody.
        let (_, feed) = background(&db, &owner);
        feed.deliver_all().await.unwrap();
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        for one in followers {
            one.await.unwrap();
        }
        feed.deliver_all().await.unwrap();
        for (segment, name) in [(germans, "Germans"), (others, "Others")] {
            let members = inside(&db, &owner, segment).await;
            for (at, id) in people.iter().enumerate() {
                let lines = told(&db, &owner, *id).await;
                let own: Vec<&String> = lines.iter().filter(|line| line.split(' ').nth(1) == Some(name)).collect();
                for (index, line) in own.iter().enumerate() {
                    let expected = if index % 2 == 0 { "joined" } else { "left" };
                    assert!(line.starts_with(expected), "told twice: {own:?}");
                }
                let is_told = own.len() % 2 == 1;
                assert_eq!(is_told, members.contains(&format!("P{at}")), "{name} {at}: {own:?}");
            }
        }
        assert_eq!(db.read(broken_rules).await.unwrap(), []);
    })
    .await;
}

/// A change comes wholly before the comparison or wholly after what it told; in between nobody would follow it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_compared_stays_as_they_are_until_it_is_told() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let germans = dynamic(&db, &owner, "Germans", is("country", "eq", "DE")).await.id;
        follow(&db, &owner).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "DE"})).await.id;
        let flag = || std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let order = std::sync::atomic::Ordering::SeqCst;
        let (compared, changed) = (flag(), flag());
        let (writer, actor, tells, seen) = (db.clone(), owner.clone(), compared.clone(), changed.clone());
        let telling = tokio::spawn(async move {
            writer
                .write(move |tx| {
                    let segment = membership::present(tx, &actor.scope(), germans)?.unwrap();
                    let context = organisations::filter_context(tx, &actor)?;
                    let cause = |_| SegmentCause::of_kind("recomputed");
                    membership::settle(tx, &actor, &context, &segment, &[ada], cause)?;
                    tells.store(true, order);
                    std::thread::sleep(std::time::Duration::from_millis(300));
                    assert!(!seen.load(order), "it changed before what was told of it was kept");
                    Ok::<_, Error>(())
                })
                .await
        });
        while !compared.load(order) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        patch(&db, &owner, ada, json!({"country": "FR"})).await;
        changed.store(true, order);
        telling.await.unwrap().unwrap();
        let (_, feed) = background(&db, &owner);
        feed.deliver_all().await.unwrap();
        let lines = told(&db, &owner, ada).await;
        assert_eq!(lines, ["joined Germans recomputed", "left Germans event customer.updated"]);
    })
    .await;
}

/// Writers wait for a follower only when there is something to tell.
#[tokio::test(flavor = "multi_thread")]
async fn who_neither_joins_nor_leaves_costs_writers_nothing() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let germans = dynamic(&db, &owner, "Germans", is("country", "eq", "DE")).await;
        follow(&db, &owner).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "FR"})).await.id;
        let look = || {
            let (actor, membership) = (owner.clone(), Membership::new(owner.clock.clone()));
            let news = News {
                org_id: actor.org_id,
                id: ActivityId(actor.new_id()),
                customer_id: Some(ada),
                company_id: None,
                kind: "customer.updated".into(),
                actor: ActorKind::User,
            };
            db.read(move |c| membership.look(c, actor.org_id, std::slice::from_ref(&news)))
        };
        assert!(look().await.unwrap().is_none());
        patch(&db, &owner, ada, json!({"country": "DE"})).await;
        let writing = look().await.unwrap().expect("she joins");
        // It is over before anything is written.
        patch(&db, &owner, ada, json!({"country": "US"})).await;
        db.write(move |tx| writing(tx)).await.unwrap();
        assert_eq!(told(&db, &owner, ada).await, Vec::<String>::new());
        // So is the segment.
        patch(&db, &owner, ada, json!({"country": "DE"})).await;
        let writing = look().await.unwrap().expect("she joins");
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, germans.id, IfMatch(None))).await.unwrap();
        db.write(move |tx| writing(tx)).await.unwrap();
        assert_eq!(told(&db, &owner, ada).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_and_upserted() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let upsert = |names: &'static [&'static str]| {
            let actor = owner.clone();
            let names: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
            db.write(move |tx| by_names(tx, &actor, &names))
        };
        let first = upsert(&["Été 2026", "Hot", "ETE  2026"]).await.unwrap();
        assert_eq!(first[0].id, first[2].id);
        assert_eq!(
            upsert(&["hot", "ete 2026"]).await.unwrap().iter().map(|one| one.id).collect::<Vec<_>>(),
            [first[1].id, first[0].id]
        );
        let Err(Error::Conflict(conflict)) = make(&db, &owner, json!({"name": "HOT", "kind": "static"})).await else {
            panic!()
        };
        assert_eq!((conflict.code, conflict.existing.unwrap().id), ("segment_exists", first[1].id.to_string()));
        let (actor, id) = (owner.clone(), first[1].id);
        db.write(move |tx| archive(tx, &actor, id, IfMatch(None))).await.unwrap();
        listed(&db, &owner, "HOT").await;
        let actor = owner.clone();
        let Err(Error::Conflict(conflict)) = db.write(move |tx| restore(tx, &actor, id, IfMatch(None))).await else {
            panic!()
        };
        assert_eq!(conflict.code, "segment_exists");
        for (body, path) in [
            (json!({"name": " ", "kind": "static"}), "/name"),
            (json!({"name": "X", "kind": "dynamic"}), "/rule"),
            (json!({"name": "X", "kind": "static", "rule": {"and": []}}), "/rule"),
            (json!({"name": "X", "kind": "dynamic", "rule": {"and": [{"field": "nope"}]}}), "/rule/and/0/field"),
        ] {
            assert_eq!(fault(&make(&db, &owner, body).await.unwrap_err()).0, path);
        }
    })
    .await;
}

/// Membership is read along indexes, and of a few customers without looking at any other.
#[tokio::test(flavor = "multi_thread")]
async fn membership_walks_indexes() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "tags": ["vip"]})).await;
        let hand = listed(&db, &owner, "Hand").await;
        let rule = json!({"and": [
            is("tags", "has_any", json!(["vip"])),
            is("company.name", "contains", "acme"),
            {"activity": ["call.logged"], "op": "at_least", "count": 1, "since": "-30d"},
            {"not": {"activity": ["email.replied"], "op": "at_least", "count": 3}},
            in_any(&[hand.id]),
            is("email", "ends_with", "@x.example"),
        ]});
        let tree = segment_rules::parse(&rule, catalogue()).unwrap();
        let reader = owner.clone();
        let plan = db
            .read(move |c| {
                let context = organisations::filter_context(c, &reader)?;
                let tree = segment_rules::expand(c, &reader.scope(), &tree)?;
                if c.engine() == db::Engine::Postgres {
                    // With no rows at all a scan is as good as any.
                    c.query("SELECT set_config('enable_seqscan', 'off', false)", |_| Ok(()))?;
                }
                Ok::<_, Error>(c.explain(&store::selected_sql(&context, &tree, &[ada.id]))?)
            })
            .await
            .unwrap();
        let scans = full_scans(
            &plan,
            &[
                "c",
                "x",
                "y",
                "customers",
                "customer_tags",
                "activities",
                "segment_members",
                "contacts",
                "tags",
                "companies",
            ],
        );
        assert!(scans.is_empty(), "{plan}");
        let reader = owner.clone();
        let own = db.read(move |c| c.explain(&store::of_customer_sql(&reader.scope(), ada.id))).await.unwrap();
        assert!(full_scans(&own, &["x"]).is_empty() || db.engine() == db::Engine::Postgres, "{own}");
        if db.engine() == db::Engine::Sqlite {
            for index in ["customers_key", "activities_type", "sqlite_autoindex_segment_members_1|PRIMARY KEY"] {
                assert!(index.split('|').any(|name| plan.contains(name)), "{index} is not walked:\n{plan}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_members_walks_an_index() {
    let fresh = db::testing::sqlite().await;
    let db = fresh.db.clone();
    let owner = org(&db).await;
    let new =
        serde_json::from_value::<NewCustomer>(json!({"fullName": "Ada", "country": "DE"})).unwrap().parse().unwrap();
    let actor = owner.clone();
    let ids: Vec<CustomerId> = db
        .write(move |tx| (0..250).map(|_| Ok(customers::create(tx, &actor, &new)?.id)).collect::<Result<_>>())
        .await
        .unwrap();
    let hand = listed(&db, &owner, "Hand").await.id;
    change(&db, &owner, hand, &ids, &[]).await.unwrap();
    let few = listed(&db, &owner, "Few").await.id;
    change(&db, &owner, few, &ids[..3], &[]).await.unwrap();
    let rule = dynamic(&db, &owner, "Rule", is("country", "eq", "DE")).await.id;
    db.analyze().await.unwrap();
    for (id, index) in [(hand, "segment_members_of"), (few, "customers_key"), (rule, "customers_recent")] {
        let mut list = ListQuery::default().read(&customers::FIELDS, "-lastActivityAt", Me::Allowed).unwrap();
        list.tree = list.tree.and(&within(id).unwrap());
        let actor = owner.clone();
        let plan = db.read(move |c| customers::plan(c, &actor, &list)).await.unwrap();
        assert!(plan.contains(index), "{index} is not walked:\n{plan}");
        let scans = full_scans(&plan, &["c", "x", "customers", "segment_members"]);
        assert!(scans.is_empty(), "{plan}");
    }
}

/// The survivor comes into the loser's segments, also into those that they had left; both have their own again afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn memberships_go_over_in_a_merge_and_come_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada"})).await;
        let twin = person(&db, &owner, json!({"fullName": "Twin"})).await;
        let (fresh, left, both) =
            (listed(&db, &owner, "Fresh").await, listed(&db, &owner, "Left").await, listed(&db, &owner, "Both").await);
        for segment in [&fresh, &left, &both] {
            change(&db, &owner, segment.id, &[twin.id], &[]).await.unwrap();
        }
        change(&db, &owner, both.id, &[ada.id], &[]).await.unwrap();
        change(&db, &owner, left.id, &[ada.id], &[]).await.unwrap();
        change(&db, &owner, left.id, &[], &[ada.id]).await.unwrap();
        follow(&db, &owner).await;

        let merge = serde_json::from_value(json!({"primaryId": ada.id, "ids": [twin.id]})).unwrap();
        let actor = owner.clone();
        db.write(move |tx| customers::merging::merge(tx, &actor, &merge)).await.unwrap();
        follow(&db, &owner).await;
        for segment in [&fresh, &left, &both] {
            assert_eq!(inside(&db, &owner, segment.id).await, ["Ada"], "{}", segment.name);
        }
        let (actor, id) = (owner.clone(), twin.id);
        db.write(move |tx| customers::merging::unmerge(tx, &actor, id, IfMatch(None))).await.unwrap();
        follow(&db, &owner).await;
        assert_eq!(inside(&db, &owner, fresh.id).await, ["Twin"]);
        assert_eq!(inside(&db, &owner, left.id).await, ["Twin"]);
        assert_eq!(inside(&db, &owner, both.id).await, ["Ada", "Twin"]);
        crate::testing::sound(&db).await;
    })
    .await;
}

/// However many rules there are, one customer is asked about in few statements, and each rule answers for itself.
#[tokio::test(flavor = "multi_thread")]
async fn many_rules_are_asked_about_one_customer_together() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let ada = person(&db, &owner, json!({"fullName": "Ada", "country": "DE"})).await;
        let rule = |country: &str| segment_rules::parse(&is("country", "eq", country), catalogue()).unwrap();
        let rules: Vec<(SegmentId, Tree)> = (0..250_u128)
            .map(|n| (SegmentId(uuid::Uuid::from_u128(n)), rule(if n % 50 == 0 { "DE" } else { "FR" })))
            .collect();
        let found = db
            .read(move |c| {
                let context = organisations::filter_context(c, &owner)?;
                let asked: Vec<(SegmentId, &Tree)> = rules.iter().map(|(id, rule)| (*id, rule)).collect();
                assert_eq!(store::selecting_sql(&context, &asked, ada.id).len(), 3);
                Ok::<_, Error>(store::selecting(c, &context, &asked, ada.id)?)
            })
            .await
            .unwrap();
        let expected = [0, 50, 100, 150, 200].map(|n| SegmentId(uuid::Uuid::from_u128(n)));
        assert_eq!(found, BTreeSet::from(expected));
    })
    .await;
}
