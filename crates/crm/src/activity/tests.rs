use super::store::page_sql;
use super::{About, Event, Group, Timeline, page, record};
use db::testing::each_engine;
use platform::Error;
use platform::actor::{Actor, Role};
use platform::clock::{Clock, Timestamp};
use platform::ids::{CustomerId, OrgId, TagId, UserId};

fn actor() -> Actor {
    let clock = Clock::fixed(Timestamp(1_700_000_000_000_000));
    Actor::user(UserId(clock.new_id()), "Ada", OrgId(clock.new_id()), Role::Member, clock)
}

fn tagged(actor: &Actor, name: &str) -> Event {
    Event::TagAdded { tag_id: TagId(actor.new_id()), name: name.into() }
}

#[test]
fn a_row_keeps_type_and_detail() {
    let (kind, detail) = Event::OwnerReassigned {
        from_user_id: None,
        from_name: None,
        to_user_id: UserId(uuid::Uuid::nil()),
        to_name: "Bo".into(),
    }
    .to_row()
    .unwrap();
    assert_eq!(kind, "owner.reassigned");
    assert_eq!(
        detail,
        serde_json::json!({
            "fromUserId": null, "fromName": null, "toUserId": "00000000-0000-0000-0000-000000000000", "toName": "Bo"
        })
    );
    assert_eq!(Event::CustomerArchived {}.to_row().unwrap().1, serde_json::json!({}));
}

#[test]
fn the_types_are_each_there_once_and_belong_to_a_group() {
    let groups = serde_json::from_str::<Vec<Group>>(
        r#"["email","linkedin","telegram","tag","segment","bot","task","owner","profile","note","deal","contact","customer","company","campaign","call"]"#,
    )
    .unwrap();
    for kind in super::model::TYPES {
        assert_eq!(super::model::TYPES.iter().filter(|other| **other == kind).count(), 1, "{kind}");
        let of = groups.iter().filter(|group| group.prefixes().iter().any(|prefix| kind.starts_with(prefix))).count();
        assert_eq!(of, 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_reads_newest_first_page_by_page_and_by_group() {
    each_engine(|db| async move {
        let ada = actor();
        let customer_id = CustomerId(ada.new_id());
        let about = About { customer_id: Some(customer_id), company_id: None, deal_id: None };
        for n in 0..7 {
            // Two events share each moment, so that the id has to settle the order.
            ada.clock.set(Timestamp(1_700_000_000_000_000 + n / 2));
            let actor = ada.clone();
            db.write(move |tx| record(tx, &actor, about, &[tagged(&actor, &n.to_string())])).await.unwrap();
        }
        let actor = ada.clone();
        db.write(move |tx| record(tx, &actor, about, &[Event::CustomerArchived {}])).await.unwrap();

        let mut names = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let actor = ada.clone();
            let read = cursor.clone();
            let answer = db
                .read(move |c| page(c, &actor, Timeline::Customer(customer_id), Some(Group::Tag), 3, read.as_deref()))
                .await
                .unwrap();
            assert!(answer.items.len() <= 3);
            names.extend(answer.items.iter().map(|item| item.detail["name"].as_str().unwrap().to_string()));
            cursor = answer.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(names, ["6", "5", "4", "3", "2", "1", "0"]);

        let actor = ada.clone();
        let all = db.read(move |c| page(c, &actor, Timeline::Customer(customer_id), None, 50, None)).await.unwrap();
        assert_eq!(all.items.len(), 8);
        assert_eq!(all.items[0].kind, "customer.archived");
        assert_eq!(all.items[0].actor, ada.to_ref());
        let actor = ada.clone();
        let refused = db.read(move |c| page(c, &actor, Timeline::Customer(customer_id), None, 50, Some("x"))).await;
        assert!(matches!(refused, Err(Error::Malformed(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn timelines_walk_an_index() {
    let fresh = db::testing::sqlite().await;
    let ada = actor();
    let timeline = Timeline::Customer(CustomerId(ada.new_id()));
    let plan = fresh
        .db
        .read(move |c| c.explain(&page_sql(&ada.scope(), timeline, Some(Group::Tag), 50, None)))
        .await
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    assert!(plan.contains("activities_customer") && !plan.contains("TEMP B-TREE"), "{plan}");
}
