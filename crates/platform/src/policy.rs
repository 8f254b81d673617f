//! The one place that decides who may do what (domain, section 10). Operations ask it before they
//! write anything.

use crate::actor::{Actor, Role};
use crate::error::{Error, Result};
use crate::ids::UserId;
use db::Sql;

/// An act that depends on the role alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Customers, companies, products, deals, tags, imports.
    CreateRecords,
    /// Take a record away from its owner, or give it to another.
    ReleaseAndReassign,
    MergeRecords,
    DeleteTags,
    EditCustomFields,
    EditPipelines,
    EditCriteria,
    ManageApiKeys,
    ManageAiProviders,
    ManageMembers,
    EditOrganisation,
    ReadAudit,
    /// Put values of a file over an owner that is already there.
    OverwriteOwners,
    DeleteOrganisation,
}

impl Action {
    /// The least role that may do this, and what to call it in a refusal.
    fn rule(self) -> (Role, &'static str) {
        match self {
            Action::CreateRecords => (Role::Member, "create records"),
            Action::ReleaseAndReassign => (Role::Admin, "release or reassign a record that someone owns"),
            Action::MergeRecords => (Role::Admin, "merge records"),
            Action::DeleteTags => (Role::Admin, "delete or merge tags"),
            Action::EditCustomFields => (Role::Admin, "edit custom fields"),
            Action::EditPipelines => (Role::Admin, "edit pipelines"),
            Action::EditCriteria => (Role::Admin, "edit scoring criteria"),
            Action::ManageApiKeys => (Role::Admin, "manage API keys"),
            Action::ManageAiProviders => (Role::Admin, "manage AI providers"),
            Action::ManageMembers => (Role::Admin, "manage members"),
            Action::EditOrganisation => (Role::Admin, "edit the organisation"),
            Action::ReadAudit => (Role::Admin, "read the audit log"),
            Action::OverwriteOwners => (Role::Admin, "overwrite owners by import"),
            Action::DeleteOrganisation => (Role::Owner, "delete the organisation"),
        }
    }
}

/// Whether `actor`'s role allows `action`.
pub fn allows(actor: &Actor, action: Action) -> bool {
    actor.role >= action.rule().0
}

/// # Errors
/// [`Error::Forbidden`] with the role that is needed.
pub fn require(actor: &Actor, action: Action) -> Result<()> {
    if allows(actor, action) {
        return Ok(());
    }
    let (role, what) = action.rule();
    Err(Error::forbidden(format!("only {} may {what}", at_least(role))))
}

/// Nobody hands out more than they have, or takes it from somebody who has more.
///
/// # Errors
/// [`Error::Forbidden`] for a role above the actor's own.
pub fn require_role(actor: &Actor, role: Role) -> Result<()> {
    if role <= actor.role {
        return Ok(());
    }
    Err(Error::forbidden(format!("only {} may do that; you are {}", at_least(role), actor.role.as_str())))
}

fn at_least(role: Role) -> &'static str {
    match role {
        Role::Member => "members",
        Role::Admin => "admins and owners",
        Role::Owner => "owners",
    }
}

/// Whether `actor` may write a record owned by `owner`: admins everything, members their own and unowned ones.
pub fn may_write(actor: &Actor, owner: Option<UserId>) -> bool {
    actor.is_admin() || owner.is_none() || (actor.user_id.is_some() && owner == actor.user_id)
}

/// # Errors
/// [`Error::Forbidden`] when someone else owns the record.
pub fn require_write(actor: &Actor, owner: Option<UserId>) -> Result<()> {
    if may_write(actor, owner) {
        return Ok(());
    }
    Err(Error::forbidden("this record belongs to someone else; ask its owner or an admin"))
}

/// The rows that `actor` may write, by the column of their owner: [`may_write`] as a condition.
pub fn writable(actor: &Actor, owner: &'static str) -> Sql {
    if actor.is_admin() {
        return Sql::new("TRUE");
    }
    let mut sql = Sql::new("(");
    sql.push(owner).push(" IS NULL");
    if let Some(id) = actor.user_id {
        sql.push(" OR ").push(owner).push(" = ").bind(id);
    }
    sql.push(")");
    sql
}

/// The rows that `actor` sees of those that may be private to their author, by the columns of visibility and author. Nobody
/// else sees a private one, an owner of the organisation neither.
pub fn seen(actor: &Actor, visibility: &'static str, author: &'static str) -> Sql {
    let mut sql = Sql::new("(");
    sql.push(visibility).push(" = 'org'");
    if let Some(id) = actor.user_id {
        sql.push(" OR ").push(author).push(" = ").bind(id);
    }
    sql.push(")");
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::ids::OrgId;

    fn actor(role: Role) -> (Actor, UserId) {
        let clock = Clock::system();
        let id = UserId(clock.new_id());
        (Actor::user(id, "Ada", OrgId(clock.new_id()), role, clock), id)
    }

    #[test]
    fn members_write_their_own_and_unowned_records() {
        let (member, id) = actor(Role::Member);
        let (_, other) = actor(Role::Member);
        assert!(may_write(&member, Some(id)));
        assert!(may_write(&member, None));
        assert!(!may_write(&member, Some(other)));
        assert!(may_write(&actor(Role::Admin).0, Some(other)));
    }

    #[test]
    fn nobody_hands_out_more_than_they_have() {
        let (admin, _) = actor(Role::Admin);
        assert!(require_role(&admin, Role::Admin).is_ok());
        assert!(require_role(&admin, Role::Member).is_ok());
        assert!(require_role(&admin, Role::Owner).is_err());
    }

    #[test]
    fn roles_follow_the_table() {
        let rows = [
            (Action::CreateRecords, [true, true, true]),
            (Action::ReleaseAndReassign, [false, true, true]),
            (Action::MergeRecords, [false, true, true]),
            (Action::DeleteTags, [false, true, true]),
            (Action::EditCriteria, [false, true, true]),
            (Action::ManageApiKeys, [false, true, true]),
            (Action::ManageAiProviders, [false, true, true]),
            (Action::ManageMembers, [false, true, true]),
            (Action::EditOrganisation, [false, true, true]),
            (Action::DeleteOrganisation, [false, false, true]),
        ];
        for (action, allowed) in rows {
            for (role, expected) in [Role::Member, Role::Admin, Role::Owner].into_iter().zip(allowed) {
                assert_eq!(allows(&actor(role).0, action), expected, "{action:?} by {role:?}");
            }
        }
    }
}
