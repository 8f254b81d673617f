use super::model::{Lead, LeadDecision};
use super::*;
use crate::activity::{Activity, Timeline};
use crate::customers::merging::{self, MergeCustomers};
use crate::customers::{CustomerPatch, NewCustomer};
use crate::news::Feed;
use crate::segments::{self, NewSegment};
use crate::testing::{member, org, sound};
use crate::{companies, custom_fields};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::filter::{Bucket, Me, Tree};
use platform::ids::CompanyId;
use platform::paging::ListQuery;
use serde::de::DeserializeOwned;

fn body<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap_or_else(|error| panic!("{error}"))
}

async fn product(db: &Db, actor: &Actor, name: &str) -> ProductId {
    let (actor, new) = (actor.clone(), body::<products::NewProduct>(json!({"name": name})));
    db.write(move |tx| products::create(tx, &actor, &new)).await.unwrap().id
}

async fn person(db: &Db, actor: &Actor, new: Value) -> CustomerId {
    let (actor, new) = (actor.clone(), body::<NewCustomer>(new).parse().unwrap());
    db.write(move |tx| customers::create(tx, &actor, &new)).await.unwrap().id
}

async fn patch(db: &Db, actor: &Actor, id: CustomerId, change: Value) {
    let (actor, patch) = (actor.clone(), body::<CustomerPatch>(change));
    db.write(move |tx| customers::update(tx, &actor, id, &patch, IfMatch(None))).await.unwrap();
}

async fn add(db: &Db, actor: &Actor, product: ProductId, new: Value) -> Result<Criterion> {
    let (actor, new) = (actor.clone(), body::<NewCriterion>(new));
    db.write(move |tx| create(tx, &actor.at_one_moment(), product, &new)).await
}

async fn edit(db: &Db, actor: &Actor, id: CriterionId, change: Value) -> Criterion {
    let (actor, patch) = (actor.clone(), body::<CriterionPatch>(change));
    db.write(move |tx| update(tx, &actor, id, &patch, IfMatch(None))).await.unwrap()
}

async fn given(db: &Db, actor: &Actor, id: CriterionId, asked: Value) -> Result<Assessment> {
    let (actor, asked) = (actor.clone(), body::<Assess>(asked));
    db.write(move |tx| assess(tx, &actor.at_one_moment(), id, &asked)).await
}

async fn moved(db: &Db, actor: &Actor, id: CriterionId, customer: CustomerId, delta: f64) -> Assessment {
    let (actor, asked) = (actor.clone(), Adjust { customer_id: customer, delta, reason: None });
    db.write(move |tx| adjust(tx, &actor.at_one_moment(), id, &asked)).await.unwrap()
}

/// Everything that follows: news, jobs, and the news of jobs.
async fn follow(db: &Db, actor: &Actor) {
    let feed = Feed::new(
        db.clone(),
        actor.clock.clone(),
        vec![
            Box::new(Scorer::new(actor.clock.clone())),
            Box::new(segments::membership::Membership::new(actor.clock.clone())),
        ],
    );
    let mut registry = ::jobs::Registry::new();
    let seal = platform::seal::Seal::with_key_in(std::path::Path::new("/nowhere/master.key"));
    let models = platform::ai::Models::new(db.clone(), actor.clock.clone(), seal, gateways::Egress::new(false));
    jobs::register(&mut registry, &actor.clock, &models);
    segments::jobs::register(&mut registry, &actor.clock);
    let clock = actor.clock.clone();
    let clock = ::jobs::Clock::new(move || clock.now().micros());
    let runner = ::jobs::Runner::new(db.clone(), registry, clock, ::jobs::Options::default()).expect("a registry");
    loop {
        feed.deliver_all().await.unwrap();
        if runner.run_until_idle().await.unwrap() == 0 {
            return;
        }
    }
}

async fn fit(db: &Db, actor: &Actor, id: CustomerId) -> Fit {
    let actor = actor.clone();
    db.read(move |c| fits(c, &actor, id)).await.unwrap().remove(0)
}

async fn overall(db: &Db, actor: &Actor, id: CustomerId) -> Option<f64> {
    fit(db, actor, id).await.overall
}

async fn events(db: &Db, actor: &Actor, id: CustomerId) -> Vec<Activity> {
    let actor = actor.clone();
    let page = db.read(move |c| activity::page(c, &actor, Timeline::Customer(id), None, 200, None));
    page.await.unwrap().items.into_iter().filter(|event| event.kind == "profile.scored").collect()
}

async fn past(db: &Db, actor: &Actor, id: CustomerId) -> Vec<Assessment> {
    let actor = actor.clone();
    db.read(move |c| history(c, &actor, id, &HistoryQuery::default())).await.unwrap().items
}

fn later(actor: &Actor, seconds: i64) {
    actor.clock.set(actor.now().plus_seconds(seconds));
}

const DAY: i64 = 86_400;

fn germans(score: f64) -> Value {
    json!({"name": "Place", "type": "profile", "weight": 1.0, "params": {"otherwise": -0.5, "rules": [
        {"when": {"field": "country", "op": "eq", "value": "DE"}, "score": score, "label": "Germany"}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_scores_those_who_are_there_and_whoever_changes() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let eva = person(&db, &owner, json!({"fullName": "Eva", "country": "DE"})).await;
        let bob = person(&db, &owner, json!({"fullName": "Bob"})).await;
        follow(&db, &owner).await;
        let made = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        assert_eq!((made.share, made.rules_version, made.position), (Some(1.0), 1, 0));
        assert_eq!(overall(&db, &owner, eva).await, None, "nobody has looked yet, and that is not 0");
        follow(&db, &owner).await;
        let found = fit(&db, &owner, eva).await;
        assert_eq!((found.overall, found.coverage, found.bucket), (Some(0.8), 1.0, Some(Bucket::Hot)));
        let part = &found.criteria[0];
        assert_eq!((part.score, part.version, part.stale), (Some(0.8), Some(1), false));
        let evidence = part.evidence.clone().unwrap();
        assert_eq!((evidence.rule, evidence.label.as_deref()), (Some(0), Some("Germany")));
        assert_eq!(overall(&db, &owner, bob).await, Some(-0.5));
        let told = events(&db, &owner, eva).await;
        assert_eq!((told.len(), &told[0].detail["overall"], &told[0].detail["before"]), (1, &json!(0.8), &Value::Null));

        later(&owner, 5);
        patch(&db, &owner, bob, json!({"country": "DE"})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, bob).await, Some(0.8));
        assert_eq!(past(&db, &owner, bob).await.len(), 2);
        // What asks for nothing new writes nothing.
        patch(&db, &owner, bob, json!({"jobTitle": "Boss"})).await;
        follow(&db, &owner).await;
        assert_eq!((past(&db, &owner, bob).await.len(), events(&db, &owner, bob).await.len()), (2, 2));

        // Somebody new is scored when they come, and an edited criterion scores everybody again.
        let new = person(&db, &owner, json!({"fullName": "Neo"})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, new).await, Some(-0.5));
        let edited = edit(&db, &owner, made.id, json!({"params": germans(0.4)["params"]})).await;
        assert_eq!((edited.version, edited.rules_version), (2, 2));
        assert!(fit(&db, &owner, eva).await.criteria[0].stale);
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(0.4));
        assert_eq!(past(&db, &owner, eva).await.iter().map(|one| one.criterion_version).collect::<Vec<_>>(), [2, 1]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_and_custom_fields_count() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let (actor, new) = (owner.clone(), body(json!({"record": "customer", "label": "Plan", "kind": "text"})));
        db.write(move |tx| custom_fields::create(tx, &actor, &new)).await.unwrap();
        let params = json!({"otherwise": 0, "rules": [
            {"when": {"and": [{"field": "company.industry", "op": "eq", "value": "Rail"},
                {"field": "custom.plan", "op": "eq", "value": "Gold"}]}, "score": 1},
            {"when": {"field": "company.industry", "op": "eq", "value": "Rail"}, "score": 0.5}]});
        let new = json!({"name": "Rail", "type": "profile", "weight": 0.5, "params": params});
        add(&db, &owner, engine, new).await.unwrap();
        let (actor, new) = (owner.clone(), body::<companies::NewCompany>(json!({"name": "Acme"})));
        let company: CompanyId = db.write(move |tx| companies::create(tx, &actor, &new)).await.unwrap().id;
        let eva = person(&db, &owner, json!({"fullName": "Eva", "companyId": company})).await;
        let bob =
            person(&db, &owner, json!({"fullName": "Bob", "companyId": company, "custom": {"plan": "gold"}})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(0.0));
        let (actor, change) = (owner.clone(), body(json!({"industry": "rail"})));
        db.write(move |tx| companies::update(tx, &actor, company, &change, IfMatch(None))).await.unwrap();
        follow(&db, &owner).await;
        assert_eq!((overall(&db, &owner, eva).await, overall(&db, &owner, bob).await), (Some(0.5), Some(1.0)));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_make_the_mean_and_what_is_not_assessed_covers_nothing() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let intent = json!({"name": "Interest", "type": "intent", "weight": 0.25,
            "params": {"signals": [{"name": "Pricing", "weight": 1}]}});
        let interest = add(&db, &owner, engine, intent).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva", "country": "DE"})).await;
        follow(&db, &owner).await;
        let found = fit(&db, &owner, eva).await;
        assert_eq!((found.overall, found.coverage), (Some(0.8), 0.8));
        assert_eq!((found.criteria[1].score, found.criteria[1].assessed_at), (None, None));

        let (actor, until) = (owner.clone(), owner.now().plus_seconds(3 * DAY));
        let new = NewSignal { customer_id: eva, name: "pricing".into(), strength: -1.0, expires_at: Some(until) };
        db.write(move |tx| signal(tx, &actor.at_one_moment(), &new)).await.unwrap();
        let found = fit(&db, &owner, eva).await;
        assert_eq!((found.coverage, found.criteria[1].expires_at), (1.0, Some(until)));
        assert!((found.overall.unwrap() - 0.44).abs() < 1e-9, "{found:?}");

        // Put aside it does not count; deleted it is not there.
        edit(&db, &owner, interest.id, json!({"active": false})).await;
        follow(&db, &owner).await;
        assert_eq!(fit(&db, &owner, eva).await.coverage, 1.0);
        assert_eq!(overall(&db, &owner, eva).await, Some(0.8));
        edit(&db, &owner, interest.id, json!({"active": true, "weight": 1})).await;
        follow(&db, &owner).await;
        assert!((overall(&db, &owner, eva).await.unwrap() + 0.1).abs() < 1e-9);
        // By the clock the signal is over, and the fit is what is left.
        later(&owner, 4 * DAY);
        follow(&db, &owner).await;
        let found = fit(&db, &owner, eva).await;
        assert_eq!((found.overall, found.coverage, found.criteria[1].score), (Some(0.8), 0.5, None));
        let actor = owner.clone();
        db.write(move |tx| archive(tx, &actor, place.id, IfMatch(None))).await.unwrap();
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, None);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_says_counts_until_it_expires() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva", "country": "DE"})).await;
        follow(&db, &owner).await;
        let until = owner.now().plus_seconds(2 * DAY);
        let said = json!({"customerId": eva, "score": -1, "reason": "Told us no", "expiresAt": until});
        given(&db, &owner, place.id, said).await.unwrap();
        let part = fit(&db, &owner, eva).await.criteria.remove(0);
        assert_eq!((part.score, part.source), (Some(-1.0), Some(AssessmentSource::Manual)));
        assert_eq!(part.evidence.unwrap().reason.as_deref(), Some("Told us no"));
        // What is computed meanwhile is kept, and counts afterwards.
        later(&owner, 10);
        patch(&db, &owner, eva, json!({"country": "FR"})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(-1.0));
        later(&owner, 3 * DAY);
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(-0.5));
        sound(&db).await;

        for (bad, path) in [
            (json!({"customerId": eva, "score": 1.01, "reason": "x"}), "/score"),
            (json!({"customerId": eva, "score": 1, "reason": " "}), "/reason"),
            (json!({"customerId": eva, "score": 1, "reason": "x", "expiresAt": owner.now()}), "/expiresAt"),
            (json!({"customerId": uuid::Uuid::now_v7(), "score": 1, "reason": "x"}), "/customerId"),
        ] {
            match given(&db, &owner, place.id, bad.clone()).await {
                Err(Error::Invalid(faults)) => assert_eq!(faults[0].path, path),
                other => panic!("{bad} {other:?}"),
            }
        }
        let colleague = member(&db, &owner, Role::Member).await;
        let (actor, taken) = (owner.clone(), eva);
        db.write(move |tx| customers::claim(tx, &actor, taken, IfMatch(None))).await.unwrap();
        let said = json!({"customerId": eva, "score": 1, "reason": "x"});
        assert!(matches!(given(&db, &colleague, place.id, said).await, Err(Error::Forbidden(_))));
        assert!(matches!(add(&db, &colleague, engine, germans(0.1)).await, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adjustment_holds_until_something_else_is_computed() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva", "country": "DE"})).await;
        follow(&db, &owner).await;
        let one = moved(&db, &owner, place.id, eva, -0.3).await;
        assert_eq!((one.score, one.source), (0.5, AssessmentSource::Automation));
        let actor = owner.clone();
        db.write(move |tx| rescore_customer(tx, &actor.at_one_moment(), eva)).await.unwrap();
        assert_eq!(overall(&db, &owner, eva).await, Some(0.5), "the same was computed again");
        assert_eq!(moved(&db, &owner, place.id, eva, 7.0).await.score, 1.0);
        later(&owner, 1);
        patch(&db, &owner, eva, json!({"country": null})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(-0.5));
        // From nothing it begins at 0; from what a person said it stays what a person said.
        given(&db, &owner, place.id, json!({"customerId": eva, "score": 0.5, "reason": "x"})).await.unwrap();
        let two = moved(&db, &owner, place.id, eva, 0.25).await;
        assert_eq!((two.score, two.source), (0.75, AssessmentSource::Manual));
        assert_eq!(overall(&db, &owner, eva).await, Some(0.75));
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behaviour_fades_by_the_clock() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let new = json!({"name": "Heat", "type": "behavioral", "weight": 1, "params": {"windowDays": 30,
            "halfLifeDays": 10, "scale": 1, "weights": [{"type": "tag.added", "weight": 1}]}});
        add(&db, &owner, engine, new).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva"})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(0.0));
        let actor = owner.clone();
        db.write(move |tx| customers::add_tag(tx, &actor, eva, "hot", IfMatch(None))).await.unwrap();
        follow(&db, &owner).await;
        let fresh = overall(&db, &owner, eva).await.unwrap();
        assert!((fresh - 1.0_f64.tanh()).abs() < 1e-9);
        let types = fit(&db, &owner, eva).await.criteria[0].evidence.clone().unwrap().types.unwrap();
        assert_eq!((types[0].kind.as_str(), types[0].count), ("tag.added", 1));
        // The minute after, nothing is written; ten days after, it is half.
        let rows = past(&db, &owner, eva).await.len();
        later(&owner, 120);
        follow(&db, &owner).await;
        assert_eq!(past(&db, &owner, eva).await.len(), rows);
        later(&owner, 10 * DAY);
        follow(&db, &owner).await;
        let half = overall(&db, &owner, eva).await.unwrap();
        assert!((half - 0.5_f64.tanh()).abs() < 0.011, "{half}");
        later(&owner, 25 * DAY);
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(0.0));
        // Whoever is archived waits for nothing.
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fits_are_merged_and_come_apart_again() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva"})).await;
        let twin = person(&db, &owner, json!({"fullName": "Eva T", "country": "DE"})).await;
        follow(&db, &owner).await;
        given(&db, &owner, place.id, json!({"customerId": twin, "score": 0.1, "reason": "met"})).await.unwrap();
        assert_eq!((overall(&db, &owner, eva).await, overall(&db, &owner, twin).await), (Some(-0.5), Some(0.1)));
        let (actor, asked) =
            (owner.clone(), MergeCustomers { primary_id: eva, ids: vec![twin], fields: Default::default() });
        later(&owner, 5);
        db.write(move |tx| merging::merge(tx, &actor, &asked)).await.unwrap();
        sound(&db).await;
        follow(&db, &owner).await;
        // What was said of one holds for both.
        assert_eq!((overall(&db, &owner, eva).await, overall(&db, &owner, twin).await), (Some(0.1), None));
        assert_eq!(past(&db, &owner, eva).await.len(), 4);
        sound(&db).await;
        let actor = owner.clone();
        later(&owner, 5);
        db.write(move |tx| merging::unmerge(tx, &actor, twin, IfMatch(None))).await.unwrap();
        sound(&db).await;
        follow(&db, &owner).await;
        assert_eq!((overall(&db, &owner, eva).await, overall(&db, &owner, twin).await), (Some(-0.5), Some(0.1)));
        sound(&db).await;
    })
    .await;
}

/// Who a filter of customers selects, by name, also by counting.
#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_offered_again_is_scored_again() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let eva = person(&db, &owner, json!({"fullName": "Eva", "country": "DE"})).await;
        add(&db, &owner, engine, germans(0.8)).await.unwrap();
        follow(&db, &owner).await;
        for (country, expected) in [("FR", -0.5), ("DE", 0.8)] {
            later(&owner, 5);
            let actor = owner.clone();
            db.write(move |tx| products::archive(tx, &actor, engine, IfMatch(None))).await.unwrap();
            patch(&db, &owner, eva, json!({"country": country})).await;
            follow(&db, &owner).await;
            let (actor, active) = (owner.clone(), body::<products::ProductPatch>(json!({"status": "active"})));
            let restored = db.write(move |tx| match country {
                "FR" => products::restore(tx, &actor, engine, IfMatch(None)),
                _ => products::update(tx, &actor, engine, &active, IfMatch(None)),
            });
            restored.await.unwrap();
            let kept = overall(&db, &owner, eva).await.unwrap();
            assert!((kept - (0.3 - expected)).abs() < 1e-9, "as it was when it was archived: {kept}");
            follow(&db, &owner).await;
            assert_eq!(overall(&db, &owner, eva).await, Some(expected));
        }
        sound(&db).await;
    })
    .await;
}

async fn matching(db: &Db, actor: &Actor, filter: Value, sort: &str) -> Vec<String> {
    let reader = actor.clone();
    let query = ListQuery { filter: Some(filter.to_string()), sort: Some(sort.into()), ..ListQuery::default() };
    let (page, count) = db
        .read(move |c| {
            let schema = customers::schema(c, &reader.scope(), false, true)?;
            let list = query.read(schema.clone(), "fullName", Me::Allowed)?;
            let tree = Tree::parse(&filter, schema, Me::Allowed)?;
            Ok::<_, Error>((customers::page(c, &reader, &list)?, customers::count(c, &reader, &tree, None, false)?))
        })
        .await
        .unwrap();
    assert_eq!(count.count, page.items.len() as i64);
    page.items.into_iter().map(|customer| customer.full_name).collect()
}

async fn segment(db: &Db, actor: &Actor, name: &str, rule: Value) -> segments::Segment {
    let (actor, new) = (actor.clone(), body::<NewSegment>(json!({"name": name, "kind": "dynamic", "rule": rule})));
    db.write(move |tx| segments::create(tx, &actor, &new)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_segments_ask_for_fits() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let other = product(&db, &owner, "Other").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva", "country": "DE"})).await;
        let bob = person(&db, &owner, json!({"fullName": "Bob"})).await;
        follow(&db, &owner).await;
        person(&db, &owner, json!({"fullName": "Neo"})).await;
        let is = |op: &str, value: Value| json!({"fit": engine, "op": op, "value": value});
        assert_eq!(matching(&db, &owner, is("gte", json!(0.8)), "fullName").await, ["Eva"]);
        assert_eq!(matching(&db, &owner, is("ne", json!(0.8)), "fullName").await, ["Bob", "Neo"]);
        let bucket = |names: Value| json!({"fit": engine, "bucket": names});
        assert_eq!(matching(&db, &owner, bucket(json!(["cold"])), "fullName").await, ["Bob"]);
        assert_eq!(matching(&db, &owner, json!({"not": bucket(json!(["cold"]))}), "fullName").await, ["Eva", "Neo"]);
        let everybody = json!({"and": []});
        let by_fit = format!("-fit.{engine}");
        assert_eq!(matching(&db, &owner, everybody.clone(), &by_fit).await, ["Eva", "Bob", "Neo"]);
        assert_eq!(
            matching(&db, &owner, json!({"fit": other, "op": "empty"}), &format!("fit.{engine}")).await,
            ["Bob", "Eva", "Neo"]
        );

        // A segment follows, and says why.
        let hot = segment(&db, &owner, "Hot", bucket(json!(["hot"]))).await;
        follow(&db, &owner).await;
        let told = |kind: &'static str, id: CustomerId| {
            let (db, owner) = (db.clone(), owner.clone());
            async move {
                let page = db.read(move |c| activity::page(c, &owner, Timeline::Customer(id), None, 200, None));
                page.await.unwrap().items.iter().filter(|event| event.kind == kind).count()
            }
        };
        assert_eq!((told("segment.joined", eva).await, told("segment.joined", bob).await), (1, 0));
        let (actor, of) = (owner.clone(), hot.id);
        let why = db.read(move |c| segments::explain(c, &actor, of, eva)).await.unwrap();
        assert_eq!((why.member, &why.conditions[0].value), (true, &json!(0.8)));
        assert_eq!(why.conditions[0].condition, bucket(json!(["hot"])));
        later(&owner, 5);
        given(&db, &owner, place.id, json!({"customerId": eva, "score": 0.3, "reason": "x"})).await.unwrap();
        follow(&db, &owner).await;
        assert_eq!(told("segment.left", eva).await, 1);
        // Other thresholds, other members.
        later(&owner, 5);
        let (actor, change) = (owner.clone(), body(json!({"hotAt": 0.25})));
        db.write(move |tx| products::update(tx, &actor, engine, &change, IfMatch(None))).await.unwrap();
        follow(&db, &owner).await;
        assert_eq!(told("segment.joined", eva).await, 2);
        // A product that is put aside is still asked, and the segment says so.
        let actor = owner.clone();
        db.write(move |tx| products::archive(tx, &actor, engine, IfMatch(None))).await.unwrap();
        let (actor, of) = (owner.clone(), hot.id);
        let shown = db.read(move |c| segments::get(c, &actor, of)).await.unwrap();
        assert_eq!((shown.problems[0].path.as_str(), shown.problems[0].code.as_str()), ("/fit", "archived_product"));
        assert_eq!(matching(&db, &owner, bucket(json!(["hot"])), "fullName").await, ["Eva"]);
        sound(&db).await;
    })
    .await;
}

async fn ranking(db: &Db, actor: &Actor, query: LeadQuery) -> Leads {
    let actor = actor.clone();
    db.read(move |c| leads(c, &actor, &query)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_are_ranked_page_by_page() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        assert!(ranking(&db, &owner, LeadQuery::default()).await.product.is_none());
        product(&db, &owner, "Anvil").await;
        let engine = product(&db, &owner, "Engine").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let mut ids = Vec::new();
        for n in 0..7 {
            ids.push(person(&db, &owner, json!({"fullName": format!("P{n}")})).await);
        }
        follow(&db, &owner).await;
        for (n, id) in ids.iter().enumerate() {
            let score = f64::from(u32::try_from(n).unwrap()) / 6.0;
            given(&db, &owner, place.id, json!({"customerId": id, "score": score, "reason": "x"})).await.unwrap();
        }
        let names = |page: &Leads| -> Vec<(i64, String)> {
            page.items.iter().map(|lead: &Lead| (lead.rank, lead.customer.full_name.clone())).collect()
        };
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let query = LeadQuery { limit: Some("3".into()), cursor, ..LeadQuery::default() };
            let page = ranking(&db, &owner, query).await;
            assert_eq!(page.product.as_ref().map(|product| product.id), Some(engine));
            seen.extend(names(&page));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let expected: Vec<(i64, String)> = (1..=7).map(|rank| (rank, format!("P{}", 7 - rank))).collect();
        assert_eq!(seen, expected);
        let of = |bucket: &str| LeadQuery { bucket: Some(bucket.into()), ..LeadQuery::default() };
        assert_eq!(names(&ranking(&db, &owner, of("warm")).await), [(1, "P3".into()), (2, "P2".into())]);
        let ends = names(&ranking(&db, &owner, of("cold,hot")).await);
        assert_eq!(ends.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["P6", "P5", "P4", "P1", "P0"]);
        let (actor, taken) = (owner.clone(), ids[2]);
        db.write(move |tx| customers::claim(tx, &actor, taken, IfMatch(None))).await.unwrap();
        let mine = LeadQuery { owner_id: Some("me".into()), ..LeadQuery::default() };
        assert_eq!(names(&ranking(&db, &owner, mine).await), [(1, "P2".into())]);
        let found = LeadQuery { q: Some("p5".into()), ..LeadQuery::default() };
        assert_eq!(names(&ranking(&db, &owner, found).await), [(1, "P5".into())]);
        let (actor, hidden) = (owner.clone(), ids[6]);
        db.write(move |tx| customers::archive(tx, &actor, hidden, IfMatch(None))).await.unwrap();
        assert_eq!(names(&ranking(&db, &owner, of("hot")).await)[0].1, "P5");
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_kept_and_may_make_a_deal() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let new = json!({"name": "Looks", "type": "behavioral", "weight": 1, "params": {"windowDays": 30,
            "halfLifeDays": 10, "scale": 1, "weights": [{"type": "fit.reviewed", "weight": 1}]}});
        add(&db, &owner, engine, new).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva"})).await;
        follow(&db, &owner).await;
        let of = |decision: &str| json!({"customerId": eva, "productId": engine, "decision": decision});
        let ask = |new: Value| {
            let (db, actor) = (db.clone(), owner.clone());
            async move {
                let new = body::<NewReview>(new);
                db.write(move |tx| review(tx, &actor.at_one_moment(), &new)).await
            }
        };
        let mut with = of("nurture");
        with["feedback"] = json!("Call in **spring**");
        let said = ask(with.clone()).await.unwrap();
        assert_eq!((said.review.decision, said.deal.is_none()), (LeadDecision::Nurture, true));
        // It is scored anew at once, and the fit shows what was said.
        assert!(said.fit.overall.unwrap() > 0.7);
        assert_eq!(said.fit.reviews[0].feedback.as_deref(), Some("Call in **spring**"));
        let (by, note) = (owner.clone(), said.review.note_id.expect("a note"));
        let note = db.read(move |c| crate::notes::get(c, &by, note)).await.unwrap();
        assert_eq!((note.body.as_str(), note.anchor.id), ("Call in **spring**", eva.0));
        assert_eq!(said.fit.reviews[0].note_id, Some(note.id));
        with["createDeal"] = json!(true);
        match ask(with).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].path, "/createDeal"),
            other => panic!("{other:?}"),
        }
        let mut with = of("qualify");
        with["createDeal"] = json!({"amount": 500, "stageId": uuid::Uuid::now_v7()});
        match ask(with.clone()).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].path, "/createDeal/stageId"),
            other => panic!("{other:?}"),
        }
        with["createDeal"] = json!({"amount": 500});
        later(&owner, 1);
        let won = ask(with).await.unwrap();
        let deal = won.deal.unwrap();
        assert_eq!((deal.name.as_str(), deal.amount, deal.customer_id), ("Eva – Engine", Some(500), Some(eva)));
        assert_eq!((deal.lines[0].product_id, won.review.deal_id), (engine, Some(deal.id)));
        assert_eq!(fit(&db, &owner, eva).await.reviews.len(), 2);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rankings_walk_their_index() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let (org_id, from, by) = (owner.org_id, owner.now(), owner.clone());
        let eva = person(&db, &owner, json!({"fullName": "Eva"})).await;
        let filled = db.write(move |tx| {
            // Somebody to rank: the planner is to believe that there are as many as there are fits.
            let pattern = customers::get(tx, &by, eva)?;
            let fresh = |n: u32| customers::bulk::Fresh {
                customer: Customer { id: CustomerId(uuid::Uuid::from_u128(u128::from(n) + 1)), ..pattern.clone() },
                tags: Vec::new(),
                company_by_domain: false,
                events: Vec::new(),
            };
            customers::bulk::insert(tx, &by, &(0..3_000).map(fresh).collect::<Vec<_>>())?;
            let mut rows = Vec::new();
            for n in 0..3_000_u32 {
                let overall = f64::from(n % 199) / 100.0 - 0.99;
                let id = uuid::Uuid::from_u128(u128::from(n) + 1);
                rows.push(db::params![org_id, id, engine, overall, 1.0, from].to_vec());
            }
            tx.bulk("fits", &["org_id", "customer_id", "product_id", "overall", "coverage", "updated_at"], &rows)?;
            let reading = |n: u32| {
                let id = uuid::Uuid::from_u128(u128::from(n) + 1);
                let waits = n < 50;
                let state = if waits { "scoring" } else { "done" };
                let of = if n.is_multiple_of(20) { engine.0 } else { uuid::Uuid::from_u128(u128::from(n % 20)) };
                db::params![org_id, id, of, state, waits.then_some(from), 0_i64, from].to_vec()
            };
            let rows: Vec<_> = (0..3_000).map(reading).collect();
            let columns = ["org_id", "customer_id", "criterion_id", "state", "ask_at", "attempts", "updated_at"];
            tx.bulk("fit_readings", &columns, &rows)?;
            let score = |n: u32| {
                let id = uuid::Uuid::from_u128(u128::from(n) + 1);
                let due = from.plus_seconds(i64::from(n));
                db::params![org_id, id, engine, false, due].to_vec()
            };
            let rows: Vec<_> = (0..3_000).map(score).collect();
            Ok(tx.bulk("fit_scores", &["org_id", "customer_id", "criterion_id", "by_hand", "due_at"], &rows)?)
        });
        filled.await.unwrap_or_else(|error: Error| panic!("{error}"));
        db.analyze().await.unwrap();
        for query in [
            LeadQuery::default(),
            LeadQuery { bucket: Some("warm,cold".into()), ..LeadQuery::default() },
            LeadQuery {
                cursor: Some(format!("{:x}.3.{}", 0.5_f64.to_bits(), uuid::Uuid::from_u128(7))),
                ..LeadQuery::default()
            },
        ] {
            let (actor, asked) = (owner.clone(), query.clone());
            let plan = db.read(move |c| leads::plan(c, &actor, &asked)).await.unwrap();
            assert!(plan.contains("fits_rank"), "{query:?}\n{plan}");
            assert!(full_scans(&plan, &["f", "c"]).is_empty(), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
        let actor = owner.clone();
        let plans = db
            .read(move |c| {
                let schema = customers::schema(c, &actor.scope(), false, true)?;
                let sort = Some(format!("-fit.{engine}"));
                let list = ListQuery { sort, ..ListQuery::default() }.read(schema, "fullName", Me::Allowed)?;
                let due = c.explain(&store::due_sql(actor.org_id, actor.now(), 10))?;
                let counting = c.explain(&store::counting_sql(&actor.scope(), &[CustomerId(uuid::Uuid::nil())]))?;
                let to_read = c.explain(&store::to_read_sql(&actor.scope(), actor.now(), 4))?;
                let counts = c.explain(&store::reading_counts_sql(&actor.scope(), CriterionId(engine.0)))?;
                Ok::<_, Error>([customers::plan(c, &actor, &list)?, due, counting, to_read, counts])
            })
            .await
            .unwrap();
        assert!(plans[0].contains("fits_rank"), "{}", plans[0]);
        assert!(plans[1].contains("fit_scores_due"), "{}", plans[1]);
        assert!(full_scans(&plans[2], &["s", "a"]).is_empty(), "{}", plans[2]);
        assert!(plans[3].contains("fit_readings_due"), "{}", plans[3]);
        assert!(plans[4].contains("fit_readings_state") || plans[4].contains("fit_readings_pkey"), "{}", plans[4]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_score_at_once_leave_one_outcome() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let place = add(&db, &owner, engine, germans(0.8)).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva"})).await;
        let mut racers = Vec::new();
        for n in 0..6_u32 {
            let (db, actor) = (db.clone(), owner.clone());
            racers.push(tokio::spawn(async move {
                match n % 3 {
                    0 => drop(db.write(move |tx| rescore_customer(tx, &actor.at_one_moment(), eva)).await.unwrap()),
                    1 => drop(moved(&db, &actor, place.id, eva, 0.1).await),
                    _ => patch(&db, &actor, eva, json!({"country": if n == 2 { "DE" } else { "FR" }})).await,
                }
            }));
        }
        for racer in racers {
            racer.await.unwrap();
        }
        follow(&db, &owner).await;
        sound(&db).await;
        let found = fit(&db, &owner, eva).await;
        let newest = past(&db, &owner, eva).await.remove(0);
        assert_eq!(found.overall, Some(newest.score));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_follow_tags_that_are_renamed() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let engine = product(&db, &owner, "Engine").await;
        let when = json!({"field": "tags", "op": "has_any", "value": ["vip"]});
        let params = json!({"otherwise": 0, "rules": [{"when": when, "score": 1}]});
        let new = json!({"name": "Tags", "type": "profile", "weight": 1, "params": params});
        let made = add(&db, &owner, engine, new).await.unwrap();
        let eva = person(&db, &owner, json!({"fullName": "Eva", "tags": ["vip"]})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(1.0));
        let actor = owner.clone();
        db.write(move |tx| {
            let tag = crate::tags::find(tx, &actor, "vip")?.expect("the tag").0;
            let change = body(json!({"name": "gold"}));
            crate::tag_names::update(tx, &actor, tag, &change, IfMatch(None))
        })
        .await
        .unwrap();
        let actor = owner.clone();
        let now = db.read(move |c| criterion(c, &actor, made.id)).await.unwrap();
        assert_eq!(now.params["rules"][0]["when"]["value"], json!(["gold"]));
        patch(&db, &owner, eva, json!({"jobTitle": "x"})).await;
        follow(&db, &owner).await;
        assert_eq!(overall(&db, &owner, eva).await, Some(1.0));
    })
    .await;
}
