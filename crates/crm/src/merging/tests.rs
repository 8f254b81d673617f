use super::store::count_sql;
use super::*;
use crate::customers::merging::REFERENCES;
use crate::testing::actor;
use db::full_scans;
use platform::actor::Role;
use serde_json::json;

fn written(position: i64, before: &str, after: &str) -> Merge {
    let cell = Cell { before: json!(before), after: json!(after) };
    let (loser, survivor) = (Uuid::from_u128(position as u128), Uuid::nil());
    Merge { loser, survivor, position, cells: Cells::from([("x".into(), cell)]), image: json!(null) }
}

#[test]
fn a_value_comes_back_from_under_later_merges() {
    let taken = |merge: &Merge, siblings: &mut [Merge], now: &str| {
        take_back(merge, siblings, |_| Some(json!(now))).remove("x").map(|value| value.as_str().unwrap().to_string())
    };
    let (first, second) = (written(1, "a", "b"), written(2, "b", "c"));
    // The last one out.
    assert_eq!(taken(&second, &mut [first.clone()], "c").as_deref(), Some("b"));
    // The first one out leaves the later value, which then goes back to the beginning.
    let mut siblings = [second.clone()];
    assert_eq!(taken(&first, &mut siblings, "c"), None);
    assert_eq!(siblings[0].cells["x"].before, json!("a"));
    assert_eq!(taken(&siblings[0].clone(), &mut [], "c").as_deref(), Some("a"));
    // Somebody has written since, or in between.
    assert_eq!(taken(&first, &mut [], "z"), None);
    let mut siblings = [written(2, "z", "c")];
    assert_eq!(taken(&first, &mut siblings, "c"), None);
    assert_eq!(siblings[0].cells["x"].before, json!("z"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_counts_along_indexes() {
    let fresh = db::testing::sqlite().await;
    let scope = actor(Role::Owner).scope();
    for reference in REFERENCES.iter().filter(|reference| reference.how.follows()) {
        let sql = count_sql(&scope, reference, &[Uuid::nil(), Uuid::max()], Uuid::nil()).unwrap();
        let plan = fresh.db.read(move |c| c.explain(&sql)).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
        assert!(full_scans(&plan, &["r", "s"]).is_empty(), "{plan}");
        assert!(plan.contains("customer_id=?"), "{plan}");
    }
}
