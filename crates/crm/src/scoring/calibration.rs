//! What scores were worth: those of customers just before their deals were decided, against how these ended.

use super::model::{Assessment, AssessmentSource, Calibration, Criterion, Decile, Separation};
use super::store;
use crate::products;
use db::Conn;
use platform::clock::Timestamp;
use platform::ids::{CriterionId, CustomerId, ProductId};
use platform::{Actor, Result};
use std::collections::{BTreeSet, HashMap};

/// Decided deals that are looked at, the latest.
const DEALS_MAX: i64 = 5_000;
const DECILES: usize = 10;

/// How the scores of a product stand to what was won and lost.
pub fn calibration(c: &Conn<'_>, actor: &Actor, product: ProductId) -> Result<Calibration> {
    let product = products::get(c, actor, product)?.id;
    let scope = actor.scope();
    let criteria: Vec<Criterion> =
        store::criteria(c, &scope, product)?.into_iter().filter(|one| one.active && one.weight > 0.0).collect();
    let deals = store::decided(c, &scope, product, DEALS_MAX)?;
    let customers: Vec<CustomerId> =
        deals.iter().map(|one| one.customer_id).collect::<BTreeSet<_>>().into_iter().collect();
    let of: Vec<CriterionId> = criteria.iter().map(|one| one.id).collect();
    let mut past: HashMap<(CustomerId, CriterionId), Vec<Assessment>> = HashMap::new();
    if !of.is_empty() {
        for one in store::past(c, &scope, &customers, &of)? {
            past.entry((one.customer_id, one.criterion_id)).or_default().push(one);
        }
    }
    let then = |deal: &store::Decided| {
        let score = |one: &Criterion| Some((one.weight, counted(past.get(&(deal.customer_id, one.id))?, deal.at)?));
        mean(criteria.iter().filter_map(score))
    };
    let mut known: Vec<(f64, bool)> = deals.iter().filter_map(|deal| Some((then(deal)?, deal.won))).collect();
    let unscored = deals.len() - known.len();
    known.sort_by(|one, other| one.0.total_cmp(&other.0));
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Ok(Calibration {
        decided: count(deals.len()),
        unscored: count(unscored),
        deciles: deciles(&known),
        separation: separation(&known),
    })
}

fn mean(scores: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (weights, sum) =
        scores.fold((0.0, 0.0), |(weights, sum), (weight, score)| (weights + weight, sum + weight * score));
    (weights > 0.0).then(|| (sum / weights).clamp(-1.0, 1.0))
}

/// The score that counted just before `at`: what follows from the decision itself is no forecast of it.
fn counted(past: &[Assessment], at: Timestamp) -> Option<f64> {
    let lived = |one: &&Assessment| one.created_at < at && one.expires_at.is_none_or(|end| end > at);
    let newest = |manual: bool| {
        let of_kind = past.iter().filter(lived).filter(|one| (one.source == AssessmentSource::Manual) == manual);
        of_kind.max_by_key(|one| one.id).map(|one| one.score)
    };
    newest(true).or_else(|| newest(false))
}

/// Tenths of the deals by their scores, the lowest first. Equal scores are in one, so that a tenth may be larger, or missing.
fn deciles(known: &[(f64, bool)]) -> Vec<Decile> {
    let mut found: Vec<Decile> = Vec::new();
    let mut first = 0;
    for (index, (score, won)) in known.iter().enumerate() {
        if index > 0 && known[index - 1].0.to_bits() != score.to_bits() {
            first = index;
        }
        let decile = i64::try_from(first * DECILES / known.len() + 1).unwrap_or(i64::MAX);
        if found.last().is_none_or(|last| last.decile != decile) {
            found.push(Decile { decile, from: *score, to: *score, won: 0, lost: 0, win_rate: 0.0 });
        }
        let Some(last) = found.last_mut() else { continue };
        last.to = *score;
        *(if *won { &mut last.won } else { &mut last.lost }) += 1;
        #[allow(clippy::cast_precision_loss)]
        let rate = last.won as f64 / (last.won + last.lost) as f64;
        last.win_rate = rate;
    }
    found
}

/// How well scores tell won from lost.
pub(super) fn separation(known: &[(f64, bool)]) -> Separation {
    let mut sorted = known.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut won, mut lost, mut above) = (0.0_f64, 0.0_f64, 0.0_f64);
    let (mut sum_won, mut sum_lost) = (0.0, 0.0);
    // Of each run of equal scores: those won beat all lost before, and half of the lost among them.
    for run in sorted.chunk_by(|one, other| one.0.to_bits() == other.0.to_bits()) {
        #[allow(clippy::cast_precision_loss)]
        let (run_won, all) = (run.iter().filter(|one| one.1).count() as f64, run.len() as f64);
        let run_lost = all - run_won;
        above += run_won * (lost + run_lost / 2.0);
        (won, lost) = (won + run_won, lost + run_lost);
        (sum_won, sum_lost) = (sum_won + run_won * run[0].0, sum_lost + run_lost * run[0].0);
    }
    let part = |sum: f64, of: f64| (of > 0.0).then(|| sum / of);
    #[allow(clippy::cast_possible_truncation)]
    let whole = |count: f64| count as i64;
    Separation {
        won: whole(won),
        lost: whole(lost),
        mean_won: part(sum_won, won),
        mean_lost: part(sum_lost, lost),
        right: part(above, won * lost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn figures_are_those_of_counting_by_hand(raw in proptest::collection::vec((-20_i32..=20, any::<bool>()), 0..80)) {
            let mut known: Vec<(f64, bool)> = raw.iter().map(|(score, won)| (f64::from(*score) / 20.0, *won)).collect();
            let found = separation(&known);
            let of = |side: bool| known.iter().filter(move |one| one.1 == side).map(|one| one.0);
            let (mut pairs, mut right) = (0.0, 0.0);
            for won in of(true) {
                for lost in of(false) {
                    pairs += 1.0;
                    right += if won > lost { 1.0 } else if won < lost { 0.0 } else { 0.5 };
                }
            }
            prop_assert_eq!((found.won, found.lost), (of(true).count() as i64, of(false).count() as i64));
            match found.right {
                None => prop_assert_eq!(pairs, 0.0),
                Some(part) => prop_assert!((part - right / pairs).abs() < 1e-9),
            }
            if let Some(mean) = found.mean_won {
                prop_assert!((mean - of(true).sum::<f64>() / of(true).count() as f64).abs() < 1e-9);
            }
            known.sort_by(|one, other| one.0.total_cmp(&other.0));
            let parts = deciles(&known);
            // Each deal is in the tenth of the first that has its score.
            for decile in &parts {
                let inside = |score: f64| {
                    let first = known.iter().filter(|one| one.0 < score).count();
                    (first * 10 / known.len() + 1) as i64 == decile.decile
                };
                let won = known.iter().filter(|one| one.1 && inside(one.0)).count() as i64;
                let lost = known.iter().filter(|one| !one.1 && inside(one.0)).count() as i64;
                prop_assert_eq!((decile.won, decile.lost), (won, lost));
                prop_assert!((decile.win_rate - won as f64 / (won + lost) as f64).abs() < 1e-9);
                prop_assert!(known.iter().filter(|one| inside(one.0)).all(|one| decile.from <= one.0 && one.0 <= decile.to));
            }
            let all: i64 = parts.iter().map(|one| one.won + one.lost).sum();
            prop_assert_eq!(all, known.len() as i64);
            prop_assert!(parts.windows(2).all(|pair| pair[0].decile < pair[1].decile && pair[0].to < pair[1].from));
        }
    }
}
