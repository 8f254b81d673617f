//! The events and their detail: one variant per type, with named fields.

use platform::actor::ActorRef;
use platform::clock::Timestamp;
use platform::http::Record;
use platform::ids::{
    ActivityId, CompanyId, ContactId, CustomerId, DealId, ImportId, NoteId, ProductId, ReviewId, SegmentId, SignalId,
    StageId, TagId, TaskId, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A field that changed, with what it held before and what it holds now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// As the API names it: `jobTitle`.
    pub field: String,
    pub old: Value,
    pub new: Value,
}

/// The `fields` in which two states of a record differ.
pub fn changes<T: Serialize>(before: &T, after: &T, fields: &[&str]) -> Vec<Change> {
    let (Ok(before), Ok(after)) = (serde_json::to_value(before), serde_json::to_value(after)) else {
        return Vec::new();
    };
    fields
        .iter()
        .filter(|field| before[**field] != after[**field])
        .map(|field| Change { field: (*field).to_string(), old: before[*field].clone(), new: after[*field].clone() })
        .collect()
}

/// Why a customer joined or left a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentCause {
    /// `by_hand`; `event`, which changed what the rule asks for; `company`, of which an event did; `product`, whose
    /// buckets for fits changed; `clock`; or what
    /// became of the segment: `created`, `rule_edited`, `recomputed`, `archived`, `restored`.
    pub kind: String,
    /// The event, where one was the cause.
    pub activity_id: Option<ActivityId>,
    pub activity_type: Option<String>,
}

impl SegmentCause {
    pub fn of_kind(kind: &str) -> SegmentCause {
        SegmentCause { kind: kind.into(), activity_id: None, activity_type: None }
    }
}

/// A deal that goes from one stage to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageMove {
    /// The deal's name.
    pub name: String,
    pub from_stage_id: StageId,
    pub from_stage: String,
    pub to_stage_id: StageId,
    pub to_stage: String,
    /// What the deal is worth, in minor units of `currency`.
    pub amount: Option<i64>,
    pub currency: Option<String>,
}

/// What happened. The `type` of each variant is fixed for ever: rows of it are in people's databases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "detail", rename_all_fields = "camelCase")]
pub enum Event {
    #[serde(rename = "customer.created")]
    CustomerCreated { source: String },
    #[serde(rename = "customer.updated")]
    CustomerUpdated { changes: Vec<Change> },
    #[serde(rename = "customer.archived")]
    CustomerArchived {},
    #[serde(rename = "customer.restored")]
    CustomerRestored {},
    /// Another customer was folded into this one.
    #[serde(rename = "customer.merged")]
    CustomerMerged {
        /// The one that was folded in, and its name.
        customer_id: CustomerId,
        name: String,
        /// Values that it brought.
        changes: Vec<Change>,
        /// How many of its `contacts`, `tags`, `activities`… went over.
        moved: BTreeMap<String, i64>,
    },
    /// Two customers are separate again.
    #[serde(rename = "customer.unmerged")]
    CustomerUnmerged {
        /// The other one, and its name.
        customer_id: CustomerId,
        name: String,
        /// Values that the one who stayed has again.
        changes: Vec<Change>,
    },
    #[serde(rename = "customer.imported")]
    CustomerImported { import_id: ImportId, file_name: String, row: i64, result: String },
    #[serde(rename = "contact.added")]
    ContactAdded { contact_id: ContactId, channel: String, value: String },
    #[serde(rename = "contact.changed")]
    ContactChanged { contact_id: ContactId, channel: String, changes: Vec<Change> },
    #[serde(rename = "contact.removed")]
    ContactRemoved { contact_id: ContactId, channel: String, value: String },
    #[serde(rename = "tag.added")]
    TagAdded { tag_id: TagId, name: String },
    #[serde(rename = "tag.removed")]
    TagRemoved { tag_id: TagId, name: String },
    #[serde(rename = "segment.joined")]
    SegmentJoined { segment_id: SegmentId, name: String, cause: SegmentCause },
    #[serde(rename = "segment.left")]
    SegmentLeft { segment_id: SegmentId, name: String, cause: SegmentCause },
    #[serde(rename = "owner.claimed")]
    OwnerClaimed { user_id: UserId, name: String },
    #[serde(rename = "owner.released")]
    OwnerReleased { user_id: UserId, name: String },
    #[serde(rename = "owner.reassigned")]
    OwnerReassigned { from_user_id: Option<UserId>, from_name: Option<String>, to_user_id: UserId, to_name: String },
    #[serde(rename = "call.logged")]
    CallLogged {
        subject: String,
        notes: Option<String>,
        duration_minutes: Option<i64>,
        /// `inbound` or `outbound`.
        direction: Option<String>,
    },
    #[serde(rename = "meeting.logged")]
    MeetingLogged { subject: String, notes: Option<String>, duration_minutes: Option<i64>, direction: Option<String> },
    #[serde(rename = "consent.changed")]
    ConsentChanged { do_not_contact: bool },
    #[serde(rename = "deal.created")]
    DealCreated {
        name: String,
        stage_id: StageId,
        /// What the stage is called.
        stage: String,
        /// In minor units of `currency`.
        amount: Option<i64>,
        currency: Option<String>,
        source: String,
    },
    #[serde(rename = "deal.updated")]
    DealUpdated {
        name: String,
        /// Of amounts among the changes.
        currency: Option<String>,
        changes: Vec<Change>,
    },
    /// From one stage that is not closed to another one.
    #[serde(rename = "deal.stage_changed")]
    DealStageChanged(StageMove),
    #[serde(rename = "deal.won")]
    DealWon(StageMove),
    #[serde(rename = "deal.lost")]
    DealLost {
        #[serde(flatten)]
        moved: StageMove,
        reason: String,
    },
    /// From won or lost to a stage that is not closed.
    #[serde(rename = "deal.reopened")]
    DealReopened(StageMove),
    #[serde(rename = "deal.archived")]
    DealArchived { name: String },
    #[serde(rename = "deal.restored")]
    DealRestored { name: String },
    #[serde(rename = "task.created")]
    TaskCreated { task_id: TaskId, subject: String, assignee_id: Option<UserId>, due_at: Option<Timestamp> },
    /// Somebody is to do it now, or nobody.
    #[serde(rename = "task.assigned")]
    TaskAssigned { task_id: TaskId, subject: String, assignee_id: Option<UserId>, name: Option<String> },
    #[serde(rename = "task.completed")]
    TaskCompleted { task_id: TaskId, subject: String },
    #[serde(rename = "task.reopened")]
    TaskReopened { task_id: TaskId, subject: String },
    #[serde(rename = "task.canceled")]
    TaskCanceled { task_id: TaskId, subject: String },
    /// How well the customer fits a product has changed.
    #[serde(rename = "profile.scored")]
    ProfileScored {
        product_id: ProductId,
        /// The product's name.
        name: String,
        /// From -1 to 1; nothing where nothing that counts is left.
        overall: Option<f64>,
        /// What it was before.
        before: Option<f64>,
        /// `hot`, `warm` or `cold`.
        bucket: Option<String>,
    },
    /// A person has looked at the customer as a lead.
    #[serde(rename = "fit.reviewed")]
    FitReviewed {
        review_id: ReviewId,
        product_id: ProductId,
        /// The product's name.
        name: String,
        /// `qualify`, `nurture`, `disqualify` or `more_info`.
        decision: String,
        feedback: Option<String>,
    },
    /// Somebody or something told of an interest.
    #[serde(rename = "intent.signaled")]
    IntentSignaled { signal_id: SignalId, name: String, strength: f64, expires_at: Timestamp },
    /// What it says is asked from the note: it may have changed, or be nobody else's business by now.
    #[serde(rename = "note.added")]
    NoteAdded { note_id: NoteId },
    /// Its text, not whether it is pinned.
    #[serde(rename = "note.edited")]
    NoteEdited { note_id: NoteId },
    #[serde(rename = "note.deleted")]
    NoteDeleted { note_id: NoteId },
    #[serde(rename = "note.restored")]
    NoteRestored { note_id: NoteId },
    #[serde(rename = "company.created")]
    CompanyCreated { source: String },
    #[serde(rename = "company.updated")]
    CompanyUpdated { changes: Vec<Change> },
    #[serde(rename = "company.archived")]
    CompanyArchived {},
    #[serde(rename = "company.restored")]
    CompanyRestored {},
    /// Another company was folded into this one.
    #[serde(rename = "company.merged")]
    CompanyMerged {
        /// The one that was folded in, and its name.
        company_id: CompanyId,
        name: String,
        /// Values that it brought.
        changes: Vec<Change>,
        /// How many of its `customers`, `children`, `domains`, `activities`… went over.
        moved: BTreeMap<String, i64>,
    },
    /// Two companies are separate again.
    #[serde(rename = "company.unmerged")]
    CompanyUnmerged {
        /// The other one, and its name.
        company_id: CompanyId,
        name: String,
        /// Values that the one that stayed has again.
        changes: Vec<Change>,
    },
    #[serde(rename = "company.imported")]
    CompanyImported { import_id: ImportId, file_name: String, row: i64, result: String },
}

impl Event {
    /// The stored `type` and `detail`.
    pub(crate) fn to_row(&self) -> Result<(String, Value), serde_json::Error> {
        let mut whole = serde_json::to_value(self)?;
        let kind = whole["type"].as_str().unwrap_or_default().to_string();
        Ok((kind, whole["detail"].take()))
    }
}

/// The types of events that there are or will be: what filters may ask for.
#[rustfmt::skip]
pub const TYPES: [&str; 66] = [
    "email.sent", "email.delivered", "email.opened", "email.clicked", "email.replied", "email.bounced", "email.failed",
    "email.unsubscribed", "email.complained",
    "linkedin.sent", "linkedin.replied", "linkedin.failed",
    "telegram.sent", "telegram.replied", "telegram.failed", "telegram.blocked",
    "tag.added", "tag.removed",
    "segment.joined", "segment.left",
    "bot.replied", "bot.escalated",
    "task.created", "task.assigned", "task.completed", "task.reopened", "task.canceled",
    "owner.claimed", "owner.released", "owner.reassigned",
    "profile.scored", "fit.reviewed", "intent.signaled",
    "note.added", "note.edited", "note.deleted", "note.restored",
    "deal.created", "deal.updated", "deal.stage_changed", "deal.won", "deal.lost", "deal.reopened", "deal.archived",
    "deal.restored",
    "customer.created", "customer.updated", "customer.archived", "customer.restored", "customer.merged",
    "customer.unmerged", "customer.imported",
    "contact.added", "contact.changed", "contact.removed", "consent.changed",
    "campaign.enrolled", "campaign.exited", "campaign.handoff",
    "call.logged", "meeting.logged",
    "company.created", "company.updated", "company.archived", "company.restored", "company.imported",
];

/// What a timeline can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Email,
    Linkedin,
    Telegram,
    Tag,
    Segment,
    Bot,
    Task,
    Owner,
    Profile,
    Note,
    Deal,
    Contact,
    Customer,
    Company,
    Campaign,
    Call,
}

impl Group {
    /// What the types of the group begin with.
    pub(crate) fn prefixes(self) -> &'static [&'static str] {
        match self {
            Group::Email => &["email."],
            Group::Linkedin => &["linkedin."],
            Group::Telegram => &["telegram."],
            Group::Tag => &["tag."],
            Group::Segment => &["segment."],
            Group::Bot => &["bot."],
            Group::Task => &["task."],
            Group::Owner => &["owner."],
            Group::Profile => &["profile.", "fit.", "intent."],
            Group::Note => &["note."],
            Group::Deal => &["deal."],
            Group::Contact => &["contact.", "consent."],
            Group::Customer => &["customer."],
            Group::Company => &["company."],
            Group::Campaign => &["campaign."],
            Group::Call => &["call.", "meeting."],
        }
    }
}

/// One event of a timeline. `detail` is as stored: a type that this version does not know is shown, not dropped.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    pub id: ActivityId,
    #[schema(required)]
    pub customer_id: Option<CustomerId>,
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    #[schema(required)]
    pub deal_id: Option<DealId>,
    #[serde(rename = "type")]
    #[schema(example = "tag.added")]
    pub kind: String,
    #[schema(value_type = Object)]
    pub detail: Value,
    pub actor: ActorRef,
    pub occurred_at: Timestamp,
}

impl Record for Activity {
    fn version(&self) -> Option<i64> {
        None
    }
}
