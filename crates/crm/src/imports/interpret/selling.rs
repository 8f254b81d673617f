//! What rows say about deals and products.

use std::borrow::Cow;

use platform::clock::{Day, Timestamp};
use platform::error::FieldError;
use platform::ids::{DealId, PipelineId, ProductId, UserId};
use platform::money::valid_currency;
use platform::text::fold;

use super::{Bad, Column, Fault, Interpreter, Retired, bad, record_id};
use crate::contacts::{Channel, ContactLabel, ParsedContact};
use crate::custom_fields::Values;
use crate::deals::model::{AMOUNT_MAX, QUANTITY_MAX, REASON_CHARS_MAX, SOURCE_CHARS_MAX};
use crate::fields;
use crate::imports::field::Field;
use crate::imports::values::{self, dates, names, numbers};
use crate::pipelines::{DealStage, Pipeline, Stage};
use crate::products::model::DESCRIPTION_CHARS_MAX;

/// What a row says about a deal. Absent is not given: an empty cell clears nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sale {
    /// The deal that is meant, if there is one of this id.
    pub id: Option<DealId>,
    pub name: Option<String>,
    pub company_name: Option<String>,
    pub company_domain: Option<String>,
    /// The address of the customer.
    pub customer: Option<ParsedContact>,
    pub stage: Option<(PipelineId, Stage)>,
    /// Minor units of `currency`.
    pub amount: Option<i64>,
    /// Always there where an amount is: the organisation's where the row says none.
    pub currency: Option<String>,
    pub currency_said: bool,
    /// From 0 to 1.
    pub probability: Option<f64>,
    pub product: Option<ProductId>,
    pub quantity: Option<i64>,
    pub expected_close_date: Option<Day>,
    /// Microseconds UTC, of a deal that is not known to be open.
    pub closed_at: Option<i64>,
    /// Microseconds UTC.
    pub created_at: Option<i64>,
    pub lost_reason: Option<String>,
    pub source: Option<String>,
    pub owner: Option<UserId>,
    /// Why nothing can be given to that owner; what they have already stays.
    pub owner_fault: Option<Fault>,
    /// An owner who is no member.
    pub owner_name: Option<String>,
    /// Of custom fields.
    pub custom: Values,
    pub retired: Vec<Retired>,
}

impl Sale {
    /// Why no deal can be made of this.
    pub fn nameless(&self) -> Option<Fault> {
        self.name.is_none().then(|| Fault::of_row("the row has no name for the deal; a number of it will do"))
    }
}

/// What a row says about a product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ware {
    pub name: String,
    pub description: Option<String>,
    /// Minor units of `currency`.
    pub price: Option<i64>,
    /// Always there where a price is: the organisation's where the row says none.
    pub currency: Option<String>,
    pub currency_said: bool,
    pub owner: Option<UserId>,
    /// Why nothing can be given to that owner; what they have already stays.
    pub owner_fault: Option<Fault>,
}

/// Words for the four meanings of stages, in several languages, folded.
const WON: [&str; 16] = [
    "won",
    "closed won",
    "win",
    "sold",
    "success",
    "successful",
    "gewonnen",
    "verkauft",
    "gagne",
    "gagnee",
    "ganado",
    "ganada",
    "vinto",
    "vinta",
    "gewonnen deal",
    "成约",
];
const LOST: [&str; 17] = [
    "lost",
    "closed lost",
    "lose",
    "dead",
    "abandoned",
    "rejected",
    "disqualified",
    "no sale",
    "verloren",
    "perdu",
    "perdue",
    "perdido",
    "perdida",
    "perso",
    "persa",
    "verlopen",
    "失注",
];
const NEGOTIATING: [&str; 24] = [
    "negotiating",
    "negotiation",
    "negotiations",
    "negotiation review",
    "engaging",
    "engaged",
    "in progress",
    "proposal",
    "proposal sent",
    "quote",
    "quoted",
    "quote sent",
    "offer",
    "offer sent",
    "contract sent",
    "demo",
    "evaluation",
    "decision",
    "verhandlung",
    "in verhandlung",
    "angebot",
    "negociation",
    "negociacion",
    "trattativa",
];
const OPEN: [&str; 22] = [
    "open",
    "new",
    "prospecting",
    "prospect",
    "qualification",
    "qualified",
    "qualifying",
    "lead",
    "lead in",
    "discovery",
    "contacted",
    "appointment scheduled",
    "needs analysis",
    "offen",
    "neu",
    "ouvert",
    "nouveau",
    "abierto",
    "nuevo",
    "aperto",
    "nuovo",
    "商談中",
];

/// What a stage of another program most likely means.
fn meaning(text: &str) -> Option<DealStage> {
    // `Closed/Won` and `closed-won` are `closed won`.
    let spaced: String = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let text = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let of = |words: &[&str]| words.contains(&text.as_str());
    [(DealStage::Won, of(&WON)), (DealStage::Lost, of(&LOST)), (DealStage::Negotiating, of(&NEGOTIATING))]
        .into_iter()
        .chain([(DealStage::Open, of(&OPEN))])
        .find_map(|(stage, is_meant)| is_meant.then_some(stage))
}

impl Interpreter {
    /// What a row says about a deal.
    ///
    /// # Errors
    /// The first cell that is no value of its field, or a row that cannot be a deal.
    pub fn sale(&mut self, cells: &[String]) -> Result<Sale, Fault> {
        let mut sale = Sale::default();
        let mut pipeline = None;
        let columns = std::mem::take(&mut self.columns);
        let outcome = columns.iter().try_for_each(|column| {
            let content = column.content(cells);
            if content.is_empty() {
                return Ok(());
            }
            self.sale_cell(&mut sale, &mut pipeline, column, &content).map_err(|bad| column.fault(&content, &bad))
        });
        self.columns = columns;
        outcome?;
        (sale.custom, sale.retired) = self.custom(cells)?;
        self.settle_dates(&mut sale)?;
        if sale.stage.is_none()
            && let Some(first) =
                pipeline.and_then(|pipeline: Pipeline| Some((pipeline.id, pipeline.stages.first()?.clone())))
        {
            sale.stage = Some(first);
        }
        match sale.nameless() {
            Some(fault) if sale.id.is_none() => Err(fault),
            _ => Ok(sale),
        }
    }

    /// When an open deal closes is when that is expected; a closed one has closed after it began, and not later than now.
    fn settle_dates(&self, sale: &mut Sale) -> Result<(), Fault> {
        let Some(closed_at) = sale.closed_at else { return Ok(()) };
        if sale.stage.as_ref().is_some_and(|(_, stage)| !stage.stage.is_closed()) {
            let day = Timestamp(closed_at).date_in(&self.zone);
            sale.expected_close_date.get_or_insert(Day(platform::filter::day_of(day)));
            sale.closed_at = None;
            return Ok(());
        }
        if closed_at > self.actor.now().micros() {
            return Err(Fault::of_row("the deal is closed, but on a day to come"));
        }
        if sale.created_at.is_some_and(|created_at| created_at > closed_at) {
            return Err(Fault::of_row("the deal was closed before it began"));
        }
        Ok(())
    }

    fn sale_cell(
        &mut self,
        sale: &mut Sale,
        pipeline: &mut Option<Pipeline>,
        column: &Column,
        content: &str,
    ) -> Result<(), Bad> {
        match column.field {
            Field::Name => sale.name = Some(values::line(content)?),
            Field::CompanyName => sale.company_name = Some(values::line(content)?),
            Field::CompanyDomain => {
                sale.company_domain = match crate::companies::domain::host_of(content) {
                    Some(host) if crate::companies::domain::is_free_mail(&host) => None,
                    _ => values::domains(content)?.into_iter().next(),
                };
            }
            Field::CustomerEmail => sale.customer = self.address(content)?,
            Field::PipelineName => *pipeline = Some(self.pipeline(content)?),
            Field::Stage => sale.stage = Some(self.stage(column, pipeline.as_ref(), content)?),
            Field::Currency => {
                let code = content.to_uppercase();
                sale.currency = Some(valid_currency("", &code).map_err(|_| bad("is no ISO 4217 code such as EUR"))?);
                sale.currency_said = true;
            }
            Field::Amount => {
                // The currency of the row is known before its amounts are read.
                let currency = sale.currency.get_or_insert_with(|| self.currency.clone());
                sale.amount = Some(amount(content, column, currency)?);
            }
            Field::Probability => sale.probability = Some(share(content, column)?),
            Field::ProductName => sale.product = Some(self.product(column, content)?),
            Field::Quantity => {
                let number = numbers::number(content, column.notation)?;
                let quantity = number as i64;
                if quantity as f64 != number || !(1..=QUANTITY_MAX).contains(&quantity) {
                    return Err(bad("is no quantity; write a whole number from 1"));
                }
                sale.quantity = Some(quantity);
            }
            Field::ExpectedCloseDate => {
                let day = dates::day(content, column.order)?;
                sale.expected_close_date = Some(Day(platform::filter::day_of(day)));
            }
            Field::ClosedAt => sale.closed_at = Some(dates::instant_us(content, column.order, &self.zone)?),
            Field::CreatedAt => sale.created_at = Some(self.created_at(column, content)?),
            Field::LostReason => sale.lost_reason = kept(fields::text(content, "", REASON_CHARS_MAX))?,
            Field::Source => {
                let source = values::line(content)?;
                if source.chars().count() > SOURCE_CHARS_MAX {
                    return Err(bad("is too long for a source; at most 60 characters fit"));
                }
                sale.source = Some(source);
            }
            Field::OwnerName if !content.contains('@') && !self.is_member(content) => {
                sale.owner_name = Some(values::line(content)?);
            }
            Field::OwnerName | Field::OwnerEmail => {
                self.owner(column, content, &mut sale.owner, &mut sale.owner_fault)?;
            }
            Field::Id => sale.id = Some(DealId(record_id(content)?)),
            _ => {}
        }
        Ok(())
    }

    /// What a row says about a product.
    ///
    /// # Errors
    /// The first cell that is no value of its field, or a row without a name.
    pub fn ware(&mut self, cells: &[String]) -> Result<Ware, Fault> {
        let mut ware = Ware::default();
        let columns = std::mem::take(&mut self.columns);
        let outcome = columns.iter().try_for_each(|column| {
            let content = column.content(cells);
            if content.is_empty() {
                return Ok(());
            }
            self.ware_cell(&mut ware, column, &content).map_err(|bad| column.fault(&content, &bad))
        });
        self.columns = columns;
        outcome?;
        if ware.name.is_empty() { Err(Fault::of_row("the row has no name for the product")) } else { Ok(ware) }
    }

    fn ware_cell(&mut self, ware: &mut Ware, column: &Column, content: &str) -> Result<(), Bad> {
        match column.field {
            Field::Name => ware.name = values::line(content)?,
            Field::Description => ware.description = kept(fields::markdown(content, "", DESCRIPTION_CHARS_MAX))?,
            Field::Currency => {
                let code = content.to_uppercase();
                ware.currency = Some(valid_currency("", &code).map_err(|_| bad("is no ISO 4217 code such as EUR"))?);
                ware.currency_said = true;
            }
            Field::Price => {
                let currency = ware.currency.get_or_insert_with(|| self.currency.clone());
                ware.price = Some(amount(content, column, currency)?);
            }
            Field::OwnerName | Field::OwnerEmail => {
                self.owner(column, content, &mut ware.owner, &mut ware.owner_fault)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn address(&self, content: &str) -> Result<Option<ParsedContact>, Bad> {
        let found = values::addresses(Channel::Email, content, None)?.into_iter().next();
        Ok(found.map(|found| ParsedContact {
            channel: Channel::Email,
            match_key: crate::contacts::model::match_key(Channel::Email, &found.canonical),
            value: found.value,
            canonical: found.canonical,
            label: ContactLabel::Work,
            is_primary: true,
        }))
    }

    fn pipeline(&self, content: &str) -> Result<Pipeline, Bad> {
        let found = self.pipelines.iter().find(|pipeline| fold(&pipeline.name) == fold(content));
        found.cloned().ok_or_else(|| bad("is no pipeline; make it first, or leave the column out"))
    }

    /// A stage by its name, by what it means, or by what other programs call such a one; the last is reported.
    fn stage(
        &mut self,
        column: &Column,
        pipeline: Option<&Pipeline>,
        content: &str,
    ) -> Result<(PipelineId, Stage), Bad> {
        let default = || self.pipelines.iter().find(|pipeline| pipeline.is_default);
        let pipeline = pipeline.or_else(default).ok_or_else(|| bad("has no pipeline to be in"))?;
        let id = pipeline.id;
        let named = pipeline.stages.iter().find(|stage| fold(&stage.name) == fold(content));
        let meant = || pipeline.first(DealStage::parse(&fold(content))?);
        if let Some(stage) = named.or_else(meant) {
            return Ok((id, stage.clone()));
        }
        let Some(stage) = meaning(content).and_then(|stage| pipeline.first(stage)).cloned() else {
            let names: Vec<&str> = pipeline.stages.iter().take(10).map(|stage| stage.name.as_str()).collect();
            let message = format!("is no stage; say in the mapping which of {} it means", names.join(", "));
            return Err(Bad { reason: Cow::Owned(message) });
        };
        self.offer(column, content, stage.stage.as_str(), &stage.name);
        Ok((id, stage))
    }

    /// A product by its name; a near miss is accepted and reported.
    fn product(&mut self, column: &Column, content: &str) -> Result<ProductId, Bad> {
        if let Some(id) = self.products_named.get(&fold(content)) {
            return Ok(*id);
        }
        let near = match self.products_near.get(content) {
            Some(near) => *near,
            None => {
                if self.near_left == 0 {
                    return Err(bad("is no product; add it first"));
                }
                self.near_left -= 1;
                let near = names::near(content, self.products.iter().map(|product| product.name.as_str()));
                self.products_near.insert(content.to_owned(), near);
                near
            }
        };
        let Some(product) = near.and_then(|place| self.products.get(place)).cloned() else {
            return Err(bad("is no product; add it first, or say in the mapping which one it means"));
        };
        self.offer(column, content, &product.name, &product.name);
        Ok(product.id)
    }

    fn is_member(&self, name: &str) -> bool {
        let key = fold(name);
        self.members.iter().any(|member| member.name == key)
    }
}

fn kept(text: Result<Option<String>, FieldError>) -> Result<Option<String>, Bad> {
    text.map_err(|fault| Bad { reason: Cow::Owned(format!("cannot be kept: {}", fault.message)) })
}

fn amount(content: &str, column: &Column, currency: &str) -> Result<i64, Bad> {
    let minor = numbers::amount_minor(content, column.notation, currency)?;
    if minor > AMOUNT_MAX { Err(bad("is larger than a deal can be")) } else { Ok(minor) }
}

/// `25 %`, `25` and `0.25` are the same; `1` is certain.
fn share(content: &str, column: &Column) -> Result<f64, Bad> {
    let bare = content.trim_end_matches(['%', ' ']);
    let number = numbers::number(bare, column.notation)?;
    let share = if bare.len() < content.len() || number > 1.0 { number / 100.0 } else { number };
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(bad("is no probability; write it like 25%")) }
}
