//! Puts what is sold into a workspace that is being filled, as the operations would have left it.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use crm::activity::{self, About, Event as Logged, PastEvent, StageMove};
use crm::anchors::{AnchorKind, AnchorRef};
use crm::deals::bulk::{PastDeal, PastVisit};
use crm::pipelines::model::{NewStage, PipelinePatch};
use crm::pipelines::{DealStage, Pipeline, Stage};
use crm::products::{self, Product, ProductStatus};
use crm::tasks::{Series, Task, TaskStatus};
use crm::{deals, pipelines, tasks};
use db::Db;
use platform::actor::ActorRef;
use platform::clock::{Day, Timestamp};
use platform::http::IfMatch;
use platform::ids::{ActivityId, CompanyId, CustomerId, DealId, ProductId, TaskId, UserId};

use super::generate::{self, DAY, Generator, stream};
use super::load::Members;
use super::selling;

const CURRENCY: &str = "EUR";
/// After so many days an open deal is rotting, and one that is talked about.
const ROT_DAYS: [i64; 2] = [30, 21];

/// The stages of the workspace and what it sells.
pub(super) struct Shop {
    pipeline: Pipeline,
    products: Vec<selling::Product>,
}

/// What is sold to some customers, until it is written.
#[derive(Default)]
pub(super) struct Sold {
    deals: Vec<PastDeal>,
    tasks: Vec<Task>,
    events: Vec<PastEvent>,
}

impl Shop {
    /// Makes the pipeline and the products.
    pub(super) async fn open(db: &Db, generator: &Generator, members: &Members) -> Result<Shop> {
        let (owner, sold) = (members.owner.clone(), generator.products());
        let made: Vec<Product> = sold.iter().map(product).collect();
        let pipeline = db
            .write(move |tx| {
                let pipeline = pipelines::ensure_default(tx, &owner)?;
                let stages = pipeline.stages.iter().enumerate().map(|(index, stage)| NewStage {
                    id: Some(stage.id),
                    name: stage.name.clone(),
                    stage: stage.stage,
                    probability: Some(stage.probability),
                    rot_days: ROT_DAYS.get(index).copied(),
                });
                let patch = PipelinePatch { name: None, stages: Some(stages.collect()) };
                products::insert_past(tx, &owner.scope(), &made)?;
                pipelines::update(tx, &owner, pipeline.id, &patch, IfMatch(None))
            })
            .await?;
        Ok(Shop { pipeline, products: sold })
    }

    /// What is sold to a customer, and what is to be done about them.
    pub(super) fn sell(
        &self,
        generator: &Generator,
        members: &Members,
        index: u64,
        person: &generate::Customer,
        sold: &mut Sold,
    ) -> Result<()> {
        let random = &mut generator.random(stream::SELLING_EVENT, index);
        let about = About {
            customer_id: Some(CustomerId(person.id)),
            company_id: person.company.map(|company| CompanyId(generator.companies()[company].id)),
            deal_id: None,
        };
        let mut log = |at: i64, about: About, actor: ActorRef, event: Logged| {
            let id = ActivityId(generate::id(at, random));
            sold.events.push(PastEvent { id, about, event, actor, occurred_at: Timestamp(at) });
        };
        let (deal, task) = (generator.deal(index, person), generator.task(index, person));
        let deal_id = deal.as_ref().map(|deal| DealId(deal.id));
        if let Some(deal) = &deal {
            let about = About { deal_id, ..about };
            let (mut visits, mut before): (Vec<PastVisit>, Option<&Stage>) = (Vec::new(), None);
            for (stage, at) in &deal.visits {
                let stage = self.pipeline.stages.get(*stage).context("the default pipeline has four stages")?;
                let actor = members.actors[deal.owner].clone();
                log(*at, about, actor.clone(), entered(deal, before, stage));
                visits.push(PastVisit {
                    pipeline_id: self.pipeline.id,
                    stage_id: stage.id,
                    stage: stage.stage,
                    entered_at: Timestamp(*at),
                    actor,
                });
                before = Some(stage);
            }
            let stage = before.context("a deal has been in a stage")?;
            let touched = task.as_ref().map(|task| task.done_at.unwrap_or(task.created_at));
            let last_activity_at = Timestamp(deal.changed_at().max(touched.unwrap_or(0)));
            let deal = self.finished(deal, about, stage, members.id(deal.owner), last_activity_at);
            sold.deals.push(PastDeal { deal, visits });
        }
        if let Some(task) = &task {
            let about = About { deal_id, ..about };
            let (task_id, subject) = (TaskId(task.id), task.subject.to_string());
            let created = Logged::TaskCreated {
                task_id,
                subject: subject.clone(),
                assignee_id: task.assignee.and_then(|user| members.id(user)),
                due_at: Some(Timestamp(task.due_at)),
            };
            log(task.created_at, about, members.actors[task.creator].clone(), created);
            if let Some(done_at) = task.done_at {
                let by = members.actors[task.assignee.unwrap_or(task.creator)].clone();
                log(done_at, about, by, Logged::TaskCompleted { task_id, subject });
            }
            let anchor = match deal_id {
                Some(DealId(id)) => AnchorRef { kind: AnchorKind::Deal, id, name: String::new() },
                None => AnchorRef { kind: AnchorKind::Customer, id: person.id, name: String::new() },
            };
            sold.tasks.push(finished_task(task, anchor, members));
        }
        Ok(())
    }

    fn finished(
        &self,
        deal: &selling::Deal,
        about: About,
        stage: &Stage,
        owner_id: Option<UserId>,
        last_activity_at: Timestamp,
    ) -> deals::Deal {
        let product = &self.products[deal.product];
        let (id, changed_at) = (DealId(deal.id), Timestamp(deal.changed_at()));
        deals::Deal {
            id,
            name: deal.name.clone(),
            customer_id: about.customer_id,
            customer: None,
            company_id: about.company_id,
            company: None,
            owner_id,
            owner_name: None,
            pipeline_id: self.pipeline.id,
            stage_id: stage.id,
            stage: stage.stage,
            stage_entered_at: changed_at,
            amount: Some(deal.amount),
            currency: Some(CURRENCY.into()),
            probability: stage.probability,
            expected_close_date: deal.expected.map(|at| Day(at.div_euclid(DAY))),
            closed_at: stage.stage.is_closed().then_some(changed_at),
            lost_reason: deal.lost_reason.map(str::to_string),
            source: deal.source.into(),
            lines: vec![deals::DealProduct {
                product_id: ProductId(product.id),
                quantity: deal.quantity,
                unit_price: Some(product.price),
            }],
            rotting: false,
            last_activity_at,
            custom: crm::custom_fields::Values::new(),
            archived_at: None,
            created_at: Timestamp(deal.created_at()),
            updated_at: changed_at,
            version: deal.visits.len() as i64,
            rank: deals::bulk::rank(changed_at, id),
        }
    }
}

impl Sold {
    /// Writes it; answers how many events there are.
    pub(super) async fn write(mut self, db: &Db, members: &Members) -> Result<u64> {
        self.events.sort_unstable_by_key(|event| event.id);
        let (scope, sold) = (members.scope, Arc::new(self));
        let events = sold.events.len() as u64;
        db.write(move |tx| {
            deals::bulk::insert_past(tx, &scope, &sold.deals)?;
            tasks::insert_past(tx, &scope, &sold.tasks)?;
            activity::insert_past(tx, &scope, &sold.events)
        })
        .await?;
        Ok(events)
    }
}

fn product(product: &selling::Product) -> Product {
    Product {
        id: ProductId(product.id),
        name: product.name.into(),
        description: None,
        status: ProductStatus::Active,
        owner_id: None,
        price: Some(product.price),
        currency: Some(CURRENCY.into()),
        hot_at: products::model::HOT_AT,
        warm_at: products::model::WARM_AT,
        deal_count: 0,
        archived_at: None,
        created_at: Timestamp(product.created_at),
        updated_at: Timestamp(product.created_at),
        version: 1,
    }
}

/// The event of coming into a stage, the first one or another.
fn entered(deal: &selling::Deal, from: Option<&Stage>, to: &Stage) -> Logged {
    let (name, amount, currency) = (deal.name.clone(), Some(deal.amount), Some(CURRENCY.to_string()));
    let Some(from) = from else {
        let (stage_id, stage, source) = (to.id, to.name.clone(), deal.source.into());
        return Logged::DealCreated { name, stage_id, stage, amount, currency, source };
    };
    let moved = StageMove {
        name,
        from_stage_id: from.id,
        from_stage: from.name.clone(),
        to_stage_id: to.id,
        to_stage: to.name.clone(),
        amount,
        currency,
    };
    match to.stage {
        DealStage::Won => Logged::DealWon(moved),
        DealStage::Lost => Logged::DealLost { moved, reason: deal.lost_reason.unwrap_or_default().into() },
        DealStage::Open | DealStage::Negotiating => Logged::DealStageChanged(moved),
    }
}

fn finished_task(task: &selling::Task, anchor: AnchorRef, members: &Members) -> Task {
    let changed_at = Timestamp(task.done_at.unwrap_or(task.created_at));
    Task {
        id: TaskId(task.id),
        subject: task.subject.into(),
        description: None,
        anchor: Some(anchor),
        assignee_id: task.assignee.and_then(|user| members.id(user)),
        created_by_id: members.id(task.creator),
        due_at: Some(Timestamp(task.due_at)),
        status: if task.done_at.is_some() { TaskStatus::Done } else { TaskStatus::Pending },
        completed_at: task.done_at.map(Timestamp),
        origin: "user".into(),
        recurrence: None,
        next_task_id: None,
        series: Series::default(),
        created_at: Timestamp(task.created_at),
        updated_at: changed_at,
        version: if task.done_at.is_some() { 2 } else { 1 },
    }
}
