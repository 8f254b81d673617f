use super::super::tests::{look, pairs_of, say, write};
use super::super::{Decision, DuplicatePair, EvidenceKind, PairState};
use super::model::{Candidate, keys};
use super::store;
use crate::companies::merging::{self, MergeCompanies};
use crate::companies::{self, Company, CompanyPatch};
use crate::merging::Record;
use crate::testing::{member, org};
use db::testing::each_engine;
use db::{Db, full_scans};
use platform::actor::Role;
use platform::http::IfMatch;
use platform::ids::CompanyId;
use platform::{Actor, Error};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

async fn add(db: &Db, actor: &Actor, body: Value) -> Company {
    let new = serde_json::from_value(body).expect("a body");
    write(db, actor, move |tx, actor| companies::create(tx, actor, &new)).await.expect("a company")
}

async fn patch(db: &Db, actor: &Actor, id: CompanyId, body: Value) {
    let patch: CompanyPatch = serde_json::from_value(body).expect("a patch");
    write(db, actor, move |tx, actor| companies::update(tx, actor, id, &patch, IfMatch(None))).await.expect("a change");
}

async fn pairs(db: &Db, actor: &Actor, state: PairState, of: Option<&Company>) -> Vec<DuplicatePair> {
    pairs_of(db, actor, (Record::Company, of.map(|company| company.id.0)), state).await
}

async fn fold_in(db: &Db, actor: &Actor, survivor: &Company, loser: &Company) {
    let asked: MergeCompanies =
        serde_json::from_value(json!({"primaryId": survivor.id, "ids": [loser.id]})).expect("a body");
    write(db, actor, move |tx, actor| merging::merge(tx, actor, &asked)).await.expect("a merge");
}

fn ids(pair: &DuplicatePair) -> BTreeSet<CompanyId> {
    pair.companies.iter().map(|company| company.id).collect()
}

fn kinds(pair: &DuplicatePair) -> Vec<EvidenceKind> {
    pair.evidence.iter().map(|one| one.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_found_as_they_are_made_and_changed() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let stranger = org(&db).await;
        // Two that are new at one moment, and in one chunk, find each other.
        let acme = add(&db, &owner, json!({"name": "Acme GmbH", "domains": ["acme.com"], "city": "Berlin"})).await;
        let inc = add(&db, &owner, json!({"name": "ACME Inc.", "website": "https://www.acme.com/us"})).await;
        let far =
            add(&db, &owner, json!({"name": "Globex", "linkedinUrl": "https://linkedin.com/company/globex"})).await;
        add(&db, &stranger, json!({"name": "Acme", "domains": ["acme.com"]})).await;
        assert_eq!(look(&db, &owner).await, 4);
        assert_eq!(look(&db, &owner).await, 0);
        let found = pairs(&db, &owner, PairState::Open, None).await;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(ids(&found[0]), BTreeSet::from([acme.id, inc.id]));
        assert_eq!(kinds(&found[0]), [EvidenceKind::Domain, EvidenceKind::Name]);
        assert_eq!((found[0].score, found[0].customers.len()), (0.97, 0));
        let first = found[0].companies.iter().find(|company| company.id == acme.id).expect("the company");
        assert_eq!((first.domain.as_deref(), first.city.as_deref()), (Some("acme.com"), Some("Berlin")));
        assert_eq!(pairs(&db, &owner, PairState::Open, Some(&inc)).await, found);
        assert_eq!(pairs(&db, &stranger, PairState::Open, None).await, []);
        assert_eq!(pairs_of(&db, &owner, (Record::Customer, None), PairState::Open).await, []);

        // A change brings a pair, and another one takes it away.
        let late = add(&db, &owner, json!({"name": "Globex Worldwide"})).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, Some(&far)).await, []);
        patch(&db, &owner, late.id, json!({"linkedinUrl": "de.linkedin.com/company/Globex/"})).await;
        look(&db, &owner).await;
        let globex = pairs(&db, &owner, PairState::Open, Some(&far)).await;
        assert_eq!(
            (ids(&globex[0]), kinds(&globex[0])),
            (BTreeSet::from([far.id, late.id]), vec![EvidenceKind::Linkedin])
        );
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 2);
        patch(&db, &owner, far.id, json!({"linkedinUrl": null})).await;
        let id = inc.id;
        write(&db, &owner, move |tx, actor| companies::archive(tx, actor, id, IfMatch(None))).await.unwrap();
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await, []);
        write(&db, &owner, move |tx, actor| companies::restore(tx, actor, id, IfMatch(None))).await.unwrap();
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, Some(&acme)).await.len(), 1);
        // A slip of the pen is found beside the name.
        let slip = add(&db, &owner, json!({"name": "Globex Worldwyde"})).await;
        look(&db, &owner).await;
        assert_eq!(ids(&pairs(&db, &owner, PairState::Open, Some(&slip)).await[0]), BTreeSet::from([late.id, slip.id]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_looked_at_too() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let acme = add(&db, &owner, json!({"name": "Acme GmbH"})).await;
        look(&db, &owner).await;
        let company = Company { id: CompanyId(owner.new_id()), name: "ACME".into(), ..acme.clone() };
        let events = vec![crate::activity::Event::CompanyCreated { source: "import".into() }];
        let fresh = companies::bulk::Fresh { company, events };
        write(&db, &owner, move |tx, actor| companies::bulk::insert(tx, actor, std::slice::from_ref(&fresh)))
            .await
            .unwrap();
        assert_eq!(look(&db, &owner).await, 1);
        assert_eq!(pairs(&db, &owner, PairState::Open, Some(&acme)).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_without_a_log_are_looked_at_when_told_so() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let named = |name: &str| Company { domains: Vec::new(), ..blank(&owner, name) };
        let made = vec![named("Acme"), named("ACME AG")];
        let scope = owner.scope();
        write(&db, &owner, move |tx, _| companies::insert_past(tx, &scope, &made)).await.unwrap();
        assert_eq!(look(&db, &owner).await, 0);
        write(&db, &owner, super::super::mark_all_companies).await.unwrap();
        assert_eq!(look(&db, &owner).await, 2);
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 1);
    })
    .await;
}

fn blank(actor: &Actor, name: &str) -> Company {
    Company::named(CompanyId(actor.new_id()), name.into(), actor.now())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_rests_with_a_merge_and_comes_back() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let one = add(&db, &owner, json!({"name": "Acme"})).await;
        let two = add(&db, &owner, json!({"name": "Acme Inc"})).await;
        let third = add(&db, &owner, json!({"name": "ACME", "country": "DE"})).await;
        look(&db, &owner).await;
        let open = pairs(&db, &owner, PairState::Open, None).await;
        assert_eq!(open.len(), 3);
        let of = |a: &Company, b: &Company| {
            let both = BTreeSet::from([a.id, b.id]);
            open.iter().find(|pair| ids(pair) == both).expect("the pair").clone()
        };
        // Different is for good, whatever changes.
        say(&db, &owner, &of(&one, &two), Decision::Different).await.unwrap();
        patch(&db, &owner, one.id, json!({"city": "Berlin"})).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 2);
        say(&db, &owner, &of(&one, &two), Decision::Open).await.unwrap();
        say(&db, &owner, &of(&two, &third), Decision::Same).await.unwrap();
        // The second becomes the first: what was said of it and the third no longer stands.
        fold_in(&db, &owner, &one, &two).await;
        look(&db, &owner).await;
        assert_eq!(ids(&pairs(&db, &owner, PairState::Merged, None).await[0]), BTreeSet::from([one.id, two.id]));
        assert_eq!(pairs(&db, &owner, PairState::Same, None).await, []);
        let left = pairs(&db, &owner, PairState::Open, None).await;
        assert_eq!(left.len(), 1);
        assert_eq!(ids(&left[0]), BTreeSet::from([one.id, third.id]));
        match say(&db, &owner, &of(&one, &two), Decision::Different).await {
            Err(Error::Conflict(conflict)) => assert_eq!(conflict.code, "merged"),
            outcome => panic!("{outcome:?}"),
        }
        let id = two.id;
        write(&db, &owner, move |tx, actor| merging::unmerge(tx, actor, id, IfMatch(None))).await.unwrap();
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Merged, None).await, []);
        let same = pairs(&db, &owner, PairState::Same, None).await;
        assert_eq!((same.len(), ids(&same[0])), (1, BTreeSet::from([two.id, third.id])));
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_the_loser_is_not_the_survivor() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let third = add(&db, &owner, json!({"name": "Acme"})).await;
        let lose = add(&db, &owner, json!({"name": "Acme Inc"})).await;
        look(&db, &owner).await;
        let pair = pairs(&db, &owner, PairState::Open, None).await.pop().expect("a pair");
        say(&db, &owner, &pair, Decision::Different).await.unwrap();
        let keep = add(&db, &owner, json!({"name": "ACME Ltd"})).await;
        fold_in(&db, &owner, &keep, &lose).await;
        look(&db, &owner).await;
        assert_eq!(pairs(&db, &owner, PairState::Open, None).await, []);
        let different = pairs(&db, &owner, PairState::Different, Some(&keep)).await;
        assert_eq!(ids(&different[0]), BTreeSet::from([keep.id, third.id]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_decide_about_companies_that_they_may_write() {
    each_engine(|db| async move {
        let owner = org(&db).await;
        let (mine, theirs) = (member(&db, &owner, Role::Member).await, member(&db, &owner, Role::Member).await);
        let stranger = org(&db).await;
        add(&db, &owner, json!({"name": "Acme", "ownerId": mine.user_id})).await;
        add(&db, &owner, json!({"name": "Acme Inc"})).await;
        look(&db, &owner).await;
        let pair = pairs(&db, &owner, PairState::Open, None).await.pop().expect("a pair");
        assert!(matches!(say(&db, &theirs, &pair, Decision::Same).await, Err(Error::Forbidden(_))));
        assert!(matches!(say(&db, &stranger, &pair, Decision::Same).await, Err(Error::NotFound(_))));
        assert_eq!(say(&db, &mine, &pair, Decision::Same).await.unwrap().state, PairState::Same);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_walks_indexes() {
    let fresh = db::testing::sqlite().await;
    let scope = crate::testing::actor(Role::Owner).scope();
    let company = Candidate {
        name: "Acme".into(),
        domains: vec!["acme.com".into()],
        linkedin_url: Some("linkedin.com/company/acme".into()),
        ..Candidate::default()
    };
    let statements = [
        (store::holders_sql(&scope, Uuid::max(), &keys(&company)), false),
        (store::neighbours_sql(&scope, "acme", true), true),
        (store::neighbours_sql(&scope, "acme", false), true),
    ];
    for (sql, is_sorted) in statements {
        let plan = fresh.db.read(move |c| c.explain(&sql)).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
        assert!(plan.contains("company_match_keys_key"), "{plan}");
        assert!(full_scans(&plan, &["k"]).is_empty(), "{plan}");
        assert!(!is_sorted || !plan.contains("FOR ORDER BY"), "{plan}");
    }
}
