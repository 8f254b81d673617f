//! Fits with what they are made of, and how they came to be.

use super::model::{Assessment, AssessmentSource, Criterion, CriterionType, Fit, FitPart, Reading, Review};
use super::{model, readings, store};
use crate::customers;
use crate::fits::{self, Kept};
use crate::products;
use db::Conn;
use platform::filter::Thresholds;
use platform::http::Page;
use platform::ids::{CriterionId, CustomerId, ProductId};
use platform::paging::{LIMIT_DEFAULT, LIMIT_MAX};
use platform::{Actor, Error, Result, Scope};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::IntoParams;

/// Reviews that are shown with a fit.
const REVIEWS_SHOWN: usize = 10;

/// A customer's fits to the products that have criteria, by the names of the products.
pub fn fits(c: &Conn<'_>, actor: &Actor, id: CustomerId) -> Result<Vec<Fit>> {
    customers::get(c, actor, id)?;
    let scope = actor.scope();
    let sheet = Sheets::read(c, &scope, None)?;
    Ok(sheet.of(c, actor, &[id])?.remove(&id).unwrap_or_default())
}

/// The criteria of products, for showing.
pub(super) struct Sheets {
    products: Vec<(model::FitProduct, Vec<Criterion>)>,
}

impl Sheets {
    /// Of one product, or of all that have criteria.
    pub fn read(c: &Conn<'_>, scope: &Scope, only: Option<ProductId>) -> Result<Sheets> {
        let mut criteria: BTreeMap<ProductId, Vec<Criterion>> = BTreeMap::new();
        for criterion in store::active(c, scope, false)? {
            criteria.entry(criterion.product_id).or_default().push(criterion);
        }
        match only {
            Some(product) => {
                let of_one = criteria.remove(&product).unwrap_or_default();
                criteria = BTreeMap::from([(product, of_one)]);
            }
            None if criteria.is_empty() => return Ok(Sheets { products: Vec::new() }),
            None => {}
        }
        let ids: Vec<ProductId> = criteria.keys().copied().collect();
        let (names, thresholds) = (products::names(c, scope, &ids)?, fits::thresholds(c, scope)?);
        let mut products: Vec<_> = criteria
            .into_iter()
            .filter_map(|(id, criteria)| {
                let Thresholds { hot_at, warm_at } = *thresholds.get(&id)?;
                let name = names.get(&id)?.clone();
                Some((model::FitProduct { id, name, hot_at, warm_at }, criteria))
            })
            .collect();
        products.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(Sheets { products })
    }

    /// The fits of these customers.
    pub fn of(&self, c: &Conn<'_>, actor: &Actor, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Vec<Fit>>> {
        let (scope, now) = (&actor.scope(), actor.now());
        if self.products.is_empty() {
            return Ok(HashMap::new());
        }
        let kept: HashMap<(CustomerId, ProductId), Kept> =
            fits::of(c, scope, customers)?.into_iter().map(|fit| ((fit.customer_id, fit.product_id), fit)).collect();
        let counting: HashMap<(CustomerId, CriterionId), Assessment> = store::counting(c, scope, customers)?
            .into_iter()
            .map(|one| ((one.customer_id, one.criterion_id), one))
            .collect();
        let mut reviews: HashMap<(CustomerId, ProductId), Vec<Review>> = HashMap::new();
        for review in store::reviews(c, scope, customers)? {
            let of_one = reviews.entry((review.customer_id, review.product_id)).or_default();
            if of_one.len() < REVIEWS_SHOWN {
                of_one.push(review);
            }
        }
        let is_read = |(_, criteria): &(_, Vec<Criterion>)| criteria.iter().any(is_conversation);
        let (has_model, readings) = match self.products.iter().any(is_read) {
            true => readings::shown(c, scope, now, customers)?,
            false => (false, HashMap::new()),
        };
        let reading = |id: CustomerId, one: &Criterion| {
            let known = || readings.get(&(id, one.id)).cloned();
            is_conversation(one).then(|| known().unwrap_or_else(|| readings::with_model(has_model, readings::unread())))
        };
        let fit = |id: CustomerId, product: &model::FitProduct, criteria: &[Criterion]| {
            let key = (id, product.id);
            let overall = kept.get(&key).map(|fit| fit.overall);
            let thresholds = Thresholds { hot_at: product.hot_at, warm_at: product.warm_at };
            Fit {
                product_id: product.id,
                product_name: product.name.clone(),
                overall,
                coverage: kept.get(&key).map_or(0.0, |fit| fit.coverage),
                bucket: overall.map(|overall| thresholds.bucket(overall)),
                criteria: criteria.iter().map(|one| part(one, counting.get(&(id, one.id)), reading(id, one))).collect(),
                reviews: reviews.get(&key).cloned().unwrap_or_default(),
            }
        };
        let of_one = |id: &CustomerId| {
            (*id, self.products.iter().map(|(product, criteria)| fit(*id, product, criteria)).collect())
        };
        Ok(customers.iter().map(of_one).collect())
    }
}

fn is_conversation(criterion: &Criterion) -> bool {
    criterion.kind == CriterionType::Conversation
}

fn part(criterion: &Criterion, counting: Option<&Assessment>, reading: Option<Reading>) -> FitPart {
    FitPart {
        criterion_id: criterion.id,
        name: criterion.name.clone(),
        kind: criterion.kind,
        weight: criterion.weight,
        score: counting.map(|one| one.score),
        evidence: counting.map(|one| one.evidence.clone()),
        source: counting.map(|one| one.source),
        actor: counting.map(|one| one.actor.clone()),
        version: counting.map(|one| one.criterion_version),
        stale: counting.is_some_and(|one| {
            matches!(one.source, AssessmentSource::Rule | AssessmentSource::Llm)
                && one.criterion_version != criterion.rules_version
        }),
        reading,
        assessed_at: counting.map(|one| one.created_at),
        expires_at: counting.and_then(|one| one.expires_at),
    }
}

/// The parameters of `GET /customers/{id}/fit/history`.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Only assessments by this criterion.
    pub criterion_id: Option<CriterionId>,
    /// Only those by the criteria of this product, deleted ones too.
    pub product_id: Option<ProductId>,
    /// Items of a page, 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// The `limit` of a query.
pub(super) fn limit(text: Option<&str>) -> Result<usize> {
    match text.map(str::parse) {
        None => Ok(LIMIT_DEFAULT as usize),
        Some(Ok(limit)) if (1..=LIMIT_MAX as usize).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::malformed("limit", "invalid_value", format!("limit is a number from 1 to {LIMIT_MAX}"))),
    }
}

pub(super) fn invalid_cursor() -> Error {
    Error::malformed("cursor", "invalid_cursor", "use nextCursor of the page before, unchanged")
}

/// All assessments of a customer, the newest first.
pub fn history(c: &Conn<'_>, actor: &Actor, id: CustomerId, asked: &HistoryQuery) -> Result<Page<Assessment>> {
    customers::get(c, actor, id)?;
    let scope = actor.scope();
    let limit = limit(asked.limit.as_deref())?;
    let before = asked.cursor.as_deref().map(|text| text.parse().map_err(|_| invalid_cursor())).transpose()?;
    let criteria = match (asked.criterion_id, asked.product_id) {
        (None, None) => None,
        (Some(criterion), None) => Some(vec![criterion]),
        (criterion, Some(product)) => {
            let of_product = store::ever_of(c, &scope, product)?;
            Some(of_product.into_iter().filter(|id| criterion.is_none_or(|asked| asked == *id)).collect())
        }
    };
    let mut items = store::history(c, &scope, id, criteria.as_deref(), before, limit + 1)?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Page { items, next_cursor })
}
