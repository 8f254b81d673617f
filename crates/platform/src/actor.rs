//! Who is acting: the first thing every operation takes.

use crate::clock::{Clock, Timestamp};
use crate::ids::{OrgId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a member may do in an organisation (domain, section 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// The role named `text`, as stored.
    pub fn parse(text: &str) -> Option<Role> {
        match text {
            "member" => Some(Role::Member),
            "admin" => Some(Role::Admin),
            "owner" => Some(Role::Owner),
            _ => None,
        }
    }

    /// # Errors
    /// [`db::Error::Bug`] for a text that no role is stored as.
    pub(crate) fn of_row(text: &str) -> db::Result<Role> {
        Role::parse(text).ok_or_else(|| db::Error::Bug(format!("unknown role {text:?}")))
    }
}

/// What kind of actor did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    User,
    Automation,
    Bot,
    Import,
    ApiKey,
    System,
}

impl ActorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ActorKind::User => "user",
            ActorKind::Automation => "automation",
            ActorKind::Bot => "bot",
            ActorKind::Import => "import",
            ActorKind::ApiKey => "api_key",
            ActorKind::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<ActorKind> {
        [
            ActorKind::User,
            ActorKind::Automation,
            ActorKind::Bot,
            ActorKind::Import,
            ActorKind::ApiKey,
            ActorKind::System,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// The actor as a log row or an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActorRef {
    pub kind: ActorKind,
    pub id: Option<Uuid>,
    pub name: String,
}

/// A principal at work in one organisation, built from current rows for each request or job.
#[derive(Clone, Debug)]
pub struct Actor {
    pub kind: ActorKind,
    /// The user, API key, import or automation.
    pub id: Option<Uuid>,
    pub name: String,
    pub org_id: OrgId,
    pub role: Role,
    /// The person behind the act, where there is one: an import acts with the rights of who started it.
    pub user_id: Option<UserId>,
    pub ip_address: Option<String>,
    pub clock: Clock,
}

/// Proof that an actor stands behind a query: store functions take it instead of a bare id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    org_id: OrgId,
}

impl Scope {
    pub fn org_id(&self) -> OrgId {
        self.org_id
    }
}

impl From<Scope> for db::Value {
    fn from(scope: Scope) -> db::Value {
        scope.org_id.into()
    }
}

impl From<&Scope> for db::Value {
    fn from(scope: &Scope) -> db::Value {
        scope.org_id.into()
    }
}

impl Actor {
    /// The product itself, at work in `org_id`.
    pub fn system(org_id: OrgId, clock: Clock) -> Actor {
        Actor {
            kind: ActorKind::System,
            id: None,
            name: "Entente".into(),
            org_id,
            role: Role::Owner,
            user_id: None,
            ip_address: None,
            clock,
        }
    }

    /// A signed-in person.
    pub fn user(id: UserId, name: impl Into<String>, org_id: OrgId, role: Role, clock: Clock) -> Actor {
        Actor {
            kind: ActorKind::User,
            id: Some(id.0),
            name: name.into(),
            org_id,
            role,
            user_id: Some(id),
            ip_address: None,
            clock,
        }
    }

    /// The same actor with a clock that stands still: all rows of one piece of work bear one time.
    #[must_use]
    pub fn at_one_moment(&self) -> Actor {
        Actor { clock: self.clock.standing_still(), ..self.clone() }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    pub fn scope(&self) -> Scope {
        Scope { org_id: self.org_id }
    }

    /// Owners and admins.
    pub fn is_admin(&self) -> bool {
        self.role >= Role::Admin
    }

    pub fn to_ref(&self) -> ActorRef {
        ActorRef { kind: self.kind, id: self.id, name: self.name.clone() }
    }
}
