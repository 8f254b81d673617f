//! Reports: how many records of a list there are, or what they come to, by a field or over time, with the period before.
//!
//! A report is the list's own filter with conditions added: of the owner, of the period, of a group. The same tree is
//! counted here and handed out as `opens`, so that the list that a number opens has exactly the records that it counts.

pub mod api;
pub mod model;
pub mod range;
mod store;
#[cfg(test)]
mod tests;

pub use model::{
    GROUPS_MAX, Measure, Report, ReportFigure, ReportGroup, ReportPeriod, ReportQuery, ReportSource, ReportTotal,
};

use crate::custom_fields::{self, Record};
use crate::deals::Amount;
use crate::pipelines::{self, Pipeline};
use crate::{companies, customers, deals, fits, products, tasks};
use db::{Conn, Sql};
use jiff::civil::Date;
use model::{Asked, By, POINTS_MAX};
use platform::bulk::Selection;
use platform::clock::Timestamp;
use platform::filter::catalogue::{Kind, Source};
use platform::filter::{Context, FieldRef, Me, Moment, Schema, Tree, day_of};
use platform::ids::ProductId;
use platform::organisations::FORMER_MEMBER;
use platform::{Actor, Error, Result, Scope, organisations};
use range::{Days, Grain, Range, plus_days};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use store::Part;

/// Checks a report that is to be stored. `at` is the pointer to it in its body.
///
/// # Errors
/// [`Error::Malformed`] with the place of each fault.
pub(crate) fn check(c: &Conn<'_>, actor: &Actor, query: &ReportQuery, me: Me, at: &str) -> Result<()> {
    query.read(schema(c, &actor.scope(), query.source, |text| query.names(text))?, me, at).map(|_| ())
}

/// The fields of the records; those of the organisation too where they may be named.
fn schema(c: &Conn<'_>, scope: &Scope, source: ReportSource, names: impl Fn(&str) -> bool) -> Result<Schema> {
    let (custom, fit) = (names(custom_fields::PREFIX), fits::are_named(&names));
    let own = |record: Record, catalogue| {
        if custom { custom_fields::schema(c, scope, record, catalogue) } else { Ok(Schema::from(catalogue)) }
    };
    match source {
        ReportSource::Customer => customers::schema(c, scope, custom, fit),
        ReportSource::Company => own(Record::Company, &companies::FIELDS),
        ReportSource::Deal => own(Record::Deal, &deals::FIELDS),
        ReportSource::Task => Ok((&tasks::FIELDS).into()),
    }
}

/// Everything that the parts of one answer need.
struct Run<'r> {
    c: &'r Conn<'r>,
    actor: &'r Actor,
    asked: Asked,
    context: Context,
    today: Date,
    currency: String,
}

/// Counts what is asked for.
///
/// # Errors
/// [`Error::Malformed`] with the place of each fault of the query.
pub fn run(c: &Conn<'_>, actor: &Actor, query: &ReportQuery) -> Result<Report> {
    let asked = query.read(schema(c, &actor.scope(), query.source, |text| query.names(text))?, Me::Allowed, "")?;
    let context = organisations::filter_context(c, actor)?;
    let today = context.now.date_in(&context.zone);
    let currency = organisations::currency(c, &actor.scope())?;
    Run { c, actor, asked, context, today, currency }.report()
}

impl Run<'_> {
    fn report(&self) -> Result<Report> {
        let asked = &self.asked;
        let pipeline = self.pipeline()?;
        let of_pipeline: Vec<Value> =
            pipeline.iter().map(|one| json!({"field": "pipelineId", "op": "eq", "value": one.id})).collect();
        let days = asked.range.map(|range| range.days(self.today));
        let mut conditions = of_pipeline.clone();
        conditions.extend(days.map(|days| self.within(days)));
        let total = self.total(&conditions)?;
        let previous = asked.range.filter(|_| asked.compare).map(|range| self.previous(range));
        let previous_total = match previous {
            None => None,
            Some(days) => {
                let conditions: Vec<Value> = of_pipeline.iter().cloned().chain([self.within(days)]).collect();
                Some(self.total(&conditions)?)
            }
        };
        let mut report = Report {
            period: days.map(Into::into),
            previous: previous.map(Into::into),
            total,
            previous_total,
            grain: None,
            groups: Vec::new(),
            others: None,
            more: 0,
        };
        match (&asked.by, days) {
            (By::Nothing, _) | (By::Time(_), None) => {}
            (By::Time(grain), Some(days)) => {
                let grain = grain.unwrap_or_else(|| Grain::fitting(days));
                report.grain = Some(grain.name());
                report.groups = self.series(&of_pipeline, days, grain)?;
            }
            (By::Field(field), _) => self.add_groups(&mut report, field, &conditions, pipeline.as_ref())?,
        }
        Ok(report)
    }

    /// The pipeline that the report is about: the one named, or for stages the default one.
    fn pipeline(&self) -> Result<Option<Pipeline>> {
        let by_stage = matches!(&self.asked.by, By::Field(field) if field.name == "stageId");
        match self.asked.pipeline_id {
            Some(id) => pipelines::get(self.c, &self.actor.scope(), id).map(Some).map_err(|error| match error {
                Error::NotFound(_) => Error::malformed("/pipelineId", "unknown_pipeline", "there is no such pipeline"),
                other => other,
            }),
            None if by_stage => pipelines::default(self.c, &self.actor.scope()),
            None => Ok(None),
        }
    }

    fn previous(&self, range: Range) -> Days {
        // What is due or expected lies ahead: of such times the whole period counts.
        let ahead = matches!(self.asked.on.name.as_ref(), "dueAt" | "expectedCloseDate");
        range.previous(self.today, ahead)
    }

    /// The condition that a record's time is in these days.
    fn within(&self, days: Days) -> Value {
        let last = match self.asked.on.kind {
            Kind::Date => days.to.to_string(),
            _ => Timestamp(self.start(plus_days(days.to, 1)).micros() - 1).to_string(),
        };
        json!({"field": self.asked.on.name.as_ref(), "op": "between", "value": [days.from.to_string(), last]})
    }

    /// The first instant of a day.
    fn start(&self, day: Date) -> Timestamp {
        Moment::Date(day).resolve(self.context.now, &self.context.zone)
    }

    /// What comes after the columns of a statement over the records `c` of a list.
    fn matching(&self, tree: Tree) -> Result<Sql> {
        let (c, actor) = (self.c, self.actor);
        let selection = |tree: Tree| Selection::Matching { tree: Box::new(tree), q: None, except: Vec::new() };
        match self.asked.source {
            ReportSource::Customer => customers::selected(c, actor, &selection(tree)),
            ReportSource::Company => companies::selected(c, actor, &selection(tree)),
            ReportSource::Deal => deals::selected(c, actor, &selection(tree)),
            ReportSource::Task => tasks::matching(c, actor, &tree),
        }
    }

    fn total(&self, conditions: &[Value]) -> Result<ReportTotal> {
        let (opens, tree) = self.asked.tree(conditions)?;
        let parts = store::total(self.c, &self.matching(tree)?, self.asked.measure)?;
        Ok(ReportTotal { figure: self.figure(parts.iter()), opens })
    }

    fn figure<'p>(&self, parts: impl Iterator<Item = &'p Part>) -> ReportFigure {
        let mut count = 0;
        let mut amounts: BTreeMap<(bool, &str), i64> = BTreeMap::new();
        for part in parts {
            count += part.count;
            if let Some(currency) = part.currency.as_deref() {
                *amounts.entry((currency != self.currency, currency)).or_default() += part.amount;
            }
        }
        let amounts = amounts.into_iter();
        let amounts = amounts.map(|((_, currency), amount)| Amount { currency: currency.to_string(), amount });
        ReportFigure { count, amounts: amounts.collect() }
    }

    fn series(&self, of_pipeline: &[Value], days: Days, grain: Grain) -> Result<Vec<ReportGroup>> {
        let Some(parts) = grain.cut(days, POINTS_MAX) else {
            let message = format!("these are more than {POINTS_MAX} points; choose a coarser unit or fewer days");
            return Err(Error::malformed("/by", "too_many", message));
        };
        let Source::Column(column) = self.asked.on.source else {
            return Err(Error::Bug(format!("{} is not a column", self.asked.on.name)));
        };
        let conditions: Vec<Value> = of_pipeline.iter().cloned().chain([self.within(days)]).collect();
        let (_, tree) = self.asked.tree(&conditions)?;
        let start = |part: &Days| match self.asked.on.kind {
            Kind::Date => day_of(part.from),
            _ => self.start(part.from).micros(),
        };
        let starts: Vec<i64> = parts.iter().skip(1).map(start).collect();
        let found = store::by_time(self.c, &self.matching(tree)?, column, &starts, self.asked.measure)?;
        let points = parts.iter().enumerate().map(|(index, part)| {
            let key = index.to_string();
            let own = found.iter().filter(|part| part.key.as_deref() == Some(key.as_str()));
            let more: Vec<Value> = of_pipeline.iter().cloned().chain([self.within(*part)]).collect();
            let (opens, _) = self.asked.tree(&more)?;
            Ok(ReportGroup { key: Some(part.from.to_string()), label: None, figure: self.figure(own), opens })
        });
        points.collect()
    }

    fn add_groups(
        &self,
        report: &mut Report,
        field: &FieldRef,
        conditions: &[Value],
        pipeline: Option<&Pipeline>,
    ) -> Result<()> {
        let by_stage = field.name == "stageId";
        if by_stage && pipeline.is_none() {
            return Ok(());
        }
        let (_, tree) = self.asked.tree(conditions)?;
        let org = self.actor.org_id;
        let parts = store::by_field(self.c, org, &self.matching(tree)?, field, self.asked.measure)?;
        let mut parted: BTreeMap<Option<String>, Vec<Part>> = BTreeMap::new();
        for part in parts {
            parted.entry(part.key.clone()).or_default().push(part);
        }
        let stages: Vec<String> = pipeline
            .filter(|_| by_stage)
            .into_iter()
            .flat_map(|one| &one.stages)
            .map(|stage| stage.id.to_string())
            .collect();
        for stage in &stages {
            parted.entry(Some(stage.clone())).or_default();
        }
        let mut groups: Vec<(Option<String>, Vec<Part>, ReportFigure)> = Vec::with_capacity(parted.len());
        for (key, parts) in parted {
            let figure = self.figure(parts.iter());
            groups.push((key, parts, figure));
        }
        if by_stage {
            groups.sort_by_key(|(key, ..)| stages.iter().position(|stage| Some(stage) == key.as_ref()));
        } else {
            groups.sort_by_key(|(.., figure)| Reverse(self.size(figure)));
            let left_out = groups.split_off(groups.len().min(self.asked.limit));
            report.more = i64::try_from(left_out.len()).unwrap_or(i64::MAX);
            if report.more > 0 && !field.kind.is_set() {
                report.others = Some(self.figure(left_out.iter().flat_map(|(_, parts, _)| parts)));
            }
        }
        let names = self.names(field, groups.iter().filter_map(|(key, ..)| key.as_deref()), pipeline)?;
        for (key, parts, figure) in groups {
            let label = match &key {
                None => None,
                Some(key) => names.get(key).cloned().or_else(|| parts.iter().find_map(|part| part.label.clone())),
            };
            let more: Vec<Value> = conditions.iter().cloned().chain([Asked::has(field, key.as_deref())]).collect();
            let (opens, _) = self.asked.tree(&more)?;
            report.groups.push(ReportGroup { key, label, figure, opens });
        }
        Ok(())
    }

    /// What groups are sorted by.
    fn size(&self, figure: &ReportFigure) -> (i64, i64, i64) {
        let own = figure.amounts.iter().find(|amount| amount.currency == self.currency);
        let most = figure.amounts.iter().map(|amount| amount.amount).max();
        (own.map_or(0, |amount| amount.amount), most.unwrap_or_default(), figure.count)
    }

    /// What people call the ids that are keys.
    fn names<'k>(
        &self,
        field: &FieldRef,
        keys: impl Iterator<Item = &'k str>,
        pipeline: Option<&Pipeline>,
    ) -> Result<HashMap<String, String>> {
        let (c, scope) = (self.c, self.actor.scope());
        if field.kind == Kind::User {
            let members = organisations::members(c, &scope)?.into_iter().map(|one| (one.id.to_string(), one.name));
            let mut names: HashMap<String, String> = members.collect();
            for key in keys {
                names.entry(key.to_string()).or_insert_with(|| FORMER_MEMBER.into());
            }
            return Ok(names);
        }
        if field.own.is_some() {
            let record = match self.asked.source {
                ReportSource::Customer => Record::Customer,
                ReportSource::Company => Record::Company,
                ReportSource::Deal | ReportSource::Task => Record::Deal,
            };
            let fields = custom_fields::living(c, &scope, record)?;
            let options = fields.into_iter().flat_map(|field| field.options);
            return Ok(options.map(|option| (option.id.to_string(), option.label)).collect());
        }
        Ok(match field.name.as_ref() {
            "stageId" => {
                let stages = pipeline.into_iter().flat_map(|one| &one.stages);
                stages.map(|stage| (stage.id.to_string(), stage.name.clone())).collect()
            }
            "pipelineId" => {
                let all = pipelines::all(c, &scope)?.into_iter();
                all.map(|one| (one.id.to_string(), one.name)).collect()
            }
            "products" => {
                let ids: Vec<ProductId> = keys.filter_map(|key| key.parse().ok()).collect();
                let named = products::names(c, &scope, &ids)?.into_iter();
                named.map(|(id, name)| (id.to_string(), name)).collect()
            }
            _ => HashMap::new(),
        })
    }
}

/// How the database counts what is asked for, for tests.
#[cfg(test)]
fn plans(c: &Conn<'_>, actor: &Actor, query: &ReportQuery) -> Result<Vec<String>> {
    let asked = query.read(schema(c, &actor.scope(), query.source, |text| query.names(text))?, Me::Allowed, "")?;
    let context = organisations::filter_context(c, actor)?;
    let today = context.now.date_in(&context.zone);
    let run = Run { c, actor, asked, context, today, currency: "EUR".into() };
    let days = run.asked.range.map(|range| range.days(today));
    let conditions: Vec<Value> = days.map(|days| run.within(days)).into_iter().collect();
    let from = run.matching(run.asked.tree(&conditions)?.1)?;
    let mut statements = vec![store::total_sql(&from, run.asked.measure)];
    match (&run.asked.by, run.asked.on.source) {
        (By::Field(field), _) => statements.push(store::by_field_sql(actor.org_id, &from, field, run.asked.measure)),
        (By::Time(_), Source::Column(column)) => {
            statements.push(store::by_time_sql(&from, column, &[1, 2, 3], run.asked.measure));
        }
        _ => {}
    }
    statements.iter().map(|sql| Ok(c.explain(sql)?)).collect()
}
