//! What deals come to: what was won and lost and how long it took, and what is expected when.

use super::board::Amount;
use super::store;
use crate::pipelines::DealStage;
use db::Conn;
use platform::filter::{Tree, date_of};
use platform::ids::UserId;
use platform::{Actor, Result, organisations};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Groups of one answer.
pub(super) const GROUPS_MAX: usize = if cfg!(test) { 40 } else { 1_000 };

/// What the figures are parted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    Owner,
    /// A deal counts for each product of its lines, with what those come to.
    Product,
    Source,
    /// Of closing, in the organisation's time zone. Deals that are not closed are in none.
    Month,
    LostReason,
}

/// Figures of some deals.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    pub won: i64,
    pub lost: i64,
    /// Neither won nor lost.
    pub open: i64,
    /// Won of those won or lost; none without any.
    #[schema(required)]
    pub win_rate: Option<f64>,
    pub won_amount: Vec<Amount>,
    pub lost_amount: Vec<Amount>,
    pub open_amount: Vec<Amount>,
    /// From the making of the deal to its winning.
    #[schema(required)]
    pub mean_days_to_win: Option<f64>,
}

/// Figures of one group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsGroup {
    /// The id of the owner or product, the source, the reason, or the month as `YYYY-MM`; none for deals without one.
    #[schema(required)]
    pub key: Option<String>,
    /// What people call it.
    #[schema(required)]
    pub name: Option<String>,
    #[serde(flatten)]
    pub figures: Figures,
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    #[serde(flatten)]
    pub figures: Figures,
    /// How many deals have each meaning of a stage.
    pub stages: BTreeMap<&'static str, i64>,
    /// By what was won, most first, at most 1,000; empty unless groups are asked for.
    pub groups: Vec<StatsGroup>,
}

/// Deals of one group, meaning and currency, as the database sums them up.
pub(super) struct Part {
    pub key: Option<Key>,
    pub name: Option<String>,
    pub stage: DealStage,
    pub currency: Option<String>,
    pub deals: i64,
    pub amount: i64,
    /// Seconds from the making to the closing, of all of them together.
    pub seconds: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Id(Uuid),
    Text(String),
}

impl Key {
    fn text(&self) -> String {
        match self {
            Key::Id(id) => id.to_string(),
            Key::Text(text) => text.clone(),
        }
    }
}

#[derive(Default)]
struct Sum {
    deals: BTreeMap<&'static str, i64>,
    amounts: BTreeMap<&'static str, BTreeMap<String, i64>>,
    seconds_to_win: i64,
}

impl Sum {
    fn add(&mut self, part: &Part) {
        *self.deals.entry(part.stage.as_str()).or_default() += part.deals;
        if let Some(currency) = &part.currency {
            let kind = match part.stage {
                DealStage::Won => "won",
                DealStage::Lost => "lost",
                DealStage::Open | DealStage::Negotiating => "open",
            };
            *self.amounts.entry(kind).or_default().entry(currency.clone()).or_default() += part.amount;
        }
        if part.stage == DealStage::Won {
            self.seconds_to_win += part.seconds;
        }
    }

    fn of(&self, stage: DealStage) -> i64 {
        self.deals.get(stage.as_str()).copied().unwrap_or_default()
    }

    fn amounts(&self, kind: &str) -> Vec<Amount> {
        let amounts = self.amounts.get(kind).into_iter().flatten();
        amounts.map(|(currency, amount)| Amount { currency: currency.clone(), amount: *amount }).collect()
    }

    fn figures(&self) -> Figures {
        let (won, lost) = (self.of(DealStage::Won), self.of(DealStage::Lost));
        Figures {
            won,
            lost,
            open: self.of(DealStage::Open) + self.of(DealStage::Negotiating),
            win_rate: (won + lost > 0).then(|| won as f64 / (won + lost) as f64),
            won_amount: self.amounts("won"),
            lost_amount: self.amounts("lost"),
            open_amount: self.amounts("open"),
            mean_days_to_win: (won > 0).then(|| self.seconds_to_win as f64 / won as f64 / 86_400.0),
        }
    }
}

/// Figures of the deals that match.
pub fn stats(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>, group_by: Option<GroupBy>) -> Result<Stats> {
    let scope = actor.scope();
    let context = organisations::filter_context(c, actor)?;
    let mut whole = Sum::default();
    for part in store::parts(c, &scope, tree, q, &context, None)? {
        whole.add(&part);
    }
    let mut groups: BTreeMap<Option<(Key, Option<String>)>, Sum> = BTreeMap::new();
    if let Some(by) = group_by {
        for part in store::parts(c, &scope, tree, q, &context, Some(by))? {
            let is_closed = part.stage.is_closed();
            if by == GroupBy::Month && !is_closed || by == GroupBy::LostReason && part.stage != DealStage::Lost {
                continue;
            }
            groups.entry(part.key.clone().map(|key| (key, part.name.clone()))).or_default().add(&part);
        }
    }
    let mut groups: Vec<StatsGroup> = groups
        .into_iter()
        .map(|(key, sum)| StatsGroup {
            name: key.as_ref().and_then(|(_, name)| name.clone()),
            key: key.map(|(key, _)| key.text()),
            figures: sum.figures(),
        })
        .collect();
    if group_by != Some(GroupBy::Month) {
        let won = |group: &StatsGroup| group.figures.won_amount.iter().map(|one| one.amount).max().unwrap_or_default();
        groups.sort_by_key(|group| std::cmp::Reverse((won(group), group.figures.won, group.figures.lost)));
    }
    groups.truncate(GROUPS_MAX);
    let stages = DealStage::ALL.map(|stage| (stage.as_str(), whole.of(stage)));
    Ok(Stats { figures: whole.figures(), stages: stages.into(), groups })
}

/// What is expected in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Expected {
    pub currency: String,
    /// If all of it is won, in minor units.
    pub amount: i64,
    /// Each amount times its probability.
    pub weighted: i64,
}

/// What an owner expects.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerForecast {
    #[schema(required)]
    pub owner_id: Option<UserId>,
    /// The owner as a file named them, when no member has the name.
    #[schema(required)]
    pub owner_name: Option<String>,
    pub count: i64,
    pub totals: Vec<Expected>,
}

/// What is expected in a month.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MonthForecast {
    /// `YYYY-MM`; none for deals without an expected close date.
    #[schema(required)]
    pub month: Option<String>,
    pub count: i64,
    pub totals: Vec<Expected>,
    pub owners: Vec<OwnerForecast>,
}

/// The deals that are neither won nor lost, by the month they are expected in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Forecast {
    /// In their order; deals without a date last.
    pub months: Vec<MonthForecast>,
}

/// Deals of one day, owner and currency.
pub(super) struct ExpectedPart {
    pub day: Option<i64>,
    pub owner_id: Option<UserId>,
    pub owner_name: Option<String>,
    pub currency: Option<String>,
    pub deals: i64,
    pub amount: i64,
    pub weighted: f64,
}

#[derive(Default)]
struct OwnerSum {
    count: i64,
    totals: BTreeMap<String, (i64, f64)>,
}

/// What the deals that match and are not closed are expected to bring.
pub fn forecast(c: &Conn<'_>, actor: &Actor, tree: &Tree, q: Option<&str>) -> Result<Forecast> {
    let context = organisations::filter_context(c, actor)?;
    type Owner = (Option<UserId>, Option<String>);
    // Those without a date come last: `is_none` sorts so.
    let mut months: BTreeMap<(bool, Option<String>), BTreeMap<Owner, OwnerSum>> = BTreeMap::new();
    for part in store::expected(c, &actor.scope(), tree, q, &context)? {
        let month = part.day.and_then(date_of).map(|date| format!("{:04}-{:02}", date.year(), date.month()));
        let owners = months.entry((month.is_none(), month)).or_default();
        let sum = owners.entry((part.owner_id, part.owner_name)).or_default();
        sum.count += part.deals;
        if let Some(currency) = part.currency {
            let total = sum.totals.entry(currency).or_default();
            total.0 += part.amount;
            total.1 += part.weighted;
        }
    }
    let months = months.into_iter().map(|((_, month), owners)| month_of(month, owners)).collect();
    Ok(Forecast { months })
}

fn month_of(month: Option<String>, owners: BTreeMap<(Option<UserId>, Option<String>), OwnerSum>) -> MonthForecast {
    let mut totals: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut count = 0;
    let mut forecasts = Vec::with_capacity(owners.len());
    for ((owner_id, owner_name), sum) in owners {
        count += sum.count;
        let mut own = Vec::with_capacity(sum.totals.len());
        for (currency, (amount, weighted)) in sum.totals {
            // Rounded here, so that the parts that are shown add up to the sums that are shown.
            let weighted = weighted.round() as i64;
            let total = totals.entry(currency.clone()).or_default();
            total.0 += amount;
            total.1 += weighted;
            own.push(Expected { currency, amount, weighted });
        }
        forecasts.push(OwnerForecast { owner_id, owner_name, count: sum.count, totals: own });
    }
    let most = |owner: &OwnerForecast| owner.totals.iter().map(|total| total.weighted).max().unwrap_or_default();
    forecasts.sort_by_key(|owner| std::cmp::Reverse(most(owner)));
    let totals = totals.into_iter().map(|(currency, (amount, weighted))| Expected { currency, amount, weighted });
    MonthForecast { month, count, totals: totals.collect(), owners: forecasts }
}
