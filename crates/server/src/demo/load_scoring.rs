//! How the products of a made-up workspace are scored. The operations make the criteria; a job scores everybody once the
//! server runs, so that its start does not wait for that.

use anyhow::Result;
use crm::products;
use crm::scoring::{self, NewCriterion};
use db::Db;
use platform::Actor;
use platform::clock::Clock;
use platform::ids::OrgId;
use serde_json::{Value, json};

/// Who each product is for: industries in the order of liking, and the least size of a company.
const LIKES: [(&[&str], i64); 4] = [
    (&["Manufacturing", "Construction"], 51),
    (&["Food and beverage", "Retail", "Healthcare"], 11),
    (&["Logistics", "Energy", "Manufacturing"], 201),
    (&["Software", "Financial services", "Consulting"], 11),
];
const SIZES: [(&str, i64); 7] = [
    ("1-10", 1),
    ("11-50", 11),
    ("51-200", 51),
    ("201-500", 201),
    ("501-1000", 501),
    ("1001-5000", 1_001),
    ("5001+", 5_001),
];

/// Gives each product a criterion of who somebody is, and one of what has happened.
pub(super) async fn score(db: &Db, org_id: OrgId) -> Result<()> {
    let actor = Actor::system(org_id, Clock::system());
    let scope = actor.scope();
    let sold = db.read(move |c| products::living(c, &scope)).await?;
    let mut all = Vec::new();
    for (index, product) in sold.iter().enumerate() {
        let (industries, least) = LIKES[index % LIKES.len()];
        for body in [profile(industries, least), behaviour(index)] {
            all.push((product.id, serde_json::from_value::<NewCriterion>(body)?));
        }
    }
    db.write(move |tx| {
        let actor = actor.at_one_moment();
        all.iter().try_for_each(|(product, new)| scoring::create(tx, &actor, *product, new).map(drop))
    })
    .await?;
    Ok(())
}

fn profile(industries: &[&str], least: i64) -> Value {
    let sizes: Vec<&str> = SIZES.iter().filter(|(_, from)| *from >= least).map(|(name, _)| *name).collect();
    let industry = json!({"or": industries.iter()
        .map(|name| json!({"field": "company.industry", "op": "eq", "value": name})).collect::<Vec<_>>()});
    let large = json!({"field": "company.sizeBand", "op": "in", "value": sizes});
    let rule = |when: Value, score: f64, label: &str| json!({"when": when, "score": score, "label": label});
    json!({"name": "Right kind of company", "type": "profile", "weight": 0.6, "params": {"otherwise": -0.6, "rules": [
        rule(json!({"and": [industry, large]}), 0.9, "Our industries, large enough"),
        rule(industry, 0.4, "Our industries, small"),
        rule(large, 0.1, "Another industry, large enough"),
    ]}})
}

fn behaviour(index: usize) -> Value {
    let meeting = if index.is_multiple_of(2) { 3.0 } else { 2.0 };
    json!({"name": "In touch lately", "type": "behavioral", "weight": 0.4, "params": {
        "windowDays": 180.0, "halfLifeDays": 45.0, "scale": 4.0, "weights": [
            {"type": "meeting.logged", "weight": meeting}, {"type": "call.logged", "weight": 1.0},
            {"type": "deal.created", "weight": 1.5}, {"type": "deal.lost", "weight": -2.0},
            {"type": "task.completed", "weight": 0.5}]}})
}
